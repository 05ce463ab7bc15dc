//! What the HTTP edge refuses, written down: in the log, and in the audit as far as its pace allows.
//!
//! Anybody who reaches the port can be refused as often as they like, and must not fill the database with it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::time::Timestamp;
use service::audit::Action;
use service::ports::Clock;
use service::sign_ins::SignIns;

/// How many refusals a minute are written down one by one. Assumed because a person causes a few, and a flood of more
/// says nothing new; if it is wrong, lines are missing, and the next one says how many.
const LINES_A_MINUTE: u32 = 60;

/// Writes refusals down.
#[derive(Clone)]
pub struct Refusals {
    sign_ins: SignIns,
    clock: Arc<dyn Clock>,
    pace: Arc<Mutex<Pace>>,
}

impl Refusals {
    /// For the audit behind `sign_ins`.
    pub fn new(sign_ins: SignIns, clock: Arc<dyn Clock>) -> Self {
        Self { sign_ins, clock, pace: Arc::default() }
    }

    /// Writes down that somebody who is not known was refused: where the request came from, and why. Never who they
    /// claim to be.
    pub async fn note(&self, action: Action, from: &str, why: &str) {
        tracing::warn!(?action, from, why, "a request was refused");
        let now = self.clock.now();
        let Some(left_out) = self.pace.lock().unwrap_or_else(PoisonError::into_inner).take(now) else { return };
        let why = if left_out == 0 { why.to_owned() } else { format!("{why}; {left_out} more were not written down") };
        if let Err(error) = self.sign_ins.write_down(action, None, from, &why).await {
            tracing::error!(%error, "a refusal could not be written down");
        }
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
