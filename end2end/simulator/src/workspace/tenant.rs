//! What the tenant is: its status and its availability zones.

use serde_json::{Value, json};

use super::Asked;
use crate::{answer::Answer, world::ZONES};

/// `ListWorkspaces`.
pub(super) fn show(status: &str, asked: Asked<'_>) -> Answer {
    let open = status != "CLOSED";
    Answer::json(
        200,
        &json!({
            "id": asked.project.id,
            "is_global": false,
            "ad_domains": { "domain_type": "LITE_AD", "domain_name": "" },
            "access_mode": "INTERNET",
            "internet_access_address": if open { "desktops.example.invalid" } else { "" },
            "internet_access_port": "8443",
            "status": status,
            "access_status": if open { "OPENED" } else { "CLOSED" },
            "closable": open,
            "config_status": "",
            "progress": "",
            "enterprise_id": asked.holder.account,
            "enterprise_project_id": "0",
            "is_send_email": true,
            "site_configs": [{ "site_id": "CENTER", "site_type": "CENTER", "status": status, "availability_zones": ZONES }],
        }),
    )
}

/// `ListAvailabilityZones`.
pub(super) fn zones() -> Answer {
    let shown = ZONES.iter().enumerate().map(|(position, zone)| {
        let number = position + 1;
        json!({
            "availability_zone": zone,
            "display_name": format!("AZ{number}"),
            "i18n": { "zh_cn": format!("可用区{number}"), "en_us": format!("AZ{number}") },
            "sold_out": { "products": [] },
            "product_ids": [],
            "visible": true,
            "default_availability_zone": position == 0,
        })
    });
    let shown: Vec<Value> = shown.collect();
    Answer::json(200, &json!({ "total_count": shown.len(), "availability_zones": shown }))
}
