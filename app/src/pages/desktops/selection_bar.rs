//! The bar at the bottom: what is selected, and the two counted buttons.

use domain::selection::Selection;
use leptos::prelude::*;

use super::chosen::Chosen;
use super::listing::Listing;
use crate::components::{Icon, IconName, Reason};
use crate::pages::post_form::PostForm;
use crate::pages::{LinkForm, hydrated};
use crate::view::selection_bar::{self as words, BarText, Barred};

/// The bar at the bottom.
#[component]
pub fn SelectionBar(listing: Listing, chosen: Chosen) -> impl IntoView {
    let hydrated = hydrated();
    let by_address = untrack(|| listing.is_matching_by_address());
    let text = Memo::new(move |_| {
        let barred = listing.page.with(|page| Barred::by(listing.role, &page.catalogue));
        if hydrated.get() {
            words::with_script(chosen.selected(), barred)
        } else {
            let all = listing.page.with(|page| page.all_matching.selected);
            words::without_script(by_address.then_some(all), barred)
        }
    });
    let ended = move || if hydrated.get() { chosen.ended.get() } else { listing.ended_by_address() };
    let elsewhere = move || if ended() { words::ENDED.to_owned() } else { text.with(|text| text.elsewhere.clone()) };
    let elsewhere = move || Some(elsewhere()).filter(|words| !words.is_empty());
    let connected = move || {
        text.with(|text| text.connected.clone()).map(|words| {
            view! { <span class="state" data-tone="teal"><Icon name=IconName::PersonFilled/><span>{words}</span></span> }
        })
    };
    view! {
        <section class="selection-bar" aria-label="Selection">
            <ChooseForm listing=listing chosen=chosen/>
            <p class="selection-bar-status" role="status" data-by-address=by_address.then_some("true")>
                {move || text.with(|text| text.status.clone())}
            </p>
            <span class="selection-bar-more">{elsewhere}</span>
            <span class="selection-bar-more selection-bar-scriptless">{words::scope_without_script(by_address)}</span>
            {connected}
            <span class="divider"></span>
            <SelectAll listing=listing chosen=chosen/>
            <Clear listing=listing chosen=chosen/>
            <span class="selection-bar-actions">
                <Why text=text listing=listing/>
                <CountedButton text=text mode="leave"/>
                <CountedButton text=text mode="enter"/>
            </span>
        </section>
    }
}

/// What the boxes and the two buttons belong to. It holds what is selected beside the boxes of this page.
#[component]
fn ChooseForm(listing: Listing, chosen: Chosen) -> impl IntoView {
    let hydrated = hydrated();
    let by_address = move || listing.is_matching_by_address() && !hydrated.get();
    let select = move || if by_address() || chosen.except().is_some() { "matching".to_owned() } else { String::new() };
    let query = move || listing.view.with(|view| view.selecting_matching(by_address()).to_query());
    let matched = move || listing.page.with(|page| page.all_matching.selected.to_string());
    view! {
        <PostForm action="/api/desktops/review" id="choose" class="link-form" project=listing.project()>
            <Kept name="query" value=Signal::derive(query)/>
            <Kept name="matched" value=Signal::derive(matched)/>
            <Kept name="select" value=Signal::derive(select)/>
            <Kept name="more" value=Signal::derive(move || chosen.more())/>
            <Kept name="except" value=Signal::derive(move || chosen.except().unwrap_or_default())/>
        </PostForm>
    }
}

/// A hidden field. No browser restores it after a reload: what it held belongs to another selection.
#[component]
fn Kept(name: &'static str, value: Signal<String>) -> impl IntoView {
    view! { <input type="hidden" name=name value=move || value.get() autocomplete="off"/> }
}

/// Selects all that match: with a script in this tab, without one in the address.
#[component]
fn SelectAll(listing: Listing, chosen: Chosen) -> impl IntoView {
    // Fewer than match where some are being deleted: the number pressed is the number selected.
    let matching = Memo::new(move |_| listing.page.with(|page| page.all_matching.selected));
    let instead = Callback::new(move |()| chosen.all_matching(listing.view.get_untracked().filter));
    move || {
        let matching = matching.get();
        let href = listing.view.with(|view| listing.way(&view.selecting_matching(true)));
        (matching > 0).then(|| {
            view! {
                <LinkForm href=href instead=instead>
                    <button class="button" data-kind="link" type="submit">{words::select_all(matching)}</button>
                </LinkForm>
            }
        })
    }
}

/// Selects nothing: without a script the page as it comes, without ticks.
#[component]
fn Clear(listing: Listing, chosen: Chosen) -> impl IntoView {
    let hydrated = hydrated();
    let href = listing.view.with_untracked(|view| listing.way(view));
    let disabled = move || hydrated.get() && chosen.selection.with(Selection::is_empty);
    view! {
        <LinkForm href=href instead=Callback::new(move |()| chosen.clear())>
            <button class="button" data-kind="link" type="submit" disabled=disabled>"Clear selection"</button>
        </LinkForm>
    }
}

/// Why a button is disabled.
#[component]
fn Why(text: Memo<BarText>, listing: Listing) -> impl IntoView {
    let icon = if listing.role.may_change() { IconName::Triangle } else { IconName::Lock };
    move || {
        let reason = text.with(|text| text.reason.clone());
        (!reason.is_empty()).then(|| view! { <Reason text=reason icon=icon id="selection-reason"/> })
    }
}

/// One of the two buttons that lead to a review.
#[component]
fn CountedButton(text: Memo<BarText>, mode: &'static str) -> impl IntoView {
    let is_enter = mode == "enter";
    let button = move || text.with(|text| if is_enter { text.enter.clone() } else { text.leave.clone() });
    let disabled = move || button().disabled;
    view! {
        <button
            class="button"
            data-kind=if is_enter { "primary" } else { "secondary" }
            type="submit"
            form="choose"
            name="mode"
            value=mode
            disabled=disabled
            aria-describedby=move || disabled().then_some("selection-reason")
        >
            {is_enter.then(|| view! { <Icon name=IconName::Wrench/> })}
            <span>{move || button().words}</span>
        </button>
    }
}
