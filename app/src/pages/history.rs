//! The History page.

use leptos::prelude::*;

/// The History page.
#[component]
pub fn HistoryPage() -> impl IntoView {
    view! { <main id="main"></main> }
}
