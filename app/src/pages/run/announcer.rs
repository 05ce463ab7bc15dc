//! What is read out politely: how far the run is, and its end with the counts.

use std::time::Duration;

use leptos::prelude::*;

use super::watch::Watch;
use crate::view::run_progress as words;

/// The least time between two announcements.
const AT_MOST_EVERY: Duration = Duration::from_secs(5);

/// What is read out politely. Nothing is said about the state in which the page was opened: its heading says that.
#[component]
pub fn Announcer(watch: Watch) -> impl IntoView {
    let text = watch.part(words::announcement);
    let is_over = watch.part(|page| !words::is_open(page.phase));
    let said = RwSignal::new(String::new());
    let waits = StoredValue::new(false);
    Effect::new(move |before: Option<()>| {
        let now = text.get();
        if before.is_none() {
            return;
        }
        if is_over.get_untracked() {
            said.set(now);
        } else if !waits.get_value() {
            waits.set_value(true);
            said.set(now);
            set_timeout(
                move || {
                    waits.try_set_value(false);
                    if let Some(text) = text.try_get_untracked() {
                        said.try_update(|said| *said = text);
                    }
                },
                AT_MOST_EVERY,
            );
        }
    });
    view! { <p class="visually-hidden" role="status">{said}</p> }
}
