//! The Sign in page.

use leptos::prelude::*;

/// The Sign in page.
#[component]
pub fn SignInPage() -> impl IntoView {
    view! { <main id="main"></main> }
}
