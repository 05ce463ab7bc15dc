//! What has to be saved.

use super::{Head, Run, RunDesktop};
use crate::desktop::DesktopId;
use crate::maintenance::report::Counts;

/// What has changed since the last time it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// Everything but the rows.
    pub head: Head,
    /// The rows that changed, by position from 0.
    pub rows: Vec<(u32, RunDesktop)>,
    /// The ids that were put into a PUT since.
    pub named: Vec<DesktopId>,
    /// The ids whose claim ends: they got their verdict since, or were given up in a long pause.
    pub settled: Vec<DesktopId>,
}

impl Run {
    /// Takes what has to be saved: after [`Run::start`] every row, later only those that changed.
    pub fn take_changes(&mut self) -> Changes {
        let dirty = std::mem::take(&mut self.dirty);
        let rows = dirty.into_iter().map(|row| (row, self.rows[row as usize].clone())).collect();
        let ids = |rows: Vec<u32>| rows.into_iter().map(|row| self.rows[row as usize].id.clone()).collect();
        let named = ids(std::mem::take(&mut self.named));
        let settled = ids(std::mem::take(&mut self.settled));
        Changes { head: self.head.clone(), rows, named, settled }
    }
}

/// What became of one first batch and the parts that it was split into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchSummary {
    /// Its number, from 1.
    pub number: u32,
    /// Whether it was split.
    pub is_split: bool,
    /// Where its desktops stand.
    pub counts: Counts,
}

impl Run {
    /// The first batches that went out so far, by number.
    pub fn batches(&self) -> Vec<BatchSummary> {
        let mut batches: Vec<BatchSummary> = (1..=self.head.next_batch)
            .map(|number| BatchSummary { number, is_split: false, counts: Counts::default() })
            .collect();
        for desktop in &self.rows {
            let place = desktop.batch.and_then(|number| usize::try_from(number).ok()?.checked_sub(1));
            if let Some(batch) = place.and_then(|place| batches.get_mut(place)) {
                batch.counts.add(desktop.state);
                batch.is_split |= desktop.track.level > 0;
            }
        }
        batches
    }
}
