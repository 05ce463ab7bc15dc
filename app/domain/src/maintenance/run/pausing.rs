//! How a run pauses, gives its claims up, and goes on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::head::Bar;
use super::limits::{GIVE_UP_AFTER, PUTS_BESIDE, PUTS_PER_DESKTOP};
use super::{Cause, KeptBack, Pause, Phase, Run, RunDesktop};
use crate::desktop::DesktopId;
use crate::maintenance::Verdict;
use crate::maintenance::plan::Class;
use crate::operator::Operator;
use crate::role::Role;
use crate::time::Timestamp;

/// What was found when a run took its claims again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retaken {
    /// Desktops that another open run holds now, with its number.
    pub taken: BTreeMap<DesktopId, u32>,
    /// When a call of another run named a desktop last, within [`RECENT`](super::RECENT).
    pub recently_named: BTreeMap<DesktopId, Timestamp>,
}

/// What came of continuing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resumed {
    /// It goes on.
    GoesOn,
    /// It asks whether to go on although *until* has passed: a new pause, which a new answer has to name.
    AsksAboutUntil,
    /// The answer was to another pause, or the run is not paused: nothing has changed.
    NotThisPause,
}

impl Run {
    /// The credential of the run is gone.
    pub fn pause_for_sign_in(&mut self, now: Timestamp) {
        self.pause(Pause::SignIn, now);
    }

    /// The number of the present pause: what a *Continue* has to name, so that one that was meant for the pause before
    /// does not answer a question that nobody has seen.
    pub fn pause_number(&self) -> Option<u32> {
        matches!(self.head.phase, Phase::Paused(_)).then_some(self.head.pauses)
    }

    /// Whether somebody else than its operator may continue the paused run.
    pub fn may_take_over(&self, owner: &Operator, caller: &Operator, role: Role) -> bool {
        matches!(self.head.phase, Phase::Paused(_)) && role.may_change() && !owner.is_same_person(caller)
    }

    /// When the pause is so long that claims are given up; `None` where none is.
    pub fn gives_up_at(&self) -> Option<Timestamp> {
        let paused = self.head.paused_at.filter(|_| matches!(self.head.phase, Phase::Paused(_)))?;
        self.rows.iter().any(holds_in_vain).then(|| paused.after(GIVE_UP_AFTER))
    }

    /// Gives up the claims on what no call has named, once the pause is longer than [`GIVE_UP_AFTER`]. The ids given up
    /// now are also among those of [`Changes::settled`](super::Changes::settled), so that saving drops their claims.
    pub fn give_up(&mut self, now: Timestamp) -> Vec<DesktopId> {
        if self.gives_up_at().is_none_or(|at| now < at) {
            return Vec::new();
        }
        let rows: Vec<u32> = self.all().filter(|row| holds_in_vain(self.row(*row))).collect();
        for row in &rows {
            self.edit(*row).track.unclaimed = true;
            self.settled.push(*row);
        }
        self.ids(&rows)
    }

    /// The ids that have to be claimed again before [`Run::resume_with`]. Empty where continuing would only ask about
    /// *until*: nothing is taken from anybody for a question.
    pub fn wants_claims(&self, now: Timestamp) -> Vec<DesktopId> {
        if !matches!(self.head.phase, Phase::Paused(_)) || self.asks_about_until(now) {
            return Vec::new();
        }
        self.rows.iter().filter(|row| is_given_up(row)).map(|row| row.id.clone()).collect()
    }

    /// Continues the run, whatever it is paused for. A run that gave up claims goes on by [`Run::resume_with`] alone.
    pub fn resume(&mut self, now: Timestamp) {
        if !self.rows.iter().any(is_given_up) {
            self.resume_with(self.head.pauses, &Retaken::default(), now);
        }
    }

    /// Continues the run from that pause: everything open is read again before anything is sent. What of
    /// [`Run::wants_claims`] is taken is *Not sent*; the rest counts as claimed again.
    pub fn resume_with(&mut self, pause_number: u32, retaken: &Retaken, now: Timestamp) -> Resumed {
        let Phase::Paused(pause) = self.head.phase else { return Resumed::NotThisPause };
        if pause_number != self.head.pauses {
            return Resumed::NotThisPause;
        }
        if self.asks_about_until(now) {
            self.set_pause(Pause::UntilHasPassed);
            return Resumed::AsksAboutUntil;
        }
        if pause == Pause::UntilHasPassed {
            self.head.until_waived = true;
        }
        self.retake(retaken, now);
        if pause == Pause::TooManyCalls {
            let open = u64::from(self.head.counts.open());
            self.head.puts_allowed = self.head.puts + PUTS_PER_DESKTOP * open + PUTS_BESIDE;
        }
        self.read_afresh(now);
        self.head.phase = match self.head.bar {
            Some(Bar::Stop) => Phase::Stopping,
            Some(Bar::WholeRun | Bar::NoRight | Bar::ReadAgain) => Phase::Running,
            None => Phase::Checking,
        };
        self.advance(now);
        Resumed::GoesOn
    }

    fn asks_about_until(&self, now: Timestamp) -> bool {
        let late = self.head.until.is_some_and(|until| until <= now);
        let asked = self.head.until_waived || self.head.phase == Phase::Paused(Pause::UntilHasPassed);
        late && !asked && self.may_stop()
    }

    fn retake(&mut self, retaken: &Retaken, now: Timestamp) {
        for row in self.all() {
            if !is_given_up(self.row(row)) {
                continue;
            }
            let id = &self.row(row).id;
            let (taken, named) = (retaken.taken.get(id).copied(), retaken.recently_named.get(id).copied());
            if let Some(number) = taken {
                self.edit(row).kept_back = Some(KeptBack::InRun { number });
                self.settle(row, Verdict::NotSent, Cause::Stopped, now);
            } else {
                let track = &mut self.edit(row).track;
                track.unclaimed = false;
                track.recent = track.recent.max(named);
            }
        }
    }

    pub(super) fn pause(&mut self, pause: Pause, now: Timestamp) {
        match self.head.phase {
            Phase::Paused(before) if pause == Pause::SignIn && before != pause => self.set_pause(pause),
            Phase::Stopped | Phase::Ended | Phase::Paused(_) => {}
            Phase::Checking | Phase::Running | Phase::Stopping => {
                self.set_pause(pause);
                self.head.paused_at = Some(now);
            }
        }
    }

    fn set_pause(&mut self, pause: Pause) {
        self.head.phase = Phase::Paused(pause);
        self.head.pauses = self.head.pauses.saturating_add(1);
    }
}

/// Whether a claim is held on a desktop that no call has named.
fn holds_in_vain(desktop: &RunDesktop) -> bool {
    desktop.is_open() && !desktop.is_named() && !desktop.track.unclaimed && desktop.class != Class::NotFound
}

fn is_given_up(desktop: &RunDesktop) -> bool {
    desktop.is_open() && !desktop.is_named() && desktop.track.unclaimed
}
