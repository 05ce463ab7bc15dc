//! A database on a server.

use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, PgPool, Postgres, Transaction};
use tokio::sync::Mutex;
use url::Url;

use super::{Db, OpenError, READERS, migrator};

/// The advisory lock that a process holds for as long as it serves the database. These locks are of one database each.
const SERVING: i64 = 0x6472_7964_6f63_6b01;

/// The advisory lock that a transaction holds while it may write.
pub(super) const WRITING: i64 = 0x6472_7964_6f63_6b02;

/// How long a transaction waits for another one's write, and a caller for a connection. Assumed because every write of
/// ours takes milliseconds; if it is wrong, a slow server shows as an error that says so.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a starting process waits for the one before it to be gone, as the server may learn of its end after the next
/// one has started. If it is wrong, the start fails and says that another process is there.
const HANDOVER: &str = "900ms";

/// What every connection asks of the server: to let nobody wait longer than [`PATIENCE`] for a lock, to perform no
/// statement for longer than half a minute (ours take milliseconds; the tables are brought up to date without that
/// limit), to end a transaction whose process stands still, and to notice within a minute that a process, or the way to
/// it, is gone.
const SETTINGS: [(&str, &str); 6] = [
    ("lock_timeout", "5s"),
    ("statement_timeout", "30s"),
    ("idle_in_transaction_session_timeout", "30s"),
    ("tcp_keepalives_idle", "30"),
    ("tcp_keepalives_interval", "10"),
    ("tcp_keepalives_count", "3"),
];

/// What may follow the question mark. All else is refused: sqlx would write it to the log, be it a mistyped password.
const PARAMETERS: [&str; 7] = ["sslmode", "sslrootcert", "sslcert", "sslkey", "host", "user", "application_name"];

/// Where a database is, and how to get in.
pub(super) struct Address {
    /// How to say which database it is: without the password.
    pub(super) name: String,
    options: PgConnectOptions,
}

impl Address {
    /// Reads an address such as `postgres://drydock:secret@db.example/drydock?sslmode=verify-full`.
    pub(super) fn parse(address: &str) -> Option<Self> {
        if !["postgres://", "postgresql://"].iter().any(|start| address.starts_with(start)) {
            return None;
        }
        let url = Url::parse(address).ok()?;
        if url.query_pairs().any(|(key, _)| !PARAMETERS.contains(&&*key)) || url.fragment().is_some() {
            return None;
        }
        let options = PgConnectOptions::from_url(&url).ok()?;
        let database = options.get_database().unwrap_or_else(|| options.get_username());
        let name = match options.get_socket() {
            Some(folder) => format!("{database} at {}", folder.display()),
            None => format!("{database} at {}:{}", options.get_host(), options.get_port()),
        };
        let named = options.get_application_name().is_some();
        let options = if named { options } else { options.application_name("drydock") };
        Some(Self { name, options: options.options(SETTINGS) })
    }

    fn fails(&self, source: sqlx::Error) -> OpenError {
        OpenError::Database { database: self.name.clone(), source }
    }

    /// A pool would try for [`PATIENCE`] where nobody listens.
    async fn connect(&self) -> Result<PgConnection, OpenError> {
        self.options.connect().await.map_err(|source| self.fails(source))
    }

    fn pools(self, lock: Option<Arc<ProcessLock>>) -> Db {
        let pool = |size: u32| {
            let pool = PgPoolOptions::new().max_connections(size).acquire_timeout(PATIENCE);
            pool.connect_lazy_with(self.options.clone())
        };
        Db::Postgres { writer: pool(1), reader: pool(READERS), lock }
    }
}

/// Opens the database for this process alone, and brings its tables up to this version.
pub(super) async fn open(address: Address) -> Result<Db, OpenError> {
    let mut connection = lock(&address).await?;
    let (found,): (String,) = sqlx::query_as("SHOW server_encoding")
        .fetch_one(&mut connection)
        .await
        .map_err(|source| address.fails(source))?;
    if found != "UTF8" {
        return Err(OpenError::Encoding { database: address.name, found });
    }
    migrate(&mut connection).await.map_err(|source| OpenError::Tables { database: address.name.clone(), source })?;
    let lock = ProcessLock {
        address: Address { name: address.name.clone(), options: address.options.clone() },
        connection: Mutex::new(Some(connection)),
    };
    Ok(address.pools(Some(Arc::new(lock))))
}

/// Opens the database as it is, while another process may serve it.
pub(super) async fn open_beside(address: Address) -> Result<Db, OpenError> {
    // The answer is all that is wanted of it.
    drop(address.connect().await?);
    Ok(address.pools(None))
}

async fn migrate(connection: &mut PgConnection) -> Result<(), MigrateError> {
    sqlx::raw_sql("SET statement_timeout = 0").execute(&mut *connection).await?;
    migrator().run(&mut *connection).await?;
    sqlx::raw_sql("RESET statement_timeout").execute(connection).await?;
    Ok(())
}

/// Begins a transaction. A caller who goes away while the server is asked to would leave a connection behind of which
/// sqlx does not know that it is inside a transaction, and what is done next on it would see what was so long ago: so it
/// is begun on its own, and ends by itself where nobody waits for it any more.
pub(super) async fn begin(
    pool: &PgPool,
    statement: &'static str,
) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let pool = pool.clone();
    tokio::spawn(async move { pool.begin_with(statement).await }).await.map_err(|_| sqlx::Error::WorkerCrashed)?
}

/// What keeps other processes from serving the same database: an advisory lock, and the connection that holds it.
pub(crate) struct ProcessLock {
    address: Address,
    connection: Mutex<Option<PgConnection>>,
}

impl ProcessLock {
    /// Sees to it that the lock is held: where the connection was cut, as by a restart of the server, it is taken again.
    ///
    /// # Errors
    /// [`OpenError::InUse`] where another process took it meanwhile.
    pub(super) async fn hold(&self) -> Result<(), OpenError> {
        let mut held = self.connection.lock().await;
        if let Some(connection) = held.as_mut()
            && connection.ping().await.is_ok()
        {
            return Ok(());
        }
        // Of a connection that is cut the server may not know yet; its end of it goes first.
        drop(held.take());
        *held = Some(lock(&self.address).await?);
        Ok(())
    }

    pub(super) async fn release(&self) {
        if let Some(connection) = self.connection.lock().await.take() {
            // The server lets the lock go with the connection, however that ends.
            let _ = connection.close().await;
        }
    }
}

impl std::fmt::Debug for ProcessLock {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("ProcessLock").field("database", &self.address.name).finish_non_exhaustive()
    }
}

/// A connection that holds the lock on the whole database.
async fn lock(address: &Address) -> Result<PgConnection, OpenError> {
    /// <https://www.postgresql.org/docs/15/errcodes-appendix.html>: `lock_not_available`.
    const TAKEN: &str = "55P03";

    let mut connection = address.connect().await?;
    let wait = format!("SET lock_timeout = '{HANDOVER}'; SELECT pg_advisory_lock({SERVING}); RESET lock_timeout");
    match sqlx::raw_sql(AssertSqlSafe(wait)).execute(&mut connection).await {
        Ok(_) => Ok(connection),
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(TAKEN) => {
            Err(OpenError::InUse { database: address.name.clone() })
        }
        Err(error) => Err(address.fails(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_database_without_its_password() {
        for (address, expected) in [
            ("postgres://drydock:canary@db.example/dock", Some("dock at db.example:5432")),
            ("postgresql://drydock:canary@db.example:6432/dock?sslmode=verify-full", Some("dock at db.example:6432")),
            ("postgres://drydock:canary@[::1]/dock", Some("dock at [::1]:5432")),
            ("postgres:///dock?host=/run/postgresql&user=drydock", Some("dock at /run/postgresql")),
            ("postgres://drydock:canary@/dock?host=/run/postgresql", None),
            ("postgres://drydock:canary@db.example/dock?sslmode=canary", None),
            ("postgres://drydock@db.example/dock?passwrod=canary", None),
            ("postgres://drydock:canary#@db.example/dock", None),
            ("postgres:canary", None),
            ("postgres:/canary", None),
            ("mysql://drydock:canary@db.example/dock", None),
            ("", None),
        ] {
            let parsed = Address::parse(address).map(|address| address.name);
            assert_eq!(parsed.as_deref(), expected, "{address}");
        }
    }
}
