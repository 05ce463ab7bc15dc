//! Runs that follow another one: what is sent again, and what is returned to what it was.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Verdict;
use super::plan::{Class, Plan, PlannedDesktop};
use super::run::{Run, RunDesktop};
use crate::desktop::{Desktop, DesktopId};
use crate::time::Timestamp;

/// What a run follows another one for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum FollowUp {
    /// To ask again for what was refused.
    Retry,
    /// To send what was not sent.
    Send,
    /// To return what was changed to what it was.
    Undo,
}

/// Which run another one follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Origin {
    /// What for.
    pub kind: FollowUp,
    /// The number of the run that is followed.
    pub run: u32,
}

/// The reviewed set of an undo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// What is returned. One run has one wanted value, and whatever an enter run changed was in service before: it is
    /// undone by one leave run, and the other way round.
    pub plan: Plan,
    /// What is not, and why: shown beside.
    pub left_out: Vec<LeftOut>,
}

/// A desktop that an undo leaves as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Which desktop.
    pub id: DesktopId,
    /// Its computer name.
    pub name: String,
    /// Why.
    pub reason: LeftOutReason,
}

/// Why an undo leaves a desktop as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LeftOutReason {
    /// A later run has named it: the number of that run.
    LaterRun(u32),
    /// It was read as changed, and reads otherwise now: somebody has changed it since.
    ChangedSince,
    /// *Unknown*, and it read as the run wanted it before its call: there is nothing to return it to.
    WasSoBefore,
}

impl Run {
    /// What a retry asks again: all *Refused*, frozen at `now`. Its Checking settles what moved since.
    pub fn retry(&self, now: Timestamp) -> Plan {
        self.again(now, |desktop| desktop.verdict() == Some(Verdict::Refused))
    }

    /// What is sent that was not ([`Run::may_send`]), frozen at `now`. Its Checking settles what moved since.
    pub fn send_not_sent(&self, now: Timestamp) -> Plan {
        self.again(now, RunDesktop::may_be_sent)
    }

    /// What an undo returns. `find` knows the catalogue, read at `read_at`; `later` are the desktops that a later run has
    /// named, with its number.
    ///
    /// The run that is made of it has to be started with [`FollowUp::Undo`]: it sends whatever a read shows, because the
    /// change that it undoes may not show yet.
    pub fn undo<'a>(
        &self,
        find: impl Fn(&DesktopId) -> Option<&'a Desktop>,
        later: &BTreeMap<DesktopId, u32>,
        read_at: Timestamp,
    ) -> Undo {
        let wanted = self.mode().wanted();
        let mut undo =
            Undo { plan: Plan { mode: self.mode().opposite(), read_at, desktops: Vec::new() }, left_out: Vec::new() };
        for desktop in self.desktops() {
            let Some(verdict @ (Verdict::Changed | Verdict::Unknown)) = desktop.verdict() else { continue };
            let found = find(&desktop.id);
            let moved = verdict == Verdict::Changed && found.is_some_and(|found| found.in_maintenance != wanted);
            let reason = match later.get(&desktop.id) {
                Some(number) => Some(LeftOutReason::LaterRun(*number)),
                None if !desktop.may_be_undone(wanted) => Some(LeftOutReason::WasSoBefore),
                None if moved => Some(LeftOutReason::ChangedSince),
                None => None,
            };
            if let Some(reason) = reason {
                undo.left_out.push(LeftOut { id: desktop.id.clone(), name: desktop.name.clone(), reason });
            } else {
                let class = if found.is_some() { Class::WillChange } else { Class::NotFound };
                let session = found.map(|found| found.session.clone());
                undo.plan.desktops.push(PlannedDesktop { session, ..planned(desktop, class) });
            }
        }
        undo
    }

    /// The same way once more. The rows are in the order in which batches are cut already.
    fn again(&self, now: Timestamp, fits: impl Fn(&RunDesktop) -> bool) -> Plan {
        let chosen = self.desktops().iter().filter(|desktop| fits(desktop));
        let desktops = chosen.map(|desktop| planned(desktop, Class::WillChange)).collect();
        Plan { mode: self.mode(), read_at: now, desktops }
    }
}

fn planned(desktop: &RunDesktop, class: Class) -> PlannedDesktop {
    PlannedDesktop {
        id: desktop.id.clone(),
        name: desktop.name.clone(),
        user: desktop.user.clone(),
        pool: desktop.pool.clone(),
        enterprise_project: desktop.enterprise_project.clone(),
        session: None,
        class,
    }
}

#[cfg(test)]
mod tests;
