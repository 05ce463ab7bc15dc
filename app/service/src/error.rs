//! What a use case could not do: facts for the page, sources for the log.

use domain::maintenance::request::FieldError;
use domain::role::Role;
use domain::selection::ChoiceError;

use crate::ports::{Held, SignInError, StoreError};

/// Why a use case did nothing. Nothing of it is shown to a person as it stands.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// No such review or run in this project, or not this person's.
    #[error("not found")]
    NotFound,
    /// The credential is gone or has ended.
    #[error("the credential is gone or has ended")]
    SignedOut,
    /// The person's role does not allow it; it takes that one.
    #[error("it needs the role {0:?}")]
    NeedsRole(Role),
    /// The identity service gave no token.
    #[error("the sign-in gave no token")]
    SignIn(#[source] SignInError),
    /// What was chosen cannot be reviewed.
    #[error("what was chosen cannot be reviewed")]
    Choice(#[source] ChoiceError),
    /// The list of desktops is not there yet.
    #[error("the list of desktops is not there yet")]
    NoCatalogue,
    /// Fields of the form are wrong.
    #[error("{} fields are wrong", .0.len())]
    Fields(Vec<FieldError>),
    /// The review is too old; it was made anew under another id.
    #[error("the review is too old")]
    ReviewTooOld {
        /// The new review's id.
        renewed: String,
    },
    /// Nothing in the review would change.
    #[error("nothing would change")]
    NothingWouldChange,
    /// Other open runs hold desktops of the review.
    #[error("{} desktops are held by other runs", .0.len())]
    Held(Vec<Held>),
    /// The run cannot do that in its present phase.
    #[error("the run cannot do that now")]
    NotNow,
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] StoreError),
    /// The use case itself broke off; the log says where.
    #[error("the use case broke off")]
    BrokenOff(#[source] tokio::task::JoinError),
}

/// Does a use case to its end, even where the person who asked for it is gone meanwhile: a browser that closes ends its
/// request, and half of a confirm or a sign-out is worse than none.
pub(crate) async fn to_the_end<T: Send + 'static>(
    use_case: impl Future<Output = Result<T, ServiceError>> + Send + 'static,
) -> Result<T, ServiceError> {
    tokio::spawn(use_case).await.map_err(ServiceError::BrokenOff)?
}
