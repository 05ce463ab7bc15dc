//! Stories of runs that a helpdesk lead can read: `scenarios/*.txt`.
//!
//! A file begins with a title and the world in plain English, one sentence a line (the sentences that are understood
//! are those of [`Scenario::read_sentence`]). What happens and the report follow, and have to be exactly what the run
//! does. After a change on purpose, replace them by what the failing test prints.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[path = "support/words.rs"]
mod words;
#[expect(dead_code, reason = "the properties use more of it")]
#[path = "support/world.rs"]
mod world;

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use domain::desktop::{Desktop, DesktopId, Power, Session};
use domain::maintenance::Mode;
use domain::maintenance::follow_up::{FollowUp, Origin};
use domain::maintenance::plan::{Class, PlannedDesktop};
use domain::maintenance::run::{Limits, Retaken, Run, Start};
use domain::time::Timestamp;
use words::{answer_in_words, call_in_words, names, phase_in_words, verdict_in_words, why_in_words};
use world::{Fault, Nature, Pending, World, first_answer, plan};

struct Scenario {
    world: World,
    mode: Mode,
    count: usize,
    limits: Limits,
    pause: Duration,
    natures: BTreeMap<usize, Nature>,
    /// What another run takes in a long pause.
    taken: BTreeMap<DesktopId, u32>,
    /// How long after the end it is undone.
    undo: Option<Duration>,
    tale: String,
}

#[test]
fn every_scenario_is_what_the_run_does() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut files: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut wrong = Vec::new();
    for file in &files {
        let expected = std::fs::read_to_string(file).unwrap();
        let actual = tell(&expected);
        if actual != expected {
            wrong.push(format!("{} should read:\n\n{actual}", file.file_name().unwrap().display()));
        }
    }
    assert!(!files.is_empty() && wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// The whole text of a scenario, made from its world.
fn tell(text: &str) -> String {
    let world = text.split("What happens\n").next().unwrap().trim_end();
    let (title, sentences) = world.split_once("\n\n").unwrap();
    let mut scenario = Scenario::new();
    for sentence in sentences.lines() {
        scenario.read_sentence(sentence).unwrap_or_else(|| panic!("not understood in {title:?}: {sentence}"));
    }
    format!("{world}\n\nWhat happens\n{}", scenario.play())
}

fn word_after<'a>(sentence: &'a str, before: &str) -> Option<&'a str> {
    sentence.split_once(before)?.1.split([' ', ',', '.']).next()
}

fn number_after(sentence: &str, before: &str) -> Option<usize> {
    word_after(sentence, before)?.parse().ok()
}

impl Scenario {
    fn new() -> Self {
        Self {
            world: World::new(),
            mode: Mode::Enter,
            count: 0,
            limits: Limits::default(),
            pause: Duration::ZERO,
            natures: BTreeMap::new(),
            taken: BTreeMap::new(),
            undo: None,
            tale: String::new(),
        }
    }

    fn read_sentence(&mut self, sentence: &str) -> Option<()> {
        if sentence.starts_with("A run ") {
            self.mode = if sentence.contains("into maintenance") { Mode::Enter } else { Mode::Leave };
            let verb = if self.mode == Mode::Enter { "puts " } else { "returns " };
            self.count = number_after(sentence, verb)?;
            self.limits.batch_limit_ids = number_after(sentence, ", ")?;
        } else if sentence.starts_with("The cloud refuses PC-") {
            let status = u16::try_from(number_after(sentence, " with ")?).ok()?;
            let code = code_at_the_end(sentence);
            self.natures.insert(number_after(sentence, "PC-")?, Nature::Refuses { status, code });
        } else if sentence.starts_with("The cloud refuses all of them with ") {
            let status = u16::try_from(number_after(sentence, " with ")?).ok()?;
            let code = code_at_the_end(sentence);
            self.natures.extend((1..=self.count).map(|number| (number, Nature::Refuses { status, code })));
        } else if sentence.contains(" in a long pause") {
            let run = u32::try_from(number_after(sentence, "Run ")?).ok()?;
            self.taken.insert(id(number_after(sentence, "takes PC-")?), run);
        } else if sentence.starts_with("Somebody undoes it ") {
            self.undo = Some(Duration::from_secs(u64::try_from(number_after(sentence, "undoes it ")?).ok()?));
        } else if sentence.contains(" breaks every call that names it") {
            let code = Some(code_at_the_end(sentence));
            self.natures.insert(number_after(sentence, "PC-")?, Nature::Breaks { code });
        } else if sentence.starts_with("A change is seen ") {
            let seconds: f64 = sentence.split(' ').nth(4)?.parse().ok()?;
            self.world.lag = Duration::from_secs_f64(seconds);
        } else if sentence.starts_with("A desktop is read for at most ") {
            let seconds = u64::try_from(number_after(sentence, "at most ")?).ok()?;
            self.limits.read_back_limit = Duration::from_secs(seconds);
        } else if sentence == "Calls are made one at a time." {
            self.limits.batches_in_flight = 1;
            self.limits.reads_in_flight = 1;
        } else if sentence.starts_with("Send ") {
            let fault = if sentence.contains("answered with 401") {
                Fault::SignIn
            } else if sentence.contains("takes effect, but its answer is lost") {
                Fault::LostAfter { late: Duration::ZERO }
            } else {
                return None;
            };
            let faults: &mut VecDeque<_> = &mut self.world.put_faults;
            let place = number_after(sentence, "Send ")?.checked_sub(1)?;
            faults.resize(faults.len().max(place + 1), None);
            faults[place] = Some(fault);
        } else if sentence.starts_with("Somebody signs in and continues ") {
            self.pause = Duration::from_mins(u64::try_from(number_after(sentence, "continues ")?).ok()?);
        } else {
            return None;
        }
        Some(())
    }

    fn play(mut self) -> String {
        let mut rows = Vec::new();
        for number in 1..=self.count {
            let id = id(number);
            let nature = self.natures.get(&number).copied().unwrap_or(Nature::Willing);
            self.world.add(id.clone(), !self.mode.wanted(), nature);
            let name = id.to_string();
            let (user, pool, enterprise_project, session) = (None, None, None, None);
            rows.push(PlannedDesktop { id, name, user, pool, enterprise_project, session, class: Class::WillChange });
        }
        let plan = plan(self.mode, rows);
        let run = Run::start(&plan, self.limits, &BTreeMap::new(), None, Timestamp(0));
        let (run, now) = self.play_run(run, Timestamp(0));
        self.report(&run);
        if let Some(wait) = self.undo {
            self.play_undo(&run, now.after(wait));
        }
        self.tale
    }

    fn play_undo(&mut self, run: &Run, now: Timestamp) {
        let catalogue: Vec<Desktop> = run.desktops().iter().map(|row| self.desktop(&row.id, now)).collect();
        let undo = run.undo(|id| catalogue.iter().find(|desktop| desktop.id == *id), &BTreeMap::new(), now);
        self.tale.push_str("\nUndo\n");
        self.line(
            now,
            &format!("Somebody undoes it: {}.", names(&undo.plan.desktops.iter().map(|it| &it.id).collect::<Vec<_>>())),
        );
        for left_out in undo.left_out {
            self.line(now, &format!("{} is left out, changed since.", left_out.id));
        }
        let recently_named = BTreeMap::new();
        let origin = Some(Origin { kind: FollowUp::Undo, run: 1 });
        let limits = self.limits;
        let start = Start { plan: &undo.plan, limits, recently_named: &recently_named, until: None, origin };
        let (run, _) = self.play_run(Run::start_as(&start, now), now);
        self.report(&run);
    }

    /// A desktop as the catalogue shows it.
    fn desktop(&self, id: &DesktopId, now: Timestamp) -> Desktop {
        Desktop {
            id: id.clone(),
            name: id.to_string(),
            user: None,
            power: Power::Running,
            session: Session::Ready,
            in_maintenance: self.world.value(id, now).unwrap(),
            task: None,
            pool: None,
            kind: None,
            tags: Vec::new(),
            address: None,
            zone: None,
            enterprise_project: None,
        }
    }

    fn play_run(&mut self, mut run: Run, mut now: Timestamp) -> (Run, Timestamp) {
        let mut pending: Vec<Pending> = Vec::new();
        let mut phase = None;
        let mut sends = 0;
        loop {
            if phase.replace(run.phase()) != Some(run.phase()) {
                self.line(now, phase_in_words(run.phase()));
            }
            if !run.is_open() {
                return (run, now);
            }
            let steps = run.next_steps(now);
            run.begin(&steps, now);
            for step in steps {
                let text = format!("{}.", call_in_words(&step.call, &mut sends));
                self.line(now, &text);
                let outcome = self.world.perform(&step.call, now);
                pending.push(Pending { at: now.after(self.world.latency), step, outcome });
            }
            let answer = pending.iter().map(|pending| pending.at).min();
            match (answer, run.wake_at(now)) {
                (Some(answer), wake) if wake.is_none_or(|wake| answer <= wake) => {
                    now = answer;
                    while pending.iter().any(|pending| pending.at == now) {
                        let Pending { step, outcome, .. } = first_answer(&mut pending).unwrap();
                        let text = format!("   {}", answer_in_words(&step, &outcome));
                        self.line(now, &text);
                        run.record(step.id, outcome, now, 20);
                    }
                }
                (_, Some(wake)) => now = wake,
                (_, None) => now = self.pause_and_continue(&mut run, now),
            }
        }
    }

    fn pause_and_continue(&mut self, run: &mut Run, paused: Timestamp) -> Timestamp {
        let now = paused.after(self.pause);
        if let Some(at) = run.gives_up_at().filter(|at| *at <= now) {
            let given_up = run.give_up(at);
            self.line(at, &format!("The claims on {} are given up.", names(&given_up.iter().collect::<Vec<_>>())));
        }
        let wanted = run.wants_claims(now);
        let mut taken = self.taken.clone();
        taken.retain(|id, _| wanted.contains(id));
        self.line(now, "Somebody signs in and continues.");
        for (id, run) in &taken {
            self.line(now, &format!("Run {run} has taken {id} meanwhile."));
        }
        run.resume_with(run.pause_number().unwrap(), &Retaken { taken, recently_named: BTreeMap::new() }, now);
        now
    }

    fn line(&mut self, now: Timestamp, text: &str) {
        let (seconds, milliseconds) = (now.0 / 1_000, now.0 % 1_000);
        let _ = writeln!(self.tale, "{:3}:{:02}.{milliseconds:03}  {text}", seconds / 60, seconds % 60);
    }

    fn report(&mut self, run: &Run) {
        self.tale.push_str("\nReport\n");
        for desktop in run.desktops() {
            let verdict = verdict_in_words(desktop.verdict().unwrap());
            let _ = writeln!(self.tale, "{:6}{:10}  {}", desktop.name, verdict, why_in_words(desktop));
        }
        let counts = run.counts();
        let (all, changed, refused) = (counts.total(), counts.changed, counts.refused);
        let (puts, reads) = (run.puts_sent(), run.reads_sent());
        let rest = all - changed - refused;
        let _ = writeln!(
            self.tale,
            "{changed} of {all} changed, {refused} refused, {rest} other; {puts} sends, {reads} reads."
        );
    }
}

fn id(number: usize) -> DesktopId {
    format!("PC-{number}").parse().unwrap()
}

/// The codes that scenarios may name.
fn code_at_the_end(sentence: &str) -> &'static str {
    let known = ["WKS.00010032", "WKS.00010203", "WKS.0202", "WKS.0001"];
    known.into_iter().find(|code| sentence.trim_end_matches('.').ends_with(code)).unwrap()
}
