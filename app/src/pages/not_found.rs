//! The page for a path that leads nowhere.

use leptos::prelude::*;

/// The page for a path that leads nowhere.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! { <main id="main"></main> }
}
