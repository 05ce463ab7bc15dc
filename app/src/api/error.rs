//! The only error on the wire: variants, never text from elsewhere.

use domain::maintenance::request::FieldError;
use domain::role::Role;
use domain::selection::ChoiceError;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// Why a server function gave nothing. The sentence is chosen in [`crate::view::error_text`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ApiError {
    /// There is no live session: the person has to sign in.
    #[error("signed out")]
    SignedOut,
    /// The single sign-on does not say any more who is there.
    #[error("no identity")]
    NoIdentity,
    /// Who is there cannot be told at the moment; nobody was signed out.
    #[error("identity unknown")]
    IdentityUnknown,
    /// The single sign-on names another person than the one who was signed in here.
    #[error("identity changed")]
    IdentityChanged,
    /// No group of the person gives a role.
    #[error("no role")]
    NoRole,
    /// The person's role does not allow it.
    #[error("needs a role")]
    NeedsRole {
        /// The role that it takes.
        role: Role,
    },
    /// The session has not opened this project.
    #[error("project not open")]
    ProjectNotOpen,
    /// No such review, run or page in this project, or not this person's.
    #[error("not found")]
    NotFound,
    /// The request could not be read.
    #[error("bad request")]
    BadRequest,
    /// Drydock itself did not answer: no connection, or no readable answer.
    #[error("unreachable")]
    Unreachable,
    /// The sign-in gave nothing.
    #[error("sign-in")]
    SignIn(SignInProblem),
    /// What was chosen cannot be reviewed.
    #[error("choice")]
    Choice(ChoiceError),
    /// The list of desktops is not there yet, so "all matching" cannot be resolved.
    #[error("no catalogue")]
    NoCatalogue,
    /// Fields of the form need another value.
    #[error("fields")]
    Fields(Vec<FieldError>),
    /// The review is older than 30 minutes. Nothing was sent.
    #[error("review too old")]
    ReviewTooOld,
    /// Nothing in the review would change.
    #[error("nothing would change")]
    NothingWouldChange,
    /// Another open run holds desktops of the review. Nothing was sent.
    #[error("held")]
    Held,
    /// The run cannot do that in its present phase.
    #[error("not now")]
    NotNow,
    /// The form came in while nobody was signed in; now somebody is.
    #[error("a sign-in came first")]
    SignInCameFirst,
    /// Something broke on our side; the reference is in the log.
    #[error("internal")]
    Internal {
        /// What to quote.
        reference: String,
    },
}

/// Why a sign-in gave nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignInProblem {
    /// Account, user name or password was left empty.
    Missing {
        /// `account`, `user` and `password`, as far as each is empty.
        fields: Vec<String>,
    },
    /// A value is longer than any the cloud knows.
    TooLong,
    /// Account, name, password or the right to the project is wrong.
    Refused,
    /// The user may not use the cloud by program, or is disabled.
    NotAllowed {
        /// The cloud's code.
        code: String,
    },
    /// Too many sign-ins failed: none is tried for a while, so that the cloud locks nobody out.
    Held {
        /// Seconds until the next one is tried.
        seconds: u32,
    },
    /// The cloud did not accept the person's ID token.
    IdTokenRefused {
        /// The cloud's code.
        code: String,
    },
    /// The cloud does not know the identity provider that the settings name.
    ProviderUnknown,
    /// The time of the person's ID token is over: a new one comes with a sign-in at the single sign-on.
    IdTokenOver,
    /// The person may open no project, or not the one that was asked for.
    NoProject,
    /// A project of the same name, of another account, is open.
    NameTaken,
    /// Another project takes the password again.
    PasswordNeeded,
    /// Too many sign-ins at the moment.
    Throttled {
        /// Seconds to wait, where the cloud says.
        seconds: Option<u32>,
    },
    /// The token is longer than the cloud itself takes back.
    TokenTooLong,
    /// The cloud does not answer.
    Unreachable,
    /// An answer that Drydock does not know.
    Unexpected {
        /// The HTTP status.
        status: u16,
    },
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::Unreachable
            }
            _ => Self::BadRequest,
        }
    }
}

/// What came of the form that was sent last: shown once, where it happened, with what was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormProblem {
    /// What is wrong.
    pub error: ApiError,
    /// The fields as typed, never a password: name and value.
    pub typed: Vec<(String, String)>,
}

impl FormProblem {
    /// What was typed into that field.
    pub fn typed(&self, field: &str) -> Option<&str> {
        self.typed.iter().find(|(name, _)| name == field).map(|(_, value)| value.as_str())
    }
}
