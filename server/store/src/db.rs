//! The database: its connections, its migrations and its lock.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use service::ports::StoreError;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, SqlSafeStr, Sqlite, SqlitePool, Transaction};

use crate::failure::database;
use crate::folder;

/// How long a connection waits for another one's write, and a caller for a connection. Assumed because every write of
/// ours takes milliseconds; if it is wrong, a slow disk shows as an error that says so.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many reads run at once. Assumed because a read takes milliseconds and two cores serve it; if it is wrong, reads
/// queue.
const READERS: u32 = 4;

/// The database does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is not understood. It is not repeated, as an address may hold a password.
    #[error("the database's address must be sqlite: followed by the path of a file")]
    Address,
    /// Another process has the data folder.
    #[error(
        "another process uses the database {}; a data folder belongs to one process at a time",
        path.display()
    )]
    InUse {
        /// The database's file.
        path: PathBuf,
    },
    /// The folder or the lock file cannot be made.
    #[error("the data folder of {} cannot be made or written to", path.display())]
    Folder {
        /// The database's file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is no database, or cannot be read or written.
    #[error("the database {} cannot be opened", path.display())]
    Database {
        /// The database's file.
        path: PathBuf,
        /// Why.
        #[source]
        source: sqlx::Error,
    },
    /// The tables cannot be brought to what this version needs, perhaps because a newer version made them.
    #[error("the tables of the database {} do not fit this version", path.display())]
    Tables {
        /// The database's file.
        path: PathBuf,
        /// Why.
        #[source]
        source: MigrateError,
    },
    /// The tables are not those of this version, and a process that serves them may be running: they are left alone.
    #[error(
        "the tables of the database {} are of version {}, this program is of version {needed}; use the program that \
         serves them",
        path.display(), found.map_or_else(|| "none".to_owned(), |found| found.to_string())
    )]
    Version {
        /// The database's file.
        path: PathBuf,
        /// The number of the last migration that was done.
        found: Option<i64>,
        /// The number of the last migration of this version.
        needed: i64,
    },
}

/// One connection that writes, some that read, and perhaps the lock that keeps other processes out.
#[derive(Clone, Debug)]
pub(crate) struct Db {
    writer: SqlitePool,
    reader: SqlitePool,
    /// Held, never read: the lock ends when the last copy goes.
    _lock: Option<Arc<File>>,
}

impl Db {
    pub(crate) async fn open(address: &str) -> Result<Self, OpenError> {
        let path = path(address).ok_or(OpenError::Address)?;
        let no_folder = |source| OpenError::Folder { path: path.clone(), source };
        let no_database = |source| OpenError::Database { path: path.clone(), source };

        if let Some(parent) = path.parent() {
            folder::make(parent).map_err(no_folder)?;
        }
        let mut lock = path.clone().into_os_string();
        lock.push(".lock");
        let lock = folder::lock(Path::new(&lock)).map_err(no_folder)?;
        let lock = Arc::new(lock.ok_or_else(|| OpenError::InUse { path: path.clone() })?);

        let (writing, reading) = options(&path);
        let writer = pool(1).connect_with(writing.create_if_missing(true)).await.map_err(no_database)?;
        migrator().run(&writer).await.map_err(|source| OpenError::Tables { path: path.clone(), source })?;
        let reader = pool(READERS).connect_with(reading).await.map_err(no_database)?;
        Ok(Self { writer, reader, _lock: Some(lock) })
    }

    pub(crate) async fn open_beside(address: &str) -> Result<Self, OpenError> {
        let path = path(address).ok_or(OpenError::Address)?;
        let no_database = |source| OpenError::Database { path: path.clone(), source };
        let (writing, reading) = options(&path);
        let writer = pool(1).connect_with(writing).await.map_err(no_database)?;
        let found: Option<i64> = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations WHERE success")
            .fetch_one(&writer)
            .await
            .map_err(no_database)?;
        let needed = migrator().iter().map(|migration| migration.version).max().unwrap_or_default();
        if found != Some(needed) {
            return Err(OpenError::Version { path, found, needed });
        }
        let reader = pool(READERS).connect_with(reading).await.map_err(no_database)?;
        Ok(Self { writer, reader, _lock: None })
    }

    /// A transaction that may read and then write: it takes the right to write at once, as one that asks for it later
    /// fails without waiting.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(database)
    }

    /// A transaction in which everything reads as of one moment.
    pub(crate) async fn look(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.reader.begin().await.map_err(database)
    }

    /// For a single statement that writes.
    pub(crate) fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    /// For a single statement that reads.
    pub(crate) fn reader(&self) -> &SqlitePool {
        &self.reader
    }

    pub(crate) async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
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

/// The file that an address such as `sqlite:data/drydock.db` names.
fn path(address: &str) -> Option<PathBuf> {
    let rest = address.strip_prefix("sqlite:")?;
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    // A colon at the start is SQLite's way to name a database in memory, which would forget every run.
    (!rest.is_empty() && !rest.starts_with(':') && !rest.contains('?')).then(|| PathBuf::from(rest))
}

fn migrator() -> Migrator {
    let init = include_str!("../migrations/0001_init.sql").into_sql_str();
    let sign_ins = include_str!("../migrations/0002_sign_ins.sql").into_sql_str();
    Migrator::with_migrations(vec![
        Migration::new(1, "init".into(), MigrationType::Simple, init, false),
        Migration::new(2, "sign_ins".into(), MigrationType::Simple, sign_ins, false),
    ])
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

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
        let db = Db::open(&format!("sqlite:{}", folder.path().join("drydock.db").display())).await.unwrap();
        let limit = |pages: &'static str| sqlx::query(pages).execute(db.writer());
        limit("PRAGMA max_page_count = 60").await.unwrap();

        let insert = "INSERT INTO reviews (id, project_id, frozen_at, review) VALUES ($1, 'p', 0, $2)";
        let mut transaction = db.begin().await.unwrap();
        let mut failure = None;
        for number in 0..1_000 {
            let row = sqlx::query(insert).bind(number.to_string()).bind("x".repeat(4_000));
            if let Err(error) = row.execute(&mut *transaction).await {
                failure = Some(error);
                break;
            }
        }
        assert!(failure.unwrap().to_string().contains("full"));
        drop(transaction);

        limit("PRAGMA max_page_count = 1000000").await.unwrap();
        let mut transaction = db.begin().await.unwrap();
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM reviews").fetch_one(&mut *transaction).await.unwrap();
        assert_eq!(count, 0, "nothing of the transaction is left");
        sqlx::query(insert).bind("a").bind("x").execute(&mut *transaction).await.unwrap();
        transaction.commit().await.unwrap();
    }
}
