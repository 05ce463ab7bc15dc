//! Learning that a call may hold fewer ids than was thought.
//!
//! A refused first batch whose parts were all accepted was refused for its size: its largest accepted part becomes the
//! limit of what was not sent yet.

use super::Run;
use super::head::{Part, Sizes};
use crate::time::Timestamp;

impl Run {
    /// The most ids of a batch not yet sent.
    pub(super) fn size_limit(&self) -> usize {
        let limit = self.head.limits.batch_limit_ids.max(1);
        self.head.size_limit.map_or(limit, |found| found.clamp(1, limit))
    }

    /// A part was refused; it is split unless it is a single.
    pub(super) fn part_was_refused(&mut self, part: &Part) {
        let Some(batch) = self.batch_of(&part.rows) else { return };
        if part.rows.len() == 1 || self.head.bar.is_some() {
            self.head.sizes.remove(&batch);
        } else if part.level == 0 {
            self.head.sizes.insert(batch, Sizes { open: 2, largest: 0 });
        } else if let Some(sizes) = self.head.sizes.get_mut(&batch) {
            sizes.open += 1;
        }
    }

    /// A batch or a part was accepted.
    pub(super) fn part_was_accepted(&mut self, part: &Part, now: Timestamp) {
        let Some(batch) = self.batch_of(&part.rows) else { return };
        let Some(sizes) = self.head.sizes.get_mut(&batch) else { return };
        sizes.open = sizes.open.saturating_sub(1);
        sizes.largest = sizes.largest.max(part.rows.len());
        if sizes.open == 0 {
            let largest = sizes.largest;
            self.head.sizes.remove(&batch);
            self.head.size_limit = Some(largest.min(self.size_limit()));
            self.cut_again(now);
        }
    }

    /// Something else than its size may have been the reason.
    pub(super) fn size_is_unclear(&mut self, rows: &[u32]) {
        if let Some(batch) = self.batch_of(rows) {
            self.head.sizes.remove(&batch);
        }
    }

    fn batch_of(&self, rows: &[u32]) -> Option<u32> {
        rows.first().and_then(|row| self.row(*row).batch)
    }

    /// First batches that the cloud has not taken yet, because it asked to wait, are cut to the new limit.
    fn cut_again(&mut self, now: Timestamp) {
        let limit = self.size_limit();
        for part in std::mem::take(&mut self.head.parts) {
            if part.level > 0 || part.rows.len() <= limit {
                self.enqueue(part);
                continue;
            }
            for rows in part.rows.chunks(limit) {
                let piece = self.part(rows.to_vec(), 0, 0, now);
                self.enqueue(Part { stalls: part.stalls, not_before: part.not_before, sends: part.sends, ..piece });
            }
        }
    }
}
