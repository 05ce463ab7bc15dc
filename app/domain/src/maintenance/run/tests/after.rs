use super::*;
use crate::maintenance::run::{LastCall, Pause, Phase};

/// A run of four that ended: changed, refused, unknown, not sent.
fn over() -> Play {
    let classes = [Class::WillChange, Class::WillChange, Class::WillChange, Class::NotFound];
    let mut play = Play::start_with(&classes, 1, &BTreeMap::new());
    play.read_all(&[]);
    let steps = play.due();
    play.record(&steps[0], put(200, ""));
    play.record(&steps[1], put(409, "WKS.00010032"));
    play.record(&steps[2], put(200, ""));
    while play.run.is_open() {
        play.wake();
        play.read_all(&[0]);
    }
    play.run.take_changes();
    play
}

fn buttons(run: &Run) -> (u32, u32, u32, u32) {
    (run.may_retry(), run.may_send(), run.may_read_again(), run.may_undo())
}

#[test]
fn nothing_may_be_done_about_a_run_before_it_is_over() {
    let mut play = over();
    assert_eq!(buttons(&play.run), (1, 1, 1, 2));
    assert_eq!(play.run.read_again(play.now), 1);
    assert_eq!(buttons(&play.run), (0, 0, 0, 0));
    assert_eq!(buttons(&Play::checked(2, 1).run), (0, 0, 0, 0));
}

#[test]
fn reading_again_may_settle_what_was_unknown() {
    let mut play = over();
    play.check(2, Verdict::Unknown, Cause::StillReadsOld(LastCall::Accepted));
    play.pass(3_600_000);
    play.run.read_again(play.now);
    assert_eq!((play.run.phase(), play.run.ended_at()), (Phase::Running, None));
    assert!(play.run.only_reads() && !play.run.may_stop());
    let read = play.one();
    assert_eq!(numbers(&read.call), [2], "the others keep their verdicts");
    play.list(&read, &[2]);
    play.check(2, Verdict::Changed, Cause::ReadsWanted(LastCall::Accepted));
    assert_eq!((play.run.phase(), play.run.ended_at()), (Phase::Ended, Some(play.now)));
    assert!(play.run.take_changes().settled.is_empty(), "its claim had ended with its first verdict");
}

#[test]
fn what_still_reads_as_before_after_reading_again_may_be_sent_like_what_was_not() {
    let mut play = over();
    play.run.read_again(play.now);
    let begun = play.now;
    while play.run.is_open() {
        play.read_all(&[]);
        if play.run.is_open() {
            play.wake();
        }
    }
    assert_eq!(play.now.since(begun), Duration::from_mins(2), "one more reading time");
    play.check(2, Verdict::Unknown, Cause::StillReadsOld(LastCall::Accepted));
    assert_eq!(buttons(&play.run), (1, 2, 1, 2));
}

#[test]
fn a_stopped_run_that_is_read_again_is_stopped_again() {
    let mut play = Play::checked(2, 1);
    play.run.head.limits.batches_in_flight = 1;
    let step = play.one();
    play.run.stop(play.now);
    play.record(&step, lost());
    while play.run.is_open() {
        play.wake();
        play.read_all(&[]);
    }
    assert_eq!((play.run.phase(), buttons(&play.run)), (Phase::Stopped, (0, 1, 1, 1)));
    play.run.read_again(play.now);
    assert_eq!(play.run.phase(), Phase::Stopping);
    play.read_all(&[0]);
    assert_eq!((play.run.phase(), play.run.counts().changed), (Phase::Stopped, 1));
}

#[test]
fn a_sign_in_that_ends_while_it_is_read_again_pauses_and_marks_nothing() {
    let mut play = over();
    play.run.read_again(play.now);
    let step = play.one();
    play.record(&step, read(401));
    assert_eq!(play.run.phase(), Phase::Paused(Pause::SignIn));
    play.pass(20 * 60_000);
    assert!(play.run.give_up(play.now).is_empty(), "it was named");
    play.run.resume(play.now);
    play.read_all(&[2]);
    play.check(2, Verdict::Changed, Cause::ReadsWanted(LastCall::Accepted));
    assert_eq!(play.run.phase(), Phase::Ended);
}

#[test]
fn a_run_without_anything_unknown_is_not_read_again() {
    let mut play = Play::start_with(&[Class::AlreadySo], 1, &BTreeMap::new());
    play.read_all(&[0]);
    let before = play.run.clone();
    assert_eq!(play.run.read_again(play.now), 0);
    assert_eq!(play.run, before);
}
