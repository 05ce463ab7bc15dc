//! The filters as chips, each with the way to remove it.

use domain::filter::ActiveFilter;
use leptos::prelude::*;

use super::listing::Listing;
use crate::components::{Icon, IconName};
use crate::pages::LinkForm;
use crate::view::desktop_filter::{key_name, remove_name, value};
use crate::view::desktop_head::{NoRows, no_rows};

/// The filters of the list as chips in the line of filters. Where they leave everything out they stand in the table's
/// place instead.
#[component]
pub fn Chips(listing: Listing) -> impl IntoView {
    let elsewhere = Memo::new(move |_| listing.page.with(|page| no_rows(page) == Some(NoRows::NoMatch)));
    move || (!elsewhere.get()).then(|| view! { <ChipList listing=listing/> })
}

/// The filters of the list as chips.
#[component]
pub fn ChipList(listing: Listing) -> impl IntoView {
    let chips = move || {
        // An address that loses *all matching* to the script makes the chips anew: their ways do not end it any more.
        let _ = listing.is_matching_by_address();
        listing.view.with(|view| {
            view.filter
                .active()
                .into_iter()
                .map(|filter| view! { <Chip listing=listing filter=filter/> })
                .collect_view()
        })
    };
    view! { <span class="desktops-chips">{chips}</span> }
}

/// One filter with the button that removes it.
#[component]
fn Chip(listing: Listing, filter: ActiveFilter) -> impl IntoView {
    let key = filter.key();
    let value = value(&filter);
    let href = untrack(|| listing.view.with(|view| listing.way_by_filter(&view.without(key))));
    // The button goes with its chip; the focus must not be lost with it.
    let to_search = Callback::new(move |()| {
        if let Some(search) = listing.search.get_untracked() {
            let _ = search.focus();
        }
    });
    view! {
        <span class="chip">
            <span class="chip-key">{key_name(key)}":"</span>
            <span class="chip-value" dir="auto" title=value.clone()>{value.clone()}</span>
            <LinkForm href=href after=to_search>
                <button class="chip-remove" type="submit" aria-label=remove_name(key)>
                    <Icon name=IconName::Cross/>
                </button>
            </LinkForm>
        </span>
    }
}
