//! The machine's clock, which a test may put forward.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::civil::Civil;
use domain::time::Timestamp;
use server::clock::SystemClock;
use service::ports::Clock;

/// The machine's clock in UTC and what a test added to it. Waits still last as long as they last.
pub struct ForwardClock {
    machine: SystemClock,
    added_ms: AtomicU64,
}

impl ForwardClock {
    pub fn new() -> Self {
        Self { machine: SystemClock::new(Some("UTC")).unwrap(), added_ms: AtomicU64::new(0) }
    }

    pub fn put_forward(&self, by: Duration) {
        self.added_ms.fetch_add(u64::try_from(by.as_millis()).unwrap(), Ordering::Relaxed);
    }
}

impl Clock for ForwardClock {
    fn now(&self) -> Timestamp {
        self.machine.now().after(Duration::from_millis(self.added_ms.load(Ordering::Relaxed)))
    }

    fn civil(&self, moment: Timestamp) -> (Civil, String) {
        self.machine.civil(moment)
    }

    fn moment(&self, civil: Civil) -> Option<Timestamp> {
        self.machine.moment(civil)
    }
}
