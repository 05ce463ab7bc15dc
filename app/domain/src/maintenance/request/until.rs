//! Until when: what people type, and which moment it means.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::civil::Civil;
use crate::time::Timestamp;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// How far ahead an until may lie. Assumed: runs are kept 400 days, and nobody plans longer. If it is wrong, people give a
/// nearer time.
pub const UNTIL_LIMIT: Duration = Duration::from_hours(400 * 24);

/// What was typed as until.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum UntilText {
    /// `2026-11-17 18:00`
    At(Civil),
    /// `18:00`: today, or tomorrow where that is past.
    Time {
        /// 0 to 23
        hour: u8,
        /// 0 to 59
        minute: u8,
    },
    /// `+2h`, `+90m` or `+1d` (a day is 24 hours).
    In(Duration),
}

/// Why an until cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error, Serialize, Deserialize)]
pub enum UntilProblem {
    /// It is written in no form that is understood.
    #[error("the text is no time")]
    Malformed,
    /// There is no such time: 30 February, 25:00, or an hour that the clocks skip.
    #[error("there is no such time")]
    NoSuchTime,
    /// It is not later than now.
    #[error("the time is past")]
    Past,
    /// It lies further ahead than [`UNTIL_LIMIT`].
    #[error("the time is too far ahead")]
    TooFar,
}

impl UntilText {
    /// Reads what was typed; `None` where it is empty.
    ///
    /// # Errors
    /// [`UntilProblem::Malformed`] for any other form, [`UntilProblem::NoSuchTime`] where no calendar or clock shows it,
    /// [`UntilProblem::TooFar`] for a number that is too large.
    pub fn parse(text: &str) -> Result<Option<Self>, UntilProblem> {
        let text = text.trim();
        if text.is_empty() {
            Ok(None)
        } else if let Some(ahead) = text.strip_prefix('+') {
            parse_ahead(ahead).map(|ahead| Some(Self::In(ahead)))
        } else if let Some((date, time)) = text.split_once([' ', 'T', '\u{a0}']) {
            parse_date_and_time(date, time.trim_start()).map(|civil| Some(Self::At(civil)))
        } else {
            parse_time(text).map(|(hour, minute)| Some(Self::Time { hour, minute }))
        }
    }
}

/// The moment that an until means. `now_civil` is `now` in the product's zone; `to_timestamp` finds the moment of a civil
/// time in that zone, `None` where the clocks skip it.
///
/// # Errors
/// [`UntilProblem::NoSuchTime`] where the clocks skip it, [`UntilProblem::Past`] where it is not later than `now`,
/// [`UntilProblem::TooFar`] beyond [`UNTIL_LIMIT`].
pub fn resolve(
    until: &UntilText,
    now: Timestamp,
    now_civil: Civil,
    to_timestamp: impl Fn(Civil) -> Option<Timestamp>,
) -> Result<Timestamp, UntilProblem> {
    let moment_of = |civil: Civil| to_timestamp(civil).ok_or(UntilProblem::NoSuchTime);
    let moment = match *until {
        UntilText::In(ahead) => now.after(ahead),
        UntilText::At(civil) if !civil.is_valid() => return Err(UntilProblem::NoSuchTime),
        // The zone's rules need not be asked about a time that is far beyond the limit.
        UntilText::At(civil) if civil.year > now_civil.year.saturating_add(2) => return Err(UntilProblem::TooFar),
        UntilText::At(civil) => moment_of(civil)?,
        UntilText::Time { hour, minute } => {
            let today = Civil { hour, minute, second: 0, ..now_civil };
            let later_today = if today > now_civil { Some(moment_of(today)?) } else { None };
            // Where clocks are put back, a time ahead on the clock may already have been once.
            match later_today.filter(|moment| *moment > now) {
                Some(moment) => moment,
                None => moment_of(today.next_day())?,
            }
        }
    };
    if moment <= now {
        Err(UntilProblem::Past)
    } else if moment.since(now) > UNTIL_LIMIT {
        Err(UntilProblem::TooFar)
    } else {
        Ok(moment)
    }
}

fn parse_ahead(text: &str) -> Result<Duration, UntilProblem> {
    let text = text.trim();
    let (digits, unit) = text.split_at(text.len() - text.chars().next_back().map_or(0, char::len_utf8));
    let unit = match unit {
        "m" | "M" => Duration::from_mins(1),
        "h" | "H" => HOUR,
        "d" | "D" => DAY,
        _ => return Err(UntilProblem::Malformed),
    };
    let digits = digits.trim_end();
    if digits.is_empty() || !is_digits(digits) {
        return Err(UntilProblem::Malformed);
    }
    let number: u32 = digits.parse().map_err(|_| UntilProblem::TooFar)?;
    match unit.checked_mul(number) {
        Some(ahead) if ahead.is_zero() => Err(UntilProblem::Past),
        Some(ahead) if ahead <= UNTIL_LIMIT => Ok(ahead),
        _ => Err(UntilProblem::TooFar),
    }
}

fn parse_date_and_time(date: &str, time: &str) -> Result<Civil, UntilProblem> {
    let mut parts = date.split('-');
    let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(UntilProblem::Malformed);
    };
    if year.len() != 4 || !is_digits(year) {
        return Err(UntilProblem::Malformed);
    }
    let year = year.parse().map_err(|_| UntilProblem::Malformed)?;
    let (month, day) = (parse_number(month, 1..=2)?, parse_number(day, 1..=2)?);
    let (hour, minute) = parse_time(time)?;
    let civil = Civil { year, month, day, hour, minute, second: 0 };
    if civil.is_valid() { Ok(civil) } else { Err(UntilProblem::NoSuchTime) }
}

fn parse_time(text: &str) -> Result<(u8, u8), UntilProblem> {
    let (hour, minute) = text.split_once(':').ok_or(UntilProblem::Malformed)?;
    let (hour, minute) = (parse_number(hour, 1..=2)?, parse_number(minute, 2..=2)?);
    if hour < 24 && minute < 60 { Ok((hour, minute)) } else { Err(UntilProblem::NoSuchTime) }
}

fn parse_number(text: &str, digits: std::ops::RangeInclusive<usize>) -> Result<u8, UntilProblem> {
    if !digits.contains(&text.len()) || !is_digits(text) {
        return Err(UntilProblem::Malformed);
    }
    text.parse().map_err(|_| UntilProblem::Malformed)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests;
