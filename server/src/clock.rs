//! The system's clock and the configured zone: the one place that reads the time.

use domain::civil::Civil;
use domain::time::Timestamp;
use jiff::tz::TimeZone;
use service::ports::Clock;

/// The clock of the machine, read in a zone.
#[derive(Clone, Debug)]
pub struct SystemClock {
    zone: TimeZone,
}

/// There is no zone of that name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("time_zone: there is no zone named \"{0}\"; IANA names look like Europe/Dublin")]
pub struct UnknownZone(String);

impl SystemClock {
    /// A clock in the zone of that IANA name, else in the machine's, else in UTC.
    ///
    /// # Errors
    /// [`UnknownZone`]
    pub fn new(zone: Option<&str>) -> Result<Self, UnknownZone> {
        let zone = match zone {
            Some(name) => TimeZone::get(name).map_err(|_| UnknownZone(name.to_owned()))?,
            None => TimeZone::try_system().unwrap_or(TimeZone::UTC),
        };
        Ok(Self { zone })
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else is given")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn civil(&self, moment: Timestamp) -> (Civil, String) {
        let zoned = jiff::Timestamp::from_millisecond(moment.0).unwrap_or_default().to_zoned(self.zone.clone());
        let small = |value: i8| u8::try_from(value).unwrap_or_default();
        let civil = Civil {
            year: zoned.year(),
            month: small(zoned.month()),
            day: small(zoned.day()),
            hour: small(zoned.hour()),
            minute: small(zoned.minute()),
            second: small(zoned.second()),
        };
        (civil, zoned.strftime("%Z").to_string())
    }

    fn moment(&self, civil: Civil) -> Option<Timestamp> {
        let small = |value: u8| i8::try_from(value).ok();
        let date = jiff::civil::Date::new(civil.year, small(civil.month)?, small(civil.day)?).ok()?;
        let time = jiff::civil::Time::new(small(civil.hour)?, small(civil.minute)?, small(civil.second)?, 0).ok()?;
        let ambiguous = self.zone.to_ambiguous_zoned(date.to_datetime(time));
        if matches!(ambiguous.offset(), jiff::tz::AmbiguousOffset::Gap { .. }) {
            return None;
        }
        Some(Timestamp(ambiguous.earlier().ok()?.timestamp().as_millisecond()))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    fn civil(month: u8, day: u8, hour: u8, minute: u8) -> Civil {
        Civil { year: 2026, month, day, hour, minute, second: 0 }
    }

    #[test]
    fn a_moment_is_read_in_the_zone_and_back() {
        let clock = SystemClock::new(Some("Europe/Berlin")).unwrap();
        let moment = clock.moment(civil(11, 17, 18, 0)).unwrap();
        assert_eq!(clock.civil(moment), (civil(11, 17, 18, 0), "CET".to_owned()));
    }

    #[test]
    fn an_hour_that_summer_time_skips_is_no_moment_and_of_two_the_first_counts() {
        let clock = SystemClock::new(Some("Europe/Berlin")).unwrap();
        assert_eq!(clock.moment(civil(3, 29, 2, 30)), None);
        let twice = clock.moment(civil(10, 25, 2, 30)).unwrap();
        assert_eq!(clock.civil(twice).1, "CEST");
    }

    #[test]
    fn an_unknown_zone_is_named() {
        assert_eq!(SystemClock::new(Some("Mars/Base")).unwrap_err(), UnknownZone("Mars/Base".into()));
    }
}
