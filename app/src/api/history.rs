//! The project's runs.

#![expect(missing_docs, reason = "the macro makes a struct of each function's documented parameters")]

#[cfg(feature = "ssr")]
mod serve;

use domain::maintenance::Mode;
use domain::maintenance::report::Counts;
use domain::maintenance::run::Phase;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::error::ApiError;
use super::time_text::TimeText;

/// What the History page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryPage {
    /// The project's name.
    pub project: String,
    /// At most 50 runs, newest first.
    pub rows: Vec<HistoryRow>,
    /// How many runs the project has.
    pub total: u32,
    /// The abbreviation of the zone in which times are given.
    pub zone: String,
    /// The page shown, from 1, of `pages`.
    pub page: u32,
    /// How many pages there are, at least 1.
    pub pages: u32,
}

/// One run in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryRow {
    /// The run's number.
    pub number: u32,
    /// Which way.
    pub mode: Mode,
    /// Who confirmed it.
    pub operator: String,
    /// Why.
    pub reason: String,
    /// The ticket.
    pub ticket: String,
    /// When it was confirmed.
    pub started_at: TimeText,
    /// Where it stands.
    pub phase: Phase,
    /// Its desktops by state.
    pub counts: Counts,
}

/// What the History page shows. `query` is the page's own query string (`page`).
#[server(name = ShowHistory, prefix = "/api", endpoint = "history/show", input = leptos::server_fn::codec::Json)]
pub async fn show(project: String, query: String) -> Result<HistoryPage, ApiError> {
    serve::show(project, query).await
}
