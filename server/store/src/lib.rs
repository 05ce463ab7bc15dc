//! Adapter for the ports that must survive the process (runs, credentials, failed sign-ins, the audit log), and the session
//! store: one SQL text over TEXT and BIGINT columns, one folder of migrations, on `SQLite` or on `PostgreSQL`.
//!
//! Nothing secret lies here in the clear: cloud tokens and session records are sealed with [`SealingKeys`], and a
//! session's row is found by the SHA-256 of its cookie. Every change is one transaction: whole, or not at all.

mod administration;
mod audit;
mod counter;
mod credentials;
mod db;
mod failure;
mod folder;
mod keys;
mod runs;
mod sessions;
mod statement;
mod tries;

pub use db::OpenError;
pub use keys::{KeysError, SealingKeys};
pub use sessions::{BROWSER, FROM, OPERATOR, SIGN_IN, SIGNED_IN_AT, SessionLimits, Sessions};

use db::Db;

/// The database. Copies share its connections and, where it was taken, its lock.
#[derive(Clone, Debug)]
pub struct Store {
    db: Db,
    keys: SealingKeys,
}

impl Store {
    /// Opens the database that `url` names and brings its tables up to this version. `sqlite:` is followed by the path of
    /// a file, which is made where it is missing; `postgres://USER:PASSWORD@HOST:PORT/NAME` names a database on a server,
    /// which must be there.
    ///
    /// A database belongs to one process at a time: whoever has it keeps others out, by a lock on the file or by an
    /// advisory lock on the server. Where that server restarts, the lock is taken again by [`Store::ping`], which fails
    /// from then on where another process was faster; nothing else does, as runs have no owner yet. No pooler may stand
    /// before the server that gives one connection to many: the lock is the connection's.
    ///
    /// # Errors
    /// [`OpenError`], each variant a sentence for the one who starts the process.
    pub async fn open(url: &str, keys: &SealingKeys) -> Result<Self, OpenError> {
        Ok(Self { db: Db::open(url).await?, keys: keys.clone() })
    }

    /// Opens the database that `url` names while another process serves it: it must be there, its tables must be those
    /// of this version, and the lock on the database stays the other process's. For single commands of an
    /// administrator.
    ///
    /// # Errors
    /// [`OpenError`]; [`OpenError::Version`] where another version made the tables.
    pub async fn open_beside(url: &str, keys: &SealingKeys) -> Result<Self, OpenError> {
        Ok(Self { db: Db::open_beside(url).await?, keys: keys.clone() })
    }

    /// Whether the database answers, and no other process has taken it over meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Database`](service::ports::StoreError::Database)
    pub async fn ping(&self) -> Result<(), service::ports::StoreError> {
        self.db.ping().await
    }

    /// Ends the connections once the calls under way are done. Every later call fails.
    pub async fn close(&self) {
        self.db.close().await;
    }
}
