use super::*;
use crate::example::desktop as example;
use crate::maintenance::Mode;
use crate::maintenance::run::tests::{Play, START, id, lost, put};
use crate::maintenance::run::{Limits, Start};

/// A run of six that ended: 0 to 2 changed, 3 refused, 4 unknown, 5 not sent.
fn over() -> Run {
    let mut classes = vec![Class::WillChange; 5];
    classes.push(Class::NotFound);
    let mut play = Play::start_with(&classes, 1, &BTreeMap::new());
    play.read_all(&[]);
    play.play_out(&[0, 1, 2], |batch| match batch {
        [3] => put(409, "WKS.00010032"),
        [4] => lost(),
        _ => put(200, ""),
    });
    let counts = play.run.counts();
    assert_eq!((counts.changed, counts.refused, counts.unknown, counts.not_sent), (3, 1, 1, 1));
    play.run
}

fn ids(plan: &Plan) -> Vec<DesktopId> {
    plan.desktops.iter().map(|desktop| desktop.id.clone()).collect()
}

/// The catalogue: desktops of these numbers, and whether each is in maintenance.
fn catalogue(known: &[(usize, bool)]) -> BTreeMap<DesktopId, Desktop> {
    let desktop = |(number, in_maintenance): &(usize, bool)| {
        (id(*number), Desktop { in_maintenance: *in_maintenance, ..example(id(*number).as_str()) })
    };
    known.iter().map(desktop).collect()
}

#[test]
fn a_retry_holds_the_refused_and_nothing_else() {
    let plan = over().retry(Timestamp(9));
    assert_eq!((plan.mode, plan.read_at, ids(&plan)), (Mode::Enter, Timestamp(9), vec![id(3)]));
    assert_eq!((plan.desktops[0].class, plan.desktops[0].name.as_str()), (Class::WillChange, "PC-3"));
}

#[test]
fn sending_what_was_not_holds_the_not_sent_and_what_still_reads_as_before_after_reading_again() {
    let mut play = Play { run: over(), now: START };
    assert_eq!(ids(&play.run.send_not_sent(START)), [id(5)]);
    play.run.read_again(START);
    play.play_out(&[], |_| put(200, ""));
    assert_eq!(ids(&play.run.send_not_sent(START)), [id(4), id(5)]);
    assert_eq!(play.run.may_send(), 2);
}

#[test]
fn an_undo_returns_what_was_changed_and_what_is_unknown() {
    let run = over();
    let known = catalogue(&[(0, true), (1, true), (2, true), (3, false), (4, false), (5, false)]);
    let undo = run.undo(|id| known.get(id), &BTreeMap::new(), Timestamp(9));
    assert_eq!((undo.plan.mode, undo.plan.read_at), (Mode::Leave, Timestamp(9)));
    assert_eq!(ids(&undo.plan), [id(0), id(1), id(2), id(4)]);
    assert!(undo.plan.desktops.iter().all(|desktop| desktop.class == Class::WillChange), "also one that reads so now");
    assert!(undo.left_out.is_empty());
    assert_eq!(run.may_undo(), 4);
}

#[test]
fn an_undo_leaves_out_what_somebody_or_a_later_run_has_changed_since() {
    let known = catalogue(&[(0, false), (1, true), (4, true)]);
    let later = BTreeMap::from([(id(1), 1044), (id(3), 1044)]);
    let undo = over().undo(|id| known.get(id), &later, START);
    let left_out: Vec<_> = undo.left_out.iter().map(|it| (it.id.clone(), it.reason)).collect();
    assert_eq!(left_out, [(id(0), LeftOutReason::ChangedSince), (id(1), LeftOutReason::LaterRun(1044))]);
    assert_eq!(ids(&undo.plan), [id(2), id(4)]);
    assert_eq!(undo.plan.desktops[0].class, Class::NotFound, "the catalogue lacks it");
}

#[test]
fn what_read_as_wanted_before_its_call_has_nothing_to_be_returned_to() {
    let recent = BTreeMap::from([(id(0), START)]);
    let mut play = Play::start_with(&[Class::WillChange], 1, &recent);
    play.read_all(&[0]);
    play.play_out(&[], |_| put(200, ""));
    let undo = play.run.undo(|_| None, &BTreeMap::new(), START);
    assert_eq!((undo.plan.desktops.len(), undo.left_out[0].reason), (0, LeftOutReason::WasSoBefore));
    assert_eq!(play.run.may_undo(), 0);
}

#[test]
fn an_undo_puts_each_desktop_back_to_what_checking_read() {
    let run = over();
    let known = catalogue(&[(0, true), (1, true), (2, true), (4, false)]);
    let undo = run.undo(|id| known.get(id), &BTreeMap::new(), START);
    let origin = Some(Origin { kind: FollowUp::Undo, run: 1042 });
    let recently_named = BTreeMap::new();
    let start =
        Start { plan: &undo.plan, limits: Limits::default(), recently_named: &recently_named, until: None, origin };
    let mut play = Play { run: Run::start_as(&start, START), now: START };
    assert_eq!(play.run.head().origin(), origin);
    play.read_all(&[0, 1, 2]);
    let sent = play.play_out(&[], |_| put(200, ""));
    assert_eq!(sent, [[0, 1, 2, 4]], "also the one that reads as wanted already");
    let counts = play.run.counts();
    assert_eq!((counts.changed, counts.already_so), (3, 1));
}
