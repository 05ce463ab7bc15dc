//! `cargo xtask bench`: the figures of the README's table.

use std::{fs, path::Path, process::Command};

use anyhow::{Context as _, Result};

use crate::{
    processes, servers, site,
    tools::Machine,
    wasm_target,
    workspace::{Mode, Workspace},
};

/// Builds what is measured and prints the figures.
///
/// # Errors
/// When something does not build or cannot be read.
pub fn run(workspace: &Workspace) -> Result<()> {
    let compiler = wasm_target::ensure(Machine::look())?;
    let folder = site::build(workspace, &compiler, Mode::Release)?;
    servers::build(workspace, Mode::Release)?;
    print!("{}", size_table(&folder)?);
    println!("\n| what | measured |\n|---|---|");
    measure(workspace, "run.mjs")?;
    measure(workspace, "slow.mjs")
}

/// Runs one measurement of `bench/` on the release programs; it prints lines of the table.
fn measure(workspace: &Workspace, script: &str) -> Result<()> {
    let mut command = Command::new("node");
    command
        .arg(workspace.end2end().join("bench").join(script))
        .env("DRYDOCK_BIN", workspace.binary(Mode::Release, servers::DRYDOCK))
        .env("SIMULATOR_BIN", workspace.binary(Mode::Release, servers::SIMULATOR));
    processes::run(script, &mut command)
}

/// What a browser loads before the page is alive: raw, and as it travels, in kB of 1,000 bytes.
fn size_table(folder: &Path) -> Result<String> {
    let size = |name: &str| -> Result<u64> {
        Ok(fs::metadata(folder.join(name)).with_context(|| format!("the site has no {name}"))?.len())
    };
    let mut table = String::from("| file | raw kB | brotli kB |\n|---|---|---|\n");
    let (mut raw, mut brotli) = (0, 0);
    for name in ["app.js", "app_bg.wasm", "app.css"] {
        let (plain, packed) = (size(name)?, size(&format!("{name}.br"))?);
        table.push_str(&size_line(name, plain, packed));
        raw += plain;
        brotli += packed;
    }
    table.push_str(&size_line("together", raw, brotli));
    Ok(table)
}

fn size_line(name: &str, raw: u64, brotli: u64) -> String {
    format!("| {name} | {} | {} |\n", kilobytes(raw), kilobytes(brotli))
}

/// Rounded to tenths.
fn kilobytes(bytes: u64) -> String {
    let tenths = (bytes + 50) / 100;
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    #[test]
    fn sizes_are_rounded_to_tenths_of_a_kilobyte() {
        for (bytes, expected) in [(0, "0.0"), (49, "0.0"), (50, "0.1"), (999, "1.0"), (190_449, "190.4")] {
            assert_eq!(kilobytes(bytes), expected);
        }
    }

    #[test]
    fn the_table_adds_up_what_travels() {
        let folder = tempfile::tempdir().unwrap();
        for (name, length) in [("app.js", 3000), ("app_bg.wasm", 5000), ("app.css", 1000)] {
            fs::write(folder.path().join(name), vec![0; length]).unwrap();
            fs::write(folder.path().join(format!("{name}.br")), vec![0; length / 10]).unwrap();
        }
        assert!(size_table(folder.path()).unwrap().ends_with("| together | 9.0 | 0.9 |\n"));
        fs::remove_file(folder.path().join("app.css.br")).unwrap();
        assert!(size_table(folder.path()).unwrap_err().to_string().contains("app.css.br"));
    }
}
