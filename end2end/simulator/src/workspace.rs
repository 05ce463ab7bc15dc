//! The Workspace service: two lists, one desktop, and the maintenance call.

mod filter;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    answer::Answer,
    clock::now,
    cloud::Cloud,
    desktop::{Desktop, Sentinel, Simple, detail},
    fault::Operation,
    gateway::{Call, Done, admit},
    project::{Project, State, Workspace},
    refusal,
};

use filter::Question;

/// No document limits the batch; every sibling call takes 1 to 100 ids of at most 255 characters.
const BATCH_LIMIT: usize = 100;
const ID_LENGTH: usize = 255;

#[derive(Debug, Deserialize)]
struct Change {
    desktop_ids: Vec<String>,
    in_maintenance_mode: bool,
}

/// The body of both lists.
#[derive(Debug, Serialize)]
struct Page<T> {
    total_count: usize,
    desktops: Vec<T>,
}

/// Answers one call to the Workspace service. `desktop` is the last part of the path of a single-desktop query.
pub(crate) async fn call(
    cloud: &Cloud,
    call: &Call,
    project_id: &str,
    operation: Operation,
    desktop: Option<&str>,
) -> Done {
    let change =
        matches!(operation, Operation::Put).then(|| serde_json::from_slice::<Change>(&call.body).ok()).flatten();
    let ids = match (&change, operation) {
        (Some(change), _) => Some(change.desktop_ids.clone()),
        (None, Operation::Detail) => filter::ids(&call.query),
        _ => None,
    };
    let wanted = change.as_ref().map(|change| change.in_maintenance_mode);
    let done = |answer, project| Done { desktop_ids: ids, in_maintenance_mode: wanted, ..Done::new(answer, project) };
    let project = match admit(cloud, call, project_id) {
        Ok(project) => project,
        Err(answer) => return done(answer, cloud.project(project_id)),
    };
    let performance = async { perform(&project, call, operation, desktop, change) };
    let plain = Done::after_trouble(cloud, Some(project.clone()), operation, performance).await;
    done(plain.answer, plain.project)
}

fn perform(
    project: &Project,
    call: &Call,
    operation: Operation,
    desktop: Option<&str>,
    change: Option<Change>,
) -> Answer {
    let mut state = project.state();
    match (state.workspace, operation) {
        (Workspace::Disabled403, _) => return refusal::service_disabled(),
        (Workspace::Missing400, _) => return refusal::no_such_tenant(),
        (Workspace::MayNotList, Operation::List) => return refusal::forbidden_action("workspace:desktops:list"),
        (Workspace::MayNotList, Operation::Detail) => {
            return refusal::forbidden_action("workspace:desktops:listDetail");
        }
        _ => {}
    }
    match operation {
        Operation::Put => set(&mut state, call, change),
        Operation::List => list(&state, call, &project.id),
        Operation::Detail => list_detail(&state, call),
        // The other words are no calls to Workspace and never get here.
        _ => show(&state, desktop.unwrap_or_default()),
    }
}

/// `ListDesktops`. <https://support.huaweicloud.com/api-workspace/ListDesktops.html>
fn list(state: &State, call: &Call, project_id: &str) -> Answer {
    let now = now();
    let question = match Question::of_list(&call.query) {
        Ok(question) => question,
        Err(answer) => return answer,
    };
    let (total_count, page) = question.answer(state, now);
    let desktops: Vec<_> = page.iter().map(|desktop| Simple::of(desktop, project_id, now)).collect();
    Answer::json(200, &Page { total_count, desktops })
}

/// `ListDesktopsDetail`. <https://support.huaweicloud.com/api-workspace/ListDesktopsDetail.html>
fn list_detail(state: &State, call: &Call) -> Answer {
    let now = now();
    let question = match Question::of_detail(&call.query) {
        Ok(question) => question,
        Err(answer) => return answer,
    };
    let (total_count, page) = question.answer(state, now);
    let desktops: Vec<_> = page.iter().map(|desktop| detail(desktop, now, false)).collect();
    Answer::json(200, &Page { total_count, desktops })
}

/// `ShowDesktopDetail`. <https://support.huaweicloud.com/api-workspace/ShowDesktopDetail.html>
fn show(state: &State, id: &str) -> Answer {
    state.desktop(id).map_or_else(
        || refusal::no_such_desktop(id),
        |desktop| Answer::json(200, &json!({ "desktop": detail(desktop, now(), true) })),
    )
}

/// `SetMaintenanceMode`: 200 with an empty body, or one refusal of the whole batch and nothing applied.
/// <https://support.huaweicloud.com/intl/en-us/api-workspace/SetMaintenanceMode.html>
fn set(state: &mut State, call: &Call, change: Option<Change>) -> Answer {
    let json = call.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
    let Some(change) = change.filter(|_| json) else {
        let reason = "a JSON object with desktop_ids (array of strings) and in_maintenance_mode (boolean) is required";
        return refusal::invalid("body", reason);
    };
    let ids = &change.desktop_ids;
    if ids.is_empty() || ids.len() > BATCH_LIMIT {
        return refusal::invalid("desktop_ids", &format!("size must be between 1 and {BATCH_LIMIT}"));
    }
    if ids.iter().any(|id| id.is_empty() || id.chars().count() > ID_LENGTH) {
        return refusal::invalid("desktop_ids", &format!("length of an item must be between 1 and {ID_LENGTH}"));
    }
    if let Some(answer) = objection(state, ids) {
        return answer;
    }
    let (now, lag) = (now(), state.lag);
    for id in ids.iter().collect::<HashSet<_>>() {
        let stuck = state.desktop(id).is_some_and(|desktop| desktop.sentinel == Some(Sentinel::Stuck));
        if !stuck {
            state.set_flag(id, change.in_maintenance_mode, now, lag);
        }
    }
    Answer::empty(200)
}

/// Why the whole batch is refused. Authorization comes first, then unknown ids, then what the desktops themselves object
/// to, in the order of the request.
fn objection(state: &State, ids: &[String]) -> Option<Answer> {
    let found = || ids.iter().filter_map(|id| state.desktop(id));
    let forbidden = |desktop: &&Desktop| desktop.sentinel == Some(Sentinel::Forbidden);
    if let Some(desktop) = found().find(forbidden) {
        return Some(refusal::forbidden_desktop(desktop));
    }
    if let Some(unknown) = ids.iter().find(|id| state.desktop(id).is_none()) {
        return Some(refusal::no_such_desktop(unknown));
    }
    found().find_map(|desktop| match desktop.sentinel? {
        Sentinel::Forbidden => Some(refusal::forbidden_desktop(desktop)),
        Sentinel::NotFound => Some(refusal::no_such_desktop(&desktop.id)),
        Sentinel::Conflict => Some(refusal::conflict(desktop)),
        Sentinel::Broken => Some(refusal::broken(desktop)),
        Sentinel::Lost => Some(Answer::lost()),
        Sentinel::Stuck => None,
    })
}
