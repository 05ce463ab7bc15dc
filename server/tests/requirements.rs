//! The numbered requirements of security: each has a test that bears its number, and the administrator's page says which.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// How many requirements each letter has.
const LETTERS: [(char, u32); 4] = [('A', 18), ('B', 18), ('C', 13), ('D', 17)];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn all() -> BTreeSet<String> {
    LETTERS.iter().flat_map(|(letter, last)| (1..=*last).map(move |number| format!("{letter}{number}"))).collect()
}

fn files_under(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !matches!(name.as_str(), "target" | "node_modules" | "test-results") && !name.starts_with('.') {
                files_under(&path, found);
            }
        } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "ts") {
            found.push(path);
        }
    }
}

/// The numbers with which a name of a test begins: `b9_b11_no_password` has two.
fn numbers(name: &str) -> impl Iterator<Item = String> + '_ {
    name.split(['_', ' ', ',', ':']).map(str::to_uppercase).take_while(|part| all().contains(part))
}

/// The names of the tests by the number that they prove.
fn tests() -> BTreeMap<String, Vec<String>> {
    let mut files = Vec::new();
    files_under(&root(), &mut files);
    let mut tests: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut is_test = false;
        for line in text.lines().map(str::trim) {
            let name = if path.extension().is_some_and(|ending| ending == "rs") {
                let after =
                    std::mem::replace(&mut is_test, line.starts_with("#[test]") || line.starts_with("#[tokio::test"));
                let declared = line.strip_prefix("async fn ").or_else(|| line.strip_prefix("fn "));
                declared.filter(|_| after).and_then(|rest| rest.split('(').next())
            } else {
                line.strip_prefix("test(\"").and_then(|rest| rest.split('"').next())
            };
            for number in name.into_iter().flat_map(numbers) {
                tests.entry(number).or_default().push(name.unwrap().to_owned());
            }
        }
    }
    tests
}

/// The rows of the table: a requirement's number, and what stands beside it.
fn rows() -> BTreeMap<String, String> {
    let readme = std::fs::read_to_string(root().join("server/README.md")).unwrap();
    let rows = readme.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
    rows.filter(|(number, _)| all().contains(*number))
        .map(|(number, rest)| (number.to_owned(), rest.to_owned()))
        .collect()
}

#[test]
fn every_requirement_stands_in_the_table_with_a_test_that_is_there_or_a_reason() {
    let (tests, rows) = (tests(), rows());
    for number in all() {
        let row =
            rows.get(&number).unwrap_or_else(|| panic!("server/README.md does not say which test proves {number}"));
        match tests.get(&number) {
            Some(names) => assert!(
                names.iter().any(|name| row.contains(&format!("`{name}`"))),
                "the row of {number} names none of its tests: {names:#?}"
            ),
            None => assert!(
                row.contains("Reason: "),
                "{number} has neither a test that bears its number nor a reason: {row}"
            ),
        }
        for named in row.split('`').skip(1).step_by(2).filter(|named| numbers(named).next().is_some()) {
            let is_there = tests.values().any(|names| names.iter().any(|name| name == named));
            assert!(is_there, "the row of {number} names a test that is not there: {named}");
        }
    }
}
