use super::*;
use crate::maintenance::run::Phase;

#[test]
fn the_largest_accepted_part_of_a_batch_that_was_too_large_limits_what_was_not_sent_yet() {
    let mut play = Play::checked(16, 8);
    play.run.head.limits.batches_in_flight = 2;
    let steps = play.due();
    play.record(&steps[0], throttled(60));
    play.record(&steps[1], put(400, "WKS.00010001"));
    play.pass(60_000);
    play.run.head.puts_not_before = None;
    play.run.head.parts[0].not_before = play.now.after(Duration::from_secs(1));
    let halves = play.due();
    assert_eq!(halves.iter().map(|step| numbers(&step.call).len()).collect::<Vec<_>>(), [4, 4]);
    for half in &halves {
        play.record(half, put(200, ""));
    }
    play.read_all(&[8, 9, 10, 11, 12, 13, 14, 15]);
    play.wake();
    let cut: Vec<Vec<usize>> = play.puts().into_iter().map(|(_, batch)| batch).collect();
    assert_eq!(cut, [vec![0, 1, 2, 3], vec![4, 5, 6, 7]]);
}

/// Answers the batch of four desktops and what it is split into, by what each part holds.
fn check_limit(answers: impl Fn(&[usize]) -> Outcome, limit: Option<usize>) {
    let mut play = Play::checked(4, 4);
    for _ in 0..40 {
        for step in play.due() {
            match step.call {
                Call::Put { .. } => play.record(&step, answers(&numbers(&step.call))),
                Call::Read { .. } | Call::Look { .. } => play.list(&step, &[]),
            }
        }
        if let Some(at) = play.run.wake_at(play.now) {
            play.now = at;
        }
    }
    assert_eq!(play.run.phase(), Phase::Ended);
    assert_eq!(play.run.head.size_limit, limit);
    assert!(play.run.head.sizes.is_empty());
}

#[test]
fn a_batch_with_a_refused_desktop_in_it_was_not_too_large() {
    let too_large = || put(400, "WKS.00010001");
    check_limit(|_| put(200, ""), None);
    check_limit(|batch| if batch.len() > 2 { too_large() } else { put(200, "") }, Some(2));
    check_limit(|batch| if batch.len() > 1 { too_large() } else { put(200, "") }, Some(1));
    check_limit(|batch| if batch.contains(&3) { too_large() } else { put(200, "") }, None);
    check_limit(|_| too_large(), None);
    check_limit(|batch| if batch.len() > 2 { too_large() } else { lost() }, None);
}
