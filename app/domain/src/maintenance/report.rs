//! How many desktops of a run stand where.

use serde::{Deserialize, Serialize};

use super::Verdict;
use super::run::DesktopState;

/// How many desktops of a run are in each state. Kept while the run changes, so that asking costs nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Their turn has not come, or comes again.
    pub waiting: u32,
    /// They stand in a call that has no answer yet.
    pub sending: u32,
    /// They were sent, and a reading has to show what came of it.
    pub reading_back: u32,
    /// [`Verdict::Changed`]
    pub changed: u32,
    /// [`Verdict::AlreadySo`]
    pub already_so: u32,
    /// [`Verdict::Refused`]
    pub refused: u32,
    /// [`Verdict::NotFound`]
    pub not_found: u32,
    /// [`Verdict::NotSent`]
    pub not_sent: u32,
    /// [`Verdict::Unknown`]
    pub unknown: u32,
}

impl Counts {
    /// All desktops of the run.
    pub fn total(&self) -> u32 {
        self.open() + self.with_verdict()
    }

    /// The desktops without a verdict.
    pub fn open(&self) -> u32 {
        self.waiting + self.sending + self.reading_back
    }

    /// The desktops with a verdict.
    pub fn with_verdict(&self) -> u32 {
        self.changed + self.already_so + self.refused + self.not_found + self.not_sent + self.unknown
    }

    /// The desktops with that verdict.
    pub fn get(&self, verdict: Verdict) -> u32 {
        match verdict {
            Verdict::Changed => self.changed,
            Verdict::AlreadySo => self.already_so,
            Verdict::Refused => self.refused,
            Verdict::NotFound => self.not_found,
            Verdict::NotSent => self.not_sent,
            Verdict::Unknown => self.unknown,
        }
    }

    /// Counts one desktop that is now in `state`.
    pub(crate) fn add(&mut self, state: DesktopState) {
        let slot = self.slot(state);
        *slot = slot.saturating_add(1);
    }

    /// Moves one desktop from one state to another.
    pub(crate) fn shift(&mut self, from: DesktopState, to: DesktopState) {
        let slot = self.slot(from);
        *slot = slot.saturating_sub(1);
        self.add(to);
    }

    fn slot(&mut self, state: DesktopState) -> &mut u32 {
        match state {
            DesktopState::Waiting => &mut self.waiting,
            DesktopState::Sending => &mut self.sending,
            DesktopState::ReadingBack => &mut self.reading_back,
            DesktopState::Final(Verdict::Changed) => &mut self.changed,
            DesktopState::Final(Verdict::AlreadySo) => &mut self.already_so,
            DesktopState::Final(Verdict::Refused) => &mut self.refused,
            DesktopState::Final(Verdict::NotFound) => &mut self.not_found,
            DesktopState::Final(Verdict::NotSent) => &mut self.not_sent,
            DesktopState::Final(Verdict::Unknown) => &mut self.unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_desktop_that_moves_is_counted_once() {
        let mut counts = Counts::default();
        counts.add(DesktopState::Waiting);
        counts.add(DesktopState::Waiting);
        counts.shift(DesktopState::Waiting, DesktopState::Sending);
        counts.shift(DesktopState::Sending, DesktopState::Final(Verdict::Refused));
        assert_eq!(counts, Counts { waiting: 1, refused: 1, ..Counts::default() });
        assert_eq!((counts.total(), counts.open(), counts.with_verdict()), (2, 1, 1));
        assert_eq!((counts.get(Verdict::Refused), counts.get(Verdict::Changed)), (1, 0));
    }
}
