//! Numbers that are given out one after the other.

use service::ports::StoreError;
use sqlx::SqliteConnection;

use crate::failure::database;

/// The next number of a counter, from 1. Transactions that count with the same one wait for each other from here on.
pub(crate) async fn next(connection: &mut SqliteConnection, name: &str) -> Result<i64, StoreError> {
    sqlx::query_scalar(
        "INSERT INTO counters (name, last) VALUES ($1, 1)
         ON CONFLICT (name) DO UPDATE SET last = counters.last + 1 RETURNING last",
    )
    .bind(name)
    .fetch_one(connection)
    .await
    .map_err(database)
}
