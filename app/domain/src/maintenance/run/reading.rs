//! Which reads are due, and what comes of them.

use std::collections::BTreeMap;

use super::head::{InFlight, Out};
use super::{Call, Phase, Run, StepId};
use crate::desktop::DesktopId;
use crate::maintenance::outcome::{Answer, AnswerClass, CloudError, LookOutcome, NoAnswer, ReadOutcome, classify};
use crate::maintenance::retry;
use crate::time::Timestamp;

impl Run {
    /// The reads that are due. Desktops of all batches share calls.
    pub(super) fn due_reads(&self, now: Timestamp) -> Vec<Call> {
        let slots = self.read_slots();
        if self.head.reads_not_before.is_some_and(|at| at > now) {
            return Vec::new();
        }
        let limit = self.head.limits.batch_limit_ids.max(1);
        let mut calls = Vec::new();
        let mut shared: Vec<u32> = Vec::new();
        for (_, row) in self.due.iter().take_while(|(at, _)| *at <= now) {
            // A read that others are to join holds its place.
            let free = slots.saturating_sub(calls.len() + usize::from(!shared.is_empty()));
            if free == 0 && shared.is_empty() {
                break;
            }
            if self.row(*row).track.alone {
                calls.extend((free > 0).then(|| Call::Look { id: self.row(*row).id.clone() }));
                continue;
            }
            shared.push(*row);
            if shared.len() == limit {
                calls.push(Call::Read { ids: self.ids(&std::mem::take(&mut shared)) });
            }
        }
        if !shared.is_empty() {
            calls.push(Call::Read { ids: self.ids(&shared) });
        }
        calls
    }

    /// When the next read may go out although nothing comes back.
    pub(super) fn read_wakes_at(&self) -> Option<Timestamp> {
        if self.read_slots() == 0 {
            return None;
        }
        let (due, _) = self.due.first()?;
        Some(self.head.reads_not_before.map_or(*due, |held| held.max(*due)))
    }

    fn read_slots(&self) -> usize {
        if !matches!(self.head.phase, Phase::Checking | Phase::Running | Phase::Stopping) {
            return 0;
        }
        let out = self.head.in_flight.iter().filter(|out| !matches!(out.call, Out::Put(_))).count();
        self.head.limits.reads_in_flight.max(1).saturating_sub(out)
    }

    pub(super) fn begin_read(&mut self, id: StepId, ids: &[DesktopId], now: Timestamp) {
        let rows: Vec<u32> = ids.iter().filter_map(|id| self.positions.get(id).copied()).collect();
        for row in &rows {
            self.set_due(*row, None);
        }
        self.head.reads_sent += 1;
        self.head.in_flight.push(InFlight { id, begun_at: now, call: Out::Read(rows) });
    }

    pub(super) fn begin_look(&mut self, id: StepId, desktop: &DesktopId, now: Timestamp) {
        let Some(row) = self.positions.get(desktop).copied() else { return };
        self.set_due(row, None);
        self.head.reads_sent += 1;
        self.head.in_flight.push(InFlight { id, begun_at: now, call: Out::Look(row) });
    }

    /// What came of a read of several.
    pub(super) fn record_read(
        &mut self,
        rows: &[u32],
        begun: Timestamp,
        outcome: ReadOutcome,
        now: Timestamp,
        dice: u64,
    ) {
        match outcome {
            ReadOutcome::Listed(readings) => {
                self.read_taken();
                let listed: BTreeMap<_, _> = readings.into_iter().map(|it| (it.id, it.in_maintenance)).collect();
                for row in rows {
                    match listed.get(&self.row(*row).id) {
                        Some(value) => self.shows(*row, *value, begun, now),
                        None => self.ask_alone(*row, now),
                    }
                }
            }
            ReadOutcome::Answered(answer) if classify(&answer) == AnswerClass::SignIn => {
                self.read_wants_sign_in(rows, begun, now);
            }
            ReadOutcome::Answered(answer) if classify(&answer) == AnswerClass::Throttled => {
                self.hold_reads(rows, begun, answer.retry_after, now, dice);
            }
            ReadOutcome::Answered(answer) if answer.error.status == 403 => {
                self.read_taken();
                for row in rows {
                    self.ask_alone(*row, now);
                }
            }
            ReadOutcome::Answered(answer) => self.read_failed(rows, begun, Some(&answer.error), now),
            ReadOutcome::NotSentOut => self.hold_reads(rows, begun, None, now, dice),
            ReadOutcome::NoAnswer(NoAnswer::Interrupted) => self.read_was_interrupted(rows, now),
            ReadOutcome::NoAnswer(_) => self.read_failed(rows, begun, None, now),
        }
    }

    /// What came of asking for one desktop alone.
    pub(super) fn record_look(&mut self, row: u32, begun: Timestamp, outcome: LookOutcome, now: Timestamp, dice: u64) {
        let rows = [row];
        match outcome {
            LookOutcome::Found(reading) => {
                self.read_taken();
                self.edit(row).track.alone = false;
                self.shows(row, reading.in_maintenance, begun, now);
            }
            LookOutcome::Answered(answer) => match classify(&answer) {
                AnswerClass::SignIn => self.read_wants_sign_in(&rows, begun, now),
                AnswerClass::Throttled => self.hold_reads(&rows, begun, answer.retry_after, now, dice),
                AnswerClass::AboutIds if is_gone(&answer) => {
                    self.read_taken();
                    self.is_gone(row, answer.error, now);
                }
                _ if answer.error.status == 403 => {
                    self.read_taken();
                    self.may_not_be_read(row, &answer.error, now);
                }
                _ => self.read_failed(&rows, begun, Some(&answer.error), now),
            },
            LookOutcome::NotSentOut => self.hold_reads(&rows, begun, None, now, dice),
            LookOutcome::NoAnswer(NoAnswer::Interrupted) => self.read_was_interrupted(&rows, now),
            LookOutcome::NoAnswer(_) => self.read_failed(&rows, begun, None, now),
        }
    }

    /// Reads again at once: nothing was learnt, and the cloud is not to blame.
    pub(super) fn read_was_interrupted(&mut self, rows: &[u32], now: Timestamp) {
        for row in rows {
            if self.row(*row).is_open() {
                self.set_due(*row, Some(now));
            }
        }
    }

    fn read_wants_sign_in(&mut self, rows: &[u32], begun: Timestamp, now: Timestamp) {
        self.read_was_interrupted(rows, now);
        self.wants_sign_in(begun, now);
    }

    fn read_taken(&mut self) {
        self.head.reads_stalled = 0;
        self.taken();
    }

    fn ask_alone(&mut self, row: u32, now: Timestamp) {
        if self.row(row).is_open() {
            self.edit(row).track.alone = true;
            self.set_due(row, Some(now));
        }
    }

    fn hold_reads(
        &mut self,
        rows: &[u32],
        begun: Timestamp,
        asked: Option<std::time::Duration>,
        now: Timestamp,
        dice: u64,
    ) {
        // Reads that were out together are told to wait together: they count as one wait.
        let again = self.head.reads_not_before.is_none_or(|held| begun >= held);
        let until = now.after(retry::wait(asked, self.head.reads_stalled, dice));
        if again {
            self.head.reads_stalled = self.head.reads_stalled.saturating_add(1);
        }
        self.head.reads_not_before = self.head.reads_not_before.max(Some(until));
        self.read_was_interrupted(rows, now);
        self.trouble(begun, until, now);
    }

    fn read_failed(&mut self, rows: &[u32], begun: Timestamp, error: Option<&CloudError>, now: Timestamp) {
        for row in rows {
            self.shows_nothing(*row, error, now);
        }
        self.trouble(begun, now, now);
    }
}

/// A 404 proves that a desktop is gone only where Workspace itself says so, not a gateway on the way.
fn is_gone(answer: &Answer) -> bool {
    answer.error.status == 404 && answer.error.code.as_deref().is_some_and(|code| code.starts_with("WKS."))
}
