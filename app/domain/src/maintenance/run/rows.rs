//! The one place where a row changes, so that counts, the reading order and what has to be saved follow.

use super::desktop::Why;
use super::head::Bar;
use super::{Cause, DesktopState, KeptBack, Run, RunDesktop};
use crate::maintenance::Verdict;
use crate::maintenance::retry;
use crate::time::Timestamp;

impl Run {
    pub(super) fn row(&self, row: u32) -> &RunDesktop {
        &self.rows[row as usize]
    }

    /// A row that is about to change.
    pub(super) fn edit(&mut self, row: u32) -> &mut RunDesktop {
        self.dirty.insert(row);
        &mut self.rows[row as usize]
    }

    /// The positions of all rows.
    pub(super) fn all(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.rows.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn set_due(&mut self, row: u32, due: Option<Timestamp>) {
        let desktop = self.edit(row);
        let old = std::mem::replace(&mut desktop.track.due, due);
        if let Some(at) = old {
            self.due.remove(&(at, row));
        }
        if let Some(at) = due {
            self.due.insert((at, row));
        }
    }

    pub(super) fn set_state(&mut self, row: u32, state: DesktopState, cause: Cause, now: Timestamp) {
        let desktop = self.edit(row);
        let old = std::mem::replace(&mut desktop.state, state);
        desktop.cause = cause;
        if old != state {
            desktop.at = Some(now);
            self.head.counts.shift(old, state);
        }
    }

    /// Gives a row its verdict.
    pub(super) fn settle(&mut self, row: u32, verdict: Verdict, cause: Cause, now: Timestamp) {
        self.set_due(row, None);
        self.set_checked(row);
        self.set_state(row, DesktopState::Final(verdict), cause, now);
        if !std::mem::take(&mut self.edit(row).track.unclaimed) {
            self.settled.push(row);
        }
    }

    /// Settles a row that is not sent because nothing is any more.
    pub(super) fn settle_kept_back(&mut self, row: u32, now: Timestamp) {
        let asked = self.head.right.asked;
        let no_right = self.head.bar == Some(Bar::NoRight);
        self.edit(row).kept_back = no_right.then_some(KeptBack::NoRight { asked });
        let cause = if self.head.bar == Some(Bar::Stop) { Cause::Stopped } else { Cause::WholeRunRefused };
        self.settle(row, Verdict::NotSent, cause, now);
    }

    pub(super) fn set_checked(&mut self, row: u32) {
        if std::mem::take(&mut self.edit(row).track.unchecked) {
            self.head.unchecked = self.head.unchecked.saturating_sub(1);
        }
    }

    pub(super) fn set_unchecked(&mut self, row: u32) {
        if !std::mem::replace(&mut self.edit(row).track.unchecked, true) {
            self.head.unchecked += 1;
        }
    }

    /// Begins to read a row after its call.
    pub(super) fn read_back(&mut self, row: u32, why: Why, cause: Cause, now: Timestamp) {
        let track = &mut self.edit(row).track;
        track.why = why;
        track.from = now;
        track.before = std::time::Duration::ZERO;
        track.reads = 0;
        track.strikes = 0;
        track.seen = false;
        track.ready = false;
        track.alone = false;
        let first = if why == Why::Probe { retry::PROBE_FIRST } else { std::time::Duration::ZERO };
        self.set_due(row, Some(now.after(first)));
        self.set_state(row, DesktopState::ReadingBack, cause, now);
    }
}
