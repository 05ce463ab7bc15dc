//! Cloud tokens, sealed and bound to their person, changed by plain SQL alone.

use std::str;

use async_trait::async_trait;
use domain::operator::{CloudUser, Operator};
use domain::project::Project;
use domain::time::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use service::ports::{Credentials, RunKey, StoreError};
use service::secret::{Access, Credential, CredentialId};

use crate::Store;
use crate::db::Transaction;
use crate::failure::{NotOpen, database, number};
use crate::keys::{Purpose, SealingKeys};
use crate::statement::{On, query, storable};

#[async_trait]
impl Credentials for Store {
    async fn keep_credential(&self, credential: &Credential) -> Result<bool, StoreError> {
        let sealed = seal(&self.keys, credential)?;
        let mut transaction = self.db.begin().await?;
        let kept = sealed.keep(&mut transaction, None).await?;
        transaction.commit().await?;
        Ok(kept)
    }

    async fn credential(&self, id: &CredentialId) -> Result<Option<Credential>, StoreError> {
        find(self.db.reader(), &self.keys, id).await
    }

    async fn drop_credential(&self, id: &CredentialId) -> Result<(), StoreError> {
        let mut transaction = self.db.begin().await?;
        drop_one(&mut transaction, id).await?;
        transaction.commit().await
    }

    async fn drop_sign_in(&self, sign_in: &str) -> Result<Vec<RunKey>, StoreError> {
        let mut transaction = self.db.begin().await?;
        let runs = drop_sign_in(&mut transaction, sign_in).await?;
        transaction.commit().await?;
        Ok(runs)
    }

    async fn count_of_sign_in(&self, sign_in: &str) -> Result<u32, StoreError> {
        let (count,): (i64,) = query(
            "SELECT COUNT(*) FROM runs
             WHERE ended_at IS NULL AND credential_id IN (SELECT id FROM credentials WHERE sign_in = $1)",
        )
        .bind(sign_in)
        .one(self.db.reader())
        .await?;
        number("count", count)
    }
}

impl Store {
    /// How many credentials of a project are kept, runs' own among them.
    ///
    /// # Errors
    /// [`StoreError::Database`]
    pub async fn count_credentials(&self, project_id: &str) -> Result<u32, StoreError> {
        let (count,): (i64,) = query("SELECT COUNT(*) FROM credentials WHERE project_id = $1")
            .bind(project_id)
            .one(self.db.reader())
            .await?;
        number("count", count)
    }
}

/// What a credential's seal is bound to, as it stands in the row: one that is given to another person opens no more.
fn bound(id: &CredentialId, operator: &Operator) -> [String; 3] {
    [&id.0, &operator.issuer, &operator.subject].map(|part| storable(part).into_owned())
}

/// A credential, sealed before any transaction begins.
pub(crate) struct Sealed<'a> {
    credential: &'a Credential,
    token: String,
}

/// Seals the token of a credential.
pub(crate) fn seal<'a>(keys: &SealingKeys, credential: &'a Credential) -> Result<Sealed<'a>, StoreError> {
    let bound = bound(&credential.id, &credential.operator);
    let bound = bound.each_ref().map(String::as_str);
    let token = credential.access.token.expose_secret().as_bytes();
    let token = keys.seal(Purpose::Credential, &bound, token).map_err(database)?;
    Ok(Sealed { credential, token })
}

impl Sealed<'_> {
    /// Writes the credential down, as that of a run if one is named. `false` where its sign-in was ended meanwhile:
    /// then nothing is kept, as a request that was under way must not outlive a sign-out.
    pub(crate) async fn keep(&self, transaction: &mut Transaction, run: Option<&RunKey>) -> Result<bool, StoreError> {
        let Credential { id, operator, sign_in, access, ends_at } = self.credential;
        let kept = query(
            "INSERT INTO credentials (id, sealed_token, issuer, subject, name, account, project_id, project_name,
                                      project_region, sign_in, run_project_id, run_number, ends_at,
                                      cloud_user_id, cloud_user_name, cloud_user_account)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16
             WHERE NOT EXISTS (SELECT 1 FROM ended_sign_ins WHERE sign_in = $10)",
        )
        .bind(&id.0)
        .bind(&self.token)
        .bind(&operator.issuer)
        .bind(&operator.subject)
        .bind(&operator.name)
        .bind(&operator.account)
        .bind(&access.project.id)
        .bind(&access.project.name)
        .bind(&access.project.region)
        .bind(sign_in)
        .bind(run.map(|key| &key.project_id))
        .bind(run.map(|key| i64::from(key.number)))
        .bind(ends_at.0)
        .bind(&access.user.id)
        .bind(&access.user.name)
        .bind(&access.user.account)
        .execute(transaction)
        .await?;
        Ok(kept > 0)
    }
}

/// A row of `credentials` without its id.
type Row = (String, String, String, String, String, String, String, String, String, i64, String, String, String);

/// The credential of that id, if it is there and its seal opens.
pub(crate) async fn find(on: On<'_>, keys: &SealingKeys, id: &CredentialId) -> Result<Option<Credential>, StoreError> {
    let row: Option<Row> = query(
        "SELECT sealed_token, issuer, subject, name, account, project_id, project_name, project_region, sign_in,
                ends_at, cloud_user_id, cloud_user_name, cloud_user_account
         FROM credentials WHERE id = $1",
    )
    .bind(&id.0)
    .optional(on)
    .await?;
    Ok(row.and_then(|row| open(keys, id, row)))
}

fn open(keys: &SealingKeys, id: &CredentialId, row: Row) -> Option<Credential> {
    let (
        sealed,
        issuer,
        subject,
        name,
        account,
        project_id,
        project_name,
        region,
        sign_in,
        ends_at,
        user_id,
        user_name,
        user_account,
    ) = row;
    let operator = Operator { issuer, subject, name, account };
    let bound = bound(id, &operator);
    let opened = keys.open(Purpose::Credential, &bound.each_ref().map(String::as_str), &sealed);
    let Some(token) = opened.as_ref().and_then(|bytes| str::from_utf8(bytes).ok()) else {
        tracing::warn!(credential = %id, "the seal of a credential does not open; it counts as signed out");
        return None;
    };
    let project = Project { id: project_id, name: project_name, region };
    let user = CloudUser { id: user_id, name: user_name, account: user_account };
    let access = Access { project, user, token: SecretString::from(token) };
    Some(Credential { id: id.clone(), operator, sign_in, access, ends_at: Timestamp(ends_at) })
}

/// Drops one credential.
pub(crate) async fn drop_one(transaction: &mut Transaction, id: &CredentialId) -> Result<(), StoreError> {
    for statement in
        ["UPDATE runs SET credential_id = NULL WHERE credential_id = $1", "DELETE FROM credentials WHERE id = $1"]
    {
        query(statement).bind(&id.0).execute(&mut *transaction).await?;
    }
    Ok(())
}

/// Ends a sign-in: its credentials go, and none will be kept for it again. Answers which runs lost theirs.
pub(crate) async fn drop_sign_in(transaction: &mut Transaction, sign_in: &str) -> Result<Vec<RunKey>, StoreError> {
    let lost: Vec<(String, i64)> = query(
        "UPDATE runs SET credential_id = NULL
         WHERE credential_id IN (SELECT id FROM credentials WHERE sign_in = $1)
         RETURNING project_id, number",
    )
    .bind(sign_in)
    .all(&mut *transaction)
    .await?;
    for statement in [
        "DELETE FROM credentials WHERE sign_in = $1",
        "INSERT INTO ended_sign_ins (sign_in) VALUES ($1) ON CONFLICT (sign_in) DO NOTHING",
    ] {
        query(statement).bind(sign_in).execute(&mut *transaction).await?;
    }
    let mut keys = lost
        .into_iter()
        .map(|(project_id, run)| Ok(RunKey { project_id, number: number("run", run)? }))
        .collect::<Result<Vec<_>, _>>()?;
    keys.sort();
    Ok(keys)
}

/// Gives an open run another credential in place of its own.
pub(crate) async fn give(
    transaction: &mut Transaction,
    key: &RunKey,
    credential: &Sealed<'_>,
) -> Result<(), StoreError> {
    drop_of_run(transaction, key).await?;
    let kept = credential.keep(transaction, Some(key)).await?;
    let given = query("UPDATE runs SET credential_id = $3 WHERE project_id = $1 AND number = $2 AND ended_at IS NULL")
        .bind(&key.project_id)
        .bind(i64::from(key.number))
        .bind(kept.then_some(&credential.credential.id.0))
        .execute(transaction)
        .await?;
    if given == 0 { Err(database(NotOpen(key.clone()))) } else { Ok(()) }
}

/// Drops the credential that is the run's own.
pub(crate) async fn drop_of_run(transaction: &mut Transaction, key: &RunKey) -> Result<(), StoreError> {
    query("DELETE FROM credentials WHERE run_project_id = $1 AND run_number = $2")
        .bind(&key.project_id)
        .bind(i64::from(key.number))
        .execute(transaction)
        .await?;
    Ok(())
}
