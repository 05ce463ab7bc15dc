//! Reading what the cloud sends, believing nothing.
//!
//! Fields are those of `SimpleDesktopInfo` and `DesktopDetailInfo`
//! (<https://support.huaweicloud.com/intl/en-us/api-workspace/ListDesktops.html>,
//! <https://support.huaweicloud.com/intl/en-us/api-workspace/ListDesktopsDetail.html>). All of them may be missing,
//! `null`, a number where the page says text, or of one of the older shapes that the vendor's own examples show. An
//! entry that cannot be read costs that entry alone, so answers are read as [`Value`]s, never as one typed whole.

use domain::desktop::{Desktop, DesktopId, Power, Reading, Session, Tag};
use serde_json::Value;

/// The document; bytes that are no UTF-8 are replaced, so that one bad name does not lose a list.
pub(crate) fn parse(body: &[u8]) -> Option<Value> {
    serde_json::from_str(&String::from_utf8_lossy(body)).ok()
}

/// The entries of a list. `null` counts as no entries where nothing contradicts it; anything else that is no list is none.
pub(crate) fn entries<'a>(document: &'a Value, field: &str) -> Option<&'a [Value]> {
    match document.get(field)? {
        Value::Array(entries) => Some(entries),
        Value::Null if total(document).unwrap_or(0) == 0 => Some(&[]),
        _ => None,
    }
}

/// How many entries the cloud counts in all.
pub(crate) fn total(document: &Value) -> Option<u32> {
    let count = ["total_count", "totalCount"].into_iter().find_map(|name| number(document.get(name)?))?;
    Some(u32::try_from(count).unwrap_or(u32::MAX))
}

/// A desktop of a list; `None` where it has no usable id.
pub(crate) fn desktop(entry: &Value) -> Option<Desktop> {
    Some(Desktop {
        id: id(entry)?,
        name: text(entry, &["computer_name", "desktop_name"]).unwrap_or_default(),
        user: text(entry, &["user_name"]).or_else(|| attached_users(entry)),
        power: power(entry),
        session: session(entry),
        in_maintenance: in_maintenance(entry).unwrap_or(false),
        task: text(entry, &["task_status"]),
        pool: text(entry, &["pool_id"]),
        kind: text(entry, &["desktop_type"]),
        tags: tags(entry),
        address: address(entry),
        zone: text(entry, &["availability_zone"]),
        enterprise_project: text(entry, &["enterprise_project_id"]),
    })
}

/// What a read by id tells; `None` where it has no usable id, or a maintenance mode that is neither true nor false: a
/// verdict must not stand on a guess.
pub(crate) fn reading(entry: &Value) -> Option<Reading> {
    reading_of(entry, id(entry)?)
}

/// What asking for one desktop tells: the entry of that id, or the only entry where it names none. Both an object and a
/// list of one are documented.
pub(crate) fn only_reading(document: &Value, asked: &DesktopId) -> Option<Reading> {
    let candidates = match document.get("desktop")? {
        Value::Array(entries) => entries.as_slice(),
        entry => std::slice::from_ref(entry),
    };
    if let Some(entry) = candidates.iter().find(|entry| id(entry).as_ref() == Some(asked)) {
        return reading_of(entry, asked.clone());
    }
    match candidates {
        [entry] if entry.is_object() && text(entry, &["desktop_id"]).is_none() => reading_of(entry, asked.clone()),
        _ => None,
    }
}

fn reading_of(entry: &Value, id: DesktopId) -> Option<Reading> {
    Some(Reading {
        id,
        in_maintenance: in_maintenance(entry)?,
        power: power(entry),
        session: session(entry),
        task: text(entry, &["task_status"]),
    })
}

fn id(entry: &Value) -> Option<DesktopId> {
    DesktopId::try_from(text(entry, &["desktop_id"])?).ok()
}

fn power(entry: &Value) -> Power {
    Power::from_cloud(&text(entry, &["status"]).unwrap_or_default())
}

/// The list calls it `connect_status`, the detail `login_status`; older examples swap them.
fn session(entry: &Value) -> Session {
    Session::from_cloud(&text(entry, &["connect_status", "login_status"]).unwrap_or_default())
}

fn in_maintenance(entry: &Value) -> Option<bool> {
    flag(entry, "in_maintenance_mode", false)
}

/// Yes or no; a missing field reads as `missing`; `None` is a value that means neither.
pub(crate) fn flag(entry: &Value, name: &str, missing: bool) -> Option<bool> {
    match entry.get(name) {
        None | Some(Value::Null) => Some(missing),
        Some(Value::Bool(flag)) => Some(*flag),
        Some(Value::String(word)) if word.is_empty() => Some(missing),
        Some(Value::String(word)) if word.eq_ignore_ascii_case("false") => Some(false),
        Some(Value::String(word)) if word.eq_ignore_ascii_case("true") => Some(true),
        Some(_) => None,
    }
}

/// The names of those whom a desktop is assigned to, where it has no single owner.
fn attached_users(entry: &Value) -> Option<String> {
    let users = ["attach_user_infos", "attach_infos", "attach_users"]
        .into_iter()
        .find_map(|name| entry.get(name)?.as_array())?;
    let names: Vec<String> = users.iter().filter_map(|user| text(user, &["user_name", "name"])).collect();
    if names.is_empty() { None } else { Some(names.join(", ")) }
}

fn tags(entry: &Value) -> Vec<Tag> {
    let tags = entry.get("tags").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    tags.iter()
        .filter_map(|tag| Some(Tag { key: text(tag, &["key"])?, value: text(tag, &["value"]).unwrap_or_default() }))
        .collect()
}

/// The first address: one field in the list; in the detail a list of texts, and a map of networks to lists, or, in an
/// example, one plain list of them.
fn address(entry: &Value) -> Option<String> {
    if let Some(address) = text(entry, &["ip_address", "ipv4"]) {
        return Some(address);
    }
    if let Some(address) =
        entry.get("ip_addresses").and_then(Value::as_array).and_then(|all| all.iter().find_map(plain_text))
    {
        return Some(address);
    }
    let first = |list: &Value| list.as_array()?.iter().find_map(|address| text(address, &["addr"]));
    match entry.get("addresses")? {
        Value::Object(networks) => networks.values().find_map(first),
        list => first(list),
    }
}

/// The first of the fields that holds a text or a number; empty counts as missing.
pub(crate) fn text(entry: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| plain_text(entry.get(name)?))
}

/// A text or a number as text. U+0000, which no database keeps as text, becomes U+FFFD; nothing else is changed.
fn plain_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(without_nul(text)),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The text with U+FFFD for every U+0000.
pub(crate) fn without_nul(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
