//! Before a page is rendered: nobody is signed in, so the way leads to the sign-in; and a person's use of the session
//! is noted.

use app::api::context::{Activity, visit_of};
use app::routes;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, Method};
use store::Sessions;
use tower_sessions::Session;

/// Notes activity: each page that is asked for, and each server function that says so.
pub async fn note_activity(State(sessions): State<Sessions>, mut request: Request, next: Next) -> Response {
    let activity = Activity::default();
    if request.method() == Method::GET && is_asked_for(request.headers()) {
        activity.note();
    }
    request.extensions_mut().insert(activity.clone());
    let id = request.extensions().get::<Session>().and_then(Session::id);
    let response = next.run(request).await;
    if let Some(id) = id
        && activity.was_noted()
        && let Err(error) = sessions.touch(&id).await
    {
        tracing::error!(error = %error, "the use of a session could not be noted");
    }
    response
}

/// Leads to the sign-in where a page of a project is asked for and nobody is signed in; `/` leads to the project that
/// was opened last.
pub async fn lead(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if request.method() != Method::GET || path == routes::SIGN_IN || path.starts_with("/api/") {
        return next.run(request).await;
    }
    let visit = match request.extensions().get::<Session>() {
        Some(session) => visit_of(session).await,
        None => Ok(None),
    };
    match visit {
        Ok(Some(visit)) if path == "/" => {
            let project = visit.open.last().map(|open| open.project.name.as_str()).unwrap_or_default();
            Redirect::to(&routes::desktops(project, "")).into_response()
        }
        // Where the session cannot be read, the page says so.
        Ok(Some(_)) | Err(_) => next.run(request).await,
        Ok(None) if path == "/" => Redirect::to(routes::SIGN_IN).into_response(),
        Ok(None) => {
            let next = request.uri().path_and_query().map_or("", http::uri::PathAndQuery::as_str);
            let next = if routes::is_own_path(next) { next } else { "" };
            Redirect::to(&routes::sign_in_for("", next)).into_response()
        }
    }
}

/// Whether a person asked for the page: browsers mark what a person does, and do not mark a page that loads itself anew.
fn is_asked_for(headers: &HeaderMap) -> bool {
    let tells = headers.get("sec-fetch-mode").is_some_and(|mode| mode == "navigate");
    !tells || headers.contains_key("sec-fetch-user")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    #[test]
    fn a_page_that_loads_itself_anew_is_no_use_of_the_session() {
        for (headers, is_use) in [
            (&[("sec-fetch-mode", "navigate"), ("sec-fetch-user", "?1")][..], true),
            (&[("sec-fetch-mode", "navigate")], false),
            (&[], true),
        ] {
            let read = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            assert_eq!(is_asked_for(&read), is_use, "{headers:?}");
        }
    }
}
