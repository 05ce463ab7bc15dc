//! The outside: the process, its settings, the HTTP edge and the adapters.

pub mod administration;
pub mod clock;
pub mod config;
pub mod hardening;
pub mod http;
pub mod router;
pub mod run;
pub mod shutdown;
pub mod telemetry;
pub mod wiring;

pub use router::router;
