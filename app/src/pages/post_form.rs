//! A form that changes something: posted plainly, and only once for a double click.

use std::time::Duration;

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// How long a second press is taken for part of a double click.
const DOUBLE: Duration = Duration::from_secs(4);

/// A plain form that posts to a server function. With a script, what is pressed twice is sent once; without one the
/// server sees to it.
#[component]
pub fn PostForm(
    /// The address of the server function.
    action: &'static str,
    /// The id, for buttons outside.
    #[prop(optional)]
    id: Option<&'static str>,
    /// The class.
    #[prop(optional)]
    class: Option<&'static str>,
    /// The project, which every form of a project names.
    #[prop(optional, into)]
    project: Option<String>,
    /// The fields and buttons.
    children: Children,
) -> impl IntoView {
    let sent = StoredValue::new(false);
    let guard = move |event: SubmitEvent| {
        if sent.get_value() {
            event.prevent_default();
            return;
        }
        sent.set_value(true);
        // The page may come back from the browser's memory, by Back: then the form has to work again.
        let again = move || {
            sent.try_set_value(false);
        };
        set_timeout(again, DOUBLE);
    };
    view! {
        <form method="post" action=action id=id class=class on:submit=guard>
            {project.map(|project| view! { <input type="hidden" name="project" value=project/> })}
            {children()}
        </form>
    }
}
