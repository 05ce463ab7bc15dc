//! Which desktops are shown: the filter, the order and the page, to and from a query string.
//!
//! The same code answers on the server and in the browser, so that a page looks the same before and after the browser
//! takes over.

mod arrange;
mod search;
mod view;

use serde::{Deserialize, Serialize};

use crate::desktop::{Desktop, Power, Session};

pub use arrange::{PAGE_ROWS, Page, arrange, page_of};
pub use search::Matcher;
pub use view::{Sort, SortBy, View};

/// The most characters of a search that are used; the rest is dropped. Assumed, because nobody types more; it bounds the
/// work of one search. If it is wrong, a longer search finds more than it should.
pub const SEARCH_LIMIT_CHARS: usize = 200;

/// Something with a fixed set of values, each of which has one word in a query string.
pub trait QueryWord: Copy + PartialEq + 'static {
    /// Every value with its word, in the order in which a list offers them.
    const WORDS: &'static [(Self, &'static str)];

    /// The word that stands for this value.
    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(value, _)| *value == self).map_or("", |(_, word)| word)
    }

    /// The value that a word stands for; `None` for any other text.
    fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, known)| *known == word).map(|(value, _)| *value)
    }
}

/// In maintenance, or in service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MaintenanceFilter {
    /// Only those in maintenance.
    InMaintenance,
    /// Only those in service.
    InService,
}

impl QueryWord for MaintenanceFilter {
    const WORDS: &'static [(Self, &'static str)] = &[(Self::InMaintenance, "in"), (Self::InService, "out")];
}

/// One power state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PowerFilter {
    /// [`Power::Running`]
    Running,
    /// [`Power::Off`]
    Off,
    /// [`Power::Hibernated`]
    Hibernated,
    /// [`Power::Error`]
    Error,
    /// Any [`Power::Other`].
    Other,
}

impl QueryWord for PowerFilter {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Running, "running"),
        (Self::Off, "off"),
        (Self::Hibernated, "hibernated"),
        (Self::Error, "error"),
        (Self::Other, "other"),
    ];
}

impl From<&Power> for PowerFilter {
    fn from(power: &Power) -> Self {
        match power {
            Power::Running => Self::Running,
            Power::Off => Self::Off,
            Power::Hibernated => Self::Hibernated,
            Power::Error => Self::Error,
            Power::Other(_) => Self::Other,
        }
    }
}

/// One session state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SessionFilter {
    /// [`Session::Connected`]
    Connected,
    /// [`Session::Disconnected`]
    Disconnected,
    /// [`Session::Ready`]
    Ready,
    /// [`Session::NotRegistered`]
    NotRegistered,
    /// Any [`Session::Other`].
    Other,
}

impl QueryWord for SessionFilter {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Connected, "connected"),
        (Self::Disconnected, "disconnected"),
        (Self::Ready, "ready"),
        (Self::NotRegistered, "not-registered"),
        (Self::Other, "other"),
    ];
}

impl From<&Session> for SessionFilter {
    fn from(session: &Session) -> Self {
        match session {
            Session::Connected => Self::Connected,
            Session::Disconnected => Self::Disconnected,
            Session::Ready => Self::Ready,
            Session::NotRegistered => Self::NotRegistered,
            Session::Other(_) => Self::Other,
        }
    }
}

/// One part of a filter. Its word is the key in a query string and the name of the field in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FilterKey {
    /// The search.
    Search,
    /// Maintenance.
    Maintenance,
    /// Power.
    Power,
    /// Session.
    Session,
}

impl QueryWord for FilterKey {
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Search, "q"), (Self::Maintenance, "maintenance"), (Self::Power, "power"), (Self::Session, "session")];
}

/// One part of a filter that leaves desktops out, with its value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ActiveFilter {
    /// The search, as typed.
    Search(String),
    /// Maintenance.
    Maintenance(MaintenanceFilter),
    /// Power.
    Power(PowerFilter),
    /// Session.
    Session(SessionFilter),
}

impl ActiveFilter {
    /// Which part it is.
    pub fn key(&self) -> FilterKey {
        match self {
            Self::Search(_) => FilterKey::Search,
            Self::Maintenance(_) => FilterKey::Maintenance,
            Self::Power(_) => FilterKey::Power,
            Self::Session(_) => FilterKey::Session,
        }
    }
}

/// Which desktops are shown. The default shows everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Words that must all be found; see [`Matcher`]. Use [`Filter::searching`] to set it from what somebody typed.
    pub search: String,
    /// Only this maintenance state.
    pub maintenance: Option<MaintenanceFilter>,
    /// Only this power state.
    pub power: Option<PowerFilter>,
    /// Only this session state.
    pub session: Option<SessionFilter>,
}

impl Filter {
    /// The same filter with another search: trimmed, and cut to [`SEARCH_LIMIT_CHARS`].
    #[must_use]
    pub fn searching(self, typed: &str) -> Self {
        Self { search: search::normalize(typed), ..self }
    }

    /// The same filter without one of its parts.
    #[must_use]
    pub fn without(mut self, key: FilterKey) -> Self {
        match key {
            FilterKey::Search => self.search.clear(),
            FilterKey::Maintenance => self.maintenance = None,
            FilterKey::Power => self.power = None,
            FilterKey::Session => self.session = None,
        }
        self
    }

    /// Whether a desktop is shown. For many desktops make one [`Matcher`].
    pub fn matches(&self, desktop: &Desktop) -> bool {
        Matcher::new(self).matches(desktop)
    }

    /// Whether it leaves nothing out.
    pub fn is_everything(&self) -> bool {
        self.active().is_empty()
    }

    /// The parts that leave desktops out, in the order of [`FilterKey`].
    pub fn active(&self) -> Vec<ActiveFilter> {
        let search = (!self.search.trim().is_empty()).then(|| ActiveFilter::Search(self.search.clone()));
        [
            search,
            self.maintenance.map(ActiveFilter::Maintenance),
            self.power.map(ActiveFilter::Power),
            self.session.map(ActiveFilter::Session),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Reads a query string. What it does not understand leaves nothing out; of a repeated key the first counts.
    pub fn from_query(query: &str) -> Self {
        View::from_query(query).filter
    }

    /// The filter as a query string without `?`, empty where it shows everything.
    pub fn to_query(&self) -> String {
        View { filter: self.clone(), ..View::default() }.to_query()
    }
}

#[cfg(test)]
mod tests;
