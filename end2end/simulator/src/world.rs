//! The seeded world: desktops as varied as those of a real tenant, the same for the same seed.

pub(crate) mod first;
mod people;
mod rarities;

use crate::{
    clock::Moment,
    desktop::{Desktop, Flag, Sentinel, Tag},
    dice::Dice,
};

const DEPARTMENTS: [&str; 8] = ["FIN", "DEV", "HR", "LAB", "OPS", "LEG", "MKT", "SUP"];
/// The availability zones of the region.
pub(crate) const ZONES: [&str; 3] = ["ap-southeast-3a", "ap-southeast-3b", "ap-southeast-3c"];
/// 2024-01-01, the first day on which a desktop of the world was created.
const FIRST_DAY: u64 = 1_704_067_200;

/// Makes desktops. What they are like depends on the seed alone, their ids also on the project.
#[derive(Debug)]
pub(crate) struct World {
    variety: Dice,
    ids: Dice,
    pools: [String; 4],
    enterprise_projects: [String; 4],
    subnets: [String; 3],
    made: u64,
}

impl World {
    /// The world of this seed; `project` numbers the projects that share it, so that no two desktops share an id.
    pub(crate) fn new(seed: u64, project: u64) -> Self {
        let mut shared = Dice::new(seed ^ 0x0dd0_c4ed);
        let ids = Dice::new(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ project.wrapping_mul(0x9e37_79b9));
        Self {
            pools: [shared.uuid(), shared.uuid(), shared.uuid(), shared.uuid()],
            enterprise_projects: ["0".into(), shared.uuid(), shared.uuid(), shared.uuid()],
            subnets: [shared.uuid(), shared.uuid(), shared.uuid()],
            variety: Dice::new(seed),
            ids,
            made: 0,
        }
    }

    /// The id of the project that the world is for.
    pub(crate) fn project_id(&mut self) -> String {
        self.ids.hex()
    }

    /// Sentinels: in service, running, and named to stand at the front of a list by name. The second one of a kind
    /// starts with `AAB`, the third with `AAC`.
    pub(crate) fn sentinels(&mut self, kinds: &[Sentinel]) -> Vec<Desktop> {
        let mut desktops = Vec::with_capacity(kinds.len());
        for (position, kind) in kinds.iter().enumerate() {
            let before = kinds[..position].iter().filter(|other| *other == kind).count();
            let mut desktop = self.named(format!("{}-{}", front(before), kind.behaviour()));
            desktop.sentinel = Some(*kind);
            desktop.user_name = Some(format!("sentinel.{}", kind.word()));
            desktops.push(desktop);
        }
        desktops
    }

    /// A running desktop in service with this name and nothing special about it.
    pub(crate) fn named(&mut self, computer_name: String) -> Desktop {
        let seed = self.ids.next();
        let created = Moment::from_seconds(FIRST_DAY + seed % 31_536_000);
        Desktop::plain(self.ids.uuid(), computer_name, created, seed)
    }

    /// The next desktops in service that differ in their names alone.
    pub(crate) fn alike(&mut self, count: usize) -> Vec<Desktop> {
        (0..count)
            .map(|_| {
                self.made += 1;
                let department = self.department();
                self.named(format!("WKS-{department}-{:04}", self.made))
            })
            .collect()
    }

    /// The next desktops of the varied world.
    pub(crate) fn varied(&mut self, count: usize) -> Vec<Desktop> {
        (0..count)
            .map(|_| {
                self.made += 1;
                self.ordinary(self.made)
            })
            .collect()
    }

    fn department(&mut self) -> &'static str {
        self.variety.pick(&DEPARTMENTS)
    }

    fn ordinary(&mut self, number: u64) -> Desktop {
        let department = self.department();
        let mut desktop = self.named(format!("WKS-{department}-{number:04}"));
        let dice = &mut self.variety;
        if number % 12 == 7 {
            desktop.flag = Flag::new(Some(true));
        } else if number % 17 == 13 {
            desktop.flag = Flag::new(None);
        }
        let zone = usize::try_from(dice.below(3)).unwrap_or(0);
        desktop.availability_zone = Some(ZONES[zone].into());
        desktop.subnet_id.clone_from(&self.subnets[zone]);
        let host = 10 + number;
        desktop.ip_address = Some(format!("10.{}.{}.{}", 20 + zone, host / 250 % 250, host % 250 + 2));
        desktop.user_name = Some(people::ordinary(dice));
        desktop.user_group = dice.pick(&["users", "administrators", "users", "users"]);
        desktop.windows = !dice.happens(20);
        if !desktop.windows {
            desktop.user_group = dice.pick(&["sudo", "default"]);
        }
        desktop.ou_name = dice.happens(60).then(|| format!("OU={department},OU=Desktops"));
        desktop.domain_status = dice.pick(&[1, 1, 1, 1, 1, 1, 1, 2, 3]);
        let group = usize::try_from(dice.pick(&[0_u64, 0, 0, 1, 1, 2, 3])).unwrap_or(0);
        desktop.enterprise_project_id = Some(self.enterprise_projects[group].clone());
        desktop.tags = Some(tags(department, number, dice));
        if dice.happens(30) {
            let pool = usize::try_from(dice.below(4)).unwrap_or(0);
            desktop.kind = Some("POOLED".into());
            desktop.pool_id = Some(self.pools[pool].clone());
        } else if dice.happens(4) {
            desktop.kind = Some("SHARED".into());
        }
        power(&mut desktop, dice);
        rarities::omit(&mut desktop, dice);
        rarities::peculiar(&mut desktop, number);
        desktop
    }
}

/// Power and session: only a running desktop can have somebody on it.
fn power(desktop: &mut Desktop, dice: &mut Dice) {
    let throw = dice.below(100);
    let status = match throw {
        0..78 => "ACTIVE",
        78..91 => "SHUTOFF",
        91..95 => "ERROR",
        _ => "HIBERNATED",
    };
    let session = if status == "ACTIVE" {
        dice.pick(&["CONNECTED", "CONNECTED", "DISCONNECTED", "REGISTERED", "REGISTERED", "REGISTERED"])
    } else {
        "UNREGISTER"
    };
    if desktop.pool_id.is_some() && !matches!(session, "CONNECTED" | "DISCONNECTED") && dice.happens(70) {
        desktop.user_name = None;
    }
    desktop.status = Some(status.into());
    desktop.session = Some(session.into());
}

fn tags(department: &str, number: u64, dice: &mut Dice) -> Vec<Tag> {
    let mut tags = Vec::new();
    if dice.happens(70) {
        tags.push(Tag { key: "department".into(), value: Some(department.to_lowercase()) });
    }
    if dice.happens(40) {
        tags.push(Tag { key: "ring".into(), value: Some(dice.pick(&["pilot", "early", "broad"]).into()) });
    }
    if number.is_multiple_of(23) {
        tags.push(Tag { key: "właściciel".into(), value: Some("zespół & <dział>".into()) });
    }
    tags
}

/// `AAA`, `AAB`, … `AAZ`, `ABA`, …
fn front(position: usize) -> String {
    let letter = |index: usize| char::from(b'A' + u8::try_from(index % 26).unwrap_or(0));
    [letter(position / 676), letter(position / 26), letter(position)].iter().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_desktops_and_another_project_has_other_ids() {
        let names = |desktops: &[Desktop]| -> Vec<String> {
            desktops
                .iter()
                .map(|desktop| format!("{} {:?} {:?}", desktop.computer_name, desktop.status, desktop.user_name))
                .collect()
        };
        let first = World::new(1, 0).varied(237);
        let again = World::new(1, 0).varied(237);
        let other = World::new(1, 1).varied(237);
        assert_eq!(names(&first), names(&again));
        assert_eq!(names(&first), names(&other));
        assert_eq!(first[0].id, again[0].id);
        let ids: HashSet<_> = first.iter().chain(&other).map(|desktop| &desktop.id).collect();
        assert_eq!(ids.len(), 474);
    }

    #[test]
    fn a_world_of_237_holds_every_documented_state_and_some_in_maintenance() {
        let world = World::new(1, 0).varied(237);
        let has = |field: fn(&Desktop) -> Option<&String>, wanted: &str| {
            assert!(
                world.iter().any(|desktop| field(desktop).is_some_and(|value| value == wanted)),
                "no desktop has {wanted}"
            );
        };
        for status in ["ACTIVE", "SHUTOFF", "ERROR", "HIBERNATED", "SUSPENDED_V2"] {
            has(|desktop| desktop.status.as_ref(), status);
        }
        for session in ["UNREGISTER", "REGISTERED", "CONNECTED", "DISCONNECTED", "ROAMING"] {
            has(|desktop| desktop.session.as_ref(), session);
        }
        for kind in ["DEDICATED", "SHARED", "POOLED"] {
            has(|desktop| desktop.kind.as_ref(), kind);
        }
        for task in rarities::TASKS.into_iter().chain([""]) {
            has(|desktop| desktop.task_status.as_ref(), task);
        }
        for user in ["王小明", "<b>bold</b>", "</textarea><script>alert(1)</script>"] {
            has(|desktop| desktop.user_name.as_ref(), user);
        }
        let in_maintenance = world.iter().filter(|desktop| desktop.flag.truth()).count();
        assert!((15..=25).contains(&in_maintenance), "{in_maintenance} in maintenance");
        let names: HashSet<_> = world.iter().map(|desktop| &desktop.computer_name).collect();
        assert_eq!(names.len(), world.len(), "names are unique");
    }

    #[test]
    fn the_second_sentinel_of_a_kind_has_the_next_letter() {
        let names: Vec<String> = World::new(1, 0)
            .sentinels(&[Sentinel::Forbidden, Sentinel::Broken, Sentinel::Forbidden])
            .into_iter()
            .map(|desktop| desktop.computer_name)
            .collect();
        assert_eq!(names, ["AAA-refuses-403", "AAA-always-500", "AAB-refuses-403"]);
    }
}
