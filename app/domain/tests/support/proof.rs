//! What must hold at every step of a story and at its end.

use std::collections::{BTreeMap, BTreeSet};

use domain::desktop::DesktopId;
use domain::maintenance::Verdict;
use domain::maintenance::outcome::{LookOutcome, NoAnswer, PutOutcome, ReadOutcome};
use domain::maintenance::plan::Class;
use domain::maintenance::run::{Call, Outcome, Phase, Step};

use crate::watch::Watch;
use crate::world::{Fault, Nature};

impl Watch {
    pub fn check_steps(&mut self, steps: &[Step]) {
        assert!(!matches!(self.run.phase(), Phase::Paused(_)), "a paused run makes no call");
        let limits = self.story.limits;
        let out = |kind: fn(&Call) -> bool| {
            let out = self.pending.iter().map(|pending| &pending.step).chain(steps);
            out.filter(|step| kind(&step.call)).count()
        };
        assert!(out(|call| matches!(call, Call::Put { .. })) <= limits.batches_in_flight);
        assert!(out(|call| !matches!(call, Call::Put { .. })) <= limits.reads_in_flight);
        let mut named = BTreeSet::new();
        for step in self.pending.iter().map(|pending| &pending.step).chain(steps) {
            for id in put_ids(step).into_iter().flatten() {
                assert!(named.insert(id.clone()), "{id} stands in two calls at once");
            }
        }
        let states: BTreeMap<_, _> = self.run.desktops().iter().map(|desktop| (&desktop.id, desktop)).collect();
        for step in steps {
            let ids = match &step.call {
                Call::Put { ids, .. } | Call::Read { ids } => ids.clone(),
                Call::Look { id } => vec![id.clone()],
            };
            assert!(!ids.is_empty() && ids.len() <= limits.batch_limit_ids, "{} ids in a call", ids.len());
            assert!(ids.iter().all(|id| states[id].is_open()), "a desktop with a verdict is asked for again");
            if let Call::Put { .. } = step.call {
                assert!(self.now >= self.puts_not_before, "sent earlier than the cloud asked for");
                assert!(ids.iter().all(|id| states[id].class == Class::WillChange), "sent without having been seen");
                assert!(ids.iter().all(|id| self.claims.contains(id)), "sent without a claim");
                assert!(!self.reading_again, "sent although it is only read again");
                assert_eq!(self.run.phase(), Phase::Running);
            }
        }
        for step in steps {
            let fresh = self.begun.insert(key(step), self.now).is_none();
            assert!(fresh, "a number of a step is used twice");
        }
    }

    /// What the report says is true.
    pub fn check_report(&self) {
        let wanted = self.story.mode.wanted();
        assert!(self.claims.is_empty(), "claims that did not end: {:?}", self.claims);
        assert_eq!(self.run.counts().total() as usize, self.story.desktops.len());
        assert_eq!(self.run.counts().open(), 0);
        let phase = if self.run.phase() == Phase::Stopped { Phase::Stopped } else { Phase::Ended };
        assert_eq!(self.run.phase(), phase);
        assert!(self.run.ended_at().is_some());
        let desktops = self.story.desktops.len() as u64;
        let allowed = (5 * desktops + 20) * (1 + self.allowed_more);
        assert!(self.puts.len() as u64 - self.uncounted <= allowed, "{} calls", self.puts.len());
        for (desktop, (class, was_wanted, nature)) in self.run.desktops().iter().zip(&self.story.desktops) {
            let verdict = desktop.verdict().unwrap();
            let reads_wanted = self.world.last_value(&desktop.id) == Some(wanted);
            let named = self.puts.iter().any(|ids| ids.contains(&desktop.id));
            let story = format!("{desktop:#?} {nature:?}");
            match verdict {
                Verdict::Changed => {
                    assert!(reads_wanted && named && !was_wanted, "{story}");
                    assert!(self.last_wanted[&desktop.id] >= self.last_named[&desktop.id], "no read behind {story}");
                }
                Verdict::AlreadySo => assert!(*was_wanted && !named, "{story}"),
                Verdict::Refused => {
                    assert!(!reads_wanted && desktop.error.is_some(), "{story}");
                    assert!(!matches!(nature, Nature::Willing | Nature::Gone) || self.is_broken(), "{story}");
                }
                Verdict::NotFound => assert_eq!(*nature, Nature::Gone, "{story}"),
                Verdict::NotSent => assert!(!reads_wanted || !named, "{story}"),
                Verdict::Unknown => assert!(named, "{story}"),
            }
            if *class != Class::WillChange {
                assert!(!named, "{story}");
            }
        }
    }

    /// Whether the cloud answered with an error of its own that a willing desktop may have met alone.
    fn is_broken(&self) -> bool {
        self.story.world.put_faults.contains(&Some(Fault::ErrorAfter))
    }
}

/// Whether the answer to a PUT leaves open what it did.
pub fn has_no_answer(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Put(PutOutcome::NoAnswer(NoAnswer::TimedOut | NoAnswer::ConnectionLost)) => true,
        Outcome::Put(PutOutcome::Answered(answer)) => matches!(answer.error.status, 500 | 502),
        _ => false,
    }
}

/// Whether a PUT counts as no attempt: the cloud asked to wait, or it never left.
pub fn is_no_attempt(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Put(PutOutcome::NotSentOut) => true,
        Outcome::Put(PutOutcome::Answered(answer)) => matches!(answer.error.status, 429 | 503),
        _ => false,
    }
}

pub fn is_sign_in(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Put(PutOutcome::Answered(answer))
        | Outcome::Read(ReadOutcome::Answered(answer))
        | Outcome::Look(LookOutcome::Answered(answer)) => answer.error.status == 401,
        _ => false,
    }
}

pub fn put_ids(step: &Step) -> Option<&Vec<DesktopId>> {
    match &step.call {
        Call::Put { ids, .. } => Some(ids),
        Call::Read { .. } | Call::Look { .. } => None,
    }
}

/// The number of a step, as it is written.
pub fn key(step: &Step) -> u64 {
    serde_json::to_value(step.id).unwrap().as_u64().unwrap()
}
