//! A state as the view words it.

use leptos::prelude::*;

use crate::components::State;
use crate::view::state_words::StateText;

/// A state with its icon, word, and what follows.
#[component]
pub fn StateOf(
    /// The words.
    text: StateText,
) -> impl IntoView {
    let StateText { icon, tone, word, more } = text;
    match more {
        Some(more) => view! { <State icon=icon tone=tone word=word more=more/> }.into_any(),
        None => view! { <State icon=icon tone=tone word=word/> }.into_any(),
    }
}
