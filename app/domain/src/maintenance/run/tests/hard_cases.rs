//! The hard cases of a run, one test each; the longer ones are also told in `tests/scenarios`.

use super::*;
use crate::maintenance::follow_up::{FollowUp, Origin};
use crate::maintenance::run::{DesktopState, LastCall, Pause, Phase, Start};

#[test]
fn lag_longer_than_the_limit_is_unknown_and_settled_by_reading_again() {
    let mut play = Play::checked(1, 1);
    let sent = play.play_out(&[], |_| put(200, ""));
    assert_eq!(sent.len(), 1, "never sent again on its own");
    play.check(0, Verdict::Unknown, Cause::StillReadsOld(LastCall::Accepted));
    play.run.read_again(play.now);
    play.read_all(&[0]);
    play.check(0, Verdict::Changed, Cause::ReadsWanted(LastCall::Accepted));
}

/// An undo (or another run) of an enter run that is started while reads still show the desktop as in service.
fn check_lagging_undo(origin: Option<Origin>, named_ago: Option<u64>, is_sent: bool) {
    let plan = Plan { mode: Mode::Leave, ..plan(&[Class::WillChange]) };
    let recent = named_ago.map(|seconds| (id(0), START.before(Duration::from_secs(seconds)))).into_iter().collect();
    let start = Start { plan: &plan, limits: limits(1), recently_named: &recent, until: None, origin };
    let mut play = Play { run: Run::start_as(&start, START), now: START };
    play.read_all(&[]);
    assert_eq!(play.puts().len(), usize::from(is_sent), "{origin:?} {named_ago:?}");
}

#[test]
fn an_undo_at_once_sends_although_the_change_does_not_show_yet() {
    let undo = Some(Origin { kind: FollowUp::Undo, run: 1042 });
    check_lagging_undo(undo, Some(5), true);
    check_lagging_undo(undo, None, true);
    check_lagging_undo(None, Some(119), true);
    check_lagging_undo(None, Some(120), false);
    check_lagging_undo(Some(Origin { kind: FollowUp::Retry, run: 1042 }), None, false);
}

#[test]
fn a_desktop_flipped_elsewhere_before_our_put_is_set_again() {
    let mut play = Play::checked(1, 1);
    let step = play.one();
    play.record(&step, throttled(30));
    play.wake();
    let sent = play.play_out(&[0], |_| put(200, ""));
    assert_eq!(sent, [[0]]);
    play.check(0, Verdict::Changed, Cause::ReadsWanted(LastCall::Accepted));
    assert_eq!(play.row(0).prior, Some(false), "what it read before is kept");
}

#[test]
fn a_desktop_flipped_elsewhere_after_our_200_is_unknown() {
    let mut play = Play::checked(1, 1);
    play.play_out(&[], |_| put(200, ""));
    play.check(0, Verdict::Unknown, Cause::StillReadsOld(LastCall::Accepted));
}

#[test]
fn a_call_that_was_applied_in_part_and_then_failed_is_sent_again_for_the_rest() {
    let mut play = Play::checked(4, 4);
    let step = play.one();
    play.record(&step, put(500, "WKS.00000003"));
    let sent = play.play_out(&[0, 2], |_| put(409, "WKS.00010032"));
    assert!(sent.iter().flatten().all(|number| [1, 3].contains(number)), "{sent:?}");
    for number in [0, 2] {
        play.check(number, Verdict::Changed, Cause::ReadsWanted(LastCall::ErrorWithoutAnswer));
    }
    play.check(1, Verdict::Refused, Cause::OwnCall);
}

#[test]
fn a_cloud_that_refuses_what_already_holds_hides_no_change() {
    let mut play = Play::checked(1, 1);
    play.play_out(&[0], |_| put(409, "WKS.00010032"));
    play.check(0, Verdict::Changed, Cause::ReadsWanted(LastCall::Refused));

    let mut play = Play::start_with(&[Class::AlreadySo], 1, &BTreeMap::from([(id(0), START)]));
    play.play_out(&[0], |_| put(409, "WKS.00010032"));
    play.check(0, Verdict::AlreadySo, Cause::StillSoAfterCall(LastCall::Refused));
}

#[test]
fn not_sent_after_a_refused_call_stands_on_a_read() {
    let mut play = Play::checked(4, 2);
    let steps = play.due();
    play.record(&steps[0], put(404, "WKS.0001"));
    play.run.stop(play.now);
    play.record(&steps[1], put(404, "WKS.0001"));
    assert_eq!(play.row(0).state, DesktopState::ReadingBack);
    play.read_all(&[0]);
    play.check(0, Verdict::Changed, Cause::ReadsWanted(LastCall::Refused));
    play.check(1, Verdict::NotSent, Cause::Stopped);
}

/// One of eight desktops that no call with it in it survives.
fn check_broken(outcome: fn() -> Outcome, verdict: Verdict) {
    let mut play = Play::checked(8, 8);
    play.run.head.limits.read_back_limit = Duration::from_secs(20);
    let (mut values, mut sent) = (Vec::new(), 0);
    while play.run.is_open() {
        for step in play.due() {
            if let Call::Put { .. } = step.call {
                let batch = numbers(&step.call);
                sent += 1;
                let breaks = batch.contains(&5);
                if !breaks {
                    values.extend(&batch);
                }
                play.record(&step, if breaks { outcome() } else { put(200, "") });
            } else {
                play.list(&step, &values);
            }
        }
        if let Some(at) = play.run.wake_at(play.now) {
            play.now = at;
        }
    }
    let counts = play.run.counts();
    assert_eq!((counts.changed, play.row(5).verdict()), (7, Some(verdict)));
    assert!(sent <= 3 + 2 * 2 + 1 + 3, "{sent} calls");
}

#[test]
fn a_desktop_that_always_times_out_or_answers_500_stops_nobody() {
    check_broken(lost, Verdict::Unknown);
    check_broken(|| put(500, "WKS.0202"), Verdict::Refused);
    check_broken(|| put(502, ""), Verdict::Unknown);
}

#[test]
fn a_lost_put_that_takes_effect_after_the_run_leaves_its_report_alone() {
    let mut play = Play::checked(1, 1);
    play.play_out(&[], |_| lost());
    play.check(0, Verdict::Unknown, Cause::StillReadsOld(LastCall::NoAnswer(NoAnswer::TimedOut)));
    let before = play.run.clone();
    play.pass(3_600_000);
    assert!(play.due().is_empty(), "nobody looks any more: the list shows it as changed outside");
    assert_eq!(play.run, before);
}

#[test]
fn a_token_that_ends_between_put_and_read_marks_nothing() {
    let mut play = Play::checked(1, 1);
    let step = play.one();
    play.record(&step, put(200, ""));
    let step = play.one();
    play.record(&step, read(401));
    assert_eq!((play.run.phase(), play.row(0).state), (Phase::Paused(Pause::SignIn), DesktopState::ReadingBack));
    play.pass(8 * 3_600_000);
    play.run.resume(play.now);
    for _ in 0..3 {
        play.read_all(&[]);
        assert!(play.row(0).is_open());
        play.wake();
    }
    play.read_all(&[0]);
    play.check(0, Verdict::Changed, Cause::ReadsWanted(LastCall::Accepted));
}

/// A crash after the step was saved, whether or not the call left: it is read first, and sent once more at most.
fn check_crash(took_effect: bool) {
    let mut play = Play::checked(1, 1);
    play.one();
    play.run.interrupt(play.now);
    let values: &[usize] = if took_effect { &[0] } else { &[] };
    let first = {
        play.wake();
        play.one()
    };
    play.list(&first, values);
    assert_eq!(play.row(0).is_open(), !took_effect);
    if !took_effect {
        play.wake();
        play.read_all(&[]);
        assert_eq!(play.puts().len(), 1);
    }
}

#[test]
fn a_crash_around_a_call_reads_first_and_sends_once_more_at_most() {
    check_crash(true);
    check_crash(false);
}

#[test]
fn a_404_of_the_gateway_to_a_put_concerns_the_whole_run() {
    let mut play = Play::checked(3, 1);
    play.run.head.limits.batches_in_flight = 1;
    let step = play.one();
    play.record(&step, put(404, "APIGW.0101"));
    play.read_all(&[]);
    play.check(0, Verdict::Refused, Cause::WholeRun);
    play.check(1, Verdict::NotSent, Cause::WholeRunRefused);
    assert_eq!(play.run.counts().not_found, 0);
}

#[test]
fn an_unknown_id_that_the_cloud_ignores_with_a_200_is_found_absent() {
    let mut play = Play::checked(1, 1);
    let step = play.one();
    play.record(&step, put(200, ""));
    let step = play.one();
    play.record(&step, Outcome::Read(ReadOutcome::Listed(Vec::new())));
    let step = play.one();
    play.record(&step, look(404, "WKS.0001"));
    play.check(0, Verdict::NotFound, Cause::GoneAfterCall(LastCall::Accepted));
}

#[test]
fn a_disk_that_is_full_lets_nothing_be_sent_twice() {
    let mut play = Play::checked(1, 1);
    let saved = play.run.clone();
    // The intent is not saved, so the step is not performed: the saved run proposes it again, under the same number.
    let step = play.one();
    assert_eq!(saved.next_steps(play.now), std::slice::from_ref(&step));
    // The intent is saved and the answer is not: what is on disk reads first.
    let saved = play.run.clone();
    play.record(&step, put(200, ""));
    play.run = saved;
    play.run.interrupt(play.now);
    assert!(play.due().is_empty());
    play.wake();
    play.read_all(&[0]);
    play.check(0, Verdict::Changed, Cause::ReadsWanted(LastCall::NoAnswer(NoAnswer::Interrupted)));
    assert_eq!(play.run.puts_sent(), 1);
}
