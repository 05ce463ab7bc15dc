//! Who sends a request: asked of the single sign-on at every one, and compared with the person of the session.
//!
//! A missing identity is never "the session's person": whoever can make a proxy drop its header would be anybody.

use std::sync::Arc;

use app::api::context::visit_of;
use app::api::error::ApiError;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::operator::CloudUser;
use domain::role::{Role, RoleGroups};
use http::{Extensions, HeaderMap, HeaderValue, StatusCode, header};
use service::audit::{Action, Entry};
use service::identity::{Identity, Presence};
use service::ports::Clock;
use service::refusals::Refusals;
use service::sign_ins::{SignIns, Visit};
use sso::{AssertionProblem, Refusal, Sso};
use tower_http::request_id::RequestId;
use tower_sessions::Session;

use super::headers::EndsSession;
use super::listener::Peer;
use super::plain_page::PlainPage;

/// The most letters of a browser's name for itself that are kept.
const BROWSER_LIMIT_CHARS: usize = 200;

/// What is needed to tell who sends a request.
#[derive(Clone)]
pub struct Doorkeeper {
    /// The single sign-on in front; `None` where there is none.
    pub sso: Option<Sso>,
    /// Which groups give which role.
    pub roles: RoleGroups,
    /// Ends the sessions of others.
    pub sign_ins: SignIns,
    /// Writes down who was refused.
    pub refusals: Refusals,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The address of the style sheet.
    pub style: Arc<str>,
    /// Where people sign in at the single sign-on anew.
    pub renew_url: Option<Arc<str>>,
}

/// Lets a request pass with a [`Presence`] that says who sends it, or refuses it.
pub async fn check(State(keeper): State<Doorkeeper>, mut request: Request, next: Next) -> Response {
    match keeper.presence(request.extensions(), request.headers()).await {
        Ok(presence) => {
            request.extensions_mut().insert(presence);
            next.run(request).await
        }
        Err(error) => keeper.refuse(&error, request.headers()),
    }
}

impl Doorkeeper {
    async fn presence(&self, extensions: &Extensions, headers: &HeaderMap) -> Result<Presence, ApiError> {
        let peer = extensions.get::<Peer>().copied();
        let browser = browser(headers);
        let Some(sso) = &self.sso else {
            let address = peer.and_then(Peer::ip);
            return Ok(Presence {
                identity: None,
                role: Role::Lead,
                from: from(peer, None).into(),
                peer: address,
                browser,
            });
        };
        let ip = peer.and_then(Peer::ip);
        // Without a peer nobody may vouch: only a socket has none, and it says so.
        let is_known = peer.is_some();
        let is_trusted = is_known && sso.is_trusted(ip);
        let from = from(peer, is_trusted.then_some(headers));
        let session = extensions.get::<Session>();
        let visit = match session {
            Some(session) => visit_of(session).await.map_err(|error| broken(&error, extensions))?,
            None => None,
        };
        let identity = if is_known {
            sso.identify(ip, headers, self.clock.now()).await
        } else {
            Err(Refusal::UntrustedPeer { carried: false })
        };
        let identity = match identity {
            Ok(identity) => identity,
            Err(refusal) => return Err(self.not_vouched_for(refusal, visit, session, &from).await),
        };
        if visit.as_ref().is_some_and(|visit| !identity.is(&visit.operator)) {
            let why = format!("now {} at {}", identity.subject, identity.issuer);
            self.end(visit, session, Action::IdentityChanged, &from, &why).await;
            return Err(ApiError::IdentityChanged);
        }
        let role = self.roles.role_of(&identity.groups);
        let presence = present(identity, role.unwrap_or(Role::Viewer), &from, browser);
        if role.is_none() {
            self.without_role(visit, session, &presence).await;
            return Err(ApiError::NoRole);
        }
        Ok(presence)
    }

    /// Whoever is in no named group has no session, and is written down once.
    async fn without_role(&self, visit: Option<Visit>, session: Option<&Session>, presence: &Presence) {
        if visit.is_some() {
            return self
                .end(visit, session, Action::RoleRefused, &presence.from, "no group gives a role any more")
                .await;
        }
        let nobody = CloudUser { id: String::new(), name: String::new(), account: String::new() };
        let entry = Entry {
            operator: Some(presence.operator(&nobody)),
            from: Some(presence.from.as_ref().to_owned()),
            why: Some("no group gives a role".to_owned()),
            ..Entry::new(self.clock.now(), Action::RoleRefused)
        };
        note(&self.refusals, entry).await;
    }

    /// A session that comes without its person is ended, unless the request proves nothing about the session: it did not
    /// come through the proxy, or whom it speaks of cannot be checked at the moment.
    async fn not_vouched_for(
        &self,
        refusal: Refusal,
        visit: Option<Visit>,
        session: Option<&Session>,
        from: &str,
    ) -> ApiError {
        if let Some(visit) = visit.filter(|_| speaks_of_the_session(refusal)) {
            self.end(Some(visit), session, Action::IdentityMissing, from, &refusal.to_string()).await;
        } else {
            let entry = Entry {
                from: Some(from.to_owned()),
                why: Some(refusal.to_string()),
                ..Entry::new(self.clock.now(), Action::IdentityRefused)
            };
            note(&self.refusals, entry).await;
        }
        if refusal == Refusal::KeysUnavailable { ApiError::IdentityUnknown } else { ApiError::NoIdentity }
    }

    /// Ends a visit with its session; without a visit there is nothing to end.
    async fn end(&self, visit: Option<Visit>, session: Option<&Session>, action: Action, from: &str, why: &str) {
        let Some(visit) = visit else { return };
        tracing::warn!(?action, from, why, "a session was ended");
        if let Err(error) = self.sign_ins.end_because(visit, action, from.to_owned(), Some(why.to_owned())).await {
            tracing::error!(%error, "a session could not be ended whole");
        }
        if let Some(session) = session
            && let Err(error) = session.flush().await
        {
            tracing::error!(%error, "a session could not be removed");
        }
    }

    fn refuse(&self, error: &ApiError, headers: &HeaderMap) -> Response {
        let status = match error {
            ApiError::NoRole => StatusCode::FORBIDDEN,
            ApiError::IdentityUnknown => StatusCode::SERVICE_UNAVAILABLE,
            ApiError::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::UNAUTHORIZED,
        };
        let wants_page = headers
            .get(header::ACCEPT)
            .is_some_and(|accept| accept.to_str().is_ok_and(|text| text.contains("text/html")));
        let mut response = if wants_page { self.page(error, status) } else { json(error, status) };
        // Without a session that was ended this changes nothing.
        response.extensions_mut().insert(EndsSession);
        if *error == ApiError::IdentityChanged {
            // What the tab keeps is the earlier person's.
            let storage = HeaderValue::from_static("\"storage\"");
            response.headers_mut().insert("clear-site-data", storage);
        }
        response
    }

    fn page(&self, error: &ApiError, status: StatusCode) -> Response {
        let text = app::view::error_text::api_error(error);
        let way = match error {
            ApiError::NoRole => None,
            ApiError::NoIdentity => Some((self.renew_url.as_deref().unwrap_or("/"), "Sign in at the single sign-on")),
            ApiError::IdentityUnknown => Some(("/", "Try again")),
            _ => Some(("/", "Go on")),
        };
        PlainPage { status, heading: &text.what, text: &text.next, way, style: &self.style }.answer()
    }
}

/// Whether a refusal says that the session's person is not there, and not only that nobody can tell.
fn speaks_of_the_session(refusal: Refusal) -> bool {
    !matches!(
        refusal,
        Refusal::UntrustedPeer { .. }
            | Refusal::KeysUnavailable
            | Refusal::Assertion(AssertionProblem::UnknownKey | AssertionProblem::Signature)
    )
}

/// Writes a refusal down: in the log, and as far as its pace allows in the audit.
pub(super) async fn note(refusals: &Refusals, entry: Entry) {
    let (action, from, why) = (entry.action, entry.from.as_deref().unwrap_or_default(), entry.why.as_deref());
    tracing::warn!(?action, from, why, "a request was refused");
    if let Err(error) = refusals.note(entry).await {
        tracing::error!(%error, "a refusal could not be written down");
    }
}

fn present(identity: Identity, role: Role, from: &str, browser: Option<Arc<str>>) -> Presence {
    // The peer is a proxy that all come through, so it says nothing about the person.
    Presence { identity: Some(Arc::new(identity)), role, from: from.into(), peer: None, browser }
}

fn json(error: &ApiError, status: StatusCode) -> Response {
    let mut response = Response::new(Body::from(serde_json::to_vec(error).unwrap_or_default()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// With the number under which the log has it.
fn broken(error: &tower_sessions::session::Error, extensions: &Extensions) -> ApiError {
    tracing::error!(%error, "a session could not be read");
    let id = extensions.get::<RequestId>().and_then(|id| id.header_value().to_str().ok());
    ApiError::Internal { reference: id.unwrap_or("none").to_owned() }
}

/// Where a request comes from: the TCP peer, and whom a trusted proxy names as the one before it. Told, never believed.
pub(super) fn from(peer: Option<Peer>, told_by: Option<&HeaderMap>) -> String {
    let peer = match peer {
        Some(Peer::Tcp(address)) => address.ip().to_string(),
        Some(Peer::Unix) => "socket".to_owned(),
        None => "unknown".to_owned(),
    };
    // Of several lines the last is the one that the proxy itself may have added.
    let told = told_by.and_then(|headers| headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok());
    let before = told.and_then(|list| list.rsplit(',').next()?.trim().parse::<std::net::IpAddr>().ok());
    before.map_or_else(|| peer.clone(), |before| format!("{before} through {peer}"))
}

/// The browser as it names itself, without what could spoil a line.
fn browser(headers: &HeaderMap) -> Option<Arc<str>> {
    let text = String::from_utf8_lossy(headers.get(header::USER_AGENT)?.as_bytes()).into_owned();
    let kept: String = text.chars().filter(|letter| !letter.is_control()).take(BROWSER_LIMIT_CHARS).collect();
    (!kept.is_empty()).then(|| kept.into())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    fn told(list: &str) -> String {
        let headers = [("x-forwarded-for".parse().unwrap(), list.parse().unwrap())].into_iter().collect();
        from(Some(Peer::Tcp(([10, 0, 0, 1], 5).into())), Some(&headers))
    }

    #[test]
    fn where_a_request_comes_from_is_the_peer_and_the_last_hop_that_it_names() {
        assert_eq!(from(Some(Peer::Tcp(([10, 0, 0, 1], 5).into())), None), "10.0.0.1");
        assert_eq!(from(Some(Peer::Unix), None), "socket");
        assert_eq!(told("198.51.100.9, 192.0.2.7"), "192.0.2.7 through 10.0.0.1");
        for junk in ["", "evil", "1.2.3.4, <b>"] {
            assert_eq!(told(junk), "10.0.0.1", "{junk}");
        }
    }

    #[test]
    fn a_browser_s_name_is_kept_short_and_in_one_line() {
        let named = |name: &[u8]| {
            let value = HeaderValue::from_bytes(name).unwrap();
            browser(&[(header::USER_AGENT, value)].into_iter().collect())
        };
        assert_eq!(named(b"Browser/1\tx").as_deref(), Some("Browser/1x"));
        assert_eq!(named(&[b'a'; 500]).unwrap().len(), BROWSER_LIMIT_CHARS);
        assert_eq!(named(b"").as_deref(), None);
    }
}
