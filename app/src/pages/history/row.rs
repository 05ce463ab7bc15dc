//! One run in the list.

use leptos::prelude::*;

use crate::api::history::HistoryRow;
use crate::components::{Icon, State, When};
use crate::routes;
use crate::view::history_table as words;

/// One run in the list.
#[component]
pub fn Row(row: HistoryRow, project: String) -> impl IntoView {
    let phase = words::phase(row.phase);
    let what = words::what(&row);
    let why = words::why(&row);
    let title = why.join(" · ");
    let result = words::result(&row.counts)
        .into_iter()
        .map(|count| {
            view! {
                <li class="history-count" data-tone=count.tone.as_str() title=count.word.clone()>
                    <Icon name=count.icon/>
                    {count.number}
                    <span class="visually-hidden">" "{count.word.clone()}</span>
                </li>
            }
        })
        .collect_view();
    let mut parts = Vec::new();
    for (index, part) in why.into_iter().enumerate() {
        let dot = if index > 0 { " · " } else { "" };
        parts.push(view! { {dot}<bdi>{part}</bdi> });
    }
    view! {
        <tr>
            <th scope="row" data-column="run"><a class="history-run" href=routes::run(&project, row.number)>{format!("Run {}", row.number)}</a></th>
            <td data-column="when"><When text=row.started_at.text iso=row.started_at.iso/></td>
            <td data-column="what">
                <span class="history-what">{what}</span>
                <span class="second cut" title=title>{parts}</span>
            </td>
            <td data-column="state"><State icon=phase.icon tone=phase.tone word=phase.word/></td>
            <td data-column="result"><ul class="history-counts">{result}</ul></td>
        </tr>
    }
}
