#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use domain::time::Timestamp;

use super::*;
use crate::api::time_text::TimeText;

fn page(phase: Phase, counts: Counts) -> RunPage {
    let time = TimeText {
        at: Timestamp(0),
        text: "14:34:10".to_owned(),
        zone: "CET".to_owned(),
        iso: "2026-11-17T13:34:10Z".to_owned(),
    };
    RunPage {
        number: 7,
        project: "ap-southeast-3".to_owned(),
        mode: Mode::Enter,
        phase,
        operator: "operator".to_owned(),
        account: "HarborCorp".to_owned(),
        reason: "Patching".to_owned(),
        details: String::new(),
        ticket: String::new(),
        until: None,
        started_at: time.clone(),
        ended_at: None,
        now: time,
        counts,
        calls_sent: 1,
        may_stop: true,
        may_continue: false,
        may_take_over: false,
        pause: None,
        may_retry: 0,
        may_send: 0,
        may_read_again: 0,
        may_undo: 0,
        origin: None,
        followers: Vec::new(),
        show: None,
        rows: Vec::new(),
        page: 1,
        pages: 1,
        problem: None,
    }
}

fn counts() -> Counts {
    Counts { changed: 30, refused: 3, unknown: 1, reading_back: 4, ..Counts::default() }
}

#[test]
fn an_open_run_counts_verdicts_against_all() {
    assert_eq!(sentence(&counts(), Phase::Running), "34 of 38 desktops have a verdict");
    let one = Counts { waiting: 1, ..Counts::default() };
    assert_eq!(sentence(&one, Phase::Checking), "0 of 1 desktop has a verdict");
    let many = Counts { waiting: 1_000, changed: 1_000, ..Counts::default() };
    assert_eq!(sentence(&many, Phase::Running), "1,000 of 2,000 desktops have a verdict");
}

#[test]
fn a_run_that_is_over_says_what_it_came_to() {
    let ended = Counts { reading_back: 0, ..counts() };
    assert_eq!(sentence(&ended, Phase::Ended), "30 of 34 changed, 3 refused, 1 unknown");
    let all = Counts { not_sent: 2, not_found: 1, already_so: 5, ..Counts::default() };
    assert_eq!(sentence(&all, Phase::Stopped), "0 of 8 changed, 1 not found, 2 not sent, 5 already so");
}

#[test]
fn the_pill_says_the_state_then_why_or_when() {
    for (state, time, text) in [
        (Phase::Checking, None, "Checking"),
        (Phase::Running, None, "Running"),
        (Phase::Paused(Pause::SignIn), None, "Paused: sign in to go on"),
        (Phase::Paused(Pause::TooManyCalls), None, "Paused: too many calls"),
        (Phase::Stopping, None, "Stopping"),
        (Phase::Stopped, Some("14:35:02"), "Stopped 14:35:02"),
        (Phase::Ended, Some("14:35:02"), "Ended 14:35:02"),
    ] {
        assert_eq!(phase(state, time).word, text);
    }
}

#[test]
fn a_number_of_one_is_singular() {
    assert_eq!(calls(1), "1 call sent");
    assert_eq!(calls(1_018), "1,018 calls sent");
}

#[test]
fn tabs_are_counts_and_zero_is_shown() {
    let mut run = page(Phase::Running, counts());
    run.show = Some(RowFilter::Final(Verdict::Refused));
    let tabs = tabs(&run, false);
    let shown: Vec<(&str, u32, bool)> = tabs.iter().map(|tab| (tab.name.as_str(), tab.count, tab.current)).collect();
    assert_eq!(
        shown,
        [
            ("All", 38, false),
            ("Refused", 3, true),
            ("Unknown", 1, false),
            ("Not found", 0, false),
            ("Not sent", 0, false),
            ("No verdict yet", 4, false),
            ("Already so", 0, false),
            ("Changed", 30, false),
        ]
    );
    assert_eq!(tabs[1].href, "/ap-southeast-3/runs/7?show=refused");
}

#[test]
fn a_page_that_stands_still_stays_so_on_every_link() {
    let run = page(Phase::Running, counts());
    assert_eq!(address(&run, None, 1, true), "/ap-southeast-3/runs/7?refresh=off");
    assert_eq!(address(&run, Some(RowFilter::Open), 2, true), "/ap-southeast-3/runs/7?show=open&page=2&refresh=off");
}

#[test]
fn the_parts_of_the_bar_come_to_all_verdicts() {
    let sum: u32 = segments(&counts()).iter().map(|segment| segment.count).sum();
    assert_eq!(sum, counts().with_verdict());
}

#[test]
fn stop_is_hidden_at_the_end_and_disabled_with_a_reason_before() {
    let mut run = page(Phase::Running, counts());
    assert_eq!(stop(&run), Some(Stop { barred: None }));
    run.may_stop = false;
    assert_eq!(stop(&run), Some(Stop { barred: Some("Nothing is left to send") }));
    run.phase = Phase::Stopping;
    assert_eq!(stop(&run), Some(Stop { barred: Some("Stops already") }));
    run.phase = Phase::Ended;
    assert_eq!(stop(&run), None);
}

#[test]
fn only_a_paused_run_goes_on_and_only_by_who_may() {
    let mut run = page(Phase::Running, counts());
    assert_eq!(go_on(&run), None);
    run.phase = Phase::Paused(Pause::CloudDoesNotAnswer);
    assert_eq!(go_on(&run).and_then(|it| it.barred), Some("Only who confirmed it may continue"));
    run.may_continue = true;
    assert_eq!(go_on(&run).map(|it| it.barred), Some(None));
}

#[test]
fn a_pause_says_who_can_end_it_and_offers_a_sign_in_to_nobody_else() {
    let mut run = page(Phase::Paused(Pause::SignIn), counts());
    let check = |run: &RunPage, next: &str, needs_sign_in: bool| {
        let pause = go_on(run).unwrap();
        assert!(pause.text.ends_with(next), "{}", pause.text);
        assert_eq!(pause.needs_sign_in, needs_sign_in, "{next}");
    };
    check(&run, "Nothing is lost. It waits for operator to sign in.", false);
    run.may_continue = true;
    check(&run, "Nothing is lost. Continue lets it go on; if it pauses again, sign in anew.", true);
    run.phase = Phase::Paused(Pause::CloudDoesNotAnswer);
    check(&run, "Continue when it answers.", false);
    run.may_continue = false;
    check(&run, "It waits for operator to continue it.", false);
}

#[test]
fn a_page_without_a_session_says_what_becomes_of_its_run() {
    assert!(without_session(7, Phase::Running).starts_with("Run 7 goes on without you."));
    assert!(!without_session(7, Phase::Paused(Pause::SignIn)).contains("goes on"));
    assert!(without_session(7, Phase::Ended).contains("is over"));
}

#[test]
fn the_end_is_announced_with_its_counts() {
    let ended = Counts { reading_back: 0, ..counts() };
    assert_eq!(announcement(&page(Phase::Ended, ended)), "Run 7 has ended. 30 of 34 changed, 3 refused, 1 unknown.");
    assert_eq!(announcement(&page(Phase::Running, counts())), "34 of 38 desktops have a verdict.");
}

#[test]
fn a_sign_out_says_how_many_runs_pause() {
    assert_eq!(pauses_at_sign_out(0), None);
    assert_eq!(
        pauses_at_sign_out(1).as_deref(),
        Some("1 open run of this session pauses when you sign out. It can be continued after signing in.")
    );
    assert!(pauses_at_sign_out(2).is_some_and(|text| text.starts_with("2 open runs of this session pause when")));
}
