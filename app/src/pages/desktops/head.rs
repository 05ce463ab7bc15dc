//! The head of the Desktops page: how many there are, as of when, and the line of filters.

use leptos::prelude::*;

use super::filters::Filters;
use super::listing::Listing;
use crate::api::desktops::DesktopsPage;
use crate::components::{Head, Icon, IconName, When};
use crate::pages::hydrated;
use crate::pages::post_form::PostForm;
use crate::routes;
use crate::view::desktop_head::{self, SubLine};

/// The head of the Desktops page.
#[component]
pub fn DesktopsHead(listing: Listing) -> impl IntoView {
    view! {
        <Head title="Desktops">
            <Line listing=listing/>
            <Filters listing=listing/>
        </Head>
    }
}

/// The line beside the heading, with **Refresh** and how far the reading is.
#[component]
fn Line(listing: Listing) -> impl IntoView {
    let hydrated = hydrated();
    let sub = move || {
        let followed = hydrated.get();
        listing.page.with(|page| {
            listing.away.with(|away| drawn(desktop_head::sub_line(page, away.as_ref(), followed), page, listing))
        })
    };
    let reading = move || {
        listing.page.with(|page| Some(desktop_head::reading(&page.catalogue)).filter(|words| !words.is_empty()))
    };
    let query = move || listing.address.with(domain::filter::View::to_query);
    view! {
        <div class="head-sub desktops-line">
            {sub}
            <span class="desktops-reading" role="status">{reading}</span>
            <PostForm action="/api/desktops/refresh" class="link-form" project=listing.project()>
                <input type="hidden" name="query" value=query/>
                <button class="button" data-kind="quiet" data-size="icon" type="submit" aria-label="Refresh" title="Refresh">
                    <Icon name=IconName::Refresh/>
                </button>
            </PostForm>
        </div>
    }
}

fn drawn(line: SubLine, page: &DesktopsPage, listing: Listing) -> AnyView {
    let read_at = page.catalogue.read_at.clone();
    match line {
        SubLine::NotYet => ().into_any(),
        SubLine::Counted(count) => {
            let incomplete = page.catalogue.may_be_incomplete.then_some(desktop_head::MAY_BE_INCOMPLETE);
            view! {
                <span>
                    {count}
                    {read_at.map(|at| view! { " · read "<When text=at.text iso=at.iso zone=at.zone/> })}
                </span>
                {incomplete.map(|words| view! { <span class="desktops-caution"><Icon name=IconName::Triangle/>{words}</span> })}
            }
            .into_any()
        }
        SubLine::Trouble { text, sign_in } => {
            let project = listing.project();
            let here = listing.view.with(|view| listing.way(view));
            let way = sign_in.then(|| {
                let href = routes::sign_in_for(&project, &here);
                view! { <a href=href rel="external">"Sign in again"</a> }
            });
            let icon = if sign_in { IconName::Key } else { IconName::CloudStruck };
            view! {
                <span class="desktops-trouble" role="alert">
                    <Icon name=icon/>
                    <strong>{text.what}</strong>
                    " "
                    {read_at.map(|at| view! { "Shown as of "<When text=at.text iso=at.iso zone=at.zone/>". " })}
                    {text.next}
                    " "
                    {way}
                </span>
            }
            .into_any()
        }
    }
}
