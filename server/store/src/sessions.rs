//! Browser sessions: who a person is, sealed, found by the hash of their cookie.

mod live;
mod row;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::time::Timestamp;
use service::ports::{Clock, StoreError};
use sha2::{Digest, Sha256};
use tower_sessions::SessionStore;
use tower_sessions::cookie::time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};

use crate::Store;
use crate::db::Transaction;
use crate::keys::Purpose;
use crate::statement::query;
use row::Row;

/// Where a session's data holds the id of its sign-in, as text. The row shows it in the clear.
pub const SIGN_IN: &str = "sign_in";

/// Where a session's data holds the [`Operator`](domain::operator::Operator). The row shows it in the clear.
pub const OPERATOR: &str = "operator";

/// Where a session's data holds the [`Timestamp`] of its sign-in, in milliseconds. From it the absolute limit counts: a
/// session that gets another id lives no longer for it. The row shows it in the clear.
pub const SIGNED_IN_AT: &str = "signed_in_at";

/// Where a session's data holds where the sign-in came from, as text. The row shows it in the clear.
pub const FROM: &str = "from";

/// Where a session's data holds how the browser names itself, as text. The row shows it in the clear.
pub const BROWSER: &str = "browser";

/// How often a session is noted as seen at most: more often would make a write of every request.
const TOUCH_EVERY: Duration = Duration::from_mins(1);

/// How long what is of no more use is kept before [`Sessions::sweep`] drops it.
const KEPT_FOR: Duration = Duration::from_hours(24);

/// How many ids are drawn for a new session before giving up. Assumed because of 2¹²⁸ ids the first is free; if it is
/// wrong, a sign-in fails.
const DRAWS: usize = 4;

/// How many sessions a person has at most; of more, those used least recently end. Assumed because nobody works in so many
/// browsers at once; if it is wrong, somebody has to sign in again in one that they left.
const PER_PERSON: i64 = 20;

/// How long a session lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLimits {
    /// Since it was last seen.
    pub idle: Duration,
    /// Since the sign-in, or since it was made where nobody has signed in.
    pub absolute: Duration,
}

impl Default for SessionLimits {
    /// 30 minutes and 8 hours.
    fn default() -> Self {
        Self { idle: Duration::from_mins(30), absolute: Duration::from_hours(8) }
    }
}

/// The sessions in a [`Store`].
///
/// Its own limits hold, by its own clock; the expiry that tower-sessions gives to a record is not used. Saving only
/// updates: a request that was under way while its person signed out does not bring the session back.
#[derive(Clone)]
pub struct Sessions {
    store: Store,
    clock: Arc<dyn Clock>,
    limits: SessionLimits,
}

impl Sessions {
    /// The sessions in that store.
    pub fn new(store: &Store, clock: Arc<dyn Clock>, limits: SessionLimits) -> Self {
        Self { store: store.clone(), clock, limits }
    }

    /// Notes that a person used their session just now, at most once a minute. Not for polling or event streams: an
    /// open tab would never go idle. A session that is over stays over.
    ///
    /// # Errors
    /// [`StoreError::Database`]
    pub async fn touch(&self, id: &Id) -> std::result::Result<(), StoreError> {
        let key = key(id);
        let now = self.clock.now();
        // Asked before writing, so that most requests do not queue for the one connection that writes.
        let due: Option<(i64,)> = query(
            "SELECT last_seen FROM sessions
             WHERE key = $1 AND last_seen <= $2 AND last_seen > $3 AND expires_at > $4",
        )
        .bind(&key)
        .bind(now.before(TOUCH_EVERY).0)
        .bind(now.before(self.limits.idle).0)
        .bind(now.0)
        .optional(self.store.db.reader())
        .await?;
        if let Some((last_seen,)) = due {
            let seen = query("UPDATE sessions SET last_seen = $3 WHERE key = $1 AND last_seen = $2");
            self.store.db.write(seen.bind(&key).bind(last_seen).bind(now.0)).await?;
        }
        Ok(())
    }

    /// Drops sessions that are over, credentials that have ended, and reviews and failed sign-ins older than a day.
    ///
    /// # Errors
    /// [`StoreError::Database`]
    pub async fn sweep(&self) -> std::result::Result<(), StoreError> {
        let now = self.clock.now();
        let idle = now.before(self.limits.idle);
        let old = now.before(KEPT_FOR);
        let mut transaction = self.store.db.begin().await?;
        for (statement, moment) in [
            // What a session could use goes with it; a run's own credential outlives it.
            (
                "DELETE FROM credentials WHERE run_number IS NULL
                 AND sign_in IN (SELECT sign_in FROM sessions WHERE expires_at <= $1)
                 AND sign_in NOT IN (SELECT sign_in FROM sessions WHERE expires_at > $1 AND sign_in IS NOT NULL)",
                now,
            ),
            (
                "DELETE FROM credentials WHERE run_number IS NULL
                 AND sign_in IN (SELECT sign_in FROM sessions WHERE last_seen <= $1)
                 AND sign_in NOT IN (SELECT sign_in FROM sessions WHERE last_seen > $1 AND sign_in IS NOT NULL)",
                idle,
            ),
            ("DELETE FROM sessions WHERE expires_at <= $1", now),
            ("DELETE FROM sessions WHERE last_seen <= $1", idle),
            (
                "UPDATE runs SET credential_id = NULL
                 WHERE credential_id IN (SELECT id FROM credentials WHERE ends_at <= $1)",
                now,
            ),
            ("DELETE FROM credentials WHERE ends_at <= $1", now),
            ("DELETE FROM reviews WHERE frozen_at <= $1", old),
            ("DELETE FROM sign_in_tries WHERE at <= $1", old),
            // The end of a sign-in is written without a time; the first sweep that sees it notes one.
            ("DELETE FROM ended_sign_ins WHERE noticed_at <= $1", old),
            ("UPDATE ended_sign_ins SET noticed_at = $1 WHERE noticed_at IS NULL", now),
        ] {
            query(statement).bind(moment.0).execute(&mut transaction).await?;
        }
        transaction.commit().await
    }

    fn row(&self, key: &str, record: &Record) -> Result<Row> {
        let data = serde_json::to_vec(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        let sealed = self.store.keys.seal(Purpose::Session, &[key], &data);
        Ok(Row::new(sealed.map_err(|error| Error::Encode(error.to_string()))?, record))
    }

    async fn begin(&self) -> Result<Transaction> {
        self.store.db.begin().await.map_err(backend)
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Sessions").field("limits", &self.limits).finish_non_exhaustive()
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let now = self.clock.now();
        for _ in 0..DRAWS {
            let key = key(&record.id);
            let row = self.row(&key, record)?;
            let mut transaction = self.begin().await?;
            if row.is_ended(&mut transaction).await.map_err(backend)? {
                // The person signed out while this request was under way. As in `save`, that is no error.
                return Ok(());
            }
            if row.insert(&mut transaction, &key, now, self.limits.absolute).await.map_err(backend)? {
                row.keep_few(&mut transaction, &key).await.map_err(backend)?;
                return transaction.commit().await.map_err(backend);
            }
            record.id = Id::default();
        }
        Err(Error::Backend("no free session id was drawn".into()))
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let key = key(&record.id);
        let row = self.row(&key, record)?;
        let mut transaction = self.begin().await?;
        // No row is no error: the session was ended while this request was under way, and stays ended.
        if row.update(&mut transaction, &key, self.limits.absolute).await.map_err(backend)? {
            row.keep_few(&mut transaction, &key).await.map_err(backend)?;
        }
        transaction.commit().await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let key = key(id);
        let now = self.clock.now();
        let row: Option<(String, i64)> =
            query("SELECT record, expires_at FROM sessions WHERE key = $1 AND expires_at > $2 AND last_seen > $3")
                .bind(&key)
                .bind(now.0)
                .bind(now.before(self.limits.idle).0)
                .optional(self.store.db.reader())
                .await
                .map_err(backend)?;
        let Some((sealed, expires_at)) = row else { return Ok(None) };
        let opened = self.store.keys.open(Purpose::Session, &[&key], &sealed);
        let Some(data) = opened.and_then(|data| serde_json::from_slice(&data).ok()) else {
            tracing::warn!("the seal of a session does not open; it counts as signed out");
            return Ok(None);
        };
        Ok(Some(Record { id: *id, data, expiry_date: calendar(Timestamp(expires_at)) }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let deletion = query("DELETE FROM sessions WHERE key = $1").bind(&key(id));
        self.store.db.write(deletion).await.map_err(backend)?;
        Ok(())
    }
}

/// The key of a session's row. Not to be turned back into its cookie.
fn key(id: &Id) -> String {
    hex::encode(Sha256::digest(id.0.to_le_bytes()))
}

fn calendar(moment: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(moment.0.div_euclid(1_000)).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[expect(clippy::needless_pass_by_value, reason = "it is the function that map_err takes")]
fn backend(error: StoreError) -> Error {
    let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
    Error::Backend(format!("{error}{cause}"))
}
