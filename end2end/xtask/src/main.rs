//! `cargo xtask run | test | build | bench`: builds, assembles and drives everything, on any machine with rustup's
//! Rust, node with npm, and a C compiler.

mod clock;
mod css;
mod processes;
mod servers;
mod site;
mod tools;
mod wasm_target;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use crate::{
    tools::Machine,
    workspace::{Mode, Workspace},
};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "Builds, runs and tests Drydock")]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Builds the site and the two programs
    Build(BuildOptions),
}

#[derive(Debug, Clone, Copy, Args)]
struct BuildOptions {
    /// Optimise, and put the site inside the server
    #[arg(long)]
    release: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: &Task) -> Result<()> {
    processes::watch_signals()?;
    let workspace = Workspace::find()?;
    match task {
        Task::Build(options) => build(&workspace, Mode::new(options.release)),
    }
}

/// The front before the server: a release embeds the site.
fn build(workspace: &Workspace, mode: Mode) -> Result<()> {
    let compiler = wasm_target::ensure(Machine::look())?;
    let site = site::build(workspace, &compiler, mode)?;
    println!("{}", site.display());
    servers::build(workspace, mode)
}
