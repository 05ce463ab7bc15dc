//! What is checked without running anything: the format and the lints, of both sides.

use anyhow::Result;

use crate::{
    processes,
    tools::Machine,
    wasm_target::{FrontCompiler, TARGET},
    workspace::Workspace,
};

/// Everything is formatted.
///
/// # Errors
/// When something is not; the difference is shown.
pub fn format(workspace: &Workspace) -> Result<()> {
    processes::run("cargo fmt", &mut workspace.cargo(&["fmt", "--all", "--check"]))
}

/// No lint fires on the server's side, in tests neither.
///
/// # Errors
/// When one does.
pub fn lint_native(workspace: &Workspace) -> Result<()> {
    // The frontend is left out: with it cargo would unify `hydrate` with `ssr`.
    let arguments =
        ["clippy", "--quiet", "--workspace", "--exclude", "frontend", "--all-targets", "--", "-D", "warnings"];
    processes::run("cargo clippy", &mut workspace.cargo(&arguments))
}

/// No lint fires on the browser's side.
///
/// # Errors
/// When one does, or the compiler's linter is missing.
pub fn lint_front(workspace: &Workspace, compiler: &FrontCompiler, machine: Machine) -> Result<()> {
    let mut command = compiler.clippy(workspace, machine)?;
    command
        .args(["--quiet", "--package", "frontend", "--target", TARGET, "--target-dir"])
        .arg(workspace.front_target())
        .args(["--", "-D", "warnings"]);
    processes::run("cargo clippy of the frontend", &mut command)
}
