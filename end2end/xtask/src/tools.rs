//! The tools that the commands need: found, installed where that is nobody else's business, or asked for.

use std::{
    env,
    ffi::OsStr,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};

use crate::{processes, workspace::Workspace};

/// What matters of the machine when something is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    /// The system is Debian or made from it.
    pub debian: bool,
    /// This process may install packages.
    pub root: bool,
}

impl Machine {
    /// Looks at this machine.
    pub fn look() -> Self {
        let debian = fs::read_to_string("/etc/os-release").is_ok_and(|text| is_debian(&text));
        Self { debian, root: rustix::process::geteuid().is_root() }
    }
}

/// Reads `/etc/os-release`: <https://www.freedesktop.org/software/systemd/man/latest/os-release.html>.
fn is_debian(os_release: &str) -> bool {
    os_release.lines().filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE="))).any(
        |value| value.trim().trim_matches(|c| c == '"' || c == '\'').split_ascii_whitespace().any(|id| id == "debian"),
    )
}

/// Installs Debian's packages, or says what to type.
///
/// # Errors
/// When this is not Debian, or the caller is not root, or the installation fails.
pub fn install(machine: Machine, what: &str, packages: &[&str]) -> Result<()> {
    let line = format!("apt-get install -y --no-install-recommends {}", packages.join(" "));
    if !machine.debian {
        bail!("{what} is missing. Install it and try again (on Debian: {line})");
    }
    if !machine.root {
        bail!("{what} is missing. Type: sudo {line}");
    }
    println!("Installing {what}: {line}");
    let install = || {
        let mut command = Command::new("apt-get");
        command.args(["install", "-y", "--no-install-recommends", "-qq"]).args(packages);
        processes::run("apt-get install", command.env("DEBIAN_FRONTEND", "noninteractive"))
    };
    // The lists of packages may be old or absent, as in a fresh container.
    if install().is_err() {
        processes::run("apt-get update", Command::new("apt-get").args(["update", "-qq"]))?;
        install().with_context(|| format!("{what} cannot be installed"))?;
    }
    Ok(())
}

/// The full path of a program in `PATH`.
pub fn find(program: &str) -> Option<PathBuf> {
    find_in(program, &env::var_os("PATH")?)
}

fn find_in(program: &str, path: &OsStr) -> Option<PathBuf> {
    env::split_paths(path).map(|folder| folder.join(program)).find(|file| is_program(file))
}

fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(file).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// The browser of the tests: `$CHROMIUM`, else `chromium`, else `google-chrome`, else Debian's package.
///
/// # Errors
/// When `$CHROMIUM` names no program, or none is found and none can be installed.
pub fn browser(machine: Machine) -> Result<PathBuf> {
    if let Some(named) = env::var_os("CHROMIUM").filter(|value| !value.is_empty()) {
        let found = if named.to_string_lossy().contains('/') {
            Some(PathBuf::from(&named)).filter(|file| is_program(file))
        } else {
            find(&named.to_string_lossy())
        };
        return found.with_context(|| format!("CHROMIUM names no program: {}", named.display()));
    }
    let look = || find("chromium").or_else(|| find("google-chrome"));
    if let Some(browser) = look() {
        return Ok(browser);
    }
    install(machine, "a browser for the tests", &["chromium"])?;
    look().context("the package chromium brought no program chromium")
}

/// A folder for what is worth keeping between clones.
///
/// # Errors
/// When the user has no home.
pub fn cache_folder() -> Result<PathBuf> {
    cache_folder_of(env::var_os("XDG_CACHE_HOME").as_deref(), env::var_os("HOME").as_deref())
}

/// <https://specifications.freedesktop.org/basedir-spec/latest/>: a relative path counts as none.
fn cache_folder_of(cache: Option<&OsStr>, home: Option<&OsStr>) -> Result<PathBuf> {
    let cache = cache.map(PathBuf::from).filter(|folder| folder.is_absolute());
    let cache = match cache {
        Some(cache) => cache,
        None => PathBuf::from(home.filter(|home| !home.is_empty()).context("neither XDG_CACHE_HOME nor HOME is set")?)
            .join(".cache"),
    };
    Ok(cache.join("drydock"))
}

/// Whether node and npm are there, as a sentence where they are not.
///
/// # Errors
/// The sentence.
pub fn ensure_node() -> Result<()> {
    let missing: Vec<_> = ["node", "npm"].into_iter().filter(|program| find(program).is_none()).collect();
    if !missing.is_empty() {
        bail!("{} is missing: install node 20.19 or newer with npm and try again", missing.join(" and "));
    }
    let version = processes::read("node", Command::new("node").arg("--version"))?;
    if !is_node_new_enough(&version) {
        bail!("node {} is too old: install node 20.19 or newer and try again", version.trim());
    }
    Ok(())
}

fn is_node_new_enough(version: &str) -> bool {
    let mut numbers = version.trim().trim_start_matches('v').split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= (20, 19)
}

/// Installs the packages of `end2end` where its lock file says others than are there.
///
/// # Errors
/// When node is missing or npm fails.
pub fn ensure_npm_packages(workspace: &Workspace) -> Result<()> {
    ensure_node()?;
    let folder = workspace.end2end();
    let stamp = NpmStamp::of(&folder)?;
    if stamp.holds() {
        return Ok(());
    }
    println!("Installing the packages of the browser tests into end2end/node_modules: npm ci");
    processes::run(
        "npm ci",
        Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(&folder)
            // The browser is Debian's or the person's own.
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"),
    )?;
    stamp.write()
}

/// Remembers for which lock file the packages were installed. It lies inside the folder that npm deletes first, so
/// that an installation broken off leaves none.
struct NpmStamp {
    file: PathBuf,
    content: String,
}

impl NpmStamp {
    fn of(folder: &Path) -> Result<Self> {
        let mut digest = Sha256::new();
        for name in ["package.json", "package-lock.json"] {
            let file = folder.join(name);
            digest.update(fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?);
        }
        Ok(Self { file: folder.join("node_modules/.installed-for"), content: hex(&digest.finalize()) })
    }

    fn holds(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|content| content == self.content)
    }

    fn write(&self) -> Result<()> {
        fs::write(&self.file, &self.content).with_context(|| format!("cannot write {}", self.file.display()))
    }
}

/// Bytes in lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    #[test]
    fn debian_and_its_children_are_known() {
        for (text, expected) in [
            ("PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n", true),
            ("ID=ubuntu\nID_LIKE=debian\n", true),
            ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", true),
            ("ID=fedora\nHOME_URL=\"https://debian\"\n", false),
            ("ID=notdebian\n", false),
            ("", false),
        ] {
            assert_eq!(is_debian(text), expected, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_installed_is_one_line_to_type() {
        let error =
            |debian, root| install(Machine { debian, root }, "A browser", &["chromium"]).unwrap_err().to_string();
        assert_eq!(
            error(true, false),
            "A browser is missing. Type: sudo apt-get install -y --no-install-recommends chromium"
        );
        assert!(error(false, true).starts_with("A browser is missing. Install it and try again"));
    }

    #[test]
    fn a_program_is_found_by_the_order_of_the_path_and_only_if_it_can_run() {
        use std::os::unix::fs::PermissionsExt as _;
        let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let path = env::join_paths([first.path(), second.path()]).unwrap();
        fs::write(first.path().join("tool"), "").unwrap();
        fs::write(second.path().join("tool"), "").unwrap();
        assert_eq!(find_in("tool", &path), None);
        fs::set_permissions(second.path().join("tool"), fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(find_in("tool", &path), Some(second.path().join("tool")));
        fs::set_permissions(first.path().join("tool"), fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(find_in("tool", &path), Some(first.path().join("tool")));
    }

    #[test]
    fn the_cache_folder_follows_the_users_settings() {
        let folder =
            |cache: Option<&str>, home: Option<&str>| cache_folder_of(cache.map(OsStr::new), home.map(OsStr::new)).ok();
        assert_eq!(folder(Some("/c"), Some("/h")), Some(PathBuf::from("/c/drydock")));
        assert_eq!(folder(Some("relative"), Some("/h")), Some(PathBuf::from("/h/.cache/drydock")));
        assert_eq!(folder(None, Some("/h")), Some(PathBuf::from("/h/.cache/drydock")));
        assert_eq!(folder(None, Some("")), None);
    }

    #[test]
    fn node_is_compared_by_numbers() {
        for (version, expected) in
            [("v20.19.0\n", true), ("v22.1.0", true), ("v20.9.1", false), ("v18.20.0", false), ("what", false)]
        {
            assert_eq!(is_node_new_enough(version), expected, "{version}");
        }
    }

    #[test]
    fn a_changed_lock_file_or_a_broken_installation_asks_for_npm_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        fs::write(path.join("package.json"), "{}").unwrap();
        fs::write(path.join("package-lock.json"), "1").unwrap();
        fs::create_dir(path.join("node_modules")).unwrap();
        assert!(!NpmStamp::of(path).unwrap().holds());
        NpmStamp::of(path).unwrap().write().unwrap();
        assert!(NpmStamp::of(path).unwrap().holds());
        fs::write(path.join("package-lock.json"), "2").unwrap();
        assert!(!NpmStamp::of(path).unwrap().holds());
    }

    #[test]
    fn bytes_become_two_digits_each() {
        assert_eq!(hex(&[0, 10, 255]), "000aff");
    }
}
