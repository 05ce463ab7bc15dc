//! What the cloud said about a desktop, word for word, and what to do next.

use domain::maintenance::run::RunDesktop;
use leptos::prelude::*;

use crate::components::{Icon, IconName};
use crate::view::verdict::{self, CloudField};

/// What the cloud said about a desktop, and what to do next.
#[component]
pub fn Answer(desktop: RunDesktop, open: bool) -> impl IntoView {
    let fields =
        verdict::cloud_fields(&desktop).into_iter().map(|field| view! { <FieldLine field=field/> }).collect_view();
    let next = verdict::next_step(&desktop).map(|text| {
        view! {
            <div class="run-next">
                <p class="run-next-title">"What to do next"</p>
                <p>{text}</p>
            </div>
        }
    });
    view! {
        <details class="disclosure run-answer" open=open>
            <summary>
                <Icon name=IconName::ChevronRight/>
                <span class="run-answer-title">{verdict::answer_title(&desktop)}</span>
            </summary>
            <div class="run-said">
                <dl class="run-fields">{fields}</dl>
                {next}
            </div>
        </details>
    }
}

/// One field of the cloud's answer.
#[component]
fn FieldLine(field: CloudField) -> impl IntoView {
    let CloudField { name, value, more, whole } = field;
    let is_code = matches!(name, "error_code" | "request id" | "encoded_authorization_message");
    let value = match value {
        Some(value) => {
            let class = if is_code { "mono verbatim" } else { "verbatim" };
            match whole {
                Some(whole) => view! { <Cut class=class start=value whole=whole/> }.into_any(),
                None => view! { <bdi class=class>{value}</bdi> }.into_any(),
            }
        }
        None => view! { <span class="quiet">"none given"</span> }.into_any(),
    };
    view! {
        <div class="run-field">
            <dt>{name}</dt>
            <dd>{value}{more.map(|more| view! { " "<span class="quiet">{more}</span> })}</dd>
        </div>
    }
}

/// A long value: its start, which opens to the whole.
#[component]
fn Cut(class: &'static str, start: String, whole: String) -> impl IntoView {
    view! {
        <details class="disclosure">
            <summary>
                <Icon name=IconName::ChevronRight/>
                <bdi class=class>{start}</bdi>
            </summary>
            <bdi class=class>{whole}</bdi>
        </details>
    }
}
