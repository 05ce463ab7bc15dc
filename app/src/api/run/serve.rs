//! One run, served.

use std::sync::Arc;

use domain::filter::page_of;
use domain::maintenance::Verdict;
use domain::maintenance::run::{DesktopState, RunDesktop};
use service::caller::ChangingCaller;
use service::maintenance::{Maintenance, ShownRun};
use service::ports::Clock;

use super::{RowFilter, RunPage, RunRow};
use crate::api::context::{
    Rejected, api_error, capability, changing_caller, clock, note_activity, quiet_caller, refused, settle,
};
use crate::api::error::ApiError;
use crate::api::time_text::TimeText;
use crate::api::{flash, page_query};
use crate::routes;

/// Rows of a page.
const PAGE_ROWS: usize = 200;

pub(super) async fn show(project: String, number: u32, query: String, poll: bool) -> Result<RunPage, ApiError> {
    refused(shown(&project, number, &query, poll).await)
}

async fn shown(project: &str, number: u32, query: &str, poll: bool) -> Result<RunPage, ApiError> {
    if !poll {
        note_activity().await;
    }
    let caller = quiet_caller(project).await?;
    let (maintenance, clock): (Arc<Maintenance>, _) = (capability()?, clock()?);
    let shown = maintenance.show_run(&caller, number).await.map_err(|error| api_error(&error))?;
    let mut page = page(shown, query, &*clock);
    if !poll {
        page.problem = flash::take(&routes::run(project, number));
    }
    Ok(page)
}

fn page(shown: ShownRun, query: &str, clock: &dyn Clock) -> RunPage {
    let ShownRun { run, summary, may_continue } = shown;
    let now = clock.now();
    let time = |at| TimeText::new(clock, at, now);
    let query = page_query::PageQuery::from_query(query);
    let show = query.show.as_deref().and_then(page_query::row_filter);
    let mut rows: Vec<&RunDesktop> = run.desktops().iter().filter(|desktop| is_shown(show, desktop)).collect();
    rows.sort_by_cached_key(|desktop| (order(desktop.state), desktop.name.to_lowercase(), desktop.id.clone()));
    let page = page_of(&rows, query.page, PAGE_ROWS);
    RunPage {
        number: summary.key.number,
        project: summary.project.name,
        mode: summary.mode,
        phase: run.phase(),
        operator: summary.operator.name,
        account: summary.operator.account,
        reason: summary.request.reason,
        details: summary.request.details,
        ticket: summary.request.ticket,
        until: summary.request.until.map(time),
        started_at: time(summary.started_at),
        ended_at: run.ended_at().map(time),
        now: time(now),
        counts: run.counts(),
        calls_sent: u32::try_from(run.puts_sent()).unwrap_or(u32::MAX),
        may_stop: run.may_stop(),
        may_continue,
        show,
        page: page.number,
        pages: page.pages,
        rows: page
            .items
            .iter()
            .map(|desktop| RunRow { desktop: (*desktop).clone(), at: desktop.at.map(time) })
            .collect(),
        problem: None,
    }
}

fn is_shown(show: Option<RowFilter>, desktop: &RunDesktop) -> bool {
    match show {
        None => true,
        Some(RowFilter::Open) => desktop.is_open(),
        Some(RowFilter::Final(verdict)) => desktop.verdict() == Some(verdict),
    }
}

/// Refused and unknown first, then what is not over, then what needs no look.
fn order(state: DesktopState) -> u8 {
    match state {
        DesktopState::Final(Verdict::Refused) => 0,
        DesktopState::Final(Verdict::Unknown) => 1,
        DesktopState::Final(Verdict::NotFound) => 2,
        DesktopState::Final(Verdict::NotSent) => 3,
        DesktopState::Sending => 4,
        DesktopState::ReadingBack => 5,
        DesktopState::Waiting => 6,
        DesktopState::Final(Verdict::AlreadySo) => 7,
        DesktopState::Final(Verdict::Changed) => 8,
    }
}

pub(super) async fn stop(project: String, number: u32) -> Result<(), ApiError> {
    act(&project, number, "stop", async |maintenance, caller| maintenance.stop(&caller, number).await).await
}

pub(super) async fn continue_run(project: String, number: u32) -> Result<(), ApiError> {
    act(&project, number, "continue", async |maintenance, caller| maintenance.continue_run(&caller, number).await).await
}

async fn act(
    project: &str,
    number: u32,
    asked_for: &'static str,
    action: impl AsyncFnOnce(Arc<Maintenance>, ChangingCaller) -> Result<(), service::error::ServiceError>,
) -> Result<(), ApiError> {
    let page = routes::run(project, number);
    let acted = async {
        let caller = changing_caller(project, asked_for).await?;
        action(capability()?, caller).await.map_err(|error| api_error(&error))
    };
    settle(match acted.await {
        Ok(()) => Ok(page),
        Err(error) => Err(Rejected::new(error, page)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_and_unknown_stand_first() {
        let mut states = [
            DesktopState::Final(Verdict::Changed),
            DesktopState::Waiting,
            DesktopState::Final(Verdict::Unknown),
            DesktopState::Final(Verdict::Refused),
        ];
        states.sort_by_key(|state| order(*state));
        assert_eq!(states[..2], [DesktopState::Final(Verdict::Refused), DesktopState::Final(Verdict::Unknown)]);
    }
}
