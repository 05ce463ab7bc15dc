//! The audit log.

use async_trait::async_trait;
use domain::operator::Operator;
use service::audit::{Entry, Line};
use service::ports::{AuditLog, StoreError};
use sqlx::SqliteConnection;

use crate::Store;
use crate::failure::database;

#[async_trait]
impl AuditLog for Store {
    async fn append(&self, entry: &Entry) -> Result<(), StoreError> {
        let mut transaction = self.db.begin().await?;
        append(&mut transaction, entry).await?;
        transaction.commit().await.map_err(database)
    }

    async fn lines(&self, _project_id: &str, _offset: u32, _limit: u32) -> Result<(Vec<Line>, u32), StoreError> {
        Ok((Vec::new(), 0))
    }
}

/// Appends a line within a transaction.
pub(crate) async fn append(connection: &mut SqliteConnection, entry: &Entry) -> Result<(), StoreError> {
    let operator = entry.operator.as_ref();
    let part = |of: fn(&Operator) -> &String| operator.map(of);
    let action = serde_json::to_value(entry.action).map_err(database)?;
    let seq: i64 = sqlx::query_scalar(
        "INSERT INTO counters (name, last) VALUES ('audit', 1)
         ON CONFLICT (name) DO UPDATE SET last = counters.last + 1 RETURNING last",
    )
    .fetch_one(&mut *connection)
    .await
    .map_err(database)?;
    sqlx::query(
        "INSERT INTO audit (seq, at, issuer, subject, name, account, project_id, run, action, cloud_user, came_from, why)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(seq)
    .bind(entry.at.0)
    .bind(part(|operator| &operator.issuer))
    .bind(part(|operator| &operator.subject))
    .bind(part(|operator| &operator.name))
    .bind(part(|operator| &operator.account))
    .bind(entry.project_id.as_ref())
    .bind(entry.run.map(i64::from))
    .bind(action.as_str())
    .bind(entry.cloud_user.as_ref())
    .bind(entry.from.as_ref())
    .bind(entry.why.as_ref())
    .execute(&mut *connection)
    .await
    .map_err(database)?;
    Ok(())
}
