//! What holds for every run, whatever the cloud does, as long as nobody else changes the desktops.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

#[path = "support/disk.rs"]
mod disk;
#[path = "support/proof.rs"]
mod proof;
#[path = "support/watch.rs"]
mod watch;
#[path = "support/world.rs"]
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use domain::maintenance::bisect::calls_at_most;
use domain::maintenance::plan::Class;
use domain::maintenance::run::{KeptBack, Limits, Pause, Phase, Run};
use domain::maintenance::{Mode, Verdict};
use domain::time::Timestamp;
use proptest::prelude::*;
use watch::{Story, Watch, id, planned};
use world::{Fault, Nature, World, plan};

fn mode() -> impl Strategy<Value = Mode> {
    prop_oneof![Just(Mode::Enter), Just(Mode::Leave)]
}

fn limits() -> impl Strategy<Value = Limits> {
    (1..=8_usize, 1..=4_usize, 1..=4_usize).prop_map(|(batch_limit_ids, batches_in_flight, reads_in_flight)| Limits {
        batch_limit_ids,
        batches_in_flight,
        reads_in_flight,
        ..Limits::default()
    })
}

const NOT_ALLOWED: Nature = Nature::Refuses { status: 403, code: "WKS.00010203" };

fn refusal() -> impl Strategy<Value = Nature> {
    prop_oneof![1 => Just(NOT_ALLOWED), 2 => refusal_of_ids()]
}

fn refusal_of_ids() -> impl Strategy<Value = Nature> {
    prop_oneof![
        Just(Nature::Refuses { status: 404, code: "WKS.0001" }),
        Just(Nature::Refuses { status: 409, code: "WKS.00010032" }),
    ]
}

fn nature() -> impl Strategy<Value = Nature> {
    prop_oneof![
        12 => Just(Nature::Willing),
        4 => Just(Nature::RefusesWhatHolds),
        2 => refusal(),
        1 => Just(Nature::Breaks { code: Some("WKS.0202") }),
        1 => Just(Nature::Breaks { code: None }),
        1 => Just(Nature::Gone),
    ]
}

fn class() -> impl Strategy<Value = Class> {
    prop_oneof![10 => Just(Class::WillChange), 1 => Just(Class::AlreadySo), 1 => Just(Class::NotFound)]
}

/// Most desktops are as reviewed; a few moved since.
fn desktops() -> impl Strategy<Value = Vec<(Class, bool, Nature)>> {
    let desktop = (class(), prop::bool::weighted(0.08), nature()).prop_map(|(class, moved, nature)| match class {
        Class::WillChange => (class, moved, nature),
        Class::AlreadySo => (class, !moved, nature),
        Class::NotFound => (class, moved, if moved { nature } else { Nature::Gone }),
    });
    prop::collection::vec(desktop, 0..40)
}

fn fault() -> impl Strategy<Value = Option<Fault>> {
    let seconds = |range: std::ops::Range<u64>| range.prop_map(Duration::from_secs);
    prop_oneof![
        8 => Just(None),
        1 => prop::option::of(seconds(0..70)).prop_map(|retry_after| Some(Fault::Throttled { retry_after })),
        1 => Just(Some(Fault::SignIn)),
        1 => Just(Some(Fault::NotSentOut)),
        1 => Just(Some(Fault::LostBefore)),
        1 => seconds(0..20).prop_map(|late| Some(Fault::LostAfter { late })),
        1 => Just(Some(Fault::ErrorAfter)),
        1 => Just(Some(Fault::ErrorBefore)),
    ]
}

prop_compose! {
    fn world()(
        latency in 1..3_000_u64,
        lag in prop_oneof![Just(0_u64), 0..60_000_u64],
        ignores_unknown: bool,
        size_limit in prop::option::weighted(0.1, 1..8_usize),
        put_faults in prop::collection::vec(fault(), 0..14),
        read_faults in prop::collection::vec(fault(), 0..20),
    ) -> World {
        World {
            latency: Duration::from_millis(latency),
            lag: Duration::from_millis(lag),
            ignores_unknown,
            size_limit,
            put_faults: put_faults.into(),
            read_faults: read_faults.into(),
            ..World::new()
        }
    }
}

prop_compose! {
    fn story()(
        mode in mode(),
        desktops in desktops(),
        limits in limits(),
        world in world(),
        crashes in prop::collection::vec((1..40_usize, any::<bool>()), 0..3),
        stop in prop::option::weighted(0.2, 1..60_usize),
        pauses in prop::collection::vec((prop_oneof![Just(40_u64), 800..2_000_u64], 0..4_usize), 0..4),
        reads_again: bool,
        dice: u64,
    ) -> Story {
        Story { mode, desktops, limits, world, crashes, stop, pauses, reads_again, dice }
    }
}

/// A story in which nobody does anything.
fn quiet(mode: Mode, desktops: Vec<(Class, bool, Nature)>, limits: Limits, world: World, dice: u64) -> Story {
    let (crashes, pauses) = (Vec::new(), Vec::new());
    Story { mode, desktops, limits, world, crashes, stop: None, pauses, reads_again: false, dice }
}

/// A story in which some desktops are refused and nothing else fails.
fn only_refusals(
    refusal: impl Strategy<Value = Nature> + 'static,
    willing: u32,
    refused: u32,
) -> impl Strategy<Value = Story> {
    let desktop = prop_oneof![willing => Just(Nature::Willing), refused => refusal];
    let desktops = prop::collection::vec(desktop.prop_map(|nature| (Class::WillChange, false, nature)), 0..64);
    (mode(), desktops, limits(), 0..40_usize, prop_oneof![3 => Just(0), 1 => 0..110_000_u64], any::<u64>()).prop_map(
        |(mode, desktops, mut limits, larger, lag, dice)| {
            limits.batch_limit_ids += larger;
            let world = World { lag: Duration::from_millis(lag), ..World::new() };
            quiet(mode, desktops, limits, world, dice)
        },
    )
}

proptest! {
    #[test]
    fn every_run_ends_and_its_report_is_true(story in story()) {
        Watch::start(story).play_to_the_end().check_report();
    }

    #[test]
    fn refusals_alone_cost_no_more_calls_than_stated_and_are_told_exactly(
        story in only_refusals(refusal_of_ids(), 8, 1),
    ) {
        let watch = Watch::start(story).play_to_the_end();
        watch.check_report();
        let story = &watch.story;
        let limit = story.limits.batch_limit_ids;
        let refuses = |(_, _, nature): &(Class, bool, Nature)| matches!(nature, Nature::Refuses { .. });
        for (number, desktop) in story.desktops.iter().enumerate() {
            let verdict = if refuses(desktop) { Verdict::Refused } else { Verdict::Changed };
            prop_assert_eq!(watch.run.desktops()[number].verdict(), Some(verdict));
        }
        let mut exact = 0;
        for (place, batch) in story.desktops.chunks(limit).enumerate() {
            let bound = calls_at_most(batch.len(), batch.iter().filter(|desktop| refuses(desktop)).count());
            let ids: BTreeSet<_> = (place * limit..place * limit + batch.len()).map(id).collect();
            let calls = watch.puts.iter().filter(|put| ids.contains(&put[0])).count();
            prop_assert!(calls <= bound, "{} calls for batch {}, {} allowed", calls, place + 1, bound);
            exact += calls;
        }
        prop_assert_eq!(exact, watch.puts.len());
        let levels = limit.next_power_of_two().trailing_zeros() as usize;
        let refused = story.desktops.iter().filter(|desktop| refuses(desktop)).count();
        prop_assert!(exact <= story.desktops.len().div_ceil(limit) + 2 * refused * levels);
    }

    #[test]
    fn what_is_not_allowed_costs_five_calls_more_at_most_and_keeps_back_only_what_it_says(
        story in prop_oneof![
            only_refusals(refusal(), 8, 1),
            only_refusals(Just(NOT_ALLOWED), 1, 8),
            only_refusals(Just(NOT_ALLOWED), 0, 1),
        ],
    ) {
        let watch = Watch::start(story).play_to_the_end();
        watch.check_report();
        let story = &watch.story;
        let limit = story.limits.batch_limit_ids;
        let count = story.desktops.len();
        let is_allowed = |(_, _, nature): &(Class, bool, Nature)| *nature == Nature::Willing;
        let stopped = watch.run.stopped_without_right();
        for (number, desktop) in story.desktops.iter().enumerate() {
            let row = &watch.run.desktops()[number];
            let verdict = row.verdict().unwrap();
            let expected = if is_allowed(desktop) { Verdict::Changed } else { Verdict::Refused };
            let kept_back = stopped.map(|asked| KeptBack::NoRight { asked });
            let is_kept_back = verdict == Verdict::NotSent && kept_back.is_some() && row.kept_back == kept_back;
            prop_assert!(verdict == expected || is_kept_back, "{:?}", row);
        }
        if stopped.is_some() {
            prop_assert_eq!(watch.run.counts().changed, 0);
        }
        if story.desktops.iter().all(|desktop| !is_allowed(desktop)) && count > 20 && limit > 1 {
            prop_assert!(watch.puts.len() <= count.div_ceil(limit) + 7, "{} calls", watch.puts.len());
        }
        let bound: usize = story.desktops.chunks(limit).map(|batch| {
            calls_at_most(batch.len(), batch.iter().filter(|desktop| !is_allowed(desktop)).count())
        }).sum();
        prop_assert!(watch.puts.len() <= bound + 5, "{} calls, {} allowed", watch.puts.len(), bound);
    }
}

proptest! {
    // A quarter of an hour of failing calls is long: fewer cases do.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_cloud_that_takes_no_call_pauses_the_run_and_loses_nothing(
        mode in mode(),
        limits in limits(),
        count in 1..20_usize,
        fault in prop_oneof![Just(Fault::NotSentOut), Just(Fault::ErrorBefore), Just(Fault::LostBefore),
            Just(Fault::Throttled { retry_after: None })],
        dice: u64,
    ) {
        let mut world = World::new();
        world.put_faults = vec![Some(fault); 1_000].into();
        world.read_faults = vec![Some(fault); 5_000].into();
        let desktops = vec![(Class::WillChange, false, Nature::Willing); count];
        let mut watch = Watch::start(quiet(mode, desktops, limits, world, dice));
        while !matches!(watch.run.phase(), Phase::Paused(_)) {
            watch.go_on();
        }
        prop_assert_eq!(watch.run.phase(), Phase::Paused(Pause::CloudDoesNotAnswer));
        prop_assert!(watch.now >= Timestamp(15 * 60 * 1_000) && watch.now < Timestamp(17 * 60 * 1_000));
        watch.world.put_faults.clear();
        watch.world.read_faults.clear();
        let watch = watch.play_to_the_end();
        watch.check_report();
        prop_assert_eq!(watch.run.counts().changed as usize, count);
    }
}

#[test]
fn ten_thousand_desktops_run_through() {
    let mut world = World::new();
    let rows = (0..10_000).map(|number| {
        let refused = number % 500 == 7;
        let nature = if refused { Nature::Refuses { status: 409, code: "WKS.00010032" } } else { Nature::Willing };
        world.add(id(number), false, nature);
        planned(number, Class::WillChange)
    });
    let plan = plan(Mode::Enter, rows.collect());
    let mut run = Run::start(&plan, Limits::default(), &BTreeMap::new(), None, Timestamp(0));
    let mut now = Timestamp(0);
    let mut calls = 0;
    let mut longest_head = 0;
    while run.is_open() {
        let steps = run.next_steps(now);
        if steps.is_empty() {
            now = run.wake_at(now).unwrap();
        }
        run.begin(&steps, now);
        longest_head = longest_head.max(serde_json::to_string(&run.take_changes().head).unwrap().len());
        now = now.after(Duration::from_millis(50));
        for step in steps {
            calls += 1;
            let outcome = world.perform(&step.call, now);
            run.record(step.id, outcome, now, 0);
        }
        run.take_changes();
    }
    assert_eq!((run.counts().changed, run.counts().refused), (9_980, 20));
    assert!(calls < 1_000, "{calls} calls");
    assert!(longest_head < 20_000, "{longest_head} bytes are written at a step");
}
