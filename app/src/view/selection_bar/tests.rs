use domain::filter::Filter;

use super::*;

fn selected(number: u32, on_page: u32, would_enter: u32, would_leave: u32) -> Selected {
    let counts = SelectionCounts { selected: number, would_enter, would_leave, connected: 0, gone: 0 };
    Selected { number, on_page, counts: Some(counts) }
}

#[test]
fn an_empty_selection_can_do_nothing_and_says_why() {
    let bar = with_script(Selected::default(), None);
    assert_eq!(bar.status, "Nothing selected");
    assert_eq!(bar.enter, ButtonText { words: "Put into maintenance…".to_owned(), disabled: true });
    assert_eq!(bar.leave, ButtonText { words: "Return to service…".to_owned(), disabled: true });
    assert_eq!(bar.reason, "Select desktops first");
}

#[test]
fn the_buttons_count_what_would_change() {
    let bar = with_script(selected(1_037, 21, 1_035, 2), None);
    assert_eq!(bar.status, "1,037 selected");
    assert_eq!(bar.elsewhere, "1,016 on other pages");
    assert_eq!(bar.enter, ButtonText { words: "Put 1,035 into maintenance…".to_owned(), disabled: false });
    assert_eq!(bar.leave, ButtonText { words: "Return 2 to service…".to_owned(), disabled: false });
    assert_eq!(bar.reason, "");
}

#[test]
fn a_button_that_would_change_nothing_is_disabled_with_its_reason() {
    let bar = with_script(selected(3, 3, 3, 0), None);
    assert!(!bar.enter.disabled && bar.leave.disabled);
    assert_eq!(bar.reason, "All are in service");
    assert_eq!(with_script(selected(3, 3, 0, 3), None).reason, "All are in maintenance");
    assert_eq!(with_script(selected(3, 0, 0, 0), None).reason, "None of them is listed any more");
}

#[test]
fn before_the_server_has_counted_the_buttons_carry_no_number() {
    let bar = with_script(Selected { number: 1, on_page: 1, counts: None }, None);
    assert_eq!(bar.enter, ButtonText { words: "Put into maintenance…".to_owned(), disabled: false });
}

#[test]
fn what_the_list_lacks_is_told_apart_from_other_pages() {
    let mut of = selected(10, 4, 5, 3);
    of.counts = of.counts.map(|counts| SelectionCounts { gone: 2, connected: 3, ..counts });
    let bar = with_script(of, None);
    assert_eq!(bar.elsewhere, "4 on other pages · 2 not listed any more");
    assert_eq!(bar.connected.as_deref(), Some("3 connected"));
}

#[test]
fn a_cloud_that_is_away_bars_both_buttons() {
    let bar = with_script(selected(3, 3, 2, 1), Some(Barred::CloudAway));
    assert!(bar.enter.disabled && bar.leave.disabled);
    assert_eq!(bar.reason, "Waits until the cloud answers");
}

#[test]
fn a_list_that_was_never_read_bars_both_buttons() {
    let check = |problem, barred| {
        let state = CatalogueState { read_at: None, reading: None, problem, may_be_incomplete: false };
        assert_eq!(Barred::by(Role::Operator, &state), Some(barred));
    };
    check(None, Barred::NotRead);
    check(Some(CatalogueProblem::SignInEnded), Barred::SignInEnded);
    check(Some(CatalogueProblem::DoesNotAnswer), Barred::CloudAway);
    check(Some(CatalogueProblem::TooMany { limit: 1 }), Barred::NotRead);
}

#[test]
fn without_a_script_the_buttons_stay_enabled_and_carry_no_number() {
    let bar = without_script(None, None);
    assert_eq!(bar.status, "Nothing selected");
    assert!(!bar.enter.disabled && !bar.leave.disabled);
    assert_eq!(without_script(Some(412), None).status, "412 selected");
    assert_eq!(without_script(Some(412), None).enter.words, "Put into maintenance…");
}

#[test]
fn without_a_script_too_a_list_that_is_not_there_bars_both_buttons() {
    let bar = without_script(Some(412), Some(Barred::SignInEnded));
    assert!(bar.enter.disabled && bar.leave.disabled);
    assert_eq!(bar.reason, "Waits until you sign in again");
}

#[test]
fn a_viewer_is_told_the_role_whatever_is_selected() {
    let problem = Some(CatalogueProblem::DoesNotAnswer);
    let state = CatalogueState { read_at: None, reading: None, problem, may_be_incomplete: false };
    let barred = Barred::by(Role::Viewer, &state);
    assert_eq!(barred, Some(Barred::Role));
    for bar in [
        with_script(Selected::default(), barred),
        with_script(selected(3, 3, 2, 1), barred),
        without_script(None, barred),
    ] {
        assert!(bar.enter.disabled && bar.leave.disabled);
        assert_eq!(bar.reason, "Needs the operator role");
    }
}

#[test]
fn ticks_taken_off_all_matching_are_counted_off() {
    let mut selection = Selection::Matching { filter: Filter::default(), except: std::collections::BTreeSet::new() };
    assert_eq!(number_selected(&selection, 412), 412);
    if let Ok(id) = "d-1".parse() {
        selection.set(id, false);
    }
    assert_eq!(number_selected(&selection, 412), 411);
    assert_eq!(number_selected(&Selection::default(), 412), 0);
}
