//! The front of the main address: limits, request ids, routing, tokens, latency, faults and the record, for every call.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, Response},
};

use crate::{
    answer::Answer,
    clock::now,
    cloud::{Admission, Cloud},
    dice::unseeded_uuid,
    fault::Operation,
    iam,
    project::Project,
    record, workspace,
};

/// The gateway refuses larger bodies. <https://github.com/huaweicloudDocs/apig>, error code .0201.
const BODY_LIMIT: usize = 12 * 1024 * 1024;
/// The gateway refuses a larger single header, with status 494.
const HEADER_LIMIT: usize = 32 * 1024;

/// One call that has passed the limits.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) headers: HeaderMap,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Bytes,
    pub(crate) request_id: String,
}

impl Call {
    /// A header as text; `None` when it is absent or not text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// What a service hands back: its answer, and what the record keeps about the call.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) answer: Answer,
    pub(crate) project: Option<Arc<Project>>,
    pub(crate) desktop_ids: Option<Vec<String>>,
    pub(crate) in_maintenance_mode: Option<bool>,
}

impl Done {
    /// Performs an operation after its wait, unless a planned fault prevents it.
    pub(crate) async fn after_trouble(
        cloud: &Cloud,
        project: Option<Arc<Project>>,
        operation: Operation,
        performance: impl Future<Output = Answer>,
    ) -> Self {
        tokio::time::sleep(cloud.wait(project.as_deref(), operation)).await;
        let answer = match cloud.take_fault(project.as_deref(), operation) {
            None => performance.await,
            Some(fault) => {
                if fault.applies() {
                    performance.await;
                }
                fault.answer()
            }
        };
        Self::new(answer, project)
    }

    /// An answer of a call to a project, if it is known.
    pub(crate) const fn new(answer: Answer, project: Option<Arc<Project>>) -> Self {
        Self { answer, project, desktop_ids: None, in_maintenance_mode: None }
    }
}

/// Answers one call of the main address.
pub(crate) async fn handle(State(cloud): State<Arc<Cloud>>, request: Request) -> Response<Body> {
    let arrived = now();
    let (parts, body) = request.into_parts();
    let request_id = unseeded_uuid().simple().to_string();
    let too_large = parts.headers.values().any(|value| value.len() > HEADER_LIMIT);
    let done = if too_large {
        let answer = Answer::gateway(494, "0201", "Request header too large.", &request_id);
        Done::new(answer, None)
    } else if let Ok(body) = to_bytes(body, BODY_LIMIT).await {
        let query = axum::extract::Query::try_from_uri(&parts.uri).map(|query| query.0).unwrap_or_default();
        let call = Call { headers: parts.headers, query, body, request_id: request_id.clone() };
        route(&cloud, &parts.method, parts.uri.path(), &call).await
    } else {
        let answer = Answer::gateway(413, "0201", "Request entity too large.", &request_id);
        Done::new(answer, None)
    };
    let kept = record::Call {
        at_ms: arrived.millis_since(cloud.started),
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        status: done.answer.status(),
        desktop_ids: done.desktop_ids,
        in_maintenance_mode: done.in_maintenance_mode,
        request_id: request_id.clone(),
    };
    match &done.project {
        Some(project) => project.state().record.keep(kept),
        None => cloud.unplaced().keep(kept),
    }
    done.answer.into_response(&request_id)
}

async fn route(cloud: &Cloud, method: &Method, path: &str, call: &Call) -> Done {
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match (method, segments.as_slice()) {
        (&Method::POST, ["v3", "auth", "tokens"]) => iam::issue(cloud, call).await,
        (&Method::GET, ["v3", "auth", "tokens"]) => iam::validate(cloud, call),
        // Not published, but a test may want to see that it was tried, and for which project.
        (&Method::DELETE, ["v3", "auth", "tokens"]) => Done::new(unpublished(call), iam::project_of(cloud, call)),
        (&Method::GET, ["v3", "auth", "projects"]) => iam::projects(cloud, call).await,
        (&Method::POST, ["v3.0", "OS-AUTH", "id-token", "tokens"]) => iam::exchange(cloud, call).await,
        (&Method::GET, ["v2", project, "desktops"]) => {
            workspace::call(cloud, call, project, Operation::List, None).await
        }
        (&Method::GET, ["v2", project, "desktops", "detail"]) => {
            workspace::call(cloud, call, project, Operation::Detail, None).await
        }
        (&Method::PUT, ["v2", project, "desktops", "maintenance-mode"]) => {
            workspace::call(cloud, call, project, Operation::Put, None).await
        }
        (&Method::GET, ["v2", project, "desktops", id]) if !id.is_empty() => {
            workspace::call(cloud, call, project, Operation::Show, Some(id)).await
        }
        _ => Done::new(unpublished(call), None),
    }
}

fn unpublished(call: &Call) -> Answer {
    let message = "The API does not exist or has not been published in the environment.";
    Answer::gateway(404, "0101", message, &call.request_id)
}

/// The project that the call's token is scoped to, if it is the project of the path.
///
/// # Errors
/// The gateway's own refusal: 401 for the token, 403 for the project.
pub(crate) fn admit(cloud: &Cloud, call: &Call, project_id: &str) -> Result<Arc<Project>, Answer> {
    let refuse = |status, number, message| Err(Answer::gateway(status, number, message, &call.request_id));
    let Some(text) = call.header("x-auth-token") else {
        let message = "Incorrect IAM authentication information: x-auth-token not found";
        return refuse(401, "0301", message);
    };
    let tokens = cloud.tokens.read().unwrap_or_else(std::sync::PoisonError::into_inner);
    let token = match tokens.look_up(text, now()) {
        Admission::Valid(token) => token,
        Admission::Ended => return refuse(401, "0307", "The token must be updated."),
        Admission::Unknown => {
            let message = "Incorrect IAM authentication information: decrypt token fail";
            return refuse(401, "0301", message);
        }
    };
    drop(tokens);
    let of_path = token.project.is_some_and(|(id, _)| id == project_id);
    match cloud.project(project_id).filter(|_| of_path) {
        Some(project) => Ok(project),
        None => refuse(403, "0310", "The project is unavailable."),
    }
}
