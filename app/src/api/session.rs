//! Signing in and out.

#![expect(missing_docs, reason = "the macro makes a struct of each function's documented parameters")]

#[cfg(feature = "ssr")]
mod serve;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::error::{ApiError, FormProblem};

/// Who is signed in, for the banner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visitor {
    /// The operator's name.
    pub name: String,
    /// Their cloud account.
    pub account: String,
    /// The projects that this session has open, by name; the last is the one opened last.
    pub projects: Vec<String>,
    /// The region.
    pub region: String,
}

/// What the Sign in page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInPage {
    /// The region that people sign in to, e.g. `ap-southeast-3`.
    pub region: String,
    /// What became of the last try.
    pub problem: Option<FormProblem>,
    /// Who is signed in already, if anybody.
    pub visitor: Option<Visitor>,
}

/// Who is signed in; `None` where nobody is.
#[server(name = CurrentVisitor, prefix = "/api", endpoint = "session/current", input = leptos::server_fn::codec::Json)]
pub async fn current() -> Result<Option<Visitor>, ApiError> {
    serve::current().await
}

/// What the Sign in page shows.
#[server(name = ShowSignIn, prefix = "/api", endpoint = "session/show", input = leptos::server_fn::codec::Json)]
pub async fn show() -> Result<SignInPage, ApiError> {
    serve::show().await
}

/// Signs in with one password call and opens the project. Reached by the form of the Sign in page.
#[server(name = SignIn, prefix = "/api", endpoint = "session/sign_in")]
pub async fn sign_in(
    #[server(default)] account: String,
    #[server(default)] user: String,
    #[server(default)] password: String,
    #[server(default)] project: String,
    #[server(default)] next: String,
) -> Result<(), ApiError> {
    serve::sign_in(account, user, password, project, next).await
}

/// Ends the session and drops its credentials; open runs confirmed in it pause.
#[server(name = SignOut, prefix = "/api", endpoint = "session/sign_out")]
pub async fn sign_out() -> Result<(), ApiError> {
    serve::sign_out().await
}
