//! The Run page.

use leptos::prelude::*;

/// The Run page.
#[component]
pub fn RunPage() -> impl IntoView {
    view! { <main id="main"></main> }
}
