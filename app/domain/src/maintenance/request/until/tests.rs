use proptest::prelude::*;

use super::*;

/// Wednesday 18 November 2026, 14:32:08.
const NOW_CIVIL: Civil = Civil { year: 2026, month: 11, day: 18, hour: 14, minute: 32, second: 8 };

/// A clock without a zone: the civil time itself, counted in days since the year 0 that are all 24 hours long.
fn moment(civil: Civil) -> Timestamp {
    let (year, month) = if civil.month <= 2 { (civil.year - 1, civil.month + 12) } else { (civil.year, civil.month) };
    let (year, month, day) = (i64::from(year), i64::from(month), i64::from(civil.day));
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + day;
    let seconds = i64::from(civil.hour) * 3600 + i64::from(civil.minute) * 60 + i64::from(civil.second);
    Timestamp((days * 86_400 + seconds) * 1_000)
}

fn now() -> Timestamp {
    moment(NOW_CIVIL)
}

fn civil(month: u8, day: u8, hour: u8, minute: u8) -> Civil {
    Civil { year: 2026, month, day, hour, minute, second: 0 }
}

fn read(text: &str) -> Result<Option<Timestamp>, UntilProblem> {
    let until = UntilText::parse(text)?;
    until.as_ref().map(|until| resolve(until, now(), NOW_CIVIL, |civil| Some(moment(civil)))).transpose()
}

#[test]
fn nothing_typed_is_no_end() {
    assert_eq!(read(""), Ok(None));
    assert_eq!(read(" \t "), Ok(None));
}

#[test]
fn a_date_and_time_is_that_moment() {
    for (text, expected) in [
        ("2026-11-18 18:00", civil(11, 18, 18, 0)),
        (" 2026-11-18  18:00 ", civil(11, 18, 18, 0)),
        ("2026-11-18T18:00", civil(11, 18, 18, 0)),
        ("2026-12-1 7:05", civil(12, 1, 7, 5)),
        ("2026-11-18 14:33", civil(11, 18, 14, 33)),
        ("2026-12-31 23:59", civil(12, 31, 23, 59)),
    ] {
        assert_eq!(read(text), Ok(Some(moment(expected))), "{text}");
    }
}

#[test]
fn a_time_is_today_or_tomorrow_where_it_is_past() {
    for (text, expected) in [
        ("18:00", civil(11, 18, 18, 0)),
        ("14:33", civil(11, 18, 14, 33)),
        ("14:32", civil(11, 19, 14, 32)),
        ("7:00", civil(11, 19, 7, 0)),
        ("07:00", civil(11, 19, 7, 0)),
        ("00:00", civil(11, 19, 0, 0)),
    ] {
        assert_eq!(read(text), Ok(Some(moment(expected))), "{text}");
    }
}

#[test]
fn a_span_counts_from_now() {
    for (text, minutes) in
        [("+2h", 120), ("+90m", 90), ("+1d", 1_440), ("+ 2 h", 120), ("+2H", 120), ("+400d", 576_000)]
    {
        assert_eq!(read(text), Ok(Some(now().after(Duration::from_mins(minutes)))), "{text}");
    }
}

#[test]
fn what_is_past_or_too_far_is_refused() {
    for text in ["2026-11-18 14:32", "2026-11-17 18:00", "1999-01-01 00:00", "0001-01-01 00:00", "+0m", "+00h"] {
        assert_eq!(read(text), Err(UntilProblem::Past), "{text}");
    }
    for text in [
        "+401d",
        "+9601h",
        "+576001m",
        "+4294967295d",
        "+99999999999999999999h",
        "2027-12-23 14:33",
        "2029-01-01 00:00",
        "9999-12-31 23:59",
    ] {
        assert_eq!(read(text), Err(UntilProblem::TooFar), "{text}");
    }
    assert!(read("2027-12-23 14:32").is_ok(), "400 days less a few seconds");
}

#[test]
fn what_no_calendar_or_clock_shows_is_no_time() {
    for text in [
        "2026-02-30 18:00",
        "2027-02-29 18:00",
        "2026-13-01 18:00",
        "2026-11-00 18:00",
        "0000-01-01 10:00",
        "24:00",
        "18:60",
    ] {
        assert_eq!(read(text), Err(UntilProblem::NoSuchTime), "{text}");
    }
}

#[test]
fn every_other_text_is_malformed() {
    for text in [
        "tonight",
        "18",
        "18:",
        ":30",
        "18:0",
        "18:000",
        "018:00",
        "18:00:00",
        "6pm",
        "18.00",
        "-2h",
        "+",
        "+h",
        "+2",
        "+2w",
        "+2.5h",
        "+-2h",
        "++2h",
        "+2hh",
        "+1d2h",
        "+２h",
        "٣:00",
        "2026-11-18",
        "26-11-18 18:00",
        "2026/11/18 18:00",
        "2026-11-18 18:00 CET",
        "18:00 2026-11-18",
        "2026-11-18-1 18:00",
        "2026-11 18:00",
        "+2é",
        "-026-11-18 18:00",
        "2026-+1-18 18:00",
    ] {
        assert_eq!(read(text), Err(UntilProblem::Malformed), "{text}");
    }
}

#[test]
fn an_hour_that_the_clocks_skip_is_no_time() {
    let skips_three = |civil: Civil| (civil.hour != 3).then(|| moment(civil));
    let at = |hour| UntilText::At(civil(11, 20, hour, 30));
    assert_eq!(resolve(&at(3), now(), NOW_CIVIL, skips_three), Err(UntilProblem::NoSuchTime));
    assert_eq!(resolve(&at(4), now(), NOW_CIVIL, skips_three), Ok(moment(civil(11, 20, 4, 30))));
    let tomorrow = UntilText::Time { hour: 3, minute: 30 };
    assert_eq!(resolve(&tomorrow, now(), NOW_CIVIL, skips_three), Err(UntilProblem::NoSuchTime));
}

#[test]
fn an_hour_that_comes_twice_never_lies_behind() {
    // It is 14:32 for the second time, and the zone's rules name the first of two.
    let now = now().after(HOUR);
    let until = UntilText::Time { hour: 14, minute: 45 };
    let tomorrow = moment(civil(11, 19, 14, 45));
    assert_eq!(resolve(&until, now, NOW_CIVIL, |civil| Some(moment(civil))), Ok(tomorrow));
}

#[test]
fn what_was_stored_is_not_trusted_to_be_a_date() {
    let until = UntilText::At(civil(2, 30, 18, 0));
    assert_eq!(resolve(&until, now(), NOW_CIVIL, |civil| Some(moment(civil))), Err(UntilProblem::NoSuchTime));
}

proptest! {
    #[test]
    fn any_text_is_a_later_time_or_a_problem(text in prop_oneof![any::<String>(), "[+0-9:dhmT -]{0,18}"]) {
        if let Ok(Some(until)) = read(&text) {
            prop_assert!(until > now() && until.since(now()) <= UNTIL_LIMIT);
        }
    }
}
