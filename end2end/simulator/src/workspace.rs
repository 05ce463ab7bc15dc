//! The Workspace service: which call is which operation, and what all of them have in common.

mod desktops;
mod filter;
mod jobs;
mod pools;
mod sessions;
mod tags;
mod tenant;

use axum::http::Method;
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    answer::Answer,
    clock::Moment,
    cloud::{Cloud, Token},
    desktop::{Desktop, Sentinel},
    fault::Operation,
    gateway::{Admitted, Call, Done, admit},
    project::{Project, State, Workspace},
    refusal::{self, Refused},
};

/// Of the calls that take desktop ids, only some have a documented limit: 1 to 100 ids of at most 255 characters.
const BATCH_LIMIT: usize = 100;
const ID_LENGTH: usize = 255;

/// The operation of a call below `/v2/{project_id}/`, and the id in its path.
pub(crate) fn operation<'a>(method: &Method, path: &[&'a str]) -> Option<(Operation, Option<&'a str>)> {
    let read = method == Method::GET;
    let (operation, part) = match (method, path) {
        (_, ["desktops"]) if read => (Operation::List, None),
        (_, ["desktops", "detail"]) if read => (Operation::Detail, None),
        (_, ["desktops", "tags"]) if read => (Operation::Tags, None),
        (_, ["desktops", id]) if read && !id.is_empty() => (Operation::Show, Some(*id)),
        (&Method::PUT, ["desktops", "maintenance-mode"]) => (Operation::Put, None),
        (&Method::POST, ["desktops", "notifications"]) => (Operation::Notify, None),
        (&Method::POST, ["desktops", "logoff"]) => (Operation::Logoff, None),
        (&Method::POST, ["desktops", "resource-instances", "action"]) => (Operation::TagSearch, None),
        (_, ["desktop-pools"]) if read => (Operation::Pools, None),
        (_, ["desktop-pools", id]) if read => (Operation::Pool, Some(*id)),
        (&Method::PUT, ["desktop-pools", id]) => (Operation::PoolPut, Some(*id)),
        (_, ["desktop-pools", id, "desktops"]) if read => (Operation::PoolDesktops, Some(*id)),
        (&Method::POST, ["desktop-pools", id, "notifications"]) => (Operation::PoolNotify, Some(*id)),
        (_, ["connect-desktops"]) if read => (Operation::Connected, None),
        (_, ["connections", "desktops"]) if read => (Operation::Records, None),
        (_, ["workspace-jobs", id]) if read => (Operation::Job, Some(*id)),
        (_, ["workspace-sub-jobs"]) if read => (Operation::Jobs, None),
        (_, ["availability-zones"]) if read => (Operation::Zones, None),
        (_, ["workspaces"]) if read => (Operation::Tenant, None),
        _ => return None,
    };
    Some((operation, part))
}

/// One call that was let in.
#[derive(Debug, Clone, Copy)]
struct Asked<'a> {
    call: &'a Call,
    project: &'a Project,
    holder: &'a Token,
    /// The id in the path.
    part: &'a str,
}

impl Asked<'_> {
    /// The refusal of this action.
    fn refused<'b>(&'b self, action: &'b str) -> Refused<'b> {
        Refused { holder: self.holder, project: self.project, action }
    }

    /// The body, if it is JSON of this shape and says so.
    fn body<T: DeserializeOwned>(&self) -> Option<T> {
        let json = self.call.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
        if json { serde_json::from_slice(&self.call.body).ok() } else { None }
    }
}

/// What the record keeps of a body.
#[derive(Debug, Default, Deserialize)]
struct Noted {
    #[serde(default)]
    desktop_ids: Option<Vec<String>>,
    #[serde(default)]
    in_maintenance_mode: Option<bool>,
}

/// Answers one call to the Workspace service. `part` is the id in its path.
pub(crate) async fn call(
    cloud: &Cloud,
    call: &Call,
    project_id: &str,
    operation: Operation,
    part: Option<&str>,
) -> Done {
    let Noted { desktop_ids, in_maintenance_mode } = serde_json::from_slice(&call.body).unwrap_or_default();
    let ids = if operation == Operation::Detail { filter::ids(&call.query) } else { desktop_ids };
    let done = |answer, project| Done { desktop_ids: ids, in_maintenance_mode, ..Done::new(answer, project) };
    let Admitted { project, holder } = match admit(cloud, call, project_id) {
        Ok(admitted) => admitted,
        Err(answer) => return done(answer, cloud.project(project_id)),
    };
    let asked = Asked { call, project: &project, holder: &holder, part: part.unwrap_or_default() };
    let performance = async { perform(asked, operation) };
    let plain = Done::after_trouble(cloud, call, Some(project.clone()), operation, performance).await;
    done(plain.answer, plain.project)
}

fn perform(asked: Asked<'_>, operation: Operation) -> Answer {
    let mut state = asked.project.state();
    let state = &mut *state;
    match (state.workspace, operation) {
        (Workspace::Closed, Operation::Tenant) => return tenant::show("CLOSED", asked),
        (Workspace::Disabled403 | Workspace::Closed, _) => return refusal::service_disabled(),
        (Workspace::Missing400, _) => return refusal::no_such_tenant(),
        (Workspace::MayNotList, Operation::List) => return asked.refused("workspace:desktops:list").anything(),
        (Workspace::MayNotList, Operation::Detail) => {
            return asked.refused("workspace:desktops:listDetail").anything();
        }
        _ => {}
    }
    let answer = match operation {
        Operation::Put => desktops::set(state, asked),
        Operation::List => desktops::list(state, asked),
        Operation::Detail => desktops::list_detail(state, asked),
        Operation::Pools => pools::list(state, asked),
        Operation::Pool => pools::show(state, asked),
        Operation::PoolPut => pools::update(state, asked),
        Operation::PoolDesktops => pools::desktops(state, asked),
        Operation::PoolNotify => jobs::notify_pool(state, asked),
        Operation::Notify => jobs::notify(state, asked),
        Operation::Job => jobs::show(state, asked),
        Operation::Jobs => jobs::sub_jobs(state, asked),
        Operation::Connected => sessions::connected(state, asked),
        Operation::Records => sessions::records(state, asked),
        Operation::Logoff => sessions::log_off(state, asked),
        Operation::Tags => tags::list(state, asked),
        Operation::TagSearch => tags::search(state, asked),
        Operation::Zones => Ok(tenant::zones()),
        Operation::Tenant => Ok(tenant::show("SUBSCRIBED", asked)),
        // The other words are no calls to Workspace and never get here.
        _ => desktops::show(state, asked),
    };
    answer.unwrap_or_else(|refused| refused)
}

/// Why the ids of a batch cannot be read.
fn batch(ids: &[String], least: usize) -> Result<(), Answer> {
    if ids.len() < least || ids.len() > BATCH_LIMIT {
        let reason = format!("size must be between {least} and {BATCH_LIMIT}");
        return Err(refusal::invalid("desktop_ids", &reason));
    }
    if ids.iter().any(|id| id.is_empty() || id.chars().count() > ID_LENGTH) {
        return Err(refusal::invalid("desktop_ids", &format!("length of an item must be between 1 and {ID_LENGTH}")));
    }
    Ok(())
}

/// Why a whole batch is refused. Authorization comes first, then unknown ids, then what the desktops themselves object
/// to, in the order of the request.
fn objection(state: &State, ids: &[String], refused: Refused<'_>) -> Result<(), Answer> {
    let found = || ids.iter().filter_map(|id| state.desktop(id));
    let forbidden = |desktop: &&Desktop| desktop.sentinel == Some(Sentinel::Forbidden);
    if let Some(desktop) = found().find(forbidden) {
        return Err(refused.desktop(desktop));
    }
    if let Some(unknown) = ids.iter().find(|id| state.desktop(id).is_none()) {
        return Err(refusal::no_such_desktop(unknown));
    }
    let operation = refused.action.rsplit(':').next().unwrap_or_default();
    let objection = found().find_map(|desktop| match desktop.sentinel? {
        Sentinel::Forbidden => Some(refused.desktop(desktop)),
        Sentinel::NotFound => Some(refusal::no_such_desktop(&desktop.id)),
        Sentinel::Conflict => Some(refusal::conflict(desktop, operation)),
        Sentinel::Broken => Some(refusal::broken(desktop)),
        Sentinel::Lost => Some(Answer::lost()),
        Sentinel::Stuck => None,
    });
    objection.map_or(Ok(()), Err)
}

/// The moments between which a change that is made now becomes visible.
fn span(state: &State, now: Moment) -> (Moment, Moment) {
    (now, now.after(state.lag))
}
