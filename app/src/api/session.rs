//! Signing in and out.

#![expect(missing_docs, reason = "the macro makes a struct of each function's documented parameters")]

#[cfg(feature = "ssr")]
mod serve;

use domain::role::Role;
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
    /// What they may do.
    pub role: Role,
    /// The person, for telling apart what a tab keeps for whom; means nothing elsewhere.
    pub person: String,
    /// The cloud user as whom the project opened last is open.
    pub cloud_user: String,
    /// The projects that they may open, by name, as far as the cloud has named them.
    pub may_open: Vec<String>,
    /// Whether another project takes the password again.
    pub opens_with_password: bool,
    /// How many open runs pause when they sign out.
    pub open_runs: u32,
    /// Whether a single sign-on stands in front.
    pub behind_single_sign_on: bool,
}

/// Whom the single sign-on names, on the Sign in page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SingleSignOnName {
    /// The person's name.
    pub name: String,
    /// Whether they can sign in without a password.
    pub can_exchange: bool,
    /// Where they sign in at the single sign-on anew.
    pub renew_url: Option<String>,
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
    /// Whom the single sign-on names, where there is one.
    pub single_sign_on: Option<SingleSignOnName>,
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

/// Signs in with the person's ID token, without a password, and opens the project. Reached by the form of the Sign in
/// page.
#[server(name = Exchange, prefix = "/api", endpoint = "session/exchange")]
pub async fn exchange(#[server(default)] project: String, #[server(default)] next: String) -> Result<(), ApiError> {
    serve::exchange(project, next).await
}

/// Opens another project beside those that are open: without a password where the cloud takes the person's ID token,
/// else with the password of the cloud user who is signed in. Reached by the form in the banner.
#[server(name = OpenProject, prefix = "/api", endpoint = "session/open_project")]
pub async fn open_project(
    #[server(default)] project: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<(), ApiError> {
    serve::open_project(project, password, next).await
}

/// Ends the session and drops its credentials; open runs confirmed in it pause.
#[server(name = SignOut, prefix = "/api", endpoint = "session/sign_out")]
pub async fn sign_out() -> Result<(), ApiError> {
    serve::sign_out().await
}
