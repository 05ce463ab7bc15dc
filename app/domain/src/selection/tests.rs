#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::*;
use crate::example::{self, id};

const LIMIT: usize = 5_000;

/// Four in service, two in maintenance, one being deleted.
fn list() -> Vec<Desktop> {
    let mut desktops: Vec<_> =
        ["fin-1", "fin-2", "fin-3", "fin-4", "hr-1", "hr-2", "fin-9"].map(example::desktop).into();
    desktops[2].in_maintenance = true;
    desktops[5].in_maintenance = true;
    desktops[0].session = Session::Connected;
    desktops[2].session = Session::Connected;
    desktops[6].task = Some("deleting".into());
    desktops
}

fn of(ids: &[&str]) -> Selection {
    Selection::Ids(ids.iter().copied().map(id).collect())
}

fn fin() -> Filter {
    Filter::default().searching("fin")
}

fn ids_of(selection: &Selection, desktops: &[Desktop]) -> String {
    selection.resolve(desktops).iter().map(DesktopId::as_str).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_tick_goes_on_and_off() {
    let mut selection = Selection::default();
    assert!(selection.is_empty());
    selection.set(id("a"), true);
    selection.set(id("b"), true);
    selection.set(id("b"), true);
    assert_eq!(selection, of(&["a", "b"]));
    selection.set(id("a"), false);
    selection.set(id("zzz"), false);
    assert_eq!(selection, of(&["b"]));
    selection.clear();
    assert_eq!(selection, Selection::default());
}

#[test]
fn a_tick_off_all_matching_is_an_exception() {
    let desktops = list();
    let mut selection = of(&["hr-1"]);
    selection.select_all_matching(fin());
    assert_eq!(ids_of(&selection, &desktops), "fin-1 fin-2 fin-3 fin-4");
    selection.set(id("fin-2"), false);
    selection.set(id("fin-3"), false);
    assert_eq!(ids_of(&selection, &desktops), "fin-1 fin-4");
    selection.set(id("fin-2"), true);
    selection.set(id("fin-3"), true);
    assert_eq!(selection, Selection::Matching { filter: fin(), except: BTreeSet::new() });
    assert!(!selection.is_empty());
}

#[test]
fn what_is_being_deleted_is_chosen_by_neither_page_nor_all_matching() {
    let desktops = list();
    let mut selection = Selection::default();
    selection.set_page(&desktops, true);
    assert_eq!(ids_of(&selection, &desktops), "fin-1 fin-2 fin-3 fin-4 hr-1 hr-2");
    assert_eq!(selection.ticks_on(&desktops), PageTicks::All);
    selection.select_all_matching(Filter::default());
    assert!(!selection.contains(&desktops[6]));
    assert_eq!(selection.counted(&desktops).selected, 6);
    assert_eq!(selection.ticks_on(&desktops), PageTicks::All);
}

#[test]
fn what_was_ticked_before_its_deletion_began_can_be_ticked_off() {
    let desktops = list();
    let mut selection = of(&["fin-9"]);
    assert!(selection.contains(&desktops[6]));
    selection.set_page(&desktops, false);
    assert!(selection.is_empty());
}

#[test]
fn the_head_says_how_much_of_the_page_is_selected() {
    let desktops = list();
    let check = |selection: &Selection, page: &[Desktop], expected| assert_eq!(selection.ticks_on(page), expected);
    check(&Selection::default(), &desktops, PageTicks::None);
    check(&of(&["elsewhere"]), &desktops, PageTicks::None);
    check(&of(&["fin-1"]), &desktops, PageTicks::Some);
    check(&of(&["fin-1", "fin-2"]), &desktops[..2], PageTicks::All);
    check(&of(&["fin-1"]), &[], PageTicks::None);
    check(&Selection::default(), &desktops[6..], PageTicks::None);
}

#[test]
fn a_new_filter_keeps_ticks_and_ends_all_matching() {
    let mut ticks = of(&["a"]);
    assert_eq!(ticks.on_filter_changed(&fin()), AfterFilter::Kept);
    assert_eq!(ticks, of(&["a"]));

    let mut matching = Selection::default();
    matching.select_all_matching(fin());
    matching.set(id("fin-1"), false);
    let before = matching.clone();
    assert_eq!(matching.on_filter_changed(&fin()), AfterFilter::Kept);
    assert_eq!(matching, before);
    assert_eq!(matching.on_filter_changed(&Filter::default()), AfterFilter::Ended);
    assert_eq!(matching, Selection::default());
}

#[test]
fn a_selection_is_counted_by_what_would_change() {
    let desktops = list();
    let counts = |selected, would_enter, would_leave, connected, missing| SelectionCounts {
        selected,
        would_enter,
        would_leave,
        connected,
        missing,
    };
    let check = |selection: &Selection, expected| assert_eq!(selection.counted(&desktops), expected, "{selection:?}");
    check(&Selection::default(), counts(0, 0, 0, 0, 0));
    check(&of(&["fin-1", "fin-2", "fin-3"]), counts(3, 2, 1, 2, 0));
    check(&of(&["fin-2", "gone-1", "gone-2"]), counts(3, 1, 0, 0, 2));
    let matching = |filter: Filter, except: &[&str]| Selection::Matching {
        filter,
        except: except.iter().copied().map(id).collect(),
    };
    check(&matching(fin(), &[]), counts(4, 3, 1, 2, 0));
    check(&matching(fin(), &["fin-1", "hr-1", "gone"]), counts(3, 2, 1, 1, 0));
    check(&matching(Filter::default().searching("nobody"), &[]), counts(0, 0, 0, 0, 0));
}

#[test]
fn what_is_counted_is_what_is_meant() {
    let desktops = list();
    let matching = Selection::Matching { filter: fin(), except: BTreeSet::from([id("fin-4")]) };
    for selection in [Selection::default(), of(&["fin-1", "gone"]), matching] {
        assert_eq!(selection.resolve(&desktops).len(), selection.counted(&desktops).selected);
        for desktop in &desktops {
            assert_eq!(selection.contains(desktop), selection.resolve(&desktops).contains(&desktop.id));
        }
    }
}

#[test]
fn a_form_may_choose_up_to_the_limit() {
    let many = |count: usize| (0..count).map(|number| format!("d-{number}")).collect::<Vec<_>>();
    let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(Selection::from_ids(vec![], LIMIT), Err(ChoiceError::Nothing));
    assert_eq!(Selection::from_ids(texts(&["a"]), LIMIT), Ok(of(&["a"])));
    assert_eq!(Selection::from_ids(texts(&["a", "b", "a", "a"]), 2), Ok(of(&["a", "b"])));
    assert!(Selection::from_ids(many(5_000), LIMIT).is_ok());
    assert_eq!(Selection::from_ids(many(5_001), LIMIT), Err(ChoiceError::TooMany { limit: 5_000, got: 5_001 }));
    for (ids, position) in [(vec![""], 1), (vec!["a", "b/c"], 2), (vec!["a", "a", ".."], 3), (vec!["ä"], 1)] {
        assert_eq!(Selection::from_ids(texts(&ids), LIMIT), Err(ChoiceError::InvalidId { position }), "{ids:?}");
    }
}

#[test]
fn all_matching_may_leave_out_up_to_the_limit() {
    let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
    let matching =
        |except: &[&str]| Selection::Matching { filter: fin(), except: except.iter().copied().map(id).collect() };
    assert_eq!(Selection::from_filter(fin(), vec![], 0), Ok(matching(&[])));
    assert_eq!(Selection::from_filter(fin(), texts(&["a", "b", "b"]), 2), Ok(matching(&["a", "b"])));
    let three = texts(&["a", "b", "c"]);
    assert_eq!(Selection::from_filter(fin(), three, 2), Err(ChoiceError::TooMany { limit: 2, got: 3 }));
    let junk = texts(&["a", "?"]);
    assert_eq!(Selection::from_filter(fin(), junk, 2), Err(ChoiceError::InvalidId { position: 2 }));
}

#[test]
fn a_selection_is_kept_in_the_tab_and_read_again() {
    let matching =
        Selection::Matching { filter: Filter::from_query("q=ä&power=off"), except: BTreeSet::from([id("x")]) };
    for selection in [Selection::default(), of(&["a", "b"]), matching] {
        let kept = serde_json::to_string(&selection).unwrap();
        assert_eq!(serde_json::from_str::<Selection>(&kept).unwrap(), selection, "{kept}");
    }
    assert_eq!(serde_json::to_string(&of(&["a"])).unwrap(), r#"{"Ids":["a"]}"#);
}

#[test]
fn what_a_tab_kept_is_not_trusted() {
    for junk in [
        "",
        "null",
        "{}",
        r#"{"Ids":["../x"]}"#,
        r#"{"Ids":"a"}"#,
        r#"{"Matching":{"filter":{"power":"?"},"except":[]}}"#,
    ] {
        assert!(serde_json::from_str::<Selection>(junk).is_err(), "{junk}");
    }
}
