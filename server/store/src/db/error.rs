//! Why a database does not open.

use std::path::PathBuf;

use service::ports::StoreError;
use sqlx::migrate::MigrateError;

/// The database does not open. `database` is the path of its file, or its server and name: never its whole address, as
/// that may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is not understood.
    #[error(
        "the database's address must be sqlite: followed by the path of a file, or \
         postgres://USER:PASSWORD@HOST:PORT/NAME, where sslmode, sslrootcert, sslcert, sslkey, host and user may follow \
         a question mark"
    )]
    Address,
    /// Another process has the database.
    #[error("another process uses the database {database}; it belongs to one process at a time")]
    InUse {
        /// Which.
        database: String,
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
    /// It is no database, or it cannot be reached, read or written.
    #[error("the database {database} cannot be opened")]
    Database {
        /// Which.
        database: String,
        /// Why.
        #[source]
        source: sqlx::Error,
    },
    /// It does not tell of which version its tables are.
    #[error("the database {database} cannot be opened")]
    Unread {
        /// Which.
        database: String,
        /// Why.
        #[source]
        source: StoreError,
    },
    /// A database on a server that does not keep every letter.
    #[error(
        "the database {database} keeps text as {found}; it must be made with UTF8, as by \
         CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
    )]
    Encoding {
        /// Which.
        database: String,
        /// Its encoding.
        found: String,
    },
    /// The tables cannot be brought to what this version needs, perhaps because a newer version made them.
    #[error("the tables of the database {database} do not fit this version")]
    Tables {
        /// Which.
        database: String,
        /// Why.
        #[source]
        source: MigrateError,
    },
    /// The tables are not those of this version, and a process that serves them may be running: they are left alone.
    #[error(
        "the tables of the database {database} are of version {}, this program is of version {needed}; use the program \
         that serves them",
        found.map_or_else(|| "none".to_owned(), |found| found.to_string())
    )]
    Version {
        /// Which.
        database: String,
        /// The number of the last migration that was done.
        found: Option<i64>,
        /// The number of the last migration of this version.
        needed: i64,
    },
}
