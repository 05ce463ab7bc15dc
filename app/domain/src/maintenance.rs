//! Putting desktops into maintenance and returning them to service.

pub mod bisect;
pub mod csv;
pub mod follow_up;
pub mod outcome;
pub mod plan;
pub mod report;
pub mod request;
pub(crate) mod retry;
pub mod run;
pub mod summary;
pub mod words;

use serde::{Deserialize, Serialize};

/// Which way a run goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Put into maintenance.
    Enter,
    /// Return to service.
    Leave,
}

impl Mode {
    /// The value of `in_maintenance_mode` that a run of this mode wants.
    pub fn wanted(self) -> bool {
        self == Self::Enter
    }

    /// The other way.
    #[must_use]
    pub fn opposite(self) -> Self {
        if self == Self::Enter { Self::Leave } else { Self::Enter }
    }
}

/// The outcome of one desktop. Final; only reading again may turn [`Verdict::Unknown`] into another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// A read after its last call shows the wanted value.
    Changed,
    /// It read as wanted before any call, and still does.
    AlreadySo,
    /// The cloud said no.
    Refused,
    /// It is not listed, and asking for it alone answers 404.
    NotFound,
    /// Never sent, or only in calls that did nothing.
    NotSent,
    /// Sent, and no reading proves either value.
    Unknown,
}
