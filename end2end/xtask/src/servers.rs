//! The two programs of the whole: the simulated cloud and Drydock.

use anyhow::Result;

use crate::{
    processes,
    workspace::{Mode, Workspace},
};

/// Builds both; the site must be there first, since a release holds it.
///
/// # Errors
/// When one does not compile.
pub fn build(workspace: &Workspace, mode: Mode) -> Result<()> {
    let mut command = workspace.cargo(&["build", "--package", "server", "--package", "simulator", "--bins"]);
    if mode == Mode::Release {
        command.arg("--release");
    }
    processes::run("the build of the servers", &mut command)
}
