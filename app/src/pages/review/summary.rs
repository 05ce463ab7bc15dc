//! The classes of a review with their counts, and who is connected.

use leptos::prelude::*;

use crate::api::review::ReviewPage;
use crate::components::{Icon, IconName, Tabs, Tone, When};
use crate::routes;
use crate::view::number::grouped;
use crate::view::{plan_summary as words, run_after};

/// The classes of a review with their counts, and who is connected.
#[component]
pub fn Summary(page: RwSignal<ReviewPage>) -> impl IntoView {
    let tabs = Memo::new(move |_| page.with(words::tabs));
    let first = page.get_untracked();
    let moved = words::moved(&first).map(|text| {
        view! { <p class="review-moved band"><Icon name=IconName::Triangle/>{text}</p> }
    });
    let undoes = first.undoes.map(|number| {
        let href = routes::run(&first.project, number);
        view! {
            <p class="review-moved band">
                <Icon name=IconName::Refresh/>
                <span>"Undo of "<a href=href rel="external">{run_after::run(number)}</a></span>
            </p>
        }
    });
    let left_out = (first.left_out_count > 0).then(|| {
        let rows = first.left_out.iter().map(|desktop| {
            let name = if desktop.name.trim().is_empty() { desktop.id.to_string() } else { desktop.name.clone() };
            view! { <li><bdi>{name}</bdi>": "{run_after::left_out(desktop)}</li> }
        });
        view! {
            <details class="disclosure band" open>
                <summary>
                    <Icon name=IconName::ChevronRight/>
                    <span>{run_after::left_out_count(first.left_out_count)}</span>
                </summary>
                <ul class="review-left-out">{rows.collect_view()}</ul>
            </details>
        }
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
        {undoes}
        {left_out}
    }
}
