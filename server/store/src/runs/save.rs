//! A step of a run: what changed, in one commit.

use domain::maintenance::run::{Changes, Head, Run};
use domain::time::Timestamp;
use service::ports::{RunKey, StoreError};

use super::{named, rows};
use crate::credentials;
use crate::db::{Db, Transaction};
use crate::failure::{NotOpen, database, to_json};
use crate::statement::query;

/// What a head says of its run. A run without rows answers for its head.
pub(super) fn standing(head: &Head) -> Run {
    Run::restore(head.clone(), Vec::new())
}

/// Saves what changed.
pub(super) async fn save(db: &Db, key: &RunKey, changes: &Changes, at: Timestamp) -> Result<(), StoreError> {
    let rows = rows::ready(&changes.rows)?;
    let standing = standing(&changes.head);
    let phase = to_json(&standing.phase())?;
    let counts = to_json(&standing.counts())?;
    let head = to_json(&changes.head)?;

    let mut transaction = db.begin().await?;
    // A run that is over gave its claims away: whoever would open it again came late and saves nothing.
    let saved = query(
        "UPDATE runs SET phase = $3, counts = $4, head = $5
         WHERE project_id = $1 AND number = $2 AND (ended_at IS NULL OR $6 = 1)",
    )
    .bind(&key.project_id)
    .bind(i64::from(key.number))
    .bind(&phase)
    .bind(&counts)
    .bind(&head)
    .bind(i64::from(!standing.is_open()))
    .execute(&mut transaction)
    .await?;
    if saved == 0 {
        return Err(database(NotOpen(key.clone())));
    }
    rows::write(&mut transaction, key, &rows).await?;
    named::note(&mut transaction, &key.project_id, &changes.named, at).await?;
    if standing.is_open() {
        rows::release(&mut transaction, key, &changes.settled).await?;
    } else {
        end(&mut transaction, key, standing.ended_at().unwrap_or(at)).await?;
    }
    transaction.commit().await
}

/// Ends a run: it loses its credential and every claim.
pub(super) async fn end(transaction: &mut Transaction, key: &RunKey, at: Timestamp) -> Result<(), StoreError> {
    query("UPDATE runs SET ended_at = $3, credential_id = NULL WHERE project_id = $1 AND number = $2")
        .bind(&key.project_id)
        .bind(i64::from(key.number))
        .bind(at.0)
        .execute(&mut *transaction)
        .await?;
    credentials::drop_of_run(transaction, key).await?;
    rows::release_all(transaction, key).await
}
