//! What the control address changes: the things that go wrong in a real cloud.

use std::{
    sync::{Arc, PoisonError, atomic::Ordering},
    time::Duration,
};

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Failure, Which, find};
use crate::{clock::now, cloud::Cloud, fault::Fault, project::Workspace};

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
    bytes: usize,
}

/// `POST /_control/tokens/size`
pub(super) async fn token_size(State(cloud): State<Arc<Cloud>>, Json(size): Json<Size>) -> Answered {
    if !(32..=30_000).contains(&size.bytes) {
        let sentence = "A token has 32 to 30000 characters.";
        return Err(Failure::new(StatusCode::BAD_REQUEST, sentence));
    }
    cloud.token_bytes.store(size.bytes, Ordering::Relaxed);
    Ok(nothing())
}

#[derive(Debug, Deserialize)]
pub(super) struct Latency {
    #[serde(default)]
    project: Option<String>,
    ms: u64,
}

/// `POST /_control/latency`
pub(super) async fn latency(State(cloud): State<Arc<Cloud>>, Json(plan): Json<Latency>) -> Answered {
    match plan.project {
        Some(word) => find(&cloud, &word)?.state().latency = Duration::from_millis(plan.ms),
        None => cloud.latency_ms.store(plan.ms, Ordering::Relaxed),
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
    project: String,
    #[serde(flatten)]
    fault: Fault,
}

/// `POST /_control/fault`
pub(super) async fn fault(State(cloud): State<Arc<Cloud>>, Json(plan): Json<FaultPlan>) -> Answered {
    let project = find(&cloud, &plan.project)?;
    if let Some(complaint) = plan.fault.complaint() {
        return Err(Failure::new(StatusCode::BAD_REQUEST, complaint));
    }
    project.state().faults.push(plan.fault);
    Ok(nothing())
}

/// `POST /_control/faults/clear`
pub(super) async fn clear_faults(State(cloud): State<Arc<Cloud>>, Json(which): Json<Which>) -> Answered {
    find(&cloud, &which.project)?.state().faults.clear();
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
