//! The frozen set before it is confirmed.

#![expect(missing_docs, reason = "the macro makes a struct of each function's documented parameters")]

#[cfg(feature = "ssr")]
mod serve;

use domain::maintenance::Mode;
use domain::maintenance::follow_up::LeftOut;
use domain::maintenance::plan::{Class, PlannedDesktop};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::desktops::HeldBy;
use super::error::{ApiError, FormProblem};
use super::time_text::TimeText;

/// What the Review page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewPage {
    /// The review's id.
    pub id: String,
    /// The project's name.
    pub project: String,
    /// Which way.
    pub mode: Mode,
    /// When it was frozen.
    pub frozen_at: TimeText,
    /// When the list that it was made from was read: who is connected is as of then.
    pub read_at: TimeText,
    /// Whether it is older than 30 minutes: it has to be made anew.
    pub too_old: bool,
    /// The run that it undoes.
    pub undoes: Option<u32>,
    /// What an undo leaves as it is: the first 200.
    pub left_out: Vec<LeftOut>,
    /// How many it leaves as they are in all.
    pub left_out_count: u32,
    /// The run that it started already.
    pub started: Option<u32>,
    /// How many will change.
    pub will_change: u32,
    /// How many are already so.
    pub already_so: u32,
    /// How many were not found.
    pub not_found: u32,
    /// How many of those that will change have somebody connected.
    pub connected: u32,
    /// How many matched when "all matching" was chosen.
    pub matched_when_chosen: Option<u32>,
    /// How many of the desktops another open run holds: confirming is barred where it is not 0.
    pub held: u32,
    /// The class shown; `None` shows all.
    pub show: Option<Class>,
    /// At most 200 rows, held and not found first.
    pub rows: Vec<ReviewRow>,
    /// The page shown, from 1, of `pages`.
    pub page: u32,
    /// How many pages there are, at least 1.
    pub pages: u32,
    /// The configured reasons.
    pub reasons: Vec<String>,
    /// Quick times for **Until**: label and the text that it fills in.
    pub quick_times: Vec<(String, String)>,
    /// The zone in which **Until** is read, e.g. `CET`.
    pub zone: String,
    /// The query string of the Desktops page it came from.
    pub came_from: String,
    /// What will be sent.
    pub sending: Sending,
    /// What became of the form sent last.
    pub problem: Option<FormProblem>,
}

/// A reviewed desktop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewRow {
    /// As frozen.
    pub desktop: PlannedDesktop,
    /// The open run that holds it, if any.
    pub held_by: Option<HeldBy>,
}

/// The calls that a confirmed run begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sending {
    /// How many calls.
    pub calls: u32,
    /// At most how many desktops each.
    pub batch_limit: u32,
    /// The address of the call.
    pub address: String,
    /// The first call's ids, at most three.
    pub first_ids: Vec<String>,
    /// How many more ids the first call has.
    pub more_ids: u32,
}

/// What the Review page shows. `query` is the page's own query string (`show`, `page`).
#[server(name = ShowReview, prefix = "/api", endpoint = "review/show", input = leptos::server_fn::codec::Json)]
pub async fn show(project: String, id: String, query: String) -> Result<ReviewPage, ApiError> {
    serve::show(project, id, query).await
}

/// Confirms: writes the run down and leads to its page. Reached by the form of the Review page.
#[server(name = ConfirmReview, prefix = "/api", endpoint = "review/confirm")]
pub async fn confirm(
    project: String,
    review: String,
    #[server(default)] reason: String,
    #[server(default)] details: String,
    #[server(default)] ticket: String,
    #[server(default)] until: String,
) -> Result<(), ApiError> {
    let why = serve::WhyForm { reason, details, ticket, until };
    serve::confirm(project, review, why).await
}

/// Makes a review anew that has grown too old, with the same desktops, and leads to it.
#[server(name = RenewReview, prefix = "/api", endpoint = "review/renew")]
pub async fn renew(project: String, review: String) -> Result<(), ApiError> {
    serve::renew(project, review).await
}
