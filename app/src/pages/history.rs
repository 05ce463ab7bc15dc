//! The History page: the project's runs, newest first; for leads the audit, too.

mod audit;
mod row;

use leptos::prelude::*;
use leptos_router::hooks::use_url;
use serde::{Deserialize, Serialize};

use super::{Failure, Frame, Place, project_in_path, role_of, use_visitor};
use crate::api::error::ApiError;
use crate::api::history;
use crate::components::{Empty, Head, IconName, Pager};
use crate::routes;
use crate::view::{audit_table, history_table as words};
use row::Row;

/// What is shown of the history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Shown {
    /// The runs.
    Runs(history::HistoryPage),
    /// The audit.
    Audit(history::AuditPage),
}

/// Asks for what the query names.
async fn show(project: String, query: String) -> Result<Shown, ApiError> {
    if audit_table::is_asked_for(&query) {
        history::audit(project, query).await.map(Shown::Audit)
    } else {
        history::show(project, query).await.map(Shown::Runs)
    }
}

/// The History page.
#[component]
pub fn HistoryPage() -> impl IntoView {
    let project = project_in_path();
    let visitor = use_visitor();
    let url = use_url();
    let query = Memo::new(move |_| url.read().search().to_owned());
    let page = Resource::new(move || (project.get(), query.get()), |(project, query)| show(project, query));
    view! {
        <Frame heading="History" place=Place::History>
            <Transition fallback=|| view! { <Head title="History"/> }>
                {move || Suspend::new(async move {
                    let visitor = visitor.get().await;
                    let sees_audit = role_of(visitor.as_ref()).may_see_audit();
                    match page.await {
                        Ok(Shown::Runs(page)) => view! { <History page=page sees_audit=sees_audit/> }.into_any(),
                        Ok(Shown::Audit(page)) => view! { <HistoryOfAudit page=page/> }.into_any(),
                        Err(error) => view! { <Head title="History"/><Failure error=error visitor=visitor/> }.into_any(),
                    }
                })}
            </Transition>
        </Frame>
    }
}

/// The page with the runs.
#[component]
fn History(page: history::HistoryPage, sees_audit: bool) -> impl IntoView {
    let sub = words::sub(&page);
    let (previous, next) = words::neighbours(&page);
    let pager = (page.pages > 1).then(|| {
        view! { <div class="head-actions"><Pager label=words::shown(&page) previous=previous next=next/></div> }
    });
    let ways = sees_audit.then(|| view! { <Ways project=page.project.clone() audit=false/> });
    view! {
        <Head title="History" sub=sub>{pager}</Head>
        {ways}
        <div class="surface history">
            {if page.total == 0 { view! { <NoRuns project=page.project/> }.into_any() } else { view! { <Runs page=page/> }.into_any() }}
        </div>
    }
}

/// The page with the audit.
#[component]
fn HistoryOfAudit(page: history::AuditPage) -> impl IntoView {
    let sub = audit_table::sub(&page);
    let (previous, next) = audit_table::neighbours(&page);
    let pager = (page.pages > 1).then(|| {
        view! { <div class="head-actions"><Pager label=audit_table::shown(&page) previous=previous next=next/></div> }
    });
    view! {
        <Head title="History" sub=sub>{pager}</Head>
        <Ways project=page.project.clone() audit=true/>
        <div class="surface history"><audit::Audit page=page/></div>
    }
}

/// The two lists that a lead sees.
#[component]
fn Ways(project: String, audit: bool) -> impl IntoView {
    let current = |is_shown: bool| is_shown.then_some("page");
    view! {
        <nav class="tabs" aria-label="What is shown">
            <ul>
                <li><a class="tab" href=routes::history(&project) aria-current=current(!audit)>"Runs"</a></li>
                <li><a class="tab" href=audit_table::address(&project, 1) aria-current=current(audit)>"Audit"</a></li>
            </ul>
        </nav>
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
