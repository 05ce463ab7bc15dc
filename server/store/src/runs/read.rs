//! Runs as they were written.

use domain::project::Project;
use domain::time::Timestamp;
use service::ports::{RunKey, RunSummary, StoreError, StoredRun};
use service::secret::CredentialId;

use super::rows::mode_of;
use crate::db::Db;
use crate::failure::{from_json, number};
use crate::statement::query;

/// A run's row, as [`summary`] takes it.
type Row = (String, i64, String, String, String, String, String, i64, Option<i64>, String, String, Option<String>);

macro_rules! select_summary {
    ($rest:literal) => {
        concat!(
            "SELECT project_id, number, project_name, project_region, mode, operator, request, started_at, ended_at,
                    phase, counts, credential_id
             FROM runs WHERE ",
            $rest
        )
    };
}

/// Every run that is not over, oldest first.
pub(super) async fn open_runs(db: &Db) -> Result<Vec<RunSummary>, StoreError> {
    let rows: Vec<Row> =
        query(select_summary!("ended_at IS NULL ORDER BY started_at, project_id, number")).all(db.reader()).await?;
    let readable = |row: Row| {
        let (project_id, number) = (row.0.clone(), row.1);
        summary(row).inspect_err(|error| tracing::error!(project_id, number, %error, "an open run cannot be read")).ok()
    };
    Ok(rows.into_iter().filter_map(readable).collect())
}

/// One run with its rows, as of one moment.
pub(super) async fn run(db: &Db, key: &RunKey) -> Result<Option<StoredRun>, StoreError> {
    let run = i64::from(key.number);
    let mut transaction = db.look().await?;
    let row: Option<Row> = query(select_summary!("project_id = $1 AND number = $2"))
        .bind(&key.project_id)
        .bind(run)
        .optional(&mut transaction)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let (head,): (String,) = query("SELECT head FROM runs WHERE project_id = $1 AND number = $2")
        .bind(&key.project_id)
        .bind(run)
        .one(&mut transaction)
        .await?;
    let states: Vec<(String,)> =
        query("SELECT state FROM run_desktops WHERE project_id = $1 AND number = $2 ORDER BY position")
            .bind(&key.project_id)
            .bind(run)
            .all(&mut transaction)
            .await?;
    drop(transaction);
    Ok(Some(StoredRun {
        summary: summary(row)?,
        head: from_json("run", &head)?,
        desktops: states.iter().map(|(state,)| from_json("desktop of a run", state)).collect::<Result<_, _>>()?,
    }))
}

/// The project's runs, newest first, and how many there are.
pub(super) async fn history(
    db: &Db,
    project_id: &str,
    offset: u32,
    limit: u32,
) -> Result<(Vec<RunSummary>, u32), StoreError> {
    let mut transaction = db.look().await?;
    let (count,): (i64,) =
        query("SELECT COUNT(*) FROM runs WHERE project_id = $1").bind(project_id).one(&mut transaction).await?;
    let rows: Vec<Row> = query(select_summary!("project_id = $1 ORDER BY number DESC LIMIT $2 OFFSET $3"))
        .bind(project_id)
        .bind(i64::from(limit))
        .bind(i64::from(offset))
        .all(&mut transaction)
        .await?;
    drop(transaction);
    Ok((rows.into_iter().map(summary).collect::<Result<_, _>>()?, number("count of runs", count)?))
}

fn summary(row: Row) -> Result<RunSummary, StoreError> {
    let (project_id, run, project, region, mode, operator, request, started_at, ended_at, phase, counts, credential) =
        row;
    Ok(RunSummary {
        key: RunKey { project_id: project_id.clone(), number: number("run", run)? },
        project: Project { id: project_id, name: project, region },
        mode: mode_of(&mode)?,
        operator: from_json("operator of a run", &operator)?,
        request: from_json("request of a run", &request)?,
        started_at: Timestamp(started_at),
        ended_at: ended_at.map(Timestamp),
        phase: from_json("phase of a run", &phase)?,
        counts: from_json("counts of a run", &counts)?,
        credential: credential.map(CredentialId),
    })
}
