//! Headers on every answer, and what must never leave in one.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, header};

/// The session's cookie. `__Host-` ties it to this host; browsers take such a name with `Secure` and `Path=/` only.
pub const SESSION_COOKIE: &str = "__Host-drydock";

/// Says that this browser was signed out, so that nobody is signed in again unasked. It ends with the browser, or with
/// the next sign-in.
pub const SIGNED_OUT_COOKIE: &str = "__Host-drydock-signed-out";

/// Where the session ends.
const SIGN_OUT: &str = "/api/session/sign_out";

/// The policy of everything that is no page: nothing may be loaded or framed.
pub(crate) const NO_PAGE: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The policy of a page whose own scripts carry `nonce`. Hydration needs `'wasm-unsafe-eval'`, nothing else.
pub fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

/// A year, this host alone: what its neighbours do is not ours to say.
const TLS_ALONE: &str = "max-age=31536000";

/// How browsers reach us, by `public_url`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Over TLS, which ends at the proxy in front.
    Tls,
    /// In plain text, on this machine.
    Plain,
}

impl Transport {
    /// By the origin that browsers use.
    pub fn of(public_origin: &str) -> Self {
        if public_origin.starts_with("https://") { Self::Tls } else { Self::Plain }
    }
}

/// Says of an answer that its session has ended, so that the browser may drop the cookie.
#[derive(Clone, Copy, Debug)]
pub struct EndsSession;

/// Adds the headers that every answer has, and mends those that the layers inside leave open.
pub async fn add(State(transport): State<Transport>, request: Request, next: Next) -> Response {
    let is_sign_out = request.uri().path() == SIGN_OUT;
    let mut response = next.run(request).await;
    let ends = is_sign_out || response.extensions().get::<EndsSession>().is_some();
    let headers = response.headers_mut();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if transport == Transport::Tls {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(TLS_ALONE));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(NO_PAGE));
    keep_redirects_here(headers);
    if is_sign_out && headers.contains_key("clear-site-data") {
        append_cookie(headers, &format!("{SIGNED_OUT_COOKIE}=1; Path=/; Secure; HttpOnly; SameSite=Lax"));
    } else if gives_session(headers) {
        append_cookie(headers, &format!("{SIGNED_OUT_COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"));
    }
    mend_removal_cookies(headers, ends);
    response
}

fn append_cookie(headers: &mut HeaderMap, cookie: &str) {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        headers.append(header::SET_COOKIE, cookie);
    }
}

/// Whether an answer gives the browser a session.
fn gives_session(headers: &HeaderMap) -> bool {
    headers.get_all(header::SET_COOKIE).iter().any(|cookie| {
        let rest = cookie.to_str().unwrap_or_default().strip_prefix(SESSION_COOKIE);
        rest.is_some_and(|rest| rest.starts_with('=') && !rest.starts_with("=;"))
    })
}

/// Takes away an id that comes from outside: what stands in our log and is quoted to us is ours.
pub async fn drop_foreign_id(mut request: Request, next: Next) -> Response {
    request.headers_mut().remove("x-request-id");
    next.run(request).await
}

/// A form that cannot be decoded is redirected to its `Referer`, which anybody may set: only a path of ours is let
/// through, without the error that the framework writes into the query.
fn keep_redirects_here(headers: &mut HeaderMap) {
    let Some(location) = headers.get(header::LOCATION) else { return };
    let text = location.to_str().unwrap_or_default();
    if app::routes::is_own_path(text) {
        return;
    }
    let path = url::Url::parse(text).map(|url| url.path().to_owned()).unwrap_or_default();
    let path = if app::routes::is_own_path(&path) { path } else { "/".to_owned() };
    headers.insert(header::LOCATION, HeaderValue::from_str(&path).unwrap_or(HeaderValue::from_static("/")));
}

/// The session layer removes its cookie without `Secure`, and a browser ignores that for a `__Host-` name: the cookie
/// would stay. It also removes one that it does not know; where a sign-in has just given the browser another, an answer
/// that comes late would take that one away, so only an answer that ends a session removes it.
fn mend_removal_cookies(headers: &mut HeaderMap, ends: bool) {
    let removal = format!("{SESSION_COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    let is_removal = |value: &HeaderValue| {
        let text = value.to_str().unwrap_or_default();
        text.strip_prefix(SESSION_COOKIE).is_some_and(|rest| rest.starts_with("=;"))
    };
    let cookies: Vec<HeaderValue> = headers.get_all(header::SET_COOKIE).iter().cloned().collect();
    if !cookies.iter().any(is_removal) {
        return;
    }
    headers.remove(header::SET_COOKIE);
    for cookie in cookies {
        if !is_removal(&cookie) {
            headers.append(header::SET_COOKIE, cookie);
        } else if ends {
            headers.append(header::SET_COOKIE, HeaderValue::from_str(&removal).unwrap_or(cookie));
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    fn redirected(location: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(header::LOCATION, location.parse().unwrap());
        keep_redirects_here(&mut headers);
        headers[header::LOCATION].to_str().unwrap().to_owned()
    }

    #[test]
    fn a_redirect_stays_on_this_site() {
        for (location, kept) in [
            ("/a/desktops?q=1", "/a/desktops?q=1"),
            ("http://127.0.0.1:3000/a/desktops?__path=x&__err=y", "/a/desktops"),
            ("https://evil.example//b", "/"),
            ("//evil.example/b", "/"),
            ("javascript:alert(1)", "/"),
            ("", "/"),
        ] {
            assert_eq!(redirected(location), kept, "{location}");
        }
    }

    #[test]
    fn a_removed_session_cookie_is_removed_in_a_browser_too() {
        let mut headers = HeaderMap::new();
        headers.append(header::SET_COOKIE, "other=1".parse().unwrap());
        headers.append(header::SET_COOKIE, "__Host-drydock=; Path=/; Max-Age=0".parse().unwrap());
        mend_removal_cookies(&mut headers, true);
        let cookies: Vec<_> = headers.get_all(header::SET_COOKIE).iter().collect();
        assert_eq!(cookies[0], "other=1");
        assert_eq!(cookies[1], "__Host-drydock=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    }

    #[test]
    fn an_answer_that_comes_late_does_not_take_a_new_cookie_away() {
        let mut headers = HeaderMap::new();
        headers.append(header::SET_COOKIE, "__Host-drydock=; Path=/; Max-Age=0".parse().unwrap());
        headers.append(header::SET_COOKIE, "other=1".parse().unwrap());
        mend_removal_cookies(&mut headers, false);
        assert_eq!(headers.get_all(header::SET_COOKIE).iter().collect::<Vec<_>>(), ["other=1"]);
    }

    #[test]
    fn a_living_session_cookie_is_left_alone() {
        let mut headers = HeaderMap::new();
        headers.append(header::SET_COOKIE, "__Host-drydock=abc; Path=/; Secure".parse().unwrap());
        mend_removal_cookies(&mut headers, true);
        assert_eq!(headers[header::SET_COOKIE], "__Host-drydock=abc; Path=/; Secure");
    }
}
