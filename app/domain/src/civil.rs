//! A date and time as it stands on a calendar and a clock, without a zone.

use serde::{Deserialize, Serialize};

/// A civil date and time. Which moment it is depends on the zone, and in a zone it may be none or two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Civil {
    /// The year, 1 to 9999.
    pub year: i16,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
    /// The hour, 0 to 23.
    pub hour: u8,
    /// The minute, 0 to 59.
    pub minute: u8,
    /// The second, 0 to 59.
    pub second: u8,
}

impl Civil {
    /// Whether calendar and clock have such a date and time.
    pub fn is_valid(self) -> bool {
        (1..=9999).contains(&self.year)
            && (1..=days_in(self.year, self.month)).contains(&self.day)
            && self.hour < 24
            && self.minute < 60
            && self.second < 60
    }

    /// The same time a day later. After the last day of the year 9999 follows one that is not valid.
    #[must_use]
    pub fn next_day(self) -> Self {
        if self.day < days_in(self.year, self.month) {
            Self { day: self.day + 1, ..self }
        } else if self.month < 12 {
            Self { month: self.month + 1, day: 1, ..self }
        } else {
            Self { year: self.year.saturating_add(1), month: 1, day: 1, ..self }
        }
    }
}

/// How many days a month has; 0 where there is no such month.
fn days_in(year: i16, month: u8) -> u8 {
    let is_leap_year = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap_year => 29,
        2 => 28,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: i16, month: u8, day: u8) -> Civil {
        Civil { year, month, day, hour: 18, minute: 30, second: 0 }
    }

    #[test]
    fn a_calendar_has_the_days_that_it_has() {
        for (year, month, day) in
            [(2026, 1, 1), (2026, 12, 31), (2024, 2, 29), (2000, 2, 29), (2026, 2, 28), (9999, 4, 30)]
        {
            assert!(date(year, month, day).is_valid(), "{year}-{month}-{day}");
        }
        for (year, month, day) in [
            (2026, 2, 29),
            (1900, 2, 29),
            (2026, 4, 31),
            (2026, 0, 1),
            (2026, 13, 1),
            (2026, 1, 0),
            (2026, 1, 32),
            (0, 1, 1),
        ] {
            assert!(!date(year, month, day).is_valid(), "{year}-{month}-{day}");
        }
    }

    #[test]
    fn a_clock_ends_before_24_hours() {
        let day = date(2026, 11, 17);
        assert!(Civil { hour: 23, minute: 59, second: 59, ..day }.is_valid());
        for wrong in [Civil { hour: 24, ..day }, Civil { minute: 60, ..day }, Civil { second: 60, ..day }] {
            assert!(!wrong.is_valid(), "{wrong:?}");
        }
    }

    #[test]
    fn a_day_is_followed_by_the_next_at_the_same_time() {
        for (day, next) in [
            (date(2026, 11, 17), date(2026, 11, 18)),
            (date(2026, 11, 30), date(2026, 12, 1)),
            (date(2026, 12, 31), date(2027, 1, 1)),
            (date(2024, 2, 28), date(2024, 2, 29)),
            (date(2026, 2, 28), date(2026, 3, 1)),
        ] {
            assert_eq!(day.next_day(), next);
            assert!(day < next);
        }
        assert!(!date(9999, 12, 31).next_day().is_valid());
    }

    #[test]
    fn the_later_is_the_greater() {
        let noon = Civil { hour: 12, ..date(2026, 11, 17) };
        assert!(noon < date(2026, 11, 17));
        assert!(date(2026, 12, 1) < date(2027, 1, 1));
        assert!(date(2026, 11, 17) < date(2026, 12, 1));
    }
}
