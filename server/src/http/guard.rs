//! Before a page is rendered: nobody is signed in, so the way leads to the sign-in; and a person's use of the session
//! is noted.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use app::api::context::{Activity, remember_in, sign_in_problem, visit_of};
use app::api::error::ApiError;
use app::api::flash::{Seal, cookie_for_sign_in};
use app::routes;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::time::Timestamp;
use http::{Extensions, HeaderMap, Method, StatusCode, header};
use service::error::ServiceError;
use service::identity::Presence;
use service::ports::Clock;
use service::sign_ins::{SignIns, Visit};
use store::Sessions;
use tower_sessions::Session;

use super::headers::{SESSION_COOKIE, SIGNED_OUT_COOKIE};

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

/// What leading needs.
#[derive(Clone)]
pub struct Way {
    /// Signs in whom the single sign-on names.
    pub sign_ins: SignIns,
    /// Hands over what went wrong.
    pub seal: Seal,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Whom the cloud refused lately.
    pub refused: Refused,
}

/// How long nobody is signed in unasked after a refusal: each try takes three calls to the cloud.
const AFTER_REFUSAL: Duration = Duration::from_secs(30);

/// Whom the cloud refused lately, by issuer and subject.
#[derive(Clone, Debug, Default)]
pub struct Refused(Arc<Mutex<HashMap<(String, String), Timestamp>>>);

impl Refused {
    fn is_recent(&self, subject: &(String, String), now: Timestamp) -> bool {
        let refused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        refused.get(subject).is_some_and(|at| now.since(*at) < AFTER_REFUSAL)
    }

    fn remember(&self, subject: (String, String), now: Timestamp) {
        let mut refused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        refused.retain(|_, at| now.since(*at) < AFTER_REFUSAL);
        refused.insert(subject, now);
    }
}

/// Leads to the sign-in where a page of a project is asked for and nobody is signed in; `/` leads to the project that
/// was opened last. Whom the cloud takes by their ID token is signed in on the way and notices nothing.
pub async fn lead(State(way): State<Way>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if request.method() == Method::GET && path.starts_with("/api/") {
        // A form that the single sign-on has taken over comes back as a page: what it held is gone.
        return if is_script(request.headers()) {
            StatusCode::METHOD_NOT_ALLOWED.into_response()
        } else {
            Redirect::to("/").into_response()
        };
    }
    if request.method() != Method::GET || path == routes::SIGN_IN || path.starts_with("/api/") {
        return next.run(request).await;
    }
    let visit = match request.extensions().get::<Session>() {
        Some(session) => visit_of(session).await,
        None => Ok(None),
    };
    match visit {
        Ok(Some(visit)) if path == "/" => home(&visit),
        // Where the session cannot be read, the page says so.
        Ok(Some(_)) | Err(_) => next.run(request).await,
        Ok(None) => match way.sign_in_unasked(request.extensions(), request.headers(), request.uri().path()).await {
            Some(Ok(visit)) if path == "/" => home(&visit),
            // To the same page again: it has its own time to be rendered in.
            Some(Ok(_)) => Redirect::to(own_address(&request)).into_response(),
            Some(Err(problem)) => way.to_sign_in(&request, Some(problem)),
            None => way.to_sign_in(&request, None),
        },
    }
}

fn home(visit: &Visit) -> Response {
    let project = visit.open.last().map(|open| open.project.name.as_str()).unwrap_or_default();
    Redirect::to(&routes::desktops(project, "")).into_response()
}

impl Way {
    /// Signs in by ID token; `None` where that is not possible, and where it is not what the person wants: a page that
    /// loads itself anew, or one after a session that was ended, asks first.
    async fn sign_in_unasked(
        &self,
        extensions: &Extensions,
        headers: &HeaderMap,
        path: &str,
    ) -> Option<Result<Visit, ApiError>> {
        if !is_page(path) || !is_asked_for(headers) || has_cookie(headers, SESSION_COOKIE) {
            return None;
        }
        if has_cookie(headers, SIGNED_OUT_COOKIE) {
            return None;
        }
        let presence = extensions.get::<Presence>().filter(|presence| self.sign_ins.can_exchange(presence))?;
        let session = extensions.get::<Session>()?;
        let wanted = project_in(path);
        let subject = presence.identity.as_ref().map(|who| (who.issuer.clone(), who.subject.clone()))?;
        if self.refused.is_recent(&subject, self.clock.now()) {
            return None;
        }
        let visit = match self.sign_ins.by_id_token(wanted, None, presence.clone()).await {
            Ok(visit) => visit,
            Err(ServiceError::SignIn(cause)) => {
                self.refused.remember(subject, self.clock.now());
                return Some(Err(ApiError::SignIn(sign_in_problem(&cause, self.clock.now()))));
            }
            Err(error) => {
                tracing::error!(%error, "a sign-in by ID token broke off");
                return None;
            }
        };
        match remember_in(session, &visit, presence).await {
            Ok(()) => Some(Ok(visit)),
            Err(error) => {
                tracing::error!(%error, "a sign-in by ID token could not be kept");
                None
            }
        }
    }

    fn to_sign_in(&self, request: &Request, problem: Option<ApiError>) -> Response {
        let next = own_address(request);
        let next = if next == "/" { "" } else { next };
        let project = problem.as_ref().and_then(|_| project_in(request.uri().path())).unwrap_or_default();
        let mut address = routes::sign_in_for(&project, next);
        if problem.is_none() && has_cookie(request.headers(), SESSION_COOKIE) {
            address.push_str(if address.contains('?') { "&ended=1" } else { "?ended=1" });
        }
        let mut response = Redirect::to(&address).into_response();
        if let Some(cookie) = problem.and_then(|problem| cookie_for_sign_in(&self.seal, problem)) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// The project in the path of one of its pages.
fn project_in(path: &str) -> Option<String> {
    let (project, _) = path.strip_prefix('/')?.split_once('/')?;
    percent_encoding::percent_decode_str(project).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

/// Where the request goes, if that is an address of ours that a redirect may name.
fn own_address(request: &Request) -> &str {
    let address = request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    if routes::is_own_path(address) { address } else { "/" }
}

/// Whether there is such a page: a browser asks for other addresses by itself.
fn is_page(path: &str) -> bool {
    let steps: Vec<&str> = path.split('/').skip(1).collect();
    matches!(
        steps.as_slice(),
        ["" | "sessions"]
            | [_, "desktops" | "history"]
            | [_, "review" | "runs", _]
            | [_, "runs", _, "desktops.csv" | "summary"]
    )
}

/// Whether a script asks, and no page is wanted.
fn is_script(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-mode").is_some_and(|mode| mode != "navigate")
}

/// Whether the browser sends a cookie of that name.
fn has_cookie(headers: &HeaderMap, name: &str) -> bool {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .any(|pair| pair.trim().strip_prefix(name).is_some_and(|rest| rest.starts_with('=')))
}

/// Whether a person asked for the page: browsers mark what a person does, and do not mark a page that loads itself anew.
fn is_asked_for(headers: &HeaderMap) -> bool {
    match headers.get("sec-fetch-mode") {
        None => true,
        Some(mode) => mode == "navigate" && headers.contains_key("sec-fetch-user"),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    #[test]
    fn only_our_own_pages_sign_anybody_in() {
        for page in ["/", "/sessions", "/a/desktops", "/a/history", "/a/review/1", "/a/runs/7"] {
            assert!(is_page(page), "{page}");
        }
        for other in ["/.well-known/x", "/apple-touch-icon.png", "/a", "/a/b", "/sign-in", "/a/runs/7/x", ""] {
            assert!(!is_page(other), "{other}");
        }
    }

    #[test]
    fn whom_the_cloud_refused_is_not_tried_again_at_once() {
        let (refused, who) = (Refused::default(), ("sso".to_owned(), "s".to_owned()));
        refused.remember(who.clone(), Timestamp(0));
        assert!(refused.is_recent(&who, Timestamp(29_999)) && !refused.is_recent(&who, Timestamp(30_000)));
        assert!(!refused.is_recent(&("sso".to_owned(), "t".to_owned()), Timestamp(1)));
    }

    #[test]
    fn the_project_is_the_first_step_of_a_path() {
        assert_eq!(project_in("/pool%20a/desktops").as_deref(), Some("pool a"));
        for path in ["/", "/sessions", "", "/%FF/desktops"] {
            assert_eq!(project_in(path), None, "{path}");
        }
    }

    #[test]
    fn a_page_that_loads_itself_anew_is_no_use_of_the_session() {
        for (headers, is_use) in [
            (&[("sec-fetch-mode", "navigate"), ("sec-fetch-user", "?1")][..], true),
            (&[("sec-fetch-mode", "navigate")], false),
            (&[("sec-fetch-mode", "cors")], false),
            (&[], true),
        ] {
            let read = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            assert_eq!(is_asked_for(&read), is_use, "{headers:?}");
        }
    }
}
