//! The database: its connections, its migrations, its lock, and how transactions begin.
//!
//! Whatever the database, one transaction writes at a time. `SQLite` can do no other; on `PostgreSQL` each takes one
//! advisory lock as it begins, and so do those of another process, such as an administrator's command. What a
//! transaction has read is therefore still so when it writes: no sign-in ends between the question whether it has ended
//! and the credential that is kept for it, nobody counts tries that another is about to add, no desktop is claimed
//! twice, and nothing has to be done again because two waited for each other. A commit takes milliseconds and a run
//! writes a few of them a second; should many processes ever share a database, this is the place to divide the lock.

mod error;
mod postgres;
mod sqlite;

use std::fs::File;
use std::sync::Arc;

use service::ports::StoreError;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{PgPool, Postgres, SqlSafeStr, Sqlite, SqlitePool};

use crate::failure::database;
use crate::statement::{On, Statement, query};
pub use error::OpenError;
use postgres::ProcessLock;

/// How many reads run at once. Assumed because a read takes milliseconds and two cores serve it; if it is wrong, reads
/// queue.
const READERS: u32 = 4;

/// One connection that writes, some that read, and perhaps the lock that keeps other processes out: held, and let go
/// with the last copy.
#[derive(Clone, Debug)]
pub(crate) enum Db {
    /// A file.
    Sqlite { writer: SqlitePool, reader: SqlitePool, _lock: Option<Arc<File>> },
    /// A server.
    Postgres { writer: PgPool, reader: PgPool, lock: Option<Arc<ProcessLock>> },
}

impl Db {
    pub(crate) async fn open(address: &str) -> Result<Self, OpenError> {
        if let Some(path) = sqlite::path(address) {
            return sqlite::open(path).await;
        }
        postgres::open(postgres::Address::parse(address).ok_or(OpenError::Address)?).await
    }

    pub(crate) async fn open_beside(address: &str) -> Result<Self, OpenError> {
        let (db, name) = if let Some(path) = sqlite::path(address) {
            let name = path.display().to_string();
            (sqlite::open_beside(&path).await?, name)
        } else {
            let address = postgres::Address::parse(address).ok_or(OpenError::Address)?;
            let name = address.name.clone();
            (postgres::open_beside(address).await?, name)
        };
        let (found,): (Option<i64>,) = query("SELECT MAX(version) FROM _sqlx_migrations WHERE success")
            .one(db.reader())
            .await
            .map_err(|source| OpenError::Unread { database: name.clone(), source })?;
        let needed = migrator().iter().map(|migration| migration.version).max().unwrap_or_default();
        if found == Some(needed) { Ok(db) } else { Err(OpenError::Version { database: name, found, needed }) }
    }

    /// A transaction that may read and then write: it takes the right to write at once, as one that asks for it later
    /// fails without waiting, or has read what is so no more.
    pub(crate) async fn begin(&self) -> Result<Transaction, StoreError> {
        match self {
            Self::Sqlite { writer, .. } => {
                writer.begin_with("BEGIN IMMEDIATE").await.map(Transaction::Sqlite).map_err(database)
            }
            Self::Postgres { writer, .. } => {
                let transaction = postgres::begin(writer, "BEGIN").await.map_err(database)?;
                let mut transaction = Transaction::Postgres(transaction);
                query("SELECT pg_advisory_xact_lock($1)").bind(postgres::WRITING).execute(&mut transaction).await?;
                Ok(transaction)
            }
        }
    }

    /// A transaction in which everything reads as of one moment.
    pub(crate) async fn look(&self) -> Result<Transaction, StoreError> {
        match self {
            Self::Sqlite { reader, .. } => reader.begin().await.map(Transaction::Sqlite),
            Self::Postgres { reader, .. } => postgres::begin(reader, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                .await
                .map(Transaction::Postgres),
        }
        .map_err(database)
    }

    /// Performs a single statement that writes, and says how many rows it changed.
    pub(crate) async fn write(&self, statement: Statement) -> Result<u64, StoreError> {
        if let Self::Sqlite { writer, .. } = self {
            return statement.execute(On::SqlitePool(writer)).await;
        }
        let mut transaction = self.begin().await?;
        let changed = statement.execute(&mut transaction).await?;
        transaction.commit().await?;
        Ok(changed)
    }

    /// For a single statement that reads.
    pub(crate) fn reader(&self) -> On<'_> {
        match self {
            Self::Sqlite { reader, .. } => On::SqlitePool(reader),
            Self::Postgres { reader, .. } => On::PostgresPool(reader),
        }
    }

    /// Whether the database answers, and whether it is still this process's own.
    pub(crate) async fn ping(&self) -> Result<(), StoreError> {
        query("SELECT 1").execute(self.reader()).await?;
        match self {
            Self::Postgres { lock: Some(lock), .. } => lock.hold().await.map_err(database),
            _ => Ok(()),
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { writer, reader, .. } => {
                reader.close().await;
                writer.close().await;
            }
            Self::Postgres { writer, reader, lock } => {
                reader.close().await;
                writer.close().await;
                if let Some(lock) = lock {
                    lock.release().await;
                }
            }
        }
    }
}

/// What is written whole or not at all: nothing, unless it is committed.
#[derive(Debug)]
pub(crate) enum Transaction {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Transaction {
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await,
            Self::Postgres(transaction) => transaction.commit().await,
        }
        .map_err(database)
    }
}

impl<'a> From<&'a mut Transaction> for On<'a> {
    fn from(transaction: &'a mut Transaction) -> Self {
        match transaction {
            Transaction::Sqlite(transaction) => On::Sqlite(transaction),
            Transaction::Postgres(transaction) => On::Postgres(transaction),
        }
    }
}

fn migrator() -> Migrator {
    let init = include_str!("../migrations/0001_init.sql").into_sql_str();
    let sign_ins = include_str!("../migrations/0002_sign_ins.sql").into_sql_str();
    let follow_ups = include_str!("../migrations/0003_follow_ups.sql").into_sql_str();
    Migrator::with_migrations(vec![
        Migration::new(1, "init".into(), MigrationType::Simple, init, false),
        Migration::new(2, "sign_ins".into(), MigrationType::Simple, sign_ins, false),
        Migration::new(3, "follow_ups".into(), MigrationType::Simple, follow_ups, false),
    ])
}
