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

/// A page of the audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// The project.
    pub project: String,
    /// The lines, newest first.
    pub rows: Vec<AuditRow>,
    /// How many there are.
    pub total: u32,
    /// The zone of all times.
    pub zone: String,
    /// The page, from 1.
    pub page: u32,
    /// How many pages there are.
    pub pages: u32,
}

/// A line of the audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// Its number.
    pub number: u64,
    /// When.
    pub at: TimeText,
    /// Who; `None` where nobody was known.
    pub who: Option<String>,
    /// Issuer and subject of the person, and the cloud user, for whoever has to be sure.
    pub identity: Option<String>,
    /// Where the request came from; `None` for what Drydock did by itself.
    pub from: Option<String>,
    /// What happened: a word of [`crate::view::audit_table`].
    pub action: String,
    /// Why, or what about it.
    pub why: Option<String>,
    /// The run it concerns.
    pub run: Option<u32>,
}

/// The audit of the project and of what concerns no project, for leads.
#[server(name = ShowAudit, prefix = "/api", endpoint = "history/audit", input = leptos::server_fn::codec::Json)]
pub async fn audit(project: String, query: String) -> Result<AuditPage, ApiError> {
    serve::audit(project, query).await
}
