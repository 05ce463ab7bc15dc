//! Many rows at a time: the desktops of a run and its claims.

use domain::desktop::DesktopId;
use domain::maintenance::Mode;
use domain::maintenance::run::RunDesktop;
use domain::operator::Operator;
use service::ports::{Held, RunKey, StoreError};

use crate::db::Transaction;
use crate::failure::{from_json, number, to_json};
use crate::statement::{Statement, query};

/// How many rows one statement writes: with five columns 500 parameters, far below what any database takes.
pub(super) const ROWS: usize = 100;

/// How many ids one statement asks for.
pub(super) const IDS: usize = 400;

/// A row of a run, ready to be written: position, desktop and state.
pub(super) type Ready<'a> = (i64, &'a str, String);

/// Turns rows to JSON before any transaction begins, so that nobody waits for it.
pub(super) fn ready(rows: &[(u32, RunDesktop)]) -> Result<Vec<Ready<'_>>, StoreError> {
    rows.iter().map(|(position, row)| Ok((i64::from(*position), row.id.as_str(), to_json(row)?))).collect()
}

/// Writes rows of a run, over those that stand at the same position.
pub(super) async fn write(transaction: &mut Transaction, key: &RunKey, rows: &[Ready<'_>]) -> Result<(), StoreError> {
    for rows in rows.chunks(ROWS) {
        query("INSERT INTO run_desktops (project_id, number, position, desktop_id, state) VALUES ")
            .lists(rows.iter().map(|(position, id, state)| {
                let run = i64::from(key.number);
                [(&key.project_id).into(), run.into(), (*position).into(), (*id).into(), state.into()]
            }))
            .then(" ON CONFLICT (project_id, number, position) DO UPDATE SET state = excluded.state")
            .execute(&mut *transaction)
            .await?;
    }
    Ok(())
}

/// The name under which the runs of a project are counted.
pub(super) fn counter(project_id: &str) -> String {
    format!("runs/{project_id}")
}

/// Whoever claims desktops of one project waits here for the others, so that what is asked afterwards still holds when
/// it is written. Gives the number of the last run.
pub(super) async fn take_turns(transaction: &mut Transaction, project_id: &str) -> Result<i64, StoreError> {
    let (last,): (i64,) = query(
        "INSERT INTO counters (name, last) VALUES ($1, 0)
         ON CONFLICT (name) DO UPDATE SET last = counters.last RETURNING last",
    )
    .bind(&counter(project_id))
    .one(transaction)
    .await?;
    Ok(last)
}

/// Takes claims for a run. Fails where one is taken: ask [`held`] first, in the same transaction.
pub(super) async fn claim(transaction: &mut Transaction, key: &RunKey, ids: &[DesktopId]) -> Result<(), StoreError> {
    for ids in ids.chunks(ROWS) {
        query("INSERT INTO claims (project_id, desktop_id, number) VALUES ")
            .lists(ids.iter().map(|id| [(&key.project_id).into(), id.as_str().into(), i64::from(key.number).into()]))
            .execute(&mut *transaction)
            .await?;
    }
    Ok(())
}

/// Ends the run's claims on some desktops. Claims of other runs stay.
pub(super) async fn release(transaction: &mut Transaction, key: &RunKey, ids: &[DesktopId]) -> Result<(), StoreError> {
    for ids in ids.chunks(IDS) {
        let statement = query("DELETE FROM claims WHERE project_id = $1 AND number = $2");
        among(statement.bind(&key.project_id).bind(i64::from(key.number)), ids).execute(&mut *transaction).await?;
    }
    Ok(())
}

/// Ends every claim of the run.
pub(super) async fn release_all(transaction: &mut Transaction, key: &RunKey) -> Result<(), StoreError> {
    query("DELETE FROM claims WHERE project_id = $1 AND number = $2")
        .bind(&key.project_id)
        .bind(i64::from(key.number))
        .execute(transaction)
        .await?;
    Ok(())
}

/// Which of the desktops an open run holds, by id.
pub(super) async fn held(
    transaction: &mut Transaction,
    project_id: &str,
    ids: &[DesktopId],
) -> Result<Vec<Held>, StoreError> {
    let mut held = Vec::new();
    for ids in ids.chunks(IDS) {
        let statement = query(
            "SELECT claims.desktop_id, claims.number, runs.mode, runs.operator
             FROM claims JOIN runs ON runs.project_id = claims.project_id AND runs.number = claims.number
             WHERE claims.project_id = $1",
        );
        let rows: Vec<(String, i64, String, String)> =
            among(statement.bind(project_id), ids).all(&mut *transaction).await?;
        for (id, run, mode, operator) in rows {
            held.push(Held {
                desktop: desktop("claim", id)?,
                run: number("claim", run)?,
                mode: mode_of(&mode)?,
                operator: from_json::<Operator>("operator of a run", &operator)?,
            });
        }
    }
    held.sort_by(|one, other| one.desktop.cmp(&other.desktop));
    Ok(held)
}

/// Narrows a statement to some desktops.
pub(super) fn among(statement: Statement, ids: &[DesktopId]) -> Statement {
    statement.then(" AND desktop_id IN ").list(ids.iter().map(|id| id.as_str().into()))
}

pub(super) fn desktop(what: &'static str, id: String) -> Result<DesktopId, StoreError> {
    DesktopId::try_from(id).map_err(|_| StoreError::Unreadable { what })
}

/// A mode as the database has it.
pub(super) fn word(mode: Mode) -> &'static str {
    match mode {
        Mode::Enter => "enter",
        Mode::Leave => "leave",
    }
}

/// The mode that a word of the database means.
pub(super) fn mode_of(word: &str) -> Result<Mode, StoreError> {
    [Mode::Enter, Mode::Leave]
        .into_iter()
        .find(|mode| self::word(*mode) == word)
        .ok_or(StoreError::Unreadable { what: "mode of a run" })
}
