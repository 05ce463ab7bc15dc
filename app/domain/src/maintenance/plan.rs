//! What was reviewed: the chosen desktops, frozen and sorted into classes.

use serde::{Deserialize, Serialize};

use super::Mode;
use crate::desktop::{DesktopId, Session};
use crate::time::Timestamp;

/// What a run is expected to do with a desktop, as frozen at review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Class {
    /// It read as the opposite of what is wanted.
    WillChange,
    /// It read as wanted already.
    AlreadySo,
    /// The catalogue does not hold it.
    NotFound,
}

/// One reviewed desktop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedDesktop {
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
    /// Whether somebody is connected; `None` where it was not found.
    pub session: Option<Session>,
    /// What is expected to happen.
    pub class: Class,
}

/// The reviewed set. Every id stands in it once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Which way.
    pub mode: Mode,
    /// When the catalogue that it was made from was read.
    pub read_at: Timestamp,
    /// The desktops in the order in which batches are cut: by enterprise project, pool and id, so that ids which are
    /// refused together lie together.
    pub desktops: Vec<PlannedDesktop>,
}
