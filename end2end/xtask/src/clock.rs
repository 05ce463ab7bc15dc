//! The one place that reads a clock: how long a step took is all that this program asks of time.

use std::time::{Duration, Instant};

/// Measures from its making on.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts to measure.
    #[expect(clippy::disallowed_methods, reason = "a build is no logic of the product: the steps' times are shown")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start.
    #[expect(clippy::disallowed_methods, reason = "a build is no logic of the product: the steps' times are shown")]
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
