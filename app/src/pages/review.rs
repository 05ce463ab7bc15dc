//! The Review page: the frozen set, why it is to be done, and the one button that starts it.

mod bar;
pub mod draft;
mod request_form;
mod row;
mod sending;
mod summary;
mod table;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_url;

use super::lost::use_lost;
use super::{Failure, Frame, Place, in_path, project_in_path, role_of, use_visitor};
use crate::api::error::ApiError;
use crate::api::page_query::PageQuery;
use crate::api::review::{self, ReviewPage as Page};
use crate::api::session::Visitor;
use crate::components::{Head, Notice, NoticeTone};
use crate::routes;
use crate::view::{error_text, plan_summary as words};

/// The Review page.
#[component]
pub fn ReviewPage() -> impl IntoView {
    let (project, id) = (project_in_path(), in_path("id"));
    let visitor = use_visitor();
    let url = use_url();
    let heading = ArcRwSignal::new("Review".to_owned());
    // Only the first page comes by the resource: other rows must not make the form anew and lose what was typed.
    let first = Resource::new(
        move || (project.get(), id.get()),
        move |(project, id)| review::show(project, id, url.read_untracked().search().to_owned()),
    );
    let found = heading.clone();
    view! {
        <Frame heading=heading place=Place::Desktops>
            <Suspense fallback=|| view! { <Head title="Review"/> }>
                {move || {
                    let found = found.clone();
                    Suspend::new(async move {
                        let visitor = visitor.get().await;
                        match first.await {
                            Ok(page) => {
                                found.set(words::heading(&page));
                                view! { <Review first=page visitor=visitor/> }.into_any()
                            }
                            Err(error) => view! { <Head title="Review"/><Failure error=error visitor=visitor/> }.into_any(),
                        }
                    })
                }}
            </Suspense>
        </Frame>
    }
}

/// The page with its data.
#[component]
fn Review(first: Page, visitor: Option<Visitor>) -> impl IntoView {
    let role = role_of(visitor.as_ref());
    let person = visitor.map(|visitor| visitor.person).unwrap_or_default();
    let page = RwSignal::new(first.clone());
    let away = follow(page);
    let away = move || {
        away.get().as_ref().map(error_text::api_error).map(|text| {
            view! { <div class="notices"><Notice tone=NoticeTone::Red title=text.what text=text.next role_alert=true/></div> }
        })
    };
    view! {
        <Head title=words::heading(&first) sub=words::frozen(&first)/>
        <Notices page=first.clone()/>
        {away}
        <div class="surface review">
            <section class="review-plan" aria-label="Plan">
                <summary::Summary page=page/>
                <table::PlanTable page=page/>
                <sending::WhatWillBeSent page=first.clone()/>
            </section>
            <section class="review-why" aria-label="Why">
                <request_form::RequestForm page=first.clone() person=person/>
                <p class="review-promise">{words::promise(&first)}</p>
            </section>
        </div>
        <bar::ConfirmBar page=first role=role/>
    }
}

/// What has to be said before anything else: what became of the form, that the run is started already.
#[component]
fn Notices(page: Page) -> impl IntoView {
    let problem = page.problem.as_ref().map(|problem| words::problem(&page, problem)).map(|text| {
        view! { <Notice tone=NoticeTone::Red title=text.what text=text.next role_alert=true/> }
    });
    let started = page.started.map(|number| {
        view! {
            <Notice tone=NoticeTone::Accent title=format!("This review has started run {number}.")>
                <p class="notice-text"><a href=routes::run(&page.project, number)>{format!("Open run {number}")}</a></p>
            </Notice>
        }
    });
    let too_old = (page.too_old && page.started.is_none() && page.problem.is_none()).then(|| {
        let text = error_text::api_error(&ApiError::ReviewTooOld);
        view! { <Notice tone=NoticeTone::Plain title=text.what text=text.next/> }
    });
    let is_any = problem.is_some() || started.is_some() || too_old.is_some();
    is_any.then(|| view! { <div class="notices">{problem}{started}{too_old}</div> })
}

/// Keeps the rows to the address. Gives why that did not work, if so. Only the browser does so.
fn follow(page: RwSignal<Page>) -> RwSignal<Option<ApiError>> {
    let (url, lost) = (use_url(), use_lost());
    let query = Memo::new(move |_| PageQuery::from_query(url.read().search()).to_query());
    let asked = StoredValue::new(query.get_untracked());
    let away = RwSignal::new(None);
    Effect::new(move |_| {
        let query = query.get();
        if asked.with_value(|asked| *asked == query) {
            return;
        }
        asked.set_value(query.clone());
        let (project, id) = page.with_untracked(|page| (page.project.clone(), page.id.clone()));
        spawn_local(async move {
            let answer = review::show(project, id, query.clone()).await;
            if asked.try_get_value() != Some(query) {
                return;
            }
            match answer {
                Ok(new) => {
                    lost.clear();
                    away.set(None);
                    page.set(new);
                }
                Err(error) => {
                    let other = lost.take(error).await.err();
                    away.try_set(other);
                }
            }
        });
    });
    away
}
