//! A form that changes something: posted plainly, and only once for a double click.

use std::time::Duration;

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::lost::{Lost, use_lost};
use crate::api::error::ApiError;
use crate::api::session;
use crate::browser::Submission;

/// How long a second press is taken for part of a double click.
const DOUBLE: Duration = Duration::from_secs(4);

/// How far the sending of a form is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// It can be pressed.
    Ready,
    /// It was pressed, and it is asked whether it would arrive.
    Asking,
    /// It would arrive: the next time it is let through.
    Asked,
    /// It is sent.
    Sent,
}

/// A plain form that posts to a server function. With a script, what is pressed twice is sent once; without one the
/// server sees to it.
///
/// Behind a single sign-on that has ended, a proxy would answer the post itself and what was typed would be lost. So a
/// script asks first, and sends nothing where the answer is no.
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
    /// What is done with each letter that is typed into it.
    #[prop(optional)]
    on_input: Option<Callback<()>>,
    /// What is done when it is sent.
    #[prop(optional)]
    on_send: Option<Callback<()>>,
    /// The fields and buttons.
    children: Children,
) -> impl IntoView {
    let lost = use_lost();
    let stage = StoredValue::new(Stage::Ready);
    let send = move || {
        if let Some(on_send) = on_send {
            on_send.run(());
        }
        stage.set_value(Stage::Sent);
        // The page may come back from the browser's memory, by Back: then the form has to work again.
        let again = move || {
            stage.try_set_value(Stage::Ready);
        };
        set_timeout(again, DOUBLE);
    };
    let guard = move |event: SubmitEvent| match stage.get_value() {
        Stage::Ready => match Submission::of(&event).filter(|_| lost.is_behind()) {
            Some(submission) => {
                event.prevent_default();
                stage.set_value(Stage::Asking);
                spawn_local(ask_first(lost, stage, submission));
            }
            None => send(),
        },
        Stage::Asked => send(),
        Stage::Asking | Stage::Sent => event.prevent_default(),
    };
    let typed = move |_| {
        if let Some(on_input) = on_input {
            on_input.run(());
        }
    };
    view! {
        <form method="post" action=action id=id class=class on:submit=guard on:input=typed>
            {project.map(|project| view! { <input type="hidden" name="project" value=project/> })}
            {children()}
        </form>
    }
}

/// Sends the form if it would arrive; else says why not, and leaves everything as it is.
async fn ask_first(lost: Lost, stage: StoredValue<Stage>, submission: Submission) {
    let kept_from = match session::current().await {
        Ok(_) => None,
        Err(error) => match lost.in_error(&error).await {
            // Nothing readable, and not the single sign-on's doing: the form would not arrive either.
            None if error == ApiError::Unreachable => Some(error),
            lost => lost,
        },
    };
    if let Some(error) = kept_from {
        stage.try_set_value(Stage::Ready);
        lost.tell(error, None);
    } else {
        lost.clear();
        stage.try_set_value(Stage::Asked);
        submission.send();
    }
}
