//! What the Workspace service says when it refuses. Every code and text that is a guess stands here and in
//! `DIFFERENCES.md`.

use serde_json::{Map, Value, json};

use crate::{
    answer::Answer,
    cloud::{REGION, Token},
    desktop::{Desktop, Tag},
    project::Project,
    sealed::seal,
};

/// Documented: "request failed, parameter validation".
const VALIDATION: &str = "WKS.00129901";
/// Guessed: no document names a code for a missing permission.
const NOT_ALLOWED: &str = "WKS.00000403";
/// Guessed: no document names a code for an unknown desktop.
const NO_SUCH_DESKTOP: &str = "WKS.00010005";
/// Documented for desktop pools: operation conflict.
const CONFLICT: &str = "WKS.00010032";
/// Guessed: no document names a code for an internal error.
const INTERNAL: &str = "WKS.00000001";

fn refuse(status: u16, code: &str, message: &str, detail: &str) -> Answer {
    Answer::json(status, &json!({ "error_code": code, "error_msg": message, "error_detail": detail }))
}

/// 400: a parameter breaks a documented limit.
pub(crate) fn invalid(parameter: &str, reason: &str) -> Answer {
    refuse(
        400,
        VALIDATION,
        &format!(
            "Parameter verification failed. The parameter {parameter} is invalid. Check the parameter and try again."
        ),
        &format!("{parameter}: {reason}"),
    )
}

/// Who was refused what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refused<'a> {
    pub(crate) holder: &'a Token,
    pub(crate) project: &'a Project,
    /// Such as `workspace:desktops:list`.
    pub(crate) action: &'a str,
}

impl Refused<'_> {
    /// 403 with the encoded message that STS can decode: a policy does not allow the action on this desktop.
    pub(crate) fn desktop(self, desktop: &Desktop) -> Answer {
        let detail =
            format!("The policy does not allow the action on the desktop {} ({}).", desktop.computer_name, desktop.id);
        let tag = |tag: &Tag| (format!("g:ResourceTag/{}", tag.key), json!(tag.value));
        let mut condition: Map<_, _> = desktop.tags.iter().flatten().map(tag).collect();
        condition.insert("g:EnterpriseProjectId".into(), json!(desktop.enterprise_project_id));
        self.answer(&detail, &format!("desktop:{}", desktop.id), &condition)
    }

    /// 403: the user may not call this operation at all.
    pub(crate) fn anything(self) -> Answer {
        self.answer(&format!("Policy doesn't allow {} to be performed.", self.action), "desktop:*", &Map::new())
    }

    /// Documented of what STS decodes are `context` with `user_profile` and `failure`; the rest is a guess.
    fn answer(self, detail: &str, resource: &str, condition: &Map<String, Value>) -> Answer {
        let Self { holder, project, action } = self;
        let document = json!({
            "context": {
                "user_profile": {
                    "domain_id": holder.account_id, "domain_name": holder.account,
                    "user_id": holder.user_id, "user_name": holder.user_name,
                },
                "action": action,
                "resource": format!("workspace:{REGION}:{}:{resource}", holder.account_id),
                "condition": condition,
                "project_id": project.id,
            },
            "failure": "implicit deny by identity-based policy",
        });
        Answer::json(
            403,
            &json!({
                "error_code": NOT_ALLOWED,
                "error_msg": format!("You are not authorized to perform the action {action}."),
                "error_detail": detail,
                "encoded_authorization_message": seal(&document),
            }),
        )
    }
}

/// 400 `WKS.0001`: a desktop pool that the project does not have, as the Terraform provider reads it.
pub(crate) fn no_such_pool(id: &str) -> Answer {
    refuse(400, "WKS.0001", "The desktop pool does not exist.", &format!("No desktop pool was found with the ID {id}."))
}

/// 404: a job that the project does not have.
pub(crate) fn no_such_job(id: &str) -> Answer {
    refuse(404, NO_SUCH_DESKTOP, "The job does not exist.", &format!("No job was found with the ID {id}."))
}

/// 404: a desktop that the project does not hold, or a sentinel that claims so.
pub(crate) fn no_such_desktop(id: &str) -> Answer {
    refuse(404, NO_SUCH_DESKTOP, "The desktop does not exist.", &format!("No desktop was found with the ID {id}."))
}

/// 409 with the text of <https://github.com/huaweicloud/terraform-provider-huaweicloud> (desktop pools).
pub(crate) fn conflict(desktop: &Desktop, operation: &str) -> Answer {
    let status = desktop.task_status.as_deref().filter(|task| !task.is_empty());
    let status = status.or(desktop.status.as_deref()).unwrap_or("UNKNOWN");
    refuse(
        409,
        CONFLICT,
        &format!(
            "Operation conflict. The desktop current instance status is [{status}] and deny operation \
             [{operation}], resource id [{}].",
            desktop.id
        ),
        "Wait until the current operation on the desktop has ended and try again.",
    )
}

/// 500.
pub(crate) fn broken(desktop: &Desktop) -> Answer {
    refuse(
        500,
        INTERNAL,
        "Internal service error.",
        &format!("The request for the desktop {} could not be completed.", desktop.id),
    )
}

/// 403 `WKS.00010099`: the Workspace service is disabled for this tenant.
pub(crate) fn service_disabled() -> Answer {
    refuse(
        403,
        "WKS.00010099",
        "The Workspace service is disabled.",
        "The tenant has not subscribed to the Workspace service.",
    )
}

/// 400 `WKS.00170117`: the tenant does not exist in Workspace.
pub(crate) fn no_such_tenant() -> Answer {
    refuse(
        400,
        "WKS.00170117",
        "The tenant does not exist.",
        "The Workspace service has not been enabled for this project.",
    )
}
