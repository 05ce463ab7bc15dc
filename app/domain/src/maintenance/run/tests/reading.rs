use super::*;
use crate::maintenance::run::{LastCall, Pause, Phase};

#[test]
fn an_accepted_desktop_is_read_ever_more_rarely_until_the_limit() {
    let mut play = Play::checked(1, 1);
    let step = play.one();
    play.record(&step, put(200, ""));
    let answered = play.now;
    let mut moments = Vec::new();
    while play.run.is_open() {
        play.wake();
        moments.push(play.now.since(answered).as_millis());
        play.read_all(&[]);
    }
    let seconds = [15_000, 30_000, 45_000, 60_000, 75_000, 90_000, 105_000, 120_000];
    assert_eq!(moments[..6], [0, 500, 1_000, 2_000, 4_000, 8_000]);
    assert_eq!(moments[6..], seconds);
    play.check(0, Verdict::Unknown, Cause::StillReadsOld(LastCall::Accepted));
}

#[test]
fn desktops_of_all_batches_share_reads() {
    let mut play = Play::checked(4, 2);
    for (step, _) in play.puts() {
        play.record(&step, put(200, ""));
    }
    play.run.head.limits.batch_limit_ids = 4;
    assert_eq!(numbers(&play.one().call), [0, 1, 2, 3]);
}

#[test]
fn a_refusal_after_a_call_without_an_answer_is_read_to_the_limit() {
    let mut play = Play::checked(1, 1);
    let step = play.one();
    play.record(&step, lost());
    play.wake();
    play.read_all(&[]);
    play.wake();
    play.read_all(&[]);
    let step = play.one();
    play.record(&step, put(409, "WKS.00010032"));
    play.read_all(&[]);
    assert!(play.row(0).is_open());
    play.wake();
    play.read_all(&[0]);
    play.check(0, Verdict::Changed, Cause::ReadsWanted(LastCall::Refused));
}

#[test]
fn a_sign_in_that_ends_between_call_and_read_marks_nothing() {
    let mut play = Play::checked(1, 1);
    let step = play.one();
    play.record(&step, put(200, ""));
    let step = play.one();
    play.record(&step, read(401));
    assert_eq!(play.run.phase(), Phase::Paused(Pause::SignIn));
    assert!(play.due().is_empty());
    assert_eq!(play.run.wake_at(play.now), None);
    play.pass(3_600_000);
    play.run.resume(play.now);
    assert_eq!(play.run.phase(), Phase::Checking);
    for _ in 0..3 {
        assert!(play.row(0).is_open());
        play.wake();
        play.read_all(&[]);
    }
    assert!(play.row(0).is_open(), "the time of the pause is no reading time");
    play.wake();
    play.read_all(&[0]);
    play.check(0, Verdict::Changed, Cause::ReadsWanted(LastCall::Accepted));
}

#[test]
fn reads_come_at_least_three_times_after_each_continue() {
    let mut play = Play::checked(1, 1);
    let step = play.one();
    play.record(&step, put(200, ""));
    for _ in 0..13 {
        play.wake();
        play.read_all(&[]);
    }
    assert_eq!(play.now.since(START), Duration::from_secs(105));
    play.wake();
    play.run.pause_for_sign_in(play.now);
    play.run.resume(play.now);
    for _ in 0..3 {
        assert!(play.row(0).is_open());
        play.wake();
        play.read_all(&[]);
    }
    play.check(0, Verdict::Unknown, Cause::StillReadsOld(LastCall::Accepted));
}

#[test]
fn a_late_401_says_nothing_about_a_newer_sign_in() {
    let mut play = Play::checked(2, 1);
    let steps = play.due();
    play.record(&steps[0], put(401, ""));
    play.pass(1);
    play.run.resume(play.now);
    play.record(&steps[1], put(401, ""));
    assert_eq!(play.run.phase(), Phase::Checking);
    play.read_all(&[]);
    assert_eq!(play.puts().len(), 2);
}

#[test]
fn a_desktop_that_may_not_be_read_after_its_call_is_unknown() {
    let mut play = Play::checked(1, 1);
    let step = play.one();
    play.record(&step, put(200, ""));
    let step = play.one();
    play.record(&step, read(403));
    let step = play.one();
    play.record(&step, look(403, "WKS.0003"));
    play.check(0, Verdict::Unknown, Cause::MayNotBeRead);
}

#[test]
fn a_desktop_that_is_gone_after_its_call_is_not_found_with_what_the_cloud_said() {
    let mut play = Play::checked(1, 1);
    let step = play.one();
    play.record(&step, put(404, "WKS.0001"));
    let step = play.one();
    play.record(&step, Outcome::Read(ReadOutcome::Listed(Vec::new())));
    let step = play.one();
    play.record(&step, look(404, "WKS.0002"));
    play.check(0, Verdict::NotFound, Cause::GoneAfterCall(LastCall::Refused));
    assert_eq!(play.row(0).error.as_ref().unwrap().code.as_deref(), Some("WKS.0001"));
}

#[test]
fn a_throttled_read_waits_as_asked_and_holds_up_no_put() {
    let mut play = Play::checked(2, 1);
    play.run.head.limits.batches_in_flight = 1;
    let step = play.one();
    play.record(&step, put(200, ""));
    let steps = play.due();
    assert_eq!(steps.len(), 2);
    let wait = Some(Duration::from_secs(30));
    play.record(&steps[1], Outcome::Read(ReadOutcome::Answered(Answer { retry_after: wait, ..answer(429, "") })));
    play.record(&steps[0], put(200, ""));
    assert!(play.due().is_empty());
    let before = play.now;
    play.wake();
    assert_eq!(play.now.since(before), Duration::from_secs(30));
    play.read_all(&[0, 1]);
    assert_eq!(play.run.phase(), Phase::Ended);
}
