//! How long the cloud asks to wait.

use std::time::Duration;

use http::header::{DATE, RETRY_AFTER};
use jiff::fmt::rfc2822::DateTimeParser;

use crate::client::Received;

/// The longest wait that is believed. Assumed because every documented window is at most a day; a longer one is cut.
const WAIT_LIMIT: Duration = Duration::from_hours(24);

/// The wait that an answer asks for: `Retry-After`, else the window named in the text of a throttling error.
pub(crate) fn retry_after(received: &Received, message: Option<&str>) -> Option<Duration> {
    let wait = from_header(received).or_else(|| from_text(message?))?;
    Some(wait.min(WAIT_LIMIT))
}

/// `Retry-After` in seconds, or as a date, which is compared with the `Date` of the same answer: the cloud's clock with
/// itself. A date without that is not understood.
fn from_header(received: &Received) -> Option<Duration> {
    let text = received.header(&RETRY_AFTER)?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // What does not fit into the number is very long, not nothing.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let parser = DateTimeParser::new();
    let until = parser.parse_timestamp(text).ok()?;
    let now = parser.parse_timestamp(received.header(&DATE)?).ok()?;
    let seconds = until.as_second().saturating_sub(now.as_second());
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

/// The window in `…over ratelimit,limit:N,time:M minute|second`
/// (<https://support.huaweicloud.com/intl/en-us/ocr_faq/ocr_01_0041.html>), or in IAM's `…%d times per %d seconds`
/// (`IAM.0012`).
fn from_text(text: &str) -> Option<Duration> {
    let lower = text.to_ascii_lowercase();
    let rest = match lower.split_once("time:") {
        Some((_, rest)) => rest,
        None => lower.split_once("times per ")?.1,
    };
    let rest = rest.trim_start();
    let digits = rest.len() - rest.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    let (count, unit) = rest.split_at(digits);
    let count: u64 = count.parse().ok()?;
    let unit = unit.trim_start();
    let seconds = [("second", 1), ("minute", 60), ("hour", 3_600), ("day", 86_400)]
        .into_iter()
        .find(|(name, _)| unit.starts_with(name))?
        .1;
    Some(Duration::from_secs(count.saturating_mul(seconds)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use http::{HeaderMap, HeaderValue};

    use super::*;

    fn check(headers: &[(&str, &str)], message: &str, wanted: Option<u64>) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        let received = Received { status: 429, headers: map, body: Some(Vec::new()) };
        let wait = retry_after(&received, Some(message));
        assert_eq!(wait, wanted.map(Duration::from_secs), "{headers:?} {message:?}");
    }

    const DAY: u64 = 86_400;
    const USER: &str = "The throttling threshold has been reached: policy user over ratelimit,limit:60,time:1 minute";

    #[test]
    fn the_header_counts_seconds() {
        check(&[("retry-after", "7")], "", Some(7));
        check(&[("retry-after", " 0 ")], "", Some(0));
        check(&[("retry-after", "7")], USER, Some(7));
    }

    #[test]
    fn the_header_may_be_a_date_that_is_measured_by_the_cloud_s_own_clock() {
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        check(&[date, ("retry-after", "Sun, 06 Nov 1994 08:50:07 GMT")], "", Some(30));
        check(&[date, ("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT")], "", Some(0));
        check(&[("retry-after", "Sun, 06 Nov 1994 08:50:07 GMT")], "", None);
    }

    #[test]
    fn a_header_that_makes_no_sense_leaves_the_text() {
        for junk in ["soon", "-5", "1.5", "", "Sun, 99 Nov 1994"] {
            check(&[("retry-after", junk)], "", None);
            check(&[("retry-after", junk)], USER, Some(60));
        }
    }

    #[test]
    fn an_endless_wait_is_cut_to_a_day() {
        check(&[("retry-after", "99999999999999999999999999")], "", Some(DAY));
        check(&[], "limit:1,time:18446744073709551615 day", Some(DAY));
    }

    #[test]
    fn the_text_names_the_window() {
        check(&[], USER, Some(60));
        check(&[], "policy ip over ratelimit,limit:5,time:30 second", Some(30));
        check(&[], "policy api over ratelimit,limit:5,time:2 minutes", Some(120));
        check(&[], "The throttling threshold has been reached. Threshold: 40 times per 60 seconds", Some(60));
        for other in ["", "time:", "time: minute", "time:5", "time:5 moons", "runtime:", "times per x seconds"] {
            check(&[], other, None);
        }
    }
}
