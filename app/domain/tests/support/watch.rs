//! Plays a story of a run against a model cloud, and watches from outside that nothing forbidden happens.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use domain::desktop::{DesktopId, Reading};
use domain::maintenance::outcome::{LookOutcome, PutOutcome, ReadOutcome};
use domain::maintenance::plan::{Class, PlannedDesktop};
use domain::maintenance::report::Counts;
use domain::maintenance::run::{Call, DesktopState, Limits, Outcome, Pause, Phase, Resumed, Retaken, Run, Step};
use domain::maintenance::{Mode, Verdict};
use domain::time::Timestamp;

use crate::disk::Disk;
use crate::proof::{has_no_answer, is_no_attempt, is_sign_in, key, put_ids};
use crate::world::{Nature, Pending, World, first_answer, plan};

pub fn id(number: usize) -> DesktopId {
    format!("desktop-{number:05}").parse().unwrap()
}

pub fn planned(number: usize, class: Class) -> PlannedDesktop {
    PlannedDesktop {
        id: id(number),
        name: format!("PC-{number:05}"),
        user: None,
        pool: None,
        enterprise_project: None,
        session: None,
        class,
    }
}

/// One story: a plan, a world, and what people and machines do meanwhile.
#[derive(Clone, Debug)]
pub struct Story {
    pub mode: Mode,
    /// Class as reviewed, whether it reads as wanted now, and how the cloud treats it.
    pub desktops: Vec<(Class, bool, Nature)>,
    pub limits: Limits,
    pub world: World,
    /// The process ends after that many saved steps, before or after the calls are performed.
    pub crashes: Vec<(usize, bool)>,
    /// Somebody stops the run after that many saved steps.
    pub stop: Option<usize>,
    /// How long its pauses last, in order, in seconds, and every which of the claims given up meanwhile is taken by
    /// another run; later ones last 40 s.
    pub pauses: Vec<(u64, usize)>,
    /// Somebody lets what is unknown be read again.
    pub reads_again: bool,
    pub dice: u64,
}

/// What was seen of a story from outside.
pub struct Watch {
    pub story: Story,
    pub world: World,
    pub run: Run,
    pub disk: Disk,
    pub now: Timestamp,
    pub pending: Vec<Pending>,
    pub saves: usize,
    pub puts: Vec<Vec<DesktopId>>,
    /// When the last call that named an id was answered or given up.
    pub last_named: BTreeMap<DesktopId, Timestamp>,
    /// When the last read that showed the wanted value was begun.
    pub last_wanted: BTreeMap<DesktopId, Timestamp>,
    pub begun: BTreeMap<u64, Timestamp>,
    pub puts_not_before: Timestamp,
    pub claims: BTreeSet<DesktopId>,
    /// Calls without an answer, by the ids in them.
    pub unanswered: BTreeMap<Vec<DesktopId>, usize>,
    pub resumed_at: Timestamp,
    pub finals: BTreeMap<DesktopId, Verdict>,
    pub reading_again: bool,
    /// PUTs that do not count against the allowance, and how often more was allowed.
    pub uncounted: u64,
    pub allowed_more: u64,
    pub paused: usize,
}

const TOO_LONG: Timestamp = Timestamp(6 * 60 * 60 * 1_000);

impl Watch {
    pub fn start(story: Story) -> Self {
        let mut world = story.world.clone();
        for (number, (_, is_wanted, nature)) in story.desktops.iter().enumerate() {
            world.add(id(number), story.mode.wanted() == *is_wanted, *nature);
        }
        let rows = story.desktops.iter().enumerate().map(|(number, (class, ..))| planned(number, *class)).collect();
        let now = Timestamp(0);
        let run = Run::start(&plan(story.mode, rows), story.limits, &BTreeMap::new(), None, now);
        let claims = run.desktops().iter().map(|desktop| desktop.id.clone()).collect();
        let mut watch = Self {
            story,
            world,
            run,
            disk: Disk::default(),
            now,
            pending: Vec::new(),
            saves: 0,
            puts: Vec::new(),
            last_named: BTreeMap::new(),
            last_wanted: BTreeMap::new(),
            begun: BTreeMap::new(),
            puts_not_before: now,
            claims,
            unanswered: BTreeMap::new(),
            resumed_at: now,
            finals: BTreeMap::new(),
            reading_again: false,
            uncounted: 0,
            allowed_more: 0,
            paused: 0,
        };
        watch.save();
        watch
    }

    pub fn play_to_the_end(mut self) -> Self {
        while self.run.is_open() {
            assert!(self.now < TOO_LONG, "the run does not end: {:#?}", self.run);
            self.go_on();
        }
        if self.story.reads_again && !std::mem::replace(&mut self.reading_again, true) {
            let unknown = self.run.may_read_again();
            assert_eq!(self.run.read_again(self.now), unknown);
            assert_eq!(self.run.is_open(), unknown > 0);
            self.save();
            return self.play_to_the_end();
        }
        self
    }

    pub fn go_on(&mut self) {
        let steps = self.run.next_steps(self.now);
        if !steps.is_empty() {
            return self.send(&steps);
        }
        let answered = self.pending.iter().map(|pending| pending.at).min();
        let wakes = self.run.wake_at(self.now);
        match (answered, wakes) {
            (Some(answer), wake) if wake.is_none_or(|wake| answer <= wake) => self.receive(answer),
            (_, Some(wake)) => {
                assert!(wake > self.now, "it wakes at once and proposes nothing");
                self.now = wake;
            }
            (_, None) => {
                assert!(matches!(self.run.phase(), Phase::Paused(_)), "it stands still: {:#?}", self.run);
                self.pause_and_continue();
            }
        }
    }

    /// The run is paused for a while; a long pause gives claims up, and others may take them.
    fn pause_and_continue(&mut self) {
        let (seconds, every) = self.story.pauses.get(self.paused).copied().unwrap_or((40, 0));
        self.paused += 1;
        self.now = self.now.after(Duration::from_secs(seconds));
        let given_up = self.run.give_up(self.now);
        assert!(given_up.is_empty() || seconds >= 15 * 60, "claims are given up after {seconds} s");
        self.save();
        assert!(given_up.iter().all(|id| !self.claims.contains(id)));
        let wanted = self.run.wants_claims(self.now);
        let taken = wanted.iter().enumerate().filter(|(place, _)| every > 0 && place % every == 0);
        let taken: BTreeMap<_, _> = taken.map(|(_, id)| (id.clone(), 7)).collect();
        self.claims.extend(wanted.into_iter().filter(|id| !taken.contains_key(id)));
        let number = self.run.pause_number().unwrap();
        self.allowed_more += u64::from(self.run.phase() == Phase::Paused(Pause::TooManyCalls));
        let retaken = Retaken { taken, recently_named: BTreeMap::new() };
        assert_eq!(self.run.resume_with(number + 1, &retaken, self.now), Resumed::NotThisPause);
        assert_eq!(self.run.resume_with(number, &retaken, self.now), Resumed::GoesOn);
        assert_eq!(self.run.resume_with(number, &retaken, self.now), Resumed::NotThisPause);
        self.resumed_at = self.now;
        self.save();
    }

    fn send(&mut self, steps: &[Step]) {
        self.check_steps(steps);
        self.run.begin(steps, self.now);
        for step in steps {
            if let Call::Put { ids, .. } = &step.call {
                self.puts.push(ids.clone());
            }
        }
        self.save();
        let crash = self.story.crashes.iter().find(|(after, _)| *after == self.saves).copied();
        if crash.is_none_or(|(_, performed)| performed) {
            for step in steps {
                let outcome = self.world.perform(&step.call, self.now);
                let at = self.now.after(self.world.latency);
                self.pending.push(Pending { at, step: step.clone(), outcome });
            }
        }
        for step in steps {
            if let Call::Put { ids, .. } = &step.call {
                self.last_named.extend(ids.iter().map(|id| (id.clone(), self.now)));
            }
        }
        if crash.is_some() {
            let lost = std::mem::take(&mut self.pending);
            for ids in lost.iter().filter_map(|pending| put_ids(&pending.step)) {
                self.last_named.extend(ids.iter().map(|id| (id.clone(), self.now)));
            }
            self.run = self.disk.load();
            self.run.interrupt(self.now);
            self.save();
        }
        if self.story.stop.is_some_and(|after| after <= self.saves) {
            self.run.stop(self.now);
            self.save();
        }
    }

    fn receive(&mut self, at: Timestamp) {
        self.now = self.now.max(at);
        let Some(pending) = first_answer(&mut self.pending) else { return };
        self.watch_outcome(&pending);
        let wants_sign_in = is_sign_in(&pending.outcome) && self.begun[&key(&pending.step)] >= self.resumed_at;
        self.run.record(
            pending.step.id,
            pending.outcome,
            self.now,
            self.story.dice.wrapping_mul(self.now.0.unsigned_abs()),
        );
        if wants_sign_in && self.run.is_open() {
            assert_eq!(self.run.phase(), Phase::Paused(Pause::SignIn));
        }
        self.save();
    }

    /// The model's own account of what an answer shows, independent of the run's.
    fn watch_outcome(&mut self, pending: &Pending) {
        let wanted = self.story.mode.wanted();
        let begun = self.begun[&key(&pending.step)];
        let mut show = |reading: &Reading| {
            if reading.in_maintenance == wanted {
                self.last_wanted.insert(reading.id.clone(), begun);
            }
        };
        match &pending.outcome {
            Outcome::Read(ReadOutcome::Listed(readings)) => readings.iter().for_each(&mut show),
            Outcome::Look(LookOutcome::Found(reading)) => show(reading),
            Outcome::Put(PutOutcome::Answered(answer)) if answer.error.status == 429 => {
                let until = self.now.after(answer.retry_after.unwrap_or(Duration::from_millis(1_600)));
                self.puts_not_before = self.puts_not_before.max(until);
            }
            outcome if has_no_answer(outcome) => {
                let sends = self.unanswered.entry(put_ids(&pending.step).unwrap().clone()).or_default();
                *sends += 1;
                assert!(*sends <= 3, "a batch was sent {sends} times without an answer");
            }
            _ => {}
        }
        if let Some(ids) = put_ids(&pending.step) {
            self.last_named.extend(ids.iter().map(|id| (id.clone(), self.now)));
            self.uncounted += u64::from(is_no_attempt(&pending.outcome));
        }
    }

    /// Saves, and now and then proves that what is on disk is the whole run.
    fn save(&mut self) {
        let changes = self.disk.save(&mut self.run);
        for id in changes.settled {
            assert!(self.claims.remove(&id), "the claim on {id} ends twice");
        }
        for (_, desktop) in &changes.rows {
            let Some(verdict) = desktop.verdict() else { continue };
            let before = self.finals.insert(desktop.id.clone(), verdict);
            let may_change =
                before.is_none_or(|before| before == verdict) || self.reading_again && before == Some(Verdict::Unknown);
            assert!(may_change, "{before:?} became {verdict:?}: {desktop:#?}");
        }
        self.saves += 1;
        if self.saves.is_multiple_of(16) {
            let loaded = self.disk.load();
            assert_eq!(loaded.head(), self.run.head());
            assert_eq!(loaded.desktops(), self.run.desktops());
            assert_eq!(loaded.next_steps(self.now), self.run.next_steps(self.now));
            assert_eq!(loaded.wake_at(self.now), self.run.wake_at(self.now));
        }
        let mut counted = Counts::default();
        for desktop in self.run.desktops() {
            match desktop.state {
                DesktopState::Waiting => counted.waiting += 1,
                DesktopState::Sending => counted.sending += 1,
                DesktopState::ReadingBack => counted.reading_back += 1,
                DesktopState::Final(Verdict::Changed) => counted.changed += 1,
                DesktopState::Final(Verdict::AlreadySo) => counted.already_so += 1,
                DesktopState::Final(Verdict::Refused) => counted.refused += 1,
                DesktopState::Final(Verdict::NotFound) => counted.not_found += 1,
                DesktopState::Final(Verdict::NotSent) => counted.not_sent += 1,
                DesktopState::Final(Verdict::Unknown) => counted.unknown += 1,
            }
        }
        assert_eq!(counted, self.run.counts());
    }
}
