use super::*;
use crate::maintenance::run::{LastCall, Pause, Phase};

#[test]
fn first_batches_come_before_parts_and_parts_level_by_level() {
    let mut play = Play::checked(20, 4);
    let mut order = Vec::new();
    while play.run.counts().waiting > 0 {
        let calls = play.puts();
        for (step, batch) in calls.iter().filter(|(step, _)| matches!(step.call, Call::Put { .. })) {
            order.push(batch.len());
            play.record(step, put(404, "WKS.0001"));
        }
        play.read_all(&[]);
    }
    assert_eq!(order[..5], [4, 4, 4, 4, 4]);
    assert_eq!(order[5..15], [2; 10]);
    assert_eq!(order[15..], [1; 20]);
    assert_eq!(play.run.counts().refused, 20);
    assert_eq!(play.run.phase(), Phase::Ended);
    let batches = play.run.batches();
    assert_eq!(batches.len(), 5);
    assert!(batches.iter().all(|batch| batch.is_split && batch.counts.refused == 4));
}

#[test]
fn a_refused_desktop_does_not_stop_the_others() {
    let mut play = Play::checked(2, 2);
    let step = play.one();
    play.record(&step, put(403, "WKS.00010203"));
    let half = play.one();
    play.record(&half, put(403, "WKS.00010203"));
    play.read_all(&[]);
    let half = play.one();
    play.record(&half, put(200, ""));
    play.read_all(&[1]);
    play.check(0, Verdict::Refused, Cause::OwnCall);
    play.check(1, Verdict::Changed, Cause::ReadsWanted(LastCall::Accepted));
    assert_eq!(play.row(0).error.as_ref().unwrap().code.as_deref(), Some("WKS.00010203"));
    assert_eq!((play.row(0).prior, play.row(0).batch), (Some(false), Some(1)));
    assert_eq!(play.row(1).error, None);
}

#[test]
fn a_refused_desktop_that_reads_as_wanted_is_changed() {
    let mut play = Play::checked(1, 1);
    let step = play.one();
    play.record(&step, put(409, "WKS.00010032"));
    play.read_all(&[0]);
    play.check(0, Verdict::Changed, Cause::ReadsWanted(LastCall::Refused));
}

#[test]
fn a_throttled_batch_waits_as_long_as_the_cloud_asks_and_so_do_the_others() {
    let mut play = Play::checked(6, 1);
    let steps = play.due();
    assert_eq!(steps.len(), 4);
    play.record(&steps[0], throttled(7));
    for step in &steps[1..] {
        play.record(step, put(200, ""));
    }
    play.read_all(&[1, 2, 3]);
    play.pass(6_999);
    assert!(play.due().is_empty());
    assert_eq!(play.run.wake_at(play.now), Some(play.now.after(Duration::from_millis(1))));
    play.wake();
    assert_eq!(play.puts().iter().map(|(_, batch)| batch[0]).collect::<Vec<_>>(), [0, 4, 5]);
}

#[test]
fn a_batch_that_is_throttled_again_and_again_waits_longer_and_is_not_split() {
    let mut play = Play::checked(2, 2);
    for seconds in [2, 4, 8, 16, 32, 60, 60] {
        let (step, batch) = play.puts().remove(0);
        assert_eq!(batch, [0, 1]);
        play.record(&step, put(503, ""));
        let before = play.now;
        play.wake();
        assert_eq!(play.now.since(before), Duration::from_secs(seconds));
    }
}

#[test]
fn what_never_left_names_nobody() {
    let mut play = Play::checked(1, 1);
    let step = play.one();
    play.record(&step, Outcome::Put(PutOutcome::NotSentOut));
    assert!(!play.row(0).is_named());
    play.run.stop(play.now);
    play.check(0, Verdict::NotSent, Cause::Stopped);
    assert_eq!(play.run.phase(), Phase::Stopped);
}

#[test]
fn a_batch_without_an_answer_is_read_first_and_sent_three_times_at_most() {
    let mut play = Play::checked(2, 2);
    for _ in 0..3 {
        let (step, batch) = play.puts().remove(0);
        assert_eq!(batch, [0, 1]);
        play.record(&step, lost());
        let before = play.now;
        for seconds in [1, 4] {
            play.wake();
            assert_eq!(play.now.since(before), Duration::from_secs(seconds));
            play.read_all(&[]);
        }
    }
    let halves: Vec<Vec<usize>> = play.puts().into_iter().map(|(_, batch)| batch).collect();
    assert_eq!(halves, [vec![0], vec![1]]);
}

#[test]
fn only_those_that_still_read_as_before_are_sent_again() {
    let mut play = Play::checked(3, 3);
    let step = play.one();
    play.record(&step, lost());
    play.wake();
    play.read_all(&[0, 2]);
    play.wake();
    play.read_all(&[]);
    assert_eq!(play.puts().remove(0).1, [1]);
    play.check(0, Verdict::Changed, Cause::ReadsWanted(LastCall::NoAnswer(NoAnswer::TimedOut)));
}

/// A desktop whose every call ends with `outcome`.
fn check_broken(outcome: &Outcome, verdict: Verdict, cause: Cause) {
    let mut play = Play::checked(1, 1);
    let mut sends = 0;
    while play.run.is_open() {
        for step in play.due() {
            if let Call::Put { .. } = step.call {
                sends += 1;
                play.record(&step, outcome.clone());
            } else {
                play.list(&step, &[]);
            }
        }
        if let Some(at) = play.run.wake_at(play.now) {
            play.now = at;
        }
    }
    assert_eq!(sends, 3);
    play.check(0, verdict, cause);
}

#[test]
fn a_desktop_that_breaks_every_call_is_refused_by_its_code_and_else_unknown() {
    check_broken(&put(500, "WKS.0202"), Verdict::Refused, Cause::ErrorEachTime);
    check_broken(&put(502, ""), Verdict::Unknown, Cause::StillReadsOld(LastCall::ErrorWithoutAnswer));
    check_broken(&lost(), Verdict::Unknown, Cause::StillReadsOld(LastCall::NoAnswer(NoAnswer::TimedOut)));
}

#[test]
fn a_refusal_of_the_whole_run_sends_nothing_more() {
    let mut play = Play::checked(12, 2);
    let steps = play.due();
    play.record(&steps[0], put(200, ""));
    play.record(&steps[1], put(404, "WKS.0001"));
    play.record(&steps[2], put(404, "APIGW.0101"));
    play.record(&steps[3], put(409, "WKS.00010032"));
    play.read_all(&[0, 1]);
    for number in 0..2 {
        play.check(number, Verdict::Changed, Cause::ReadsWanted(LastCall::Accepted));
    }
    for number in 4..6 {
        play.check(number, Verdict::Refused, Cause::WholeRun);
    }
    for number in [2, 3, 6, 7, 8, 9, 10, 11] {
        play.check(number, Verdict::NotSent, Cause::WholeRunRefused);
    }
    assert_eq!(play.run.phase(), Phase::Ended);
}

#[test]
fn more_calls_than_a_run_can_need_pause_it() {
    let mut play = Play::checked(1, 1);
    play.run.head.puts_allowed = 1;
    let step = play.one();
    play.record(&step, put(401, ""));
    assert_eq!(play.run.phase(), Phase::Paused(Pause::SignIn));
    play.run.resume(play.now);
    play.read_all(&[]);
    assert_eq!(play.run.phase(), Phase::Paused(Pause::TooManyCalls));
    play.run.resume(play.now);
    play.read_all(&[]);
    assert_eq!(play.puts().len(), 1);
    assert_eq!(play.run.head.puts_allowed, 1 + 5 + 20);
}
