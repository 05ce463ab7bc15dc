//! Finding out cheaply that nothing is allowed.
//!
//! From the first refusal for permission until the first accepted call of the run, one PUT is in flight. Where both halves
//! of a batch are refused for permission, a few desktops spread over the run are asked for alone: all refused, and nothing
//! more is sent.

use std::collections::{BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::Run;
use super::head::{Bar, Part};
use super::limits::{ASKED_ALONE, SPLIT_ALL_UP_TO};
use crate::time::Timestamp;

/// What is known of the right to change desktops.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Right {
    /// A call was accepted: nothing of this applies any more.
    pub given: bool,
    /// A call was refused for permission before any was accepted.
    pub doubted: bool,
    /// Batches of which one half was refused for permission, by number.
    pub half_refused: BTreeSet<u32>,
    /// Rows that are to be asked for alone, in this order, before anything else goes out.
    pub to_ask: VecDeque<u32>,
    /// How many were asked for alone and answered.
    pub asked: u32,
    /// How many of them were refused for permission.
    pub refused: u32,
    /// Asking alone decided nothing: batches are split to the end.
    pub undecided: bool,
}

impl Run {
    /// How many desktops were asked for alone where all of them were refused for permission, so that nothing more is
    /// sent.
    pub fn stopped_without_right(&self) -> Option<u32> {
        (self.head.bar == Some(Bar::NoRight)).then_some(self.head.right.asked)
    }

    /// Whether one PUT at a time goes out, because none was accepted and one was refused for permission.
    pub(super) fn doubts_right(&self) -> bool {
        self.head.right.doubted && !self.has_right()
    }

    /// A run that was written down before this was kept has its right proved by what it changed.
    fn has_right(&self) -> bool {
        self.head.right.given || self.head.counts.changed > 0
    }

    /// The first accepted call proves the right for good.
    pub(super) fn right_is_given(&mut self) {
        let right = &mut self.head.right;
        right.given = true;
        right.half_refused.clear();
        right.to_ask.clear();
    }

    /// A part was refused for permission, and has been split or is read.
    pub(super) fn refused_for_permission(&mut self, part: &Part) {
        self.asked_alone(part, true);
        if self.has_right() || self.head.bar.is_some() {
            return;
        }
        let right = &mut self.head.right;
        right.doubted = true;
        let is_second_half = part.parent > 0 && !right.half_refused.insert(part.parent);
        let is_asking = !right.to_ask.is_empty() || right.undecided;
        if is_second_half && !is_asking && self.head.counts.open() > SPLIT_ALL_UP_TO {
            let waiting: BTreeSet<u32> = self.head.parts.iter().flat_map(|part| &part.rows).copied().collect();
            self.head.right.to_ask = spread(&waiting.into_iter().collect::<Vec<_>>(), ASKED_ALONE).into();
        }
    }

    /// The row that is to be asked for alone next, and when it may be.
    pub(super) fn asks_next(&self) -> Option<(u32, Timestamp)> {
        let row = *self.head.right.to_ask.front()?;
        let part = self.head.parts.iter().find(|part| part.rows.contains(&row))?;
        Some((row, part.not_before))
    }

    /// Takes a row out of the part that it waits in.
    pub(super) fn take_alone(&mut self, row: u32) -> Option<Part> {
        let place = self.head.parts.iter().position(|part| part.rows.contains(&row))?;
        self.size_is_unclear(&[row]);
        let part = self.head.parts.get_mut(place)?;
        part.rows.retain(|other| *other != row);
        let (level, not_before) = (part.level, part.not_before);
        if part.rows.is_empty() {
            self.head.parts.remove(place);
        }
        Some(self.part(vec![row], level, 0, not_before))
    }

    /// A part was answered, or never will be: if it is the one that was asked for alone, it counts.
    pub(super) fn asked_alone(&mut self, part: &Part, refused: bool) {
        let right = &mut self.head.right;
        if part.rows.len() == 1 && right.to_ask.front() == part.rows.first() {
            right.to_ask.pop_front();
            right.asked += 1;
            right.refused += u32::from(refused);
        }
    }

    /// When all were asked for alone, decides whether anything more is sent.
    pub(super) fn conclude_asking(&mut self, now: Timestamp) {
        let rows = &self.rows;
        self.head.right.to_ask.retain(|row| rows[*row as usize].is_open());
        let right = &mut self.head.right;
        if right.asked == 0 || !right.to_ask.is_empty() || right.given || right.undecided || self.head.bar.is_some() {
            return;
        }
        if right.asked == right.refused {
            self.send_no_more(Bar::NoRight, None, now);
        } else {
            right.undecided = true;
        }
    }
}

/// Up to `count` of them, the first and the last among them, evenly spread.
fn spread(rows: &[u32], count: usize) -> Vec<u32> {
    let Some(last) = rows.len().checked_sub(1) else { return Vec::new() };
    let count = count.min(rows.len());
    let steps = count.saturating_sub(1).max(1);
    (0..count).filter_map(|step| rows.get(step * last / steps).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_asked_for_alone_lie_far_apart() {
        let rows: Vec<u32> = (0..101).collect();
        assert_eq!(spread(&rows, 5), [0, 25, 50, 75, 100]);
        assert_eq!(spread(&rows[..3], 5), [0, 1, 2]);
        assert_eq!(spread(&rows[..1], 5), [0]);
        assert!(spread(&[], 5).is_empty());
    }
}
