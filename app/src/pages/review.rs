//! The Review page.

use leptos::prelude::*;

/// The Review page.
#[component]
pub fn ReviewPage() -> impl IntoView {
    view! { <main id="main"></main> }
}
