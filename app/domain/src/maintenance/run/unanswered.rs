//! What becomes of a PUT without an answer: its desktops are read before anything is sent again.

use super::desktop::Why;
use super::head::Part;
use super::limits::SENDS_WITHOUT_ANSWER;
use super::{Cause, LastCall, Run};
use crate::maintenance::outcome::{CloudError, NoAnswer};
use crate::time::Timestamp;

impl Run {
    /// Drydock was stopped before the answer of this PUT was written down.
    pub(super) fn put_was_interrupted(&mut self, part: Part, now: Timestamp) {
        self.unanswered(part, LastCall::NoAnswer(NoAnswer::Interrupted), None, now);
    }

    /// Reads first what became of a part without an answer.
    pub(super) fn unanswered(&mut self, mut part: Part, last: LastCall, error: Option<&CloudError>, now: Timestamp) {
        self.told(&part.rows, last, error);
        self.size_is_unclear(&part.rows);
        self.asked_alone(&part, false);
        for row in &part.rows {
            self.edit(*row).track.unanswered = true;
        }
        let barred = self.head.bar.is_some();
        let why = if barred { Why::Unanswered } else { Why::Probe };
        self.read_all(&part.rows, why, Cause::ReadBack(last), now);
        if !barred {
            part.stalls = 0;
            part.sends = part.sends.saturating_add(1);
            self.head.held.push(part);
        }
    }

    /// Sends again, splits or gives up the parts without an answer whose desktops have all been read.
    pub(super) fn resolve_held(&mut self, now: Timestamp) {
        for mut part in std::mem::take(&mut self.head.held) {
            part.rows.retain(|row| self.row(*row).is_open());
            let Some(first) = part.rows.first() else { continue };
            let last = self.row(*first).track.last.unwrap_or(LastCall::NoAnswer(NoAnswer::Interrupted));
            let single = part.rows.len() == 1;
            let sends = if single || part.level == 0 { SENDS_WITHOUT_ANSWER } else { 1 };
            if !part.rows.iter().all(|row| self.row(*row).track.ready) {
                self.head.held.push(part);
            } else if part.sends < sends {
                part.not_before = now;
                self.send_again(part, last, now);
            } else if single {
                for row in part.rows {
                    self.edit(row).track.why = Why::Unanswered;
                    self.read_later(row, now);
                }
            } else {
                self.split(&part, last, now);
            }
        }
    }
}
