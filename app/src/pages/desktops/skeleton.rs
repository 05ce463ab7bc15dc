//! The table before its rows are known: the true columns, and bars of the rows' height.

use leptos::prelude::*;

use crate::view::desktop_table::COLUMNS;

/// How many rows fill a common screen.
const ROWS: usize = 16;

/// The table before its rows are known.
#[component]
pub fn Skeleton() -> impl IntoView {
    let heads =
        COLUMNS.iter().map(|column| view! { <th scope="col" data-column=column.key>{column.name}</th> }).collect_view();
    let rows = (0..ROWS)
        .map(|_| {
            let bars = COLUMNS
                .iter()
                .map(|column| view! { <td data-column=column.key><span class="skeleton"></span></td> })
                .collect_view();
            view! { <tr><td data-column="select"></td>{bars}</tr> }
        })
        .collect_view();
    view! {
        <table class="table desktops-table" aria-label="Desktops" aria-busy="true">
            <thead>
                <tr>
                    <td data-column="select"></td>
                    {heads}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}
