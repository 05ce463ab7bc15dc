//! The true call, for who wants to see it.

use leptos::prelude::*;

use crate::api::review::ReviewPage;
use crate::components::{Icon, IconName};
use crate::view::plan_summary as words;

/// What will be sent: method, address and body of the first call, never a token.
#[component]
pub fn WhatWillBeSent(page: ReviewPage) -> impl IntoView {
    let call = (page.sending.calls > 0)
        .then(|| view! { <pre class="code">{format!("PUT {}\n{}", page.sending.address, words::body(&page))}</pre> });
    view! {
        <details class="disclosure review-sending">
            <summary>
                <Icon name=IconName::ChevronRight/>
                <strong>"What will be sent"</strong>
                <span class="quiet">{words::calls(&page)}</span>
            </summary>
            {call}
        </details>
    }
}
