//! What the tests came to: totals read from what the runners print, and the last line.

use anyhow::{Context as _, Result};

use crate::clock::Stopwatch;

/// Tests that passed and failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed, ran out of time, or passed only when tried again.
    pub failed: u64,
}

impl Totals {
    /// Adds others to these.
    pub fn add(&mut self, others: Totals) {
        self.passed += others.passed;
        self.failed += others.failed;
    }
}

/// Reads the summary of `cargo nextest`: `Summary [0.1s] 9 tests run: 7 passed (1 flaky), 2 failed, 1 skipped`.
pub fn read_nextest(output: &str) -> Option<Totals> {
    let line = output.lines().rev().find(|line| line.trim_start().starts_with("Summary ["))?;
    let (_, counts) = line.split_once("run:")?;
    let mut totals = Totals::default();
    // What stands in parentheses counts again what stands before them.
    for part in split_outside_parentheses(counts) {
        let (number, what) = part.trim().split_once(' ')?;
        let number: u64 = number.parse().ok()?;
        let flaky = what.split_once('(').map_or(0, |(_, inner)| flaky_in(inner));
        match what.split('(').next().map(str::trim) {
            Some("passed") => totals.add(Totals { passed: number.saturating_sub(flaky), failed: flaky }),
            Some("skipped") => {}
            _ => totals.failed += number,
        }
    }
    Some(totals)
}

fn split_outside_parentheses(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_u32;
    text.split(move |c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
}

fn flaky_in(parentheses: &str) -> u64 {
    parentheses.split([',', ')']).filter_map(|part| part.trim().strip_suffix(" flaky")?.parse::<u64>().ok()).sum()
}

/// Reads every `test result: ok. 7 passed; 2 failed; …` of the standard test runner.
pub fn read_libtest(output: &str) -> Totals {
    let mut totals = Totals::default();
    for line in output.lines() {
        let Some((_, counts)) = line.trim_start().strip_prefix("test result: ").and_then(|rest| rest.split_once(". "))
        else {
            continue;
        };
        for part in counts.split("; ") {
            match part.split_once(' ').map(|(number, what)| (number.parse::<u64>().unwrap_or(0), what)) {
                Some((number, "passed")) => totals.passed += number,
                Some((number, "failed")) => totals.failed += number,
                _ => {}
            }
        }
    }
    totals
}

/// Reads the `stats` of Playwright's JSON report, and its errors outside any test as one failure each.
///
/// # Errors
/// When the text is no such report.
pub fn read_playwright(json: &str) -> Result<Totals> {
    let report: serde_json::Value = serde_json::from_str(json).context("Playwright's report is not JSON")?;
    let number = |key: &str| {
        report["stats"][key].as_u64().with_context(|| format!("Playwright's report has no number stats.{key}"))
    };
    let errors = report["errors"].as_array().map_or(0, |errors| errors.len() as u64);
    Ok(Totals { passed: number("expected")?, failed: number("unexpected")? + number("flaky")? + errors })
}

/// The steps so far.
#[derive(Debug, Default)]
pub struct Report {
    totals: Totals,
    failed_step: bool,
}

impl Report {
    /// Does one step, says how long it took, and adds what its tests came to. A step that fails without a failing
    /// test counts as one. After a failed step no other is done.
    pub fn step(&mut self, name: &str, work: impl FnOnce(&mut Totals) -> Result<()>) {
        if self.failed_step {
            return;
        }
        println!("\n== {name}");
        let watch = Stopwatch::start();
        let mut totals = Totals::default();
        let outcome = work(&mut totals);
        if outcome.is_err() && totals.failed == 0 {
            totals.failed = 1;
        }
        self.totals.add(totals);
        self.failed_step = totals.failed > 0;
        let seconds = watch.elapsed().as_secs_f64();
        match outcome {
            Ok(()) if !self.failed_step => println!("== {name}: {seconds:.1} s"),
            Ok(()) => println!("== {name}: {seconds:.1} s, failed"),
            Err(error) => println!("== {name}: {seconds:.1} s, failed: {error:#}"),
        }
    }

    /// Everything so far.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// The last line.
    pub fn last_line(&self) -> String {
        format!("{} passed, {} failed", self.totals.passed, self.totals.failed)
    }

    /// Whether all steps went well.
    pub fn is_good(&self) -> bool {
        self.totals.failed == 0
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use anyhow::bail;

    use super::*;

    fn totals(passed: u64, failed: u64) -> Totals {
        Totals { passed, failed }
    }

    #[test]
    fn the_summary_of_nextest_is_understood() {
        for (line, expected) in [
            ("     Summary [   0.010s] 3 tests run: 3 passed, 0 skipped", totals(3, 0)),
            ("     Summary [   1.2s] 9 tests run: 7 passed, 2 failed, 1 skipped", totals(7, 2)),
            ("     Summary [   1.2s] 4/9 tests run: 3 passed, 1 failed, 0 skipped", totals(3, 1)),
            (
                "Summary [1s] 9 tests run: 7 passed (1 slow, 2 flaky, 1 leaky), 1 timed out, 1 exec failed, 0 skipped",
                totals(5, 4),
            ),
            ("     Summary [   0.000s] 0 tests run: 0 passed, 12 skipped", totals(0, 0)),
        ] {
            let output = format!("PASS a test\n------------\n{line}\nerror: test run failed\n");
            assert_eq!(read_nextest(&output), Some(expected), "{line}");
        }
        assert_eq!(read_nextest("error: could not compile"), None);
    }

    #[test]
    fn the_results_of_the_standard_runner_are_added_up() {
        let output = "running 2 tests\ntest a ... ok\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            running 3 tests\ntest result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        assert_eq!(read_libtest(output), totals(3, 2));
        assert_eq!(read_libtest("nothing of the kind"), totals(0, 0));
    }

    #[test]
    fn playwrights_report_counts_a_flaky_test_and_an_outer_error_as_failed() {
        let report = |errors: &str| {
            format!(r#"{{"errors":[{errors}],"stats":{{"expected":5,"skipped":1,"unexpected":1,"flaky":1}}}}"#)
        };
        assert_eq!(read_playwright(&report("")).unwrap(), totals(5, 2));
        assert_eq!(read_playwright(&report(r#"{"message":"no config"}"#)).unwrap(), totals(5, 3));
        assert!(read_playwright("{}").is_err());
        assert!(read_playwright("").is_err());
    }

    #[test]
    fn after_a_failed_step_no_other_is_done_and_the_last_line_still_comes() {
        let mut report = Report::default();
        report.step("first", |totals| {
            totals.passed = 2;
            Ok(())
        });
        assert!(report.is_good());
        report.step("second", |totals| {
            *totals = Totals { passed: 1, failed: 2 };
            bail!("no")
        });
        report.step("third", |totals| {
            totals.passed = 100;
            Ok(())
        });
        assert_eq!(report.last_line(), "3 passed, 2 failed");
        assert!(!report.is_good());
    }

    #[test]
    fn a_step_that_fails_without_a_test_counts_as_one() {
        let mut report = Report::default();
        report.step("format", |_| bail!("no"));
        assert_eq!(report.last_line(), "0 passed, 1 failed");
    }
}
