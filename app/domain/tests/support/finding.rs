//! What it costs to find the refused desktops in random worlds.

use std::collections::{BTreeMap, BTreeSet};

use domain::desktop::DesktopId;
use domain::maintenance::bisect::answers_at_least;
use domain::maintenance::plan::{Class, PlannedDesktop};
use domain::maintenance::run::{Limits, Run};
use domain::maintenance::{Mode, Verdict};
use domain::time::Timestamp;

use crate::world::{Nature, World, plan};

/// The most desktops of a world, and of every second one: the fewer there are, the dearer is each refused one.
const DESKTOPS: [u64; 2] = [1_000, 100];

/// Calls ÷ what any way of asking needs at least.
pub struct Found {
    pub mean: f64,
    pub worst: f64,
    /// Desktops and refused desktops of the worst world.
    pub worst_of: (u32, u32),
}

/// Numbers that look random and are the same each time: `SplitMix64` (<https://prng.di.unimi.it/splitmix64.c>).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (number ^ (number >> 31)) % limit
    }
}

pub fn measure(worlds: u32, seed: u64) -> Found {
    let mut dice = Dice(seed);
    let mut found = Found { mean: 0.0, worst: 0.0, worst_of: (0, 0) };
    for (_, desktops) in (0..worlds).zip(DESKTOPS.into_iter().cycle()) {
        let count = u32::try_from(1 + dice.below(desktops)).unwrap();
        let refused = u32::try_from(dice.below(u64::from(count / 10) + 1)).unwrap();
        let calls = calls_of(count, refused, &mut dice);
        let ratio = f64::from(calls) / f64::from(answers_at_least(count, refused) + count.div_ceil(100));
        found.mean += ratio / f64::from(worlds);
        if ratio > found.worst {
            found.worst = ratio;
            found.worst_of = (count, refused);
        }
    }
    found
}

/// Plays one world, in which every second time a right is missing and else the desktops are busy.
fn calls_of(count: u32, refused: u32, dice: &mut Dice) -> u32 {
    let mut chosen = BTreeSet::new();
    while chosen.len() < refused as usize {
        chosen.insert(u32::try_from(dice.below(u64::from(count))).unwrap());
    }
    let refuses = if dice.below(2) == 0 {
        Nature::Refuses { status: 403, code: "WKS.00010203" }
    } else {
        Nature::Refuses { status: 409, code: "WKS.00010032" }
    };
    let mut world = World::new();
    let rows = (0..count).map(|number| {
        let nature = if chosen.contains(&number) { refuses } else { Nature::Willing };
        let id: DesktopId = format!("desktop-{number:05}").parse().unwrap();
        world.add(id.clone(), false, nature);
        let (name, user, pool, enterprise_project, session) = (String::new(), None, None, None, None);
        PlannedDesktop { id, name, user, pool, enterprise_project, session, class: Class::WillChange }
    });
    let plan = plan(Mode::Enter, rows.collect());
    let mut now = Timestamp(0);
    let mut run = Run::start(&plan, Limits::default(), &BTreeMap::new(), None, now);
    while run.is_open() {
        let steps = run.next_steps(now);
        if steps.is_empty() {
            now = run.wake_at(now).unwrap();
        }
        run.begin(&steps, now);
        now = now.after(world.latency);
        for step in steps {
            let outcome = world.perform(&step.call, now);
            run.record(step.id, outcome, now, 0);
        }
        run.take_changes();
    }
    let told: BTreeSet<u32> = (0_u32..)
        .zip(run.desktops())
        .filter(|(_, desktop)| desktop.verdict() == Some(Verdict::Refused))
        .map(|(number, _)| number)
        .collect();
    assert_eq!(told, chosen, "exactly the refused ones are told");
    u32::try_from(run.puts_sent()).unwrap()
}
