use super::*;
use crate::desktop::Tag;
use crate::example;

fn ingrid() -> Desktop {
    Desktop {
        name: "WKS-FIN-0042".into(),
        user: Some("Ingrid.Sørensen".into()),
        address: Some("10.24.3.17".into()),
        zone: Some("ap-southeast-3a".into()),
        pool: Some("pool-ACCOUNTING".into()),
        tags: vec![
            Tag { key: "Team".into(), value: "Ledger West".into() },
            Tag { key: "floor".into(), value: String::new() },
        ],
        ..example::desktop("7c1e-aa")
    }
}

#[test]
fn a_search_finds_every_word_somewhere_whatever_its_case() {
    for found in [
        "",
        "   ",
        "wks-fin",
        "WKS-FIN-0042",
        "sørensen",
        "SØRENSEN",
        "24.3",
        "southeast",
        "accounting",
        "team=ledger",
        "west",
        "floor=",
        "7C1E",
        "ingrid 0042",
        "0042   ingrid\tpool",
    ] {
        assert!(Filter::default().searching(found).matches(&ingrid()), "{found:?}");
    }
    for missed in ["wks-hr", "ingrid bob", "0042ingrid", "sorensen", "ledger=team", ".*", "%", "3.17 ap-southeast-3b"] {
        assert!(!Filter::default().searching(missed).matches(&ingrid()), "{missed:?}");
    }
}

#[test]
fn letters_of_any_script_have_two_cases() {
    for (name, search) in [
        ("ΟΔΟΣ-7", "οδοσ"),
        ("ΟΔΟΣ-7", "ΟΔΟΣ"),
        ("ЦЕХ", "цех"),
        ("Łódź", "łÓDŹ"),
        ("総務-01", "総務"),
        ("İZMİR-3", "İzmİr"),
    ] {
        let desktop = Desktop { name: name.into(), ..ingrid() };
        assert!(Filter::default().searching(search).matches(&desktop), "{search:?} in {name:?}");
    }
}

#[test]
fn one_field_does_not_continue_in_the_next() {
    let desktop = Desktop { name: "ab".into(), user: Some("cd".into()), ..example::desktop("x") };
    assert!(!Filter::default().searching("bcd").matches(&desktop));
    assert!(!Filter::default().searching("abx").matches(&desktop));
}

#[test]
fn a_matcher_forgets_the_desktop_before() {
    let filter = Filter::default().searching("ingrid");
    let mut matcher = Matcher::new(&filter);
    assert!(matcher.matches(&ingrid()));
    assert!(!matcher.matches(&example::desktop("other")));
}

#[test]
fn maintenance_shows_one_side() {
    let inside = Desktop { in_maintenance: true, ..ingrid() };
    let check = |filter: &str, shows_inside: bool, shows_outside: bool| {
        let filter = Filter::from_query(filter);
        assert_eq!((filter.matches(&inside), filter.matches(&ingrid())), (shows_inside, shows_outside), "{filter:?}");
    };
    check("", true, true);
    check("maintenance=in", true, false);
    check("maintenance=out", false, true);
    check("maintenance=junk", true, true);
    check("maintenance=", true, true);
}

#[test]
fn every_power_state_is_shown_by_its_own_word_alone() {
    for (cloud, word) in [
        ("ACTIVE", "running"),
        ("SHUTOFF", "off"),
        ("HIBERNATED", "hibernated"),
        ("ERROR", "error"),
        ("MIGRATING", "other"),
        ("", "other"),
    ] {
        let desktop = Desktop { power: Power::from_cloud(cloud), ..ingrid() };
        for (_, other) in PowerFilter::WORDS {
            let filter = Filter::from_query(&format!("power={other}"));
            assert_eq!(filter.matches(&desktop), *other == word, "{cloud:?} by {other}");
        }
    }
}

#[test]
fn every_session_state_is_shown_by_its_own_word_alone() {
    for (cloud, word) in [
        ("CONNECTED", "connected"),
        ("DISCONNECTED", "disconnected"),
        ("REGISTERED", "ready"),
        ("UNREGISTER", "not-registered"),
        ("LOCKED", "other"),
        ("", "other"),
    ] {
        let desktop = Desktop { session: Session::from_cloud(cloud), ..ingrid() };
        for (_, other) in SessionFilter::WORDS {
            let filter = Filter::from_query(&format!("session={other}"));
            assert_eq!(filter.matches(&desktop), *other == word, "{cloud:?} by {other}");
        }
    }
}

#[test]
fn all_parts_of_a_filter_must_agree() {
    let filter = Filter::from_query("q=ingrid&maintenance=out&power=running&session=ready");
    assert!(filter.matches(&ingrid()));
    for moved in [
        Desktop { user: None, ..ingrid() },
        Desktop { in_maintenance: true, ..ingrid() },
        Desktop { power: Power::Off, ..ingrid() },
        Desktop { session: Session::Connected, ..ingrid() },
    ] {
        assert!(!filter.matches(&moved), "{moved:?}");
    }
}

#[test]
fn a_filter_names_its_parts_and_lets_go_of_each() {
    let filter = Filter::from_query("session=connected&q=a+b&power=off&maintenance=in");
    let parts = [
        ActiveFilter::Search("a b".into()),
        ActiveFilter::Maintenance(MaintenanceFilter::InMaintenance),
        ActiveFilter::Power(PowerFilter::Off),
        ActiveFilter::Session(SessionFilter::Connected),
    ];
    assert_eq!(filter.active(), parts);
    for part in &parts {
        let left: Vec<_> = parts.iter().filter(|other| *other != part).cloned().collect();
        assert_eq!(filter.clone().without(part.key()).active(), left);
    }
    let nothing = parts.iter().fold(filter.clone(), |filter, part| filter.without(part.key()));
    assert!(nothing.is_everything() && !filter.is_everything());
    assert_eq!(nothing, Filter::default());
}

#[test]
fn a_search_is_trimmed_and_cut_by_characters() {
    let check = |typed: &str, kept: &str| assert_eq!(Filter::default().searching(typed).search, kept);
    check("  a  b \n", "a  b");
    check(&"ä".repeat(200), &"ä".repeat(200));
    check(&"ä".repeat(201), &"ä".repeat(200));
    check(&format!("{} rest", "x".repeat(199)), &"x".repeat(199));
    check(&"🦀".repeat(100_000), &"🦀".repeat(200));
}

#[test]
fn a_filter_goes_through_a_hidden_field() {
    let filter = Filter::from_query("q=ä%26b&session=not-registered");
    assert_eq!(filter.search, "ä&b");
    assert_eq!(Filter::from_query(&filter.to_query()), filter);
    assert_eq!(Filter::default().to_query(), "");
}
