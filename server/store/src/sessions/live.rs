//! The port [`LiveSessions`]: a person's sessions, as far as they live by the limits and the clock of [`Sessions`].

use async_trait::async_trait;
use domain::operator::Operator;
use domain::time::Timestamp;
use service::ports::{LiveSession, LiveSessions, StoreError};

use super::Sessions;
use crate::statement::query;

/// A row of `sessions`, as [`live`] takes it.
type Row = (String, Option<String>, Option<String>, i64, i64, Option<String>, Option<String>);

#[async_trait]
impl LiveSessions for Sessions {
    async fn of_person(&self, issuer: &str, subject: &str) -> Result<Vec<LiveSession>, StoreError> {
        let now = self.clock.now();
        let rows: Vec<Row> = query(
            "SELECT sign_in, name, account, COALESCE(signed_in_at, created_at), last_seen, came_from, browser
             FROM sessions
             WHERE issuer = $1 AND subject = $2 AND sign_in IS NOT NULL AND expires_at > $3 AND last_seen > $4
             ORDER BY last_seen DESC, created_at DESC, key",
        )
        .bind(issuer)
        .bind(subject)
        .bind(now.0)
        .bind(now.before(self.limits.idle).0)
        .all(self.store.db.reader())
        .await?;
        let mut sessions: Vec<LiveSession> = Vec::with_capacity(rows.len());
        for row in rows {
            let session = live(issuer, subject, row);
            // While a session gets another id, there are two rows of one sign-in: the one seen last stands for both.
            if sessions.iter().all(|known| known.sign_in != session.sign_in) {
                sessions.push(session);
            }
        }
        Ok(sessions)
    }

    async fn end(&self, sign_in: &str) -> Result<(), StoreError> {
        self.store.db.write(query("DELETE FROM sessions WHERE sign_in = $1").bind(sign_in)).await?;
        Ok(())
    }
}

fn live(issuer: &str, subject: &str, row: Row) -> LiveSession {
    let (sign_in, name, account, signed_in_at, last_seen, from, browser) = row;
    let operator = Operator {
        issuer: issuer.to_owned(),
        subject: subject.to_owned(),
        name: name.unwrap_or_default(),
        account: account.unwrap_or_default(),
    };
    let (signed_in_at, last_seen) = (Timestamp(signed_in_at), Timestamp(last_seen));
    LiveSession { sign_in, operator, signed_in_at, last_seen, from, browser }
}
