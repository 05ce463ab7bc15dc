//! Where a sign-out ends behind a single sign-on: on its way to the end of that, too.
//!
//! A page of its own, because a form may not be redirected to another origin: the policy of our pages forbids it.

use std::sync::Arc;

use app::api::context::SingleSignOn;
use app::routes;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};

use super::plain_page::PlainPage;

/// What the page needs.
#[derive(Clone, Debug)]
pub struct SignedOut {
    logout_url: Option<Arc<str>>,
    style: Arc<str>,
}

impl SignedOut {
    /// For these addresses; `style` is that of the style sheet.
    pub fn new(addresses: &SingleSignOn, style: &Arc<str>) -> Self {
        Self { logout_url: addresses.logout_url.as_deref().map(Into::into), style: Arc::clone(style) }
    }
}

/// The page. With an address of the single sign-on the browser goes there by itself.
pub async fn show(State(page): State<SignedOut>) -> Response {
    let way = match &page.logout_url {
        Some(address) => (&**address, "Sign out of the single sign-on"),
        None => (routes::SIGN_IN, "Sign in"),
    };
    let mut response = PlainPage {
        status: StatusCode::OK,
        heading: "You are signed out of Drydock.",
        text: "Your cloud sign-in was dropped. Open runs wait, and can be continued after signing in.",
        way: Some(way),
        style: &page.style,
    }
    .answer();
    if let Some(address) = &page.logout_url
        && let Ok(refresh) = HeaderValue::from_str(&format!("0;url={address}"))
    {
        response.headers_mut().insert(header::REFRESH, refresh);
    }
    response
}
