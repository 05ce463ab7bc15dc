//! One desktop of a run: where it stands, why, and what is still to be asked about it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::desktop::DesktopId;
use crate::maintenance::Verdict;
use crate::maintenance::outcome::{CloudError, NoAnswer};
use crate::maintenance::plan::{Class, PlannedDesktop};
use crate::time::Timestamp;

/// Where a desktop of a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum DesktopState {
    /// Its turn has not come, or comes again.
    Waiting,
    /// It stands in a call that has no answer yet.
    Sending,
    /// A reading has to show what came of it.
    ReadingBack,
    /// It has its verdict.
    Final(Verdict),
}

impl DesktopState {
    /// The verdict, where there is one.
    pub fn verdict(self) -> Option<Verdict> {
        match self {
            Self::Final(verdict) => Some(verdict),
            Self::Waiting | Self::Sending | Self::ReadingBack => None,
        }
    }
}

/// What became of the last call that named a desktop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LastCall {
    /// The cloud took it.
    Accepted,
    /// The cloud refused it; [`RunDesktop::error`] says how.
    Refused,
    /// The cloud asked to wait.
    Throttled,
    /// The cloud did not know who asked.
    SignIn,
    /// The cloud answered with an error that leaves open what it did (a 5xx, HTML, a truncated body).
    ErrorWithoutAnswer,
    /// No answer came.
    NoAnswer(NoAnswer),
    /// It certainly never left.
    NotSentOut,
}

/// Why a desktop is in its state or has its verdict. Facts for the sentence on its row, no wording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cause {
    /// *Waiting*: not read yet.
    Planned,
    /// *Waiting*: read, and its turn to be sent comes.
    Checked,
    /// *Sending*: it stands in a call.
    InCall,
    /// *Waiting*: it was in a call that ended so, and goes out again (in a smaller batch where that was refused).
    GoesAgain(LastCall),
    /// *Reading back*: its last call ended so.
    ReadBack(LastCall),
    /// *Reading back*: the refusal concerned the whole run.
    ReadBackAfterWholeRun,

    /// *Changed*: a read shows the wanted value after a call that ended so. After anything but
    /// [`LastCall::Accepted`] the row says "answered with an error, yet reads as wanted".
    ReadsWanted(LastCall),

    /// *Already so*: as reviewed.
    WasSo,
    /// *Already so*: reviewed as to be changed, and reads as wanted since.
    BecameSoSinceReview,
    /// *Already so*: read as wanted, was sent all the same because another call had named it shortly before, and still
    /// reads as wanted.
    StillSoAfterCall(LastCall),

    /// *Refused*: by the answer to a call that named it alone.
    OwnCall,
    /// *Refused*: by an answer that concerns the whole run.
    WholeRun,
    /// *Refused*: every call that named it alone ended with an error of the cloud, and it reads as before.
    ErrorEachTime,

    /// *Not found*: as reviewed.
    NotInCatalogue,
    /// *Not found*: there at the review, gone since.
    GoneSinceReview,
    /// *Not found*: gone when it was read after a call that ended so.
    GoneAfterCall(LastCall),

    /// *Not sent*: the run was stopped, or another run has taken the desktop ([`KeptBack::InRun`]).
    Stopped,
    /// *Not sent*: the cloud refused the whole run, or everything that was asked for alone ([`KeptBack::NoRight`]).
    WholeRunRefused,
    /// *Not sent*: reviewed as already so, and reads as the opposite since.
    OppositeSinceReview,
    /// *Not sent*: reviewed as not found, and there since.
    AppearedSinceReview,
    /// *Not sent* or *Unknown*: the cloud does not let it be read.
    MayNotBeRead,
    /// *Not sent* or *Unknown*: no reading of it succeeded.
    CouldNotBeRead,

    /// *Unknown*: the last call ended so, and it reads as before.
    StillReadsOld(LastCall),
}

/// What kept a desktop from being sent, where its [`Cause`] says too little.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeptBack {
    /// Beside [`Cause::WholeRunRefused`]: each of so many desktops that were asked for alone was refused for permission.
    /// A retry asks again.
    NoRight {
        /// How many were asked for alone.
        asked: u32,
    },
    /// Beside [`Cause::Stopped`]: the run gave its claim up in a long pause, and another run has taken it.
    InRun {
        /// The number of that run.
        number: u32,
    },
}

/// What a row becomes when reading does not show the wanted value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Why {
    /// It is read for Checking alone.
    #[default]
    Check,
    /// Its call had no answer: whether it is sent again depends on this.
    Probe,
    /// Its call was taken: *Unknown* at the limit.
    Accepted,
    /// Its own call was refused: *Refused* after one read.
    Refused,
    /// A refusal of the whole run: *Refused* after one read.
    WholeRun,
    /// Nothing is sent any more: *Not sent* after one read.
    NotSent,
    /// No answer, and nothing is sent any more: *Unknown* (or *Refused* by its own error) at the limit.
    Unanswered,
}

/// The bookkeeping of one row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each asked alone")]
pub(crate) struct Track {
    /// Checking has yet to read it.
    pub unchecked: bool,
    /// The list lacks it, or may not be read: it is asked for alone.
    pub alone: bool,
    /// When it is read next. `None` while a read is out, and where none is due.
    pub due: Option<Timestamp>,
    /// Why it is read.
    pub why: Why,
    /// Since when it is read.
    pub from: Timestamp,
    /// How long it was read before the pauses of the run.
    pub before: Duration,
    /// How many reads were tried since `from`.
    pub reads: u32,
    /// How many of them in a row showed nothing although the cloud took another call meanwhile.
    pub strikes: u32,
    /// [`Head`](super::Head)'s number of calls taken when a read last showed nothing.
    pub taken: u64,
    /// Whether one of them showed a value.
    pub seen: bool,
    /// A read that came late enough after an unanswered call shows the old value.
    pub ready: bool,
    /// How many calls that left, or may have left, named it.
    pub calls: u32,
    /// One of them had no answer, so that it may still take effect.
    pub unanswered: bool,
    /// What became of the last of them.
    pub last: Option<LastCall>,
    /// How often its batch was split.
    pub level: u8,
    /// Its last call named it alone.
    pub single: bool,
    /// When a call of another run named it last.
    pub recent: Option<Timestamp>,
    /// The run holds no claim on it any more although it is open: given up in a pause, or read again after the end.
    pub unclaimed: bool,
    /// It was read again after the end of the run.
    pub again: bool,
}

/// One desktop of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunDesktop {
    /// Which desktop.
    pub id: DesktopId,
    /// Its computer name; empty where it was not found.
    pub name: String,
    /// Who it is assigned to.
    pub user: Option<String>,
    /// The pool it belongs to.
    pub pool: Option<String>,
    /// Its enterprise project.
    pub enterprise_project: Option<String>,
    /// What was expected at the review.
    pub class: Class,
    /// Whether it was in maintenance when Checking read it first; `None` until then, and where it was not there.
    pub prior: Option<bool>,
    /// Where it stands.
    pub state: DesktopState,
    /// Why.
    pub cause: Cause,
    /// What kept it from being sent, where the cause says too little.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_back: Option<KeptBack>,
    /// The last refusal or answer that the state stands on.
    pub error: Option<CloudError>,
    /// The number of the first batch it was in, from 1.
    pub batch: Option<u32>,
    /// Since when it is in its state.
    pub at: Option<Timestamp>,
    pub(crate) track: Track,
}

impl RunDesktop {
    pub(crate) fn new(planned: &PlannedDesktop, recent: Option<Timestamp>, now: Timestamp) -> Self {
        Self {
            id: planned.id.clone(),
            name: planned.name.clone(),
            user: planned.user.clone(),
            pool: planned.pool.clone(),
            enterprise_project: planned.enterprise_project.clone(),
            class: planned.class,
            prior: None,
            state: DesktopState::Waiting,
            cause: Cause::Planned,
            kept_back: None,
            error: None,
            batch: None,
            at: Some(now),
            track: Track { unchecked: true, due: Some(now), from: now, recent, ..Track::default() },
        }
    }

    /// Its verdict, where it has one.
    pub fn verdict(&self) -> Option<Verdict> {
        self.state.verdict()
    }

    /// Whether it stood in a call that left, or may have left.
    pub fn is_named(&self) -> bool {
        self.track.calls > 0
    }

    /// Whether it still waits for its verdict.
    pub fn is_open(&self) -> bool {
        self.verdict().is_none()
    }
}
