//! What is rare in a world: missing fields, unknown values, odd names, and every task state once.

use super::people;
use crate::{
    desktop::{Desktop, Tag},
    dice::Dice,
};

/// All documented task states but "none". <https://support.huaweicloud.com/api-workspace/ListDesktopsDetail.html>
pub(super) const TASKS: [&str; 25] = [
    "scheduling",
    "block_device_mapping",
    "networking",
    "spawning",
    "rebooting",
    "reboot_pending",
    "reboot_started",
    "rebooting_hard",
    "reboot_pending_hard",
    "reboot_started_hard",
    "rebuilding",
    "rebuild_block_device_mapping",
    "rebuild_spawning",
    "migrating",
    "resize_prep",
    "resize_migrating",
    "resize_migrated",
    "resize_finish",
    "resize_reverting",
    "powering-off",
    "powering-on",
    "deleting",
    "deleteFailed",
    "updating",
    "desktopNetworkChanging",
];

/// Every optional field is missing somewhere.
pub(super) fn omit(desktop: &mut Desktop, dice: &mut Dice) {
    if !dice.happens(10) {
        return;
    }
    match dice.below(9) {
        0 => desktop.user_name = None,
        1 => desktop.ip_address = None,
        2 => desktop.session = None,
        3 => desktop.tags = None,
        4 => desktop.enterprise_project_id = None,
        5 => desktop.availability_zone = None,
        6 => desktop.os_host_name = None,
        7 => desktop.task_status = None,
        _ => desktop.status = None,
    }
}

/// What every world of some size must hold, at fixed numbers, so that luck leaves nothing out.
pub(super) fn peculiar(desktop: &mut Desktop, number: u64) {
    match number {
        11..=25 => {
            if let Some(name) = usize::try_from(number - 11).ok().and_then(people::peculiar) {
                desktop.user_name = Some(name);
            }
        }
        27 => desktop.status = Some("SUSPENDED_V2".into()),
        28 => desktop.session = Some("ROAMING".into()),
        29 => desktop.task_status = Some("quantum-moving".into()),
        30 => desktop.kind = Some("CONTAINERISED".into()),
        32 => desktop.lay_bare(),
        33 => "WKS-ŁÓDŹ-0033".clone_into(&mut desktop.computer_name),
        34 => "WKS-<b>LAB</b>-0034".clone_into(&mut desktop.computer_name),
        35 => {
            desktop.tags = Some(
                (0..10)
                    .map(|tag| Tag {
                        key: format!("{}-{tag}", "k".repeat(120)),
                        value: (tag != 9).then(|| "v".repeat(43)),
                    })
                    .collect(),
            );
        }
        40..=64 => {
            let task = usize::try_from(number - 40).unwrap_or(0);
            desktop.task_status = Some(TASKS[task].into());
        }
        _ => {}
    }
}
