//! What may be done when a run is over.

use super::desktop::Why;
use super::head::Bar;
use super::{Cause, Phase, Run, RunDesktop};
use crate::maintenance::Verdict;
use crate::time::Timestamp;

impl Run {
    /// How many desktops a retry would ask again; 0 while the run is open.
    pub fn may_retry(&self) -> u32 {
        if self.is_open() { 0 } else { self.head.counts.refused }
    }

    /// How many desktops may be sent that were not: *Not sent*, and those that were read again and still read as before.
    /// 0 while the run is open.
    pub fn may_send(&self) -> u32 {
        if self.is_open() { 0 } else { self.count(RunDesktop::may_be_sent) }
    }

    /// How many desktops may be read again; 0 while the run is open.
    pub fn may_read_again(&self) -> u32 {
        if self.is_open() { 0 } else { self.head.counts.unknown }
    }

    /// How many desktops an undo would return to what they were before; 0 while the run is open. What others changed
    /// since is not left out yet.
    pub fn may_undo(&self) -> u32 {
        let wanted = self.head.mode.wanted();
        if self.is_open() { 0 } else { self.count(|desktop| desktop.may_be_undone(wanted)) }
    }

    /// Whether a person may let it go on.
    pub fn may_continue(&self) -> bool {
        matches!(self.head.phase, Phase::Paused(_))
    }

    /// Reads all *Unknown* for one more reading time, in the same run: it is open again until each has its verdict, and
    /// sends nothing. Returns how many are read; 0 changes nothing.
    pub fn read_again(&mut self, now: Timestamp) -> u32 {
        let count = self.may_read_again();
        if count == 0 {
            return 0;
        }
        self.head.bar.get_or_insert(Bar::ReadAgain);
        self.head.cursor = self.all().end;
        self.head.trouble_since = None;
        self.head.ended_at = None;
        self.head.phase = if self.head.bar == Some(Bar::Stop) { Phase::Stopping } else { Phase::Running };
        for row in self.all() {
            if self.row(row).verdict() == Some(Verdict::Unknown) {
                let cause = Cause::ReadBack(self.last(row));
                let track = &mut self.edit(row).track;
                track.again = true;
                track.unclaimed = true;
                self.read_back(row, Why::Accepted, cause, now);
            }
        }
        count
    }

    fn count(&self, mut fits: impl FnMut(&RunDesktop) -> bool) -> u32 {
        u32::try_from(self.rows.iter().filter(|row| fits(row)).count()).unwrap_or(u32::MAX)
    }
}

impl RunDesktop {
    /// Whether it may be sent by another run as one that was not sent: also after it was read again and still reads as
    /// before.
    pub fn may_be_sent(&self) -> bool {
        match self.verdict() {
            Some(Verdict::NotSent) => true,
            Some(Verdict::Unknown) => self.track.again && matches!(self.cause, Cause::StillReadsOld(_)),
            _ => false,
        }
    }

    /// Whether an undo of a run that wanted `wanted` would return it: it was sent, and read as the opposite before.
    pub fn may_be_undone(&self, wanted: bool) -> bool {
        matches!(self.verdict(), Some(Verdict::Changed | Verdict::Unknown)) && self.prior == Some(!wanted)
    }
}
