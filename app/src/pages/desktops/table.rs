//! The table of desktops, or what stands in its place.

use domain::filter::Sort;
use domain::selection::PageTicks;
use leptos::html;
use leptos::prelude::*;

use super::chosen::Chosen;
use super::empty::NoRowsHere;
use super::listing::Listing;
use super::row::Row;
use super::skeleton::Skeleton;
use crate::api::desktops::DesktopRow;
use crate::components::{Icon, IconName};
use crate::pages::hydrated;
use crate::view::desktop_head::{NoRows, no_rows};
use crate::view::desktop_table::{COLUMNS, Column, aria_sort};

/// The table of desktops, or what stands in its place.
#[component]
pub fn DesktopTable(listing: Listing, chosen: Chosen) -> impl IntoView {
    let none = Memo::new(move |_| listing.page.with(no_rows));
    let inside = move || match none.get() {
        None => view! { <Rows listing=listing chosen=chosen/> }.into_any(),
        Some(NoRows::Reading) => view! { <Skeleton/> }.into_any(),
        Some(none) => view! { <NoRowsHere none=none listing=listing chosen=chosen/> }.into_any(),
    };
    view! { <div class="surface desktops-body">{inside}</div> }
}

/// The table with its rows.
#[component]
fn Rows(listing: Listing, chosen: Chosen) -> impl IntoView {
    let sort = Memo::new(move |_| listing.page.with(|page| page.view.sort));
    let heads = COLUMNS.map(|column| view! { <ColumnHead column=column sort=sort listing=listing/> }).collect_view();
    let rows = Memo::new(move |_| listing.page.with(|page| page.rows.clone()));
    let ids = Memo::new(move |_| rows.with(|rows| rows.iter().map(|row| row.desktop.id.clone()).collect::<Vec<_>>()));
    view! {
        <table class="table desktops-table">
            <caption class="visually-hidden">"Desktops"</caption>
            <thead>
                <tr>
                    <td data-column="select"><SelectPage chosen=chosen/></td>
                    {heads}
                </tr>
            </thead>
            <tbody>
                // A row belongs to its desktop: a tick that is under way while the rows change must not meet another one.
                <For each=move || ids.get() key=Clone::clone let:id>
                    {
                        let find = move |rows: &Vec<DesktopRow>| rows.iter().find(|row| row.desktop.id == id).cloned();
                        let row = Memo::new(move |_| rows.with(&find));
                        move || row.get().map(|row| view! { <Row row=row listing=listing chosen=chosen/> })
                    }
                </For>
            </tbody>
        </table>
    }
}

/// The head of a column: a link that orders the table by it, where it can be ordered by.
#[component]
fn ColumnHead(column: Column, sort: Memo<Sort>, listing: Listing) -> impl IntoView {
    let Some(by) = column.by else {
        return view! { <th scope="col" data-column=column.key>{column.name}</th> }.into_any();
    };
    let href = move || listing.address.with(|view| listing.way(&view.sorted_by(by)));
    let icon = move || {
        let sort = sort.get();
        let arrow = if sort.descending { IconName::ArrowDown } else { IconName::ArrowUp };
        (sort.by == by).then(|| view! { <Icon name=arrow/> })
    };
    view! {
        <th scope="col" data-column=column.key aria-sort=move || aria_sort(sort.get(), by)>
            <a href=href>{column.name}{icon}</a>
        </th>
    }
    .into_any()
}

/// The checkbox for the whole page. Without a script it could do nothing, so it comes with the script.
#[component]
fn SelectPage(chosen: Chosen) -> impl IntoView {
    let hydrated = hydrated();
    move || hydrated.get().then(|| view! { <SelectPageBox chosen=chosen/> })
}

#[component]
fn SelectPageBox(chosen: Chosen) -> impl IntoView {
    let ticks = Memo::new(move |_| chosen.ticks());
    let node = NodeRef::<html::Input>::new();
    let choose = move |_| {
        if let Some(node) = node.get_untracked() {
            chosen.set_page(node.checked());
            // A page on which nothing can be selected stays as it is: the box must not look ticked.
            node.set_checked(ticks.get_untracked() == PageTicks::All);
        }
    };
    view! {
        <label class="choice">
            <input
                type="checkbox"
                aria-label="Select this page"
                autocomplete="off"
                node_ref=node
                prop:checked=move || ticks.get() == PageTicks::All
                prop:indeterminate=move || ticks.get() == PageTicks::Some
                on:change=choose
            />
        </label>
    }
}
