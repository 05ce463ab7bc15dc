//! The line of filters: one form, which works without a script and is followed while it is typed into with one.

use std::time::Duration;

use domain::filter::{
    Filter, MaintenanceFilter, PAGE_ROWS, PowerFilter, QueryWord as _, SEARCH_LIMIT_CHARS, SessionFilter, View,
};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos_router::NavigateOptions;

use super::chips::Chips;
use super::listing::Listing;
use crate::components::{Icon, IconName, Pager};
use crate::pages::{hidden_pairs, hydrated};
use crate::view::desktop_filter::{FilterWords, key_name, options};
use crate::view::desktop_head::{NoRows, no_rows};
use crate::view::desktop_table::{matching_announced, pager_label};

/// How long the search has to rest before it is followed.
const TYPING_REST: Duration = Duration::from_millis(200);

/// The controls of the form, which hold what was typed and chosen.
#[derive(Clone, Copy)]
struct Controls {
    search: NodeRef<html::Input>,
    maintenance: NodeRef<html::Select>,
    power: NodeRef<html::Select>,
    session: NodeRef<html::Select>,
}

impl Controls {
    /// The filter that they show; `None` before they are there.
    fn filter(self) -> Option<Filter> {
        let (search, maintenance) = (self.search.get_untracked()?, self.maintenance.get_untracked()?);
        let (power, session) = (self.power.get_untracked()?, self.session.get_untracked()?);
        let filter = Filter {
            search: String::new(),
            maintenance: MaintenanceFilter::from_word(&maintenance.value()),
            power: PowerFilter::from_word(&power.value()),
            session: SessionFilter::from_word(&session.value()),
        };
        Some(filter.searching(&search.value()))
    }

    /// Shows a filter that came from elsewhere: a chip, a link, the way back.
    fn show(self, filter: &Filter) {
        let chosen = [
            (self.maintenance, filter.maintenance.map_or("", |it| it.word())),
            (self.power, filter.power.map_or("", |it| it.word())),
            (self.session, filter.session.map_or("", |it| it.word())),
        ];
        for (control, word) in chosen {
            if let Some(control) = control.get_untracked() {
                control.set_value(word);
            }
        }
        if let Some(search) = self.search.get_untracked() {
            search.set_value(&filter.search);
        }
    }
}

/// The line of filters with its chips and the pager.
#[component]
pub fn Filters(listing: Listing) -> impl IntoView {
    let controls = Controls {
        search: listing.search,
        maintenance: NodeRef::new(),
        power: NodeRef::new(),
        session: NodeRef::new(),
    };
    let navigate = listing.navigator();
    // The filter that the controls led to last: its coming back in the address is no reason to touch them, because
    // somebody may have typed on.
    let led = StoredValue::new(None::<Filter>);
    let follow = move |replace: bool| {
        let Some(filter) = controls.filter() else { return };
        let view = listing.view.get_untracked();
        if filter != view.filter {
            led.set_value(Some(filter.clone()));
            navigate(&view.with_filter(filter), NavigateOptions { replace, scroll: false, ..Default::default() });
        }
    };
    let (typed, choose, submit, early) = (follow.clone(), follow.clone(), follow.clone(), follow);
    let mut typed = debounce(TYPING_REST, move |()| typed(true));
    Effect::new(move |before: Option<()>| {
        let filter = listing.view.with(|view| view.filter.clone());
        if before.is_none() {
            // What was typed and chosen before the script came is followed now.
            early(true);
        } else if led.get_value().as_ref() != Some(&filter) {
            led.set_value(None);
            controls.show(&filter);
        }
    });
    let shown = listing.view.get_untracked().filter;
    let hydrated = hydrated();
    let order = move || listing.address.with(|view| View { sort: view.sort, ..View::default() }.to_query());
    let action = crate::routes::desktops(&listing.project(), "");
    view! {
        <div class="head-row desktops-filters">
            <form
                class="desktops-filter-form"
                method="get"
                action=action
                role="search"
                autocomplete="off"
                on:submit=move |event: SubmitEvent| {
                    event.prevent_default();
                    submit(false);
                }
            >
                <span class="search">
                    <Icon name=IconName::Lens/>
                    <input
                        class="control"
                        type="search"
                        name="q"
                        aria-label="Search desktops"
                        placeholder="Name, user, address or ID"
                        maxlength=SEARCH_LIMIT_CHARS.to_string()
                        autocomplete="off"
                        spellcheck="false"
                        dir="auto"
                        value=shown.search.clone()
                        node_ref=controls.search
                        on:input=move |_| typed(())
                    />
                </span>
                <Choice chosen=shown.maintenance node=controls.maintenance on_choice=choose.clone()/>
                <Choice chosen=shown.power node=controls.power on_choice=choose.clone()/>
                <Choice chosen=shown.session node=controls.session on_choice=choose/>
                {move || hidden_pairs(&order())}
                {move || listing.ending().map(|(name, value)| view! { <input type="hidden" name=name value=value/> })}
                <button class="button" data-kind="secondary" type="submit" hidden=move || hydrated.get()>
                    "Apply filters"
                </button>
            </form>
            <Chips listing=listing/>
            <Pages listing=listing/>
        </div>
    }
}

/// One combobox.
#[component]
fn Choice<T: FilterWords>(
    chosen: Option<T>,
    node: NodeRef<html::Select>,
    on_choice: impl Fn(bool) + 'static,
) -> impl IntoView {
    let chosen = chosen.map_or("", T::word);
    let options = options::<T>()
        .into_iter()
        .map(|(word, words)| view! { <option value=word selected=word == chosen>{words}</option> })
        .collect_view();
    view! {
        <select
            class="control"
            name=T::KEY.word()
            aria-label=key_name(T::KEY)
            autocomplete="off"
            node_ref=node
            on:change=move |_| on_choice(false)
        >
            {options}
        </select>
    }
}

/// Which of the matching desktops are shown, and the way to the others.
#[component]
fn Pages(listing: Listing) -> impl IntoView {
    let pager = move || {
        listing.page.with(|page| {
            let (number, rows) = (page.view.page, u32::try_from(page.rows.len()).unwrap_or(0));
            let before = (number - 1).saturating_mul(u32::try_from(PAGE_ROWS).unwrap_or(1));
            let label = if no_rows(page) == Some(NoRows::Reading) {
                "Counting".to_owned()
            } else {
                pager_label(before, rows, page.matching)
            };
            let to = |number: u32| listing.way(&listing.address.with(|view| view.on_page(number)));
            let previous = (number > 1).then(|| to(number - 1));
            let next = (number < page.pages).then(|| to(number + 1));
            view! { <Pager label=label previous=previous next=next/> }
        })
    };
    let announced =
        move || listing.page.with(|page| page.catalogue.read_at.is_some().then(|| matching_announced(page.matching)));
    view! {
        {pager}
        <p class="visually-hidden" role="status">{announced}</p>
    }
}
