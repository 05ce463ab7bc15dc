use super::*;
use crate::maintenance::run::{LastCall, Pause, Phase};

#[test]
fn nothing_is_sent_before_every_desktop_was_read() {
    let mut play = Play::start(3, 2);
    let reads = play.due();
    assert_eq!(reads.iter().map(|step| numbers(&step.call)).collect::<Vec<_>>(), [vec![0, 1], vec![2]]);
    play.list(&reads[0], &[]);
    assert!(play.due().is_empty());
    assert_eq!(play.run.phase(), Phase::Checking);
    play.list(&reads[1], &[]);
    assert_eq!(play.run.phase(), Phase::Running);
    assert_eq!(play.puts().len(), 2);
}

/// What a desktop that was reviewed as `class` becomes when Checking reads `found`; `None` where it is sent.
fn check_since_review(class: Class, found: Option<bool>, named_ago: Option<u64>, expected: Option<(Verdict, Cause)>) {
    let recent = named_ago.map(|seconds| (id(0), START.before(Duration::from_secs(seconds))));
    let mut play = Play::start_with(&[class], 10, &recent.into_iter().collect());
    let step = play.one();
    if let Some(value) = found {
        play.list(&step, if value { &[0] } else { &[] });
    } else {
        play.record(&step, Outcome::Read(ReadOutcome::Listed(Vec::new())));
        let alone = play.one();
        assert!(matches!(alone.call, Call::Look { .. }));
        play.record(&alone, look(404, "WKS.0001"));
    }
    let row = play.row(0);
    let actual = row.verdict().map(|verdict| (verdict, row.cause));
    assert_eq!(actual, expected, "{class:?} {found:?} {named_ago:?}");
    assert_eq!(play.puts().len(), usize::from(expected.is_none()));
    assert_eq!(play.run.is_open(), expected.is_none());
}

#[test]
fn what_changed_since_the_review_settles_that_desktop_alone() {
    use Cause::{
        AppearedSinceReview, BecameSoSinceReview, GoneSinceReview, NotInCatalogue, OppositeSinceReview, WasSo,
    };
    use Class::{AlreadySo, NotFound, WillChange};
    for (class, found, expected) in [
        (WillChange, Some(false), None),
        (WillChange, Some(true), Some((Verdict::AlreadySo, BecameSoSinceReview))),
        (WillChange, None, Some((Verdict::NotFound, GoneSinceReview))),
        (AlreadySo, Some(true), Some((Verdict::AlreadySo, WasSo))),
        (AlreadySo, Some(false), Some((Verdict::NotSent, OppositeSinceReview))),
        (AlreadySo, None, Some((Verdict::NotFound, GoneSinceReview))),
        (NotFound, None, Some((Verdict::NotFound, NotInCatalogue))),
        (NotFound, Some(false), Some((Verdict::NotSent, AppearedSinceReview))),
        (NotFound, Some(true), Some((Verdict::NotSent, AppearedSinceReview))),
    ] {
        check_since_review(class, found, None, expected);
    }
}

#[test]
fn a_desktop_that_a_call_named_shortly_before_is_sent_although_it_reads_as_wanted() {
    check_since_review(Class::WillChange, Some(true), Some(119), None);
    check_since_review(Class::AlreadySo, Some(true), Some(119), None);
    check_since_review(Class::AlreadySo, Some(true), Some(120), Some((Verdict::AlreadySo, Cause::WasSo)));

    let mut play = Play::start_with(&[Class::AlreadySo], 10, &BTreeMap::from([(id(0), START)]));
    play.read_all(&[0]);
    let step = play.one();
    play.record(&step, put(200, ""));
    play.read_all(&[0]);
    play.check(0, Verdict::AlreadySo, Cause::StillSoAfterCall(LastCall::Accepted));
}

#[test]
fn a_desktop_that_may_not_be_read_is_not_sent() {
    let mut play = Play::start(1, 10);
    let step = play.one();
    play.record(&step, read(403));
    let alone = play.one();
    play.record(&alone, look(403, "WKS.0003"));
    play.check(0, Verdict::NotSent, Cause::MayNotBeRead);
    assert_eq!(play.row(0).error.as_ref().unwrap().code.as_deref(), Some("WKS.0003"));
}

#[test]
fn a_404_from_the_gateway_does_not_mean_that_a_desktop_is_gone() {
    let mut play = Play::start(1, 10);
    while play.run.is_open() && !matches!(play.run.phase(), Phase::Paused(_)) {
        let step = play.one();
        match step.call {
            Call::Look { .. } => play.record(&step, look(404, "APIGW.0101")),
            _ => play.record(&step, Outcome::Read(ReadOutcome::Listed(Vec::new()))),
        }
        if play.run.is_open() {
            play.wake();
        }
    }
    play.check(0, Verdict::NotSent, Cause::CouldNotBeRead);
    assert_eq!(play.now.since(START), Duration::from_mins(2));
}

#[test]
fn a_cloud_that_answers_no_read_for_a_quarter_of_an_hour_pauses_the_run() {
    let mut play = Play::start(1, 10);
    while !matches!(play.run.phase(), Phase::Paused(_)) {
        let step = play.one();
        play.record(&step, read(500));
        if let Some(at) = play.run.wake_at(play.now) {
            play.now = at;
        }
    }
    assert_eq!(play.run.phase(), Phase::Paused(Pause::CloudDoesNotAnswer));
    assert_eq!(play.now.since(START), Duration::from_mins(15));
    play.run.resume(play.now);
    play.read_all(&[]);
    assert_eq!(play.puts().len(), 1);
}

#[test]
fn a_plan_of_nothing_ends_at_once() {
    assert_eq!(Play::start(0, 10).run.phase(), Phase::Ended);
}
