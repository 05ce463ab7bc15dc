//! The way to the page before and the page after.

use leptos::prelude::*;

use super::{Icon, IconName};

/// What of the list is shown, with links to the pages beside it. The end of the list is a disabled link.
#[component]
pub fn Pager(
    /// What is shown, e.g. `1–50 of 412 matching`.
    #[prop(into)]
    label: String,
    /// Where the page before is.
    previous: Option<String>,
    /// Where the page after is.
    next: Option<String>,
) -> impl IntoView {
    let label = match label.split_once(" of ") {
        Some((shown, whole)) => view! { <strong>{shown.to_owned()}</strong>{format!(" of {whole}")} }.into_any(),
        None => label.into_any(),
    };
    view! {
        <nav class="pager" aria-label="Pages">
            <span class="pager-label">{label}</span>
            <span class="pager-links">
                <PagerLink name="Previous page" rel="prev" icon=IconName::ChevronLeft href=previous/>
                <PagerLink name="Next page" rel="next" icon=IconName::ChevronRight href=next/>
            </span>
        </nav>
    }
}

/// One of the two links.
#[component]
fn PagerLink(name: &'static str, rel: &'static str, icon: IconName, href: Option<String>) -> impl IntoView {
    let inside = view! {
        <Icon name=icon/>
        <span class="visually-hidden">{name}</span>
    };
    match href {
        Some(href) => view! { <a class="pager-link" href=href rel=rel>{inside}</a> }.into_any(),
        // A link without an address is disabled and still says what it would be.
        None => view! { <span class="pager-link" role="link" aria-disabled="true">{inside}</span> }.into_any(),
    }
}
