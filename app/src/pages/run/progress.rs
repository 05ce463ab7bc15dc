//! How far a run is: the sentence, the bar, and the counts as links.

use leptos::prelude::*;

use super::watch::Watch;
use crate::components::{Progress, Tabs};
use crate::view::run_progress as words;

/// How far a run is.
#[component]
pub fn RunProgress(watch: Watch) -> impl IntoView {
    let sentence = watch.part(|page| words::sentence(&page.counts, page.phase));
    let calls = watch.part(|page| words::calls(page.calls_sent));
    let counts = watch.part(|page| page.counts);
    let bar = move || {
        let counts = counts.get();
        let segments = words::segments(&counts);
        view! { <Progress label="Desktops with a verdict" done=counts.with_verdict() total=counts.total() segments=segments/> }
    };
    let tabs = Memo::new(move |_| {
        let still = watch.still.get();
        watch.page.with(|page| words::tabs(page, still))
    });
    view! {
        <div class="surface band run-progress">
            <p class="run-sentence"><strong>{sentence}</strong><span class="at-end">{calls}</span></p>
            {bar}
        </div>
        {move || view! { <Tabs label="Verdicts" tabs=tabs.get()/> }}
    }
}
