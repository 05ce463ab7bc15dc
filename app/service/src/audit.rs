//! What is written down about what people did.

use domain::operator::Operator;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// One line of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// Who; `None` where nobody was known yet.
    pub operator: Option<Operator>,
    /// The id of the project it concerns.
    pub project_id: Option<String>,
    /// The number of the run it concerns.
    pub run: Option<u32>,
    /// What happened.
    pub action: Action,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Signed in to the cloud.
    SignedIn,
    /// A sign-in that was refused.
    SignInRefused,
    /// Signed out.
    SignedOut,
    /// Confirmed a review: a run was written down.
    Confirmed,
    /// A confirm that sent nothing, because another open run holds one of its desktops.
    ConfirmHeld,
    /// Asked a run to stop.
    Stopped,
    /// Let a paused run go on.
    Continued,
}
