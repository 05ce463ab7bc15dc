//! A database that is a file.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::{Db, OpenError, READERS, migrator};
use crate::folder;

/// How long a connection waits for another one's write, and a caller for a connection. Assumed because every write of
/// ours takes milliseconds; if it is wrong, a slow disk shows as an error that says so.
const PATIENCE: Duration = Duration::from_secs(5);

/// The file that an address such as `sqlite:data/drydock.db` names.
pub(super) fn path(address: &str) -> Option<PathBuf> {
    let rest = address.strip_prefix("sqlite:")?;
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    // A colon at the start is SQLite's way to name a database in memory, which would forget every run.
    (!rest.is_empty() && !rest.starts_with(':') && !rest.contains('?')).then(|| PathBuf::from(rest))
}

/// Opens the file for this process alone, makes it where it is missing, and brings its tables up to this version.
pub(super) async fn open(path: PathBuf) -> Result<Db, OpenError> {
    let database = || path.display().to_string();
    let no_folder = |source| OpenError::Folder { path: path.clone(), source };
    let no_database = |source| OpenError::Database { database: database(), source };

    if let Some(parent) = path.parent() {
        folder::make(parent).map_err(no_folder)?;
    }
    let mut lock = path.clone().into_os_string();
    lock.push(".lock");
    let lock = folder::lock(Path::new(&lock)).map_err(no_folder)?;
    let lock = Arc::new(lock.ok_or_else(|| OpenError::InUse { database: database() })?);

    let (writing, reading) = options(&path);
    let writer = pool(1).connect_with(writing.create_if_missing(true)).await.map_err(no_database)?;
    migrator().run(&writer).await.map_err(|source| OpenError::Tables { database: database(), source })?;
    let reader = pool(READERS).connect_with(reading).await.map_err(no_database)?;
    Ok(Db::Sqlite { writer, reader, _lock: Some(lock) })
}

/// Opens the file as it is, without its lock.
pub(super) async fn open_beside(path: &Path) -> Result<Db, OpenError> {
    let no_database = |source| OpenError::Database { database: path.display().to_string(), source };
    let (writing, reading) = options(path);
    let writer = pool(1).connect_with(writing).await.map_err(no_database)?;
    let reader = pool(READERS).connect_with(reading).await.map_err(no_database)?;
    Ok(Db::Sqlite { writer, reader, _lock: None })
}

/// How a connection that writes is opened, and one that reads.
fn options(path: &Path) -> (SqliteConnectOptions, SqliteConnectOptions) {
    let options = SqliteConnectOptions::new().filename(path).foreign_keys(true).busy_timeout(PATIENCE);
    let writing = options.clone().journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
    (writing, options.read_only(true))
}

/// A full disk makes SQLite end a transaction on its own, and sqlx then believes for ever that it is inside: such a
/// connection is thrown away before anybody gets it.
fn pool(size: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(size)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;
    use crate::statement::{On, query};

    #[test]
    fn an_address_names_a_file() {
        for (address, expected) in [
            ("sqlite:data/drydock.db", Some("data/drydock.db")),
            ("sqlite:///var/lib/drydock.db", Some("/var/lib/drydock.db")),
            ("sqlite:drydock.db", Some("drydock.db")),
            ("sqlite:", None),
            ("sqlite::memory:", None),
            ("sqlite:drydock.db?mode=ro", None),
            ("postgres://drydock:secret@db/drydock", None),
            ("drydock.db", None),
        ] {
            assert_eq!(path(address), expected.map(PathBuf::from), "{address}");
        }
    }

    #[tokio::test]
    async fn a_full_disk_loses_the_transaction_and_not_the_writer() {
        let folder = tempfile::tempdir().unwrap();
        let db = open(folder.path().join("drydock.db")).await.unwrap();
        let Db::Sqlite { writer, .. } = &db else { unreachable!() };
        let limit = |pages: &'static str| query(pages).execute(On::SqlitePool(writer));
        limit("PRAGMA max_page_count = 60").await.unwrap();

        let insert = "INSERT INTO reviews (id, project_id, frozen_at, review) VALUES ($1, 'p', 0, $2)";
        let mut transaction = db.begin().await.unwrap();
        let mut failure = None;
        for number in 0..1_000 {
            let row = query(insert).bind(&number.to_string()).bind(&"x".repeat(4_000));
            if let Err(error) = row.execute(&mut transaction).await {
                failure = Some(error);
                break;
            }
        }
        assert!(format!("{:?}", failure.unwrap()).contains("full"));
        drop(transaction);

        limit("PRAGMA max_page_count = 1000000").await.unwrap();
        let mut transaction = db.begin().await.unwrap();
        let (count,): (i64,) = query("SELECT COUNT(*) FROM reviews").one(&mut transaction).await.unwrap();
        assert_eq!(count, 0, "nothing of the transaction is left");
        query(insert).bind("a").bind("x").execute(&mut transaction).await.unwrap();
        transaction.commit().await.unwrap();
    }
}
