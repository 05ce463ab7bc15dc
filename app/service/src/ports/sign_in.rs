//! What signing in needs from the outside: the words of its calls, failed tries, and sessions.

use std::time::Duration;

use async_trait::async_trait;
use domain::operator::{CloudUser, Operator};
use domain::project::Project;
use domain::time::Timestamp;
use secrecy::SecretString;

use super::StoreError;

/// What a person types to sign in.
#[derive(Clone, Debug)]
pub struct PasswordSignIn {
    /// The account (IAM domain) name.
    pub account: String,
    /// The IAM user name.
    pub user: String,
    /// The password; dropped after the one call.
    pub password: SecretString,
    /// The project to scope to; `None` means the region's own project.
    pub project: Option<String>,
}

/// What a successful sign-in gives.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The cloud user whose rights the token carries.
    pub user: CloudUser,
    /// The project that it opens; `None` for an unscoped token.
    pub project: Option<Project>,
    /// The token.
    pub token: SecretString,
    /// When the cloud issued it.
    pub issued_at: Timestamp,
    /// When the cloud ends it.
    pub expires_at: Timestamp,
}

/// Why a sign-in gave nothing. Holds no text of the cloud but its code: identity services echo passwords in error bodies.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// Account, name, password or the right to the project is wrong; the cloud does not say which.
    #[error("the cloud refused account, name, password or project")]
    Refused,
    /// The user is locked for a while after too many failures.
    #[error("the user is locked")]
    Locked,
    /// The user may not use the cloud by program, or is disabled.
    #[error("the user may not sign in here ({code})")]
    NotAllowed {
        /// The cloud's code, e.g. `IAM.0081`.
        code: String,
    },
    /// The cloud did not accept the ID token: its signature, its audience or its time.
    #[error("the cloud did not accept the ID token ({code})")]
    IdTokenRefused {
        /// The cloud's code, e.g. `IAM.0001`, or the bare status.
        code: String,
    },
    /// The cloud knows no identity provider of the configured name.
    #[error("the cloud does not know the identity provider")]
    ProviderUnknown,
    /// The ID token's time is over; it was not sent.
    #[error("the ID token's time is over")]
    IdTokenOver,
    /// The person may open no project, or not the one that was asked for.
    #[error("no such project for this person")]
    NoProject,
    /// A project of the same name, of another account, is open.
    #[error("another project of that name is open")]
    NameTaken,
    /// Too many sign-ins failed; none is tried until then, so that the cloud locks nobody out.
    #[error("too many sign-ins failed")]
    Held {
        /// When the next one is tried.
        until: Timestamp,
    },
    /// Too many sign-ins at the moment.
    #[error("sign-in is throttled")]
    Throttled {
        /// How long the cloud asks to wait.
        retry_after: Option<Duration>,
    },
    /// The token is longer than the cloud's own gateway takes back.
    #[error("the token of {bytes} bytes is too long")]
    TokenTooLong {
        /// Its length.
        bytes: usize,
    },
    /// The cloud could not be reached, or did not answer in time, or answered 5xx.
    #[error("the identity service does not answer")]
    Unreachable,
    /// The answer makes no sense to Drydock.
    #[error("the identity service answered with status {status} and no known code")]
    Unexpected {
        /// The HTTP status.
        status: u16,
    },
}

/// By what failed sign-ins are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TryKeys {
    /// The cloud account and the IAM user name, as typed.
    pub account: String,
    /// The IAM user name, as typed.
    pub user: String,
    /// Issuer and subject of the person, where a single sign-on vouches for one.
    pub person: Option<(String, String)>,
    /// The TCP peer, where it stands for a person's machine and not for a proxy.
    pub peer: Option<String>,
}

/// How many sign-ins may fail within [`TryLimits::window`], by each key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TryLimits {
    /// Per account and user name: below the cloud's own lock-out.
    pub per_user: u32,
    /// Per person of the single sign-on.
    pub per_person: u32,
    /// Per TCP peer.
    pub per_peer: u32,
    /// Within how long.
    pub window: Duration,
}

/// What became of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryOutcome {
    /// The cloud accepted the password: the failures of this account and user name are forgotten.
    Granted,
    /// The cloud refused it: it counts.
    Refused,
    /// The cloud said nothing about the password (5xx, no answer, throttled): it does not count.
    Unjudged,
}

/// Failed sign-ins, counted on disk, so that neither a restart nor a flood of made-up names resets the count.
#[async_trait]
pub trait SignInTries: Send + Sync + 'static {
    /// Counts a try before it is made, so that tries at the same time count each other. `Err` inside: too many failed
    /// or are under way; until when nothing is tried.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn begin(
        &self,
        keys: &TryKeys,
        limits: TryLimits,
        now: Timestamp,
    ) -> Result<Result<String, Timestamp>, StoreError>;

    /// Says what became of the try of that id.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn settle(&self, try_id: &str, outcome: TryOutcome) -> Result<(), StoreError>;
}

/// A browser's session, as its person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveSession {
    /// Its sign-in, a UUID as text.
    pub sign_in: String,
    /// Whose it is.
    pub operator: Operator,
    /// When they signed in.
    pub signed_in_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen: Timestamp,
    /// Where the sign-in came from.
    pub from: Option<String>,
    /// The browser, as it names itself, cut short.
    pub browser: Option<String>,
}

/// Browser sessions that live, beside the store that the HTTP layer keeps them in.
#[async_trait]
pub trait LiveSessions: Send + Sync + 'static {
    /// A person's sessions, the one used last first.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn of_person(&self, issuer: &str, subject: &str) -> Result<Vec<LiveSession>, StoreError>;

    /// Ends the sessions of a sign-in. Its credentials are [`super::Credentials::drop_sign_in`]'s.
    ///
    /// # Errors
    /// [`StoreError`]
    async fn end(&self, sign_in: &str) -> Result<(), StoreError>;
}
