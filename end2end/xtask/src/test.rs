//! `cargo xtask test`: format, lints, the tests of the crates, then the browser against the real programs.

use std::{fs, path::Path, process::Command};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::{
    checks, postgres, processes,
    report::{self, Report, Totals},
    servers, site,
    tools::{self, Machine},
    wasm_target::{self, FrontCompiler},
    witnesses,
    workspace::{Mode, Workspace},
};

/// Set for both halves where the long tests are asked for.
const LONG: &str = "DRYDOCK_LONG_TESTS";

/// What to test.
#[derive(Debug, Clone, Default, Args)]
pub struct TestOptions {
    /// Only tests with this text in their name; format and lints are left out
    pub filter: Option<String>,
    /// Only the half without a browser: format, lints, and the tests of the crates
    #[arg(long, conflicts_with = "browser")]
    pub rust: bool,
    /// Only the half with a browser
    #[arg(long)]
    pub browser: bool,
    /// The long fault and soak tests too
    #[arg(long)]
    pub long: bool,
}

/// Does the steps in order up to the first that fails.
pub fn run(workspace: &Workspace, options: &TestOptions) -> Report {
    let machine = Machine::look();
    let (rust, browser) = (!options.browser, !options.rust);
    let mut report = Report::default();
    let mut compiler = FrontCompiler::Own;
    report.step("tools", |_| {
        compiler = wasm_target::ensure(machine)?;
        if rust {
            witnesses::ensure_from_pypi(workspace)?;
        }
        if browser {
            tools::ensure_npm_packages(workspace)?;
        }
        Ok(())
    });
    if rust {
        if options.filter.is_none() {
            report.step("format", |_| checks::format(workspace));
            report.step("lints, native", |_| checks::lint_native(workspace));
            report.step("lints, wasm", |_| checks::lint_front(workspace, &compiler, machine));
        }
        report.step("build of the tests", |_| build_all(workspace));
        report.step("tests of the crates", |totals| {
            let mut server = postgres::Server::start(machine)?;
            test_crates(workspace, options, server.url()?, totals)
        });
    }
    if browser {
        report.step("types of the tests in the browser", |_| check_types(workspace));
        report.step("site", |_| site::build(workspace, &compiler, Mode::Debug).map(|_| ()));
        if !rust {
            report.step("build of the servers", |_| build_all(workspace));
        }
        report.step("tests in the browser", |totals| test_in_browser(workspace, machine, options, totals));
    }
    if let Some(filter) = options.filter.as_ref().filter(|_| report.totals() == Totals::default()) {
        report.step("filter", |_| bail!("no test has {filter:?} in its name"));
    }
    report
}

/// Tests and programs in one go: alone, the programs would be compiled with other features of their dependencies, and
/// with them half of the tree a second time.
fn build_all(workspace: &Workspace) -> Result<()> {
    let arguments = ["build", "--workspace", "--exclude", "frontend", "--lib", "--bins", "--tests"];
    processes::run("the build", &mut workspace.cargo(&arguments))
}

fn test_crates(workspace: &Workspace, options: &TestOptions, server: &str, totals: &mut Totals) -> Result<()> {
    if tools::find("cargo-nextest").is_none() {
        let output = run_cargo_test(workspace, options, server, &[])?;
        totals.add(report::read_libtest(&output.1));
        return output.0;
    }
    let mut command =
        workspace.cargo(&["nextest", "run", "--workspace", "--exclude", "frontend", "--no-tests", "pass"]);
    if options.long {
        command.args(["--run-ignored", "all"]).env(LONG, "1");
    }
    command.args(&options.filter).env("CARGO_TERM_COLOR", "never").env(postgres::SERVER, server);
    let (status, output) = processes::run_and_read("cargo nextest", &mut command)?;
    match report::read_nextest(&output) {
        Some(found) => totals.add(found),
        // Where no test has the name, there is no summary.
        None if status.success() => {}
        None => bail!("cargo nextest failed: {status}"),
    }
    if !status.success() {
        bail!("cargo nextest failed: {status}");
    }
    let output = run_cargo_test(workspace, options, server, &["--doc"])?;
    totals.add(report::read_libtest(&output.1));
    output.0
}

/// How `cargo test` ended, and what it printed.
fn run_cargo_test(
    workspace: &Workspace,
    options: &TestOptions,
    server: &str,
    more: &[&str],
) -> Result<(Result<()>, String)> {
    let mut command = workspace.cargo(&["test", "--quiet", "--workspace", "--exclude", "frontend"]);
    command.args(more).env("CARGO_TERM_COLOR", "never").env(postgres::SERVER, server).arg("--").args(&options.filter);
    if options.long {
        command.arg("--include-ignored").env(LONG, "1");
    }
    let (status, output) = processes::run_and_read("cargo test", &mut command)?;
    let outcome = if status.success() { Ok(()) } else { Err(anyhow::anyhow!("cargo test failed: {status}")) };
    Ok((outcome, output))
}

/// Playwright runs the tests without looking at their types.
fn check_types(workspace: &Workspace) -> Result<()> {
    let mut command = Command::new(workspace.end2end().join("node_modules/.bin/tsc"));
    processes::run("tsc", command.args(["--noEmit", "--project", "."]).current_dir(workspace.end2end()))
}

fn test_in_browser(workspace: &Workspace, machine: Machine, options: &TestOptions, totals: &mut Totals) -> Result<()> {
    let browser = tools::browser(machine)?;
    witnesses::ensure_single_sign_on(machine)?;
    let json = workspace.target.join("playwright.json");
    let _ = fs::remove_file(&json);
    let mut command = Command::new(workspace.end2end().join("node_modules/.bin/playwright"));
    command
        .args(playwright_arguments(options))
        .current_dir(workspace.end2end())
        .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &json)
        .env("CHROMIUM", browser)
        .env("DRYDOCK_BIN", workspace.binary(Mode::Debug, servers::DRYDOCK))
        .env("SIMULATOR_BIN", workspace.binary(Mode::Debug, servers::SIMULATOR))
        .env(servers::SITE_DIR, workspace.site(Mode::Debug));
    if options.long {
        command.env(LONG, "1");
    }
    let outcome = processes::run("playwright", &mut command);
    let found = read_json_report(&json);
    // That it failed says more than that it left no report.
    match (outcome, found) {
        (outcome, Ok(found)) => {
            totals.add(found);
            outcome
        }
        (Err(error), Err(_)) | (Ok(()), Err(error)) => Err(error),
    }
}

fn read_json_report(file: &Path) -> Result<Totals> {
    let text = fs::read_to_string(file).with_context(|| format!("Playwright left no report at {}", file.display()))?;
    report::read_playwright(&text)
}

fn playwright_arguments(options: &TestOptions) -> Vec<String> {
    let mut arguments: Vec<String> =
        ["test", "--forbid-only", "--pass-with-no-tests", "--reporter=list,json"].map(String::from).to_vec();
    if let Some(filter) = &options.filter {
        arguments.extend(["--grep".into(), escape(filter)]);
    }
    if !options.long {
        arguments.extend(["--grep-invert".into(), "@long".into()]);
    }
    arguments
}

/// Playwright takes a pattern where a person types a piece of a name.
fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, c| {
        if r"\^$.|?*+()[]{}/-".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_tests_are_left_out_unless_asked_for() {
        let arguments = |long| playwright_arguments(&TestOptions { long, ..TestOptions::default() }).join(" ");
        assert!(arguments(false).ends_with("--grep-invert @long"));
        assert!(!arguments(true).contains("@long"));
    }

    #[test]
    fn a_filter_is_a_text_and_no_pattern() {
        let options = TestOptions { filter: Some("a (b) c?".into()), ..TestOptions::default() };
        assert!(playwright_arguments(&options).contains(&r"a \(b\) c\?".to_owned()));
    }
}
