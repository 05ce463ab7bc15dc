//! The control address: fresh projects, trouble on demand, and what really happened.

mod access;
mod fresh;
mod identity;
mod trouble;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    cloud::Cloud,
    project::{Job, Project},
    record::Call,
};

/// The routes of the control address.
pub(crate) fn routes(cloud: Arc<Cloud>) -> Router {
    Router::new()
        .route("/_control/projects", post(fresh::project).get(projects))
        .route("/_control/users", post(fresh::user))
        .route("/_control/users/unlock", post(trouble::unlock))
        .route("/_control/users/mfa", post(access::mfa))
        .route("/_control/users/passcode", get(access::passcode))
        .route("/_control/users/keys", post(access::keys))
        .route("/_control/users/decode", post(access::decode))
        .route("/_control/clock", post(access::clock))
        .route("/_control/identity_providers", post(identity::provider))
        .route("/_control/identity_providers/rules", post(identity::add_rules))
        .route("/_control/add", post(fresh::desktop))
        .route("/_control/workspace", post(trouble::workspace))
        .route("/_control/tokens/end", post(trouble::end_tokens))
        .route("/_control/tokens/size", post(trouble::token_size))
        .route("/_control/latency", post(trouble::latency))
        .route("/_control/lag", post(trouble::lag))
        .route("/_control/fault", post(trouble::fault))
        .route("/_control/faults/clear", post(trouble::clear_faults))
        .route("/_control/flip", post(trouble::flip))
        .route("/_control/remove", post(trouble::remove))
        .route("/_control/down", post(trouble::down))
        .route("/_control/calls", get(calls).delete(forget_calls))
        .route("/_control/desktops", get(desktops))
        .route("/_control/notifications", get(notifications))
        .fallback(|| async { Failure::new(StatusCode::NOT_FOUND, "There is no such control call.") })
        .with_state(cloud)
}

/// A control call that could not be done, and why.
#[derive(Debug)]
struct Failure {
    status: StatusCode,
    sentence: String,
}

impl Failure {
    fn new(status: StatusCode, sentence: impl Into<String>) -> Self {
        Self { status, sentence: sentence.into() }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "error": self.sentence }))).into_response()
    }
}

/// The one project with this id or name.
fn find(cloud: &Cloud, word: &str) -> Result<Arc<Project>, Failure> {
    let mut found = cloud.projects_called(word);
    match (found.len(), found.pop()) {
        (1, Some(project)) => Ok(project),
        (0, _) => Err(Failure::new(StatusCode::NOT_FOUND, format!("There is no project {word}."))),
        (count, _) => {
            Err(Failure::new(StatusCode::CONFLICT, format!("{count} projects are named {word}: use the id.")))
        }
    }
}

#[derive(Debug, Deserialize)]
struct Which {
    project: String,
}

#[derive(Debug, Deserialize)]
struct WhichIfAny {
    #[serde(default)]
    project: Option<String>,
}

async fn projects(State(cloud): State<Arc<Cloud>>) -> Json<Value> {
    let all = cloud.projects();
    let shown = all.iter().map(|project| {
        let desktops = project.state().desktops().len();
        json!({ "account": project.account, "project": project.name, "project_id": project.id, "desktops": desktops })
    });
    Json(shown.collect())
}

async fn calls(State(cloud): State<Arc<Cloud>>, Query(which): Query<WhichIfAny>) -> Result<Json<Vec<Call>>, Failure> {
    Ok(Json(match which.project {
        Some(word) => find(&cloud, &word)?.state().record.calls(),
        None => cloud.unplaced().calls(),
    }))
}

async fn forget_calls(
    State(cloud): State<Arc<Cloud>>,
    Query(which): Query<WhichIfAny>,
) -> Result<Json<Value>, Failure> {
    match which.project {
        Some(word) => find(&cloud, &word)?.state().record.clear(),
        None => cloud.unplaced().clear(),
    }
    Ok(Json(json!({})))
}

async fn desktops(State(cloud): State<Arc<Cloud>>, Query(which): Query<Which>) -> Result<Json<Value>, Failure> {
    let now = crate::clock::now();
    let project = find(&cloud, &which.project)?;
    let state = project.state();
    let shown = state.desktops().iter().map(|desktop| {
        json!({
            "desktop_id": desktop.id,
            "computer_name": desktop.computer_name,
            "in_maintenance_mode": desktop.flag.truth(),
            "seen": desktop.flag.seen(now),
            "status": desktop.status,
            "connect_status": desktop.session,
            "sentinel": desktop.sentinel.map(crate::desktop::Sentinel::word),
        })
    });
    Ok(Json(shown.collect()))
}

async fn notifications(State(cloud): State<Arc<Cloud>>, Query(which): Query<Which>) -> Result<Json<Value>, Failure> {
    let project = find(&cloud, &which.project)?;
    let told = project.state().jobs().iter().map(Job::told).collect();
    Ok(Json(told))
}
