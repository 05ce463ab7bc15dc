//! Why a button beside it is disabled.

use leptos::prelude::*;

use super::{Icon, IconName};

/// The reason, in at most eight words.
#[component]
pub fn Reason(
    /// The words, e.g. `Nothing would change`.
    #[prop(into)]
    text: String,
    /// The icon: a lock for a missing right, a clock for what must be waited for.
    #[prop(default = IconName::Triangle)]
    icon: IconName,
    /// The id, for the button's `aria-describedby`.
    #[prop(optional)]
    id: Option<&'static str>,
) -> impl IntoView {
    view! {
        <span class="reason" id=id>
            <Icon name=icon/>
            <span>{text}</span>
        </span>
    }
}
