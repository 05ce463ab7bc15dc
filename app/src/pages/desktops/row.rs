//! One desktop in the table.

use domain::desktop::Desktop;
use leptos::prelude::*;

use super::chosen::Chosen;
use super::listing::Listing;
use crate::api::desktops::DesktopRow;
use crate::pages::hydrated;
use crate::pages::state_text::StateOf;
use crate::view::desktop_table as words;
use crate::view::state_words;

/// One desktop in the table.
#[component]
pub fn Row(row: DesktopRow, listing: Listing, chosen: Chosen) -> impl IntoView {
    let name = words::name(&row);
    let user = row.desktop.user.clone().filter(|user| !user.trim().is_empty());
    let is_assigned = user.is_some();
    let user = user.unwrap_or_else(|| "Not assigned".to_owned());
    let session = state_words::session(&row.desktop.session);
    let (power, maintenance) = (words::power(&row), words::maintenance(&row));
    let barred = row.desktop.is_being_deleted().then_some("true");
    let Desktop { pool, address, zone, .. } = row.desktop.clone();
    view! {
        <tr data-barred=barred>
            <td data-column="select"><SelectDesktop row=row listing=listing chosen=chosen/></td>
            <th scope="row" data-column="desktop"><bdi title=name.clone()>{name.clone()}</bdi></th>
            <td data-column="user" data-absent=(!is_assigned).then_some("true")><bdi title=user.clone()>{user.clone()}</bdi></td>
            <td data-column="session"><StateOf text=session/></td>
            <td data-column="power"><StateOf text=power/></td>
            <td data-column="maintenance"><StateOf text=maintenance/></td>
            <Plain key="pool" text=pool/>
            <Plain key="address" text=address/>
            <Plain key="zone" text=zone/>
        </tr>
    }
}

/// A cell with text of the cloud, which may be absent.
#[component]
fn Plain(key: &'static str, text: Option<String>) -> impl IntoView {
    let text = text.unwrap_or_default();
    view! { <td data-column=key><bdi title=text.clone()>{text.clone()}</bdi></td> }
}

/// The checkbox of a row.
#[component]
fn SelectDesktop(row: DesktopRow, listing: Listing, chosen: Chosen) -> impl IntoView {
    let hydrated = hydrated();
    let barred = row.desktop.is_being_deleted();
    // Without a script, all matching are ticked and cannot be ticked off: the address knows no exceptions.
    let by_address = move || listing.is_matching_by_address() && !hydrated.get();
    let ticked_first = !barred && untrack(|| listing.is_matching_by_address());
    let name = words::select_name(&row);
    let desktop = row.desktop;
    let id = desktop.id.clone();
    view! {
        <label class="choice">
            <input
                type="checkbox"
                name="ids[]"
                value=id.to_string()
                form="choose"
                aria-label=name
                autocomplete="off"
                checked=ticked_first
                disabled=move || barred || by_address()
                prop:checked=move || chosen.contains(&desktop)
                on:change=move |event| chosen.set(id.clone(), event_target_checked(&event))
            />
        </label>
    }
}
