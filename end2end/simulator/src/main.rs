//! `drydock-simulator`: the simulated cloud as a program of its own.

use std::{io::Write, net::SocketAddr, process::ExitCode, time::Duration};

use clap::Parser;
use simulator::{
    ACCESS_KEY, ACCOUNT, BRANCH, BRANCH_DESKTOPS, Options, PASSWORD, PROJECT, SECRET_KEY, Simulator, USER,
};

/// A simulated Huawei Cloud Workspace for trying and testing Drydock.
#[derive(Debug, Parser)]
#[command(name = "drydock-simulator", version)]
struct Arguments {
    /// Address of IAM and Workspace
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Address of the control calls
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    control: SocketAddr,
    /// Desktops of the first project
    #[arg(long, value_name = "N", default_value_t = 237)]
    desktops: usize,
    /// How long a token lives
    #[arg(long, value_name = "SECONDS", default_value_t = 86_400)]
    token_ttl: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let options = Options {
        listen: arguments.listen,
        control: arguments.control,
        desktops: arguments.desktops,
        token_ttl: Duration::from_secs(arguments.token_ttl),
        ..Options::default()
    };
    let desktops = options.desktops;
    let simulator = match simulator::start(options).await {
        Ok(simulator) => simulator,
        Err(error) => {
            let (listen, control) = (arguments.listen, arguments.control);
            let _ = writeln!(std::io::stderr(), "cannot listen on {listen} and {control}: {error}");
            return ExitCode::FAILURE;
        }
    };
    // Whoever reads the announcement may have gone; the cloud goes on all the same.
    let _ = announce(&simulator, desktops);
    wait_for_the_end().await;
    simulator.shutdown().await;
    ExitCode::SUCCESS
}

fn announce(simulator: &Simulator, desktops: usize) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "listening on {}", simulator.url())?;
    writeln!(out, "control on {}", simulator.control_url())?;
    writeln!(out, "account {ACCOUNT}, user {USER}, password {PASSWORD}")?;
    writeln!(out, "access key {ACCESS_KEY}, secret key {SECRET_KEY}")?;
    writeln!(out, "project {PROJECT} ({}), {desktops} desktops", simulator.project_id())?;
    for sentinel in simulator.sentinels() {
        writeln!(out, "sentinel {sentinel}")?;
    }
    writeln!(out, "project {BRANCH} ({}), {BRANCH_DESKTOPS} desktops", simulator.branch_id())?;
    out.flush()
}

#[cfg(unix)]
async fn wait_for_the_end() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

#[cfg(not(unix))]
async fn wait_for_the_end() {
    let _ = tokio::signal::ctrl_c().await;
}
