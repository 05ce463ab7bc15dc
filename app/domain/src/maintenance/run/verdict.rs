//! What a reading proves.

use super::desktop::Why;
use super::limits::READS_AT_LEAST;
use super::{Cause, DesktopState, LastCall, Run};
use crate::maintenance::Verdict;
use crate::maintenance::outcome::{CloudError, NoAnswer};
use crate::maintenance::plan::Class;
use crate::maintenance::retry;
use crate::time::Timestamp;

impl Run {
    /// A read that was begun at `begun` shows a value.
    pub(super) fn shows(&mut self, row: u32, value: bool, begun: Timestamp, now: Timestamp) {
        // A read that was out while the desktop was sent proves nothing about that call.
        if !self.row(row).is_open() || self.row(row).state == DesktopState::Sending {
            return;
        }
        let wanted = value == self.head.mode.wanted();
        self.set_checked(row);
        let desktop = self.edit(row);
        desktop.track.seen = true;
        desktop.track.strikes = 0;
        desktop.track.reads = desktop.track.reads.saturating_add(1);
        if !desktop.is_named() {
            desktop.prior.get_or_insert(value);
            return self.settle_unsent(row, wanted, now);
        }
        let last = self.last(row);
        if wanted {
            if self.row(row).prior == Some(value) {
                self.settle(row, Verdict::AlreadySo, Cause::StillSoAfterCall(last), now);
            } else {
                self.settle(row, Verdict::Changed, Cause::ReadsWanted(last), now);
            }
            return;
        }
        if self.row(row).state == DesktopState::Waiting {
            return self.set_due(row, None);
        }
        let track = &self.row(row).track;
        // After a call without an answer a late effect has to be waited for.
        let enough = !track.unanswered || self.is_over(row, now);
        match track.why {
            Why::Probe if begun >= track.from.after(retry::PROBE_ENOUGH) => {
                self.edit(row).track.ready = true;
                self.set_due(row, None);
            }
            Why::Refused if enough => self.settle(row, Verdict::Refused, Cause::OwnCall, now),
            Why::WholeRun if enough => self.settle(row, Verdict::Refused, Cause::WholeRun, now),
            Why::NotSent if !track.unanswered => self.settle_kept_back(row, now),
            Why::NotSent | Why::Accepted if self.is_over(row, now) => {
                self.settle(row, Verdict::Unknown, Cause::StillReadsOld(last), now);
            }
            Why::Unanswered if self.is_over(row, now) => self.give_up_unanswered(row, last, now),
            _ => self.read_later(row, now),
        }
    }

    /// A desktop that no call of this run named is judged by what was reviewed: nothing is sent that was not seen
    /// under *Will change*.
    fn settle_unsent(&mut self, row: u32, wanted: bool, now: Timestamp) {
        let desktop = self.row(row);
        let recent = desktop.track.recent.is_some_and(|named| now.since(named) < super::limits::RECENT);
        let recent = recent || self.always_sends();
        match (desktop.class, wanted) {
            (Class::WillChange, true) if !recent => {
                self.settle(row, Verdict::AlreadySo, Cause::BecameSoSinceReview, now);
            }
            (Class::AlreadySo, true) if !recent => self.settle(row, Verdict::AlreadySo, Cause::WasSo, now),
            (Class::AlreadySo, false) => self.settle(row, Verdict::NotSent, Cause::OppositeSinceReview, now),
            (Class::NotFound, _) => self.settle(row, Verdict::NotSent, Cause::AppearedSinceReview, now),
            (Class::WillChange, _) | (Class::AlreadySo, true) => {
                self.set_due(row, None);
                if self.row(row).cause == Cause::Planned {
                    self.set_state(row, DesktopState::Waiting, Cause::Checked, now);
                }
            }
        }
    }

    /// The list lacks it, and its own GET says that it is gone.
    pub(super) fn is_gone(&mut self, row: u32, error: CloudError, now: Timestamp) {
        if !self.row(row).is_open() || self.row(row).state == DesktopState::Sending {
            return;
        }
        let cause = if self.row(row).is_named() {
            Cause::GoneAfterCall(self.last(row))
        } else if self.row(row).class == Class::NotFound {
            Cause::NotInCatalogue
        } else {
            Cause::GoneSinceReview
        };
        self.edit(row).error.get_or_insert(error);
        self.settle(row, Verdict::NotFound, cause, now);
    }

    /// Neither the list nor its own GET lets it be read.
    pub(super) fn may_not_be_read(&mut self, row: u32, error: &CloudError, now: Timestamp) {
        self.settle_without_proof(row, Cause::MayNotBeRead, Some(error), now);
    }

    /// A read ended without an answer, or with an error.
    pub(super) fn shows_nothing(&mut self, row: u32, error: Option<&CloudError>, now: Timestamp) {
        if !self.row(row).is_open() || self.row(row).state == DesktopState::Sending {
            return;
        }
        let taken = self.head.taken;
        let waits = self.row(row).state == DesktopState::Waiting;
        let track = &mut self.edit(row).track;
        track.alone = false;
        track.reads = track.reads.saturating_add(1);
        if std::mem::replace(&mut track.taken, taken) != taken {
            track.strikes = track.strikes.saturating_add(1);
        }
        // While the cloud takes no call at all, nothing is decided about what may still be sent: it goes on when the
        // cloud is back, or the run pauses.
        let may_be_sent = waits || track.why == Why::Probe;
        let cloud_is_away = track.strikes < READS_AT_LEAST;
        if self.is_over(row, now) && !(may_be_sent && cloud_is_away) {
            self.settle_without_proof(row, Cause::CouldNotBeRead, error, now);
        } else {
            self.read_later(row, now);
        }
    }

    /// No reading will show it: what is known without one.
    fn settle_without_proof(&mut self, row: u32, cause: Cause, error: Option<&CloudError>, now: Timestamp) {
        let desktop = self.row(row);
        if !desktop.is_open() || desktop.state == DesktopState::Sending {
            return;
        }
        let (seen, last) = (desktop.track.seen, self.last(row));
        if !desktop.is_named() {
            self.edit(row).error = error.cloned();
            return self.settle(row, Verdict::NotSent, cause, now);
        }
        match desktop.track.why {
            Why::Refused if !desktop.track.unanswered => self.settle(row, Verdict::Refused, Cause::OwnCall, now),
            Why::WholeRun if !desktop.track.unanswered => self.settle(row, Verdict::Refused, Cause::WholeRun, now),
            Why::Unanswered if seen && cause == Cause::CouldNotBeRead => self.give_up_unanswered(row, last, now),
            Why::Accepted if seen && cause == Cause::CouldNotBeRead => {
                self.settle(row, Verdict::Unknown, Cause::StillReadsOld(last), now);
            }
            _ => {
                if let Some(error) = error {
                    self.edit(row).error = Some(error.clone());
                }
                self.settle(row, Verdict::Unknown, cause, now);
            }
        }
    }

    /// It was sent alone as often as may be, or nothing is sent any more.
    fn give_up_unanswered(&mut self, row: u32, last: LastCall, now: Timestamp) {
        let desktop = self.row(row);
        let named_error = desktop.error.as_ref().is_some_and(|error| error.code.is_some());
        if named_error && desktop.track.single {
            self.settle(row, Verdict::Refused, Cause::ErrorEachTime, now);
        } else {
            self.settle(row, Verdict::Unknown, Cause::StillReadsOld(last), now);
        }
    }

    /// Reads a row at the next moment of its schedule, at the latest when its reading time is over.
    pub(super) fn read_later(&mut self, row: u32, now: Timestamp) {
        let track = &self.row(row).track;
        let elapsed = now.since(track.from);
        let next = if track.why == Why::Probe { retry::next_probe(elapsed) } else { retry::next_read(elapsed) };
        let left = self.head.limits.read_back_limit.saturating_sub(track.before);
        let next = if elapsed < left { next.min(left) } else { next };
        let due = track.from.after(next);
        self.set_due(row, Some(due));
    }

    /// Whether the reading time of a row is over.
    fn is_over(&self, row: u32, now: Timestamp) -> bool {
        let track = &self.row(row).track;
        track.reads >= READS_AT_LEAST && track.before + now.since(track.from) >= self.head.limits.read_back_limit
    }

    pub(super) fn last(&self, row: u32) -> LastCall {
        self.row(row).track.last.unwrap_or(LastCall::NoAnswer(NoAnswer::Interrupted))
    }
}
