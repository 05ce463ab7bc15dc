//! A field of a form: its label, its control, and what is said below.

use leptos::prelude::*;

use super::{Icon, IconName, Words};

/// The value of `aria-describedby` for the control of the field `id`: the error where there is one, else the hint.
///
/// The error takes the hint's place, so that nothing shifts.
pub fn describedby(id: &str, hint: bool, error: bool) -> Option<String> {
    if error {
        Some(format!("{id}-error"))
    } else if hint {
        Some(format!("{id}-hint"))
    } else {
        None
    }
}

/// A field. The control is its child: it carries `id`, class `control`, `aria-describedby` by [`describedby`], and
/// `aria-invalid="true"` where there is an error.
#[component]
pub fn Field(
    /// The id of the control.
    id: &'static str,
    /// The label: the accessible name of the control.
    label: &'static str,
    /// Words after the label that do not belong to the name, e.g. `optional`.
    #[prop(optional_no_strip, into)]
    more: Words,
    /// What helps to fill it in.
    #[prop(optional_no_strip, into)]
    hint: Words,
    /// What is wrong with it; takes the hint's place.
    #[prop(optional_no_strip, into)]
    error: Words,
    /// The control.
    children: Children,
) -> impl IntoView {
    let (hint, error) = (hint.into_option(), error.into_option());
    let invalid = error.is_some();
    let below = match (error, hint) {
        (Some(error), _) => view! {
            <p class="field-error" id=format!("{id}-error")>
                <Icon name=IconName::OctagonCross/>
                <span>{error}</span>
            </p>
        }
        .into_any(),
        (None, Some(hint)) => view! { <p class="field-hint" id=format!("{id}-hint")>{hint}</p> }.into_any(),
        (None, None) => ().into_any(),
    };
    view! {
        <div class="field" data-invalid=invalid.then_some("true")>
            <div class="field-head">
                <label class="field-label" for=id>{label}</label>
                {more.into_option().map(|more| view! { " "<span class="field-more">{more}</span> })}
            </div>
            {children()}
            {below}
        </div>
    }
}
