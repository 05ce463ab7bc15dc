//! What `ListDesktops` shows of a desktop.

use serde::Serialize;

use super::{Desktop, Tag, user_id};
use crate::clock::Moment;

/// `SimpleDesktopInfo`, <https://support.huaweicloud.com/api-workspace/ListDesktops.html>.
#[derive(Debug, Serialize)]
pub(crate) struct Simple<'a> {
    desktop_id: &'a str,
    computer_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_maintenance_mode: Option<bool>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    rest: Option<Rest<'a>>,
}

#[derive(Debug, Serialize)]
struct Rest<'a> {
    project_id: &'a str,
    created: String,
    sid: String,
    user_group: &'a str,
    subnet_id: &'a str,
    domain_status: u8,
    #[serde(flatten)]
    optional: Optional<'a>,
}

#[derive(Debug, Serialize)]
struct Optional<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    os_host_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_address: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attach_user_infos: Option<[AttachedUser<'a>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ou_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enterprise_project_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<&'a [Tag]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    desktop_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    task_status: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    availability_zone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connect_status: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pool_id: Option<&'a str>,
}

/// `AttachInstancesUserInfo`, the same in both lists.
#[derive(Debug, Serialize)]
pub(super) struct AttachedUser<'a> {
    user_id: String,
    user_name: &'a str,
    user_group: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
}

impl<'a> AttachedUser<'a> {
    /// The one user that a desktop of this simulator has, if it has one.
    pub(super) fn of(desktop: &'a Desktop) -> Option<[Self; 1]> {
        let attached =
            |user_name| Self { user_id: user_id(user_name), user_name, user_group: desktop.user_group, kind: "USER" };
        desktop.user_name.as_deref().map(|user_name| [attached(user_name)])
    }
}

impl<'a> Simple<'a> {
    /// The shape of this desktop as a reader sees it now.
    pub(crate) fn of(desktop: &'a Desktop, project_id: &'a str, now: Moment) -> Self {
        Self {
            desktop_id: &desktop.id,
            computer_name: &desktop.computer_name,
            in_maintenance_mode: desktop.flag.seen(now),
            rest: (!desktop.bare).then(|| Rest {
                project_id,
                created: desktop.created.plain(),
                sid: desktop.id.clone(),
                user_group: desktop.user_group,
                subnet_id: &desktop.subnet_id,
                domain_status: desktop.domain_status,
                optional: Optional {
                    os_host_name: desktop.os_host_name.as_deref(),
                    ip_address: desktop.ip_address.as_deref(),
                    user_name: desktop.user_name.as_deref(),
                    attach_user_infos: AttachedUser::of(desktop),
                    ou_name: desktop.ou_name.as_deref(),
                    enterprise_project_id: desktop.enterprise_project_id.as_deref(),
                    tags: desktop.tags.as_deref(),
                    desktop_type: desktop.kind.as_deref(),
                    status: desktop.status.as_deref(),
                    task_status: desktop.task_status.as_deref(),
                    availability_zone: desktop.availability_zone.as_deref(),
                    connect_status: desktop.session.as_deref(),
                    pool_id: desktop.pool_id.as_deref(),
                },
            }),
        }
    }
}
