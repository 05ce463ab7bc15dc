//! The table of desktops in words: its columns, and what stands in the cells of a row.

use domain::filter::{Sort, SortBy};

use super::number::{counted, grouped};
use super::state_words::{self, StateText};
use crate::api::desktops::{DesktopRow, HeldBy};
use crate::components::{IconName, Tone};

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The word in its head.
    pub name: &'static str,
    /// The value of `data-column`, by which the style sheet knows it.
    pub key: &'static str,
    /// What a press on its head orders by; `None` where it cannot be ordered by.
    pub by: Option<SortBy>,
}

/// The columns after the checkbox, from left to right.
pub const COLUMNS: [Column; 8] = [
    Column { name: "Desktop", key: "desktop", by: Some(SortBy::Name) },
    Column { name: "User", key: "user", by: Some(SortBy::User) },
    Column { name: "Session", key: "session", by: Some(SortBy::Session) },
    Column { name: "Power", key: "power", by: Some(SortBy::Power) },
    Column { name: "Maintenance", key: "maintenance", by: Some(SortBy::Maintenance) },
    Column { name: "Pool", key: "pool", by: Some(SortBy::Pool) },
    Column { name: "Address", key: "address", by: None },
    Column { name: "Zone", key: "zone", by: None },
];

/// The value of `aria-sort` for a column: only the one that orders the table has one.
pub fn aria_sort(sort: Sort, by: SortBy) -> Option<&'static str> {
    (sort.by == by).then_some(if sort.descending { "descending" } else { "ascending" })
}

/// What a desktop is called: its name, else its id.
pub fn name(row: &DesktopRow) -> String {
    if row.desktop.name.trim().is_empty() { row.desktop.id.to_string() } else { row.desktop.name.clone() }
}

/// The accessible name of a row's checkbox.
pub fn select_name(row: &DesktopRow) -> String {
    format!("Select {}", name(row))
}

/// Whether it runs, or is being deleted.
pub fn power(row: &DesktopRow) -> StateText {
    if row.desktop.is_being_deleted() {
        StateText::new(IconName::Arc, Tone::Ink3, "Deleting")
    } else {
        state_words::power(&row.desktop.power)
    }
}

/// In service, in maintenance, on the way, or why neither can be changed.
pub fn maintenance(row: &DesktopRow) -> StateText {
    if row.desktop.is_being_deleted() {
        return StateText::new(IconName::Lock, Tone::Ink3, "Cannot change: being deleted");
    }
    match &row.held_by {
        Some(HeldBy { run, operator, entering }) => {
            // A run that has brought the desktop where it wants it holds it on until all of its desktops are there.
            let is_there = row.desktop.in_maintenance == *entering;
            let text = if is_there { state_words::maintenance(*entering) } else { state_words::on_the_way(*entering) };
            text.with(format!("run {run} by {operator}"))
        }
        None => state_words::maintenance(row.desktop.in_maintenance),
    }
}

/// What of the list is shown: `1–50 of 412 matching`. `before` rows stand on the pages before.
pub fn pager_label(before: u32, shown: u32, matching: u32) -> String {
    if shown == 0 {
        format!("{} matching", grouped(matching))
    } else {
        format!("{}–{} of {} matching", grouped(before + 1), grouped(before + shown), grouped(matching))
    }
}

/// The number matching, as it is read out after each change of the filter.
pub fn matching_announced(matching: u32) -> String {
    format!("{} the filters", counted(matching, "desktop matches", "desktops match"))
}

#[cfg(test)]
mod tests;
