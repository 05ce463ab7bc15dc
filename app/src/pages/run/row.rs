//! One desktop of a run, with what the cloud said about it in a row of its own.

use domain::maintenance::Mode;
use leptos::prelude::*;

use super::answer::Answer;
use crate::api::run::RunRow;
use crate::components::When;
use crate::pages::state_text::StateOf;
use crate::view::{state_words, verdict};

/// One desktop of a run.
#[component]
pub fn Row(row: RunRow, mode: Mode, open: bool) -> impl IntoView {
    let RunRow { desktop, at } = row;
    let name = verdict::name(&desktop);
    let user = desktop.user.clone().unwrap_or_default();
    let happened = verdict::happened(&desktop, mode);
    let state = state_words::desktop_state(desktop.state);
    let batch = desktop.batch.map(|batch| batch.to_string());
    let answered = verdict::has_answer(&desktop);
    let answer = answered.then(|| {
        view! { <tr class="run-answer-row"><td colspan="6"><Answer desktop=desktop open=open/></td></tr> }
    });
    view! {
        <tr class="run-row" data-answered=answered.then_some("true")>
            <th scope="row" data-column="desktop"><bdi>{name}</bdi></th>
            <td data-column="user"><bdi title=user.clone()>{user.clone()}</bdi></td>
            <td data-column="verdict"><StateOf text=state/></td>
            <td data-column="happened">{happened}</td>
            <td data-column="batch" class="number">{batch}</td>
            <td data-column="time" class="number">{at.map(|at| view! { <When text=at.text iso=at.iso/> })}</td>
        </tr>
        {answer}
    }
}
