//! The state of the page of desktops, as it stands in the address.

use serde::{Deserialize, Serialize};

use super::{Filter, FilterKey, MaintenanceFilter, PowerFilter, QueryWord, SessionFilter, search};

const SORT: &str = "sort";
const PAGE: &str = "page";
const SELECT: &str = "select";
const MATCHING: &str = "matching";

/// What the table is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SortBy {
    /// The computer name.
    #[default]
    Name,
    /// Who it is assigned to.
    User,
    /// The session: connected first.
    Session,
    /// The power state: running first.
    Power,
    /// Maintenance: those in maintenance first.
    Maintenance,
    /// The id of the pool.
    Pool,
}

impl QueryWord for SortBy {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Name, "name"),
        (Self::User, "user"),
        (Self::Session, "session"),
        (Self::Power, "power"),
        (Self::Maintenance, "maintenance"),
        (Self::Pool, "pool"),
    ];
}

/// The order of the table. The default is by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort {
    /// By which column.
    pub by: SortBy,
    /// From the other end.
    pub descending: bool,
}

impl Sort {
    /// The order after a press on a column's head: turned round where the table is ordered by it already.
    #[must_use]
    pub fn toggled(self, by: SortBy) -> Self {
        Self { by, descending: self.by == by && !self.descending }
    }

    fn from_word(word: &str) -> Option<Self> {
        let (descending, column) = word.strip_prefix('-').map_or((false, word), |column| (true, column));
        SortBy::from_word(column).map(|by| Self { by, descending })
    }

    fn word(self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.by.word())
    }
}

/// Everything about the page of desktops that stands in its address.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct View {
    /// Which desktops are shown.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// Which page of them, from 1.
    pub page: u32,
    /// Whether all that match are selected: how the selection of a page without script says so (`select=matching`).
    pub select_matching: bool,
}

impl Default for View {
    fn default() -> Self {
        Self { filter: Filter::default(), sort: Sort::default(), page: 1, select_matching: false }
    }
}

impl View {
    /// Reads a query string, with or without `?`. It takes anything: what it does not understand is as if it were not
    /// there, and of a repeated key the first counts.
    pub fn from_query(query: &str) -> Self {
        let query = query.strip_prefix('?').unwrap_or(query);
        let (mut search, mut maintenance, mut power, mut session) = (None, None, None, None);
        let (mut sort, mut page, mut select) = (None, None, None);
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            let key = key.as_ref();
            let slot = match FilterKey::from_word(key) {
                Some(FilterKey::Search) => &mut search,
                Some(FilterKey::Maintenance) => &mut maintenance,
                Some(FilterKey::Power) => &mut power,
                Some(FilterKey::Session) => &mut session,
                None if key == SORT => &mut sort,
                None if key == PAGE => &mut page,
                None if key == SELECT => &mut select,
                None => continue,
            };
            slot.get_or_insert(value);
        }
        Self {
            filter: Filter {
                search: search.as_deref().map(search::normalize).unwrap_or_default(),
                maintenance: maintenance.as_deref().and_then(MaintenanceFilter::from_word),
                power: power.as_deref().and_then(PowerFilter::from_word),
                session: session.as_deref().and_then(SessionFilter::from_word),
            },
            sort: sort.as_deref().and_then(Sort::from_word).unwrap_or_default(),
            page: page.and_then(|number| number.parse().ok()).unwrap_or(1).max(1),
            select_matching: select.as_deref() == Some(MATCHING),
        }
    }

    /// The query string without `?`: every key once, in a fixed order, and none that says what holds anyway.
    pub fn to_query(&self) -> String {
        let Filter { search, maintenance, power, session } = &self.filter;
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !search.is_empty() {
            query.append_pair(FilterKey::Search.word(), search);
        }
        if let Some(maintenance) = maintenance {
            query.append_pair(FilterKey::Maintenance.word(), maintenance.word());
        }
        if let Some(power) = power {
            query.append_pair(FilterKey::Power.word(), power.word());
        }
        if let Some(session) = session {
            query.append_pair(FilterKey::Session.word(), session.word());
        }
        if self.sort != Sort::default() {
            query.append_pair(SORT, &self.sort.word());
        }
        if self.page > 1 {
            query.append_pair(PAGE, &self.page.to_string());
        }
        if self.select_matching {
            query.append_pair(SELECT, MATCHING);
        }
        query.finish()
    }

    /// With another filter: on page 1, and *all that match* is selected no longer, because it would mean other desktops.
    #[must_use]
    pub fn with_filter(&self, filter: Filter) -> Self {
        if filter == self.filter {
            return self.clone();
        }
        Self { filter, sort: self.sort, page: 1, select_matching: false }
    }

    /// Without one part of the filter, on page 1.
    #[must_use]
    pub fn without(&self, key: FilterKey) -> Self {
        self.with_filter(self.filter.clone().without(key))
    }

    /// After a press on a column's head, on page 1. The same desktops match, so the selection stays.
    #[must_use]
    pub fn sorted_by(&self, by: SortBy) -> Self {
        Self { sort: self.sort.toggled(by), page: 1, ..self.clone() }
    }

    /// On another page, at least page 1.
    #[must_use]
    pub fn on_page(&self, page: u32) -> Self {
        Self { page: page.max(1), ..self.clone() }
    }

    /// On the same page, with all that match selected or not.
    #[must_use]
    pub fn selecting_matching(&self, select_matching: bool) -> Self {
        Self { select_matching, ..self.clone() }
    }
}

#[cfg(test)]
mod tests;
