//! Notifications to users, and the jobs that deliver them.

use serde::Deserialize;
use serde_json::json;

use super::{
    Asked, batch,
    filter::{one, paging},
    objection, span,
};
use crate::{
    answer::Answer,
    clock::now,
    dice::unseeded_uuid,
    project::{Job, State},
    refusal,
};

/// Guessed: no document names a type of job for notifications.
const KIND: &str = "SEND_NOTIFICATIONS";
/// Guessed: the sibling call that logs off takes a message of at most this many characters.
const TEXT_LENGTH: std::ops::RangeInclusive<usize> = 1..=255;

#[derive(Debug, Deserialize)]
struct Notification {
    desktop_ids: Vec<String>,
    notifications: String,
}

#[derive(Debug, Deserialize)]
struct PoolNotification {
    notifications: String,
}

/// `SendNotifications`: 200 with the id of a job.
/// <https://support.huaweicloud.com/api-workspace/SendNotifications.html>
pub(super) fn notify(state: &mut State, asked: Asked<'_>) -> Result<Answer, Answer> {
    let Some(Notification { desktop_ids: ids, notifications }) = asked.body() else {
        let reason = "a JSON object with desktop_ids (array of strings) and notifications (string) is required";
        return Err(refusal::invalid("body", reason));
    };
    batch(&ids, 1)?;
    objection(state, &ids, asked.refused("workspace:desktops:sendNotifications"))?;
    started(state, notifications, None, &ids)
}

/// `SendDesktopPoolNotifications`: to every desktop of a pool.
pub(super) fn notify_pool(state: &mut State, asked: Asked<'_>) -> Result<Answer, Answer> {
    if state.pool(asked.part).is_none() {
        return Err(refusal::no_such_pool(asked.part));
    }
    let Some(PoolNotification { notifications }) = asked.body() else {
        return Err(refusal::invalid("body", "a JSON object with notifications (string) is required"));
    };
    let own = state.desktops().iter().filter(|desktop| desktop.pool_id.as_deref() == Some(asked.part));
    let ids: Vec<_> = own.map(|desktop| desktop.id.clone()).collect();
    started(state, notifications, Some(asked.part.to_owned()), &ids)
}

fn started(state: &mut State, text: String, pool: Option<String>, ids: &[String]) -> Result<Answer, Answer> {
    if !TEXT_LENGTH.contains(&text.chars().count()) {
        return Err(refusal::invalid("notifications", "length must be between 1 and 255"));
    }
    let desktops = ids.iter().filter_map(|id| state.desktop(id));
    let id = || unseeded_uuid().simple().to_string();
    let job = Job::new(KIND, text, pool, span(state, now()), desktops, id);
    let answer = Answer::json(200, &json!({ "job_id": job.id }));
    state.start(job);
    Ok(answer)
}

/// `ShowJob`.
pub(super) fn show(state: &State, asked: Asked<'_>) -> Result<Answer, Answer> {
    let job = state.jobs().iter().find(|job| job.id == asked.part);
    let job = job.ok_or_else(|| refusal::no_such_job(asked.part))?;
    Ok(Answer::json(200, &job.shown(now())))
}

/// `ListItaSubJobs`: the parts of all jobs that fit, newest job first.
pub(super) fn sub_jobs(state: &State, asked: Asked<'_>) -> Result<Answer, Answer> {
    let (query, now) = (&asked.call.query, now());
    let (offset, limit) = paging(query, 0..=1_000, 1_000)?;
    if offset > 10_000 {
        return Err(refusal::invalid("offset", "must be between 0 and 10000"));
    }
    let value = |name| one(query, name).filter(|value| !value.is_empty());
    let (id, kind, pool) = (value("job_id"), value("job_type"), value("desktop_pool_id"));
    let fits = |job: &&Job| {
        id.is_none_or(|id| job.id == id)
            && kind.is_none_or(|kind| job.kind == kind)
            && pool.is_none_or(|pool| job.pool_id.as_deref() == Some(pool))
    };
    let mut parts: Vec<_> = state.jobs().iter().rev().filter(fits).flat_map(|job| job.sub_jobs(now)).collect();
    if let Some(status) = value("status") {
        parts.retain(|part| part["status"] == status);
    }
    let total_count = parts.len();
    let page: Vec<_> = parts.into_iter().skip(offset).take(limit).collect();
    Ok(Answer::json(200, &json!({ "total_count": total_count, "jobs": page })))
}
