//! A run as text for other programs, beside its page.

use app::api::context::Capabilities;
use app::api::error::ApiError;
use app::api::run::text::{Asked, few_lines, table};
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use service::identity::Presence;
use tower_sessions::Session;

/// The table of all desktops of a run, to be kept as a file.
pub async fn csv(
    State(capabilities): State<Capabilities>,
    session: Session,
    Extension(presence): Extension<Presence>,
    Path((project, number)): Path<(String, String)>,
) -> Response {
    let Ok(number) = number.parse() else { return refused(&ApiError::NotFound) };
    let asked = Asked { session: &session, presence: &presence, project: &project, number };
    match table(&capabilities, asked).await {
        Ok(text) => {
            let mut response = text_of("text/csv; charset=utf-8", text);
            if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"run-{number}.csv\"")) {
                response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
            }
            response
        }
        Err(error) => refused(&error),
    }
}

/// The summary of a run, to be pasted into a ticket.
pub async fn summary(
    State(capabilities): State<Capabilities>,
    session: Session,
    Extension(presence): Extension<Presence>,
    Path((project, number)): Path<(String, String)>,
) -> Response {
    let Ok(number) = number.parse() else { return refused(&ApiError::NotFound) };
    let asked = Asked { session: &session, presence: &presence, project: &project, number };
    match few_lines(&capabilities, asked).await {
        Ok(text) => text_of("text/plain; charset=utf-8", text),
        Err(error) => refused(&error),
    }
}

fn text_of(kind: &'static str, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, text).into_response()
}

fn refused(error: &ApiError) -> Response {
    let (status, sentence) = match error {
        ApiError::NotFound => (StatusCode::NOT_FOUND, "There is no such run here."),
        ApiError::ProjectNotOpen => (StatusCode::FORBIDDEN, "This project is not open. Open it, then ask again."),
        ApiError::SignedOut | ApiError::NoIdentity | ApiError::IdentityChanged => {
            (StatusCode::UNAUTHORIZED, "You are not signed in any more. Sign in, then ask again.")
        }
        ApiError::NoRole | ApiError::NeedsRole { .. } => (StatusCode::FORBIDDEN, "Your role does not allow it."),
        _ => (StatusCode::INTERNAL_SERVER_ERROR, "Something broke in Drydock. Try again."),
    };
    (status, format!("{sentence}\n")).into_response()
}
