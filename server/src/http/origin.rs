//! Who may change something: only a page of ours.
//!
//! Server functions have no such check by design, and a cookie's `SameSite` does nothing against another port, so this
//! stands before every server function.

use std::sync::Arc;

use app::api::context::visit_of;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::time::Timestamp;
use http::{Extensions, HeaderMap, Method, StatusCode, header};
use service::audit::{Action, Entry};
use service::identity::Presence;
use service::refusals::Refusals;
use tower_sessions::Session;

use super::identity::note;

/// The origins of ours: `public_url`, and on loopback its other names.
#[derive(Clone, Debug)]
pub struct OwnOrigins(Arc<Vec<String>>);

impl OwnOrigins {
    /// The origins that stand for `public`, e.g. `http://127.0.0.1:3000`.
    pub fn new(public: &str) -> Self {
        let mut origins = vec![public.to_owned()];
        if let Ok(url) = url::Url::parse(public) {
            let is_loopback = match url.host() {
                Some(url::Host::Domain(name)) => name == "localhost",
                Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
                Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
                None => false,
            };
            if is_loopback {
                let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
                let names = ["127.0.0.1", "[::1]", "localhost"];
                origins.extend(names.iter().map(|name| format!("{}://{name}{port}", url.scheme())));
            }
        }
        Self(Arc::new(origins))
    }

    fn allows(&self, headers: &HeaderMap) -> bool {
        if let Some(site) = headers.get("sec-fetch-site") {
            return site == "same-origin";
        }
        let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
        origin.is_some_and(|origin| self.0.iter().any(|own| own == origin))
    }
}

/// Lets reading pass, and everything else only from a page of ours.
pub async fn check(
    State((origins, refusals)): State<(OwnOrigins, Refusals)>,
    request: Request,
    next: Next,
) -> Response {
    let is_reading = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if is_reading || origins.allows(request.headers()) {
        return next.run(request).await;
    }
    let entry = line(request.extensions(), path_of(&request)).await;
    note(&refusals, entry).await;
    (StatusCode::FORBIDDEN, "This request did not come from a page of Drydock. Nothing was changed.\n").into_response()
}

/// Who sent it, as far as that is known: nobody may have to be signed in for it.
async fn line(extensions: &Extensions, path: String) -> Entry {
    let visit = match extensions.get::<Session>() {
        Some(session) => visit_of(session).await.ok().flatten(),
        None => None,
    };
    Entry {
        operator: visit.map(|visit| visit.operator),
        from: extensions.get::<Presence>().map(|presence| presence.from.as_ref().to_owned()),
        why: Some(path),
        ..Entry::new(Timestamp(0), Action::OriginRefused)
    }
}

/// What was asked for: a path of ours as it is, of another one only that it is none.
fn path_of(request: &Request) -> String {
    const LIMIT_BYTES: usize = 100;
    let path = request.uri().path();
    if path.len() <= LIMIT_BYTES { path.to_owned() } else { "a path that is too long to be ours".to_owned() }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    fn allows(public: &str, site: Option<&str>, origin: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        if let Some(site) = site {
            headers.insert("sec-fetch-site", site.parse().unwrap());
        }
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        OwnOrigins::new(public).allows(&headers)
    }

    #[test]
    fn a_browser_says_where_a_request_comes_from() {
        let public = "https://drydock.example";
        assert!(allows(public, Some("same-origin"), None));
        for site in ["cross-site", "same-site", "none", ""] {
            assert!(!allows(public, Some(site), Some(public)), "{site}");
        }
    }

    #[test]
    fn without_that_header_the_origin_counts() {
        let public = "http://127.0.0.1:3000";
        for own in ["http://127.0.0.1:3000", "http://localhost:3000", "http://[::1]:3000"] {
            assert!(allows(public, None, Some(own)), "{own}");
        }
        for foreign in ["null", "http://127.0.0.1:3001", "https://127.0.0.1:3000", "http://evil.example:3000", ""] {
            assert!(!allows(public, None, Some(foreign)), "{foreign}");
        }
        assert!(!allows(public, None, None));
        assert!(!allows("https://drydock.example", None, Some("http://localhost")));
    }
}
