//! Who is connected, who was, and how sessions end.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Asked, batch,
    filter::{one, paging, several},
    objection,
};
use crate::{
    answer::Answer,
    clock::Moment,
    desktop::{Desktop, user_id},
    dice::Dice,
    project::State,
    refusal,
};

/// Documented: the message that users see before they are logged off has at most this many characters.
const MESSAGE_LENGTH: usize = 255;
/// Documented: this many names in one question at most.
const NAME_LIMIT: usize = 100;

#[derive(Debug, Deserialize)]
struct LogOff {
    desktop_ids: Vec<String>,
    #[serde(default)]
    message: Option<String>,
}

/// `ListDesktopsConnectStatus`: names are compared exactly, 100 a page when nobody says.
pub(super) fn connected(state: &State, asked: Asked<'_>) -> Result<Answer, Answer> {
    let query = &asked.call.query;
    let (offset, limit) = paging(query, 0..=1_000, 100)?;
    let names = several(query, "user_names");
    if names.len() > NAME_LIMIT {
        return Err(refusal::invalid("user_names", "size must be at most 100"));
    }
    let status = one(query, "connect_status").filter(|status| !status.is_empty());
    let fits = |desktop: &&Desktop| {
        let named = |name: &String| desktop.user_name.as_ref() == Some(name);
        (names.is_empty() || names.iter().any(named))
            && status.is_none_or(|status| desktop.session.as_deref() == Some(status))
    };
    let fitting: Vec<_> = state.desktops().iter().filter(fits).collect();
    let page: Vec<_> = fitting.iter().skip(offset).take(limit).map(|desktop| session(desktop)).collect();
    Ok(Answer::json(200, &json!({ "desktops": page, "total_count": fitting.len() })))
}

/// `ConnectDesktopsInfo`.
fn session(desktop: &Desktop) -> Value {
    let user = desktop
        .user_name
        .as_ref()
        .map(|name| json!({ "id": user_id(name), "name": name, "user_group": desktop.user_group, "type": "USER" }));
    let mut shown = json!({
        "desktop_id": desktop.id, "desktop_name": desktop.computer_name,
        "attach_users": user.into_iter().collect::<Vec<_>>(),
    });
    if let Some(session) = &desktop.session {
        shown["connect_status"] = json!(session);
    }
    shown
}

/// `ListLoginRecordsNew`, newest first; both times or none.
/// <https://support.huaweicloud.com/api-workspace/ListLoginRecordsNew.html>
pub(super) fn records(state: &State, asked: Asked<'_>) -> Result<Answer, Answer> {
    let query = &asked.call.query;
    let (offset, limit) = paging(query, 0..=1_000, 20)?;
    let value = |name| one(query, name).filter(|value| !value.is_empty());
    let (from, to) = (value("start_time"), value("end_time"));
    if from.is_some() != to.is_some() {
        return Err(refusal::invalid("start_time", "start_time and end_time belong together"));
    }
    let is_time = |text: &&str| text.len() == 17 && text.is_ascii() && &text[10..11] == "T" && text.ends_with('Z');
    if from.iter().chain(&to).any(|text| !is_time(text)) {
        return Err(refusal::invalid("start_time", "must look like 2016-08-20T21:11Z"));
    }
    let equal = |name: &'static str, field: Option<&str>| value(name).is_none_or(|wanted| field == Some(wanted));
    let fits = |desktop: &&Desktop| {
        equal("user_name", desktop.user_name.as_deref())
            && equal("computer_name", Some(&desktop.computer_name))
            && equal("enterprise_project_id", desktop.enterprise_project_id.as_deref())
            && equal("terminal_type", Some("Windows"))
            && value("public_ip").is_none()
            && value("domain").is_none()
    };
    let with_user = state.desktops().iter().filter(|desktop| desktop.user_name.is_some());
    let starts = with_user.filter(fits).map(|desktop| (started(desktop), desktop));
    // Texts of this shape sort as the times do.
    let within = |start: &Moment| {
        let start = start.to_the_minute();
        from.is_none_or(|from| start.as_str() >= from) && to.is_none_or(|to| start.as_str() <= to)
    };
    let mut fitting: Vec<_> = starts.filter(|(start, _)| within(start)).collect();
    fitting.sort_by_key(|(start, desktop)| (std::cmp::Reverse(*start), &desktop.id));
    let page = fitting.iter().skip(offset).take(limit);
    let shown: Vec<_> = page.map(|(start, desktop)| record(desktop, *start, &asked.project.id)).collect();
    Ok(Answer::json(200, &json!({ "total_count": fitting.len(), "records": shown })))
}

/// Every desktop with a user has one record, of a time that its seed fixes.
fn started(desktop: &Desktop) -> Moment {
    desktop.created.after(Duration::from_mins(60 + desktop.seed % 40_000))
}

/// `Record`; one of a session that goes on has no end.
fn record(desktop: &Desktop, start: Moment, project_id: &str) -> Value {
    let mut dice = Dice::new(desktop.seed ^ 0x10_91);
    let time = |moment: Moment| moment.plain();
    let goes_on = matches!(desktop.session.as_deref(), Some("CONNECTED" | "DISCONNECTED"));
    json!({
        "tenantId": project_id,
        "sid": desktop.id,
        "transaction_id": dice.uuid(),
        "computer_name": desktop.computer_name,
        "user_name": desktop.user_name,
        "terminal_name": format!("terminal-{}", dice.below(1_000)),
        "terminal_ip": format!("192.168.{}.{}", dice.below(250), 2 + dice.below(250)),
        "terminal_mac": "fa:16:3e:00:00:01",
        "terminal_type": "Windows",
        "client_version": "24.6.1.0",
        "agent_version": "24.6.1.0",
        "desktop_ip": desktop.ip_address,
        "connection_start_time": time(start),
        "connection_setup_time": time(start.after(Duration::from_secs(3))),
        "connection_end_time": if goes_on { Value::Null } else { json!(time(start.after(Duration::from_hours(4)))) },
        "is_reconnect": false,
        "network_rtt": 5 + dice.below(60),
        "e2e_rtt": 20 + dice.below(90),
        "enterprise_project_id": desktop.enterprise_project_id,
        "desktop_id": desktop.id,
    })
}

/// `BatchLogoffDesktops`: 200 with an empty body; those that were in use wait for their users again.
pub(super) fn log_off(state: &mut State, asked: Asked<'_>) -> Result<Answer, Answer> {
    let Some(LogOff { desktop_ids: ids, message }) = asked.body() else {
        return Err(refusal::invalid("body", "a JSON object with desktop_ids (array of strings) is required"));
    };
    batch(&ids, 0)?;
    if message.is_some_and(|message| message.chars().count() > MESSAGE_LENGTH) {
        return Err(refusal::invalid("message", "length must be at most 255"));
    }
    objection(state, &ids, asked.refused("workspace:desktops:logoff"))?;
    for id in &ids {
        state.log_off(id);
    }
    Ok(Answer::empty(200))
}
