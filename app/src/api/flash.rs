//! What a form gets back after a redirect: sealed in a cookie of a minute (longer where a sign-in comes between), shown
//! once, on its page alone.

use std::fmt;
use std::sync::Arc;

use http::request::Parts;
use http::{HeaderValue, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use serde::{Deserialize, Serialize};

use super::error::{ApiError, FormProblem};
use crate::routes;

/// The cookie. `__Host-` ties it to this host, and a browser takes it with `Secure` and `Path=/` only.
const COOKIE: &str = "__Host-drydock-form";

/// The cookie of the Sign in page, so that a mistake there does not lose what another form waits for.
const SIGN_IN_COOKIE: &str = "__Host-drydock-sign-in";

/// How long it is kept, in seconds: longer than a redirect takes on a bad line.
const MAX_AGE_SECONDS: u32 = 60;

/// How long it is kept, in seconds, where the person has to sign in first: longer than that takes.
const MAX_AGE_OVER_SIGN_IN_SECONDS: u32 = 15 * 60;

/// The most bytes of a sealed cookie: browsers drop one of more than 4,096 with its name and attributes.
const LIMIT_BYTES: usize = 3_900;

type Close = dyn Fn(&[u8]) -> Option<String> + Send + Sync;
type Open = dyn Fn(&str) -> Option<Vec<u8>> + Send + Sync;

/// Seals and opens small texts with the server's key.
#[derive(Clone)]
pub struct Seal {
    close: Arc<Close>,
    open: Arc<Open>,
}

impl Seal {
    /// A seal from its two halves. `close` gives text fit for a cookie, `open` nothing for what it did not close.
    pub fn new(
        close: impl Fn(&[u8]) -> Option<String> + Send + Sync + 'static,
        open: impl Fn(&str) -> Option<Vec<u8>> + Send + Sync + 'static,
    ) -> Self {
        Self { close: Arc::new(close), open: Arc::new(open) }
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Seal")
    }
}

/// What is handed over.
#[derive(Serialize, Deserialize)]
pub(super) struct Flash {
    /// The path of the page that shows it.
    pub path: String,
    /// What is wrong.
    pub error: ApiError,
    /// What was typed, never a password.
    pub typed: Vec<(String, String)>,
}

impl Flash {
    /// Puts it into the answer. Of what was typed, the longest is left out until the rest fits a cookie.
    pub(super) fn hand_over(mut self, seal: &Seal) {
        let mut closed = self.closed(seal);
        while closed.as_ref().is_some_and(|closed| closed.len() > LIMIT_BYTES) && self.leave_out_the_longest() {
            closed = self.closed(seal);
        }
        let age = if ends_with_a_sign_in(&self.error) { MAX_AGE_OVER_SIGN_IN_SECONDS } else { MAX_AGE_SECONDS };
        if let Some(closed) = closed {
            set_cookie(cookie_of(&self.path), &closed, age);
        }
    }

    /// Whether there was anything to leave out.
    fn leave_out_the_longest(&mut self) -> bool {
        let longest = (0..self.typed.len()).max_by_key(|index| self.typed[*index].1.len());
        longest.map(|index| self.typed.remove(index)).is_some()
    }

    fn closed(&self, seal: &Seal) -> Option<String> {
        (seal.close)(&serde_json::to_vec(self).ok()?)
    }
}

/// The cookie with which the Sign in page shows what went wrong before any page was rendered.
pub fn cookie_for_sign_in(seal: &Seal, error: ApiError) -> Option<HeaderValue> {
    let flash = Flash { path: routes::SIGN_IN.to_owned(), error, typed: Vec::new() };
    let closed = flash.closed(seal)?;
    HeaderValue::from_str(&cookie_text(SIGN_IN_COOKIE, &closed, MAX_AGE_SECONDS)).ok()
}

/// Takes what was handed over for the page at `path`; it is gone afterwards.
pub(super) fn take(path: &str) -> Option<FormProblem> {
    let seal = use_context::<Seal>()?;
    let name = cookie_of(path);
    let sealed = cookie(name, &use_context::<Parts>()?)?;
    let flash: Flash = serde_json::from_slice(&(seal.open)(&sealed)?).ok()?;
    if flash.path != path {
        return None;
    }
    set_cookie(name, "", 0);
    let error = if ends_with_a_sign_in(&flash.error) { ApiError::SignInCameFirst } else { flash.error };
    Some(FormProblem { error, typed: flash.typed })
}

/// Whether the person has to sign in before the page can show what came of the form.
fn ends_with_a_sign_in(error: &ApiError) -> bool {
    matches!(error, ApiError::SignedOut | ApiError::ProjectNotOpen)
}

fn cookie_of(path: &str) -> &'static str {
    if path == routes::SIGN_IN { SIGN_IN_COOKIE } else { COOKIE }
}

fn cookie(name: &str, parts: &Parts) -> Option<String> {
    let headers = parts.headers.get_all(header::COOKIE).iter();
    let mut pairs = headers.filter_map(|value| value.to_str().ok()).flat_map(|line| line.split(';'));
    pairs.find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
}

fn set_cookie(name: &str, value: &str, age_seconds: u32) {
    let text = cookie_text(name, value, age_seconds);
    if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&text)) {
        response.append_header(header::SET_COOKIE, value);
    }
}

fn cookie_text(name: &str, value: &str, age_seconds: u32) -> String {
    format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={age_seconds}")
}
