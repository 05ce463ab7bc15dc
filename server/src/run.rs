//! The process, from its settings to its end.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use sd_notify::NotifyState;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::http::listener::{self, Listen, ListenerLimits};
use crate::http::site::Site;
use crate::router;
use crate::wiring::Wiring;

/// How long requests and calls to the cloud may take to end once the process is told to stop.
const DRAIN: Duration = Duration::from_secs(8);

/// How often what has ended is dropped from the database.
const SWEEP_EVERY: Duration = Duration::from_mins(10);

/// How often runs are compared with the credentials that they have left.
const NOTICE_EVERY: Duration = Duration::from_secs(5);

/// Serves until `stop` is cancelled.
///
/// # Errors
/// A sentence for the administrator.
pub async fn serve(config: &Config, stop: CancellationToken) -> anyhow::Result<()> {
    let site = Site::load(config.site_dir.as_deref())?;
    let wiring = Wiring::new(config, stop.clone()).await?;
    let bound = config.listen.bind().await.with_context(|| format!("listen: {}", config.listen))?;
    let address = bound.listen().clone();
    // Only now: where the port is taken, no run may make a call that nobody sees the end of.
    let open = wiring.capabilities.maintenance.take_up_open_runs().await?;
    let app = router(&wiring, &site, &config.public_origin(&address));
    sweep_behind(&wiring, stop.clone());
    notice_behind(&wiring, stop.clone());
    if wiring.sso.is_some() && wiring.roles.is_empty() {
        tracing::warn!("roles: no group is named, so nobody gets in; name one under roles.lead, for a start");
    }
    tracing::info!(%address, open_runs = open, "serving, {open} open runs taken up");
    announce(&address)?;
    tell_supervisor(NotifyState::Ready);

    let served = listener::serve(bound, app, ListenerLimits::default(), stop.clone());
    let ended = async {
        served.await;
        wiring.capabilities.maintenance.wait_until_still().await;
    };
    let over = async {
        stop.cancelled().await;
        tell_supervisor(NotifyState::Stopping);
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        // In this order: systemd is told so even where nothing is under way.
        biased;
        () = over => tracing::warn!("requests or calls did not end in time; they are read again at the next start"),
        () = ended => {}
    }
    wiring.store.close().await;
    Ok(())
}

/// The one line on standard output: ready.
fn announce(address: &Listen) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    match address {
        Listen::Tcp(address) => writeln!(out, "listening on http://{address}")?,
        Listen::Unix(_) => writeln!(out, "listening on {address}")?,
    }
    out.flush()
}

/// Tells systemd how far the process is (`Type=notify`); nothing where nobody has asked.
fn tell_supervisor(state: NotifyState) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(error = %error, "systemd could not be told how far the process is");
    }
}

/// Notices what an administrator's command did to the database beside this process.
fn notice_behind(wiring: &Wiring, stop: CancellationToken) {
    let maintenance = Arc::clone(&wiring.capabilities.maintenance);
    tokio::spawn(async move {
        let mut every = tokio::time::interval(NOTICE_EVERY);
        loop {
            tokio::select! {
                _ = every.tick() => {}
                () = stop.cancelled() => return,
            }
            if let Err(error) = maintenance.notice_lost_credentials().await {
                tracing::error!(error = %error, "whether credentials were taken away could not be asked");
            }
        }
    });
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
