//! How a run pauses, goes on, stops and ends.

use std::collections::BTreeSet;
use std::time::Duration;

use super::desktop::Why;
use super::head::{Bar, InFlight, Out};
use super::limits::PAUSE_AFTER;
use super::{Cause, DesktopState, Outcome, Pause, Phase, Run};
use crate::maintenance::outcome::{CloudError, LookOutcome, NoAnswer, PutOutcome, ReadOutcome};
use crate::time::Timestamp;

impl Run {
    /// When [`Run::next_steps`] may propose something although nothing comes back. `None` where only an answer or a
    /// person can move the run.
    pub fn wake_at(&self, now: Timestamp) -> Option<Timestamp> {
        let earliest = self.put_wakes_at(now).into_iter().chain(self.read_wakes_at()).min()?;
        Some(earliest.max(now))
    }

    /// The process that performed the steps is gone: a step without an answer counts as having none.
    pub fn interrupt(&mut self, now: Timestamp) {
        // The time without a process says nothing about the cloud.
        self.head.trouble_since = None;
        for out in std::mem::take(&mut self.head.in_flight) {
            match out.call {
                Out::Put(part) => self.put_was_interrupted(part, now),
                Out::Read(rows) => self.read_was_interrupted(&rows, now),
                Out::Look(row) => self.read_was_interrupted(&[row], now),
            }
        }
        self.advance(now);
    }

    /// Sends nothing more; what was sent is still read. Changes nothing where nothing is left to send.
    pub fn stop(&mut self, now: Timestamp) {
        if !self.may_stop() {
            return;
        }
        if matches!(self.head.phase, Phase::Paused(_)) {
            self.read_afresh(now);
        }
        self.head.phase = Phase::Stopping;
        self.send_no_more(Bar::Stop, None, now);
        self.advance(now);
    }

    /// A call that was begun at `begun` was answered with a 401. One that left before the last pause ended says nothing
    /// about the credential that ended it.
    pub(super) fn wants_sign_in(&mut self, begun: Timestamp, now: Timestamp) {
        if self.head.resumed_at.is_none_or(|resumed| begun >= resumed) {
            self.pause(Pause::SignIn, now);
        }
    }

    /// Time spent in a pause is no reading time; what is open is read at once.
    pub(super) fn read_afresh(&mut self, now: Timestamp) {
        let paused_at = self.head.paused_at.take().unwrap_or(now);
        self.head.trouble_since = None;
        self.head.resumed_at = Some(now);
        let out: BTreeSet<u32> = self.head.in_flight.iter().flat_map(|out| out.call.read_rows()).copied().collect();
        for row in self.all() {
            let desktop = self.row(row);
            if !desktop.is_open() || desktop.state == DesktopState::Sending {
                continue;
            }
            let reads_back = desktop.state == DesktopState::ReadingBack;
            let track = &mut self.edit(row).track;
            track.before = if reads_back { track.before + paused_at.since(track.from) } else { Duration::ZERO };
            track.from = now;
            track.reads = 0;
            track.strikes = 0;
            track.alone = false;
            track.ready = false;
            if !out.contains(&row) {
                self.set_due(row, Some(now));
            }
            self.set_unchecked(row);
        }
    }

    /// No PUT from now on. What was never sent is settled; what was sent is read.
    pub(super) fn send_no_more(&mut self, bar: Bar, error: Option<&CloudError>, now: Timestamp) {
        if self.head.bar.is_some() {
            return;
        }
        self.head.bar = Some(bar);
        self.head.parts.clear();
        self.head.held.clear();
        self.head.sizes.clear();
        self.head.right.to_ask.clear();
        self.head.cursor = self.all().end;
        for row in self.all() {
            match self.row(row).state {
                DesktopState::Waiting => {
                    if let Some(error) = error {
                        self.edit(row).error = Some(error.clone());
                    }
                    self.keep_back(row, now);
                }
                DesktopState::ReadingBack if self.row(row).track.why == Why::Probe => {
                    let idle = self.row(row).track.ready;
                    self.edit(row).track.why = Why::Unanswered;
                    if idle {
                        self.read_later(row, now);
                    }
                }
                DesktopState::Sending | DesktopState::ReadingBack | DesktopState::Final(_) => {}
            }
        }
    }

    /// A desktop whose turn does not come any more.
    pub(super) fn keep_back(&mut self, row: u32, now: Timestamp) {
        if self.row(row).is_named() {
            let cause = Cause::ReadBack(self.last(row));
            self.read_back(row, Why::NotSent, cause, now);
        } else {
            self.settle_kept_back(row, now);
        }
    }

    /// The cloud took a call.
    pub(super) fn taken(&mut self) {
        self.head.trouble_since = None;
        self.head.taken = self.head.taken.saturating_add(1);
    }

    /// The cloud took no call that was begun at `begun`; the next one is tried at `next` or later.
    pub(super) fn trouble(&mut self, begun: Timestamp, next: Timestamp, now: Timestamp) {
        let since = *self.head.trouble_since.get_or_insert(begun);
        if now.since(since).max(next.since(now)) >= PAUSE_AFTER {
            self.pause(Pause::CloudDoesNotAnswer, now);
        }
    }

    /// Takes the outcome of the call that was out; one that does not fit the call counts as no answer.
    pub(super) fn take(&mut self, out: InFlight, outcome: Outcome, now: Timestamp, dice: u64) {
        let begun = out.begun_at;
        match (out.call, outcome) {
            (Out::Put(part), Outcome::Put(outcome)) => self.record_put(part, begun, outcome, now, dice),
            (Out::Put(part), _) => {
                self.record_put(part, begun, PutOutcome::NoAnswer(NoAnswer::Interrupted), now, dice);
            }
            (Out::Read(rows), Outcome::Read(outcome)) => self.record_read(&rows, begun, outcome, now, dice),
            (Out::Read(rows), _) => {
                self.record_read(&rows, begun, ReadOutcome::NoAnswer(NoAnswer::ConnectionLost), now, dice);
            }
            (Out::Look(row), Outcome::Look(outcome)) => self.record_look(row, begun, outcome, now, dice),
            (Out::Look(row), _) => {
                self.record_look(row, begun, LookOutcome::NoAnswer(NoAnswer::ConnectionLost), now, dice);
            }
        }
    }

    /// What follows from everything that is known.
    pub(super) fn advance(&mut self, now: Timestamp) {
        if !self.is_open() {
            return;
        }
        self.resolve_held(now);
        self.finish_checking();
        self.conclude_asking(now);
        if self.head.counts.open() == 0 && self.head.in_flight.is_empty() {
            let stopped = self.head.bar == Some(Bar::Stop);
            self.head.phase = if stopped { Phase::Stopped } else { Phase::Ended };
            self.head.paused_at = None;
            self.head.ended_at = Some(now);
        } else if self.head.phase == Phase::Running
            && self.head.puts >= self.head.puts_allowed
            && self.head.in_flight.iter().all(|out| !matches!(out.call, Out::Put(_)))
            && self.has_something_to_send()
        {
            self.pause(Pause::TooManyCalls, now);
        }
    }
}

impl Out {
    fn read_rows(&self) -> &[u32] {
        match self {
            Self::Put(_) => &[],
            Self::Read(rows) => rows,
            Self::Look(row) => std::slice::from_ref(row),
        }
    }
}
