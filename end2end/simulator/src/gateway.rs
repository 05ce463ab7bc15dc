//! The front of the main address: limits, request ids, routing, tokens, latency, faults and the record, for every call.

mod admission;

use std::sync::Arc;

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, Response, Uri},
};

use crate::{
    answer::Answer,
    clock::now,
    cloud::Cloud,
    dice::unseeded_uuid,
    enterprise,
    fault::{Fault, Kind, Operation},
    iam,
    project::Project,
    record,
    signature::Signed,
    sts, workspace,
    world::World,
};

pub(crate) use admission::{Admitted, admit, holder, signer, unsigned};

/// The gateway refuses larger bodies. <https://github.com/huaweicloudDocs/apig>, error code .0201.
const BODY_LIMIT: usize = 12 * 1024 * 1024;
/// The gateway refuses a larger single header, with status 494.
const HEADER_LIMIT: usize = 32 * 1024;

/// One call that has passed the limits.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
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

    /// What a signature of the call covers.
    pub(crate) fn signed(&self) -> Signed<'_> {
        Signed {
            method: self.method.as_str(),
            path: self.uri.path(),
            query: self.uri.query().unwrap_or_default(),
            headers: &self.headers,
            body: &self.body,
        }
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
        call: &Call,
        project: Option<Arc<Project>>,
        operation: Operation,
        performance: impl Future<Output = Answer>,
    ) -> Self {
        tokio::time::sleep(cloud.wait(project.as_deref(), operation)).await;
        let answer = match cloud.take_fault(project.as_deref(), operation) {
            None => performance.await,
            Some(fault) => {
                let right = if fault.applies() { Some(performance.await) } else { None };
                shift(cloud, project.as_deref(), &fault);
                fault.answer(right, operation, &call.request_id)
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
        let (method, uri, headers) = (parts.method.clone(), parts.uri.clone(), parts.headers);
        let call = Call { method, uri, headers, query, body, request_id: request_id.clone() };
        route(&cloud, &call).await
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

/// Changes the list of desktops between two pages, where the fault is one that does.
fn shift(cloud: &Cloud, project: Option<&Project>, fault: &Fault) {
    match (project, fault.kind) {
        (Some(project), Kind::Grows) => {
            let number = cloud.next_number();
            let desktop = World::new(cloud.seed, number).named(format!("AAA-0-newcomer-{number:04}"));
            project.state().add(desktop);
        }
        (Some(project), Kind::Shrinks) => {
            let mut state = project.state();
            let first = state.desktops().iter().find(|desktop| desktop.sentinel.is_none());
            if let Some(id) = first.map(|desktop| desktop.id.clone()) {
                state.remove(&id);
            }
        }
        _ => {}
    }
}

async fn route(cloud: &Cloud, call: &Call) -> Done {
    let segments: Vec<&str> = call.uri.path().trim_start_matches('/').split('/').collect();
    match (&call.method, segments.as_slice()) {
        (&Method::POST, ["v3", "auth", "tokens"]) => iam::issue(cloud, call).await,
        (&Method::GET, ["v3", "auth", "tokens"]) => iam::validate(cloud, call),
        // Not published, but a test may want to see that it was tried, and for which project.
        (&Method::DELETE, ["v3", "auth", "tokens"]) => Done::new(unpublished(call), iam::project_of(cloud, call)),
        (&Method::GET, ["v3", "auth", "projects"]) => iam::projects(cloud, call).await,
        (&Method::POST, ["v3.0", "OS-AUTH", "id-token", "tokens"]) => iam::exchange(cloud, call).await,
        (&Method::POST, ["v3.0", "OS-CREDENTIAL", "securitytokens"]) => iam::temporary_keys(cloud, call).await,
        (&Method::POST, ["v5", "decode-authorization-message"]) => sts::decode(cloud, call).await,
        (&Method::GET, ["v1.0", "enterprise-projects"]) => enterprise::list(cloud, call).await,
        (method, ["v2", project, path @ ..]) => match workspace::operation(method, path) {
            Some((operation, part)) => workspace::call(cloud, call, project, operation, part).await,
            None => Done::new(unpublished(call), None),
        },
        _ => Done::new(unpublished(call), None),
    }
}

fn unpublished(call: &Call) -> Answer {
    let message = "The API does not exist or has not been published in the environment.";
    Answer::gateway(404, "0101", message, &call.request_id)
}
