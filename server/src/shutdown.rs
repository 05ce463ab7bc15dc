//! Ending well: no new work, what is under way ends, then the process.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// A token that is cancelled at the first SIGTERM or SIGINT. The second one ends the process at once.
///
/// # Errors
/// Where the system takes no signal handler.
pub fn on_signal() -> std::io::Result<CancellationToken> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let stop = CancellationToken::new();
    let cancelled = stop.clone();
    tokio::spawn(async move {
        for is_first in [true, false] {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if is_first {
                tracing::info!("stopping: calls under way end, open runs go on at the next start");
                cancelled.cancel();
            }
        }
        std::process::exit(0);
    });
    Ok(stop)
}
