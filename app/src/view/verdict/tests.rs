#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use domain::maintenance::outcome::CloudError;
use domain::maintenance::run::DesktopState;

use super::*;

/// A desktop of a run, as the server sends it.
fn desktop(state: DesktopState, cause: Cause, error: Option<CloudError>, calls: u32) -> RunDesktop {
    let json = serde_json::json!({
        "id": "d-1", "name": "", "user": null, "pool": null, "enterprise_project": null, "class": "WillChange",
        "prior": false, "state": state, "cause": cause, "error": error, "batch": 1, "at": null,
        "track": { "calls": calls },
    });
    serde_json::from_value(json).unwrap()
}

fn refused(status: u16, code: &str) -> RunDesktop {
    let error = CloudError { status, code: Some(code.to_owned()), ..CloudError::default() };
    desktop(DesktopState::Final(Verdict::Refused), Cause::OwnCall, Some(error), 1)
}

fn check(state: DesktopState, cause: Cause, calls: u32, sentence: &str) {
    assert_eq!(happened(&desktop(state, cause, None, calls), Mode::Enter), sentence);
}

#[test]
fn an_open_desktop_says_what_it_waits_for() {
    use DesktopState::{ReadingBack, Sending, Waiting};
    for (state, cause, sentence) in [
        (Waiting, Cause::Planned, "Not read yet"),
        (Waiting, Cause::Checked, "Read again, waits for its turn"),
        (Sending, Cause::InCall, "In a call that has no answer yet"),
        (Waiting, Cause::GoesAgain(LastCall::Refused), "Its batch was refused, goes out again in a smaller one"),
        (Waiting, Cause::GoesAgain(LastCall::Throttled), "The cloud asked to wait, goes out again"),
        (ReadingBack, Cause::ReadBack(LastCall::Accepted), "Accepted by the cloud, reading the desktop back"),
        (
            ReadingBack,
            Cause::ReadBack(LastCall::NoAnswer(NoAnswer::TimedOut)),
            "No answer came in time, reading the desktop back",
        ),
        (ReadingBack, Cause::ReadBackAfterWholeRun, "The cloud refused the whole run, reading the desktop back"),
    ] {
        check(state, cause, 0, sentence);
    }
}

#[test]
fn a_verdict_says_what_it_stands_on() {
    use DesktopState::Final;
    for (verdict, cause, calls, sentence) in [
        (Verdict::Changed, Cause::ReadsWanted(LastCall::Accepted), 1, "Read back in maintenance"),
        (
            Verdict::Changed,
            Cause::ReadsWanted(LastCall::Refused),
            1,
            "Answered with an error, yet reads in maintenance",
        ),
        (Verdict::AlreadySo, Cause::WasSo, 0, "Was in maintenance before, nothing was sent"),
        (Verdict::AlreadySo, Cause::BecameSoSinceReview, 0, "Reads in maintenance since the review, nothing was sent"),
        (Verdict::Refused, Cause::WholeRun, 1, "The cloud refused the whole run"),
        (Verdict::NotFound, Cause::GoneSinceReview, 0, "Gone since the review, nothing was sent"),
        (Verdict::NotSent, Cause::Stopped, 0, "The run was stopped before its turn"),
        (
            Verdict::NotSent,
            Cause::Stopped,
            2,
            "The run was stopped; its calls changed nothing, and it reads in service",
        ),
        (Verdict::NotSent, Cause::OppositeSinceReview, 0, "In service since the review, nothing was sent"),
        (Verdict::NotSent, Cause::AppearedSinceReview, 0, "Appeared since the review, nothing was sent"),
        (Verdict::NotSent, Cause::CouldNotBeRead, 0, "Could not be read, so nothing was sent"),
        (Verdict::Unknown, Cause::CouldNotBeRead, 1, "Was sent, but could not be read back"),
        (
            Verdict::Unknown,
            Cause::StillReadsOld(LastCall::Accepted),
            1,
            "Accepted by the cloud, but it still reads in service",
        ),
    ] {
        check(Final(verdict), cause, calls, sentence);
    }
}

#[test]
fn a_run_that_returns_to_service_says_the_opposite() {
    let changed = desktop(DesktopState::Final(Verdict::Changed), Cause::ReadsWanted(LastCall::Accepted), None, 1);
    assert_eq!(happened(&changed, Mode::Leave), "Read back in service");
}

#[test]
fn a_refusal_is_told_by_status_and_code() {
    for (status, code, sentence) in [
        (403, "WKS.00010403", "Not allowed for this cloud user"),
        (409, "WKS.00010032", "Busy: the desktop has another task"),
        (400, "WKS.0407", "Busy: the desktop has another task"),
        (409, "WKS.00019999", "The cloud refused it in the desktop's present state"),
        (403, "APIGW.0302", "Not allowed for this cloud user"),
        (403, "IAM.0003", "Not allowed for this cloud user"),
        (404, "WKS.00010005", "The cloud does not know this desktop"),
        (404, "APIGW.0101", "Refused before it reached Workspace"),
        (403, "WKS.00010099", "Workspace is not enabled in this project"),
        (500, "WKS.00000001", "The cloud answered with an error of its own"),
        (400, "WKS.00129901", "The cloud refused it"),
    ] {
        assert_eq!(happened(&refused(status, code), Mode::Enter), sentence, "{status} {code}");
    }
}

#[test]
fn a_refusal_of_the_whole_run_by_the_gateway_is_no_missing_right_for_one_desktop() {
    let error = CloudError { status: 403, code: Some("APIGW.0802".to_owned()), ..CloudError::default() };
    let row = desktop(DesktopState::Final(Verdict::Refused), Cause::WholeRun, Some(error), 1);
    assert!(next_step(&row).unwrap().starts_with("The call was refused before it reached Workspace"));
}

#[test]
fn what_to_do_next_is_at_most_two_sentences_and_never_missing_where_it_is_needed() {
    let unknown = |cause| desktop(DesktopState::Final(Verdict::Unknown), cause, None, 1);
    let desktops = [
        refused(403, "WKS.00010403"),
        refused(409, "WKS.00010032"),
        refused(409, "WKS.00019999"),
        refused(404, "WKS.00010005"),
        refused(404, "APIGW.0101"),
        refused(403, "WKS.00010099"),
        refused(502, ""),
        refused(418, "X"),
        unknown(Cause::StillReadsOld(LastCall::Accepted)),
        unknown(Cause::MayNotBeRead),
        unknown(Cause::CouldNotBeRead),
    ];
    for desktop in desktops {
        let text = next_step(&desktop).unwrap();
        let sentences = text.matches(['.', '?']).count();
        assert!((1..=2).contains(&sentences) && text.ends_with('.'), "{text}");
    }
    let changed = desktop(DesktopState::Final(Verdict::Changed), Cause::ReadsWanted(LastCall::Accepted), None, 1);
    assert_eq!(next_step(&changed), None);
}

#[test]
fn the_clouds_fields_stand_in_its_own_words_and_what_is_absent_is_said() {
    let mut row = refused(409, "WKS.00010032");
    let error = row.error.as_mut().unwrap();
    error.message = Some("<b>Operation conflict.</b>".to_owned());
    error.request_id = Some("r-1".to_owned());
    let shown: Vec<_> = cloud_fields(&row).into_iter().map(|field| (field.name, field.value)).collect();
    assert_eq!(
        shown,
        [
            ("error_code", Some("WKS.00010032".to_owned())),
            ("error_msg", Some("<b>Operation conflict.</b>".to_owned())),
            ("error_detail", None),
            ("request id", Some("r-1".to_owned())),
        ]
    );
    assert_eq!(cloud_fields(&row)[0].more.as_deref(), Some("HTTP 409"));
    assert_eq!(answer_title(&row), "What the cloud said: WKS.00010032, HTTP 409");
}

#[test]
fn a_long_encoded_message_is_cut_and_kept_whole_beside() {
    let mut row = refused(403, "WKS.00010403");
    row.error.as_mut().unwrap().encoded_authorization_message = Some("é".repeat(3_000));
    let fields = cloud_fields(&row);
    let field = fields.iter().find(|field| field.name == "encoded_authorization_message").unwrap();
    assert_eq!(field.value.as_ref().unwrap().chars().count(), ENCODED_SHOWN_CHARS + 1);
    assert_eq!(field.whole.as_ref().unwrap().chars().count(), 3_000);
}

#[test]
fn an_unknown_desktop_shows_its_last_answer() {
    let row = desktop(
        DesktopState::Final(Verdict::Unknown),
        Cause::StillReadsOld(LastCall::NoAnswer(NoAnswer::TimedOut)),
        None,
        1,
    );
    let fields = cloud_fields(&row);
    assert_eq!((fields[0].name, fields[0].value.as_deref()), ("last answer", Some("No answer came in time.")));
    assert_eq!((fields[1].name, fields[1].value.as_deref()), ("request id", None));
}

#[test]
fn nothing_stands_under_a_row_that_needs_no_explanation() {
    for (verdict, cause) in [
        (Verdict::Changed, Cause::ReadsWanted(LastCall::Accepted)),
        (Verdict::AlreadySo, Cause::WasSo),
        (Verdict::NotSent, Cause::Stopped),
    ] {
        assert!(!has_answer(&desktop(DesktopState::Final(verdict), cause, None, 0)), "{verdict:?}");
    }
    assert!(!has_answer(&desktop(DesktopState::Sending, Cause::InCall, None, 1)));
    assert!(has_answer(&refused(403, "WKS.00010403")));
}

#[test]
fn a_desktop_without_a_name_goes_by_its_id() {
    assert_eq!(name(&refused(403, "x")), "d-1");
}
