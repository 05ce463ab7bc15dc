//! Where things are: the checkout and the build folder, which `CARGO_TARGET_DIR` may have moved anywhere.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

/// The checkout and its build folder.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// The folder of the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's build folder.
    pub target: PathBuf,
}

/// How far a build is optimised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Quick to build; the server reads the site from disk.
    Debug,
    /// What is shipped; the site is inside the server.
    Release,
}

impl Mode {
    /// The mode that `--release` asks for.
    pub fn new(release: bool) -> Self {
        if release { Self::Release } else { Self::Debug }
    }

    /// The name of cargo's folder and of the site's.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "release",
        }
    }
}

impl Workspace {
    /// Asks cargo where the workspace around the present folder lies.
    ///
    /// # Errors
    /// When cargo does not run or does not answer with the two folders.
    pub fn find() -> Result<Self> {
        let output = Command::new(cargo_program())
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .output()
            .context("cargo does not start")?;
        if !output.status.success() {
            bail!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        let metadata: serde_json::Value =
            serde_json::from_slice(&output.stdout).context("cargo metadata is not JSON")?;
        let folder = |key: &str| {
            metadata[key].as_str().map(PathBuf::from).with_context(|| format!("cargo metadata has no {key}"))
        };
        Ok(Self { root: folder("workspace_root")?, target: folder("target_directory")? })
    }

    /// A cargo command in the checkout, without what the outer `cargo run` left in the environment.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(cargo_program());
        command.args(arguments).current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        for (name, _) in env::vars_os() {
            if name.to_str().is_some_and(is_left_by_cargo_run) {
                command.env_remove(&name);
            }
        }
        command
    }

    /// The folder of the frontend's own builds: two compilers in one folder would rebuild each other's work.
    pub fn front_target(&self) -> PathBuf {
        self.target.join("front")
    }

    /// The assembled site.
    pub fn site(&self, mode: Mode) -> PathBuf {
        self.target.join("site").join(mode.folder())
    }

    /// A program that cargo built.
    pub fn binary(&self, mode: Mode, name: &str) -> PathBuf {
        self.target.join(mode.folder()).join(name)
    }

    /// The folder of the browser tests and of npm.
    pub fn end2end(&self) -> PathBuf {
        self.root.join("end2end")
    }
}

fn cargo_program() -> PathBuf {
    env::var_os("CARGO").map_or_else(|| Path::new("cargo").to_owned(), PathBuf::from)
}

/// Build scripts watch some of these: passed on, they would rebuild crates whenever the outer command differs.
fn is_left_by_cargo_run(name: &str) -> bool {
    name.starts_with("CARGO_PKG_")
        || name.starts_with("CARGO_MANIFEST_")
        || ["CARGO_BIN_NAME", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE", "OUT_DIR"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_run_left_is_told_from_what_a_person_set() {
        for left in ["CARGO_PKG_NAME", "CARGO_MANIFEST_DIR", "CARGO_BIN_NAME", "OUT_DIR"] {
            assert!(is_left_by_cargo_run(left), "{left}");
        }
        for set in ["CARGO", "CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_TERM_COLOR", "PATH"] {
            assert!(!is_left_by_cargo_run(set), "{set}");
        }
    }
}
