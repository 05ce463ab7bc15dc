//! What we build on: where it comes from, under which licence, and what must not be among it.
//!
//! The lists are those of `.deny.toml`, so that `cargo deny` says the same where somebody has it. It is not built for
//! the tests: from source that takes longer than all of them, and its package on `PyPI` is too old to read our lists.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use spdx::{Expression, ParseMode};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn lists() -> toml::Table {
    std::fs::read_to_string(root().join(".deny.toml")).unwrap().parse().unwrap()
}

/// A package that something of ours is built from.
#[derive(Debug)]
struct Package {
    name: String,
    version: String,
    /// Where it comes from where that is not crates.io: a path or an address.
    from: Option<String>,
    licence: String,
}

/// Every package that something of ours is built from, for the server and for the browser. `cargo metadata` would name
/// optional ones too that nothing switches on.
fn packages() -> Vec<Package> {
    let mut found = BTreeMap::new();
    for target in ["x86_64-unknown-linux-gnu", "wasm32-unknown-unknown"] {
        let output = Command::new(env!("CARGO"))
            .args(["tree", "--locked", "--workspace", "--edges", "normal,build,dev", "--target", target])
            .args(["--prefix", "none", "--format", "{p}|{l}"])
            .current_dir(root())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        for line in String::from_utf8(output.stdout).unwrap().lines().filter(|line| !line.is_empty()) {
            // What stands in the tree a second time is marked so.
            let line = line.trim_end_matches(" (*)");
            found.entry(line.to_owned()).or_insert_with(|| package(line));
        }
    }
    found.into_values().collect()
}

/// A line like `sso v0.1.0 (/path)|`, `serde_derive v1.0.2 (proc-macro)|MIT OR Apache-2.0`.
fn package(line: &str) -> Package {
    let (package, licence) = line.rsplit_once('|').unwrap();
    let mut parts = package.split(' ');
    let (name, version) = (parts.next().unwrap().to_owned(), parts.next().unwrap().to_owned());
    let from = parts.find(|part| *part != "(proc-macro)").map(str::to_owned);
    Package { name, version, from, licence: licence.to_owned() }
}

#[test]
fn d16_everything_foreign_comes_from_crates_io() {
    let packages = packages();
    for package in &packages {
        let is_ours = package.from.as_deref().is_some_and(|from| from.trim_matches(['(', ')']).starts_with(&*ours()));
        assert!(package.from.is_none() || is_ours, "{package:?} does not come from crates.io");
    }
    let foreign = packages.iter().filter(|package| package.from.is_none()).count();
    assert!(foreign > 300, "only {foreign} packages were looked at");
}

fn ours() -> String {
    root().display().to_string()
}

#[test]
fn d16_every_licence_is_one_of_the_list() {
    let lists = lists();
    let allowed: Vec<&str> =
        lists["licenses"]["allow"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    for package in packages().iter().filter(|package| package.from.is_none()) {
        let expression = Expression::parse_mode(&package.licence, ParseMode::LAX)
            .unwrap_or_else(|error| panic!("{package:?}: {error}"));
        let is_allowed = expression.evaluate(|wanted| allowed.contains(&wanted.to_string().as_str()));
        assert!(is_allowed, "the licence of {package:?} is not in .deny.toml");
    }
}

#[test]
fn d16_nothing_banned_is_among_it_and_nothing_twice_that_must_be_one() {
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in packages() {
        versions.entry(package.name).or_default().insert(package.version);
    }
    let lists = lists();
    for ban in lists["bans"]["deny"].as_array().unwrap() {
        let banned = ban["crate"].as_str().unwrap();
        let found = versions.get(banned).map_or(0, BTreeSet::len);
        let is_for_doubles = ban.get("deny-multiple-versions").and_then(toml::Value::as_bool) == Some(true);
        assert_eq!(found, usize::from(is_for_doubles), "versions of {banned} that are used, against .deny.toml");
    }
}
