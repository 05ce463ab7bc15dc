//! The project's desktops: shown, counted, chosen.

#![expect(missing_docs, reason = "the macro makes a struct of each function's documented parameters")]

#[cfg(feature = "ssr")]
pub(in crate::api) mod serve;

use domain::desktop::Desktop;
use domain::filter::View;
use domain::selection::Selection;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::error::{ApiError, FormProblem};
use super::time_text::TimeText;

/// One page of the list. Renders at once whatever the catalogue holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DesktopsPage {
    /// The project's name.
    pub project: String,
    /// The view as shown: the page lies within the pages there are.
    pub view: View,
    /// At most 50 rows.
    pub rows: Vec<DesktopRow>,
    /// How many desktops match the filter.
    pub matching: u32,
    /// How many desktops the catalogue holds.
    pub total: u32,
    /// How many pages there are, at least 1.
    pub pages: u32,
    /// Where the catalogue stands.
    pub catalogue: CatalogueState,
    /// What all matching desktops come to, for "Select all N matching".
    pub all_matching: SelectionCounts,
    /// What became of the form sent last.
    pub problem: Option<FormProblem>,
}

/// A desktop in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DesktopRow {
    /// As last read.
    pub desktop: Desktop,
    /// The open run that holds it, if any.
    pub held_by: Option<HeldBy>,
}

/// The open run that holds a desktop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldBy {
    /// The run's number.
    pub run: u32,
    /// Who confirmed it.
    pub operator: String,
    /// Whether it puts into maintenance (else returns to service).
    pub entering: bool,
}

/// Where the catalogue stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueState {
    /// When the list shown was read; `None` before the first whole reading.
    pub read_at: Option<TimeText>,
    /// Set while it is being read: desktops read so far, and how many the cloud counts, if known yet.
    pub reading: Option<(u32, Option<u32>)>,
    /// Why the last reading gave nothing.
    pub problem: Option<CatalogueProblem>,
    /// The list changed while it was read, twice: some desktops may be missing.
    pub may_be_incomplete: bool,
}

/// Why the list could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CatalogueProblem {
    /// The Workspace service is not enabled in this project.
    NotEnabled {
        /// The cloud's code.
        code: String,
        /// The cloud's request id.
        request_id: Option<String>,
    },
    /// The person may not list desktops.
    MayNotList {
        /// The cloud's code.
        code: Option<String>,
        /// The cloud's message.
        message: Option<String>,
        /// The cloud's request id.
        request_id: Option<String>,
    },
    /// The cloud token has ended: sign in again.
    SignInEnded,
    /// The cloud does not answer, is throttling, or answers nonsense.
    DoesNotAnswer,
    /// The cloud refused for another reason.
    Refused {
        /// The cloud's code.
        code: Option<String>,
        /// The cloud's message, verbatim.
        message: Option<String>,
        /// The cloud's request id.
        request_id: Option<String>,
    },
    /// The project holds more desktops than the configured limit.
    TooMany {
        /// The limit.
        limit: u32,
    },
}

/// What a selection comes to in the present catalogue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectionCounts {
    /// How many are selected.
    pub selected: u32,
    /// How many would be put into maintenance.
    pub would_enter: u32,
    /// How many would be returned to service.
    pub would_leave: u32,
    /// How many of the selected have somebody connected.
    pub connected: u32,
    /// How many of the selected the catalogue does not hold any more.
    pub gone: u32,
}

/// One page of the project's desktops. `query` is the page's own query string; `poll` says that nobody asked for it.
#[server(name = ListDesktops, prefix = "/api", endpoint = "desktops/list", input = leptos::server_fn::codec::Json)]
pub async fn list(project: String, query: String, poll: bool) -> Result<DesktopsPage, ApiError> {
    serve::list(project, query, poll).await
}

/// What a selection comes to: for the two counted buttons.
#[server(name = CountSelection, prefix = "/api", endpoint = "desktops/count", input = leptos::server_fn::codec::Json)]
pub async fn count(project: String, selection: Selection) -> Result<SelectionCounts, ApiError> {
    serve::count_selected(project, selection).await
}

/// Reads the list anew. Reached by the form around **Refresh**.
#[server(name = RefreshDesktops, prefix = "/api", endpoint = "desktops/refresh")]
pub async fn refresh(project: String, #[server(default)] query: String) -> Result<(), ApiError> {
    serve::refresh(project, query).await
}

/// Freezes what was chosen into a review and leads to its page. Reached by the form around the two counted buttons.
///
/// `mode` is `enter` or `leave`. Without `select=matching` the choice is `ids[]` (this page's ticks) with `more` (ids
/// kept by the script, separated by spaces). With `select=matching` it is all that match `query`, but not `except`
/// (ids, separated by spaces); `matched` is how many they were on the page.
#[server(name = ReviewSelection, prefix = "/api", endpoint = "desktops/review")]
pub async fn review(
    project: String,
    #[server(default)] mode: String,
    #[server(default)] ids: Vec<String>,
    #[server(default)] more: String,
    #[server(default)] select: String,
    #[server(default)] query: String,
    #[server(default)] matched: String,
    #[server(default)] except: String,
) -> Result<(), ApiError> {
    let choice = serve::ChoiceForm { mode, ids, more, select, query, matched, except };
    serve::review(project, choice).await
}
