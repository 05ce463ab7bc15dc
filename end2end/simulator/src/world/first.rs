//! The two projects that every simulated cloud starts with.

use super::World;
use crate::{ACCOUNT, BRANCH, BRANCH_DESKTOPS, Options, PROJECT, desktop::Sentinel, project::Project};

/// The number of the second project's world; those that the control address makes count up from 1.
const BRANCH_NUMBER: u64 = u64::MAX;

/// The project [`PROJECT`], and the names of its sentinels.
pub(crate) fn default_project(options: &Options) -> (Project, Vec<String>) {
    const SENTINELS: [Sentinel; 4] = [Sentinel::Forbidden, Sentinel::NotFound, Sentinel::Conflict, Sentinel::Broken];
    let mut world = World::new(options.seed, 0);
    let id = world.project_id();
    let mut desktops = world.sentinels(&SENTINELS[..options.desktops.min(SENTINELS.len())]);
    let sentinels = desktops.iter().map(|desktop| desktop.computer_name.clone()).collect();
    desktops.extend(world.varied(options.desktops.saturating_sub(desktops.len())));
    let project = Project::new(id, PROJECT.to_owned(), ACCOUNT.to_owned(), options.token_ttl, desktops);
    (project, sentinels)
}

/// The project [`BRANCH`]. Its desktops are not the first ones of the first project again: whoever changes the project must see a difference.
pub(crate) fn branch(options: &Options) -> Project {
    let mut world = World::new(options.seed.wrapping_add(1), BRANCH_NUMBER);
    let id = world.project_id();
    let desktops = world.varied(BRANCH_DESKTOPS);
    Project::new(id, BRANCH.to_owned(), ACCOUNT.to_owned(), options.token_ttl, desktops)
}
