//! Two lists, one desktop, and the maintenance call.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Asked, batch, filter::Question, objection};
use crate::{
    answer::Answer,
    clock::now,
    desktop::{Sentinel, Simple, detail},
    project::State,
    refusal,
};

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

/// `ListDesktops`. <https://support.huaweicloud.com/api-workspace/ListDesktops.html>
pub(super) fn list(state: &State, asked: Asked<'_>) -> Result<Answer, Answer> {
    let now = now();
    let (total_count, page) = Question::of_list(&asked.call.query)?.answer(state, now);
    let desktops: Vec<_> = page.iter().map(|desktop| Simple::of(desktop, &asked.project.id, now)).collect();
    Ok(Answer::json(200, &Page { total_count, desktops }))
}

/// `ListDesktopsDetail`. <https://support.huaweicloud.com/api-workspace/ListDesktopsDetail.html>
pub(super) fn list_detail(state: &State, asked: Asked<'_>) -> Result<Answer, Answer> {
    let now = now();
    let (total_count, page) = Question::of_detail(&asked.call.query)?.answer(state, now);
    let desktops: Vec<_> = page.iter().map(|desktop| detail(desktop, now, false)).collect();
    Ok(Answer::json(200, &Page { total_count, desktops }))
}

/// `ShowDesktopDetail`. <https://support.huaweicloud.com/api-workspace/ShowDesktopDetail.html>
pub(super) fn show(state: &State, asked: Asked<'_>) -> Result<Answer, Answer> {
    let desktop = state.desktop(asked.part).ok_or_else(|| refusal::no_such_desktop(asked.part))?;
    Ok(Answer::json(200, &json!({ "desktop": detail(desktop, now(), true) })))
}

/// `SetMaintenanceMode`: 200 with an empty body, or one refusal of the whole batch and nothing applied.
/// <https://support.huaweicloud.com/intl/en-us/api-workspace/SetMaintenanceMode.html>
pub(super) fn set(state: &mut State, asked: Asked<'_>) -> Result<Answer, Answer> {
    let Some(change) = asked.body::<Change>() else {
        let reason = "a JSON object with desktop_ids (array of strings) and in_maintenance_mode (boolean) is required";
        return Err(refusal::invalid("body", reason));
    };
    let ids = &change.desktop_ids;
    batch(ids, 1)?;
    objection(state, ids, asked.refused("workspace:desktops:setMaintenanceMode"))?;
    let (now, lag) = (now(), state.lag);
    for id in ids.iter().collect::<HashSet<_>>() {
        let stuck = state.desktop(id).is_some_and(|desktop| desktop.sentinel == Some(Sentinel::Stuck));
        if !stuck {
            state.set_flag(id, change.in_maintenance_mode, now, lag);
        }
    }
    Ok(Answer::empty(200))
}
