//! Whether the process lives, and whether it can work. Neither asks who wants to know, nor says more.

use axum::extract::State;
use http::StatusCode;
use store::Store;

/// The process lives.
pub async fn live() -> StatusCode {
    StatusCode::OK
}

/// The database answers.
pub async fn ready(State(store): State<Store>) -> StatusCode {
    match store.ping().await {
        Ok(()) => StatusCode::OK,
        Err(error) => {
            tracing::error!(error = %error, "not ready: the database does not answer");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}
