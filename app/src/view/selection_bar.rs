//! The selection bar in words.

use domain::role::Role;
use domain::selection::Selection;

use super::number::grouped;
use super::role;
use crate::api::desktops::{CatalogueProblem, CatalogueState, SelectionCounts};

/// What the bar says, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BarText {
    /// `37 selected`, or `Nothing selected`.
    pub status: String,
    /// `16 on other pages`; empty where there are none.
    pub elsewhere: String,
    /// `12 connected`; `None` where nobody is.
    pub connected: Option<String>,
    /// The button that puts into maintenance.
    pub enter: ButtonText,
    /// The button that returns to service.
    pub leave: ButtonText,
    /// Why a button is disabled, in at most eight words; empty where neither is.
    pub reason: String,
}

/// A counted button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ButtonText {
    /// What it says.
    pub words: String,
    /// Whether it cannot act.
    pub disabled: bool,
}

/// What the bar says is selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selected {
    /// How many.
    pub number: u32,
    /// How many of them stand on this page.
    pub on_page: u32,
    /// What they come to, once the server has said so.
    pub counts: Option<SelectionCounts>,
}

/// Why nothing can be reviewed at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barred {
    /// The person's role changes nothing.
    Role,
    /// The cloud does not answer.
    CloudAway,
    /// The sign-in to the cloud has ended.
    SignInEnded,
    /// The list has not been read yet.
    NotRead,
}

impl Barred {
    /// Whether the person's role or the state of the list bars the buttons. The role comes first: nothing else that
    /// changes would help.
    pub fn by(role: Role, catalogue: &CatalogueState) -> Option<Self> {
        match catalogue.problem {
            _ if !role.may_change() => Some(Self::Role),
            Some(CatalogueProblem::DoesNotAnswer) => Some(Self::CloudAway),
            Some(CatalogueProblem::SignInEnded) => Some(Self::SignInEnded),
            _ if catalogue.read_at.is_none() => Some(Self::NotRead),
            _ => None,
        }
    }

    fn reason(self) -> &'static str {
        match self {
            Self::Role => role::NEEDS_OPERATOR,
            Self::CloudAway => "Waits until the cloud answers",
            Self::SignInEnded => "Waits until you sign in again",
            Self::NotRead => "Waits until the list is read",
        }
    }
}

/// How many are selected, as far as this tab knows by itself. `all_matching` is how many all matching would be.
pub fn number_selected(selection: &Selection, all_matching: u32) -> u32 {
    let of = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    match selection {
        Selection::Ids(ids) => of(ids.len()),
        Selection::Matching { except, .. } => all_matching.saturating_sub(of(except.len())),
    }
}

/// The bar for somebody whose script runs.
pub fn with_script(selected: Selected, barred: Option<Barred>) -> BarText {
    let counts = selected.counts.filter(|_| selected.number > 0);
    let (would_enter, would_leave) = (counts.map(|it| it.would_enter), counts.map(|it| it.would_leave));
    let idle = |number: Option<u32>| selected.number == 0 || barred.is_some() || number == Some(0);
    BarText {
        status: status(selected.number),
        elsewhere: elsewhere(selected.number.saturating_sub(selected.on_page), counts.map_or(0, |it| it.gone)),
        connected: counts.filter(|it| it.connected > 0).map(|it| format!("{} connected", grouped(it.connected))),
        enter: ButtonText { words: enter(would_enter), disabled: idle(would_enter) },
        leave: ButtonText { words: leave(would_leave), disabled: idle(would_leave) },
        reason: reason(selected.number, counts, barred).to_owned(),
    }
}

/// The bar as the server renders it, and as it stays without a script: the ticks are not known to it, unless all that
/// match are selected by the address.
pub fn without_script(all_matching: Option<u32>, barred: Option<Barred>) -> BarText {
    let disabled = barred.is_some();
    BarText {
        status: status(all_matching.unwrap_or(0)),
        elsewhere: String::new(),
        connected: None,
        enter: ButtonText { words: enter(None), disabled },
        leave: ButtonText { words: leave(None), disabled },
        reason: barred.map(Barred::reason).unwrap_or_default().to_owned(),
    }
}

/// What a tick means without a script.
pub fn scope_without_script(all_matching: bool) -> &'static str {
    if all_matching { "All that match, on every page" } else { "Ticks count on this page only" }
}

/// What is said when *all matching* ended with its filter.
pub const ENDED: &str = "The filters changed, so “all matching” ended.";

/// The button that selects all that match.
pub fn select_all(matching: u32) -> String {
    format!("Select all {} matching", grouped(matching))
}

fn status(number: u32) -> String {
    if number == 0 { "Nothing selected".to_owned() } else { format!("{} selected", grouped(number)) }
}

fn elsewhere(on_other_pages: u32, gone: u32) -> String {
    let pages = (on_other_pages > gone).then(|| format!("{} on other pages", grouped(on_other_pages - gone)));
    let gone = (gone > 0).then(|| format!("{} not listed any more", grouped(gone)));
    [pages, gone].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn enter(number: Option<u32>) -> String {
    number.map_or_else(
        || "Put into maintenance…".to_owned(),
        |number| format!("Put {} into maintenance…", grouped(number)),
    )
}

fn leave(number: Option<u32>) -> String {
    number.map_or_else(|| "Return to service…".to_owned(), |number| format!("Return {} to service…", grouped(number)))
}

fn reason(number: u32, counts: Option<SelectionCounts>, barred: Option<Barred>) -> &'static str {
    if let Some(barred) = barred {
        return barred.reason();
    }
    match counts {
        _ if number == 0 => "Select desktops first",
        Some(SelectionCounts { would_enter: 0, would_leave: 0, .. }) => "None of them is listed any more",
        Some(SelectionCounts { would_enter: 0, .. }) => "All are in maintenance",
        Some(SelectionCounts { would_leave: 0, .. }) => "All are in service",
        _ => "",
    }
}

#[cfg(test)]
mod tests;
