//! What `ListDesktopsDetail` and `ShowDesktopDetail` show of a desktop.

use serde_json::{Map, Value, json};

use super::{AGENT_VERSION, Desktop, simple::AttachedUser};
use crate::{clock::Moment, dice::Dice};

/// `DesktopDetailInfo`, <https://support.huaweicloud.com/api-workspace/ListDesktopsDetail.html>: without `pool_id` and
/// `connect_status`, with `login_status`. `alone` is the single-desktop query, the only one that fills
/// `security_groups`.
pub(crate) fn detail(desktop: &Desktop, now: Moment, alone: bool) -> Value {
    let mut fields = Map::new();
    let mut put = |key: &str, value: Value| {
        if !value.is_null() {
            fields.insert(key.to_owned(), value);
        }
    };
    put("desktop_id", json!(desktop.id));
    put("computer_name", json!(desktop.computer_name));
    put("in_maintenance_mode", json!(desktop.flag.seen(now)));
    if desktop.bare {
        return Value::Object(fields);
    }
    put("os_host_name", json!(desktop.os_host_name));
    put("sid", json!(desktop.id));
    put("created", json!(desktop.created.detailed()));
    put("desktop_type", json!(desktop.kind));
    put("status", json!(desktop.status));
    put("task_status", json!(desktop.task_status));
    put("login_status", json!(desktop.session));
    put("user_name", json!(desktop.user_name));
    put("user_group", json!(desktop.user_group));
    put("user_list", json!(desktop.user_name.as_ref().map(|name| [name])));
    put("attach_user_infos", json!(AttachedUser::of(desktop)));
    put("enterprise_project_id", json!(desktop.enterprise_project_id));
    put("availability_zone", json!(desktop.availability_zone));
    put("subnet_id", json!(desktop.subnet_id));
    put("ou_name", json!(desktop.ou_name));
    put("tags", json!(desktop.tags));
    put("domain_status", json!(desktop.domain_status));
    put("ip_addresses", json!(desktop.ip_address.as_ref().map(|address| [address])));
    put("ipv4", json!(desktop.ip_address));
    hardware(desktop, alone, &mut put);
    Value::Object(fields)
}

/// What nobody filters by: the same for a desktop at every read, because its seed fixes it.
fn hardware(desktop: &Desktop, alone: bool, put: &mut impl FnMut(&str, Value)) {
    let mut dice = Dice::new(desktop.seed);
    let mac = format!("fa:16:3e:{:02x}:{:02x}:{:02x}", dice.below(256), dice.below(256), dice.below(256));
    if let Some(address) = &desktop.ip_address {
        put(
            "addresses",
            json!({ "workspace-vpc": [{
                "addr": address, "version": "4", "OS-EXT-IPS-MAC:mac_addr": mac, "OS-EXT-IPS:type": "fixed",
            }] }),
        );
    }
    let image = desktop.image();
    put(
        "metadata",
        json!(image.map(|image| json!({
            "image_name": image.name, "metering.image_id": image.id, "os_bit": "64", "os_type": image.os,
            "charging_mode": "0", "desktop_os_version": image.name,
        }))),
    );
    let size = dice.pick(&["workspace.c2.large.windows", "workspace.x86.ultimate.large2", "workspace.k1.xlarge"]);
    put("flavor", json!({ "id": size, "links": [] }));
    put("product_id", json!(size));
    put(
        "product",
        json!({
            "product_id": size, "flavor_id": size, "type": "BASE", "cpu": "4", "memory": "8192", "charge_mode": "1",
            "architecture": "x86", "is_gpu": false, "package_type": "general", "system_disk_size": "80",
        }),
    );
    put(
        "root_volume",
        json!({ "type": "SSD", "size": 80, "device": "/dev/sda", "id": dice.uuid(), "volume_id": dice.uuid() }),
    );
    let data = dice.happens(35).then(
        || json!({ "type": "SAS", "size": 100, "device": "/dev/sdb", "id": dice.uuid(), "volume_id": dice.uuid() }),
    );
    put("data_volumes", json!(data.into_iter().collect::<Vec<_>>()));
    put("os_version", json!(image.map(|image| image.name)));
    put("site_type", json!("CENTER"));
    put("site_name", json!("北京四中心站"));
    put("is_support_internet", json!(desktop.reaches_the_internet()));
    put("is_attaching_eip", json!(false));
    put("is_freeze", json!(false));
    put("isolated", json!(false));
    put("attach_state", json!(if desktop.user_name.is_some() { "ATTACHED" } else { "UNATTACH" }));
    put("agent_version", json!(AGENT_VERSION));
    if alone {
        put("security_groups", json!([{ "id": dice.uuid(), "name": "WorkspaceUserSecurityGroup" }]));
    }
}
