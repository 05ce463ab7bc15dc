//! How long calls wait before they are performed.

use std::{collections::BTreeMap, time::Duration};

use crate::fault::Operation;

/// Waits, by the word that they were planned with.
#[derive(Debug, Clone, Default)]
pub(crate) struct Latency(BTreeMap<Operation, Duration>);

impl Latency {
    /// Sets the wait of a word. It takes the place of the one that was planned with the same word.
    pub(crate) fn set(&mut self, on: Operation, wait: Duration) {
        self.0.insert(on, wait);
    }

    /// How long this operation waits: the sum of all waits that concern it.
    pub(crate) fn of(&self, operation: Operation) -> Duration {
        self.0.iter().filter(|(on, _)| on.covers(operation)).map(|(_, wait)| *wait).sum()
    }
}
