//! Numbers that are given out one after the other.

use service::ports::StoreError;

use crate::db::Transaction;
use crate::statement::query;

/// The next number of a counter, from 1. None is left out: one that was taken in a transaction without an end is given
/// out again.
pub(crate) async fn next(transaction: &mut Transaction, name: &str) -> Result<i64, StoreError> {
    let (number,) = query(
        "INSERT INTO counters (name, last) VALUES ($1, 1)
         ON CONFLICT (name) DO UPDATE SET last = counters.last + 1 RETURNING last",
    )
    .bind(name)
    .one(transaction)
    .await?;
    Ok(number)
}
