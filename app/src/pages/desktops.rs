//! The Desktops page: every desktop of the project, found, chosen, and sent to a review.

mod chips;
mod chosen;
mod empty;
mod filters;
mod head;
mod listing;
mod row;
mod selection_bar;
mod skeleton;
mod table;

use leptos::prelude::*;
use leptos_router::hooks::use_url;

use super::{Failure, Frame, Place, project_in_path, use_visitor};
use crate::api::desktops;
use crate::api::session::Visitor;
use crate::components::{Head, Notice, NoticeTone};
use crate::view::error_text;

/// The Desktops page.
#[component]
pub fn DesktopsPage() -> impl IntoView {
    let project = project_in_path();
    let visitor = use_visitor();
    let url = use_url();
    // Only the first page comes by the resource; what follows is put into the same signals, so that nothing is made anew.
    let first = Resource::new(
        move || project.get(),
        move |project| desktops::list(project, url.read_untracked().search().to_owned(), false),
    );
    view! {
        <Frame heading="Desktops" place=Place::Desktops>
            <Suspense fallback=Waiting>
                {move || Suspend::new(async move {
                    let visitor = visitor.get().await;
                    match first.await {
                        Ok(page) => view! { <List first=page visitor=visitor/> }.into_any(),
                        Err(error) => view! { <Head title="Desktops"/><Failure error=error visitor=visitor/> }.into_any(),
                    }
                })}
            </Suspense>
        </Frame>
    }
}

/// The page before its first data: the true head and columns.
#[component]
fn Waiting() -> impl IntoView {
    view! {
        <Head title="Desktops"/>
        <div class="surface"><skeleton::Skeleton/></div>
    }
}

/// The page with its data.
#[component]
fn List(first: desktops::DesktopsPage, visitor: Option<Visitor>) -> impl IntoView {
    let listing = listing::Listing::new(first, visitor.as_ref());
    let chosen = chosen::Chosen::new(listing);
    listing.follow();
    let problem = move || {
        listing.problem.get().map(|problem| {
            let text = error_text::api_error(&problem.error);
            view! { <div class="notices"><Notice tone=NoticeTone::Red title=text.what text=text.next role_alert=true/></div> }
        })
    };
    view! {
        <head::DesktopsHead listing=listing/>
        {problem}
        <table::DesktopTable listing=listing chosen=chosen/>
        <selection_bar::SelectionBar listing=listing chosen=chosen/>
    }
}
