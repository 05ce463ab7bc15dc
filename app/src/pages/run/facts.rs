//! Why a run was made, by whom, until when, and how long it took.

use leptos::prelude::*;

use super::watch::Watch;
use crate::api::run::RunPage;
use crate::components::When;
use crate::routes;
use crate::view::relative_time::{relative, took};
use crate::view::{run_after, run_progress as words};

/// The line of facts below the heading.
#[component]
pub fn Facts(watch: Watch) -> impl IntoView {
    let first = watch.page.get_untracked();
    let until_in = watch.part(|page| page.until.as_ref().map(|until| relative(until.at, page.now.at)));
    let since = watch.part(started);
    let (origin, project) = (first.origin, first.project.clone());
    let origin = origin.map(|origin| {
        let href = routes::run(&project, origin.run);
        view! { <Fact name=run_after::of(origin)><a href=href rel="external">{run_after::run(origin.run)}</a></Fact> }
    });
    let followers = watch.part(|page| page.followers.clone());
    let followers = move || {
        let fact = |(kind, number)| {
            let (name, href) = (run_after::followed(kind), routes::run(&project, number));
            view! { <Fact name=name><a href=href rel="external">{run_after::run(number)}</a></Fact> }
        };
        followers.get().into_iter().map(fact).collect_view()
    };
    let RunPage { mode, operator, account, reason, details, ticket, until, started_at, .. } = first;
    let until = until.map(|until| {
        view! {
            <Fact name="Until">
                <strong><When text=until.text iso=until.iso zone=until.zone/></strong>
                {move || until_in.get().map(|text| format!(", {text}"))}
            </Fact>
        }
    });
    let why = (!reason.is_empty() || !ticket.is_empty()).then(|| {
        let dot = (!reason.is_empty() && !ticket.is_empty()).then_some(" · ");
        view! { <Fact name="Why"><strong><bdi>{reason}</bdi>{dot}<bdi>{ticket}</bdi></strong></Fact> }
    });
    let details = (!details.is_empty()).then(|| {
        view! { <div class="run-fact run-details"><dt>"Details"</dt>" "<dd class="verbatim" dir="auto">{details}</dd></div> }
    });
    view! {
        <dl class="head-row run-facts">
            <div class="run-fact"><dt class="visually-hidden">"What"</dt><dd><strong>{words::mode(mode)}</strong></dd></div>
            {origin}
            {until}
            {why}
            <Fact name="By"><strong title=account><bdi>{operator}</bdi></strong></Fact>
            <Fact name="Started">
                <When text=started_at.text iso=started_at.iso zone=started_at.zone/>
                {move || format!(", {}", since.get())}
            </Fact>
            {followers}
            {details}
        </dl>
    }
}

/// How long ago it was started, or how long it took.
fn started(page: &RunPage) -> String {
    match &page.ended_at {
        Some(ended) => took(page.started_at.at, ended.at),
        None => relative(page.started_at.at, page.now.at),
    }
}

/// A fact with its name.
#[component]
fn Fact(name: &'static str, children: Children) -> impl IntoView {
    view! { <div class="run-fact"><dt>{name}</dt>" "<dd>{children()}</dd></div> }
}
