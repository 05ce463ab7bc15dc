//! The queries of the two lists: which filters each takes, their limits, sorting and paging.

use std::{ops::RangeInclusive, str::FromStr};

use crate::{
    answer::Answer,
    clock::Moment,
    desktop::{AGENT_VERSION, Desktop, user_id},
    project::State,
    refusal,
};

type Test = Box<dyn Fn(&Desktop, Moment) -> bool + Send>;

/// A checked query of a list.
pub(super) struct Question {
    ids: Option<Vec<String>>,
    tests: Vec<Test>,
    offset: usize,
    limit: usize,
    by_creation: bool,
    descending: bool,
}

/// What `ListDesktops` filters by. The maintenance flag is not among it.
const LIST_FILTERS: &[&str] = &[
    "user_name",
    "computer_name",
    "desktop_ip",
    "domain_status",
    "pool_id",
    "enterprise_project_id",
    "desktop_type",
    "subnet_id",
    "status",
    "tag",
    "is_share_desktop",
];
/// What `ListDesktopsDetail` filters by, as far as the world knows the field.
const DETAIL_FILTERS: &[&str] = &[
    "status",
    "user_name",
    "user_names",
    "computer_name",
    "computer_names",
    "desktop_ip",
    "desktop_type",
    "domain_status",
    "tag",
    "pool_id",
    "user_attached",
    "enterprise_project_id",
    "in_maintenance_mode",
    "subnet_id",
    "availability_zone",
    "without_any_tag",
    "user_id",
    "image_id",
    "charge_mode",
    "is_share_desktop",
    "is_support_internet",
    "agent_version",
];
/// Both lists take at most this many ids.
const ID_LIMIT: usize = 100;

/// The ids that a query names: repeated, comma-separated or both. `None` when it names none.
pub(super) fn ids(query: &[(String, String)]) -> Option<Vec<String>> {
    let ids = several(query, "desktop_id");
    (!ids.is_empty()).then_some(ids)
}

impl Question {
    /// A query of `ListDesktops`: 0 to 1000 a page.
    ///
    /// # Errors
    /// 400 when a documented limit is broken.
    pub(super) fn of_list(query: &[(String, String)]) -> Result<Self, Answer> {
        Self::new(query, LIST_FILTERS, 0..=1_000, 1_000)
    }

    /// A query of `ListDesktopsDetail`: 0 to 500 a page.
    ///
    /// # Errors
    /// 400 when a documented limit is broken.
    pub(super) fn of_detail(query: &[(String, String)]) -> Result<Self, Answer> {
        Self::new(query, DETAIL_FILTERS, 0..=500, 500)?.sorted(query)
    }

    /// A query of `ListPoolDesktopsDetail`: 0 to 100 a page, 10 when nobody says, and only desktops of the pool.
    ///
    /// # Errors
    /// 400 when a documented limit is broken.
    pub(super) fn of_pool(query: &[(String, String)], pool: &str) -> Result<Self, Answer> {
        let mut question = Self::new(query, DETAIL_FILTERS, 0..=100, 10)?.sorted(query)?;
        question.tests.push(among(vec![pool.to_owned()], |desktop| desktop.pool_id.as_deref()));
        Ok(question)
    }

    fn sorted(mut self, query: &[(String, String)]) -> Result<Self, Answer> {
        self.by_creation = match one(query, "sort_field") {
            None | Some("computer_name") => false,
            Some("created") => true,
            Some(_) => return Err(refusal::invalid("sort_field", "must be created or computer_name")),
        };
        self.descending = match one(query, "sort_type") {
            None | Some("ASC") => false,
            Some("DESC") => true,
            Some(_) => return Err(refusal::invalid("sort_type", "must be ASC or DESC")),
        };
        Ok(self)
    }

    fn new(
        query: &[(String, String)],
        filters: &[&str],
        limits: RangeInclusive<usize>,
        usual: usize,
    ) -> Result<Self, Answer> {
        let (offset, limit) = paging(query, limits, usual)?;
        let ids = ids(query);
        if ids.as_ref().is_some_and(|ids| ids.len() > ID_LIMIT) {
            return Err(refusal::invalid("desktop_id", &format!("size must be at most {ID_LIMIT}")));
        }
        if several(query, "user_names").len() > ID_LIMIT {
            return Err(refusal::invalid("user_names", &format!("size must be at most {ID_LIMIT}")));
        }
        let mut tests = Vec::new();
        for name in filters {
            tests.extend(test(query, name)?);
        }
        Ok(Self { ids, tests, offset, limit, by_creation: false, descending: false })
    }

    /// How many desktops match, and those of the page. Asked by ids, its cost is that of the ids alone.
    pub(super) fn answer<'a>(&self, state: &'a State, now: Moment) -> (usize, Vec<&'a Desktop>) {
        let mut matching: Vec<&Desktop> = match &self.ids {
            Some(ids) => {
                let mut positions: Vec<usize> = ids.iter().filter_map(|id| state.position(id)).collect();
                positions.sort_unstable();
                positions.dedup();
                positions.into_iter().map(|position| &state.desktops()[position]).collect()
            }
            None => state.desktops().iter().collect(),
        };
        matching.retain(|desktop| self.tests.iter().all(|test| test(desktop, now)));
        if self.by_creation {
            matching.sort_by_key(|desktop| desktop.created);
        }
        if self.descending {
            matching.reverse();
        }
        let total = matching.len();
        let page = matching.into_iter().skip(self.offset).take(self.limit).collect();
        (total, page)
    }
}

/// The test of one filter, if the query uses it. An empty value filters by nothing.
fn test(query: &[(String, String)], name: &str) -> Result<Option<Test>, Answer> {
    let Some(value) = one(query, name).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let owned = value.to_owned();
    let test: Test = match name {
        "user_name" => {
            let names = several(query, name);
            Box::new(move |desktop, _| names.iter().any(|name| holds(desktop.user_name.as_deref(), name)))
        }
        "computer_name" => Box::new(move |desktop, _| holds(Some(&desktop.computer_name), &owned)),
        "desktop_ip" => Box::new(move |desktop, _| holds(desktop.ip_address.as_deref(), &owned)),
        "subnet_id" => Box::new(move |desktop, _| desktop.subnet_id == owned),
        "user_names" => among(several(query, name), |desktop| desktop.user_name.as_deref()),
        "computer_names" => among(several(query, name), |desktop| Some(&desktop.computer_name)),
        "pool_id" => among(several(query, name), |desktop| desktop.pool_id.as_deref()),
        "desktop_type" => among(several(query, name), |desktop| desktop.kind.as_deref()),
        "status" => among(vec![owned], |desktop| desktop.status.as_deref()),
        "enterprise_project_id" => among(vec![owned], |desktop| desktop.enterprise_project_id.as_deref()),
        "availability_zone" => among(vec![owned], |desktop| desktop.availability_zone.as_deref()),
        "domain_status" => {
            let wanted: u8 = parse(name, value)?;
            Box::new(move |desktop, _| desktop.domain_status == wanted)
        }
        "tag" => tagged(&owned),
        "user_id" => {
            Box::new(move |desktop, _| desktop.user_name.as_deref().is_some_and(|name| user_id(name) == owned))
        }
        "image_id" => among(vec![owned], |desktop| desktop.image().map(|image| image.id)),
        "agent_version" => among(vec![owned], |desktop| (!desktop.bare).then_some(AGENT_VERSION)),
        // 1 is pay-per-use, as all of these are; 0 is yearly or monthly.
        "charge_mode" => among(vec![owned], |desktop| (!desktop.bare).then_some("1")),
        // Nobody works on any of these together.
        "is_share_desktop" => flag(name, value, |_, _| false)?,
        "is_support_internet" => flag(name, value, |desktop, _| desktop.reaches_the_internet())?,
        "user_attached" => flag(name, value, |desktop, _| desktop.user_name.is_some())?,
        "without_any_tag" => flag(name, value, |desktop, _| desktop.tags.as_ref().is_none_or(Vec::is_empty))?,
        "in_maintenance_mode" => flag(name, value, |desktop, now| desktop.flag.seen(now).unwrap_or(false))?,
        _ => return Ok(None),
    };
    Ok(Some(test))
}

fn holds(field: Option<&str>, part: &str) -> bool {
    field.is_some_and(|field| field.to_lowercase().contains(&part.to_lowercase()))
}

fn among(wanted: Vec<String>, field: fn(&Desktop) -> Option<&str>) -> Test {
    Box::new(move |desktop, _| field(desktop).is_some_and(|value| wanted.iter().any(|wanted| wanted == value)))
}

fn flag(name: &str, value: &str, field: fn(&Desktop, Moment) -> bool) -> Result<Test, Answer> {
    let wanted: bool = parse(name, value)?;
    Ok(Box::new(move |desktop, now| field(desktop, now) == wanted))
}

/// `key1=value1,key2=value2`, with either comma: all of them must fit.
fn tagged(text: &str) -> Test {
    let wanted: Vec<(String, String)> = text
        .split([',', ','])
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    Box::new(move |desktop, _| {
        wanted.iter().all(|(key, value)| {
            let mut tags = desktop.tags.iter().flatten();
            tags.any(|tag| tag.key == *key && tag.value.as_deref().unwrap_or("") == value)
        })
    })
}

/// The first value of a parameter.
pub(super) fn one<'a>(query: &'a [(String, String)], name: &str) -> Option<&'a str> {
    query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// All values of a parameter: repeated, comma-separated or both.
pub(super) fn several(query: &[(String, String)], name: &str) -> Vec<String> {
    let values = query.iter().filter(|(key, _)| key == name);
    let values = values.flat_map(|(_, value)| value.split(','));
    values.filter(|value| !value.is_empty()).map(str::to_owned).collect()
}

/// `offset` and `limit`.
///
/// # Errors
/// 400 when one is no number or out of range.
pub(super) fn paging(
    query: &[(String, String)],
    limits: RangeInclusive<usize>,
    usual: usize,
) -> Result<(usize, usize), Answer> {
    let limit = number(query, "limit")?.unwrap_or(usual);
    if !limits.contains(&limit) {
        let reason = format!("must be between {} and {}", limits.start(), limits.end());
        return Err(refusal::invalid("limit", &reason));
    }
    Ok((number(query, "offset")?.unwrap_or(0), limit))
}

/// A parameter that is `true` or `false`; an empty one filters by nothing.
///
/// # Errors
/// 400 when it is something else.
pub(super) fn wanted_flag(query: &[(String, String)], name: &str) -> Result<Option<bool>, Answer> {
    one(query, name).filter(|value| !value.is_empty()).map(|value| parse(name, value)).transpose()
}

fn number(query: &[(String, String)], name: &str) -> Result<Option<usize>, Answer> {
    one(query, name).map(|value| parse(name, value)).transpose()
}

fn parse<T: FromStr>(name: &str, value: &str) -> Result<T, Answer> {
    value.parse().map_err(|_| refusal::invalid(name, "has the wrong type"))
}
