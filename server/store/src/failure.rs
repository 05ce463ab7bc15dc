//! How what can go wrong becomes a [`StoreError`].

use serde::Serialize;
use serde::de::DeserializeOwned;
use service::ports::{RunKey, StoreError};

/// A change of a run that is not there, or that would open again one that is over.
#[derive(Debug, thiserror::Error)]
#[error("run {} is not open", .0.number)]
pub(crate) struct NotOpen(pub(crate) RunKey);

/// The database, or the way to it, failed.
pub(crate) fn database(cause: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Database(Box::new(cause))
}

pub(crate) fn to_json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(database)
}

/// Reads a column of JSON. `what` names the kind of record.
pub(crate) fn from_json<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| {
        tracing::error!(what, %error, "the database holds something unreadable");
        StoreError::Unreadable { what }
    })
}

/// A number that the database keeps as a BIGINT and that is never below zero.
pub(crate) fn number(what: &'static str, value: i64) -> Result<u32, StoreError> {
    u32::try_from(value).map_err(|_| StoreError::Unreadable { what })
}
