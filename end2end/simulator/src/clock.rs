//! The one place that reads the system clock, and the ways in which the cloud writes a time.

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

    /// This moment on a clock that is this many seconds fast, or slow where the number is negative.
    pub(crate) const fn on_a_clock_off_by(self, seconds: i64) -> Self {
        Self(self.0.saturating_add_signed(seconds.saturating_mul(1_000_000)))
    }

    /// Whole seconds since 1970.
    pub(crate) const fn seconds(self) -> u64 {
        self.0 / 1_000_000
    }

    /// How far apart two moments are, whichever is earlier.
    pub(crate) const fn distance(self, other: Self) -> Duration {
        Duration::from_micros(self.0.abs_diff(other.0))
    }

    /// As a signature writes it: `20220222T121459Z`. `None` for anything else.
    pub(crate) fn of_signature(text: &str) -> Option<Self> {
        let digits = |from: usize, to: usize| text.get(from..to)?.parse::<u64>().ok();
        let days = days(digits(0, 4)?, digits(4, 6)?, digits(6, 8)?)?;
        let seconds = digits(9, 11)? * 3_600 + digits(11, 13)? * 60 + digits(13, 15)?;
        let moment = Self::from_seconds(days * 86_400 + seconds);
        // What is written back the same way was a real date and time.
        (moment.signature() == text).then_some(moment)
    }

    /// `20220222T121459Z`.
    pub(crate) fn signature(self) -> String {
        let (date, time) = self.parts();
        format!("{}T{}Z", date.replace('-', ""), time.replace(':', ""))
    }

    /// As the login records and their query write it: `2016-08-20T21:11Z`.
    pub(crate) fn to_the_minute(self) -> String {
        let (date, time) = self.parts();
        format!("{date}T{}Z", &time[..5])
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

/// The day of a date, counted from 1970-01-01; the reverse of [`civil`]. `None` before 1970.
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    let year = if month <= 2 { year.checked_sub(1)? } else { year };
    let era = year / 400;
    let year_of_era = year % 400;
    let month_from_march = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * month_from_march + 2) / 5 + day;
    (era * 146_097 + year_of_era * 365 + year_of_era / 4 + day_of_year).checked_sub(year_of_era / 100 + 719_469)
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
    #[test]
    fn the_time_of_a_signature_is_read_back_and_anything_else_is_not() {
        for seconds in [0, 951_782_399, 951_782_400, 1_645_532_099, 4_107_542_400] {
            let moment = Moment::from_seconds(seconds);
            assert_eq!(Moment::of_signature(&moment.signature()), Some(moment), "{seconds}");
        }
        for text in ["", "20220222T121459", "20220231T121459Z", "20220222T126059Z", "2022-02-22T12:14Z", "20220222é"] {
            assert_eq!(Moment::of_signature(text), None, "{text}");
        }
    }
}
