//! What was reviewed: the chosen desktops, frozen and sorted into classes.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Mode;
use crate::desktop::{Desktop, DesktopId, Session};
use crate::time::Timestamp;

/// How old a review may be when it is confirmed; an older one is made anew and nothing is sent. Assumed: a helpdesk looks
/// away for a call, not for a lunch. If it is wrong, people confirm again.
pub const REVIEW_LIMIT: Duration = Duration::from_mins(30);

/// Whether a review frozen at `frozen_at` is too old to be confirmed.
pub fn is_stale(frozen_at: Timestamp, now: Timestamp) -> bool {
    now.since(frozen_at) > REVIEW_LIMIT
}

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

/// How many desktops of a plan are in which class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanCounts {
    /// [`Class::WillChange`]
    pub will_change: usize,
    /// [`Class::AlreadySo`]
    pub already_so: usize,
    /// [`Class::NotFound`]
    pub not_found: usize,
    /// Those of [`PlanCounts::will_change`] with a user connected.
    pub connected: usize,
}

impl Plan {
    /// Freezes what is chosen: each id once, sorted into its class by what `find` knows of it.
    pub fn make<'a>(
        mode: Mode,
        ids: impl IntoIterator<Item = DesktopId>,
        find: impl Fn(&DesktopId) -> Option<&'a Desktop>,
        read_at: Timestamp,
    ) -> Self {
        let ids: BTreeSet<DesktopId> = ids.into_iter().collect();
        let mut desktops: Vec<PlannedDesktop> = ids.into_iter().map(|id| freeze(mode, find(&id), id)).collect();
        // The set has put the ids in order and the sort is stable, so equal keys stay in the order of their ids.
        desktops.sort_by(|one, other| cutting_order(one).cmp(&cutting_order(other)));
        Self { mode, read_at, desktops }
    }

    /// How many desktops are in which class.
    pub fn counts(&self) -> PlanCounts {
        let mut counts = PlanCounts::default();
        for desktop in &self.desktops {
            match desktop.class {
                Class::WillChange => {
                    counts.will_change += 1;
                    counts.connected += usize::from(desktop.session == Some(Session::Connected));
                }
                Class::AlreadySo => counts.already_so += 1,
                Class::NotFound => counts.not_found += 1,
            }
        }
        counts
    }

    /// How many calls change everything that will change where the cloud refuses nothing and a call names up to `limit`
    /// ids (at least one).
    pub fn batches(&self, limit: usize) -> usize {
        self.counts().will_change.div_ceil(limit.max(1))
    }
}

fn freeze(mode: Mode, found: Option<&Desktop>, id: DesktopId) -> PlannedDesktop {
    let Some(desktop) = found else {
        return PlannedDesktop {
            id,
            name: String::new(),
            user: None,
            pool: None,
            enterprise_project: None,
            session: None,
            class: Class::NotFound,
        };
    };
    PlannedDesktop {
        id,
        name: desktop.name.clone(),
        user: desktop.user.clone(),
        pool: desktop.pool.clone(),
        enterprise_project: desktop.enterprise_project.clone(),
        session: Some(desktop.session.clone()),
        class: if desktop.in_maintenance == mode.wanted() { Class::AlreadySo } else { Class::WillChange },
    }
}

/// The order in which batches are cut. What was not found is in no batch and stands last.
fn cutting_order(desktop: &PlannedDesktop) -> (bool, Option<&str>, Option<&str>) {
    (desktop.class == Class::NotFound, desktop.enterprise_project.as_deref(), desktop.pool.as_deref())
}

#[cfg(test)]
mod tests;
