//! Everything of a run but its rows.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::permission::Right;
use super::{Limits, Phase, StepId};
use crate::maintenance::Mode;
use crate::maintenance::follow_up::Origin;
use crate::maintenance::report::Counts;
use crate::time::Timestamp;

/// Everything of a run but its rows: small, because it is written at every step.
///
/// First batches are cut from the rows when their turn comes, so that only batches in trouble are held here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub(super) mode: Mode,
    pub(super) limits: Limits,
    pub(super) phase: Phase,
    pub(super) started_at: Timestamp,
    pub(super) until: Option<Timestamp>,
    /// Somebody said to go on although `until` has passed.
    pub(super) until_waived: bool,
    pub(super) paused_at: Option<Timestamp>,
    pub(super) ended_at: Option<Timestamp>,
    /// Nothing is sent any more, and why.
    pub(super) bar: Option<Bar>,
    pub(super) counts: Counts,
    /// Rows that Checking has yet to read.
    pub(super) unchecked: u32,
    pub(super) next_step: u64,
    pub(super) next_batch: u32,
    pub(super) next_part: u32,
    /// The first row that no batch was cut from yet.
    pub(super) cursor: u32,
    /// Batches and parts that are to go out, by level and number.
    pub(super) parts: VecDeque<Part>,
    /// Batches and parts without an answer, whose rows are read first.
    pub(super) held: Vec<Part>,
    pub(super) in_flight: Vec<InFlight>,
    /// No PUT before, no read before: the cloud asked to wait, or could not be reached.
    pub(super) puts_not_before: Option<Timestamp>,
    pub(super) reads_not_before: Option<Timestamp>,
    /// Reads in a row that were told to wait.
    pub(super) reads_stalled: u32,
    /// Since when the cloud takes no call.
    pub(super) trouble_since: Option<Timestamp>,
    /// How many calls it took so far.
    pub(super) taken: u64,
    /// When the last pause ended.
    pub(super) resumed_at: Option<Timestamp>,
    /// PUTs that count against the allowance: not those that were throttled or never left.
    pub(super) puts: u64,
    pub(super) puts_allowed: u64,
    /// Calls begun, for the page.
    pub(super) puts_sent: u64,
    pub(super) reads_sent: u64,
    /// Which run it follows, and what for.
    #[serde(default)]
    pub(super) origin: Option<Origin>,
    /// How often it was paused: the number of the present pause.
    #[serde(default)]
    pub(super) pauses: u32,
    /// What is known of the right to change desktops.
    #[serde(default)]
    pub(super) right: Right,
    /// The most ids of a batch not yet sent, where a refused batch has shown that [`Limits::batch_limit_ids`] is too much.
    #[serde(default)]
    pub(super) size_limit: Option<usize>,
    /// Refused first batches whose parts were all accepted so far, by number.
    #[serde(default)]
    pub(super) sizes: BTreeMap<u32, Sizes>,
}

impl Head {
    /// Which run it follows, and what for; `None` for one that began with a review of a selection.
    pub fn origin(&self) -> Option<Origin> {
        self.origin
    }

    /// Until when the desktops are meant to stay so.
    pub fn until(&self) -> Option<Timestamp> {
        self.until
    }

    /// Which way the run goes.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// What the run is doing.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// How many desktops stand where.
    pub fn counts(&self) -> Counts {
        self.counts
    }
}

/// Why nothing is sent any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Bar {
    /// Somebody stopped the run.
    Stop,
    /// The cloud refused the whole run.
    WholeRun,
    /// Those that were asked for alone were all refused for permission.
    NoRight,
    /// It was over, and those of which nothing is known are read once more.
    ReadAgain,
}

/// What is known of the parts of a refused first batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sizes {
    /// Parts without an answer.
    pub open: u32,
    /// The most ids of an accepted part.
    pub largest: usize,
}

/// A batch, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    /// Positions of its rows.
    pub rows: Vec<u32>,
    /// How often it was split off; 0 is a first batch.
    pub level: u8,
    /// Its place among those of its level.
    pub number: u32,
    /// How often it was sent without an answer.
    pub sends: u8,
    /// How often in a row it was throttled, or never left.
    pub stalls: u32,
    /// When it may go out.
    pub not_before: Timestamp,
    /// The number of the part that it is a half of; 0 for a first batch.
    #[serde(default)]
    pub parent: u32,
}

/// A call that was written down and has no answer yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct InFlight {
    pub id: StepId,
    pub begun_at: Timestamp,
    pub call: Out,
}

/// What is out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Out {
    Put(Part),
    Read(Vec<u32>),
    Look(u32),
}
