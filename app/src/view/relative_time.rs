//! How far a moment lies from now, and how long something took: two units, never more.

use std::time::Duration;

use domain::time::Timestamp;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A length of time in its two largest units: `41 s`, `3 min 12 s`, `2 h 10 min`, `1 d 20 h`. The smaller one is left
/// out where it is 0. Number and unit stay on one line.
pub fn span(length: Duration) -> String {
    let seconds = length.as_secs();
    let (large, small) = match seconds {
        DAY.. => ((seconds / DAY, "d"), (seconds % DAY / HOUR, "h")),
        HOUR.. => ((seconds / HOUR, "h"), (seconds % HOUR / MINUTE, "min")),
        MINUTE.. => ((seconds / MINUTE, "min"), (seconds % MINUTE, "s")),
        _ => ((seconds, "s"), (0, "")),
    };
    let part = |(number, unit): (u64, &str)| format!("{number}\u{a0}{unit}");
    if small.0 == 0 { part(large) } else { format!("{} {}", part(large), part(small)) }
}

/// Where a moment lies seen from `now`: `in 3 h 25 min`, `41 s ago`, `now`.
pub fn relative(moment: Timestamp, now: Timestamp) -> String {
    if moment.0 / 1_000 == now.0 / 1_000 {
        "now".to_owned()
    } else if moment > now {
        format!("in {}", span(moment.since(now)))
    } else {
        format!("{} ago", span(now.since(moment)))
    }
}

/// How long something took; less than a second is said so.
pub fn took(from: Timestamp, to: Timestamp) -> String {
    let length = to.since(from);
    if length.as_secs() == 0 { "took less than 1\u{a0}s".to_owned() } else { format!("took {}", span(length)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        text.replace('\u{a0}', " ")
    }

    #[test]
    fn a_length_has_its_two_largest_units() {
        for (seconds, text) in [
            (0, "0 s"),
            (41, "41 s"),
            (60, "1 min"),
            (192, "3 min 12 s"),
            (3_600, "1 h"),
            (7_859, "2 h 10 min"),
            (12_300, "3 h 25 min"),
            (86_400, "1 d"),
            (158_400, "1 d 20 h"),
            (86_459, "1 d"),
        ] {
            assert_eq!(plain(&span(Duration::from_secs(seconds))), text, "{seconds} s");
        }
    }

    #[test]
    fn a_moment_lies_ahead_or_behind() {
        let now = Timestamp(100_000_500);
        for (moment, text) in [
            (100_000_900, "now"),
            (100_041_500, "in 41 s"),
            (99_959_500, "41 s ago"),
            (112_300_500, "in 3 h 25 min"),
            (100_000_000, "now"),
        ] {
            assert_eq!(plain(&relative(Timestamp(moment), now)), text, "{moment}");
        }
    }

    #[test]
    fn a_clock_that_went_back_makes_no_negative_length() {
        assert_eq!(plain(&took(Timestamp(9_000), Timestamp(1_000))), "took less than 1 s");
        assert_eq!(plain(&took(Timestamp(1_000), Timestamp(53_200))), "took 52 s");
    }

    #[test]
    fn a_number_stays_with_its_unit() {
        assert_eq!(span(Duration::from_secs(192)), "3\u{a0}min 12\u{a0}s");
    }
}
