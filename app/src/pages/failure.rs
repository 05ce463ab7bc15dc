//! What a page shows whose data could not be had.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;

use super::lost::use_lost;
use super::post_form::PostForm;
use super::project_in_path;
use crate::api::error::ApiError;
use crate::api::session::Visitor;
use crate::components::{Empty, IconName};
use crate::routes;
use crate::view::error_text;

/// A page's whole content where its data could not be had: what happened, what to do, and the way there.
#[component]
pub fn Failure(
    /// Why.
    error: ApiError,
    /// Who is signed in, where the page knows.
    #[prop(optional_no_strip)]
    visitor: Option<Visitor>,
) -> impl IntoView {
    set_status(&error);
    let lost = use_lost();
    let error = RwSignal::new(error);
    // Nothing readable came: the single sign-on may have answered in Drydock's place.
    Effect::new(move |_| {
        let asked = error.get_untracked();
        spawn_local(async move {
            if let Some(found) = lost.in_error(&asked).await
                && found != asked
            {
                error.try_set(found);
            }
        });
    });
    let project = project_in_path().get_untracked();
    let location = use_location();
    let here = routes::with_query(location.pathname.get_untracked(), &location.search.get_untracked());
    // A form needs no password where the single sign-on opens the project.
    let opens_by_form = visitor.is_some_and(|visitor| !visitor.opens_with_password);
    move || {
        let error = error.get();
        let text = error_text::api_error(&error);
        let (icon, way) = way(&error, &project, &here);
        let way = match way {
            Some(_) if error == ApiError::ProjectNotOpen && opens_by_form => {
                view! { <OpenHere project=project.clone() here=here.clone()/> }.into_any()
            }
            Some((href, words)) => {
                view! { <a class="button" data-kind="primary" href=href rel="external">{words}</a> }.into_any()
            }
            None => ().into_any(),
        };
        view! {
            <div class="surface failure" role="alert">
                <Empty icon=icon title=text.what text=text.next>{way}</Empty>
            </div>
        }
    }
}

/// The icon, and the way on with its words.
fn way(error: &ApiError, project: &str, here: &str) -> (IconName, Option<(String, &'static str)>) {
    match error {
        ApiError::SignedOut => (IconName::Key, Some((routes::sign_in_for("", here), "Sign in"))),
        ApiError::NoIdentity | ApiError::IdentityChanged => {
            (IconName::Key, Some((here.to_owned(), "Load the page again")))
        }
        ApiError::ProjectNotOpen => {
            (IconName::Lock, Some((routes::sign_in_for(project, here), "Sign in to this project")))
        }
        ApiError::NoRole | ApiError::NeedsRole { .. } => (IconName::Lock, None),
        ApiError::NotFound if !project.is_empty() => {
            (IconName::LensCross, Some((routes::desktops(project, ""), "Desktops")))
        }
        ApiError::Unreachable | ApiError::Internal { .. } => {
            (IconName::CloudStruck, Some((here.to_owned(), "Try again")))
        }
        _ => (IconName::OctagonCross, None),
    }
}

/// Opens the project of this page, and comes back to it.
#[component]
fn OpenHere(project: String, here: String) -> impl IntoView {
    let words = format!("Open project {project}");
    view! {
        <PostForm action="/api/session/open_project" project=project>
            <input type="hidden" name="next" value=here/>
            <button class="button" data-kind="primary" type="submit"><bdi>{words}</bdi></button>
        </PostForm>
    }
}

/// The page is as true as its status: a page that cannot be shown is no 200.
#[cfg(feature = "ssr")]
fn set_status(error: &ApiError) {
    use http::StatusCode;

    let status = match error {
        ApiError::SignedOut | ApiError::NoIdentity | ApiError::IdentityChanged => StatusCode::UNAUTHORIZED,
        ApiError::ProjectNotOpen | ApiError::NoRole | ApiError::NeedsRole { .. } => StatusCode::FORBIDDEN,
        ApiError::NotFound => StatusCode::NOT_FOUND,
        ApiError::BadRequest => StatusCode::BAD_REQUEST,
        ApiError::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        _ => return,
    };
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(status);
    }
}

#[cfg(not(feature = "ssr"))]
fn set_status(_error: &ApiError) {}
