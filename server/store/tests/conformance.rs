//! What every database must do: written once, run on each of [`database::databases`].

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[path = "conformance/addresses.rs"]
mod addresses;
#[path = "conformance/administration.rs"]
mod administration;
#[path = "conformance/audit.rs"]
mod audit;
#[path = "conformance/credentials.rs"]
mod credentials;
#[path = "conformance/database.rs"]
mod database;
#[path = "conformance/live_sessions.rs"]
mod live_sessions;
#[path = "conformance/processes.rs"]
mod processes;
#[path = "conformance/races.rs"]
mod races;
#[path = "conformance/runs.rs"]
mod runs;
#[path = "conformance/session_limits.rs"]
mod session_limits;
#[path = "conformance/sessions.rs"]
mod sessions;
#[path = "conformance/support.rs"]
mod support;
#[path = "conformance/survival.rs"]
mod survival;
#[path = "conformance/tries.rs"]
mod tries;
