//! The table's rows: filtered, ordered, cut into pages.

use crate::desktop::{Desktop, Power, Session};

use super::search::push_lower;
use super::{Filter, Matcher, Sort, SortBy};

/// Rows on one page of desktops.
pub const PAGE_ROWS: usize = 50;

/// One desktop with everything that comparing needs, worked out once.
struct Row<'a> {
    column: Column,
    /// The name, in lower case.
    name: String,
    desktop: &'a Desktop,
}

impl Row<'_> {
    /// Whether it has no text where the table is ordered by one; such rows stand last either way round.
    fn is_missing(&self, by: SortBy) -> bool {
        matches!(by, SortBy::Name | SortBy::User | SortBy::Pool) && self.column.text.is_empty()
    }
}

/// What the table is ordered by, of one desktop.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Column {
    /// The place of a state among its kind.
    rank: u8,
    /// The text, in lower case.
    text: String,
}

impl Column {
    fn of(desktop: &Desktop, by: SortBy) -> Self {
        let text = |text: &str| Self { rank: 0, text: lower(text) };
        let rank = |rank| Self { rank, text: String::new() };
        match by {
            SortBy::Name => text(&desktop.name),
            SortBy::User => text(desktop.user.as_deref().unwrap_or_default()),
            SortBy::Pool => text(desktop.pool.as_deref().unwrap_or_default()),
            SortBy::Maintenance => rank(u8::from(!desktop.in_maintenance)),
            SortBy::Power => match &desktop.power {
                Power::Running => rank(0),
                Power::Off => rank(1),
                Power::Hibernated => rank(2),
                Power::Error => rank(3),
                Power::Other(word) => Self { rank: 4, text: lower(word) },
            },
            SortBy::Session => match &desktop.session {
                Session::Connected => rank(0),
                Session::Disconnected => rank(1),
                Session::Ready => rank(2),
                Session::NotRegistered => rank(3),
                Session::Other(word) => Self { rank: 4, text: lower(word) },
            },
        }
    }
}

/// The desktops that a filter shows, in order. Equal ones stand by lower-case name, then id, whichever way round the
/// table is; those without name, user or pool stand last where the table is ordered by that.
pub fn arrange<'a>(desktops: &'a [Desktop], filter: &Filter, sort: Sort) -> Vec<&'a Desktop> {
    let mut matcher = Matcher::new(filter);
    let mut rows: Vec<Row<'a>> = Vec::new();
    for desktop in desktops.iter().filter(|desktop| matcher.matches(desktop)) {
        rows.push(Row { name: lower(&desktop.name), column: Column::of(desktop, sort.by), desktop });
    }
    rows.sort_by(|one, other| one.name.cmp(&other.name).then_with(|| one.desktop.id.cmp(&other.desktop.id)));
    // The sort is stable, so what is equal in the column stays in the order of names.
    rows.sort_by(|one, other| {
        let column = one.column.cmp(&other.column);
        let turned = if sort.descending { column.reverse() } else { column };
        one.is_missing(sort.by).cmp(&other.is_missing(sort.by)).then(turned)
    });
    rows.into_iter().map(|row| row.desktop).collect()
}

fn lower(text: &str) -> String {
    let mut lower = String::with_capacity(text.len());
    push_lower(&mut lower, text);
    lower
}

/// One page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page<'a, T> {
    /// What stands on it; empty only where the list is.
    pub items: &'a [T],
    /// Which page it is, from 1: the one asked for, or the nearest that exists.
    pub number: u32,
    /// How many pages there are, at least 1.
    pub pages: u32,
    /// How many items stand on the pages before it.
    pub before: usize,
    /// How many items the whole list has.
    pub total: usize,
}

impl<T> Page<'_, T> {
    /// The number of the page before, where there is one.
    pub fn previous(&self) -> Option<u32> {
        (self.number > 1).then(|| self.number - 1)
    }

    /// The number of the page after, where there is one.
    pub fn next(&self) -> Option<u32> {
        (self.number < self.pages).then(|| self.number + 1)
    }
}

/// One page of a list, cut into pages of `size` items (at least one).
pub fn page_of<T>(items: &[T], page: u32, size: usize) -> Page<'_, T> {
    let size = size.max(1);
    let pages = u32::try_from(items.len().div_ceil(size)).unwrap_or(u32::MAX).max(1);
    let number = page.clamp(1, pages);
    let before = usize::try_from(number - 1).unwrap_or(usize::MAX).saturating_mul(size).min(items.len());
    let end = before.saturating_add(size).min(items.len());
    Page { items: &items[before..end], number, pages, before, total: items.len() }
}

#[cfg(test)]
mod tests;
