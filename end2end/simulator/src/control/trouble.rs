//! What the control address changes: the things that go wrong in a real cloud.

use std::{
    sync::{Arc, PoisonError, atomic::Ordering},
    time::Duration,
};

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Failure, Which, WhichIfAny, find};
use crate::{
    clock::now,
    cloud::Cloud,
    fault::{Fault, Operation},
    project::Workspace,
};

type Answered = Result<Json<Value>, Failure>;

fn nothing() -> Json<Value> {
    Json(json!({}))
}

/// `POST /_control/users/unlock`
pub(super) async fn unlock(State(cloud): State<Arc<Cloud>>, Json(which): Json<Which>) -> Answered {
    cloud.unlock(&*find(&cloud, &which.project)?);
    Ok(nothing())
}

#[derive(Debug, Deserialize)]
pub(super) struct WorkspacePlan {
    project: String,
    workspace: Workspace,
}

/// `POST /_control/workspace`
pub(super) async fn workspace(State(cloud): State<Arc<Cloud>>, Json(plan): Json<WorkspacePlan>) -> Answered {
    find(&cloud, &plan.project)?.state().workspace = plan.workspace;
    Ok(nothing())
}

/// `POST /_control/tokens/end`
pub(super) async fn end_tokens(State(cloud): State<Arc<Cloud>>, Json(which): Json<Which>) -> Answered {
    let project = find(&cloud, &which.project)?;
    let mut tokens = cloud.tokens.write().unwrap_or_else(PoisonError::into_inner);
    let ended = tokens.end_of_project(&project.id, now());
    Ok(Json(json!({ "ended": ended })))
}

#[derive(Debug, Deserialize)]
pub(super) struct Size {
    #[serde(default)]
    project: Option<String>,
    bytes: usize,
}

/// `POST /_control/tokens/size`
pub(super) async fn token_size(State(cloud): State<Arc<Cloud>>, Json(size): Json<Size>) -> Answered {
    if !(32..=40_000).contains(&size.bytes) {
        let sentence = "A token has 32 to 40000 characters.";
        return Err(Failure::new(StatusCode::BAD_REQUEST, sentence));
    }
    match size.project {
        Some(word) => find(&cloud, &word)?.state().token_bytes = Some(size.bytes),
        None => cloud.token_bytes.store(size.bytes, Ordering::Relaxed),
    }
    Ok(nothing())
}

#[derive(Debug, Deserialize)]
pub(super) struct Latency {
    #[serde(default)]
    project: Option<String>,
    #[serde(default = "any")]
    on: Operation,
    ms: u64,
}

const fn any() -> Operation {
    Operation::Any
}

/// `POST /_control/latency`
pub(super) async fn latency(State(cloud): State<Arc<Cloud>>, Json(plan): Json<Latency>) -> Answered {
    let wait = Duration::from_millis(plan.ms);
    match plan.project {
        Some(word) => find(&cloud, &word)?.state().latency.set(plan.on, wait),
        None => cloud.latency().set(plan.on, wait),
    }
    Ok(nothing())
}

#[derive(Debug, Deserialize)]
pub(super) struct Lag {
    project: String,
    ms: u64,
}

/// `POST /_control/lag`
pub(super) async fn lag(State(cloud): State<Arc<Cloud>>, Json(plan): Json<Lag>) -> Answered {
    find(&cloud, &plan.project)?.state().lag = Duration::from_millis(plan.ms);
    Ok(nothing())
}

#[derive(Debug, Deserialize)]
pub(super) struct FaultPlan {
    #[serde(default)]
    project: Option<String>,
    #[serde(flatten)]
    fault: Fault,
}

/// `POST /_control/fault`
pub(super) async fn fault(State(cloud): State<Arc<Cloud>>, Json(plan): Json<FaultPlan>) -> Answered {
    if let Some(complaint) = plan.fault.complaint() {
        return Err(Failure::new(StatusCode::BAD_REQUEST, complaint));
    }
    match plan.project {
        Some(word) => find(&cloud, &word)?.state().faults.plan(plan.fault),
        None => cloud.faults().plan(plan.fault),
    }
    Ok(nothing())
}

/// `POST /_control/faults/clear`
pub(super) async fn clear_faults(State(cloud): State<Arc<Cloud>>, Json(which): Json<WhichIfAny>) -> Answered {
    match which.project {
        Some(word) => find(&cloud, &word)?.state().faults.clear(),
        None => cloud.faults().clear(),
    }
    Ok(nothing())
}

#[derive(Debug, Deserialize)]
pub(super) struct Flip {
    project: String,
    desktop_id: String,
    in_maintenance_mode: bool,
}

/// `POST /_control/flip`
pub(super) async fn flip(State(cloud): State<Arc<Cloud>>, Json(plan): Json<Flip>) -> Answered {
    let project = find(&cloud, &plan.project)?;
    let flipped = project.state().set_flag(&plan.desktop_id, plan.in_maintenance_mode, now(), Duration::ZERO);
    if flipped { Ok(nothing()) } else { Err(no_desktop(&plan.desktop_id)) }
}

#[derive(Debug, Deserialize)]
pub(super) struct Removal {
    project: String,
    desktop_id: String,
}

/// `POST /_control/remove`
pub(super) async fn remove(State(cloud): State<Arc<Cloud>>, Json(plan): Json<Removal>) -> Answered {
    let removed = find(&cloud, &plan.project)?.state().remove(&plan.desktop_id);
    if removed { Ok(nothing()) } else { Err(no_desktop(&plan.desktop_id)) }
}

#[derive(Debug, Deserialize)]
pub(super) struct Down {
    down: bool,
}

/// `POST /_control/down`
pub(super) async fn down(State(cloud): State<Arc<Cloud>>, Json(plan): Json<Down>) -> Answered {
    cloud.down.store(plan.down, Ordering::Relaxed);
    Ok(nothing())
}

fn no_desktop(id: &str) -> Failure {
    Failure::new(StatusCode::NOT_FOUND, format!("There is no desktop {id} in this project."))
}
