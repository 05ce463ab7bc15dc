//! A pill: where a run stands, and nothing else.

use leptos::prelude::*;

use super::{Icon, IconName, Tone};

/// A pill with the state of a run.
#[component]
pub fn Pill(
    /// The icon before the words.
    icon: IconName,
    /// The meaning of its colour.
    tone: Tone,
    /// The words, e.g. `Ended 14:35:02`.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! {
        <span class="pill" data-tone=tone.as_str()>
            <Icon name=icon/>
            <span>{text}</span>
        </span>
    }
}
