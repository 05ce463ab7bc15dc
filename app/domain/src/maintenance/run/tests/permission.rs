use super::*;
use crate::maintenance::run::{KeptBack, LastCall, Phase};

const NOT_ALLOWED: &str = "WKS.00010203";

impl Play {
    /// Answers every PUT that goes out until nothing more does; what is in service stays so. Returns the sizes of the
    /// calls in order and the most that were out at once after the first answer.
    fn refuse_all(&mut self, mut refuses: impl FnMut(&[usize]) -> Outcome) -> (Vec<usize>, usize) {
        let (mut sizes, mut most) = (Vec::new(), 0);
        let mut is_first = true;
        while self.run.is_open() {
            let (puts, reads): (Vec<Step>, Vec<Step>) =
                self.due().into_iter().partition(|step| matches!(step.call, Call::Put { .. }));
            if !is_first {
                most = most.max(puts.len());
            }
            for step in puts {
                is_first = false;
                sizes.push(numbers(&step.call).len());
                let outcome = refuses(&numbers(&step.call));
                self.record(&step, outcome);
            }
            for step in reads {
                self.list(&step, &[]);
            }
            if let Some(at) = self.run.wake_at(self.now) {
                self.now = at;
            }
        }
        (sizes, most)
    }
}

/// A run of `count` desktops, `batch` in a call, none of which is allowed.
fn check_cost(count: usize, batch: usize) {
    let mut play = Play::checked(count, batch);
    let (sizes, most) = play.refuse_all(|_| put(403, NOT_ALLOWED));
    assert_eq!(sizes.len(), count.div_ceil(batch) + 7, "{count} desktops, {batch} in a call");
    assert_eq!(sizes[sizes.len() - 5..], [1; 5]);
    assert_eq!(most, 1, "one PUT at a time");
    let counts = play.run.counts();
    assert_eq!((counts.refused, counts.not_sent as usize), (5, count - 5));
    assert_eq!((play.run.phase(), play.run.stopped_without_right()), (Phase::Ended, Some(5)));
}

#[test]
fn a_run_of_which_nothing_is_allowed_costs_seven_calls_more_than_it_has_batches() {
    check_cost(100, 100);
    check_cost(1_000, 100);
    check_cost(1_037, 100);
    check_cost(30, 10);
}

#[test]
fn what_is_kept_back_says_how_many_were_asked_alone() {
    let mut play = Play::checked(20, 20);
    play.refuse_all(|_| put(403, NOT_ALLOWED));
    for number in [0, 4, 9, 14, 19] {
        play.check(number, Verdict::Refused, Cause::OwnCall);
        assert_eq!(play.row(number).kept_back, None);
    }
    play.check(1, Verdict::NotSent, Cause::WholeRunRefused);
    assert_eq!(play.row(1).kept_back, Some(KeptBack::NoRight { asked: 5 }));
}

#[test]
fn one_accepted_call_lifts_the_rule_for_good() {
    let mut play = Play::checked(40, 40);
    let (sizes, most) = play.refuse_all(|batch| match batch {
        [9] => put(200, ""),
        _ => put(403, NOT_ALLOWED),
    });
    assert_eq!(sizes[..5], [40, 20, 20, 1, 1], "the second that is asked alone is allowed");
    assert_eq!(most, 4, "then as many go out as may");
    assert_eq!(play.run.stopped_without_right(), None);
    assert_eq!((play.run.counts().refused, play.run.counts().not_sent), (39, 0));
}

#[test]
fn sixteen_open_desktops_or_fewer_are_split_to_the_end() {
    let mut play = Play::checked(16, 16);
    let (sizes, most) = play.refuse_all(|_| put(403, NOT_ALLOWED));
    assert_eq!((sizes.len(), most), (31, 1));
    assert_eq!(play.run.counts().refused, 16);
}

#[test]
fn a_refusal_for_another_reason_proves_nothing_about_the_right() {
    let mut play = Play::checked(20, 20);
    play.refuse_all(|batch| if batch == [0] { put(409, "WKS.00010032") } else { put(403, NOT_ALLOWED) });
    assert_eq!(play.run.stopped_without_right(), None);
    assert_eq!(play.run.counts().refused, 20);
}

#[test]
fn batches_that_are_out_already_are_let_finish() {
    let mut play = Play::checked(40, 10);
    let steps = play.due();
    assert_eq!(steps.len(), 4);
    play.record(&steps[0], put(403, NOT_ALLOWED));
    assert!(play.due().is_empty(), "three are out still");
    play.record(&steps[1], put(200, ""));
    assert_eq!(play.puts().len(), 3, "a read, and two halves beside the two that are out");
}

#[test]
fn a_desktop_asked_alone_that_is_told_to_wait_is_asked_again() {
    let mut play = Play::checked(20, 20);
    for _ in 0..3 {
        let step = play.one();
        play.record(&step, put(403, NOT_ALLOWED));
    }
    let step = play.one();
    assert_eq!(numbers(&step.call), [0]);
    play.record(&step, throttled(9));
    assert!(play.due().is_empty());
    play.wake();
    assert_eq!(numbers(&play.one().call), [0]);
}

#[test]
fn a_crash_between_those_asked_alone_loses_nothing() {
    let mut play = Play::checked(20, 20);
    for _ in 0..4 {
        let step = play.due().remove(0);
        play.record(&step, put(403, NOT_ALLOWED));
    }
    let (head, rows) = (play.run.head().clone(), play.run.desktops().to_vec());
    let head = serde_json::from_str(&serde_json::to_string(&head).unwrap()).unwrap();
    play.run = Run::restore(head, rows);
    play.run.interrupt(play.now);
    let puts = play.puts();
    assert!(puts.iter().any(|(step, batch)| matches!(step.call, Call::Put { .. }) && batch == &[4]));
    play.run.interrupt(play.now);
    while play.run.is_open() {
        play.refuse_all_due();
    }
    assert_eq!(play.run.counts().not_sent, 0, "no answer is no refusal, so that the rest is split");
    play.check(4, Verdict::Refused, Cause::OwnCall);
    assert_eq!(play.row(4).track.last, Some(LastCall::Refused));
}

impl Play {
    fn refuse_all_due(&mut self) {
        for step in self.due() {
            match step.call {
                Call::Put { .. } => self.record(&step, put(403, NOT_ALLOWED)),
                Call::Read { .. } | Call::Look { .. } => self.list(&step, &[]),
            }
        }
        if let Some(at) = self.run.wake_at(self.now) {
            self.now = at;
        }
    }
}
