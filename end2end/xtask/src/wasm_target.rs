//! The compiler of the frontend: why there is a second way is told in `app/decisions/0002-wasm-target.md`.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};

use crate::{
    processes::{self, Process},
    tools::{self, Machine},
    workspace::Workspace,
};

/// The target of browsers.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// The setting that forces a way: `own` or `debian`.
const FORCE: &str = "DRYDOCK_WASM_COMPILER";

/// How long rustup may try to download the target, some 20 MB; where its servers cannot be reached it may hang.
const DOWNLOAD_LIMIT: Duration = Duration::from_secs(90);

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO_CLIPPY: &str = "/usr/bin/cargo-clippy";
const DEBIAN_LIBRARY: &str = "/usr/lib/rustlib/src/rust/library";

/// The compiler that builds the frontend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FrontCompiler {
    /// The toolchain that built this program.
    Own,
    /// Debian's compiler with a standard library that was built here.
    Debian {
        /// The folder of that standard library.
        sysroot: PathBuf,
    },
}

impl FrontCompiler {
    /// Makes a cargo command use this compiler.
    pub fn apply(&self, command: &mut Command) {
        if let Self::Debian { sysroot } = self {
            command
                .env("RUSTC", DEBIAN_RUSTC)
                .env(
                    "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
                    format!("--cfg erase_components --sysroot={}", sysroot.display()),
                )
                .env_remove("LD_LIBRARY_PATH");
        }
    }

    /// The command that lints the frontend with the linter of this compiler.
    ///
    /// # Errors
    /// When Debian's linter is missing and cannot be installed.
    pub fn clippy(&self, workspace: &Workspace, machine: Machine) -> Result<Command> {
        let mut command = workspace.cargo(&["clippy"]);
        if let Self::Debian { .. } = self {
            if !Path::new(DEBIAN_CARGO_CLIPPY).is_file() {
                tools::install(machine, "the linter of Debian's compiler", &["rust-web-clippy"])?;
            }
            // Cargo's own subcommand would take the linter of the other toolchain, which cannot read this library.
            let cargo = command.get_program().to_owned();
            let settings: Vec<_> =
                command.get_envs().map(|(name, value)| (name.to_owned(), value.map(ToOwned::to_owned))).collect();
            command = Command::new(DEBIAN_CARGO_CLIPPY);
            command.arg("clippy").current_dir(&workspace.root).env("CARGO", cargo);
            for (name, value) in settings {
                match value {
                    Some(value) => command.env(name, value),
                    None => command.env_remove(name),
                };
            }
        }
        self.apply(&mut command);
        Ok(command)
    }
}

/// Makes sure that the frontend can be compiled and says by what.
///
/// # Errors
/// When no way is left; the text is the line to type.
pub fn ensure(machine: Machine) -> Result<FrontCompiler> {
    match env::var(FORCE).as_deref() {
        Ok("debian") => return debian(machine),
        Ok("own") => return own().context("the target is forced to be the toolchain's own"),
        Ok("") | Err(_) => {}
        Ok(other) => bail!("{FORCE} is either own or debian, not {other}"),
    }
    if has_target(&own_sysroot()?) {
        return Ok(FrontCompiler::Own);
    }
    // Where the second way was taken before, rustup was out of reach: it is not waited for each time.
    if let Some(sysroot) = cached_debian_sysroot() {
        return finish_debian(sysroot);
    }
    match own() {
        Ok(compiler) => Ok(compiler),
        Err(error) if machine.debian => {
            println!("{error:#}; Debian's compiler takes its place");
            debian(machine)
        }
        Err(error) => bail!("{error:#}. Type: rustup target add {TARGET}"),
    }
}

fn own_sysroot() -> Result<PathBuf> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let sysroot = processes::read("rustc", Command::new(rustc).args(["--print", "sysroot"]))?;
    Ok(PathBuf::from(sysroot.trim()))
}

/// Whether a compiler's folder has a standard library for browsers.
fn has_target(sysroot: &Path) -> bool {
    let folder = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    fs::read_dir(folder).is_ok_and(|mut files| {
        files.any(|file| file.is_ok_and(|file| file.file_name().to_string_lossy().starts_with("libstd-")))
    })
}

/// The first way, good on any ordinary machine.
fn own() -> Result<FrontCompiler> {
    if has_target(&own_sysroot()?) {
        return Ok(FrontCompiler::Own);
    }
    if tools::find("rustup").is_none() {
        bail!("the compiler has no target {TARGET} and there is no rustup to add it");
    }
    println!("Installing the target {TARGET} (the frontend runs in browsers): rustup target add {TARGET}");
    let mut rustup = Process::start("rustup", Command::new("rustup").args(["target", "add", TARGET]))?;
    match rustup.wait_at_most(DOWNLOAD_LIMIT)? {
        Some(status) if status.success() && has_target(&own_sysroot()?) => Ok(FrontCompiler::Own),
        Some(_) => bail!("rustup could not add the target {TARGET}"),
        None => bail!("rustup could not add the target {TARGET} within {} s", DOWNLOAD_LIMIT.as_secs()),
    }
}

/// The second way: Debian's packages instead of rustup's servers.
fn debian(machine: Machine) -> Result<FrontCompiler> {
    if !Path::new(DEBIAN_RUSTC).is_file() || !Path::new(DEBIAN_LIBRARY).is_dir() {
        tools::install(machine, "a compiler that can build for browsers", &["rustc-web", "rust-web-src"])?;
    }
    let sysroot = debian_sysroot_folder()?;
    if !has_target(&sysroot) {
        build_standard_library(&sysroot)?;
    }
    finish_debian(sysroot)
}

fn cached_debian_sysroot() -> Option<PathBuf> {
    debian_sysroot_folder().ok().filter(|sysroot| has_target(sysroot))
}

/// In a cache folder of the user and named after the compiler: built once per machine, not per clone.
fn debian_sysroot_folder() -> Result<PathBuf> {
    Ok(tools::cache_folder()?.join("wasm-std").join(compiler_key(&debian_version()?)))
}

fn debian_version() -> Result<String> {
    processes::read("Debian's rustc", Command::new(DEBIAN_RUSTC).arg("-vV").env_remove("LD_LIBRARY_PATH"))
}

/// The value of a line `key: value` in what `rustc -vV` prints.
fn version_field<'a>(version: &'a str, key: &str) -> Option<&'a str> {
    version.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": "))
}

/// A folder name that is another one for every other build of the compiler.
fn compiler_key(version: &str) -> String {
    let digest = Sha256::digest(version.as_bytes());
    let release = version_field(version, "release").unwrap_or("unknown");
    format!("{release}-{}", tools::hex(&digest[..6]))
}

/// Builds the standard library for browsers once and puts it in place whole.
fn build_standard_library(sysroot: &Path) -> Result<()> {
    println!(
        "Building the standard library for {TARGET} with Debian's compiler (about half a minute, once per machine)"
    );
    let mut work = sysroot.as_os_str().to_owned();
    work.push(format!(".{}.part", std::process::id()));
    let work = PathBuf::from(work);
    let crate_folder = work.join("crate");
    fs::create_dir_all(crate_folder.join("src"))?;
    fs::write(
        crate_folder.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n",
    )?;
    fs::write(crate_folder.join("src/lib.rs"), "")?;
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    processes::run(
        "the build of the standard library",
        Command::new(cargo)
            .args(["build", "--release", "--target", TARGET, "-Zbuild-std=std,panic_abort,proc_macro"])
            .current_dir(&crate_folder)
            .env("RUSTC", DEBIAN_RUSTC)
            .env("RUSTC_BOOTSTRAP", "1")
            // Without bitcode in it the link-time optimisation of the frontend fails.
            .env("RUSTFLAGS", "-Cembed-bitcode=yes")
            .env("CARGO_TARGET_DIR", work.join("target"))
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .env_remove("LD_LIBRARY_PATH"),
    )?;
    let finished = work.join("sysroot");
    let library = finished.join("lib/rustlib").join(TARGET).join("lib");
    fs::create_dir_all(&library)?;
    for file in fs::read_dir(work.join("target").join(TARGET).join("release/deps"))? {
        let file = file?;
        let name = file.file_name();
        let name = name.to_string_lossy();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            fs::copy(file.path(), library.join(&*name))?;
        }
    }
    let _ = fs::remove_dir_all(sysroot);
    let moved = fs::rename(&finished, sysroot);
    fs::remove_dir_all(&work)?;
    // Another process may have been faster; its work is as good.
    if moved.is_err() && !has_target(sysroot) {
        moved.with_context(|| format!("cannot put {} in place", sysroot.display()))?;
    }
    Ok(())
}

/// Links the toolchain's own linker to where Debian's compiler looks for it; it ships none for browsers.
fn finish_debian(sysroot: PathBuf) -> Result<FrontCompiler> {
    let version = debian_version()?;
    let host = version_field(&version, "host").context("Debian's rustc does not name its host")?;
    let tools_folder = Path::new("lib/rustlib").join(host).join("bin");
    let linker = own_sysroot()?.join(&tools_folder).join("rust-lld");
    if !linker.is_file() {
        bail!("the toolchain has no linker for browsers at {}", linker.display());
    }
    let link = sysroot.join(tools_folder).join("rust-lld");
    if fs::read_link(&link).ok().as_deref() != Some(linker.as_path()) {
        fs::create_dir_all(link.parent().unwrap_or(&sysroot))?;
        let _ = fs::remove_file(&link);
        std::os::unix::fs::symlink(&linker, &link).with_context(|| format!("cannot link {}", link.display()))?;
    }
    Ok(FrontCompiler::Debian { sysroot })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    const VERSION: &str =
        "rustc 1.96.0 (ac68faa20 2026-05-25)\nbinary: rustc\nhost: x86_64-unknown-linux-gnu\nrelease: 1.96.0\n";

    #[test]
    fn a_version_is_read_by_its_keys() {
        assert_eq!(version_field(VERSION, "host"), Some("x86_64-unknown-linux-gnu"));
        assert_eq!(version_field(VERSION, "release"), Some("1.96.0"));
        assert_eq!(version_field(VERSION, "LLVM version"), None);
    }

    #[test]
    fn another_build_of_the_same_release_has_another_key() {
        let key = compiler_key(VERSION);
        assert!(key.starts_with("1.96.0-"), "{key}");
        assert_ne!(key, compiler_key(&VERSION.replace("ac68faa20", "bbbbbbbbb")));
        assert_eq!(key, compiler_key(VERSION));
    }

    #[test]
    fn only_a_folder_with_a_standard_library_has_the_target() {
        let sysroot = tempfile::tempdir().unwrap();
        assert!(!has_target(sysroot.path()));
        let library = sysroot.path().join("lib/rustlib").join(TARGET).join("lib");
        fs::create_dir_all(&library).unwrap();
        assert!(!has_target(sysroot.path()));
        fs::write(library.join("libstd-0123.rlib"), "").unwrap();
        assert!(has_target(sysroot.path()));
    }

    #[test]
    fn debians_compiler_is_named_to_cargo_and_the_own_is_not() {
        let mut command = Command::new("cargo");
        FrontCompiler::Own.apply(&mut command);
        assert_eq!(command.get_envs().count(), 0);
        FrontCompiler::Debian { sysroot: PathBuf::from("/std") }.apply(&mut command);
        assert!(command.get_envs().any(|(name, value)| name == "RUSTC" && value == Some(DEBIAN_RUSTC.as_ref())));
        assert!(command.get_envs().any(|(_, value)| value == Some("--cfg erase_components --sysroot=/std".as_ref())));
    }
}
