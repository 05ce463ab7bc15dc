//! One reviewed desktop.

use domain::maintenance::Mode;
use leptos::prelude::*;

use crate::api::desktops::HeldBy;
use crate::api::review::ReviewRow;
use crate::components::{Icon, IconName, Tone};
use crate::pages::state_text::StateOf;
use crate::routes;
use crate::view::plan_summary::{self as words, Happening};
use crate::view::state_words;

/// One reviewed desktop.
#[component]
pub fn Row(row: ReviewRow, mode: Mode, project: String) -> impl IntoView {
    let name = words::name(&row);
    let happening = words::happening(&row, mode);
    let session = row.desktop.session.as_ref().map(|session| view! { <StateOf text=state_words::session(session)/> });
    let user = row.desktop.user.unwrap_or_default();
    let pool = row.desktop.pool.unwrap_or_default();
    let happens = match row.held_by {
        Some(held) => view! { <Held held=held project=project/> }.into_any(),
        None => view! { <Happens happening=happening/> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row" data-column="desktop"><bdi>{name}</bdi></th>
            <td data-column="user"><bdi title=user.clone()>{user.clone()}</bdi></td>
            <td data-column="session">{session}</td>
            <td data-column="happens">{happens}</td>
            <td data-column="pool"><bdi title=pool.clone()>{pool.clone()}</bdi></td>
        </tr>
    }
}

/// What will happen.
#[component]
fn Happens(happening: Happening) -> impl IntoView {
    match happening {
        Happening::Stays(text) => view! { <StateOf text=text/> }.into_any(),
        Happening::Changes { from, to } => view! {
            <span class="state" data-tone=to.tone.as_str()>
                <Icon name=to.icon/>
                <span class="review-from">{from}" →"</span>
                " "
                <span class="state-word">{to.word}</span>
            </span>
        }
        .into_any(),
    }
}

/// The open run that holds it, so that nothing can be confirmed.
#[component]
fn Held(held: HeldBy, project: String) -> impl IntoView {
    view! {
        <span class="state" data-tone=Tone::Ink.as_str()>
            <Icon name=IconName::Lock/>
            <span>
                "in "<a href=routes::run(&project, held.run)>{format!("run {}", held.run)}</a>" by "<bdi>{held.operator}</bdi>
            </span>
        </span>
    }
}
