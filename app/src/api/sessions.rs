//! The person's own sessions.

#![expect(missing_docs, reason = "the macro makes a struct of each function's documented parameters")]

#[cfg(feature = "ssr")]
mod serve;

use domain::time::Timestamp;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::error::{ApiError, FormProblem};
use super::time_text::TimeText;

/// What the Sessions page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionsPage {
    /// The person's sessions, the one used last first.
    pub rows: Vec<SessionRow>,
    /// The zone of all times.
    pub zone: String,
    /// The present moment on the server, for relative times.
    pub now: Timestamp,
    /// What became of the last form.
    pub problem: Option<FormProblem>,
}

/// One session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    /// Its sign-in; names it in the form that ends it.
    pub sign_in: String,
    /// Whether it is the one that asks.
    pub is_this: bool,
    /// When they signed in.
    pub signed_in_at: TimeText,
    /// When it was last used, to the minute.
    pub last_seen: TimeText,
    /// Where the sign-in came from.
    pub from: Option<String>,
    /// The browser, as it names itself.
    pub browser: Option<String>,
}

/// What the Sessions page shows.
#[server(name = ShowSessions, prefix = "/api", endpoint = "sessions/show", input = leptos::server_fn::codec::Json)]
pub async fn show() -> Result<SessionsPage, ApiError> {
    serve::show().await
}

/// Ends one of the person's own sessions: its credentials are dropped, runs confirmed in it pause.
#[server(name = EndSession, prefix = "/api", endpoint = "sessions/end")]
pub async fn end(#[server(default)] sign_in: String) -> Result<(), ApiError> {
    serve::end(sign_in).await
}

/// Ends all of the person's sessions but this one.
#[server(name = EndOtherSessions, prefix = "/api", endpoint = "sessions/end_others")]
pub async fn end_others() -> Result<(), ApiError> {
    serve::end_others().await
}
