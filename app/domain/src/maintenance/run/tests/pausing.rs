use super::*;
use crate::maintenance::run::{KeptBack, Pause, Phase, Resumed, Retaken};
use crate::operator::Operator;
use crate::role::Role;

const QUARTER: u64 = 15 * 60_000;

/// A run of three, the first of which is named, paused since a moment.
fn paused() -> Play {
    let mut play = Play::checked(3, 1);
    play.run.head.limits.batches_in_flight = 1;
    let step = play.one();
    play.record(&step, put(200, ""));
    play.run.pause_for_sign_in(play.now);
    play.run.take_changes();
    play
}

fn taken(numbers: &[usize]) -> Retaken {
    let taken = numbers.iter().map(|number| (id(*number), 1050)).collect();
    Retaken { taken, recently_named: BTreeMap::new() }
}

#[test]
fn a_long_pause_gives_up_the_claims_of_what_was_not_named() {
    let mut play = paused();
    let since = play.now;
    assert_eq!(play.run.gives_up_at(), Some(since.after(Duration::from_mins(15))));
    play.pass(QUARTER - 1);
    assert!(play.run.give_up(play.now).is_empty());
    play.pass(1);
    assert_eq!(play.run.give_up(play.now), [id(1), id(2)]);
    assert_eq!(play.run.take_changes().settled, [id(1), id(2)], "saving drops these claims");
    assert!(play.run.give_up(play.now).is_empty());
    assert_eq!(play.run.gives_up_at(), None);
    assert_eq!(play.run.wants_claims(play.now), [id(1), id(2)]);
    assert!(play.row(1).is_open(), "it has no verdict yet");
}

#[test]
fn what_another_run_has_taken_meanwhile_is_not_sent_and_says_so() {
    let mut play = paused();
    play.pass(QUARTER);
    play.run.give_up(play.now);
    play.run.take_changes();
    let number = play.run.pause_number().unwrap();
    assert_eq!(play.run.resume_with(number, &taken(&[1]), play.now), Resumed::GoesOn);
    play.check(1, Verdict::NotSent, Cause::Stopped);
    assert_eq!(play.row(1).kept_back, Some(KeptBack::InRun { number: 1050 }));
    assert!(play.run.take_changes().settled.is_empty(), "the claim is the other run's");
    assert!(play.run.wants_claims(play.now).is_empty());
    play.read_all(&[0]);
    play.run.take_changes();
    assert_eq!(play.play_out(&[2], |_| put(200, "")), [[2]]);
    assert_eq!(play.run.take_changes().settled, [id(2)], "the claim taken again ends with the verdict");
}

#[test]
fn what_another_run_has_named_meanwhile_is_sent_although_it_reads_as_wanted() {
    let mut play = paused();
    play.pass(QUARTER);
    play.run.give_up(play.now);
    let recently_named = BTreeMap::from([(id(1), play.now)]);
    let number = play.run.pause_number().unwrap();
    play.run.resume_with(number, &Retaken { taken: BTreeMap::new(), recently_named }, play.now);
    play.read_all(&[0, 1, 2]);
    play.check(2, Verdict::AlreadySo, Cause::BecameSoSinceReview);
    assert_eq!(play.puts().remove(0).1, [1]);
}

#[test]
fn a_run_that_gave_up_claims_does_not_go_on_without_them() {
    let mut play = paused();
    play.pass(QUARTER);
    play.run.give_up(play.now);
    play.run.resume(play.now);
    assert_eq!(play.run.phase(), Phase::Paused(Pause::SignIn));
}

#[test]
fn a_stop_of_a_run_that_gave_up_claims_gives_nothing_up_twice() {
    let mut play = paused();
    play.pass(QUARTER);
    play.run.give_up(play.now);
    play.run.take_changes();
    play.run.stop(play.now);
    play.check(1, Verdict::NotSent, Cause::Stopped);
    assert_eq!(play.row(1).kept_back, None);
    assert!(play.run.take_changes().settled.is_empty());
}

#[test]
fn a_second_press_of_continue_does_not_waive_the_until_that_the_first_asks_about() {
    let until = Some(START.after(Duration::from_mins(1)));
    let run = Run::start(&plan(&[Class::WillChange; 2]), limits(1), &BTreeMap::new(), until, START);
    let mut play = Play { run, now: START };
    play.run.pause_for_sign_in(play.now);
    play.pass(QUARTER);
    assert_eq!(play.run.give_up(play.now).len(), 2);
    let first = play.run.pause_number().unwrap();
    assert!(play.run.wants_claims(play.now).is_empty(), "nothing is taken from anybody for a question");
    let nothing = Retaken::default();
    assert_eq!(play.run.resume_with(first, &nothing, play.now), Resumed::AsksAboutUntil);
    assert_eq!(play.run.resume_with(first, &nothing, play.now), Resumed::NotThisPause);
    assert_eq!(play.run.phase(), Phase::Paused(Pause::UntilHasPassed));
    let second = play.run.pause_number().unwrap();
    assert_ne!(first, second);
    assert_eq!(play.run.wants_claims(play.now).len(), 2);
    assert_eq!(play.run.resume_with(second, &nothing, play.now), Resumed::GoesOn);
    assert_eq!((play.run.phase(), play.run.pause_number()), (Phase::Checking, None));
}

#[test]
fn a_sign_out_while_it_asks_about_until_makes_the_question_an_old_one() {
    let until = Some(START.after(Duration::from_mins(1)));
    let run = Run::start(&plan(&[Class::WillChange]), limits(1), &BTreeMap::new(), until, START);
    let mut play = Play { run, now: START };
    play.run.pause_for_sign_in(play.now);
    play.pass(120_000);
    play.run.resume(play.now);
    let question = play.run.pause_number().unwrap();
    play.run.pause_for_sign_in(play.now);
    assert_eq!(play.run.phase(), Phase::Paused(Pause::SignIn));
    assert_eq!(play.run.resume_with(question, &Retaken::default(), play.now), Resumed::NotThisPause);
}

#[test]
fn another_operator_of_the_project_may_take_a_paused_run_over() {
    let person = |subject: &str| Operator {
        issuer: "iam".to_owned(),
        subject: subject.to_owned(),
        name: String::new(),
        account: String::new(),
    };
    let (first, second) = (person("first"), person("second"));
    let play = paused();
    assert!(play.run.may_take_over(&first, &second, Role::Operator));
    assert!(!play.run.may_take_over(&first, &first, Role::Operator), "their own run is continued");
    assert!(!play.run.may_take_over(&first, &second, Role::Viewer));
    assert!(!Play::checked(1, 1).run.may_take_over(&first, &second, Role::Lead), "it is not paused");
}
