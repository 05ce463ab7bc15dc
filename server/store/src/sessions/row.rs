//! The row of a session: what is sealed, and what a person or an administrator must find.

use std::time::Duration;

use domain::operator::Operator;
use domain::time::Timestamp;
use serde::de::DeserializeOwned;
use service::ports::StoreError;
use tower_sessions::session::Record;

use crate::db::Transaction;
use crate::statement::query;

use super::{BROWSER, FROM, OPERATOR, PER_PERSON, SIGN_IN, SIGNED_IN_AT};

/// The sessions of a person ($1, $2) beside one ($3) that are more than so many ($4), the least recently used of them.
macro_rules! too_many {
    () => {
        "sessions WHERE issuer = $1 AND subject = $2 AND key <> $3 AND key NOT IN (
             SELECT key FROM sessions WHERE issuer = $1 AND subject = $2 AND key <> $3
             ORDER BY last_seen DESC, created_at DESC, key LIMIT $4
         )"
    };
}

/// What a session's row holds beside its key and its times.
pub(super) struct Row {
    record: String,
    sign_in: Option<String>,
    operator: Option<Operator>,
    signed_in_at: Option<Timestamp>,
    from: Option<String>,
    browser: Option<String>,
}

impl Row {
    /// The row of a record, which is sealed already.
    pub(super) fn new(sealed: String, record: &Record) -> Self {
        Self {
            record: sealed,
            sign_in: value(record, SIGN_IN),
            operator: value(record, OPERATOR),
            signed_in_at: value(record, SIGNED_IN_AT),
            from: value(record, FROM),
            browser: value(record, BROWSER),
        }
    }

    /// Whether its sign-in was ended: then nothing is kept for it any more.
    pub(super) async fn is_ended(&self, transaction: &mut Transaction) -> Result<bool, StoreError> {
        let ended: Option<(String,)> = query("SELECT sign_in FROM ended_sign_ins WHERE sign_in = $1")
            .bind(&self.sign_in)
            .optional(transaction)
            .await?;
        Ok(ended.is_some())
    }

    /// Makes the row. `false` where the key is taken.
    pub(super) async fn insert(
        &self,
        transaction: &mut Transaction,
        key: &str,
        now: Timestamp,
        absolute: Duration,
    ) -> Result<bool, StoreError> {
        // A sign-in of a time to come, by a clock that was ahead, lengthens nothing.
        let since = self.signed_in_at.map_or(now, |signed_in_at| signed_in_at.min(now));
        let operator = self.operator.as_ref();
        let made = query(
            "INSERT INTO sessions (key, record, sign_in, issuer, subject, name, account, signed_in_at, came_from,
                                   browser, created_at, last_seen, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12) ON CONFLICT (key) DO NOTHING",
        )
        .bind(key)
        .bind(&self.record)
        .bind(&self.sign_in)
        .bind(operator.map(|operator| &operator.issuer))
        .bind(operator.map(|operator| &operator.subject))
        .bind(operator.map(|operator| &operator.name))
        .bind(operator.map(|operator| &operator.account))
        .bind(self.signed_in_at.map(|moment| moment.0))
        .bind(&self.from)
        .bind(&self.browser)
        .bind(now.0)
        .bind(since.after(absolute).0)
        .execute(transaction)
        .await?;
        Ok(made > 0)
    }

    /// Changes the row. `false` where there is none, or where its sign-in was ended. It may end sooner than it did, never
    /// later.
    pub(super) async fn update(
        &self,
        transaction: &mut Transaction,
        key: &str,
        absolute: Duration,
    ) -> Result<bool, StoreError> {
        let ends = self.signed_in_at.map_or(Timestamp(i64::MAX), |signed_in_at| signed_in_at.after(absolute));
        let operator = self.operator.as_ref();
        let changed = query(
            "UPDATE sessions SET record = $2, sign_in = $3, issuer = $4, subject = $5, name = $6, account = $7,
                                 signed_in_at = $8, came_from = $9, browser = $10,
                                 expires_at = CASE WHEN expires_at > $11 THEN $11 ELSE expires_at END
             WHERE key = $1 AND NOT EXISTS (SELECT 1 FROM ended_sign_ins WHERE ended_sign_ins.sign_in = $3)",
        )
        .bind(key)
        .bind(&self.record)
        .bind(&self.sign_in)
        .bind(operator.map(|operator| &operator.issuer))
        .bind(operator.map(|operator| &operator.subject))
        .bind(operator.map(|operator| &operator.name))
        .bind(operator.map(|operator| &operator.account))
        .bind(self.signed_in_at.map(|moment| moment.0))
        .bind(&self.from)
        .bind(&self.browser)
        .bind(ends.0)
        .execute(transaction)
        .await?;
        Ok(changed > 0)
    }

    /// Drops what the person has too many of, with what those sessions could use; this row never.
    pub(super) async fn keep_few(&self, transaction: &mut Transaction, key: &str) -> Result<(), StoreError> {
        let Some(operator) = &self.operator else { return Ok(()) };
        for statement in [
            concat!(
                "DELETE FROM credentials WHERE run_number IS NULL AND sign_in IN (SELECT sign_in FROM ",
                too_many!(),
                ")"
            ),
            concat!("DELETE FROM ", too_many!()),
        ] {
            query(statement)
                .bind(&operator.issuer)
                .bind(&operator.subject)
                .bind(key)
                .bind(PER_PERSON - 1)
                .execute(&mut *transaction)
                .await?;
        }
        Ok(())
    }
}

fn value<T: DeserializeOwned>(record: &Record, key: &str) -> Option<T> {
    record.data.get(key).and_then(|value| serde_json::from_value(value.clone()).ok())
}
