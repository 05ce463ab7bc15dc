//! `cargo xtask run | test | build | bench`: builds, assembles and drives everything, on any machine with rustup's
//! Rust, node with npm, and a C compiler.

mod bench;
mod checks;
mod clock;
mod css;
mod postgres;
mod processes;
mod report;
mod servers;
mod site;
mod test;
mod tools;
mod wasm_target;
mod witnesses;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use crate::{
    servers::{Ended, RunOptions},
    test::TestOptions,
    tools::Machine,
    workspace::{Mode, Workspace},
};

#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask", about = "Builds, runs and tests Drydock")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Starts the simulated cloud and Drydock, and says where and as whom to sign in
    Run(RunOptions),
    /// Tests everything; the last line is `N passed, N failed`
    Test(TestOptions),
    /// Builds the site and the two programs
    Build(BuildOptions),
    /// Prints the figures of the README
    Bench,
}

#[derive(Debug, Clone, Copy, Args)]
struct BuildOptions {
    /// Optimise, and put the site inside the server
    #[arg(long)]
    release: bool,
}

fn main() -> ExitCode {
    let task = Arguments::parse().task;
    let outcome = perform(&task);
    if let Some(signal) = processes::ending_signal() {
        // Ctrl-C is how a run ends.
        let code = if matches!(task, Task::Run(_)) && outcome.is_ok() { 0 } else { 128 + signal };
        return ExitCode::from(u8::try_from(code).unwrap_or(1));
    }
    outcome.unwrap_or_else(|error| {
        eprintln!("{error:#}");
        error.downcast_ref().map_or(ExitCode::FAILURE, |ended: &Ended| ExitCode::from(ended.exit_code()))
    })
}

fn perform(task: &Task) -> Result<ExitCode> {
    processes::watch_signals()?;
    let workspace = Workspace::find()?;
    match task {
        Task::Run(options) => {
            build(&workspace, Mode::new(options.release))?;
            servers::run(&workspace, options)?;
        }
        Task::Test(options) => {
            let report = test::run(&workspace, options);
            println!("\n{}", report.last_line());
            return Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Task::Build(options) => build(&workspace, Mode::new(options.release))?,
        Task::Bench => bench::run(&workspace)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The front before the server: a release holds the site.
fn build(workspace: &Workspace, mode: Mode) -> Result<()> {
    let compiler = wasm_target::ensure(Machine::look())?;
    let site = site::build(workspace, &compiler, mode)?;
    println!("Site:    {}", site.display());
    servers::build(workspace, mode)?;
    println!("Server:  {}", workspace.binary(mode, servers::DRYDOCK).display());
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    fn parse(line: &str) -> Result<Task, clap::Error> {
        Arguments::try_parse_from(std::iter::once("xtask").chain(line.split_whitespace())).map(|parsed| parsed.task)
    }

    #[test]
    fn the_arguments_hold_together() {
        use clap::CommandFactory as _;
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_run_has_the_promised_defaults() {
        let Task::Run(options) = parse("run").unwrap() else { unreachable!() };
        assert_eq!((options.desktops, options.listen.as_str(), options.release), (237, "127.0.0.1:3000", false));
        assert_eq!(options.database, None);
        let Task::Run(options) = parse("run --release --desktops 12000 --listen [::1]:80 --database sqlite:x").unwrap()
        else {
            unreachable!()
        };
        assert_eq!((options.desktops, options.listen.as_str(), options.release), (12_000, "[::1]:80", true));
        assert_eq!(options.database.as_deref(), Some("sqlite:x"));
    }

    #[test]
    fn tests_are_narrowed_by_a_name_and_a_half() {
        let Task::Test(options) = parse("test refused --rust --long").unwrap() else { unreachable!() };
        assert_eq!(options.filter.as_deref(), Some("refused"));
        assert_eq!((options.rust, options.browser, options.long), (true, false, true));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for line in ["", "test --rust --browser", "run --desktops many", "run --desktops -1", "deploy", "test a b"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
