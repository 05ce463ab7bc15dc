//! The History page: the project's runs, newest first.

mod row;

use leptos::prelude::*;
use leptos_router::hooks::use_url;

use super::{Failure, Frame, Place, project_in_path};
use crate::api::history;
use crate::components::{Empty, Head, IconName, Pager};
use crate::routes;
use crate::view::history_table as words;
use row::Row;

/// The History page.
#[component]
pub fn HistoryPage() -> impl IntoView {
    let project = project_in_path();
    let url = use_url();
    let query = Memo::new(move |_| url.read().search().to_owned());
    let page = Resource::new(move || (project.get(), query.get()), |(project, query)| history::show(project, query));
    view! {
        <Frame heading="History" place=Place::History>
            <Transition fallback=|| view! { <Head title="History"/> }>
                {move || Suspend::new(async move {
                    match page.await {
                        Ok(page) => view! { <History page=page/> }.into_any(),
                        Err(error) => view! { <Head title="History"/><Failure error=error/> }.into_any(),
                    }
                })}
            </Transition>
        </Frame>
    }
}

/// The page with its data.
#[component]
fn History(page: history::HistoryPage) -> impl IntoView {
    let sub = words::sub(&page);
    let (previous, next) = words::neighbours(&page);
    let pager = (page.pages > 1).then(|| {
        view! { <div class="head-actions"><Pager label=words::shown(&page) previous=previous next=next/></div> }
    });
    view! {
        <Head title="History" sub=sub>{pager}</Head>
        <div class="surface history">
            {if page.total == 0 { view! { <NoRuns project=page.project/> }.into_any() } else { view! { <Runs page=page/> }.into_any() }}
        </div>
    }
}

/// A project without runs.
#[component]
fn NoRuns(project: String) -> impl IntoView {
    view! {
        <Empty icon=IconName::Clock title="No run yet" text="Every run of this project is kept here: who, when, why, and what became of each desktop.">
            <a class="button" href=routes::desktops(&project, "")>"Choose desktops"</a>
        </Empty>
    }
}

/// The runs.
#[component]
fn Runs(page: history::HistoryPage) -> impl IntoView {
    let history::HistoryPage { project, rows, zone, .. } = page;
    let rows = rows.into_iter().map(|row| view! { <Row row=row project=project.clone()/> }).collect_view();
    view! {
        <table class="table history-table">
            <caption class="visually-hidden">"Runs"</caption>
            <thead>
                <tr>
                    <th scope="col" data-column="run">"Run"</th>
                    <th scope="col" data-column="when">"When "<span class="history-zone">{zone}</span></th>
                    <th scope="col" data-column="what">"What and why"</th>
                    <th scope="col" data-column="state">"State"</th>
                    <th scope="col" data-column="result">"Result"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}
