//! A badge: a count, or how long something is overdue.

use leptos::prelude::*;

use super::Tone;

/// A badge. On `sunken` by default; amber for desktops in maintenance; `solid` for what is overdue.
#[component]
pub fn Badge(
    /// What it says, e.g. `61` or `Overdue 1 d 20 h`.
    #[prop(into)]
    text: String,
    /// The meaning of its colour.
    #[prop(default = Tone::Ink2)]
    tone: Tone,
    /// Whether it is filled with its colour.
    #[prop(optional)]
    solid: bool,
) -> impl IntoView {
    view! {
        <span class="badge" data-tone=tone.as_str() data-kind=solid.then_some("solid")>
            {text}
        </span>
    }
}
