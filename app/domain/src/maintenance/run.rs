//! A confirmed plan that was started, as a pure state machine.
//!
//! [`Run::next_steps`] proposes what is due, [`Run::begin`] writes down what is about to be performed, [`Run::record`]
//! takes what came of it. Nothing else happens by itself: no clock, no randomness, no I/O. Whoever saves
//! [`Run::take_changes`] before a step is performed and after its answer can lose the process at any moment.
//!
//! ```text
//! Waiting → Sending → Reading back → a verdict        one desktop
//! Checking → Running → Ended                          the run; Paused and Stopping → Stopped beside
//! ```

mod after;
mod changes;
mod checking;
mod desktop;
mod head;
mod limits;
mod pausing;
mod permission;
mod phase;
mod reading;
mod rows;
mod sending;
mod size;
#[cfg(test)]
pub(crate) mod tests;
mod unanswered;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use changes::{BatchSummary, Changes};
pub use checking::Start;
pub use desktop::{Cause, DesktopState, KeptBack, LastCall, RunDesktop};
pub use head::Head;
pub use limits::{GIVE_UP_AFTER, Limits, RECENT};
pub use pausing::{Resumed, Retaken};

use super::Mode;
use super::outcome::{LookOutcome, PutOutcome, ReadOutcome};
use super::report::Counts;
use crate::desktop::DesktopId;
use crate::time::Timestamp;

/// What a run is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Phase {
    /// Reads the whole set again; sends nothing.
    Checking,
    /// Sends and reads.
    Running,
    /// Does nothing until a person continues it.
    Paused(Pause),
    /// Sends nothing more, and reads what was sent.
    Stopping,
    /// Was stopped; every desktop has its verdict.
    Stopped,
    /// Every desktop has its verdict.
    Ended,
}

/// Why a run is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Pause {
    /// The cloud wants a new sign-in.
    SignIn,
    /// The cloud took no call for 15 minutes.
    CloudDoesNotAnswer,
    /// The end that the operator gave has passed. Asked only when another pause ends.
    UntilHasPassed,
    /// The run made more calls than it can need.
    TooManyCalls,
}

/// The number of a step, unique in its run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepId(u64);

/// One call to the cloud.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Call {
    /// Set the maintenance mode of these desktops.
    Put {
        /// Which, at most [`Limits::batch_limit_ids`].
        ids: Vec<DesktopId>,
        /// To which value.
        wanted: bool,
    },
    /// List these desktops.
    Read {
        /// Which, at most [`Limits::batch_limit_ids`].
        ids: Vec<DesktopId>,
    },
    /// Ask for one desktop alone.
    Look {
        /// Which.
        id: DesktopId,
    },
}

/// A call that is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its number, by which its outcome is recorded.
    pub id: StepId,
    /// What to do.
    pub call: Call,
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Of a [`Call::Put`].
    Put(PutOutcome),
    /// Of a [`Call::Read`].
    Read(ReadOutcome),
    /// Of a [`Call::Look`].
    Look(LookOutcome),
}

/// A run.
///
/// Saved as its [`Head`] and its rows; everything else here is an index made from them.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    head: Head,
    rows: Vec<RunDesktop>,
    positions: BTreeMap<DesktopId, u32>,
    /// Which row is to be read when.
    due: BTreeSet<(Timestamp, u32)>,
    dirty: BTreeSet<u32>,
    named: Vec<u32>,
    settled: Vec<u32>,
}

impl Run {
    /// Makes a run of what was saved. Call [`Run::interrupt`] next, unless nothing can have been in flight.
    pub fn restore(head: Head, desktops: Vec<RunDesktop>) -> Self {
        let mut positions = BTreeMap::new();
        let mut due = BTreeSet::new();
        for (row, desktop) in (0_u32..).zip(&desktops) {
            positions.insert(desktop.id.clone(), row);
            if let Some(at) = desktop.track.due {
                due.insert((at, row));
            }
        }
        let (dirty, named, settled) = (BTreeSet::new(), Vec::new(), Vec::new());
        Self { head, rows: desktops, positions, due, dirty, named, settled }
    }

    /// Every call that is due now, within what may be in flight. Changes nothing.
    pub fn next_steps(&self, now: Timestamp) -> Vec<Step> {
        let calls = self.due_puts(now).into_iter().chain(self.due_reads(now));
        (self.head.next_step..).zip(calls).map(|(id, call)| Step { id: StepId(id), call }).collect()
    }

    /// Writes down that these steps of [`Run::next_steps`] are about to be performed. Save before performing them.
    pub fn begin(&mut self, steps: &[Step], now: Timestamp) {
        for step in steps {
            self.head.next_step = self.head.next_step.max(step.id.0.saturating_add(1));
            match &step.call {
                Call::Put { ids, .. } => self.begin_put(step.id, ids, now),
                Call::Read { ids } => self.begin_read(step.id, ids, now),
                Call::Look { id } => self.begin_look(step.id, id, now),
            }
        }
    }

    /// Takes what came of a step; `dice` is a random number. An outcome that is no longer waited for changes nothing.
    pub fn record(&mut self, step: StepId, outcome: Outcome, now: Timestamp, dice: u64) {
        let Some(place) = self.head.in_flight.iter().position(|out| out.id == step) else { return };
        let out = self.head.in_flight.swap_remove(place);
        self.take(out, outcome, now, dice);
        self.advance(now);
    }

    /// What the run is doing.
    pub fn phase(&self) -> Phase {
        self.head.phase
    }

    /// Which way the run goes.
    pub fn mode(&self) -> Mode {
        self.head.mode
    }

    /// The limits it was started with.
    pub fn limits(&self) -> &Limits {
        &self.head.limits
    }

    /// Everything but the rows.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// All reviewed desktops, in the order in which batches are cut.
    pub fn desktops(&self) -> &[RunDesktop] {
        &self.rows
    }

    /// How many desktops stand where.
    pub fn counts(&self) -> Counts {
        self.head.counts
    }

    /// Whether a desktop is still without a verdict, or a call is out.
    pub fn is_open(&self) -> bool {
        !matches!(self.head.phase, Phase::Stopped | Phase::Ended)
    }

    /// Whether there is something left to send that stopping would keep back.
    pub fn may_stop(&self) -> bool {
        let counts = &self.head.counts;
        self.is_open()
            && self.head.bar.is_none()
            && (counts.waiting > 0 || counts.sending > 0 || !self.head.held.is_empty())
    }

    /// Whether nothing is sent any more, whatever happens: it was stopped, or the cloud refused it as a whole.
    pub fn only_reads(&self) -> bool {
        self.head.bar.is_some()
    }

    /// Since when it is paused.
    pub fn paused_at(&self) -> Option<Timestamp> {
        self.head.paused_at
    }

    /// When it was started.
    pub fn started_at(&self) -> Timestamp {
        self.head.started_at
    }

    /// When it ended or was stopped for good.
    pub fn ended_at(&self) -> Option<Timestamp> {
        self.head.ended_at
    }

    /// How many PUTs were begun.
    pub fn puts_sent(&self) -> u64 {
        self.head.puts_sent
    }

    /// How many reads were begun, those of one desktop alone included.
    pub fn reads_sent(&self) -> u64 {
        self.head.reads_sent
    }

    /// How many calls are out.
    pub fn calls_in_flight(&self) -> usize {
        self.head.in_flight.len()
    }
}
