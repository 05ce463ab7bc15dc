//! A button that leads to an address of ours: a small form, because a link is no button.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// A form around a submit button that leads to `href`, with a script without loading the page anew.
#[component]
pub fn LinkForm(
    /// A path of ours with its query.
    #[prop(into)]
    href: String,
    /// What is done with a script, in place of going there.
    #[prop(optional)]
    instead: Option<Callback<()>>,
    /// What is done with a script, after going there.
    #[prop(optional)]
    after: Option<Callback<()>>,
    /// The button.
    children: Children,
) -> impl IntoView {
    let navigate = use_navigate();
    let (path, query) = href.split_once('?').unwrap_or((&href, ""));
    let (path, query) = (path.to_owned(), query.to_owned());
    let go = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(instead) = instead {
            instead.run(());
            return;
        }
        navigate(&href, NavigateOptions::default());
        if let Some(after) = after {
            after.run(());
        }
    };
    view! {
        <form class="link-form" method="get" action=path on:submit=go>
            {hidden_pairs(&query)}
            {children()}
        </form>
    }
}

/// The pairs of a query string, without `?`, as hidden fields of a form.
pub fn hidden_pairs(query: &str) -> impl IntoView + use<> {
    form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| view! { <input type="hidden" name=name.into_owned() value=value.into_owned()/> })
        .collect_view()
}
