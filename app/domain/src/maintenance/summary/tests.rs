use super::*;
use crate::maintenance::run::tests::{Play, id, put};

const FRAME: Frame<'static> = Frame {
    number: 1042,
    project: "ap-southeast-3",
    operator: "operator",
    started: "2026-11-17 14:32",
    ended: Some("2026-11-17 14:35"),
    until: Some("2026-11-17 18:00"),
    time_zone: "Asia/Singapore",
};

fn request(details: &str) -> Request {
    Request {
        reason: "Patching".to_owned(),
        details: details.to_owned(),
        ticket: "CHG-7".to_owned(),
        ..Request::default()
    }
}

#[test]
fn a_summary_says_what_was_done_why_and_what_was_refused() {
    let mut play = Play::checked(3, 1);
    play.play_out(&[0, 1], |batch| if batch == [2] { put(409, "WKS.00010032") } else { put(200, "") });
    assert_eq!(
        of_run(&play.run, &FRAME, &request("first\nsecond")),
        "Run 1,042: put 3 desktops into maintenance\n\
         State: Ended\n\
         Project: ap-southeast-3\n\
         Operator: operator\n\
         Started: 2026-11-17 14:32 (Asia/Singapore)\n\
         Ended: 2026-11-17 14:35 (Asia/Singapore)\n\
         Reason: Patching\n\
         Details: first second\n\
         Ticket: CHG-7\n\
         Until: 2026-11-17 18:00 (Asia/Singapore)\n\
         \n\
         Changed: 2\n\
         Refused: 1\n\
         \n\
         Refused:\n\
         - PC-2 (d2): HTTP 409; error_code WKS.00010032\n"
    );
}

#[test]
fn a_run_that_is_open_says_how_many_have_no_verdict() {
    let mut play = Play::checked(1, 1);
    play.run.pause_for_sign_in(play.now);
    let frame = Frame { ended: None, until: None, ..FRAME };
    let text = of_run(&play.run, &frame, &Request::default());
    assert!(text.contains("State: Paused, sign in to go on\n"), "{text}");
    assert!(text.ends_with("\nChanged: 0\nRefused: 0\nWithout a verdict: 1\n"), "{text}");
    assert!(text.starts_with("Run 1,042: put 1 desktop into maintenance\n"), "{text}");
}

#[test]
fn foreign_text_cannot_add_a_line() {
    let mut error = CloudError { status: 409, ..CloudError::default() };
    error.message = Some("no\r\n\r\nChanged: 9\u{2028}x".to_owned());
    error.detail = Some("\u{1b}[31mred".to_owned());
    error.request_id = Some("abc".to_owned());
    let mut play = Play::checked(1, 1);
    play.play_out(&[], |_| put(409, "WKS.1"));
    let mut desktop = play.row(0).clone();
    desktop.error = Some(error);
    assert_eq!(
        refusal(&desktop),
        "- PC-0 (d0): HTTP 409; error_msg no Changed: 9 x; error_detail [31mred; request id abc"
    );
    desktop.name = String::new();
    desktop.error = None;
    assert_eq!(refusal(&desktop), format!("- {}: no answer was kept", id(0)));
}

#[test]
fn a_summary_of_thousands_of_refusals_stays_short() {
    let mut play = Play::checked(1_300, 1);
    play.play_out(&[], |_| put(409, "WKS.00010032"));
    let text = of_run(&play.run, &FRAME, &Request::default());
    assert_eq!(text.lines().filter(|line| line.starts_with("- ")).count(), REFUSED_NAMED);
    assert!(text.ends_with("and 1,100 more, which are in the CSV of the run.\n"));
}

#[test]
fn a_stop_for_want_of_a_right_is_said() {
    let mut play = Play::checked(20, 20);
    play.play_out(&[], |_| put(403, "WKS.00010203"));
    let text = of_run(&play.run, &FRAME, &Request::default());
    assert!(text.contains("Not sent: 15\n5 of 5 asked for alone were refused, so nothing more was sent.\n"), "{text}");
}
