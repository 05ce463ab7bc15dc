//! Which PUTs are due, and what their answers mean for the desktops in them.

use super::desktop::Why;
use super::head::{Bar, InFlight, Out, Part};
use super::{Call, Cause, DesktopState, LastCall, Phase, Run, StepId};
use crate::desktop::DesktopId;
use crate::maintenance::outcome::{AnswerClass, CloudError, PutOutcome, classify};
use crate::maintenance::{bisect, retry};
use crate::time::Timestamp;

impl Run {
    /// The PUTs that are due: first batches in the order of the plan, then parts, level by level.
    pub(super) fn due_puts(&self, now: Timestamp) -> Vec<Call> {
        let mut slots = self.put_slots();
        if self.head.puts_not_before.is_some_and(|at| at > now) {
            slots = 0;
        }
        let wanted = self.head.mode.wanted();
        if let Some((row, at)) = self.asks_next() {
            let is_due = slots > 0 && at <= now;
            return is_due.then(|| Call::Put { ids: self.ids(&[row]), wanted }).into_iter().collect();
        }
        let mut batches = Vec::new();
        let due = |part: &&Part| part.not_before <= now;
        let firsts = self.head.parts.partition_point(|part| part.level == 0);
        batches.extend(self.head.parts.range(..firsts).filter(due).take(slots).map(|part| part.rows.clone()));
        let mut cursor = self.head.cursor;
        while batches.len() < slots {
            let batch = self.cut(cursor);
            let Some(last) = batch.last() else { break };
            cursor = last + 1;
            batches.push(batch);
        }
        let free = slots.saturating_sub(batches.len());
        batches.extend(self.head.parts.range(firsts..).filter(due).take(free).map(|part| part.rows.clone()));
        batches.into_iter().map(|rows| Call::Put { ids: self.ids(&rows), wanted }).collect()
    }

    /// When the next PUT may go out although nothing comes back.
    pub(super) fn put_wakes_at(&self, now: Timestamp) -> Option<Timestamp> {
        if self.put_slots() == 0 {
            return None;
        }
        let earliest = if let Some((_, at)) = self.asks_next() {
            at
        } else {
            let part = self.head.parts.iter().map(|part| part.not_before).min();
            let first = self.has_uncut().then_some(now);
            part.into_iter().chain(first).min()?
        };
        Some(self.head.puts_not_before.map_or(earliest, |held| held.max(earliest)))
    }

    /// Whether a batch or a part waits to be sent.
    pub(super) fn has_something_to_send(&self) -> bool {
        self.head.bar.is_none() && (!self.head.parts.is_empty() || self.has_uncut())
    }

    fn has_uncut(&self) -> bool {
        self.rows.iter().skip(self.head.cursor as usize).any(super::RunDesktop::is_open)
    }

    fn put_slots(&self) -> usize {
        if self.head.phase != Phase::Running || self.head.bar.is_some() {
            return 0;
        }
        let out = self.head.in_flight.iter().filter(|out| matches!(out.call, Out::Put(_))).count();
        let allowed = usize::try_from(self.head.puts_allowed.saturating_sub(self.head.puts)).unwrap_or(usize::MAX);
        let at_once = if self.doubts_right() { 1 } else { self.head.limits.batches_in_flight.max(1) };
        at_once.saturating_sub(out).min(allowed)
    }

    /// The next first batch from `cursor` on.
    fn cut(&self, cursor: u32) -> Vec<u32> {
        let rows = (cursor..self.all().end).filter(|row| self.row(*row).is_open());
        rows.take(self.size_limit()).collect()
    }

    pub(super) fn ids(&self, rows: &[u32]) -> Vec<DesktopId> {
        rows.iter().map(|row| self.row(*row).id.clone()).collect()
    }

    pub(super) fn begin_put(&mut self, id: StepId, ids: &[DesktopId], now: Timestamp) {
        let rows: Vec<u32> = ids.iter().filter_map(|id| self.positions.get(id).copied()).collect();
        let Some(part) = self.take_part(&rows, now) else { return };
        for row in &part.rows {
            self.set_state(*row, DesktopState::Sending, Cause::InCall, now);
            let track = &mut self.edit(*row).track;
            track.calls = track.calls.saturating_add(1);
            track.single = part.rows.len() == 1;
            self.named.push(*row);
        }
        self.head.puts += 1;
        self.head.puts_sent += 1;
        self.head.in_flight.push(InFlight { id, begun_at: now, call: Out::Put(part) });
    }

    /// Takes the waiting part of exactly these rows, or cuts them as the next first batch.
    fn take_part(&mut self, rows: &[u32], now: Timestamp) -> Option<Part> {
        if let Some(place) = self.head.parts.iter().position(|part| part.rows == rows) {
            return self.head.parts.remove(place);
        }
        if let [row] = rows
            && self.asks_next().is_some_and(|(asked, _)| asked == *row)
        {
            return self.take_alone(*row);
        }
        let (first, last) = (*rows.first()?, *rows.last()?);
        if first < self.head.cursor || self.cut(first) != rows {
            return None;
        }
        self.head.cursor = last + 1;
        self.head.next_batch += 1;
        let batch = self.head.next_batch;
        for row in rows {
            self.edit(*row).batch = Some(batch);
        }
        Some(self.part(rows.to_vec(), 0, 0, now))
    }

    pub(super) fn part(&mut self, rows: Vec<u32>, level: u8, parent: u32, now: Timestamp) -> Part {
        self.head.next_part += 1;
        Part { rows, level, number: self.head.next_part, sends: 0, stalls: 0, not_before: now, parent }
    }

    pub(super) fn enqueue(&mut self, part: Part) {
        let key = |part: &Part| (part.level, part.number);
        let place = self.head.parts.partition_point(|other| key(other) < key(&part));
        self.head.parts.insert(place, part);
    }

    /// What came of a PUT.
    pub(super) fn record_put(&mut self, part: Part, begun: Timestamp, outcome: PutOutcome, now: Timestamp, dice: u64) {
        let answer = match outcome {
            PutOutcome::Answered(answer) => answer,
            PutOutcome::NotSentOut => return self.put_never_left(part, begun, now, dice),
            PutOutcome::NoAnswer(reason) => {
                self.trouble(begun, now, now);
                return self.unanswered(part, LastCall::NoAnswer(reason), None, now);
            }
        };
        match classify(&answer) {
            AnswerClass::Accepted => {
                self.taken();
                self.told(&part.rows, LastCall::Accepted, None);
                self.right_is_given();
                self.part_was_accepted(&part, now);
                self.read_all(&part.rows, Why::Accepted, Cause::ReadBack(LastCall::Accepted), now);
            }
            AnswerClass::AboutIds => {
                self.taken();
                self.told(&part.rows, LastCall::Refused, Some(&answer.error));
                self.refused(&part, now);
                self.asked_alone(&part, false);
            }
            AnswerClass::Permission => {
                self.taken();
                self.told(&part.rows, LastCall::Refused, Some(&answer.error));
                self.refused(&part, now);
                self.refused_for_permission(&part);
            }
            AnswerClass::WholeRun => {
                self.taken();
                self.told(&part.rows, LastCall::Refused, Some(&answer.error));
                self.read_all(&part.rows, Why::WholeRun, Cause::ReadBackAfterWholeRun, now);
                self.send_no_more(Bar::WholeRun, Some(&answer.error), now);
            }
            AnswerClass::Throttled => {
                self.told(&part.rows, LastCall::Throttled, Some(&answer.error));
                self.head.puts = self.head.puts.saturating_sub(1);
                let wait = retry::wait(answer.retry_after, part.stalls, dice);
                self.hold_puts(part, LastCall::Throttled, begun, now.after(wait), now);
            }
            AnswerClass::SignIn => {
                self.told(&part.rows, LastCall::SignIn, Some(&answer.error));
                self.send_again(part, LastCall::SignIn, now);
                self.wants_sign_in(begun, now);
            }
            AnswerClass::NoAnswer => {
                self.trouble(begun, now, now);
                self.unanswered(part, LastCall::ErrorWithoutAnswer, Some(&answer.error), now);
            }
        }
    }

    pub(super) fn told(&mut self, rows: &[u32], last: LastCall, error: Option<&CloudError>) {
        for row in rows {
            let desktop = self.edit(*row);
            desktop.track.last = Some(last);
            desktop.error = error.cloned();
        }
    }

    pub(super) fn read_all(&mut self, rows: &[u32], why: Why, cause: Cause, now: Timestamp) {
        for row in rows {
            self.read_back(*row, why, cause, now);
        }
    }

    fn refused(&mut self, part: &Part, now: Timestamp) {
        let cause = Cause::ReadBack(LastCall::Refused);
        self.part_was_refused(part);
        if part.rows.len() == 1 {
            self.read_all(&part.rows, Why::Refused, cause, now);
        } else if self.head.bar.is_some() {
            self.read_all(&part.rows, Why::NotSent, cause, now);
        } else {
            self.split(part, LastCall::Refused, now);
        }
    }

    pub(super) fn split(&mut self, part: &Part, last: LastCall, now: Timestamp) {
        for half in bisect::halves(&part.rows) {
            for row in &half {
                self.edit(*row).track.level = part.level.saturating_add(1);
            }
            let half = self.part(half, part.level.saturating_add(1), part.number, now);
            self.send_again(half, last, now);
        }
    }

    /// The call certainly never left, so that it names nobody and counts as no attempt.
    fn put_never_left(&mut self, part: Part, begun: Timestamp, now: Timestamp, dice: u64) {
        self.head.puts = self.head.puts.saturating_sub(1);
        for row in &part.rows {
            let track = &mut self.edit(*row).track;
            track.calls = track.calls.saturating_sub(1);
        }
        let until = now.after(retry::backoff(part.stalls, dice));
        self.hold_puts(part, LastCall::NotSentOut, begun, until, now);
    }

    fn hold_puts(&mut self, mut part: Part, last: LastCall, begun: Timestamp, until: Timestamp, now: Timestamp) {
        part.stalls = part.stalls.saturating_add(1);
        part.not_before = until;
        self.head.puts_not_before = self.head.puts_not_before.max(Some(until));
        self.send_again(part, last, now);
        self.trouble(begun, until, now);
    }

    /// Queues a part again, or ends it where nothing is sent any more.
    pub(super) fn send_again(&mut self, part: Part, last: LastCall, now: Timestamp) {
        for row in &part.rows {
            self.set_state(*row, DesktopState::Waiting, Cause::GoesAgain(last), now);
            self.set_due(*row, None);
            self.edit(*row).track.why = Why::Check;
        }
        if self.head.bar.is_some() {
            for row in part.rows {
                self.keep_back(row, now);
            }
        } else {
            self.enqueue(part);
        }
    }
}
