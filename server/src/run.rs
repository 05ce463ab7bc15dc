//! The process, from its settings to its end.

use std::io::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::http::site::Site;
use crate::router;
use crate::wiring::Wiring;

/// How long requests and calls to the cloud may take to end once the process is told to stop.
const DRAIN: Duration = Duration::from_secs(8);

/// How often what has ended is dropped from the database.
const SWEEP_EVERY: Duration = Duration::from_mins(10);

/// Serves until `stop` is cancelled.
///
/// # Errors
/// A sentence for the administrator.
pub async fn serve(config: &Config, stop: CancellationToken) -> anyhow::Result<()> {
    let site = Site::load(config.site_dir.as_deref())?;
    let wiring = Wiring::new(config, stop.clone()).await?;
    let listener = TcpListener::bind(config.listen).await.with_context(|| format!("listen: {}", config.listen))?;
    let address = listener.local_addr()?;
    // Only now: where the port is taken, no run may make a call that nobody sees the end of.
    let open = wiring.capabilities.maintenance.take_up_open_runs().await?;
    let app = router(&wiring, &site, &public_origin(config, address));
    sweep_behind(&wiring, stop.clone());
    tracing::info!(%address, open_runs = open, "serving, {open} open runs taken up");
    announce(address)?;

    let served = axum::serve(listener, app).with_graceful_shutdown(stop.clone().cancelled_owned());
    let ended = async {
        served.await?;
        wiring.capabilities.maintenance.wait_until_still().await;
        anyhow::Ok(())
    };
    let over = async {
        stop.cancelled().await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        result = ended => result?,
        () = over => tracing::warn!("requests or calls did not end in time; they are read again at the next start"),
    }
    wiring.store.close().await;
    Ok(())
}

/// With port 0 the system chooses one, and browsers use that.
fn public_origin(config: &Config, address: SocketAddr) -> String {
    if config.public_url.is_none() && config.listen.port() == 0 {
        format!("http://{address}")
    } else {
        config.public_origin()
    }
}

/// The one line on standard output: ready.
fn announce(address: SocketAddr) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "listening on http://{address}")?;
    out.flush()
}

fn sweep_behind(wiring: &Wiring, stop: CancellationToken) {
    let sessions = wiring.sessions.clone();
    tokio::spawn(async move {
        let mut every = tokio::time::interval(SWEEP_EVERY);
        loop {
            tokio::select! {
                _ = every.tick() => {}
                () = stop.cancelled() => return,
            }
            if let Err(error) = sessions.sweep().await {
                tracing::error!(error = %error, "what has ended could not be dropped");
            }
        }
    });
}
