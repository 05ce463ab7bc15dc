//! A moment, as the server worded it.

use leptos::prelude::*;

use super::Words;

/// A moment. The wording comes from the server: only it knows the configured zone.
#[component]
pub fn When(
    /// The wording, e.g. `14:32:08`.
    #[prop(into)]
    text: String,
    /// RFC 3339 in UTC.
    #[prop(into)]
    iso: String,
    /// The zone's abbreviation, where it is said: once in each region of the screen.
    #[prop(optional, into)]
    zone: Words,
) -> impl IntoView {
    // The space does not break, so that the zone stays with its time.
    let text = match zone.into_option() {
        Some(zone) => format!("{text}\u{a0}{zone}"),
        None => text,
    };
    view! { <time datetime=iso>{text}</time> }
}
