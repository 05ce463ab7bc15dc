//! The names of states, as every page, file and summary has them.

use super::Verdict;
use super::plan::Class;
use super::run::{DesktopState, Phase};

/// The name of a class.
pub const fn class(class: Class) -> &'static str {
    match class {
        Class::WillChange => "Will change",
        Class::AlreadySo => "Already so",
        Class::NotFound => "Not found",
    }
}

/// The name of a verdict.
pub const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Changed => "Changed",
        Verdict::AlreadySo => "Already so",
        Verdict::Refused => "Refused",
        Verdict::NotFound => "Not found",
        Verdict::NotSent => "Not sent",
        Verdict::Unknown => "Unknown",
    }
}

/// The name of a desktop's state.
pub const fn state(state: DesktopState) -> &'static str {
    match state {
        DesktopState::Waiting => "Waiting",
        DesktopState::Sending => "Sending",
        DesktopState::ReadingBack => "Reading back",
        DesktopState::Final(it) => verdict(it),
    }
}

/// The name of a run's state.
pub const fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Checking => "Checking",
        Phase::Running => "Running",
        Phase::Paused(_) => "Paused",
        Phase::Stopping => "Stopping",
        Phase::Stopped => "Stopped",
        Phase::Ended => "Ended",
    }
}

/// How a desktop reads.
pub const fn maintenance(in_maintenance: bool) -> &'static str {
    if in_maintenance { "in maintenance" } else { "in service" }
}

/// A number, from 1,000 on with commas.
pub fn number(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_from_a_thousand_on_carry_commas() {
        for (value, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (45_678, "45,678"), (1_234_567, "1,234,567")] {
            assert_eq!(number(value), text);
        }
    }
}
