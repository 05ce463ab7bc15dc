//! The reviewed desktops, each with what will happen to it.

use leptos::prelude::*;

use super::row::Row;
use crate::api::review::ReviewPage;
use crate::components::Pager;
use crate::view::plan_summary as words;

/// The reviewed desktops.
#[component]
pub fn PlanTable(page: RwSignal<ReviewPage>) -> impl IntoView {
    let rows = move || {
        page.with(|page| {
            let rows = page.rows.iter().cloned();
            rows.map(|row| view! { <Row row=row mode=page.mode project=page.project.clone()/> }).collect_view()
        })
    };
    let no_rows = move || page.with(|page| page.rows.is_empty().then(|| words::no_rows(page.show)));
    let pages = move || {
        page.with(|page| {
            (page.pages > 1).then(|| {
                let (previous, next) = words::neighbours(page);
                view! { <div class="band review-pages"><Pager label=words::shown(page) previous=previous next=next/></div> }
            })
        })
    };
    view! {
        <table class="table review-table">
            <caption class="visually-hidden">"Desktops in this review"</caption>
            <thead>
                <tr>
                    <th scope="col" data-column="desktop">"Desktop"</th>
                    <th scope="col" data-column="user">"User"</th>
                    <th scope="col" data-column="session">"Session"</th>
                    <th scope="col" data-column="happens">"What will happen"</th>
                    <th scope="col" data-column="pool">"Pool"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        {move || no_rows().map(|text| view! { <p class="review-none band">{text}</p> })}
        {pages}
    }
}
