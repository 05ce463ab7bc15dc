//! Nothing to show, and what can be done about it.

use leptos::prelude::*;

use super::{Icon, IconName};

/// What stands where rows would be: an icon, what is so, what can be done.
#[component]
pub fn Empty(
    /// The icon.
    icon: IconName,
    /// What is so, e.g. `No desktop matches`.
    #[prop(into)]
    title: String,
    /// The sentence below. It may change: a page with a script does more by itself.
    #[prop(into)]
    text: Signal<String>,
    /// What can be done: buttons, links, a reference to quote.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon/>
            <h2 class="empty-title">{title}</h2>
            <p class="empty-text">{text}</p>
            {children.map(|children| view! { <div class="empty-actions">{children()}</div> })}
        </div>
    }
}
