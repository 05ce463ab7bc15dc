//! One run, served.

use std::sync::Arc;

use domain::filter::page_of;
use domain::maintenance::Verdict;
use domain::maintenance::run::{DesktopState, RunDesktop};
use service::caller::ChangingCaller;
use service::error::ServiceError;
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
    let ShownRun { run, summary, may_continue, may_take_over, followers } = shown;
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
        may_take_over,
        pause: run.pause_number(),
        may_retry: run.may_retry(),
        may_send: run.may_send(),
        may_read_again: run.may_read_again(),
        may_undo: run.may_undo(),
        origin: run.head().origin(),
        followers: followers.into_iter().map(|follower| (follower.kind, follower.number)).collect(),
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

pub(super) async fn continue_run(project: String, number: u32, pause: u32) -> Result<(), ApiError> {
    act(&project, number, "continue", async |maintenance, caller| {
        maintenance.continue_run(&caller, number, pause).await
    })
    .await
}

pub(super) async fn take_over(project: String, number: u32, pause: u32) -> Result<(), ApiError> {
    act(&project, number, "take over", async |maintenance, caller| maintenance.take_over(&caller, number, pause).await)
        .await
}

pub(super) async fn read_again(project: String, number: u32) -> Result<(), ApiError> {
    act(&project, number, "read again", async |maintenance, caller| maintenance.read_again(&caller, number).await).await
}

pub(super) async fn retry(project: String, number: u32, attempt: u32) -> Result<(), ApiError> {
    lead(&project, number, "retry", async |maintenance, caller| {
        Ok(routes::run(&project, maintenance.retry(&caller, number, attempt).await?))
    })
    .await
}

pub(super) async fn send_rest(project: String, number: u32, attempt: u32) -> Result<(), ApiError> {
    lead(&project, number, "send the rest", async |maintenance, caller| {
        Ok(routes::run(&project, maintenance.send_rest(&caller, number, attempt).await?))
    })
    .await
}

pub(super) async fn undo(project: String, number: u32) -> Result<(), ApiError> {
    lead(&project, number, "undo", async |maintenance, caller| {
        Ok(routes::review(&project, &maintenance.undo(&caller, number).await?))
    })
    .await
}

async fn act(
    project: &str,
    number: u32,
    asked_for: &'static str,
    action: impl AsyncFnOnce(Arc<Maintenance>, ChangingCaller) -> Result<(), ServiceError>,
) -> Result<(), ApiError> {
    lead(project, number, asked_for, async |maintenance, caller| {
        action(maintenance, caller).await.map(|()| routes::run(project, number))
    })
    .await
}

/// Does what is asked for and leads to where it says; back to the run where nothing was done.
async fn lead(
    project: &str,
    number: u32,
    asked_for: &'static str,
    action: impl AsyncFnOnce(Arc<Maintenance>, ChangingCaller) -> Result<String, ServiceError>,
) -> Result<(), ApiError> {
    let acted = async {
        let caller = changing_caller(project, asked_for).await?;
        action(capability()?, caller).await.map_err(|error| api_error(&error))
    };
    settle(acted.await.map_err(|error| Rejected::new(error, routes::run(project, number))))
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
