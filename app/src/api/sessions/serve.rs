//! The person's own sessions, served.

use service::ports::{Clock, LiveSession};
use service::sign_ins::{SignIns, Visit};

use super::{SessionRow, SessionsPage};
use crate::api::context::{Rejected, api_error, capability, clock, note_activity, presence, refused, settle, visit};
use crate::api::error::ApiError;
use crate::api::flash;
use crate::api::time_text::TimeText;
use crate::routes;

pub(super) async fn show() -> Result<SessionsPage, ApiError> {
    refused(shown().await)
}

async fn shown() -> Result<SessionsPage, ApiError> {
    let (sign_ins, clock, visit) = (capability::<SignIns>()?, clock()?, own_visit().await?);
    let sessions = sign_ins.sessions(&visit).await.map_err(|error| api_error(&error))?;
    let rows = sessions.into_iter().map(|session| row(session, &visit, &*clock)).collect();
    let now = clock.now();
    Ok(SessionsPage { rows, zone: clock.civil(now).1, now, problem: flash::take(routes::SESSIONS) })
}

fn row(session: LiveSession, visit: &Visit, clock: &dyn Clock) -> SessionRow {
    let now = clock.now();
    SessionRow {
        is_this: session.sign_in == visit.sign_in,
        sign_in: session.sign_in,
        signed_in_at: TimeText::new(clock, session.signed_in_at, now),
        last_seen: TimeText::new(clock, session.last_seen, now),
        from: session.from,
        browser: session.browser,
    }
}

pub(super) async fn end(sign_in: String) -> Result<(), ApiError> {
    note_activity().await;
    let ended = async {
        let (sign_ins, visit) = (capability::<SignIns>()?, own_visit().await?);
        let presence = presence().await?;
        sign_ins.end_session(&visit, &sign_in, &presence).await.map_err(|error| api_error(&error))
    };
    back(ended.await)
}

pub(super) async fn end_others() -> Result<(), ApiError> {
    note_activity().await;
    let ended = async {
        let (sign_ins, visit) = (capability::<SignIns>()?, own_visit().await?);
        sign_ins.end_other_sessions(&visit, &presence().await?).await.map_err(|error| api_error(&error))
    };
    back(ended.await)
}

async fn own_visit() -> Result<Visit, ApiError> {
    visit().await?.ok_or(ApiError::SignedOut)
}

fn back(ended: Result<(), ApiError>) -> Result<(), ApiError> {
    let page = routes::SESSIONS.to_owned();
    settle(ended.map(|()| page.clone()).map_err(|error| Rejected::new(error, page)))
}
