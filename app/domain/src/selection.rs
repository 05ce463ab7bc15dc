//! What was chosen.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::desktop::{Desktop, DesktopId, Session};
use crate::filter::{Filter, Matcher};

/// The chosen desktops: single ones, or all that match a filter.
///
/// A desktop that is being deleted can be chosen by neither *this page* nor *all matching*. One that was ticked before
/// its deletion began stays chosen: the review shows it, and the cloud says what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Selection {
    /// These, whatever the filter shows.
    Ids(BTreeSet<DesktopId>),
    /// All that match a filter, but not these.
    Matching {
        /// Which desktops.
        filter: Filter,
        /// Those ticked off again.
        except: BTreeSet<DesktopId>,
    },
}

impl Default for Selection {
    fn default() -> Self {
        Self::Ids(BTreeSet::new())
    }
}

/// Why the ids of a form are no choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum ChoiceError {
    /// No id at all.
    #[error("nothing was chosen")]
    Nothing,
    /// More different ids than one request may carry.
    #[error("{got} desktops were chosen one by one, {limit} is the most")]
    TooMany {
        /// The most that are taken.
        limit: usize,
        /// How many different ids there were.
        got: usize,
    },
    /// One of them is no desktop id.
    #[error("item {position} is no desktop id")]
    InvalidId {
        /// Which one, from 1.
        position: usize,
    },
}

/// What became of a selection when the filter changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "an ended selection has to be told"]
pub enum AfterFilter {
    /// It is what it was.
    Kept,
    /// It was *all matching* the former filter; now nothing is selected.
    Ended,
}

/// How much of a page is selected: the state of the checkbox in the table's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageTicks {
    /// Nothing on it.
    None,
    /// Some of it.
    Some,
    /// Everything on it that can be chosen.
    All,
}

/// What a selection comes to in the present list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectionCounts {
    /// The chosen desktops, with those that the list lacks.
    pub selected: usize,
    /// Those in service: what *Put into maintenance* would change.
    pub would_enter: usize,
    /// Those in maintenance: what *Return to service* would change.
    pub would_leave: usize,
    /// Those with a user connected.
    pub connected: usize,
    /// Chosen ids that the list lacks.
    pub missing: usize,
}

impl Selection {
    /// The selection that a form sends as ids. Duplicates count once.
    ///
    /// # Errors
    /// [`ChoiceError::Nothing`] without an id, [`ChoiceError::InvalidId`] where one is malformed,
    /// [`ChoiceError::TooMany`] beyond `limit`.
    pub fn from_ids(texts: Vec<String>, limit: usize) -> Result<Self, ChoiceError> {
        let ids = parse_ids(texts, limit)?;
        if ids.is_empty() { Err(ChoiceError::Nothing) } else { Ok(Self::Ids(ids)) }
    }

    /// The selection that a form sends as *all matching, but not these*.
    ///
    /// # Errors
    /// [`ChoiceError::InvalidId`] where an exception is malformed, [`ChoiceError::TooMany`] where there are more than
    /// `limit` exceptions.
    pub fn from_filter(filter: Filter, except: Vec<String>, limit: usize) -> Result<Self, ChoiceError> {
        Ok(Self::Matching { filter, except: parse_ids(except, limit)? })
    }

    /// Whether it certainly holds nothing. *All matching* is never empty in this sense, though nothing may match.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Ids(ids) if ids.is_empty())
    }

    /// Ticks one desktop on or off, as its checkbox says.
    pub fn set(&mut self, id: DesktopId, on: bool) {
        match (self, on) {
            (Self::Ids(ids), true) => drop(ids.insert(id)),
            (Self::Ids(ids), false) => drop(ids.remove(&id)),
            (Self::Matching { except, .. }, true) => drop(except.remove(&id)),
            (Self::Matching { except, .. }, false) => drop(except.insert(id)),
        }
    }

    /// Ticks a whole page on or off. A desktop that is being deleted is not ticked on.
    pub fn set_page<'a>(&mut self, page: impl IntoIterator<Item = &'a Desktop>, on: bool) {
        for desktop in page {
            if !on || !desktop.is_being_deleted() {
                self.set(desktop.id.clone(), on);
            }
        }
    }

    /// Selects nothing.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Selects all that match a filter, in place of what was selected.
    pub fn select_all_matching(&mut self, filter: Filter) {
        *self = Self::Matching { filter, except: BTreeSet::new() };
    }

    /// Follows a new filter: single ids stay chosen, *all matching* another filter ends.
    pub fn on_filter_changed(&mut self, filter: &Filter) -> AfterFilter {
        match self {
            Self::Matching { filter: chosen, .. } if chosen != filter => {
                self.clear();
                AfterFilter::Ended
            }
            _ => AfterFilter::Kept,
        }
    }

    /// Whether a desktop is selected. For many desktops use [`Selection::counted`], [`Selection::ticks_on`] or
    /// [`Selection::resolve`].
    pub fn contains(&self, desktop: &Desktop) -> bool {
        Chooser::new(self).chooses(desktop)
    }

    /// The ids that it means in the present list, in the order of ids. Single ids are all of them, listed or not.
    pub fn resolve(&self, desktops: &[Desktop]) -> BTreeSet<DesktopId> {
        match self {
            Self::Ids(ids) => ids.clone(),
            Self::Matching { .. } => {
                let mut chooser = Chooser::new(self);
                desktops.iter().filter(|desktop| chooser.chooses(desktop)).map(|desktop| desktop.id.clone()).collect()
            }
        }
    }

    /// What it comes to in the present list (every id in it once).
    pub fn counted(&self, desktops: &[Desktop]) -> SelectionCounts {
        let mut chooser = Chooser::new(self);
        let mut counts = SelectionCounts::default();
        for desktop in desktops.iter().filter(|desktop| chooser.chooses(desktop)) {
            counts.selected += 1;
            counts.would_enter += usize::from(!desktop.in_maintenance);
            counts.would_leave += usize::from(desktop.in_maintenance);
            counts.connected += usize::from(desktop.session == Session::Connected);
        }
        if let Self::Ids(ids) = self {
            counts.missing = ids.len().saturating_sub(counts.selected);
            counts.selected += counts.missing;
        }
        counts
    }

    /// How much of a page is selected; desktops that cannot be chosen do not count against *all*.
    pub fn ticks_on<'a>(&self, page: impl IntoIterator<Item = &'a Desktop>) -> PageTicks {
        let mut chooser = Chooser::new(self);
        let (mut chosen, mut left) = (false, false);
        for desktop in page {
            if chooser.chooses(desktop) {
                chosen = true;
            } else if !desktop.is_being_deleted() {
                left = true;
            }
        }
        match (chosen, left) {
            (false, _) => PageTicks::None,
            (true, true) => PageTicks::Some,
            (true, false) => PageTicks::All,
        }
    }
}

/// A selection made ready for many desktops.
enum Chooser<'s> {
    Ids(&'s BTreeSet<DesktopId>),
    Matching(Matcher<'s>, &'s BTreeSet<DesktopId>),
}

impl<'s> Chooser<'s> {
    fn new(selection: &'s Selection) -> Self {
        match selection {
            Selection::Ids(ids) => Self::Ids(ids),
            Selection::Matching { filter, except } => Self::Matching(Matcher::new(filter), except),
        }
    }

    fn chooses(&mut self, desktop: &Desktop) -> bool {
        match self {
            Self::Ids(ids) => ids.contains(&desktop.id),
            Self::Matching(matcher, except) => {
                !desktop.is_being_deleted() && matcher.matches(desktop) && !except.contains(&desktop.id)
            }
        }
    }
}

fn parse_ids(texts: Vec<String>, limit: usize) -> Result<BTreeSet<DesktopId>, ChoiceError> {
    let mut ids = BTreeSet::new();
    for (index, text) in texts.into_iter().enumerate() {
        ids.insert(DesktopId::try_from(text).map_err(|_| ChoiceError::InvalidId { position: index + 1 })?);
    }
    if ids.len() > limit { Err(ChoiceError::TooMany { limit, got: ids.len() }) } else { Ok(ids) }
}

#[cfg(test)]
mod tests;
