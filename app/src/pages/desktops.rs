//! The Desktops page.

use leptos::prelude::*;

/// The Desktops page.
#[component]
pub fn DesktopsPage() -> impl IntoView {
    view! { <main id="main"></main> }
}
