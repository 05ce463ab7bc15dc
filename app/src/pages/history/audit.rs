//! The audit: who did what, when, from where and why. For leads.

use leptos::prelude::*;

use crate::api::history::{AuditPage, AuditRow};
use crate::components::{Empty, IconName, State, When};
use crate::routes;
use crate::view::audit_table as words;

/// The audit of the project.
#[component]
pub fn Audit(page: AuditPage) -> impl IntoView {
    if page.total == 0 {
        return view! {
            <Empty icon=IconName::Clock title="Nothing is written down yet"
                text="Sign-ins, refusals, and what people did to runs are kept here."/>
        }
        .into_any();
    }
    let AuditPage { project, rows, zone, .. } = page;
    let rows = rows.into_iter().map(|row| view! { <Row row=row project=project.clone()/> }).collect_view();
    view! {
        <table class="table audit-table">
            <caption class="visually-hidden">"Audit"</caption>
            <thead>
                <tr>
                    <th scope="col" data-column="when">"When "<span class="history-zone">{zone}</span></th>
                    <th scope="col" data-column="who">"Who"</th>
                    <th scope="col" data-column="what">"What"</th>
                    <th scope="col" data-column="from">"From"</th>
                    <th scope="col" data-column="why">"Why"</th>
                    <th scope="col" data-column="run">"Run"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// One line.
#[component]
fn Row(row: AuditRow, project: String) -> impl IntoView {
    let who = words::who(&row).to_owned();
    let what = words::what(&row.action);
    let from = words::from(&row).to_owned();
    let identity = row.identity.map(|text| view! { <bdi class="second cut" title=text.clone()>{text.clone()}</bdi> });
    let why = row.why.unwrap_or_default();
    let run = row.run.map(
        |number| view! { <a class="history-run" href=routes::run(&project, number)>{format!("Run {number}")}</a> },
    );
    view! {
        <tr>
            <td data-column="when"><When text=row.at.text iso=row.at.iso/></td>
            <th scope="row" data-column="who"><bdi title=who.clone()>{who.clone()}</bdi>{identity}</th>
            <td data-column="what"><State icon=what.icon tone=what.tone word=what.word/></td>
            <td data-column="from"><bdi title=from.clone()>{from.clone()}</bdi></td>
            <td data-column="why"><bdi title=why.clone()>{why.clone()}</bdi></td>
            <td data-column="run">{run}</td>
        </tr>
    }
}
