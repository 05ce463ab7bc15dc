//! What stands where there are no rows.

use domain::filter::{Filter, FilterKey};
use leptos::prelude::*;

use super::chips::ChipList;
use super::chosen::Chosen;
use super::listing::Listing;
use crate::api::desktops::CatalogueProblem;
use crate::components::{Empty, IconName};
use crate::pages::{LinkForm, hydrated};
use crate::routes;
use crate::view::desktop_head::{NoRows, empty_project, no_match, problem_icon, selection_stays};
use crate::view::error_text::{self, ErrorText};

/// What stands where there are no rows.
#[component]
pub fn NoRowsHere(none: NoRows, listing: Listing, chosen: Chosen) -> impl IntoView {
    match none {
        NoRows::NoMatch => view! { <NoMatch listing=listing chosen=chosen/> }.into_any(),
        NoRows::Problem(problem) => view! { <Problem problem=problem listing=listing/> }.into_any(),
        NoRows::EmptyProject | NoRows::Reading => {
            let ErrorText { what, next } = empty_project(&listing.project());
            view! { <Empty icon=IconName::Screen title=what text=next/> }.into_any()
        }
    }
}

/// The filters leave everything out: each of them with the way to remove it.
#[component]
fn NoMatch(listing: Listing, chosen: Chosen) -> impl IntoView {
    let total = listing.page.with_untracked(|page| page.total);
    let ErrorText { what, next } = no_match(&listing.project(), total);
    let clear_search = move || {
        listing.view.with(|view| {
            (!view.filter.search.is_empty()).then(|| {
                let href = listing.way_by_filter(&view.without(FilterKey::Search));
                view! {
                    <LinkForm href=href>
                        <button class="button" data-kind="secondary" type="submit">"Clear search"</button>
                    </LinkForm>
                }
            })
        })
    };
    let clear_all = move || {
        let href = listing.view.with(|view| listing.way_by_filter(&view.with_filter(Filter::default())));
        view! {
            <LinkForm href=href>
                <button class="button" data-kind="secondary" type="submit">"Clear all filters"</button>
            </LinkForm>
        }
    };
    let stays = move || selection_stays(chosen.selected().number).map(|words| view! { <p class="quiet">{words}</p> });
    view! {
        <Empty icon=IconName::LensCross title=what text=next>
            <div class="desktops-no-match">
                <ChipList listing=listing/>
                <div class="desktops-no-match-ways">{clear_search}{clear_all}</div>
                {stays}
            </div>
        </Empty>
    }
}

/// The list cannot be read: why, what to do, and the cloud's own words.
#[component]
fn Problem(problem: CatalogueProblem, listing: Listing) -> impl IntoView {
    let hydrated = hydrated();
    let ErrorText { what, .. } = error_text::catalogue(&problem, false);
    let next = Signal::derive({
        let problem = problem.clone();
        move || error_text::catalogue(&problem, hydrated.get()).next
    });
    let words = error_text::cloud_words(&problem)
        .into_iter()
        .map(|(name, text)| view! { <dt class="mono">{name}</dt><dd class="verbatim" dir="auto">{text}</dd> })
        .collect_view();
    let way = match problem {
        CatalogueProblem::SignInEnded | CatalogueProblem::NotEnabled { .. } => {
            let here = listing.view.with_untracked(|view| listing.way(view));
            let (project, words) = if problem == CatalogueProblem::SignInEnded {
                (listing.project(), "Sign in again")
            } else {
                (String::new(), "Sign in to another project")
            };
            let next = if project.is_empty() { String::new() } else { here };
            let href = routes::sign_in_for(&project, &next);
            Some(view! { <a class="button" data-kind="primary" href=href rel="external">{words}</a> })
        }
        _ => None,
    };
    let has_words = !error_text::cloud_words(&problem).is_empty();
    view! {
        <div role="alert">
            <Empty icon=problem_icon(&problem) title=what text=next>
                {has_words.then(|| view! { <dl class="desktops-cloud-words">{words}</dl> })}
                {way}
            </Empty>
        </div>
    }
}
