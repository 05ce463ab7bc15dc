//! A state: icon, word and colour, never colour alone.

use leptos::prelude::*;

use super::{Icon, IconName, Tone, Words};

/// A state with its icon and word.
#[component]
pub fn State(
    /// The icon before the word.
    icon: IconName,
    /// The meaning of its colour.
    tone: Tone,
    /// The word, e.g. `Refused`.
    #[prop(into)]
    word: String,
    /// What follows the word, e.g. `until 18:00, in 3 h 28 min`.
    #[prop(optional, into)]
    more: Words,
) -> impl IntoView {
    view! {
        <span class="state" data-tone=tone.as_str()>
            <Icon name=icon/>
            <span class="state-word">{word}</span>
            {more.into_option().map(|more| view! { " "<span class="state-more">{more}</span> })}
        </span>
    }
}
