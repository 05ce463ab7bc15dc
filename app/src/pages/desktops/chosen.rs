//! The selection as this tab holds it: kept through filters, pages and reloads, counted by the server.

use std::time::Duration;

use domain::desktop::{Desktop, DesktopId};
use domain::filter::Filter;
use domain::selection::{AfterFilter, PageTicks, Selection};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;

use super::listing::Listing;
use crate::api::desktops::{self, SelectionCounts};
use crate::browser;
use crate::view::selection_bar::{Selected, number_selected};

/// How long the selection has to rest before it is counted.
const COUNT_AFTER: Duration = Duration::from_millis(150);

/// What the tab keeps it under, for each person and project.
const KEPT: &str = "selection";

/// The selection, for every part of the page.
#[derive(Clone, Copy)]
pub struct Chosen {
    /// What is selected. Until the script has taken over it is nothing.
    pub selection: RwSignal<Selection>,
    /// Whether *all matching* has just ended, because the filters changed.
    pub ended: RwSignal<bool>,
    counts: RwSignal<Option<SelectionCounts>>,
    /// Raised with each change; an answer to an earlier one comes too late.
    change: StoredValue<u32>,
    listing: Listing,
}

impl Chosen {
    /// Holds the selection. For use while a component is set up.
    pub fn new(listing: Listing) -> Self {
        let it = Self {
            selection: RwSignal::new(Selection::default()),
            ended: RwSignal::new(false),
            counts: RwSignal::new(None),
            change: StoredValue::new(0),
            listing,
        };
        it.take_over();
        it.keep();
        it.end_with_filter();
        it.count();
        it
    }

    /// Whether a desktop is selected.
    pub fn contains(self, desktop: &Desktop) -> bool {
        self.selection.with(|selection| selection.contains(desktop))
    }

    /// How much of the page shown is selected.
    pub fn ticks(self) -> PageTicks {
        self.listing
            .page
            .with(|page| self.selection.with(|selection| selection.ticks_on(page.rows.iter().map(|row| &row.desktop))))
    }

    /// What the bar says is selected.
    pub fn selected(self) -> Selected {
        self.listing.page.with(|page| {
            self.selection.with(|selection| {
                let on_page = page.rows.iter().filter(|row| selection.contains(&row.desktop)).count();
                Selected {
                    number: number_selected(selection, page.all_matching.selected),
                    on_page: u32::try_from(on_page).unwrap_or(u32::MAX),
                    counts: self.counts.get(),
                }
            })
        })
    }

    /// The ids selected that are no box on this page, separated by spaces: what the form sends beside its boxes.
    pub fn more(self) -> String {
        self.listing.page.with(|page| {
            self.selection.with(|selection| match selection {
                Selection::Ids(ids) => {
                    let boxes: Vec<&DesktopId> = page
                        .rows
                        .iter()
                        .filter(|row| !row.desktop.is_being_deleted())
                        .map(|row| &row.desktop.id)
                        .collect();
                    joined(ids.iter().filter(|id| !boxes.contains(id)))
                }
                Selection::Matching { .. } => String::new(),
            })
        })
    }

    /// The ids taken off *all matching*, separated by spaces; `None` where single ones are selected.
    pub fn except(self) -> Option<String> {
        self.selection.with(|selection| match selection {
            Selection::Ids(_) => None,
            Selection::Matching { except, .. } => Some(joined(except.iter())),
        })
    }

    /// Ticks one desktop on or off.
    pub fn set(self, id: DesktopId, on: bool) {
        self.change(|selection| selection.set(id, on));
    }

    /// Ticks the page shown on or off.
    pub fn set_page(self, on: bool) {
        self.listing.page.with_untracked(|page| {
            self.change(|selection| selection.set_page(page.rows.iter().map(|row| &row.desktop), on));
        });
    }

    /// Selects all that match.
    pub fn all_matching(self, filter: Filter) {
        self.change(|selection| selection.select_all_matching(filter));
    }

    /// Selects nothing.
    pub fn clear(self) {
        self.change(Selection::clear);
    }

    fn change(self, change: impl FnOnce(&mut Selection)) {
        self.ended.set(false);
        self.selection.update(change);
    }

    /// What the tab kept, what was ticked before the script came, and *all matching* from the address, once.
    fn take_over(self) {
        let leave_address = self.listing.navigator();
        Effect::new(move |_| {
            let view = self.listing.view.get_untracked();
            let mut selection = browser::kept(&self.listing.key(KEPT))
                .and_then(|text| serde_json::from_str::<Selection>(&text).ok())
                .unwrap_or_default();
            let _ = selection.on_filter_changed(&view.filter);
            for id in browser::take_early_ticks().into_iter().filter_map(|id| DesktopId::try_from(id).ok()) {
                selection.set(id, true);
            }
            if untrack(|| self.listing.is_matching_by_address()) {
                // What the tab kept knows exceptions, which the address does not.
                if !matches!(selection, Selection::Matching { .. }) {
                    selection.select_all_matching(view.filter.clone());
                }
                leave_address(&view, NavigateOptions { replace: true, scroll: false, ..Default::default() });
            }
            self.selection.set(selection);
        });
    }

    fn keep(self) {
        Effect::new(move |before: Option<()>| {
            let text = self.selection.with(serde_json::to_string);
            // The first time it is still what the server assumed, which must not overwrite what is kept.
            if let (Some(()), Ok(text)) = (before, text) {
                browser::keep(&self.listing.key(KEPT), &text);
            }
        });
    }

    fn end_with_filter(self) {
        let filter = Memo::new(move |_| self.listing.view.with(|view| view.filter.clone()));
        Effect::new(move |_| {
            let filter = filter.get();
            let ends = self.selection.with_untracked(
                |selection| matches!(selection, Selection::Matching { filter: chosen, .. } if *chosen != filter),
            );
            if ends {
                self.selection.update(|selection| {
                    let ended = selection.on_filter_changed(&filter) == AfterFilter::Ended;
                    self.ended.set(ended);
                });
            }
        });
    }

    /// Has the selection counted whenever it has changed, once it rests, and when the list is there at last.
    fn count(self) {
        // Not with each reading: counting is an act of a person and would keep the session alive for ever.
        let is_known = Memo::new(move |_| self.listing.page.with(|page| page.catalogue.read_at.is_some()));
        Effect::new(move |_| {
            let is_known = is_known.get();
            let selection = self.selection.get();
            let mine = self.change.get_value().wrapping_add(1);
            self.change.set_value(mine);
            // What was counted belongs to another selection: no number stands on the buttons until this one is counted.
            self.counts.set(selection.is_empty().then(SelectionCounts::default));
            if selection.is_empty() || !is_known {
                return;
            }
            let project = self.listing.project();
            let ask = move || {
                if self.change.try_get_value() != Some(mine) {
                    return;
                }
                spawn_local(async move {
                    let counts = desktops::count(project, selection).await;
                    if self.change.try_get_value() != Some(mine) {
                        return;
                    }
                    match counts {
                        Ok(counts) => self.counts.set(Some(counts)),
                        // Without a number the buttons still lead on, and the server counts.
                        Err(error) => drop(self.listing.lose(error).await),
                    }
                });
            };
            set_timeout(ask, COUNT_AFTER);
        });
    }
}

fn joined<'a>(ids: impl Iterator<Item = &'a DesktopId>) -> String {
    ids.map(DesktopId::as_str).collect::<Vec<_>>().join(" ")
}
