//! Logs: one line per event on standard error.

use tracing_subscriber::EnvFilter;

/// What is written where `RUST_LOG` says nothing else.
const DEFAULT_FILTER: &str = "info";

/// Starts logging. A second call does nothing.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false);
    // Only a test that has started it before gets an error.
    let _ = subscriber.try_init();
}
