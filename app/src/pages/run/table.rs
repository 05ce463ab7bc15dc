//! All reviewed desktops of a run, each with its verdict.

use std::collections::HashMap;

use leptos::prelude::*;

use super::row::Row;
use super::watch::Watch;
use crate::api::run::RunRow;
use crate::components::Pager;
use crate::view::{run_progress as words, verdict};

/// How many answers of the cloud start open.
const OPEN_AT_FIRST: usize = 2;

/// The table of a run.
#[component]
pub fn RunTable(watch: Watch) -> impl IntoView {
    let ids = watch.part(|page| page.rows.iter().map(|row| row.desktop.id.to_string()).collect::<Vec<_>>());
    let rows = Memo::new(move |_| {
        watch.page.with(|page| {
            let rows = page.rows.iter().map(|row| (row.desktop.id.to_string(), row.clone()));
            rows.collect::<HashMap<String, RunRow>>()
        })
    });
    let mode = watch.page.with_untracked(|page| page.mode);
    let opens = move |id: &str| {
        watch.page.with_untracked(|page| {
            let answered = page.rows.iter().filter(|row| verdict::has_answer(&row.desktop));
            answered.take(OPEN_AT_FIRST).any(|row| row.desktop.id.as_str() == id)
        })
    };
    let use_table = move |used| watch.is_used.set_value(used);
    let no_rows = watch.part(|page| page.rows.is_empty().then(|| words::no_rows(page.show)));
    view! {
        <div class="surface run-rows">
            <table class="table run-table"
                on:pointerenter=move |_| use_table(true) on:pointerleave=move |_| use_table(false)
                on:focusin=move |_| use_table(true) on:focusout=move |_| use_table(false)>
                <caption class="visually-hidden">"Desktops in this run"</caption>
                <thead>
                    <tr>
                        <th scope="col" data-column="desktop">"Desktop"</th>
                        <th scope="col" data-column="user">"User"</th>
                        <th scope="col" data-column="verdict">"Verdict"</th>
                        <th scope="col" data-column="happened">"What happened"</th>
                        <th scope="col" data-column="batch" class="number">"Batch"</th>
                        <th scope="col" data-column="time" class="number">"Time"</th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || ids.get() key=Clone::clone let:id>
                        {
                            let key = id.clone();
                            let row = Memo::new(move |_| rows.with(|rows| rows.get(&key).cloned()));
                            move || row.get().map(|row| view! { <Row row=row mode=mode open=opens(&id)/> })
                        }
                    </For>
                </tbody>
            </table>
            {move || no_rows.get().map(|text| view! { <p class="run-none band">{text}</p> })}
            <Pages watch=watch/>
        </div>
    }
}

/// The way to the other rows, where one page does not hold them.
#[component]
fn Pages(watch: Watch) -> impl IntoView {
    let pages = Memo::new(move |_| {
        let still = watch.still.get();
        watch.page.with(|page| (page.pages > 1).then(|| (words::shown(page), words::neighbours(page, still))))
    });
    move || {
        pages.get().map(|(label, (previous, next))| {
            view! { <div class="band run-pages"><Pager label=label previous=previous next=next/></div> }
        })
    }
}
