//! When a PUT of any run last named a desktop.

use std::collections::{BTreeMap, BTreeSet};

use domain::desktop::DesktopId;
use domain::time::Timestamp;
use service::ports::StoreError;

use super::rows::{IDS, ROWS, among, desktop};
use crate::db::Transaction;
use crate::statement::query;

/// Notes that the desktops were named at that moment. A later moment that is known already stays.
pub(super) async fn note(
    transaction: &mut Transaction,
    project_id: &str,
    ids: &[DesktopId],
    at: Timestamp,
) -> Result<(), StoreError> {
    // PostgreSQL refuses a statement that writes one row twice.
    let ids: Vec<&DesktopId> = ids.iter().collect::<BTreeSet<_>>().into_iter().collect();
    for ids in ids.chunks(ROWS) {
        query("INSERT INTO named_desktops (project_id, desktop_id, named_at) VALUES ")
            .lists(ids.iter().map(|id| [project_id.into(), id.as_str().into(), at.0.into()]))
            .then(
                " ON CONFLICT (project_id, desktop_id) DO UPDATE SET named_at = excluded.named_at
                  WHERE excluded.named_at > named_desktops.named_at",
            )
            .execute(&mut *transaction)
            .await?;
    }
    Ok(())
}

/// When each of the desktops was last named, as far as that is later than `since`.
pub(super) async fn recently(
    transaction: &mut Transaction,
    project_id: &str,
    ids: &[DesktopId],
    since: Timestamp,
) -> Result<BTreeMap<DesktopId, Timestamp>, StoreError> {
    let mut named = BTreeMap::new();
    for ids in ids.chunks(IDS) {
        let statement =
            query("SELECT desktop_id, named_at FROM named_desktops WHERE named_at > $1 AND project_id = $2")
                .bind(since.0)
                .bind(project_id);
        let rows: Vec<(String, i64)> = among(statement, ids).all(&mut *transaction).await?;
        for (id, at) in rows {
            named.insert(desktop("named desktop", id)?, Timestamp(at));
        }
    }
    Ok(named)
}
