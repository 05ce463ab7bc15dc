//! What a server function finds around it: the session, the caller, the use cases.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Extension;
use domain::time::Timestamp;
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use leptos::prelude::{provide_context, use_context};
use leptos_axum::ResponseOptions;
use service::caller::{Caller, ChangingCaller};
use service::catalogue::Catalogues;
use service::error::ServiceError;
use service::identity::Presence;
use service::maintenance::Maintenance;
use service::ports::Clock;
use service::sign_ins::{SignIns, Visit};
use tower_sessions::Session;

use super::error::{ApiError, SignInProblem};
use super::flash::{Flash, Seal};

/// The key under which a session keeps its visit.
const VISIT: &str = "visit";

/// The keys of what the store shows beside the sealed record.
const OPERATOR: &str = "operator";
const SIGN_IN: &str = "sign_in";
const SIGNED_IN_AT: &str = "signed_in_at";
const FROM: &str = "from";
const BROWSER: &str = "browser";

/// What the server hands to every page and server function.
#[derive(Clone)]
pub struct Capabilities {
    /// Sign in, sign out, callers.
    pub sign_ins: SignIns,
    /// The desktops.
    pub catalogues: Arc<Catalogues>,
    /// Reviews and runs.
    pub maintenance: Arc<Maintenance>,
    /// The time and the zone.
    pub clock: Arc<dyn Clock>,
    /// Seals what a form gets back.
    pub seal: Seal,
    /// Where the cloud is.
    pub place: Place,
    /// Where the single sign-on is.
    pub single_sign_on: SingleSignOn,
}

impl fmt::Debug for Capabilities {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Capabilities")
    }
}

/// Where the cloud is, as far as pages show it.
#[derive(Clone, Debug)]
pub struct Place {
    /// The region, e.g. `ap-southeast-3`.
    pub region: String,
    /// The base address of Workspace, without a slash at the end.
    pub workspace_url: String,
}

/// Where people sign out and in at the single sign-on, as far as the settings say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SingleSignOn {
    /// Where a sign-out ends.
    pub logout_url: Option<String>,
    /// Where a person signs in anew.
    pub renew_url: Option<String>,
}

/// Whether a person asked for this request: polling is no activity and does not keep a session alive.
#[derive(Clone, Debug, Default)]
pub struct Activity(Arc<AtomicBool>);

impl Activity {
    /// Says that a person asked for it.
    pub fn note(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether a person asked for it.
    pub fn was_noted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Capabilities {
    /// Puts each capability where server functions look for it.
    pub fn provide(&self) {
        provide_context(self.sign_ins.clone());
        provide_context(Arc::clone(&self.catalogues));
        provide_context(Arc::clone(&self.maintenance));
        provide_context(Arc::clone(&self.clock));
        provide_context(self.seal.clone());
        provide_context(self.place.clone());
        provide_context(self.single_sign_on.clone());
    }
}

/// A capability of [`Capabilities`].
pub(super) fn capability<T: Clone + 'static>() -> Result<T, ApiError> {
    use_context::<T>().ok_or_else(|| internal(&"a capability is missing in the wiring"))
}

/// The clock.
pub(super) fn clock() -> Result<Arc<dyn Clock>, ApiError> {
    capability()
}

/// The session of this request.
pub(super) async fn session() -> Result<Session, ApiError> {
    let Extension(session) =
        leptos_axum::extract::<Extension<Session>>().await.map_err(|_| internal(&"there is no session layer"))?;
    Ok(session)
}

/// Who is signed in.
pub(super) async fn visit() -> Result<Option<Visit>, ApiError> {
    visit_of(&session().await?).await.map_err(|error| internal(&error))
}

/// The visit that a session keeps. What an earlier version kept in another shape counts as signed out.
///
/// # Errors
/// What the session store gives.
pub async fn visit_of(session: &Session) -> Result<Option<Visit>, tower_sessions::session::Error> {
    match session.get(VISIT).await {
        Err(tower_sessions::session::Error::SerdeJson(_)) => Ok(None),
        other => other,
    }
}

/// Remembers a visit under a new session id.
///
/// # Errors
/// What the session store gives.
pub async fn remember_in(
    session: &Session,
    visit: &Visit,
    presence: &Presence,
) -> Result<(), tower_sessions::session::Error> {
    session.cycle_id().await?;
    session.insert(VISIT, visit).await?;
    session.insert(OPERATOR, &visit.operator).await?;
    session.insert(SIGN_IN, &visit.sign_in).await?;
    session.insert(SIGNED_IN_AT, visit.signed_in_at).await?;
    session.insert(FROM, &*presence.from).await?;
    session.insert(BROWSER, presence.browser.as_deref()).await
}

/// Remembers a visit under a new session id.
pub(super) async fn remember(visit: &Visit) -> Result<(), ApiError> {
    let (session, presence) = (session().await?, presence().await?);
    remember_in(&session, visit, &presence).await.map_err(|error| internal(&error))
}

/// Who is at the other end of the request.
pub(super) async fn presence() -> Result<Presence, ApiError> {
    let Extension(presence) =
        leptos_axum::extract::<Extension<Presence>>().await.map_err(|_| internal(&"nobody says who is there"))?;
    Ok(presence)
}

/// The caller for a project, by its name; a person asked.
pub(super) async fn caller(project: &str) -> Result<Caller, ApiError> {
    note_activity().await;
    quiet_caller(project).await
}

/// The caller for a project, by its name; a poll, unless somebody else notes activity.
pub(super) async fn quiet_caller(project: &str) -> Result<Caller, ApiError> {
    let visit = visit().await?.ok_or(ApiError::SignedOut)?;
    let open = visit.project(project).ok_or(ApiError::ProjectNotOpen)?;
    let sign_ins: SignIns = capability()?;
    sign_ins.caller(&visit, open, &presence().await?).await.map_err(|error| api_error(&error))
}

/// The caller for a project who may change something; `asked_for` is what, for the audit.
pub(super) async fn changing_caller(project: &str, asked_for: &'static str) -> Result<ChangingCaller, ApiError> {
    let caller = caller(project).await?;
    let sign_ins: SignIns = capability()?;
    sign_ins.changing(caller, asked_for).await.map_err(|error| api_error(&error))
}

/// Notes that a person asked. Of a page that is rendered, whoever guards it knows whether a person asked for it.
pub(super) async fn note_activity() {
    if use_context::<Parts>().is_some_and(|parts| parts.method == http::Method::GET) {
        return;
    }
    if let Ok(Extension(activity)) = leptos_axum::extract::<Extension<Activity>>().await {
        activity.note();
    }
}

/// What became of a form.
pub(super) type FormResult = Result<String, Rejected>;

/// A form that did nothing: why, where it is shown, and what was typed.
pub(super) struct Rejected {
    pub error: ApiError,
    pub back: String,
    pub typed: Vec<(String, String)>,
}

impl Rejected {
    pub(super) fn new(error: ApiError, back: String) -> Self {
        Self { error, back, typed: Vec::new() }
    }
}

/// Answers a form: a browser's post is redirected (303) to the page that shows what came of it; a fetch gets the error
/// as JSON with its status. A status beside a redirect would show a person raw JSON, so it is set for fetches only.
pub(super) fn settle(result: FormResult) -> Result<(), ApiError> {
    let wants_page = wants_page();
    match result {
        Ok(path) => {
            if wants_page {
                see_other(&path);
            }
            Ok(())
        }
        Err(Rejected { error, back, typed }) if wants_page => {
            if let Some(seal) = use_context::<Seal>() {
                Flash { path: path_of(&back).to_owned(), error, typed }.hand_over(&seal);
            }
            see_other(&back);
            Ok(())
        }
        Err(Rejected { error, .. }) => {
            set_status(&error);
            Err(error)
        }
    }
}

/// Sets the status of an answer that is no page.
pub(super) fn refused<T>(result: Result<T, ApiError>) -> Result<T, ApiError> {
    if let Err(error) = &result
        && !wants_page()
    {
        set_status(error);
    }
    result
}

fn wants_page() -> bool {
    let accept = use_context::<Parts>().and_then(|parts| parts.headers.get(header::ACCEPT).cloned());
    accept.is_some_and(|value| value.to_str().is_ok_and(|text| text.contains("text/html")))
}

fn see_other(path: &str) {
    let location = if crate::routes::is_own_path(path) { path } else { "/" };
    if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(location)) {
        response.set_status(StatusCode::SEE_OTHER);
        response.insert_header(header::LOCATION, value);
    }
}

fn set_status(error: &ApiError) {
    let status = match error {
        ApiError::SignedOut | ApiError::NoIdentity | ApiError::IdentityChanged => StatusCode::UNAUTHORIZED,
        ApiError::IdentityUnknown => StatusCode::SERVICE_UNAVAILABLE,
        ApiError::ProjectNotOpen | ApiError::NoRole | ApiError::NeedsRole { .. } => StatusCode::FORBIDDEN,
        ApiError::NotFound => StatusCode::NOT_FOUND,
        ApiError::BadRequest | ApiError::Choice(_) | ApiError::Fields(_) => StatusCode::BAD_REQUEST,
        ApiError::SignIn(_) => StatusCode::UNPROCESSABLE_ENTITY,
        ApiError::NoCatalogue
        | ApiError::ReviewTooOld
        | ApiError::NothingWouldChange
        | ApiError::Held
        | ApiError::NotNow
        | ApiError::SignInCameFirst => StatusCode::CONFLICT,
        ApiError::Unreachable | ApiError::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    };
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
}

pub(super) fn path_of(address: &str) -> &str {
    address.split('?').next().unwrap_or(address)
}

/// Turns a use case's error into the one on the wire. Sources go to the log, once, here.
pub(super) fn api_error(error: &ServiceError) -> ApiError {
    match error {
        ServiceError::NotFound => ApiError::NotFound,
        ServiceError::SignedOut => ApiError::SignedOut,
        ServiceError::NeedsRole(role) => ApiError::NeedsRole { role: *role },
        ServiceError::SignIn(cause) => {
            let now = use_context::<Arc<dyn Clock>>().map_or(Timestamp(i64::MAX), |clock| clock.now());
            ApiError::SignIn(sign_in_problem(cause, now))
        }
        ServiceError::Choice(choice) => ApiError::Choice(*choice),
        ServiceError::NoCatalogue => ApiError::NoCatalogue,
        ServiceError::Fields(fields) => ApiError::Fields(fields.clone()),
        ServiceError::ReviewTooOld { .. } => ApiError::ReviewTooOld,
        ServiceError::NothingWouldChange => ApiError::NothingWouldChange,
        ServiceError::Held(_) => ApiError::Held,
        ServiceError::NotNow => ApiError::NotNow,
        ServiceError::Store(cause) => internal(&chain(cause)),
        ServiceError::BrokenOff(cause) => internal(cause),
    }
}

/// An error with its sources.
fn chain(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(Some(error), |error| error.source());
    sources.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// What a failed sign-in is on the wire, as of `now`. A user who is locked looks like one who does not exist: only the
/// locked one exists.
pub fn sign_in_problem(error: &service::ports::SignInError, now: Timestamp) -> SignInProblem {
    use service::ports::SignInError;
    match error {
        SignInError::Refused | SignInError::Locked => SignInProblem::Refused,
        SignInError::IdTokenRefused { code } => SignInProblem::IdTokenRefused { code: code.clone() },
        SignInError::ProviderUnknown => SignInProblem::ProviderUnknown,
        SignInError::IdTokenOver => SignInProblem::IdTokenOver,
        SignInError::NoProject => SignInProblem::NoProject,
        SignInError::NameTaken => SignInProblem::NameTaken,
        SignInError::Held { until } => {
            SignInProblem::Held { seconds: u32::try_from(until.since(now).as_secs()).unwrap_or(u32::MAX) }
        }
        SignInError::NotAllowed { code } => SignInProblem::NotAllowed { code: code.clone() },
        SignInError::Throttled { retry_after } => SignInProblem::Throttled {
            seconds: retry_after.map(|wait| u32::try_from(wait.as_secs()).unwrap_or(u32::MAX)),
        },
        SignInError::TokenTooLong { .. } => SignInProblem::TokenTooLong,
        SignInError::Unreachable => SignInProblem::Unreachable,
        SignInError::Unexpected { status } => SignInProblem::Unexpected { status: *status },
    }
}

/// Something broke on our side: its cause goes to the log with a reference, and only the reference goes on.
pub(super) fn internal(cause: &dyn fmt::Display) -> ApiError {
    let parts = use_context::<Parts>();
    let header = parts.as_ref().and_then(|parts| parts.headers.get("x-request-id"));
    let reference = header.and_then(|value| value.to_str().ok()).unwrap_or("none").to_owned();
    tracing::error!(%reference, cause = %cause, "a server function broke off");
    ApiError::Internal { reference }
}
