//! The review, served.

use std::sync::Arc;
use std::time::Duration;

use domain::filter::page_of;
use domain::maintenance::plan::{Class, PlannedDesktop};
use domain::maintenance::request::RequestText;
use domain::time::Timestamp;
use service::error::ServiceError;
use service::maintenance::{Maintenance, ShownReview};
use service::ports::Clock;

use super::{ReviewPage, ReviewRow, Sending};
use crate::api::context::{
    FormResult, Place, Rejected, api_error, caller, capability, changing_caller, clock, refused, settle,
};
use crate::api::desktops::serve::{by_desktop, count};
use crate::api::error::ApiError;
use crate::api::time_text::TimeText;
use crate::api::{flash, page_query};
use crate::routes;

/// Rows of a page.
const PAGE_ROWS: usize = 200;

/// How many ids of the first call are shown.
const SHOWN_IDS: usize = 3;

/// The form of the Review page, as it comes in.
pub(super) struct WhyForm {
    pub reason: String,
    pub details: String,
    pub ticket: String,
    pub until: String,
}

pub(super) async fn show(project: String, id: String, query: String) -> Result<ReviewPage, ApiError> {
    refused(shown(&project, &id, &query).await)
}

async fn shown(project: &str, id: &str, query: &str) -> Result<ReviewPage, ApiError> {
    let caller = caller(project).await?;
    let (maintenance, clock, place): (Arc<Maintenance>, _, Place) = (capability()?, clock()?, capability()?);
    let shown = maintenance.show_review(&caller, id).await.map_err(|error| api_error(&error))?;
    let address = format!("{}/v2/{}/desktops/maintenance-mode", place.workspace_url, caller.project().id);
    let sending = sending(&shown, maintenance.settings().limits.batch_limit_ids, address);
    let mut page = page(shown, query, &*clock, sending);
    page.reasons.clone_from(&maintenance.settings().reasons);
    page.problem = flash::take(&routes::review(project, id));
    Ok(page)
}

fn page(shown: ShownReview, query: &str, clock: &dyn Clock, sending: Sending) -> ReviewPage {
    let ShownReview { review, started, held, too_old } = shown;
    let now = clock.now();
    let query = page_query::PageQuery::from_query(query);
    let show = query.show.as_deref().and_then(page_query::class);
    let counts = review.plan.counts();
    let held_desktops = count(held.len());
    let mut held = by_desktop(held);
    let mut rows: Vec<ReviewRow> = review
        .plan
        .desktops
        .into_iter()
        .filter(|desktop| show.is_none_or(|class| class == desktop.class))
        .map(|desktop| ReviewRow { held_by: held.remove(&desktop.id), desktop })
        .collect();
    rows.sort_by_cached_key(|row| (row.held_by.is_none(), order(&row.desktop), row.desktop.name.to_lowercase()));
    let page = page_of(&rows, query.page, PAGE_ROWS);
    ReviewPage {
        id: review.id,
        project: review.project.name,
        mode: review.plan.mode,
        frozen_at: TimeText::new(clock, review.frozen_at, now),
        read_at: TimeText::new(clock, review.plan.read_at, now),
        too_old,
        undoes: review.origin.map(|origin| origin.run),
        left_out_count: count(review.left_out.len()),
        left_out: review.left_out.into_iter().take(PAGE_ROWS).collect(),
        started: started.map(|key| key.number),
        will_change: count(counts.will_change),
        already_so: count(counts.already_so),
        not_found: count(counts.not_found),
        connected: count(counts.connected),
        matched_when_chosen: review.matched_when_chosen,
        held: held_desktops,
        show,
        page: page.number,
        pages: page.pages,
        rows: page.items.to_vec(),
        reasons: Vec::new(),
        quick_times: quick_times(clock, now),
        zone: clock.civil(now).1,
        came_from: review.came_from,
        sending,
        problem: None,
    }
}

/// What differs from the rule is shown first.
fn order(desktop: &PlannedDesktop) -> u8 {
    match desktop.class {
        Class::NotFound => 0,
        Class::AlreadySo => 1,
        Class::WillChange => 2,
    }
}

fn sending(shown: &ShownReview, batch_limit: usize, address: String) -> Sending {
    let plan = &shown.review.plan;
    let first: Vec<&PlannedDesktop> =
        plan.desktops.iter().filter(|desktop| desktop.class == Class::WillChange).take(batch_limit).collect();
    Sending {
        calls: count(plan.batches(batch_limit)),
        batch_limit: count(batch_limit),
        address,
        first_ids: first.iter().take(SHOWN_IDS).map(|desktop| desktop.id.to_string()).collect(),
        more_ids: count(first.len().saturating_sub(SHOWN_IDS)),
    }
}

/// Quick times for **Until**: label and the text that it fills in.
fn quick_times(clock: &dyn Clock, now: Timestamp) -> Vec<(String, String)> {
    let text = |at: Timestamp| {
        let civil = clock.civil(at).0;
        format!("{:04}-{:02}-{:02} {:02}:{:02}", civil.year, civil.month, civil.day, civil.hour, civil.minute)
    };
    let hours = |count: u64| text(now.after(Duration::from_hours(count)));
    let today = clock.civil(now).0;
    let tomorrow = today.next_day();
    let mut times = vec![("+1 h".to_owned(), hours(1)), ("+2 h".to_owned(), hours(2))];
    if today.hour < 22 {
        times
            .push(("Tonight 22:00".to_owned(), format!("{:04}-{:02}-{:02} 22:00", today.year, today.month, today.day)));
    }
    let date = format!("{:04}-{:02}-{:02}", tomorrow.year, tomorrow.month, tomorrow.day);
    times.push(("Tomorrow 07:00".to_owned(), format!("{date} 07:00")));
    times
}

pub(super) async fn confirm(project: String, review: String, why: WhyForm) -> Result<(), ApiError> {
    settle(confirmed(&project, &review, why).await)
}

async fn confirmed(project: &str, review: &str, why: WhyForm) -> FormResult {
    let back = routes::review(project, review);
    let WhyForm { reason, details, ticket, until } = why;
    let typed = [("reason", &reason), ("details", &details), ("ticket", &ticket), ("until", &until)]
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .to_vec();
    let rejected = |error: ApiError| Rejected { error, back: back.clone(), typed: typed.clone() };
    let caller = changing_caller(project, "confirm").await.map_err(rejected)?;
    let maintenance: Arc<Maintenance> = capability().map_err(rejected)?;
    let text = RequestText { reason, details, ticket, until };
    match maintenance.confirm(&caller, review, &text).await {
        Ok(number) => Ok(routes::run(project, number)),
        Err(ServiceError::ReviewTooOld { renewed }) => {
            Err(Rejected { error: ApiError::ReviewTooOld, back: routes::review(project, &renewed), typed })
        }
        Err(error) => Err(rejected(api_error(&error))),
    }
}

pub(super) async fn renew(project: String, review: String) -> Result<(), ApiError> {
    let renewed = async {
        let caller = changing_caller(&project, "renew").await?;
        let maintenance: Arc<Maintenance> = capability()?;
        let id = maintenance.renew(&caller, &review).await.map_err(|error| api_error(&error))?;
        Ok(routes::review(&project, &id))
    };
    settle(renewed.await.map_err(|error| Rejected::new(error, routes::review(&project, &review))))
}
