//! Connections: the one enum over both databases, and how each is set up.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::r2d2::{ManageConnection, R2D2Connection as _};

use crate::kernel::error::{Error, Result};
use crate::settings::DatabaseKind as Kind;

/// A connection to either database; every query is written once against it.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// The embedded default.
    Sqlite(diesel::SqliteConnection),
    /// For sites with several instances.
    Postgres(diesel::PgConnection),
}

/// Oldest SQLite without the WAL-reset corruption bug (fixed in 3.51.3), which needs exactly our
/// case of many connections to one file.
const OLDEST_SQLITE: i32 = 3_051_003;

/// Every connection waits up to 5 s for a lock, checks foreign keys, syncs each commit to disk
/// (NORMAL lost acknowledged commits in simulated power cuts), trusts no schema function, and
/// keeps the write-ahead log at about 4 MiB, 64 MiB at most.
const SQLITE_SETUP: &str = "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; \
     PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA wal_autocheckpoint = 1000; \
     PRAGMA journal_size_limit = 67108864;";

/// A statement may take 5 s, an idle transaction 5 s, a lock 2 s: no unit of ours needs more, and
/// a stuck one must not hold others.
const POSTGRES_SETUP: &str = "SET statement_timeout = '5s'; \
     SET idle_in_transaction_session_timeout = '5s'; SET lock_timeout = '2s'; \
     SET client_min_messages = 'warning'";

/// Returns the file of a `sqlite://` URL.
pub(super) fn sqlite_path(url: &str) -> &str {
    url.strip_prefix("sqlite://").unwrap_or(url)
}

/// Opens connections of one kind for the pool.
#[derive(Debug)]
pub(super) struct Opener {
    pub(super) url: String,
    pub(super) kind: Kind,
    pub(super) read_only: bool,
    pub(super) postgres_setup: String,
}

impl Opener {
    pub(super) fn open(&self) -> std::result::Result<Conn, diesel::r2d2::Error> {
        use diesel::r2d2::Error as PoolError;
        match self.kind {
            Kind::Sqlite => {
                let mut conn = diesel::SqliteConnection::establish(sqlite_path(&self.url))
                    .map_err(PoolError::ConnectionError)?;
                conn.batch_execute(SQLITE_SETUP)
                    .map_err(PoolError::QueryError)?;
                if self.read_only {
                    conn.batch_execute("PRAGMA query_only = ON")
                        .map_err(PoolError::QueryError)?;
                }
                Ok(Conn::Sqlite(conn))
            }
            Kind::Postgres => {
                let mut conn = diesel::PgConnection::establish(&self.url)
                    .map_err(PoolError::ConnectionError)?;
                conn.batch_execute(POSTGRES_SETUP)
                    .map_err(PoolError::QueryError)?;
                if !self.postgres_setup.is_empty() {
                    conn.batch_execute(&self.postgres_setup)
                        .map_err(PoolError::QueryError)?;
                }
                Ok(Conn::Postgres(conn))
            }
        }
    }
}

impl ManageConnection for Opener {
    type Connection = Conn;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> std::result::Result<Conn, Self::Error> {
        self.open()
    }

    fn is_valid(&self, conn: &mut Conn) -> std::result::Result<(), Self::Error> {
        conn.ping().map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || conn.is_broken()
    }
}

/// Turns the write-ahead log on, once, before the pool: several connections doing it at the same
/// time would meet a lock.
pub(super) fn prepare_sqlite(url: &str) -> Result<()> {
    let path = std::path::Path::new(sqlite_path(url));
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(|fault| {
            Error::broken(format!(
                "cannot make the database folder {}: {fault}",
                folder.display()
            ))
        })?;
    }
    let mut conn = diesel::SqliteConnection::establish(sqlite_path(url))
        .map_err(|fault| Error::broken(format!("cannot open {}: {fault}", path.display())))?;
    conn.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL;")?;
    let version = sqlite_version(&mut conn)?;
    if version < OLDEST_SQLITE {
        return Err(Error::broken(format!(
            "SQLite {version} can corrupt a database that several connections write; \
             {OLDEST_SQLITE} or later is needed"
        )));
    }
    Ok(())
}

fn sqlite_version(conn: &mut diesel::SqliteConnection) -> Result<i32> {
    let text: String = diesel::select(diesel::dsl::sql::<diesel::sql_types::Text>(
        "sqlite_version()",
    ))
    .get_result(conn)?;
    let mut number = 0_i32;
    for part in text.split('.').take(3) {
        let part: i32 = part.parse().map_err(Error::broken)?;
        number = number.saturating_mul(1000).saturating_add(part);
    }
    Ok(number)
}
