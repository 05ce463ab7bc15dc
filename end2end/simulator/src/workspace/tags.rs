//! The tags of a project's desktops, and the desktops that have some of them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::json;

use super::{
    Asked,
    filter::{one, paging},
};
use crate::{
    answer::Answer,
    desktop::{Desktop, Tag},
    project::State,
    refusal,
};

/// A key and the values that are wanted of it; without values any.
#[derive(Debug, Deserialize)]
struct Wanted {
    key: String,
    #[serde(default)]
    values: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Match {
    key: String,
    value: String,
}

/// `QueryDesktopByTagReq`; the numbers are texts.
#[derive(Debug, Deserialize)]
struct Search {
    action: String,
    #[serde(default)]
    offset: Option<String>,
    #[serde(default)]
    limit: Option<String>,
    #[serde(default)]
    without_any_tag: bool,
    #[serde(default)]
    matches: Vec<Match>,
    #[serde(default)]
    tags: Vec<Wanted>,
    #[serde(default)]
    tags_any: Vec<Wanted>,
    #[serde(default)]
    not_tags: Vec<Wanted>,
    #[serde(default)]
    not_tags_any: Vec<Wanted>,
}

/// `ListProjectTags`; its total is `totalCount`.
pub(super) fn list(state: &State, asked: Asked<'_>) -> Result<Answer, Answer> {
    let query = &asked.call.query;
    let (offset, limit) = paging(query, 0..=1_000, 1_000)?;
    let value = |name| one(query, name).filter(|value| !value.is_empty());
    let mut known: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for Tag { key, value } in state.desktops().iter().flat_map(|desktop| desktop.tags.iter().flatten()) {
        known.entry(key).or_default().extend(value.as_deref());
    }
    known.retain(|key, values| {
        value("key").is_none_or(|wanted| *key == wanted) && value("value").is_none_or(|wanted| values.contains(wanted))
    });
    let page = known.iter().skip(offset).take(limit);
    let shown: Vec<_> = page.map(|(key, values)| json!({ "key": key, "values": values })).collect();
    Ok(Answer::json(200, &json!({ "tags": shown, "totalCount": known.len() })))
}

/// `ListDesktopsByTags`.
pub(super) fn search(state: &State, asked: Asked<'_>) -> Result<Answer, Answer> {
    let search = asked.body::<Search>().filter(|search| matches!(search.action.as_str(), "filter" | "count"));
    let Some(search) = search else {
        return Err(refusal::invalid("body", "a JSON object with action (filter or count) is required"));
    };
    let number = |name, text: &Option<String>, otherwise| match text {
        None => Ok(otherwise),
        Some(text) => text.parse::<usize>().map_err(|_| refusal::invalid(name, "must be a number in a string")),
    };
    let (offset, limit) = (number("offset", &search.offset, 0)?, number("limit", &search.limit, 1_000)?);
    let fitting: Vec<_> = state.desktops().iter().filter(|desktop| fits(&search, desktop)).collect();
    if search.action == "count" {
        return Ok(Answer::json(200, &json!({ "total_count": fitting.len() })));
    }
    let page = fitting.iter().skip(offset).take(limit).map(|desktop| {
        json!({
            "resource_id": desktop.id, "resource_name": desktop.computer_name,
            "tags": desktop.tags.as_deref().unwrap_or_default(),
        })
    });
    let page: Vec<_> = page.collect();
    Ok(Answer::json(200, &json!({ "offset": offset, "resources": page, "total_count": fitting.len() })))
}

fn fits(search: &Search, desktop: &Desktop) -> bool {
    let has = |wanted: &Wanted| {
        let fits = |tag: &Tag| {
            let value = tag.value.as_deref().unwrap_or_default();
            tag.key == wanted.key && (wanted.values.is_empty() || wanted.values.iter().any(|one| one == value))
        };
        desktop.tags.iter().flatten().any(fits)
    };
    let matches = |wanted: &Match| {
        wanted.key != "resource_name" || desktop.computer_name.to_lowercase().contains(&wanted.value.to_lowercase())
    };
    let (not_all, not_any) = (&search.not_tags, &search.not_tags_any);
    (!search.without_any_tag || desktop.tags.as_ref().is_none_or(Vec::is_empty))
        && search.tags.iter().all(has)
        && (search.tags_any.is_empty() || search.tags_any.iter().any(has))
        && (not_all.is_empty() || !not_all.iter().all(has))
        && !not_any.iter().any(has)
        && search.matches.iter().all(matches)
}
