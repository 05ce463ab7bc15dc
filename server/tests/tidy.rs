//! The house's order, proved: arrows between crates, names that rhyme, files that stay small.
//!
//! Each failure says what the rule is for and what to do about it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A crate's dependencies: name, kind, whether it may be absent.
struct Dependency {
    name: String,
    is_dev: bool,
    is_optional: bool,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn crates() -> BTreeMap<String, Vec<Dependency>> {
    let metadata: Value = serde_json::from_str(&output(
        &std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()),
        &["metadata", "--no-deps", "--offline", "--format-version", "1"],
    ))
    .unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages.map(|package| (text(&package["name"]), dependencies(package))).collect()
}

fn dependencies(package: &Value) -> Vec<Dependency> {
    let read = |dependency: &Value| Dependency {
        name: text(&dependency["name"]),
        is_dev: dependency["kind"] == "dev",
        is_optional: dependency["optional"] == true,
    };
    package["dependencies"].as_array().unwrap().iter().map(read).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Every file that belongs to the project, as a path from its root.
fn files() -> Vec<String> {
    let listed = output("git", &["ls-files", "--cached", "--others", "--exclude-standard"]);
    listed.lines().filter(|path| root().join(path).is_file()).map(str::to_owned).collect()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Whether the file's name ends so, without the dot.
fn is(path: &str, endings: &[&str]) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending))
}

fn files_under(folder: &str, ending: &str) -> Vec<String> {
    files().into_iter().filter(|path| path.starts_with(folder) && path.ends_with(ending)).collect()
}

#[test]
fn every_arrow_between_our_crates_is_drawn_in_the_architecture() {
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("domain", &[][..]),
        ("service", &["domain"]),
        ("app", &["domain", "service"]),
        ("frontend", &["app"]),
        ("huawei", &["domain", "service"]),
        ("store", &["domain", "service"]),
        ("sso", &["domain", "service"]),
        ("server", &["app", "domain", "huawei", "service", "sso", "store"]),
        ("simulator", &[]),
        ("xtask", &[]),
    ]);
    let crates = crates();
    let ours: BTreeSet<&str> = crates.keys().map(String::as_str).collect();
    for (name, dependencies) in &crates {
        let allowed = allowed.get(name.as_str()).unwrap_or_else(|| {
            panic!("the crate {name} is new: a crate exists only where its manifest must forbid something. Add its arrows here.")
        });
        for dependency in dependencies.iter().filter(|dependency| ours.contains(dependency.name.as_str())) {
            let is_drawn =
                allowed.contains(&dependency.name.as_str()) || (dependency.is_dev && dependency.name == "simulator");
            assert!(
                is_drawn,
                "{name} must not depend on {}: arrows lead from the outside to the inside, `domain`. Move what you need \
                 inwards, or hand it in through a port.",
                dependency.name
            );
        }
    }
}

#[test]
fn the_inside_knows_no_machinery() {
    let machinery =
        ["tokio", "sqlx", "reqwest", "leptos", "axum", "hyper", "tower", "tracing", "secrecy", "jiff", "uuid"];
    for dependency in &crates()["domain"] {
        assert!(
            dependency.is_dev || !machinery.contains(&dependency.name.as_str()),
            "domain must not depend on {}: it also runs in the browser and decides without I/O. Pass in what it needs.",
            dependency.name
        );
    }
    let outside = ["sqlx", "reqwest", "leptos", "axum", "hyper"];
    for dependency in &crates()["service"] {
        assert!(
            !outside.contains(&dependency.name.as_str()),
            "service must not depend on {}: it reaches the outside through its ports. Put the call into an adapter.",
            dependency.name
        );
    }
}

#[test]
fn what_the_browser_gets_never_holds_a_secret() {
    for dependency in &crates()["app"] {
        assert_ne!(dependency.name, "secrecy", "app never sees a token: leave it in service, behind `Caller`.");
        let server_only = ["service", "axum", "leptos_axum", "tower-sessions", "jiff", "http"];
        assert!(
            dependency.is_optional || dependency.is_dev || !server_only.contains(&dependency.name.as_str()),
            "app's {} must be optional and part of the feature `ssr` alone: otherwise it is shipped to the browser.",
            dependency.name
        );
    }
}

#[test]
fn the_simulated_cloud_can_be_reached_from_tests_alone() {
    for (name, dependencies) in &crates() {
        let linked = dependencies.iter().any(|dependency| dependency.name == "simulator" && !dependency.is_dev);
        assert!(!linked, "{name} links the simulator: it may stand under [dev-dependencies] alone.");
    }
}

#[test]
fn every_server_function_has_an_address_that_rhymes_and_a_test() {
    let pages = ["session", "sessions", "desktops", "review", "run", "history"];
    let tests: String = files_under("server/tests/", ".rs").iter().map(|path| read(path)).collect();
    let mut found = 0;
    for path in files_under("app/src/api", ".rs") {
        for attribute in read(&path).split("#[server(name").skip(1) {
            let attribute = attribute.split(")]").next().unwrap();
            let endpoint = attribute
                .split_once("endpoint = \"")
                .unwrap_or_else(|| panic!("{path}: name the endpoint of #[server(name{attribute})], or it is a hash"))
                .1
                .split('"')
                .next()
                .unwrap();
            assert!(attribute.contains("prefix = \"/api\""), "{path}: {endpoint} must lie under /api");
            assert!(
                !attribute.contains("input = GetUrl"),
                "{path}: {endpoint} must not take GET: a link on a foreign page would call it with the person's cookie"
            );
            let (page, verb) = endpoint.split_once('/').unwrap_or_default();
            assert!(
                pages.contains(&page) && !verb.is_empty() && path.ends_with(&format!("api/{page}.rs")),
                "{path}: {endpoint} must be <page>/<verb> with the page's own file, so that who knows one name knows all"
            );
            assert!(
                tests.contains(&format!("/api/{endpoint}\"")),
                "/api/{endpoint} has no test: call it by its address in server/tests"
            );
            found += 1;
        }
    }
    assert!(found >= 15, "only {found} server functions were found: the search in this test does not fit any more");
}

/// Files of `pages` that are no page of their own but belong to all of them.
const SHARED_BY_PAGES: [&str; 9] =
    ["failure", "frame", "hydrated", "link_form", "lost", "not_found", "open_project", "post_form", "state_text"];

/// Where a page's name differs from that of its server functions.
fn api_of(page: &str) -> &str {
    if page == "sign_in" { "session" } else { page }
}

#[test]
fn every_page_has_its_functions_its_style_and_its_walk_in_a_browser() {
    let files: BTreeSet<String> = files().into_iter().collect();
    let mut found = 0;
    for path in &files {
        let Some(page) = path.strip_prefix("app/src/pages/").and_then(|name| name.strip_suffix(".rs")) else {
            continue;
        };
        if page.contains('/') || SHARED_BY_PAGES.contains(&page) {
            continue;
        }
        found += 1;
        for rhyme in [
            format!("app/src/api/{}.rs", api_of(page)),
            format!("style/pages/{page}.css"),
            format!("end2end/tests/{}.spec.ts", page.replace('_', "-")),
        ] {
            assert!(
                files.contains(&rhyme),
                "{path} has no {rhyme}: a page has one name in all places. Is it no page? Name it in SHARED_BY_PAGES."
            );
        }
    }
    assert_eq!(found, 6, "the number of pages has changed: add it to the README's code map too");
}

#[test]
fn no_page_imports_another_page() {
    let pages = ["desktops", "history", "review", "run", "sessions", "sign_in"];
    for path in files_under("app/src/pages/", ".rs") {
        let own = path["app/src/pages/".len()..].split(['/', '.']).next().unwrap().to_owned();
        for other in pages.iter().filter(|page| **page != own) {
            assert!(
                !read(&path).contains(&format!("pages::{other}")),
                "{path} uses pages::{other}: what two pages share is a component or a view model."
            );
        }
    }
}

#[test]
fn every_setting_is_explained_to_administrators() {
    let readme = read("server/README.md");
    for key in settings() {
        assert!(
            readme.contains(&format!("`{key}`")),
            "server/README.md does not explain `{key}`: add it to the table with its default and what it does."
        );
    }
}

/// The keys of `Config`, from its source: what stands under `pub struct XConfig` is `x.…`.
fn settings() -> Vec<String> {
    let source = read("server/src/config.rs");
    let mut keys = Vec::new();
    let mut section = None;
    for line in source.lines() {
        if let Some(name) = line.strip_prefix("pub struct ").and_then(|rest| rest.strip_suffix(" {")) {
            section = name.strip_suffix("Config").map(str::to_lowercase);
        } else if line == "}" {
            section = None;
        } else if let (Some(section), Some((key, kind))) =
            (&section, line.strip_prefix("    pub ").and_then(|rest| rest.split_once(": ")))
            && !kind.ends_with("Config,")
        {
            keys.push(if section.is_empty() { key.to_owned() } else { format!("{section}.{key}") });
        }
    }
    assert!(keys.contains(&"cloud.region".to_owned()) && keys.contains(&"listen".to_owned()), "{keys:?}");
    keys
}

#[test]
fn no_file_is_so_long_that_it_answers_two_questions() {
    for path in files() {
        if is(&path, &["rs", "css", "ts", "sql"]) {
            let lines = read(&path).lines().count();
            assert!(lines <= 500, "{path} has {lines} lines; more than 500 answer two questions. Make it two files.");
        }
    }
}

#[test]
fn no_file_is_named_for_nothing_in_particular() {
    for path in files() {
        let name = path.rsplit('/').next().unwrap().split('.').next().unwrap();
        let is_vague = ["mod", "util", "utils", "common", "helper", "helpers", "misc", "types"].contains(&name);
        assert!(!(is_vague && is(&path, &["rs"])), "{path}: name the file after what it answers.");
    }
}

#[test]
fn no_markup_carries_its_own_style() {
    for path in files_under("app/src/", ".rs") {
        for (number, line) in read(&path).lines().enumerate() {
            let is_markup =
                line.contains(" style=") || line.trim_start().starts_with("style=") || line.contains("style:");
            assert!(
                !is_markup,
                "{path}:{}: the content security policy forbids style attributes. Use a class, or an SVG attribute.",
                number + 1
            );
        }
    }
}

/// Longer sleeps make a test slow where it succeeds and wrong where the machine is busy.
const LONGEST_SLEEP_MS: u64 = 10;

#[test]
fn no_test_sleeps_in_the_hope_that_something_has_happened() {
    for path in files() {
        let is_source = is(&path, &["rs", "ts"]);
        let is_test = is_source && (path.contains("/tests/") || path.ends_with("/tests.rs"));
        // The cloud's own tests sleep to see its clock at work.
        if !is_test || path.starts_with("end2end/simulator/") || path.ends_with("tidy.rs") {
            continue;
        }
        let source = read(&path);
        // Where the runtime's clock is a test's own, a sleep takes no time.
        if source.contains("start_paused = true") {
            continue;
        }
        let is_long = |line: &&str| {
            let ms = line.split_once("from_millis(").and_then(|(_, rest)| rest.split(')').next()?.parse::<u64>().ok());
            ms.is_none_or(|ms| ms > LONGEST_SLEEP_MS)
        };
        let sleeps = ["sleep(", "waitForTimeout("];
        let lines = source.lines().filter(|line| sleeps.iter().any(|sleep| line.contains(sleep)));
        let long: Vec<&str> = lines.filter(is_long).map(str::trim).collect();
        assert!(long.is_empty(), "{path}: {long:#?} – ask until it is so instead, with a deadline.");
    }
}

#[test]
fn the_top_level_is_the_one_that_was_agreed() {
    let visible: BTreeSet<String> = output("git", &["ls-files"])
        .lines()
        .map(|path| path.split('/').next().unwrap().to_owned())
        .filter(|name| !name.starts_with('.'))
        .collect();
    let agreed = ["Cargo.lock", "Cargo.toml", "README.md", "app", "end2end", "frontend", "server", "style"];
    for name in visible {
        assert!(
            agreed.contains(&name.as_str()),
            "{name} is new at the top level: decisions belong to app/decisions, deployment to server, the rest to .github."
        );
    }
}
