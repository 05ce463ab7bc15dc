//! A confirm: run, rows, claims, credential and audit line, whole or not at all.

use domain::maintenance::follow_up::FollowUp;
use service::audit::{Action, Entry};
use service::ports::{Confirmation, Confirmed, RunKey, StoreError};

use super::rows::{self, Ready};
use super::{follow_ups, save};
use crate::db::Transaction;
use crate::failure::{number, to_json};
use crate::statement::query;
use crate::{Store, audit, credentials};

/// Writes the confirm down.
pub(super) async fn confirm(store: &Store, confirmation: &Confirmation) -> Result<Confirmed, StoreError> {
    let credential = credentials::seal(&store.keys, &confirmation.credential)?;
    let rows = rows::ready(&confirmation.changes.rows)?;
    let project_id = &confirmation.project.id;

    let mut transaction = store.db.begin().await?;
    let last = rows::take_turns(&mut transaction, project_id).await?;

    if let Some(key) = started(&mut transaction, &confirmation.review_id).await? {
        return Ok(Confirmed::AlreadyStarted(key));
    }
    let held = rows::held(&mut transaction, project_id, &confirmation.claims).await?;
    if !held.is_empty() {
        audit::append(&mut transaction, &entry(confirmation, None)).await?;
        transaction.commit().await?;
        return Ok(Confirmed::Held(held));
    }

    let next = last.saturating_add(1);
    let key = RunKey { project_id: project_id.clone(), number: number("counter of runs", next)? };
    let counter = rows::counter(project_id);
    query("UPDATE counters SET last = $2 WHERE name = $1").bind(&counter).bind(next).execute(&mut transaction).await?;
    let kept = credential.keep(&mut transaction, Some(&key)).await?;
    write(&mut transaction, confirmation, &key, &rows, kept).await?;
    audit::append(&mut transaction, &entry(confirmation, Some(key.number))).await?;
    transaction.commit().await?;
    Ok(Confirmed::Started(key))
}

/// The run that the review started.
async fn started(transaction: &mut Transaction, review_id: &str) -> Result<Option<RunKey>, StoreError> {
    let row: Option<(String, i64)> =
        query("SELECT project_id, number FROM runs WHERE review_id = $1").bind(review_id).optional(transaction).await?;
    row.map(|(project_id, run)| Ok(RunKey { project_id, number: number("run", run)? })).transpose()
}

async fn write(
    transaction: &mut Transaction,
    confirmation: &Confirmation,
    key: &RunKey,
    rows: &[Ready<'_>],
    credential_kept: bool,
) -> Result<(), StoreError> {
    let head = &confirmation.changes.head;
    let standing = save::standing(head);
    query(
        "INSERT INTO runs (project_id, number, review_id, project_name, project_region, mode, operator, request,
                           started_at, phase, counts, head, credential_id, follows_run, follows_as)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(&key.project_id)
    .bind(i64::from(key.number))
    .bind(&confirmation.review_id)
    .bind(&confirmation.project.name)
    .bind(&confirmation.project.region)
    .bind(rows::word(standing.mode()))
    .bind(&to_json(&confirmation.operator)?)
    .bind(&to_json(&confirmation.request)?)
    .bind(confirmation.at.0)
    .bind(&to_json(&standing.phase())?)
    .bind(&to_json(&standing.counts())?)
    .bind(&to_json(head)?)
    .bind(credential_kept.then_some(&confirmation.credential.id.0))
    .bind(head.origin().map(|origin| i64::from(origin.run)))
    .bind(head.origin().map(|origin| follow_ups::word(origin.kind)))
    .execute(&mut *transaction)
    .await?;
    rows::write(transaction, key, rows).await?;
    if standing.is_open() {
        rows::claim(transaction, key, &confirmation.claims).await
    } else {
        save::end(transaction, key, standing.ended_at().unwrap_or(confirmation.at)).await
    }
}

fn entry(confirmation: &Confirmation, run: Option<u32>) -> Entry {
    let origin = confirmation.changes.head.origin();
    let action = match (run, origin.map(|origin| origin.kind)) {
        (None, _) => Action::ConfirmHeld,
        (Some(_), None) => Action::Confirmed,
        (Some(_), Some(FollowUp::Retry)) => Action::Retried,
        (Some(_), Some(FollowUp::Send)) => Action::RestSent,
        (Some(_), Some(FollowUp::Undo)) => Action::Undone,
    };
    Entry {
        operator: Some(confirmation.operator.clone()),
        cloud_user: Some(confirmation.credential.access.user.id.clone()),
        from: Some(confirmation.from.clone()),
        project_id: Some(confirmation.project.id.clone()),
        run,
        why: origin.map(|origin| format!("{} of run {}", follow_ups::word(origin.kind), origin.run)),
        ..Entry::new(confirmation.at, action)
    }
}
