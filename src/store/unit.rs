//! Units of work: `read` sees one snapshot, `write` is the only way to change a row.
//!
//! A unit may run again after a conflict, so its only effects are rows.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, TransactionManager as _};
use diesel::r2d2::{Pool, PooledConnection};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use tokio::sync::Semaphore;

use super::conn::{Conn, Opener, prepare_sqlite, sqlite_path};
use super::migrate;
use crate::kernel::error::{Error, Result};
use crate::settings::{DatabaseKind as Kind, DatabaseSettings};

/// Tries of one unit before the caller is told to come again.
const TRIES: u32 = 5;
/// First wait after a conflict; doubles each time (10 to 160 ms).
const FIRST_WAIT: Duration = Duration::from_millis(10);
/// Longest wait for a free connection.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// The store; cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    kind: Kind,
    url: String,
    readers: Pool<Opener>,
    writers: Pool<Opener>,
    reading: Semaphore,
    writing: Semaphore,
}

/// Held by `serve` for as long as it runs on an embedded database.
#[derive(Debug)]
pub struct ProcessLock {
    _file: Option<std::fs::File>,
}

impl Store {
    /// Opens the database of the settings; an SQLite file is made when there is none.
    ///
    /// # Errors
    /// An unknown URL scheme, a database that cannot be reached, an SQLite that is too old.
    pub fn open(settings: &DatabaseSettings) -> Result<Self> {
        let url = settings.url_text().to_owned();
        let kind = Kind::of(&url)?;
        let (reading, writing) = match kind {
            Kind::Sqlite => {
                prepare_sqlite(&url)?;
                (settings.readers, 1)
            }
            Kind::Postgres => (settings.connections, settings.connections),
        };
        let pool = |read_only: bool, size: u32| {
            let setup = settings.postgres_setup.clone().unwrap_or_default();
            let opener = Opener {
                url: url.clone(),
                kind,
                read_only,
                postgres_setup: setup,
            };
            Pool::builder()
                .max_size(size)
                .min_idle(Some(if kind == Kind::Sqlite { size } else { 1 }))
                .connection_timeout(LONGEST_WAIT)
                .test_on_check_out(kind == Kind::Postgres)
                .build(opener)
                .map_err(|fault| Error::broken(format!("cannot open the database: {fault}")))
        };
        let writers = pool(false, writing)?;
        let readers = match kind {
            Kind::Sqlite => pool(true, reading)?,
            Kind::Postgres => writers.clone(),
        };
        let permits = |size: u32| Semaphore::new(usize::try_from(size).unwrap_or(1));
        let (reading, writing) = (permits(reading), permits(writing));
        Ok(Self {
            inner: Arc::new(Inner {
                kind,
                url,
                readers,
                writers,
                reading,
                writing,
            }),
        })
    }

    /// Returns which database this is.
    pub fn kind(&self) -> Kind {
        self.inner.kind
    }

    /// Returns the folder of an embedded database: keys and attachments live beside it.
    pub fn folder(&self) -> Option<PathBuf> {
        match self.inner.kind {
            Kind::Sqlite => {
                let path = std::path::Path::new(sqlite_path(&self.inner.url));
                Some(path.parent().map(PathBuf::from).unwrap_or_default())
            }
            Kind::Postgres => None,
        }
    }

    /// Locks an embedded database against a second `serve`.
    ///
    /// # Errors
    /// Another process holds the lock.
    pub fn lock_for_serving(&self) -> Result<ProcessLock> {
        if self.inner.kind == Kind::Postgres {
            return Ok(ProcessLock { _file: None });
        }
        let path = format!("{}.lock", sqlite_path(&self.inner.url));
        let file = std::fs::File::create(&path).map_err(Error::broken)?;
        file.try_lock().map_err(|_| {
            Error::broken(format!(
                "another serve holds {path}; one process serves an SQLite file"
            ))
        })?;
        Ok(ProcessLock { _file: Some(file) })
    }

    /// Brings the schema up to date, under a lock; returns the names of the migrations that ran.
    ///
    /// # Errors
    /// A schema newer than this program, or a migration that fails (it leaves no trace).
    pub fn migrate(&self) -> Result<Vec<String>> {
        migrate::up(
            &mut *Self::connection(&self.inner.writers)?,
            &self.inner.url,
        )
    }

    /// Takes every migration back, newest first, and returns how many there were.
    ///
    /// # Errors
    /// A migration that cannot be taken back.
    pub fn migrate_down(&self) -> Result<usize> {
        migrate::down(&mut *Self::connection(&self.inner.writers)?)
    }

    /// Tells whether every migration of this program has run.
    ///
    /// # Errors
    /// The database cannot be asked.
    pub fn is_current(&self) -> Result<bool> {
        migrate::is_current(&mut *Self::connection(&self.inner.writers)?)
    }

    /// Runs a unit that only reads, on one snapshot.
    ///
    /// # Errors
    /// What the unit returns; `Busy` when no connection is free within 2 s.
    pub async fn read<T, F>(&self, unit: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
    {
        let store = self.clone();
        let _permit = permit(&self.inner.reading).await?;
        blocking(move || store.read_blocking(unit)).await
    }

    /// Runs a unit that may change rows: all of it or nothing.
    ///
    /// # Errors
    /// What the unit returns; `Busy` when conflicts do not end or no connection is free.
    pub async fn write<T, F>(&self, unit: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
    {
        let store = self.clone();
        let _permit = permit(&self.inner.writing).await?;
        blocking(move || store.write_blocking(unit)).await
    }

    /// [`Store::read`] for a thread that may block.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn read_blocking<T>(&self, unit: impl Fn(&mut Conn) -> Result<T>) -> Result<T> {
        retried(|| {
            let mut conn = Self::connection(&self.inner.readers)?;
            begin(
                &mut conn,
                "BEGIN",
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            )?;
            let answer = unit(&mut conn);
            rollback(&mut conn);
            answer
        })
    }

    /// [`Store::write`] for a thread that may block.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn write_blocking<T>(&self, unit: impl Fn(&mut Conn) -> Result<T>) -> Result<T> {
        retried(|| {
            let mut conn = Self::connection(&self.inner.writers)?;
            begin(
                &mut conn,
                "BEGIN IMMEDIATE",
                "BEGIN ISOLATION LEVEL SERIALIZABLE",
            )?;
            match unit(&mut conn) {
                Ok(answer) => match commit(&mut conn) {
                    Ok(()) => Ok(answer),
                    Err(fault) => {
                        rollback(&mut conn);
                        Err(fault.into())
                    }
                },
                Err(error) => {
                    rollback(&mut conn);
                    Err(error)
                }
            }
        })
    }

    fn connection(pool: &Pool<Opener>) -> Result<PooledConnection<Opener>> {
        pool.get().map_err(|fault| {
            tracing::warn!(fault = %fault, "no database connection within two seconds");
            Error::Busy
        })
    }
}

async fn permit(gate: &Semaphore) -> Result<tokio::sync::SemaphorePermit<'_>> {
    match tokio::time::timeout(LONGEST_WAIT, gate.acquire()).await {
        Ok(Ok(permit)) => Ok(permit),
        Ok(Err(closed)) => Err(Error::broken(closed)),
        Err(_) => Err(Error::Busy),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Error::broken)?
}

fn begin(conn: &mut Conn, sqlite: &str, postgres: &str) -> Result<()> {
    match conn {
        Conn::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, sqlite)?,
        Conn::Postgres(conn) => AnsiTransactionManager::begin_transaction_sql(conn, postgres)?,
    }
    Ok(())
}

fn commit(conn: &mut Conn) -> std::result::Result<(), DieselError> {
    match conn {
        Conn::Sqlite(conn) => AnsiTransactionManager::commit_transaction(conn),
        Conn::Postgres(conn) => AnsiTransactionManager::commit_transaction(conn),
    }
}

/// A rollback that fails leaves a broken connection, which the pool throws away.
fn rollback(conn: &mut Conn) {
    let done = match conn {
        Conn::Sqlite(conn) => AnsiTransactionManager::rollback_transaction(conn),
        Conn::Postgres(conn) => AnsiTransactionManager::rollback_transaction(conn),
    };
    if let Err(fault) = done {
        tracing::warn!(fault = %fault, "a rollback failed; its connection is thrown away");
    }
}

/// Runs a unit again after a conflict, 5 times in all.
fn retried<T>(attempt: impl Fn() -> Result<T>) -> Result<T> {
    let mut wait = FIRST_WAIT;
    for _ in 1..TRIES {
        match attempt() {
            Err(error) if is_conflict(&error) => {
                std::thread::sleep(jittered(wait));
                wait = wait.saturating_mul(2);
            }
            done => return done,
        }
    }
    attempt()
}

/// Waits between half and the whole of `wait`, by the id's random bits, so that two losers of one
/// conflict do not meet again.
fn jittered(wait: Duration) -> Duration {
    let id = crate::kernel::id::Id::new();
    let random = id
        .as_str()
        .bytes()
        .rev()
        .take(4)
        .fold(0_u32, |sum, byte| sum + u32::from(byte));
    wait / 2 + (wait / 2).saturating_mul(random % 16) / 16
}

/// A conflict with another writer, after which the unit is worth running again. A unique key that
/// another writer took first is one too: the second run sees its row and refuses in words.
fn is_conflict(error: &Error) -> bool {
    match error {
        Error::Busy => true,
        Error::Broken(cause) => matches!(
            cause.downcast_ref::<DieselError>(),
            Some(DieselError::DatabaseError(
                DatabaseErrorKind::UniqueViolation,
                _
            ))
        ),
        Error::Refused(_) => false,
    }
}

impl From<DieselError> for Error {
    fn from(fault: DieselError) -> Self {
        if is_busy(&fault) {
            Self::Busy
        } else {
            Self::broken(fault)
        }
    }
}

/// Tells locks, serialization failures and lost connections from real faults. SQLite and
/// PostgreSQL name most of them only in the message (40P01, 55P03 and 57014 are `Unknown`).
fn is_busy(fault: &DieselError) -> bool {
    const BUSY: [&str; 8] = [
        "database is locked",
        "database table is locked",
        "could not serialize access",
        "deadlock detected",
        "lock timeout",
        "statement timeout",
        "server closed the connection",
        "terminating connection",
    ];
    match fault {
        DieselError::DatabaseError(
            DatabaseErrorKind::SerializationFailure | DatabaseErrorKind::ClosedConnection,
            _,
        )
        | DieselError::BrokenTransactionManager => true,
        DieselError::DatabaseError(_, information) => BUSY
            .iter()
            .any(|words| information.message().contains(words)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_and_serialization_failures_are_busy_and_a_syntax_error_is_broken() {
        let fault = |kind, message: &str| -> Error {
            DieselError::DatabaseError(kind, Box::new(message.to_owned())).into()
        };
        let unknown = || DatabaseErrorKind::Unknown;
        assert!(matches!(
            fault(unknown(), "database is locked"),
            Error::Busy
        ));
        assert!(matches!(
            fault(unknown(), "ERROR: deadlock detected"),
            Error::Busy
        ));
        assert!(matches!(
            fault(DatabaseErrorKind::SerializationFailure, ""),
            Error::Busy
        ));
        assert!(matches!(
            fault(unknown(), "near \"SELEC\": syntax error"),
            Error::Broken(_)
        ));
        assert!(is_conflict(&fault(DatabaseErrorKind::UniqueViolation, "x")));
    }
}
