//! The one call that changes anything.

use domain::desktop::DesktopId;
use domain::maintenance::outcome::PutOutcome;
use http::Method;
use serde::Serialize;
use service::secret::Access;

use crate::client::{Call, Client, Failure};
use crate::error;

/// `BatchSetMaintenanceModeReq`, exactly the two documented fields
/// (<https://support.huaweicloud.com/intl/en-us/api-workspace/SetMaintenanceMode.html>).
#[derive(Serialize)]
struct SetMaintenanceMode<'a> {
    desktop_ids: &'a [DesktopId],
    in_maintenance_mode: bool,
}

/// `SetMaintenanceMode`. A call without ids is never sent: what it would mean is not documented.
pub(crate) async fn set(client: &Client, access: &Access, ids: &[DesktopId], wanted: bool) -> PutOutcome {
    let body = serde_json::to_string(&SetMaintenanceMode { desktop_ids: ids, in_maintenance_mode: wanted });
    let (Ok(body), false) = (body, ids.is_empty()) else { return PutOutcome::NotSentOut };
    let values = [access.project.id.as_str()];
    let mut call = Call::new(Method::PUT, "/v2/{project_id}/desktops/maintenance-mode", &values);
    call.token = Some(&access.token);
    call.json = Some(body);
    call.ids = ids.len();
    match client.send(call).await {
        Ok(received) => PutOutcome::Answered(error::read_answer(&received)),
        Err(Failure::NotSentOut) => PutOutcome::NotSentOut,
        Err(Failure::NoAnswer(why)) => PutOutcome::NoAnswer(why),
    }
}
