//! Desktop pools: what their list and their detail show, and their own maintenance flag.

use serde_json::{Value, json};

use crate::{
    clock::Moment,
    desktop::{Desktop, Flag},
    dice::Dice,
};

const NAMES: [&str; 6] = ["Finance", "Developers", "Training room", "Night shift", "Contractors", "Laboratory"];

/// A pool. It exists because desktops are in it.
#[derive(Debug, Clone)]
pub(crate) struct Pool {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) dynamic: bool,
    pub(crate) enterprise_project_id: String,
    pub(crate) description: String,
    /// Setting it leaves the flags of the desktops alone.
    pub(crate) flag: Flag,
    created: Moment,
}

impl Pool {
    /// The pool of this id, the `position`th one of its project.
    pub(crate) fn new(id: &str, position: usize) -> Self {
        let dice = Dice::of(&[id]).next();
        let name = NAMES.get(position).map_or_else(|| format!("Pool {}", position + 1), |name| (*name).to_owned());
        Self {
            id: id.to_owned(),
            name,
            dynamic: position.is_multiple_of(2),
            enterprise_project_id: "0".to_owned(),
            description: String::new(),
            flag: Flag::new(Some(false)),
            created: Moment::from_seconds(1_700_000_000 + dice % 4_000_000),
        }
    }

    /// The word of `type`.
    pub(crate) const fn kind(&self) -> &'static str {
        if self.dynamic { "DYNAMIC" } else { "STATIC" }
    }

    /// `SimpleDesktopPoolInfo`, the same in the list and alone.
    /// <https://support.huaweicloud.com/api-workspace/ListDesktopPools.html>
    pub(crate) fn shown(&self, desktops: &[Desktop], now: Moment) -> Value {
        let own = || desktops.iter().filter(|desktop| desktop.pool_id.as_deref() == Some(&self.id));
        let used = own().filter(|desktop| desktop.user_name.is_some()).count();
        json!({
            "id": self.id,
            "name": self.name,
            "type": self.kind(),
            "description": self.description,
            "created_time": self.created.detailed(),
            "charging_mode": "1",
            "desktop_count": own().count(),
            "desktop_used": used,
            "availability_zone": own().find_map(|desktop| desktop.availability_zone.as_ref()),
            "subnet_ids": own().map(|desktop| &desktop.subnet_id).take(1).collect::<Vec<_>>(),
            "image_name": "Windows 11 Enterprise 64bit",
            "image_os_type": "Windows",
            "data_volumes": [],
            "security_groups": [],
            "disconnected_retention_period": 60,
            "enable_autoscale": self.dynamic,
            "status": "STEADY",
            "enterprise_project_id": self.enterprise_project_id,
            "in_maintenance_mode": self.flag.seen(now),
            "tags": [],
            "isolation_num": 0,
        })
    }
}
