//! A moment with its wording, formatted on the server in the configured zone.

use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A moment and how it reads. Only relative times are worked out in the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeText {
    /// The moment, for sorting, `datetime` attributes and relative times.
    pub at: Timestamp,
    /// `14:32:08` today, else `Wed 18 Nov 07:00`; with the year where it is another one.
    pub text: String,
    /// The zone's abbreviation, e.g. `CET`.
    pub zone: String,
    /// RFC 3339 in UTC, for the `datetime` attribute.
    pub iso: String,
}

#[cfg(feature = "ssr")]
impl TimeText {
    /// The wording of a moment, seen from `now`.
    pub(super) fn new(clock: &dyn service::ports::Clock, at: Timestamp, now: Timestamp) -> Self {
        let (civil, zone) = clock.civil(at);
        let (today, _) = clock.civil(now);
        let iso = jiff::Timestamp::from_millisecond(at.0).map(|moment| moment.to_string()).unwrap_or_default();
        Self { at, text: wording(civil, today), zone, iso }
    }
}

/// `14:32:08` today, `Wed 18 Nov 07:00` this year, else `Wed 18 Nov 2025 07:00`.
#[cfg(feature = "ssr")]
fn wording(civil: domain::civil::Civil, today: domain::civil::Civil) -> String {
    let domain::civil::Civil { year, month, day, hour, minute, second } = civil;
    if (year, month, day) == (today.year, today.month, today.day) {
        return format!("{hour:02}:{minute:02}:{second:02}");
    }
    let date = |value: u8| i8::try_from(value).unwrap_or(1);
    let weekday = jiff::civil::Date::new(year, date(month), date(day)).map(|date| date.strftime("%a").to_string());
    let weekday = weekday.unwrap_or_default();
    let month = MONTHS.get(usize::from(month).wrapping_sub(1)).copied().unwrap_or_default();
    let year = if year == today.year { String::new() } else { format!("{year} ") };
    format!("{weekday} {day} {month} {year}{hour:02}:{minute:02}")
}

#[cfg(feature = "ssr")]
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use domain::civil::Civil;

    use super::*;

    fn civil(year: i16, month: u8, day: u8) -> Civil {
        Civil { year, month, day, hour: 7, minute: 5, second: 9 }
    }

    #[test]
    fn todays_date_is_left_out() {
        let today = civil(2026, 11, 17);
        for (moment, text) in [
            (civil(2026, 11, 17), "07:05:09"),
            (civil(2026, 11, 18), "Wed 18 Nov 07:05"),
            (civil(2025, 11, 18), "Tue 18 Nov 2025 07:05"),
        ] {
            assert_eq!(wording(moment, today), text);
        }
    }
}
