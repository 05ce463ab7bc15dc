//! The ports: what the use cases need from the outside. Nothing else crosses.

mod sign_in;

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::civil::Civil;
use domain::desktop::{Desktop, DesktopId};
use domain::maintenance::Mode;
use domain::maintenance::follow_up::FollowUp;
use domain::maintenance::outcome::{Answer, LookOutcome, NoAnswer, PutOutcome, ReadOutcome};
use domain::maintenance::report::Counts;
use domain::maintenance::request::Request;
use domain::maintenance::run::{Changes, Head, Phase, RunDesktop};
use domain::operator::Operator;
use domain::project::Project;
use domain::time::Timestamp;
use secrecy::SecretString;

use crate::audit::{Entry, Line};
use crate::review::Review;
use crate::secret::{Access, Credential, CredentialId};

pub use sign_in::{
    Granted, LiveSession, LiveSessions, PasswordSignIn, SignInError, SignInTries, TryKeys, TryLimits, TryOutcome,
};

/// The cloud, as far as Drydock needs it. Every call carries the credential of the person it is made for.
///
/// No method fails: what became of a call is data, and what it means is decided in `domain`.
#[async_trait]
pub trait Cloud: Send + Sync + 'static {
    /// One password call, scoped to a project.
    ///
    /// # Errors
    /// [`SignInError`], by what the person can do about it.
    async fn sign_in(&self, form: &PasswordSignIn) -> Result<Granted, SignInError>;

    /// Exchanges a person's ID token for a token of the cloud: scoped to the project of that id, without one unscoped.
    ///
    /// # Errors
    /// [`SignInError`], by the side that refused.
    async fn exchange(&self, id_token: &SecretString, project_id: Option<&str>) -> Result<Granted, SignInError>;

    /// The projects that the holder of the token may open, in the cloud's order; those that are switched off left out.
    ///
    /// # Errors
    /// [`SignInError`]
    async fn projects(&self, token: &SecretString) -> Result<Vec<Project>, SignInError>;

    /// Asks the cloud to end a token. What comes of it is not told: the vendor does not document the call, so nothing
    /// may depend on it.
    async fn revoke(&self, token: &SecretString);

    /// One page of the project's desktops, from record `offset`, at most `limit` (1 to 1,000).
    ///
    /// # Errors
    /// [`CallFailure`], the raw facts.
    async fn list(&self, access: &Access, offset: u32, limit: u32) -> Result<ListedPage, CallFailure>;

    /// Reads up to a batch of desktops by id.
    async fn read(&self, access: &Access, ids: &[DesktopId]) -> ReadOutcome;

    /// Reads one desktop alone.
    async fn look(&self, access: &Access, id: &DesktopId) -> LookOutcome;

    /// Sets the maintenance mode of a batch: one PUT.
    async fn set_maintenance(&self, access: &Access, ids: &[DesktopId], wanted: bool) -> PutOutcome;
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPage {
    /// The desktops in the cloud's order. Entries without a usable id are left out.
    pub desktops: Vec<Desktop>,
    /// How many entries the cloud sent in this page, with those left out.
    pub entries: u32,
    /// How many desktops the cloud counts in all.
    pub total: u32,
}

/// Why a call gave no list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallFailure {
    /// The cloud answered with an error, or with something that is no list.
    Answered(Box<Answer>),
    /// The call never left.
    NotSentOut,
    /// No answer came.
    NoAnswer(NoAnswer),
}

/// The database failed. The cause is for the log alone.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or could not be reached.
    #[error("the database failed")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A row holds what this version cannot read.
    #[error("the database holds something unreadable: {what}")]
    Unreadable {
        /// Which kind of record.
        what: &'static str,
    },
}

/// Names a run: numbers count per project, from 1.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunKey {
    /// The cloud's id of the project.
    pub project_id: String,
    /// The run's number.
    pub number: u32,
}

/// A confirm, to be written down in one transaction.
#[derive(Clone, Debug)]
pub struct Confirmation {
    /// The review that is confirmed; one review starts one run.
    pub review_id: String,
    /// The project.
    pub project: Project,
    /// Who confirms.
    pub operator: Operator,
    /// Why, and until when.
    pub request: Request,
    /// The new run's first state, all rows.
    pub changes: Changes,
    /// The desktops that the run claims: those that will change and those that are already so.
    pub claims: Vec<DesktopId>,
    /// The run's own credential.
    pub credential: Credential,
    /// When.
    pub at: Timestamp,
    /// Where the request came from, for the audit.
    pub from: String,
}

/// What became of a confirm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// Run, rows, claims, credential and an audit line ([`crate::audit::Action::Confirmed`]) are on disk.
    Started(RunKey),
    /// This review started that run before; nothing was written.
    AlreadyStarted(RunKey),
    /// Other open runs hold some of the desktops; nothing was written but an audit line
    /// ([`crate::audit::Action::ConfirmHeld`]).
    Held(Vec<Held>),
}

/// A desktop that an open run holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Which desktop.
    pub desktop: DesktopId,
    /// The run's number.
    pub run: u32,
    /// Which way that run goes.
    pub mode: Mode,
    /// Who confirmed that run.
    pub operator: Operator,
}

/// A run that follows another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Follower {
    /// What for.
    pub kind: FollowUp,
    /// Its number.
    pub number: u32,
    /// Whether it is not over.
    pub is_open: bool,
}

/// A run that is over and is opened again, to be written down in one transaction.
#[derive(Clone, Debug)]
pub struct Reopening {
    /// Which run.
    pub key: RunKey,
    /// What changed in it.
    pub changes: Changes,
    /// The credential that it reads with.
    pub credential: Credential,
    /// The line of the audit.
    pub entry: Entry,
}

/// What is known of a run without its rows.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSummary {
    /// Which run.
    pub key: RunKey,
    /// Its project.
    pub project: Project,
    /// Which way.
    pub mode: Mode,
    /// Who confirmed it.
    pub operator: Operator,
    /// Why, and until when.
    pub request: Request,
    /// When it was confirmed.
    pub started_at: Timestamp,
    /// When it came to its end.
    pub ended_at: Option<Timestamp>,
    /// Where it stands.
    pub phase: Phase,
    /// Its desktops by state.
    pub counts: Counts,
    /// The credential it uses; gone after a sign-out.
    pub credential: Option<CredentialId>,
}

/// A run with everything in it.
#[derive(Clone, Debug)]
pub struct StoredRun {
    /// What is known without the rows.
    pub summary: RunSummary,
    /// The state machine's state.
    pub head: Head,
    /// One row per reviewed desktop, in plan order.
    pub desktops: Vec<RunDesktop>,
}

/// Cloud tokens, sealed, each bound to its person and its sign-in.
#[async_trait]
pub trait Credentials: Send + Sync + 'static {
    /// Keeps a credential, sealed. `false` where its sign-in was ended meanwhile: nothing is kept for it any more.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn keep_credential(&self, credential: &Credential) -> Result<bool, StoreError>;

    /// The credential of that id; `None` where it is gone or its seal does not open.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn credential(&self, id: &CredentialId) -> Result<Option<Credential>, StoreError>;

    /// Drops one credential.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn drop_credential(&self, id: &CredentialId) -> Result<(), StoreError>;

    /// Drops all credentials of a sign-in, those of its runs too, and names the open runs that used one.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn drop_sign_in(&self, sign_in: &str) -> Result<Vec<RunKey>, StoreError>;

    /// How many open runs use a credential of that sign-in.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn count_of_sign_in(&self, sign_in: &str) -> Result<u32, StoreError>;
}

/// Reviews, runs and claims: what must survive the process.
///
/// Every method but `new` work fails with [`StoreError`].
#[async_trait]
pub trait Runs: Send + Sync + 'static {
    /// Keeps a review. Reviews older than a day may be dropped.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn keep_review(&self, review: &Review) -> Result<(), StoreError>;

    /// The review of that id in that project, and the run it started, if any.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn review(&self, project_id: &str, id: &str) -> Result<Option<(Review, Option<RunKey>)>, StoreError>;

    /// Gives an open run another credential (kept in the same transaction); its old one is dropped.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn give_credential(&self, key: &RunKey, credential: &Credential) -> Result<(), StoreError>;

    /// Writes a confirm down, whole or not at all.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn confirm(&self, confirmation: &Confirmation) -> Result<Confirmed, StoreError>;

    /// Saves what changed in a run: head, rows, when ids were named in a PUT, and drops the claims of settled ids, in
    /// one commit. A run that is over also loses its credential and every claim.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn save(&self, key: &RunKey, changes: &Changes, at: Timestamp) -> Result<(), StoreError>;

    /// Every run that is not over. One that cannot be read is left out and said so in the log.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn open_runs(&self) -> Result<Vec<RunSummary>, StoreError>;

    /// One run with its rows.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn run(&self, key: &RunKey) -> Result<Option<StoredRun>, StoreError>;

    /// The project's runs, newest first, from record `offset`, and how many there are.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn history(&self, project_id: &str, offset: u32, limit: u32) -> Result<(Vec<RunSummary>, u32), StoreError>;

    /// Which of the desktops an open run holds.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn held(&self, project_id: &str, ids: &[DesktopId]) -> Result<Vec<Held>, StoreError>;

    /// The runs that follow this one, oldest first.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn followers(&self, key: &RunKey) -> Result<Vec<Follower>, StoreError>;

    /// Opens a run again that is over, whole or not at all. `false` where it is open already.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn reopen(&self, reopening: &Reopening) -> Result<bool, StoreError>;

    /// Claims for an open run those of the desktops that no other run holds, and answers what others hold.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn take_claims(&self, key: &RunKey, ids: &[DesktopId]) -> Result<Vec<Held>, StoreError>;

    /// Which of the desktops a later run has named in a PUT, with the number of the last such run.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn named_later(&self, key: &RunKey, ids: &[DesktopId]) -> Result<BTreeMap<DesktopId, u32>, StoreError>;

    /// When a PUT of any run last named each of the desktops, as far as that is later than `since`.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn recently_named(
        &self,
        project_id: &str,
        ids: &[DesktopId],
        since: Timestamp,
    ) -> Result<BTreeMap<DesktopId, Timestamp>, StoreError>;
}

/// What people did, written down before it takes effect.
#[async_trait]
pub trait AuditLog: Send + Sync + 'static {
    /// Appends a line.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn append(&self, entry: &Entry) -> Result<(), StoreError>;

    /// The lines about the project and about no project, newest first, from line `offset`, and how many there are.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn lines(&self, project_id: &str, offset: u32, limit: u32) -> Result<(Vec<Line>, u32), StoreError>;
}

/// The time, and the zone in which people read it.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
    /// The moment on the wall of the configured zone, with the zone's abbreviation (`CET`, `+08`).
    fn civil(&self, moment: Timestamp) -> (Civil, String);
    /// The moment that a wall of the configured zone shows so; `None` where no such time exists. Of two, the first.
    fn moment(&self, civil: Civil) -> Option<Timestamp>;
}
