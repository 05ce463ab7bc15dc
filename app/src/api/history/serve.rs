//! The project's runs, served.

use std::sync::Arc;

use service::audit::Line;
use service::maintenance::Maintenance;
use service::ports::{Clock, RunSummary};
use service::sign_ins::SignIns;

use super::{AuditPage, AuditRow, HistoryPage, HistoryRow};
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

pub(super) async fn audit(project: String, query: String) -> Result<AuditPage, ApiError> {
    refused(audited(project, &query).await)
}

async fn audited(project: String, query: &str) -> Result<AuditPage, ApiError> {
    let caller = caller(&project).await?;
    let (sign_ins, clock): (SignIns, _) = (capability()?, clock()?);
    let wanted = PageQuery::from_query(query).page;
    let list = async |page: u32| {
        let offset = page.saturating_sub(1).saturating_mul(PAGE_ROWS);
        sign_ins.audit_lines(&caller, offset, PAGE_ROWS).await.map_err(|error| api_error(&error))
    };
    let (mut lines, mut total) = list(wanted).await?;
    let pages = total.div_ceil(PAGE_ROWS).max(1);
    let page = wanted.clamp(1, pages);
    if page != wanted {
        (lines, total) = list(page).await?;
    }
    let zone = clock.civil(clock.now()).1;
    let rows = lines.into_iter().map(|line| audit_row(line, &*clock)).collect();
    Ok(AuditPage { project, rows, total, zone, page, pages })
}

fn audit_row(line: Line, clock: &dyn Clock) -> AuditRow {
    let Line { number, entry } = line;
    let word = serde_json::to_value(entry.action).ok().and_then(|word| word.as_str().map(str::to_owned));
    let identity = entry.operator.as_ref().map(|who| {
        let user = entry.cloud_user.as_ref().map(|user| format!(", cloud user {user}")).unwrap_or_default();
        format!("{} at {}{user}", who.subject, who.issuer)
    });
    AuditRow {
        number,
        at: TimeText::new(clock, entry.at, clock.now()),
        who: entry.operator.map(|who| who.name),
        identity,
        from: entry.from,
        action: word.unwrap_or_default(),
        why: entry.why,
        run: entry.run,
    }
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
