//! One run as text for other programs: a table for spreadsheets, a summary for tickets.

use std::sync::Arc;

use domain::maintenance::{csv, summary};
use domain::time::Timestamp;
use service::caller::Caller;
use service::identity::Presence;
use service::maintenance::ShownRun;
use service::ports::Clock;
use tower_sessions::Session;

use crate::api::context::{Capabilities, api_error, internal, visit_of};
use crate::api::error::ApiError;
use crate::view::verdict;

/// Which run is asked for, and by whom.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The session of the request.
    pub session: &'a Session,
    /// Who is at the other end of it.
    pub presence: &'a Presence,
    /// The project's name.
    pub project: &'a str,
    /// The run's number.
    pub number: u32,
}

impl Asked<'_> {
    async fn caller(&self, capabilities: &Capabilities) -> Result<Caller, ApiError> {
        let visit = visit_of(self.session).await.map_err(|error| internal(&error))?.ok_or(ApiError::SignedOut)?;
        let open = visit.project(self.project).ok_or(ApiError::ProjectNotOpen)?;
        let caller = capabilities.sign_ins.caller(&visit, open, self.presence).await;
        caller.map_err(|error| api_error(&error))
    }

    async fn run(&self, capabilities: &Capabilities) -> Result<ShownRun, ApiError> {
        let caller = self.caller(capabilities).await?;
        capabilities.maintenance.show_run(&caller, self.number).await.map_err(|error| api_error(&error))
    }
}

/// The table of all its desktops, as CSV.
///
/// # Errors
/// [`ApiError`], as the Run page's.
pub async fn table(capabilities: &Capabilities, asked: Asked<'_>) -> Result<String, ApiError> {
    let ShownRun { run, summary, .. } = asked.run(capabilities).await?;
    let clock = &capabilities.clock;
    // A run is short: its times are in the zone that held when it began.
    let zone = clock.civil(summary.started_at).1;
    let sentence = |desktop: &_| verdict::happened(desktop, summary.mode);
    Ok(csv::of_run(&run, &zone, sentence, |at| whole(clock, at)))
}

/// Its summary in a few lines of plain text.
///
/// # Errors
/// [`ApiError`], as the Run page's.
pub async fn few_lines(capabilities: &Capabilities, asked: Asked<'_>) -> Result<String, ApiError> {
    let ShownRun { run, summary, .. } = asked.run(capabilities).await?;
    let clock = &capabilities.clock;
    let zone = clock.civil(summary.started_at).1;
    let (started, ended) = (whole(clock, summary.started_at), run.ended_at().map(|at| whole(clock, at)));
    let until = summary.request.until.map(|at| whole(clock, at));
    let frame = summary::Frame {
        number: summary.key.number,
        project: &summary.project.name,
        operator: &summary.operator.name,
        started: &started,
        ended: ended.as_deref(),
        until: until.as_deref(),
        time_zone: &zone,
    };
    Ok(summary::of_run(&run, &frame, &summary.request))
}

/// Date and time in full, for what is kept elsewhere: `2026-11-17 14:32:08`.
fn whole(clock: &Arc<dyn Clock>, at: Timestamp) -> String {
    let domain::civil::Civil { year, month, day, hour, minute, second } = clock.civil(at).0;
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}
