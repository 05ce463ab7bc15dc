//! One run: watched, stopped, continued.

#![expect(missing_docs, reason = "the macro makes a struct of each function's documented parameters")]

#[cfg(feature = "ssr")]
mod serve;
#[cfg(feature = "ssr")]
pub mod text;

use domain::maintenance::Mode;
use domain::maintenance::follow_up::{FollowUp, Origin};
use domain::maintenance::report::Counts;
use domain::maintenance::run::{Phase, RunDesktop};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::error::{ApiError, FormProblem};
use super::time_text::TimeText;

/// What the Run page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunPage {
    /// The run's number in its project.
    pub number: u32,
    /// The project's name.
    pub project: String,
    /// Which way.
    pub mode: Mode,
    /// Where it stands.
    pub phase: Phase,
    /// Who confirmed it.
    pub operator: String,
    /// Their account.
    pub account: String,
    /// Why.
    pub reason: String,
    /// Why, in their own words.
    pub details: String,
    /// The ticket.
    pub ticket: String,
    /// Until when.
    pub until: Option<TimeText>,
    /// When it was confirmed.
    pub started_at: TimeText,
    /// When it came to its end.
    pub ended_at: Option<TimeText>,
    /// The present moment on the server, for relative times.
    pub now: TimeText,
    /// All desktops by state.
    pub counts: Counts,
    /// PUTs sent so far.
    pub calls_sent: u32,
    /// Whether **Stop** can still prevent anything.
    pub may_stop: bool,
    /// Whether **Continue** would let it go on now: it is paused, and this person may.
    pub may_continue: bool,
    /// Whether **Take over** would let it go on now: it is paused and somebody else's, and this person may.
    pub may_take_over: bool,
    /// The number of the pause, where it is paused.
    pub pause: Option<u32>,
    /// How many **Retry** would ask again; 0 while it is open, as with the next three.
    pub may_retry: u32,
    /// How many **Send** would send.
    pub may_send: u32,
    /// How many **Read again** would read.
    pub may_read_again: u32,
    /// How many **Undo** would return at most.
    pub may_undo: u32,
    /// Which run it follows, and what for.
    pub origin: Option<Origin>,
    /// The runs that follow it, and what for, oldest first.
    pub followers: Vec<(FollowUp, u32)>,
    /// The verdict shown; `None` shows all.
    pub show: Option<RowFilter>,
    /// At most 200 rows: refused and unknown first.
    pub rows: Vec<RunRow>,
    /// The page shown, from 1, of `pages`.
    pub page: u32,
    /// How many pages there are, at least 1.
    pub pages: u32,
    /// What became of the form sent last.
    pub problem: Option<FormProblem>,
}

/// A desktop in the run, with the time of its state as text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRow {
    /// The row.
    pub desktop: RunDesktop,
    /// The time of its state.
    pub at: Option<TimeText>,
}

/// Which rows the Run page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowFilter {
    /// Waiting, sending or reading back.
    Open,
    /// One verdict.
    Final(domain::maintenance::Verdict),
}

/// What the Run page shows. `query` is the page's own query string (`show`, `page`); `poll` says that nobody asked for it.
#[server(name = ShowRun, prefix = "/api", endpoint = "run/show", input = leptos::server_fn::codec::Json)]
pub async fn show(project: String, number: u32, query: String, poll: bool) -> Result<RunPage, ApiError> {
    serve::show(project, number, query, poll).await
}

/// Asks the run to send nothing more. Reached by the form around **Stop**.
#[server(name = StopRun, prefix = "/api", endpoint = "run/stop")]
pub async fn stop(project: String, number: u32) -> Result<(), ApiError> {
    serve::stop(project, number).await
}

/// Lets a paused run go on, with this session's credential. `pause` is the pause that was shown: one that was meant for
/// another does nothing. Reached by the form around **Continue**.
#[server(name = ContinueRun, prefix = "/api", endpoint = "run/continue")]
pub async fn continue_run(project: String, number: u32, #[server(default)] pause: u32) -> Result<(), ApiError> {
    serve::continue_run(project, number, pause).await
}

/// Lets somebody else's paused run go on, with this session's credential. Reached by the form around **Take over**.
#[server(name = TakeOverRun, prefix = "/api", endpoint = "run/take_over")]
pub async fn take_over(project: String, number: u32, #[server(default)] pause: u32) -> Result<(), ApiError> {
    serve::take_over(project, number, pause).await
}

/// Asks again for what was refused, in a new run, and leads to it. `attempt` is how many retries of this run were shown.
/// Reached by the form around **Retry**.
#[server(name = RetryRun, prefix = "/api", endpoint = "run/retry")]
pub async fn retry(project: String, number: u32, #[server(default)] attempt: u32) -> Result<(), ApiError> {
    serve::retry(project, number, attempt).await
}

/// Sends what was not sent, in a new run, and leads to it. `attempt` is how many such runs were shown. Reached by the
/// form around **Send**.
#[server(name = SendRest, prefix = "/api", endpoint = "run/send_rest")]
pub async fn send_rest(project: String, number: u32, #[server(default)] attempt: u32) -> Result<(), ApiError> {
    serve::send_rest(project, number, attempt).await
}

/// Reads again what is unknown. Reached by the form around **Read again**.
#[server(name = ReadAgain, prefix = "/api", endpoint = "run/read_again")]
pub async fn read_again(project: String, number: u32) -> Result<(), ApiError> {
    serve::read_again(project, number).await
}

/// Makes a review of what would undo the run, and leads to it. Reached by the form around **Undo**.
#[server(name = UndoRun, prefix = "/api", endpoint = "run/undo")]
pub async fn undo(project: String, number: u32) -> Result<(), ApiError> {
    serve::undo(project, number).await
}
