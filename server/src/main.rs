//! `drydock`: the server.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use server::config::Config;
use server::http::listener::Listen;
use server::{administration, hardening, run, shutdown, telemetry};

/// Puts Huawei Cloud Workspace desktops into and out of maintenance, from a browser.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// The settings; without it ./drydock.toml where it exists.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    /// The TCP address or the socket (`unix:/path`) to listen on; beats the settings.
    #[arg(long, global = true)]
    listen: Option<Listen>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve (what happens without a command, too).
    Serve,
    /// What concerns people's sessions.
    Sessions {
        #[command(subcommand)]
        command: SessionsCommand,
    },
}

#[derive(Subcommand)]
enum SessionsCommand {
    /// End every session of a person, while the server runs or not: their cloud tokens are dropped, their open runs pause.
    End {
        /// The person: the single sign-on's lasting id, else the name.
        user: String,
    },
}

/// Wrong settings.
const WRONG_SETTINGS: u8 = 1;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    telemetry::start();
    hardening::apply();
    let mut environment: std::collections::HashMap<String, String> = std::env::vars().collect();
    if let Some(listen) = arguments.listen {
        environment.insert("DRYDOCK_LISTEN".to_owned(), listen.to_string());
    }
    let command = arguments.command.unwrap_or(Command::Serve);
    let read = Config::read(arguments.config.as_deref(), environment).map_err(anyhow::Error::from);
    let done = read.and_then(|config| match command {
        Command::Serve => serve(config),
        Command::Sessions { command: SessionsCommand::End { user } } => end_sessions(config, &user),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::from(WRONG_SETTINGS)
        }
    }
}

fn serve(config: Config) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async { run::serve(&config, shutdown::on_signal()?).await })
}

fn end_sessions(config: Config, user: &str) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(administration::end_sessions(&config, user))?;
    println!("{ended} session{} ended", if ended == 1 { "" } else { "s" });
    Ok(())
}
