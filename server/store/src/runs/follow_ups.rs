//! Runs that follow others, and runs that are opened again.

use std::collections::BTreeMap;

use domain::desktop::DesktopId;
use domain::maintenance::follow_up::FollowUp;
use domain::maintenance::run::RunDesktop;
use service::ports::{Follower, Held, Reopening, RunKey, StoreError};

use super::{rows, save};
use crate::db::Transaction;
use crate::failure::{from_json, number, to_json};
use crate::statement::query;
use crate::{Store, audit, credentials};

const KINDS: [FollowUp; 3] = [FollowUp::Retry, FollowUp::Send, FollowUp::Undo];

/// What a run follows another one for, as the database has it.
pub(super) const fn word(kind: FollowUp) -> &'static str {
    match kind {
        FollowUp::Retry => "retry",
        FollowUp::Send => "send",
        FollowUp::Undo => "undo",
    }
}

/// The runs that follow this one, oldest first.
pub(super) async fn followers(store: &Store, key: &RunKey) -> Result<Vec<Follower>, StoreError> {
    let rows: Vec<(i64, Option<String>, Option<i64>)> = query(
        "SELECT number, follows_as, ended_at FROM runs WHERE project_id = $1 AND follows_run = $2 ORDER BY number",
    )
    .bind(&key.project_id)
    .bind(i64::from(key.number))
    .all(store.db.reader())
    .await?;
    let follower = |(run, kind, ended_at): (i64, Option<String>, Option<i64>)| {
        let kind = KINDS.into_iter().find(|known| Some(word(*known)) == kind.as_deref());
        let kind = kind.ok_or(StoreError::Unreadable { what: "follow-up" })?;
        Ok(Follower { kind, number: number("run", run)?, is_open: ended_at.is_none() })
    };
    rows.into_iter().map(follower).collect()
}

/// Opens a run again that is over: what changed, its credential and an audit line, in one commit. `false` where it is
/// open already; nothing was written.
pub(super) async fn reopen(store: &Store, reopening: &Reopening) -> Result<bool, StoreError> {
    let Reopening { key, changes, credential, entry } = reopening;
    let sealed = credentials::seal(&store.keys, credential)?;
    let ready = rows::ready(&changes.rows)?;
    let standing = save::standing(&changes.head);
    let (phase, counts, head) = (to_json(&standing.phase())?, to_json(&standing.counts())?, to_json(&changes.head)?);
    let mut transaction = store.db.begin().await?;
    let opened = query(
        "UPDATE runs SET phase = $3, counts = $4, head = $5, ended_at = NULL
         WHERE project_id = $1 AND number = $2 AND ended_at IS NOT NULL",
    )
    .bind(&key.project_id)
    .bind(i64::from(key.number))
    .bind(&phase)
    .bind(&counts)
    .bind(&head)
    .execute(&mut transaction)
    .await?;
    if opened == 0 {
        return Ok(false);
    }
    rows::write(&mut transaction, key, &ready).await?;
    credentials::give(&mut transaction, key, &sealed).await?;
    audit::append(&mut transaction, entry).await?;
    transaction.commit().await?;
    Ok(true)
}

/// Claims for a run what no other run holds, and tells what others hold.
pub(super) async fn take_claims(store: &Store, key: &RunKey, ids: &[DesktopId]) -> Result<Vec<Held>, StoreError> {
    let mut transaction = store.db.begin().await?;
    rows::take_turns(&mut transaction, &key.project_id).await?;
    let held = rows::held(&mut transaction, &key.project_id, ids).await?;
    let free: Vec<DesktopId> =
        ids.iter().filter(|id| held.binary_search_by(|held| held.desktop.cmp(id)).is_err()).cloned().collect();
    rows::claim(&mut transaction, key, &free).await?;
    transaction.commit().await?;
    Ok(held.into_iter().filter(|held| held.run != key.number).collect())
}

/// The last of the later runs that has named each of the desktops in a PUT.
pub(super) async fn named_later(
    transaction: &mut Transaction,
    key: &RunKey,
    ids: &[DesktopId],
) -> Result<BTreeMap<DesktopId, u32>, StoreError> {
    let mut named = BTreeMap::new();
    for ids in ids.chunks(rows::IDS) {
        let statement =
            query("SELECT desktop_id, number, state FROM run_desktops WHERE project_id = $1 AND number > $2")
                .bind(&key.project_id)
                .bind(i64::from(key.number));
        let statement = rows::among(statement, ids).then(" ORDER BY number");
        let found: Vec<(String, i64, String)> = statement.all(&mut *transaction).await?;
        for (id, run, state) in found {
            if from_json::<RunDesktop>("desktop of a run", &state)?.is_named() {
                named.insert(rows::desktop("desktop of a run", id)?, number("run", run)?);
            }
        }
    }
    Ok(named)
}
