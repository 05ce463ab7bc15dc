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
    /// The IAM user id that they work as, where one is known.
    pub cloud_user: Option<String>,
    /// Where the request came from; `None` for what Drydock does by itself.
    pub from: Option<String>,
    /// The id of the project it concerns.
    pub project_id: Option<String>,
    /// The number of the run it concerns.
    pub run: Option<u32>,
    /// What happened.
    pub action: Action,
    /// Why, or what about it: a short text of ours or a code of the cloud, never text from elsewhere at length.
    pub why: Option<String>,
}

impl Entry {
    /// A line about nobody and nothing yet.
    pub fn new(at: Timestamp, action: Action) -> Self {
        Self { at, operator: None, cloud_user: None, from: None, project_id: None, run: None, action, why: None }
    }
}

/// A line as it is read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1, without gaps.
    pub number: u64,
    /// What it says.
    pub entry: Entry,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Signed in to the cloud.
    SignedIn,
    /// A sign-in that was refused.
    SignInRefused,
    /// A sign-in that was not tried, because too many failed before it.
    SignInHeld,
    /// Opened another project.
    ProjectOpened,
    /// Signed out.
    SignedOut,
    /// Ended one of their other sessions.
    SessionEnded,
    /// An administrator ended all sessions of a person.
    SessionsEnded,
    /// A request without an identity that can be believed.
    IdentityRefused,
    /// A session whose identity was missing from a request; the session was ended.
    IdentityMissing,
    /// A session that came with another person's identity; the session was ended.
    IdentityChanged,
    /// Somebody whom no group gives a role.
    RoleRefused,
    /// Somebody asked for what their role may not do.
    NotPermitted,
    /// A change that did not come from a page of ours.
    OriginRefused,
    /// Confirmed a review: a run was written down.
    Confirmed,
    /// A confirm that sent nothing, because another open run holds one of its desktops.
    ConfirmHeld,
    /// Asked a run to stop.
    Stopped,
    /// Let a paused run go on.
    Continued,
    /// Asked again for what a run was refused: a new run was written down.
    Retried,
    /// Sent what a run had not sent: a new run was written down.
    RestSent,
    /// Confirmed an undo: a new run was written down.
    Undone,
    /// Let somebody else's paused run go on.
    TakenOver,
    /// Had a run read again what was unknown.
    ReadAgain,
}
