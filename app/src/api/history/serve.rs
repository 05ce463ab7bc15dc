//! The project's runs, served.

use std::sync::Arc;

use service::maintenance::Maintenance;
use service::ports::{Clock, RunSummary};

use super::{HistoryPage, HistoryRow};
use crate::api::context::{api_error, caller, capability, clock, refused};
use crate::api::error::ApiError;
use crate::api::page_query::PageQuery;
use crate::api::time_text::TimeText;

/// Rows of a page.
const PAGE_ROWS: u32 = 50;

pub(super) async fn show(project: String, query: String) -> Result<HistoryPage, ApiError> {
    refused(shown(project, &query).await)
}

async fn shown(project: String, query: &str) -> Result<HistoryPage, ApiError> {
    let caller = caller(&project).await?;
    let (maintenance, clock): (Arc<Maintenance>, _) = (capability()?, clock()?);
    let wanted = PageQuery::from_query(query).page;
    let list = async |page: u32| {
        let offset = page.saturating_sub(1).saturating_mul(PAGE_ROWS);
        maintenance.history(&caller, offset, PAGE_ROWS).await.map_err(|error| api_error(&error))
    };
    let (mut runs, mut total) = list(wanted).await?;
    let pages = total.div_ceil(PAGE_ROWS).max(1);
    let page = wanted.clamp(1, pages);
    if page != wanted {
        (runs, total) = list(page).await?;
    }
    let zone = clock.civil(clock.now()).1;
    Ok(HistoryPage { project, rows: runs.into_iter().map(|run| row(run, &*clock)).collect(), total, zone, page, pages })
}

fn row(run: RunSummary, clock: &dyn Clock) -> HistoryRow {
    HistoryRow {
        number: run.key.number,
        mode: run.mode,
        operator: run.operator.name,
        reason: run.request.reason,
        ticket: run.request.ticket,
        started_at: TimeText::new(clock, run.started_at, clock.now()),
        phase: run.phase,
        counts: run.counts,
    }
}
