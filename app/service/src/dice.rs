//! Randomness, as a parameter.

use std::fmt;
use std::sync::Arc;

use uuid::Uuid;

/// Where random numbers come from: the operating system in the program, a counter in tests.
#[derive(Clone)]
pub struct Dice(Arc<dyn Fn() -> u64 + Send + Sync>);

impl Dice {
    /// Dice that throw what `source` gives.
    pub fn new(source: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(source))
    }

    /// A number.
    pub fn throw(&self) -> u64 {
        (self.0)()
    }

    /// A fresh UUID (version 8) as text.
    pub fn id(&self) -> String {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.throw().to_be_bytes());
        bytes[8..].copy_from_slice(&self.throw().to_be_bytes());
        Uuid::new_v8(bytes).to_string()
    }
}

impl fmt::Debug for Dice {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Dice")
    }
}
