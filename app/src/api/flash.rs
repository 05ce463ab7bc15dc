//! What a form gets back after a redirect: sealed in a cookie of a minute, shown once, on its page alone.

use std::fmt;
use std::sync::Arc;

use http::request::Parts;
use http::{HeaderValue, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use serde::{Deserialize, Serialize};

use super::error::{ApiError, FormProblem};

/// The cookie. `__Host-` ties it to this host, and a browser takes it with `Secure` and `Path=/` only.
const COOKIE: &str = "__Host-drydock-form";

/// How long it is kept, in seconds: longer than a redirect takes on a bad line.
const MAX_AGE_SECONDS: u32 = 60;

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
    /// Puts it into the answer. What was typed is left out where it is too long for a cookie.
    pub(super) fn hand_over(mut self, seal: &Seal) {
        let closed = match self.closed(seal) {
            Some(closed) if closed.len() <= LIMIT_BYTES => Some(closed),
            _ => {
                self.typed.clear();
                self.closed(seal)
            }
        };
        if let Some(closed) = closed {
            set_cookie(&format!(
                "{COOKIE}={closed}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={MAX_AGE_SECONDS}"
            ));
        }
    }

    fn closed(&self, seal: &Seal) -> Option<String> {
        (seal.close)(&serde_json::to_vec(self).ok()?)
    }
}

/// Takes what was handed over for the page at `path`; it is gone afterwards.
pub(super) fn take(path: &str) -> Option<FormProblem> {
    let seal = use_context::<Seal>()?;
    let sealed = cookie(&use_context::<Parts>()?)?;
    let flash: Flash = serde_json::from_slice(&(seal.open)(&sealed)?).ok()?;
    if flash.path != path {
        return None;
    }
    set_cookie(&format!("{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"));
    Some(FormProblem { error: flash.error, typed: flash.typed })
}

fn cookie(parts: &Parts) -> Option<String> {
    let headers = parts.headers.get_all(header::COOKIE).iter();
    let mut pairs = headers.filter_map(|value| value.to_str().ok()).flat_map(|line| line.split(';'));
    pairs.find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('=').map(str::to_owned))
}

fn set_cookie(text: &str) {
    if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(text)) {
        response.append_header(header::SET_COOKIE, value);
    }
}
