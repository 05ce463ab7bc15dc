//! What an administrator does from the command line, beside the process that serves.

use domain::operator::Operator;
use domain::time::Timestamp;
use service::audit::{Action, Entry};
use service::ports::StoreError;

use crate::db::Transaction;
use crate::statement::query;
use crate::{Store, audit, credentials};

/// Where the request came from, in the audit log.
const COMMAND_LINE: &str = "command line";

impl Store {
    /// Ends all sessions of everybody whose subject or name is exactly `user`, with their credentials: their open runs
    /// pause. The process that serves notices at its next look into the database. Answers how many sign-ins were ended.
    /// The audit log gets a line for each person, or one about nobody where there is none of that name.
    ///
    /// # Errors
    /// [`StoreError::Database`]
    pub async fn end_sessions_of(&self, user: &str, at: Timestamp) -> Result<u32, StoreError> {
        let mut transaction = self.db.begin().await?;
        let people = people(&mut transaction, user).await?;
        let mut ended = 0_u32;
        for operator in &people {
            let count = end_all(&mut transaction, operator).await?;
            ended = ended.saturating_add(count);
            audit::append(&mut transaction, &entry(at, Some(operator.clone()), count)).await?;
        }
        if people.is_empty() {
            audit::append(&mut transaction, &entry(at, None, 0)).await?;
        }
        transaction.commit().await?;
        Ok(ended)
    }
}

/// Everybody of that subject or name who has a session, or a credential: that of a run outlives its session.
async fn people(transaction: &mut Transaction, user: &str) -> Result<Vec<Operator>, StoreError> {
    let rows: Vec<(String, String, String, String)> = query(
        "SELECT issuer, subject, COALESCE(name, ''), COALESCE(account, '') FROM sessions
         WHERE issuer IS NOT NULL AND subject IS NOT NULL AND (subject = $1 OR name = $1)
         UNION
         SELECT issuer, subject, name, account FROM credentials WHERE subject = $1 OR name = $1",
    )
    .bind(user)
    .all(transaction)
    .await?;
    let mut people: Vec<Operator> =
        rows.into_iter().map(|(issuer, subject, name, account)| Operator { issuer, subject, name, account }).collect();
    people.sort();
    // Of two names of one person the later in the order stays: an empty one goes.
    people.reverse();
    people.dedup_by(|one, other| one.is_same_person(other));
    Ok(people)
}

/// Ends every sign-in of a person, and says how many there were.
async fn end_all(transaction: &mut Transaction, operator: &Operator) -> Result<u32, StoreError> {
    let sign_ins: Vec<(String,)> = query(
        "SELECT sign_in FROM sessions WHERE issuer = $1 AND subject = $2 AND sign_in IS NOT NULL
         UNION
         SELECT sign_in FROM credentials WHERE issuer = $1 AND subject = $2",
    )
    .bind(&operator.issuer)
    .bind(&operator.subject)
    .all(&mut *transaction)
    .await?;
    for (sign_in,) in &sign_ins {
        credentials::drop_sign_in(transaction, sign_in).await?;
    }
    query("DELETE FROM sessions WHERE issuer = $1 AND subject = $2")
        .bind(&operator.issuer)
        .bind(&operator.subject)
        .execute(transaction)
        .await?;
    Ok(u32::try_from(sign_ins.len()).unwrap_or(u32::MAX))
}

fn entry(at: Timestamp, operator: Option<Operator>, count: u32) -> Entry {
    let from = Some(COMMAND_LINE.to_owned());
    Entry { operator, from, why: Some(count.to_string()), ..Entry::new(at, Action::SessionsEnded) }
}
