//! What a page shows whose data could not be had.

#![expect(clippy::needless_pass_by_value, reason = "a component owns its properties")]

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::project_in_path;
use crate::api::error::ApiError;
use crate::components::{Empty, IconName};
use crate::routes;
use crate::view::error_text;

/// A page's whole content where its data could not be had: what happened, what to do, and the way there.
#[component]
pub fn Failure(
    /// Why.
    error: ApiError,
) -> impl IntoView {
    set_status(&error);
    let project = project_in_path().get_untracked();
    let location = use_location();
    let here = routes::with_query(location.pathname.get_untracked(), &location.search.get_untracked());
    let text = error_text::api_error(&error);
    let (icon, way) = match error {
        ApiError::SignedOut => (IconName::Key, Some((routes::sign_in_for("", &here), "Sign in"))),
        ApiError::ProjectNotOpen => {
            (IconName::Lock, Some((routes::sign_in_for(&project, &here), "Sign in to this project")))
        }
        ApiError::NotFound if !project.is_empty() => {
            (IconName::LensCross, Some((routes::desktops(&project, ""), "Desktops")))
        }
        ApiError::Unreachable | ApiError::Internal { .. } => (IconName::CloudStruck, Some((here, "Try again"))),
        _ => (IconName::OctagonCross, None),
    };
    view! {
        <div class="surface failure" role="alert">
            <Empty icon=icon title=text.what text=text.next>
                {way.map(|(href, words)| view! { <a class="button" data-kind="primary" href=href rel="external">{words}</a> })}
            </Empty>
        </div>
    }
}

/// The page is as true as its status: a page that cannot be shown is no 200.
#[cfg(feature = "ssr")]
fn set_status(error: &ApiError) {
    use http::StatusCode;

    let status = match error {
        ApiError::SignedOut => StatusCode::UNAUTHORIZED,
        ApiError::ProjectNotOpen => StatusCode::FORBIDDEN,
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
