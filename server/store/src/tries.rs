//! Sign-ins by password that failed or are under way, counted on disk.

use async_trait::async_trait;
use domain::time::Timestamp;
use service::ports::{SignInTries, StoreError, TryKeys, TryLimits, TryOutcome};
use sha2::{Digest, Sha256};

use crate::db::Transaction;
use crate::statement::query;
use crate::{Store, counter};

/// How many tries of any name the window holds at most. Assumed because no staff fails so often in a quarter of an hour,
/// and so many rows take some 50 MB. Beyond it nobody signs in until the oldest leave: to forget the counts of real
/// names to make room for made-up ones is what a flood is for. If it is wrong, sign-ins wait; those who are signed in go
/// on.
const TRIES: i64 = 100_000;

/// How many tries that have left the window one new try drops. It is more than one, so the table shrinks; if it is wrong,
/// a sign-in after a flood takes some milliseconds longer.
const DROPPED_AT_ONCE: i64 = 1_000;

#[async_trait]
impl SignInTries for Store {
    async fn begin(
        &self,
        keys: &TryKeys,
        limits: TryLimits,
        now: Timestamp,
    ) -> Result<Result<String, Timestamp>, StoreError> {
        let keys = Keys::of(keys);
        let mut transaction = self.db.begin().await?;
        // Tries wait for each other here, so that what is counted below still holds when it is written.
        let id = counter::next(&mut transaction, "sign_in_tries").await?.to_string();
        forget(&mut transaction, limits, now).await?;
        if let Some(until) = held_until(&mut transaction, &keys, limits, now).await? {
            transaction.commit().await?;
            return Ok(Err(until));
        }
        query("INSERT INTO sign_in_tries (id, at, user_key, person_key, peer_key) VALUES ($1, $2, $3, $4, $5)")
            .bind(&id)
            .bind(now.0)
            .bind(&keys.user)
            .bind(&keys.person)
            .bind(&keys.peer)
            .execute(&mut transaction)
            .await?;
        transaction.commit().await?;
        Ok(Ok(id))
    }

    async fn settle(&self, try_id: &str, outcome: TryOutcome) -> Result<(), StoreError> {
        let statement = match outcome {
            TryOutcome::Granted => {
                "DELETE FROM sign_in_tries WHERE user_key IN (SELECT user_key FROM sign_in_tries WHERE id = $1)"
            }
            TryOutcome::Unjudged => "DELETE FROM sign_in_tries WHERE id = $1",
            // It was counted when it began.
            TryOutcome::Refused => return Ok(()),
        };
        self.db.write(query(statement).bind(try_id)).await?;
        Ok(())
    }
}

/// What a row is found by.
struct Keys {
    user: String,
    person: Option<String>,
    peer: Option<String>,
}

impl Keys {
    /// Whether the cloud tells names apart by case is not documented; here another case is no further try.
    fn of(keys: &TryKeys) -> Self {
        let folded = |text: &str| text.trim().to_lowercase();
        Self {
            user: hashed(&[&folded(&keys.account), &folded(&keys.user)]),
            person: keys.person.as_ref().map(|(issuer, subject)| hashed(&[issuer, subject])),
            peer: keys.peer.as_ref().map(|peer| hashed(&[peer])),
        }
    }
}

/// Every text is preceded by its length, so that no two lists give the same key.
fn hashed(texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
        hash.update(text.as_bytes());
    }
    hex::encode(hash.finalize())
}

/// Drops some of the tries that have left the window. Those of a clock that was ahead count from now on, as they would
/// hold people up until that time has come.
async fn forget(transaction: &mut Transaction, limits: TryLimits, now: Timestamp) -> Result<(), StoreError> {
    query("UPDATE sign_in_tries SET at = $1 WHERE at > $1").bind(now.0).execute(&mut *transaction).await?;
    query(
        "DELETE FROM sign_in_tries
         WHERE id IN (SELECT id FROM sign_in_tries WHERE at <= $1 ORDER BY at LIMIT $2)",
    )
    .bind(now.before(limits.window).0)
    .bind(DROPPED_AT_ONCE)
    .execute(transaction)
    .await?;
    Ok(())
}

/// Until when no try with these keys is made: when as many have left the window as bring every count below its limit.
async fn held_until(
    transaction: &mut Transaction,
    keys: &Keys,
    limits: TryLimits,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    // Of as many rows as the limit allows, counted from the newest, the oldest: while it is there, the limit is reached.
    macro_rules! last_allowed {
        ($condition:literal) => {
            concat!(
                "SELECT at FROM sign_in_tries WHERE at > $1 AND ",
                $condition,
                " ORDER BY at DESC LIMIT 1 OFFSET $2"
            )
        };
    }
    let counted = [
        (last_allowed!("user_key = $3"), Some(&keys.user), i64::from(limits.per_user)),
        (last_allowed!("person_key = $3"), keys.person.as_ref(), i64::from(limits.per_person)),
        (last_allowed!("peer_key = $3"), keys.peer.as_ref(), i64::from(limits.per_peer)),
    ];
    let since = now.before(limits.window).0;
    let mut moments = Vec::new();
    for (question, key, limit) in counted {
        if let Some(key) = key {
            let query = query(question).bind(since).bind(limit.max(1) - 1).bind(key);
            let moment: Option<(i64,)> = query.optional(&mut *transaction).await?;
            moments.extend(moment);
        }
    }
    let full: Option<(i64,)> = query("SELECT at FROM sign_in_tries WHERE at > $1 ORDER BY at DESC LIMIT 1 OFFSET $2")
        .bind(since)
        .bind(TRIES - 1)
        .optional(transaction)
        .await?;
    moments.extend(full);
    Ok(moments.into_iter().max().map(|(moment,)| Timestamp(moment).after(limits.window)))
}
