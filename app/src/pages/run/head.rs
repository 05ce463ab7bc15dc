//! The head of a run: its number, where it stands, why it was made, and what can be done.

use leptos::prelude::*;

use super::controls::Controls;
use super::facts::Facts;
use super::watch::Watch;
use crate::components::{Head, Pill};
use crate::view::run_progress as words;

/// The head of a run.
#[component]
pub fn RunHead(watch: Watch) -> impl IntoView {
    let title = watch.page.with_untracked(|page| words::heading(&page.number.to_string()));
    let state = watch.part(|page| words::phase(page.phase, page.ended_at.as_ref().map(|time| time.text.as_str())));
    let pill = move || {
        let state = state.get();
        view! { <Pill icon=state.icon tone=state.tone text=state.word/> }
    };
    let away = move || {
        watch
            .away_since
            .get()
            .map(|since| view! { <span class="run-away">{format!("Not up to date since {since}")}</span> })
    };
    view! {
        <Head title=title>
            {pill}
            <span role="status">{away}</span>
            <Controls watch=watch/>
            <Facts watch=watch/>
        </Head>
    }
}
