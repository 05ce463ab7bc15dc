//! When a PUT of any run last named a desktop.

use std::collections::BTreeMap;

use domain::desktop::DesktopId;
use domain::time::Timestamp;
use service::ports::StoreError;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::rows::{IDS, ROWS, desktop, push_ids};
use crate::failure::database;

/// Notes that the desktops were named at that moment. A later moment that is known already stays.
pub(super) async fn note(
    connection: &mut SqliteConnection,
    project_id: &str,
    ids: &[DesktopId],
    at: Timestamp,
) -> Result<(), StoreError> {
    for ids in ids.chunks(ROWS) {
        let mut query = QueryBuilder::<Sqlite>::new("INSERT INTO named_desktops (project_id, desktop_id, named_at) ");
        query.push_values(ids, |mut row, id| {
            row.push_bind(project_id).push_bind(id.as_str()).push_bind(at.0);
        });
        query.push(
            " ON CONFLICT (project_id, desktop_id) DO UPDATE SET named_at = excluded.named_at
              WHERE excluded.named_at > named_desktops.named_at",
        );
        query.build().execute(&mut *connection).await.map_err(database)?;
    }
    Ok(())
}

/// When each of the desktops was last named, as far as that is later than `since`.
pub(super) async fn recently(
    connection: &mut SqliteConnection,
    project_id: &str,
    ids: &[DesktopId],
    since: Timestamp,
) -> Result<BTreeMap<DesktopId, Timestamp>, StoreError> {
    let mut named = BTreeMap::new();
    for ids in ids.chunks(IDS) {
        let mut query =
            QueryBuilder::<Sqlite>::new("SELECT desktop_id, named_at FROM named_desktops WHERE named_at > ");
        query.push_bind(since.0).push(" AND project_id = ").push_bind(project_id);
        push_ids(&mut query, ids);
        let rows: Vec<(String, i64)> = query.build_query_as().fetch_all(&mut *connection).await.map_err(database)?;
        for (id, at) in rows {
            named.insert(desktop("named desktop", id)?, Timestamp(at));
        }
    }
    Ok(named)
}
