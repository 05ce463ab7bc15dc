use domain::filter::View;
use domain::time::Timestamp;

use super::*;
use crate::api::desktops::SelectionCounts;
use crate::api::time_text::TimeText;

fn page(change: impl FnOnce(&mut DesktopsPage)) -> DesktopsPage {
    let read_at =
        TimeText { at: Timestamp(0), text: "14:32:08".to_owned(), zone: "CET".to_owned(), iso: String::new() };
    let mut page = DesktopsPage {
        project: "p".to_owned(),
        view: View::default(),
        rows: Vec::new(),
        matching: 0,
        total: 1_284,
        pages: 1,
        catalogue: CatalogueState { read_at: Some(read_at), reading: None, problem: None, may_be_incomplete: false },
        all_matching: SelectionCounts::default(),
        problem: None,
    };
    change(&mut page);
    page
}

#[test]
fn the_line_counts_what_is_in_the_project() {
    assert_eq!(sub_line(&page(|_| ()), None, true), SubLine::Counted("1,284 in this project".to_owned()));
    assert_eq!(sub_line(&page(|page| page.catalogue.read_at = None), None, true), SubLine::NotYet);
}

#[test]
fn a_cloud_that_is_away_takes_the_place_of_the_count() {
    let away = page(|page| page.catalogue.problem = Some(CatalogueProblem::DoesNotAnswer));
    assert!(
        matches!(sub_line(&away, None, true), SubLine::Trouble { text, sign_in: false } if text.what == "Huawei Cloud does not answer.")
    );
}

#[test]
fn what_stands_in_the_place_of_the_rows_is_not_said_twice() {
    let away = page(|page| {
        page.total = 0;
        page.catalogue.read_at = None;
        page.catalogue.problem = Some(CatalogueProblem::DoesNotAnswer);
    });
    assert_eq!(sub_line(&away, None, true), SubLine::NotYet);
    assert!(matches!(no_rows(&away), Some(NoRows::Problem(_))));
}

#[test]
fn an_ended_sign_in_leads_to_the_sign_in() {
    let ended = page(|page| page.catalogue.problem = Some(CatalogueProblem::SignInEnded));
    assert!(matches!(sub_line(&ended, None, true), SubLine::Trouble { sign_in: true, .. }));
    assert!(matches!(
        sub_line(&page(|_| ()), Some(&ApiError::ProjectNotOpen), true),
        SubLine::Trouble { sign_in: true, .. }
    ));
}

#[test]
fn the_reading_has_a_denominator_where_one_is_known() {
    let check = |reading_now, text: &str| {
        let page = page(|page| {
            page.catalogue.read_at = None;
            page.catalogue.reading = reading_now;
        });
        assert_eq!(reading(&page.catalogue), text);
    };
    check(Some((800, Some(1_284))), "Reading 800 of 1,284");
    check(Some((800, None)), "Reading, 800 so far");
    check(Some((0, None)), "Reading desktops");
    check(None, "");
}

#[test]
fn a_list_read_again_behind_a_present_one_says_nothing() {
    assert_eq!(reading(&page(|page| page.catalogue.reading = Some((1, Some(2)))).catalogue), "");
}

#[test]
fn each_emptiness_is_its_own() {
    assert_eq!(no_rows(&page(|_| ())), Some(NoRows::NoMatch));
    assert_eq!(no_rows(&page(|page| page.total = 0)), Some(NoRows::EmptyProject));
    let first = page(|page| {
        page.total = 0;
        page.catalogue.read_at = None;
    });
    assert_eq!(no_rows(&first), Some(NoRows::Reading));
    let refused = page(|page| {
        page.total = 0;
        page.catalogue.problem = Some(CatalogueProblem::DoesNotAnswer);
    });
    assert_eq!(no_rows(&refused), Some(NoRows::Problem(CatalogueProblem::DoesNotAnswer)));
}

#[test]
fn what_is_selected_stays_so() {
    assert_eq!(selection_stays(0), None);
    assert_eq!(selection_stays(1).as_deref(), Some("Your selected desktop stays selected."));
    assert_eq!(selection_stays(37).as_deref(), Some("Your 37 selected desktops stay selected."));
}
