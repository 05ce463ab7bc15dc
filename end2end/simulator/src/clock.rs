//! The one place that reads the system clock, and the three ways in which the cloud writes a time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A point in time: microseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Moment(u64);

/// The present time.
#[expect(
    clippy::disallowed_methods,
    reason = "the simulator is a process of its own, and this is its only look at the clock"
)]
pub(crate) fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment(u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
}

impl Moment {
    /// The moment that lies this many whole seconds after 1970.
    pub(crate) const fn from_seconds(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// This moment and a while.
    pub(crate) fn after(self, while_: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(while_.as_micros()).unwrap_or(u64::MAX)))
    }

    /// Milliseconds between an earlier moment and this one; 0 when it is not earlier.
    pub(crate) const fn millis_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0) / 1_000
    }

    /// As IAM writes it: `2020-01-04T09:05:22.701000Z`.
    pub(crate) fn iam(self) -> String {
        let (date, time) = self.parts();
        format!("{date}T{time}.{:06}Z", self.0 % 1_000_000)
    }

    /// As the detailed list writes it: `2022-01-21T06:57:47.459Z`.
    pub(crate) fn detailed(self) -> String {
        let (date, time) = self.parts();
        format!("{date}T{time}.{:03}Z", self.0 % 1_000_000 / 1_000)
    }

    /// As the plain list writes it, without a zone: `2022-02-22 12:14:59`.
    pub(crate) fn plain(self) -> String {
        let (date, time) = self.parts();
        format!("{date} {time}")
    }

    fn parts(self) -> (String, String) {
        let seconds = self.0 / 1_000_000;
        let (year, month, day) = civil(seconds / 86_400);
        let rest = seconds % 86_400;
        (
            format!("{year:04}-{month:02}-{day:02}"),
            format!("{:02}:{:02}:{:02}", rest / 3_600, rest % 3_600 / 60, rest % 60),
        )
    }
}

/// The date of a day counted from 1970-01-01, by the usual 400-year cycle that starts in March.
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(seconds: u64, expected: &str) {
        assert_eq!(Moment::from_seconds(seconds).plain(), expected);
    }

    #[test]
    fn times_are_written_in_the_calendar_that_people_use() {
        check(0, "1970-01-01 00:00:00");
        check(951_782_399, "2000-02-28 23:59:59");
        check(951_782_400, "2000-02-29 00:00:00");
        check(1_645_532_099, "2022-02-22 12:14:59");
        check(4_107_542_400, "2100-03-01 00:00:00");
    }

    #[test]
    fn fractions_have_six_digits_for_iam_and_three_in_the_detailed_list() {
        let moment = Moment::from_seconds(1_578_128_722).after(Duration::from_micros(701_042));
        assert_eq!(moment.iam(), "2020-01-04T09:05:22.701042Z");
        assert_eq!(moment.detailed(), "2020-01-04T09:05:22.701Z");
    }
}
