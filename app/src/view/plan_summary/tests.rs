#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use domain::maintenance::plan::PlannedDesktop;
use domain::maintenance::request::Problem;
use domain::time::Timestamp;

use super::*;
use crate::api::review::Sending;
use crate::api::time_text::TimeText;

fn time() -> TimeText {
    TimeText { at: Timestamp(0), text: "14:33:02".to_owned(), zone: "CET".to_owned(), iso: String::new() }
}

fn page(mode: Mode, will_change: u32) -> ReviewPage {
    ReviewPage {
        id: "r1".to_owned(),
        project: "p".to_owned(),
        mode,
        frozen_at: time(),
        read_at: time(),
        too_old: false,
        undoes: None,
        left_out: Vec::new(),
        left_out_count: 0,
        started: None,
        will_change,
        already_so: 2,
        not_found: 1,
        connected: 0,
        matched_when_chosen: None,
        held: 0,
        show: None,
        rows: Vec::new(),
        page: 1,
        pages: 1,
        reasons: Vec::new(),
        quick_times: Vec::new(),
        zone: "CET".to_owned(),
        came_from: String::new(),
        sending: Sending {
            calls: 1,
            batch_limit: 100,
            address: String::new(),
            first_ids: vec!["a".to_owned(), "b".to_owned()],
            more_ids: 0,
        },
        problem: None,
    }
}

fn row(class: Class) -> ReviewRow {
    let desktop = PlannedDesktop {
        id: "d-1".parse().unwrap(),
        name: String::new(),
        user: None,
        pool: None,
        enterprise_project: None,
        session: None,
        class,
    };
    ReviewRow { desktop, held_by: None }
}

#[test]
fn heading_and_button_say_verb_number_and_noun() {
    for (mode, number, title, button) in [
        (Mode::Enter, 34, "Review: put 34 desktops into maintenance", "Put 34 desktops into maintenance"),
        (Mode::Enter, 1, "Review: put 1 desktop into maintenance", "Put 1 desktop into maintenance"),
        (Mode::Leave, 1_284, "Review: return 1,284 desktops to service", "Return 1,284 desktops to service"),
        (Mode::Leave, 0, "Review: return 0 desktops to service", "Return 0 desktops to service"),
    ] {
        assert_eq!((heading(&page(mode, number)), confirm(&page(mode, number))), (title.to_owned(), button.to_owned()));
    }
}

#[test]
fn what_bars_the_button_is_said_in_at_most_eight_words() {
    let free = page(Mode::Enter, 3);
    assert_eq!(barred(&free), None);
    for (page, reason) in [
        (ReviewPage { will_change: 0, ..free.clone() }, "Nothing would change"),
        (ReviewPage { held: 1, ..free.clone() }, "One is in another open run"),
        (ReviewPage { held: 1_200, ..free.clone() }, "1,200 are in another open run"),
        (ReviewPage { too_old: true, held: 2, ..free.clone() }, "Older than 30 minutes"),
        (ReviewPage { started: Some(9), too_old: true, ..free.clone() }, "This review has started its run"),
    ] {
        let text = barred(&page).unwrap();
        assert_eq!(text, reason);
        assert!(text.split(' ').count() <= 8);
    }
}

#[test]
fn a_number_that_moved_since_the_choice_is_said() {
    let mut review = page(Mode::Enter, 406);
    assert_eq!(moved(&review), None);
    review.matched_when_chosen = Some(412);
    assert_eq!(moved(&review).as_deref(), Some("412 when chosen, 409 now"));
    review.matched_when_chosen = Some(409);
    assert_eq!(moved(&review), None);
}

#[test]
fn tabs_are_the_counts_of_the_classes() {
    let mut review = page(Mode::Enter, 34);
    review.show = Some(Class::NotFound);
    let tabs = tabs(&review);
    let shown: Vec<(&str, u32, bool)> = tabs.iter().map(|tab| (tab.name.as_str(), tab.count, tab.current)).collect();
    assert_eq!(
        shown,
        [("All", 37, false), ("Will change", 34, false), ("Already so", 2, false), ("Not found", 1, true)]
    );
    assert_eq!(tabs[3].href, "/p/review/r1?show=not-found");
}

#[test]
fn a_change_reads_from_what_is_to_what_will_be() {
    let words = |class, mode| match happening(&row(class), mode) {
        Happening::Changes { from, to } => (from, to.word),
        Happening::Stays(state) => (state.word, state.more.unwrap_or_default()),
    };
    let text = |one: &str, two: &str| (one.to_owned(), two.to_owned());
    assert_eq!(words(Class::WillChange, Mode::Enter), text("In service", "In maintenance"));
    assert_eq!(words(Class::WillChange, Mode::Leave), text("In maintenance", "In service"));
    assert_eq!(words(Class::AlreadySo, Mode::Enter), text("Already so", "in maintenance"));
    assert_eq!(words(Class::NotFound, Mode::Enter), text("Not found", "not in the list, will not be sent"));
    assert_eq!(name(&row(Class::NotFound)), "d-1");
}

#[test]
fn nothing_is_promised_that_is_not_done() {
    let mut review = page(Mode::Enter, 34);
    review.connected = 12;
    assert_eq!(
        promise(&review),
        "34 desktops enter maintenance now. Drydock does not return them by itself yet: the time under Until is kept \
         and shown. 12 users are connected and may be affected."
    );
    assert!(promise(&page(Mode::Enter, 1)).contains("1 desktop enters maintenance now. Drydock does not return it by"));
    assert_eq!(promise(&page(Mode::Leave, 1)), "1 desktop returns to service now. Users may be affected.");
}

#[test]
fn the_first_call_is_shown_as_it_is_sent() {
    let mut review = page(Mode::Enter, 2);
    assert_eq!(body(&review), "{\n  \"desktop_ids\": [\"a\", \"b\"],\n  \"in_maintenance_mode\": true\n}");
    review.sending.more_ids = 1_000;
    assert!(body(&review).contains("\"b\", … 1,000 more]"));
    assert_eq!(calls(&review), "1 call, at most 100 desktops each");
}

#[test]
fn the_first_wrong_field_takes_the_focus() {
    let errors = [Field::Ticket, Field::Until]
        .map(|field| FieldError { field, problem: Problem::TooLong { limit: 100, got: 200 } });
    let problem = FormProblem { error: ApiError::Fields(errors.to_vec()), typed: Vec::new() };
    assert!(is_first_wrong(Some(&problem), Field::Ticket));
    assert!(!is_first_wrong(Some(&problem), Field::Until));
    assert!(field_error(Some(&problem), Field::Until).is_some());
    assert_eq!(field_error(Some(&problem), Field::Reason), None);
    assert_eq!(field_error(None, Field::Until), None);
}

#[test]
fn a_review_made_anew_says_so() {
    let problem_of =
        |page: &ReviewPage| problem(page, &FormProblem { error: ApiError::ReviewTooOld, typed: Vec::new() }).what;
    let mut review = page(Mode::Enter, 2);
    assert_eq!(problem_of(&review), "The review was older than 30 minutes, so nothing was sent.");
    review.too_old = true;
    assert_eq!(problem_of(&review), "This review is older than 30 minutes.");
}
