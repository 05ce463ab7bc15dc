//! What is refused, written down as far as its pace allows: whoever is refused can ask again as often as they like, and
//! must not fill the database with it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::time::Timestamp;

use crate::audit::{Action, Entry};
use crate::ports::{AuditLog, Clock, StoreError};

/// How many refusals of one kind and one person are written down one by one in a minute. Assumed because a person causes
/// a few, and a flood of more says nothing new; if it is wrong, lines are missing, and the next one says how many.
const LINES_A_MINUTE: u32 = 60;

/// How many paces are kept. Beyond it all are forgotten: then a flood of persons writes more lines than one of requests.
const PACES: usize = 10_000;

/// Writes refusals down. Copies share their pace.
#[derive(Clone)]
pub struct Refusals {
    audit: Arc<dyn AuditLog>,
    clock: Arc<dyn Clock>,
    paces: Arc<Mutex<HashMap<(Action, String), Pace>>>,
}

impl Refusals {
    /// For that audit.
    pub fn new(audit: Arc<dyn AuditLog>, clock: Arc<dyn Clock>) -> Self {
        Self { audit, clock, paces: Arc::default() }
    }

    /// Writes one down; its time is now.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn note(&self, entry: Entry) -> Result<(), StoreError> {
        let at = self.clock.now();
        let Some(left_out) = self.take(&entry, at) else { return Ok(()) };
        let why = match (entry.why, left_out) {
            (why, 0) => why,
            (None, more) => Some(format!("{more} more were not written down")),
            (Some(why), more) => Some(format!("{why}; {more} more were not written down")),
        };
        self.audit.append(&Entry { at, why, ..entry }).await
    }

    fn take(&self, entry: &Entry, now: Timestamp) -> Option<u32> {
        let person = entry.operator.as_ref().map(|who| who.subject.clone()).unwrap_or_default();
        let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        if paces.len() >= PACES {
            paces.clear();
        }
        paces.entry((entry.action, person)).or_default().take(now)
    }
}

/// Lets so many pass in each minute, and counts the others.
#[derive(Debug, Default)]
struct Pace {
    since: Option<Timestamp>,
    passed: u32,
    left_out: u32,
}

impl Pace {
    /// How many were left out since the last that passed, where this one passes.
    fn take(&mut self, now: Timestamp) -> Option<u32> {
        if self.since.is_none_or(|since| now.since(since) >= Duration::from_mins(1)) {
            (self.since, self.passed) = (Some(now), 0);
        }
        if self.passed >= LINES_A_MINUTE {
            self.left_out = self.left_out.saturating_add(1);
            return None;
        }
        self.passed += 1;
        Some(std::mem::take(&mut self.left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_counted_and_not_written_down() {
        let mut pace = Pace::default();
        let passed = (0..1_000).filter(|_| pace.take(Timestamp(5)).is_some()).count();
        assert_eq!(passed, 60);
        assert_eq!(pace.take(Timestamp(60_004)), None);
        assert_eq!(pace.take(Timestamp(60_005)), Some(941));
        assert_eq!(pace.take(Timestamp(60_006)), Some(0));
    }
}
