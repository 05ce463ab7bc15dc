//! The projects that the holder of a token may enter.

use serde_json::{Value, json};

use super::{UNAUTHENTICATED, look_up, project_of_token};
use crate::{
    answer::Answer,
    cloud::{Admission, Cloud, REGION, Token},
    fault::Operation,
    gateway::{Call, Done},
};

/// `GET /v3/auth/projects` with any valid token.
/// <https://support.huaweicloud.com/api-iam/iam_06_0003.html>
pub(crate) async fn projects(cloud: &Cloud, call: &Call) -> Done {
    let held = look_up(cloud, call.header("x-auth-token"));
    let project = match &held {
        Admission::Valid(token) => project_of_token(cloud, token),
        _ => None,
    };
    let performance = async {
        match &held {
            Admission::Valid(token) => Answer::json(200, &list(cloud, token)).with("x-iam-trace-id", &call.request_id),
            _ => Answer::keystone(401, UNAUTHENTICATED),
        }
    };
    Done::after_trouble(cloud, call, project, Operation::Projects, performance).await
}

fn list(cloud: &Cloud, token: &Token) -> Value {
    let region = cloud.project_in(&token.account, None, Some(REGION));
    let projects = cloud.projects_of(token);
    let shown = projects.iter().map(|project| {
        let above = region.as_ref().filter(|region| region.id != project.id);
        json!({
            "id": project.id,
            "name": project.name,
            "description": "",
            "domain_id": token.account_id,
            "parent_id": above.map_or(&token.account_id, |region| &region.id),
            "enabled": true,
            "is_domain": false,
            "links": { "self": format!("{}/v3/projects/{}", cloud.url, project.id) },
        })
    });
    let shown: Value = shown.collect();
    json!({ "projects": shown, "links": { "self": format!("{}/v3/auth/projects", cloud.url) } })
}
