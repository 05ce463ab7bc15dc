//! The audit log.

use async_trait::async_trait;
use domain::operator::Operator;
use domain::time::Timestamp;
use service::audit::{Entry, Line};
use service::ports::{AuditLog, StoreError};

use crate::Store;
use crate::counter;
use crate::db::Transaction;
use crate::failure::{database, number};
use crate::statement::query;

#[async_trait]
impl AuditLog for Store {
    async fn append(&self, entry: &Entry) -> Result<(), StoreError> {
        let mut transaction = self.db.begin().await?;
        append(&mut transaction, entry).await?;
        transaction.commit().await
    }

    async fn lines(&self, project_id: &str, offset: u32, limit: u32) -> Result<(Vec<Line>, u32), StoreError> {
        let mut transaction = self.db.look().await?;
        let (count,): (i64,) = query("SELECT COUNT(*) FROM audit WHERE project_id = $1 OR project_id IS NULL")
            .bind(project_id)
            .one(&mut transaction)
            .await?;
        let rows: Vec<Row> = query(
            "SELECT seq, at, issuer, subject, name, account, project_id, run, action, cloud_user, came_from, why
             FROM audit WHERE project_id = $1 OR project_id IS NULL ORDER BY seq DESC LIMIT $2 OFFSET $3",
        )
        .bind(project_id)
        .bind(i64::from(limit))
        .bind(i64::from(offset))
        .all(&mut transaction)
        .await?;
        drop(transaction);
        Ok((rows.into_iter().filter_map(readable).collect(), number("count of lines", count)?))
    }
}

/// What an entry's optional columns hold.
type Text = Option<String>;

/// A row of `audit`, as [`readable`] takes it.
type Row = (i64, i64, Text, Text, Text, Text, Text, Option<i64>, String, Text, Text, Text);

/// The line that a row holds. One that another version wrote is left out and said so in the log: its number is missing
/// on the page, and the lines around it are still read.
fn readable(row: Row) -> Option<Line> {
    let (seq, at, issuer, subject, name, account, project_id, run, action, cloud_user, from, why) = row;
    let action = serde_json::from_value(serde_json::Value::String(action)).ok();
    let (Ok(number), Some(action), Ok(run)) = (u64::try_from(seq), action, run.map(u32::try_from).transpose()) else {
        tracing::warn!(number = seq, "a line of the audit log cannot be read");
        return None;
    };
    let operator = issuer.zip(subject).map(|(issuer, subject)| Operator {
        issuer,
        subject,
        name: name.unwrap_or_default(),
        account: account.unwrap_or_default(),
    });
    let entry = Entry { operator, cloud_user, from, project_id, run, why, ..Entry::new(Timestamp(at), action) };
    Some(Line { number, entry })
}

/// Appends a line within a transaction.
pub(crate) async fn append(transaction: &mut Transaction, entry: &Entry) -> Result<(), StoreError> {
    let operator = entry.operator.as_ref();
    let part = |of: fn(&Operator) -> &String| operator.map(of);
    let action = serde_json::to_value(entry.action).map_err(database)?;
    let seq = counter::next(transaction, "audit").await?;
    query(
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
    .execute(&mut *transaction)
        .await?;
    Ok(())
}
