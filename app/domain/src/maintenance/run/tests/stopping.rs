use super::*;
use crate::maintenance::run::{DesktopState, LastCall, Pause, Phase};

#[test]
fn a_stop_sends_nothing_more_and_reads_what_was_sent() {
    let mut play = Play::checked(6, 1);
    let steps = play.due();
    play.record(&steps[0], put(200, ""));
    play.record(&steps[1], throttled(5));
    assert!(play.run.may_stop());
    play.run.stop(play.now);
    assert_eq!(play.run.phase(), Phase::Stopping);
    assert!(!play.run.may_stop());
    play.check(4, Verdict::NotSent, Cause::Stopped);
    assert_eq!(play.row(1).state, DesktopState::ReadingBack);
    play.record(&steps[2], put(409, "WKS.00010032"));
    play.record(&steps[3], lost());
    play.read_all(&[0]);
    play.check(0, Verdict::Changed, Cause::ReadsWanted(LastCall::Accepted));
    play.check(1, Verdict::NotSent, Cause::Stopped);
    play.check(2, Verdict::Refused, Cause::OwnCall);
    assert!(play.row(3).is_open(), "a call without an answer may still take effect");
    while play.run.is_open() {
        play.wake();
        play.read_all(&[]);
    }
    play.check(3, Verdict::Unknown, Cause::StillReadsOld(LastCall::NoAnswer(NoAnswer::TimedOut)));
    assert_eq!(play.run.phase(), Phase::Stopped);
    assert_eq!(play.run.ended_at(), Some(play.now));
}

#[test]
fn a_batch_that_is_refused_after_the_stop_is_not_split() {
    let mut play = Play::checked(2, 2);
    let step = play.one();
    play.run.stop(play.now);
    play.record(&step, put(404, "WKS.0001"));
    play.read_all(&[]);
    for number in 0..2 {
        play.check(number, Verdict::NotSent, Cause::Stopped);
    }
}

#[test]
fn a_stop_while_paused_before_anything_was_sent_ends_the_run() {
    let mut play = Play::start(2, 2);
    play.run.pause_for_sign_in(play.now);
    play.run.stop(play.now);
    assert_eq!((play.run.phase(), play.run.counts().not_sent), (Phase::Stopped, 2));
}

#[test]
fn a_run_that_has_nothing_left_to_send_is_not_stopped() {
    let mut play = Play::checked(1, 1);
    let step = play.one();
    play.record(&step, put(200, ""));
    assert!(!play.run.may_stop());
    play.run.stop(play.now);
    assert_eq!(play.run.phase(), Phase::Running);
}

#[test]
fn a_crash_reads_first_and_sends_at_most_once_more() {
    let mut play = Play::checked(2, 2);
    let step = play.one();
    play.run.interrupt(play.now);
    assert!(play.due().is_empty());
    play.record(&step, put(200, ""));
    assert_eq!(play.row(0).cause, Cause::ReadBack(LastCall::NoAnswer(NoAnswer::Interrupted)), "too late to count");
    play.wake();
    play.read_all(&[0]);
    play.wake();
    play.read_all(&[0]);
    assert_eq!(play.puts().remove(0).1, [1]);
    play.check(0, Verdict::Changed, Cause::ReadsWanted(LastCall::NoAnswer(NoAnswer::Interrupted)));
}

#[test]
fn a_crash_in_checking_reads_again() {
    let mut play = Play::start(1, 1);
    play.one();
    play.run.interrupt(play.now);
    play.read_all(&[]);
    assert_eq!(play.puts().len(), 1);
}

#[test]
fn an_end_that_has_passed_is_asked_about_once_and_only_when_a_pause_ends() {
    let until = Some(START.after(Duration::from_mins(1)));
    let run = Run::start(&plan(&[Class::WillChange]), limits(1), &BTreeMap::new(), until, START);
    let mut play = Play { run, now: START };
    play.pass(61_000);
    play.read_all(&[]);
    assert_eq!(play.run.phase(), Phase::Running);
    play.run.pause_for_sign_in(play.now);
    play.run.resume(play.now);
    assert_eq!(play.run.phase(), Phase::Paused(Pause::UntilHasPassed));
    play.run.resume(play.now);
    play.run.pause_for_sign_in(play.now);
    play.run.resume(play.now);
    assert_eq!(play.run.phase(), Phase::Checking);
}

#[test]
fn a_continue_checks_again_what_was_not_sent() {
    let mut play = Play::checked(2, 1);
    play.run.pause_for_sign_in(play.now);
    play.run.resume(play.now);
    assert_eq!(play.run.phase(), Phase::Checking);
    play.read_all(&[0]);
    play.check(0, Verdict::AlreadySo, Cause::BecameSoSinceReview);
    assert_eq!(play.puts().remove(0).1, [1]);
}

#[test]
fn changes_name_what_was_sent_and_what_got_its_verdict() {
    let mut play = Play::start(2, 2);
    let first = play.run.take_changes();
    assert_eq!((first.rows.len(), first.named.len(), first.settled.len()), (2, 0, 0));
    play.read_all(&[1]);
    play.run.take_changes();
    let step = play.one();
    assert_eq!(play.run.take_changes().named, [id(0)]);
    play.record(&step, put(200, ""));
    play.read_all(&[0]);
    let last = play.run.take_changes();
    assert_eq!((last.rows.len(), last.named.len()), (1, 0));
    assert_eq!(last.settled, [id(0)]);
    assert!(play.run.take_changes().rows.is_empty());
}

#[test]
fn a_desktop_of_an_earlier_unanswered_call_is_not_called_not_sent_by_one_read() {
    let mut play = Play::checked(1, 1);
    let step = play.one();
    play.record(&step, lost());
    play.wake();
    play.read_all(&[]);
    play.wake();
    play.read_all(&[]);
    let step = play.one();
    play.record(&step, throttled(60));
    play.run.stop(play.now);
    play.read_all(&[]);
    assert!(play.row(0).is_open());
    play.wake();
    play.read_all(&[0]);
    play.check(0, Verdict::Changed, Cause::ReadsWanted(LastCall::Throttled));
}
