//! Desktop pools, their own maintenance flag, and the desktops in them.

use serde::Deserialize;
use serde_json::json;

use super::{
    Asked,
    filter::{Question, one, paging, wanted_flag},
    span,
};
use crate::{
    answer::Answer,
    clock::now,
    desktop::{Flag, detail},
    project::{Pool, State},
    refusal,
};

/// What the simulator knows of `UpdateDesktopPoolAttributesReq`; the other fields are accepted and change nothing.
#[derive(Debug, Deserialize)]
struct Update {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    enterprise_project_id: Option<String>,
    #[serde(default)]
    in_maintenance_mode: Option<bool>,
}

/// `ListDesktopPools`. <https://support.huaweicloud.com/api-workspace/ListDesktopPools.html>
pub(super) fn list(state: &State, asked: Asked<'_>) -> Result<Answer, Answer> {
    let (query, now) = (&asked.call.query, now());
    let (offset, limit) = paging(query, 0..=1_000, 1_000)?;
    if offset > 20_000 {
        return Err(refusal::invalid("offset", "must be between 0 and 20000"));
    }
    let flag = wanted_flag(query, "in_maintenance_mode")?;
    let value = |name| one(query, name).filter(|value| !value.is_empty());
    let (name, kind, enterprise) = (value("name"), value("type"), value("enterprise_project_id"));
    let fits = |pool: &&Pool| {
        name.is_none_or(|name| pool.name.to_lowercase().contains(&name.to_lowercase()))
            && kind.is_none_or(|kind| pool.kind() == kind)
            && enterprise.is_none_or(|id| pool.enterprise_project_id == id)
            && flag.is_none_or(|flag| pool.flag.seen(now).unwrap_or(false) == flag)
    };
    let fitting: Vec<_> = state.pools().iter().filter(fits).collect();
    let page = fitting.iter().skip(offset).take(limit);
    let shown: Vec<_> = page.map(|pool| pool.shown(state.desktops(), now)).collect();
    Ok(Answer::json(200, &json!({ "total_count": fitting.len(), "desktop_pools": shown })))
}

/// `ShowDesktopPoolDetail`: the fields of the list, without a wrapper.
pub(super) fn show(state: &State, asked: Asked<'_>) -> Result<Answer, Answer> {
    let pool = state.pools().iter().find(|pool| pool.id == asked.part);
    let pool = pool.ok_or_else(|| refusal::no_such_pool(asked.part))?;
    Ok(Answer::json(200, &pool.shown(state.desktops(), now())))
}

/// `UpdateDesktopPool`: 200 with an empty body. <https://support.huaweicloud.com/api-workspace/UpdateDesktopPool.html>
pub(super) fn update(state: &mut State, asked: Asked<'_>) -> Result<Answer, Answer> {
    let (now, visible) = span(state, now());
    let pool = state.pool(asked.part).ok_or_else(|| refusal::no_such_pool(asked.part))?;
    let Some(update) = asked.body::<Update>() else {
        return Err(refusal::invalid("body", "a JSON object is required"));
    };
    let set = |field: &mut String, value: Option<String>| {
        if let Some(value) = value {
            *field = value;
        }
    };
    set(&mut pool.name, update.name);
    set(&mut pool.description, update.description);
    set(&mut pool.enterprise_project_id, update.enterprise_project_id);
    if let Some(value) = update.in_maintenance_mode {
        Flag::set(&mut pool.flag, value, now, visible);
    }
    Ok(Answer::empty(200))
}

/// `ListPoolDesktopsDetail`: at most 100 a page, and 10 when nobody says.
pub(super) fn desktops(state: &State, asked: Asked<'_>) -> Result<Answer, Answer> {
    if !state.pools().iter().any(|pool| pool.id == asked.part) {
        return Err(refusal::no_such_pool(asked.part));
    }
    let now = now();
    let (total_count, page) = Question::of_pool(&asked.call.query, asked.part)?.answer(state, now);
    let shown = page.iter().map(|desktop| {
        let mut shown = detail(desktop, now, false);
        shown["inconsistent_types"] = json!([]);
        shown
    });
    let shown: Vec<_> = shown.collect();
    Ok(Answer::json(
        200,
        &json!({
            "pool_desktops": shown, "total_count": total_count, "on_demand_desktops_num": total_count,
            "period_desktops_num": 0, "on_demand_free_image_desktops_num": 0,
            "on_demand_charge_image_desktops_num": total_count, "period_free_image_desktops_num": 0,
            "period_charge_image_desktops_num": 0,
        }),
    ))
}
