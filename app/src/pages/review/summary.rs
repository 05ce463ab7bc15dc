//! The classes of a review with their counts, and who is connected.

use leptos::prelude::*;

use crate::api::review::ReviewPage;
use crate::components::{Icon, IconName, Tabs, Tone, When};
use crate::view::number::grouped;
use crate::view::plan_summary as words;

/// The classes of a review with their counts, and who is connected.
#[component]
pub fn Summary(page: RwSignal<ReviewPage>) -> impl IntoView {
    let tabs = Memo::new(move |_| page.with(words::tabs));
    let first = page.get_untracked();
    let moved = words::moved(&first).map(|text| {
        view! { <p class="review-moved band"><Icon name=IconName::Triangle/>{text}</p> }
    });
    let tone = if first.connected == 0 { Tone::Ink3 } else { Tone::Teal };
    let ReviewPage { connected, read_at, .. } = first;
    view! {
        <div class="review-summary">
            {move || view! { <Tabs label="Plan" tabs=tabs.get()/> }}
            <p class="review-connected">
                <span class="state" data-tone=tone.as_str()>
                    <Icon name=IconName::PersonFilled/>
                    <span class="state-word">"Connected right now "<span class="review-number">{grouped(connected)}</span></span>
                </span>
                <span class="quiet">"as of "<When text=read_at.text iso=read_at.iso/></span>
            </p>
        </div>
        {moved}
    }
}
