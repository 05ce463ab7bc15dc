//! The databases under test: a file, and a database of its own on the server that [`SERVER`] names.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool, SqlitePool};
use store::{SealingKeys, Store};
use tempfile::TempDir;

use crate::support::KEY;

/// Names a `PostgreSQL` server that asks for a password, with a user who may make databases, as
/// `postgres://USER:PASSWORD@HOST:PORT`. `cargo xtask test` starts one. Where the variable is missing, the tests run on
/// `SQLite` alone and say so.
const SERVER: &str = "TEST_POSTGRES";

/// One database under test. The second way in is for what no port shows.
pub struct Database {
    pub store: Store,
    back_door: BackDoor,
    place: Place,
}

#[derive(Clone)]
enum BackDoor {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// Where the database is: gone when this goes.
pub enum Place {
    Folder(TempDir),
    Server(Own),
}

/// A database on the server.
pub struct Own {
    server: String,
    name: String,
}

/// A fresh one of every kind of database.
pub async fn databases() -> Vec<Database> {
    let mut databases = vec![Database::open(Place::Folder(tempfile::tempdir().unwrap()), KEY).await];
    if let Some(own) = Own::make("ENCODING 'UTF8'").await {
        databases.push(Database::open(Place::Server(own), KEY).await);
    }
    databases
}

impl Database {
    async fn open(place: Place, key: &str) -> Self {
        let store = Store::open(&place.url(), &SealingKeys::parse(key).unwrap()).await.unwrap();
        let back_door = match &place {
            Place::Folder(_) => BackDoor::Sqlite(SqlitePool::connect(&place.url()).await.unwrap()),
            Place::Server(_) => BackDoor::Postgres(PgPool::connect(&place.url()).await.unwrap()),
        };
        Self { store, back_door, place }
    }

    pub fn url(&self) -> String {
        self.place.url()
    }

    /// What another process finds, with that key, after this one was lost: nothing is closed before.
    pub async fn after_crash(self, key: &str) -> Self {
        let Self { store, back_door, place } = self;
        drop((store, back_door));
        Self::open(place, key).await
    }

    /// Performs a statement that no port offers.
    pub async fn perform(&self, statement: &str) {
        let statement = sqlx::raw_sql(AssertSqlSafe(statement.to_owned()));
        match &self.back_door {
            BackDoor::Sqlite(pool) => drop(statement.execute(pool).await.unwrap()),
            BackDoor::Postgres(pool) => drop(statement.execute(pool).await.unwrap()),
        }
    }

    /// A number that no port shows.
    pub async fn number(&self, question: &'static str) -> i64 {
        match &self.back_door {
            BackDoor::Sqlite(pool) => sqlx::query_scalar(question).fetch_one(pool).await.unwrap(),
            BackDoor::Postgres(pool) => sqlx::query_scalar(question).fetch_one(pool).await.unwrap(),
        }
    }

    /// The audit log: action and run of every line.
    pub async fn audit(&self) -> Vec<(String, Option<i64>)> {
        let question = "SELECT action, run FROM audit ORDER BY seq";
        match &self.back_door {
            BackDoor::Sqlite(pool) => sqlx::query_as(question).fetch_all(pool).await.unwrap(),
            BackDoor::Postgres(pool) => sqlx::query_as(question).fetch_all(pool).await.unwrap(),
        }
    }

    /// Lets the write of a desktop's row or claim fail, as a full disk does.
    pub async fn fail_at(&self, desktop: &'static str) {
        if let BackDoor::Postgres(_) = self.back_door {
            let function = "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
                            $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$";
            self.perform(function).await;
        }
        let action = match self.back_door {
            BackDoor::Sqlite(_) => "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
            BackDoor::Postgres(_) => "EXECUTE FUNCTION fail()",
        };
        for table in ["claims", "run_desktops"] {
            let rows = if matches!(self.back_door, BackDoor::Postgres(_)) { "FOR EACH ROW" } else { "" };
            self.perform(&format!(
                "CREATE TRIGGER fail_{table} BEFORE INSERT ON {table} {rows} WHEN (NEW.desktop_id = '{desktop}') {action}"
            ))
            .await;
        }
    }

    pub async fn fail_no_more(&self) {
        let statement = match self.back_door {
            BackDoor::Sqlite(_) => "DROP TRIGGER fail_claims; DROP TRIGGER fail_run_desktops",
            BackDoor::Postgres(_) => "DROP FUNCTION fail CASCADE",
        };
        self.perform(statement).await;
    }

    /// Cuts every connection of the store, as a restart of the server does. `false` where there is no server.
    pub async fn cut(&self) -> bool {
        let BackDoor::Postgres(_) = self.back_door else { return false };
        self.perform(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'drydock'",
        )
        .await;
        true
    }

    /// Everything that the database keeps, by file or by table.
    pub async fn contents(&self) -> Vec<(String, Vec<u8>)> {
        match (&self.place, &self.back_door) {
            (Place::Folder(folder), _) => {
                let entries = std::fs::read_dir(folder.path()).unwrap();
                let paths = entries.map(|entry| entry.unwrap().path());
                paths.map(|path| (path.display().to_string(), std::fs::read(path).unwrap())).collect()
            }
            (_, BackDoor::Postgres(pool)) => {
                let tables = "SELECT CAST(relname AS TEXT) FROM pg_stat_user_tables ORDER BY relname";
                let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(pool).await.unwrap();
                let mut contents = Vec::new();
                for table in tables {
                    let rows = AssertSqlSafe(format!("SELECT CAST(kept AS TEXT) FROM {table} AS kept"));
                    let rows: Vec<String> = sqlx::query_scalar(rows).fetch_all(pool).await.unwrap();
                    contents.push((table, rows.join("\n").into_bytes()));
                }
                contents
            }
            (Place::Server(_), BackDoor::Sqlite(_)) => unreachable!("a server is no file"),
        }
    }
}

impl Place {
    fn url(&self) -> String {
        match self {
            Self::Folder(folder) => format!("sqlite:{}", folder.path().join("drydock.db").display()),
            Self::Server(own) => own.url(),
        }
    }
}

impl Own {
    /// Makes a database, where there is a server.
    pub async fn make(encoding: &str) -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let Ok(server) = std::env::var(SERVER) else {
            eprintln!("PostgreSQL is left out: {SERVER} names no server (cargo xtask test starts one)");
            return None;
        };
        let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let own = Self { server, name };
        let statement =
            format!("CREATE DATABASE {} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C' {encoding}", own.name);
        own.perform(statement).await;
        Some(own)
    }

    pub fn url(&self) -> String {
        format!("{}/{}", self.server.trim_end_matches('/'), self.name)
    }

    async fn perform(&self, statement: String) {
        let url = format!("{}/postgres", self.server.trim_end_matches('/'));
        let mut connection = PgConnection::connect(&url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }
}

impl Drop for Own {
    /// Where a test fails, too. It cannot wait in the test's own runtime.
    fn drop(&mut self) {
        let statement = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(self.perform(statement));
            });
        });
    }
}
