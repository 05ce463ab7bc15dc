//! The head of a page.

use leptos::prelude::*;

use super::Words;

/// The head of a page: its heading, a line beside it, and the page's own children.
///
/// Children stand after the line. One of class `head-actions` goes to the right end; one of class `head-row` takes a line
/// of its own; one of class `head-sub` takes the place of `sub`, e.g. when the cloud is away.
#[component]
pub fn Head(
    /// The heading.
    #[prop(into)]
    title: String,
    /// What stands beside it, e.g. `1,284 in this project · read 14:32:08`.
    #[prop(optional, into)]
    sub: Words,
    /// Pills, buttons, further lines.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class="head">
            <h1 class="head-title">{title}</h1>
            {sub.into_option().map(|sub| view! { <p class="head-sub">{sub}</p> })}
            {children.map(|children| children())}
        </header>
    }
}
