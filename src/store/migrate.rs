//! Migrations: one folder for both databases, compiled in, run under a lock, each in one
//! transaction. `migrations/README.md` has the rules of portable SQL.

use diesel::connection::{BoxableConnection, SimpleConnection as _};
use diesel::migration::{
    Migration, MigrationMetadata, MigrationName, MigrationSource, MigrationVersion,
};
use diesel_migrations::MigrationHarness as _;

use super::conn::{Conn, MultiBackend, sqlite_path};
use crate::kernel::error::{Error, Result};

/// One migration: the same SQL for both databases, or one text each where they must differ.
struct Step {
    name: Name,
    up: Sql,
    down: Sql,
}

enum Sql {
    Shared(&'static str),
    Split {
        sqlite: &'static str,
        postgres: &'static str,
    },
}

macro_rules! shared {
    ($name:literal) => {
        Step {
            name: Name($name),
            up: Sql::Shared(include_str!(concat!("../../migrations/", $name, "/up.sql"))),
            down: Sql::Shared(include_str!(concat!(
                "../../migrations/",
                $name,
                "/down.sql"
            ))),
        }
    };
}

macro_rules! split {
    ($name:literal) => {
        Step {
            name: Name($name),
            up: Sql::Split {
                sqlite: include_str!(concat!("../../migrations/", $name, "/up.sqlite.sql")),
                postgres: include_str!(concat!("../../migrations/", $name, "/up.postgres.sql")),
            },
            down: Sql::Split {
                sqlite: include_str!(concat!("../../migrations/", $name, "/down.sqlite.sql")),
                postgres: include_str!(concat!("../../migrations/", $name, "/down.postgres.sql")),
            },
        }
    };
}

/// Every migration, in order. A test holds this list equal to the folder.
const STEPS: &[Step] = &[
    shared!("2026-11-24-000100_create_accounts"),
    shared!("2026-11-24-000200_create_journal"),
    split!("2026-11-24-000300_protect_journal"),
    shared!("2026-11-24-000400_create_outbox"),
    shared!("2026-11-24-000500_create_calendars"),
    shared!("2026-11-24-000600_create_projects"),
    shared!("2026-11-24-000700_create_deadlines"),
    shared!("2026-11-24-000800_create_idempotency"),
    shared!("2026-11-24-000900_create_schedules"),
    shared!("2026-11-24-000910_index_absences"),
    shared!("2026-11-24-001000_create_reports"),
    shared!("2026-11-24-001100_create_blockers"),
    shared!("2026-11-24-001200_create_ledger"),
    shared!("2026-11-27-000100_add_console_sessions"),
    shared!("2026-11-27-000200_index_report_matrix"),
    shared!("2026-11-27-000310_index_milestones"),
    split!("2026-11-27-000320_create_uploads"),
    shared!("2026-11-27-000500_create_approvals"),
    shared!("2026-11-27-000800_find_people_and_dues"),
];

/// Lock number of our migrations on a PostgreSQL server: the letters "five1" in ASCII.
const MIGRATION_LOCK: i64 = 0x66_6976_6531;

/// Runs what has not run yet; returns the names.
pub(super) fn up(conn: &mut Conn, url: &str) -> Result<Vec<String>> {
    let _lock = lock(conn, url)?;
    let done = refuse_newer(conn).and_then(|()| {
        let source = Source(STEPS);
        let names = conn.run_pending_migrations(source).map_err(Error::broken)?;
        Ok(names.iter().map(ToString::to_string).collect())
    });
    if let Conn::Postgres(conn) = conn {
        conn.batch_execute(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})"))?;
        conn.batch_execute("SET statement_timeout = '5s'; SET lock_timeout = '2s'")?;
    }
    done
}

/// Takes every migration back.
pub(super) fn down(conn: &mut Conn) -> Result<usize> {
    conn.revert_all_migrations(Source(STEPS))
        .map(|names| names.len())
        .map_err(Error::broken)
}

/// Tells whether nothing is pending.
pub(super) fn is_current(conn: &mut Conn) -> Result<bool> {
    let pending = conn
        .has_pending_migration(Source(STEPS))
        .map_err(Error::broken)?;
    Ok(!pending)
}

/// Refuses a database that a later program has already migrated further.
fn refuse_newer(conn: &mut Conn) -> Result<()> {
    let applied = conn.applied_migrations().map_err(Error::broken)?;
    let known: Vec<MigrationVersion<'static>> = STEPS
        .iter()
        .map(|step| step.name.version().as_owned())
        .collect();
    match applied.iter().find(|version| !known.contains(version)) {
        None => Ok(()),
        Some(version) => Err(Error::broken(format!(
            "the database has migration {version}, which this program does not know; \
             use the program that made it or a later one"
        ))),
    }
}

/// Migrations take as long as they take, one process at a time.
fn lock(conn: &mut Conn, url: &str) -> Result<Option<std::fs::File>> {
    match conn {
        Conn::Postgres(conn) => {
            conn.batch_execute("SET statement_timeout = 0; SET lock_timeout = 0")?;
            conn.batch_execute(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))?;
            Ok(None)
        }
        Conn::Sqlite(_) => {
            let path = format!("{}.migrate.lock", sqlite_path(url));
            let file = std::fs::File::create(path).map_err(Error::broken)?;
            file.lock().map_err(Error::broken)?;
            Ok(Some(file))
        }
    }
}

struct Source(&'static [Step]);

impl MigrationSource<MultiBackend> for Source {
    fn migrations(&self) -> diesel::migration::Result<Vec<Box<dyn Migration<MultiBackend>>>> {
        let boxed = |step| -> Box<dyn Migration<MultiBackend>> { Box::new(step) };
        Ok(self.0.iter().map(boxed).collect())
    }
}

impl Sql {
    fn run(&self, conn: &mut dyn BoxableConnection<MultiBackend>) -> diesel::migration::Result<()> {
        let text = match (self, conn.downcast_ref::<Conn>()) {
            (Self::Shared(text), _) => text,
            (Self::Split { sqlite, .. }, Some(Conn::Sqlite(_))) => sqlite,
            (Self::Split { postgres, .. }, Some(Conn::Postgres(_))) => postgres,
            (Self::Split { .. }, None) => return Err("not a connection of this store".into()),
        };
        Ok(conn.batch_execute(text)?)
    }
}

impl Migration<MultiBackend> for &'static Step {
    fn run(&self, conn: &mut dyn BoxableConnection<MultiBackend>) -> diesel::migration::Result<()> {
        self.up.run(conn)
    }

    fn revert(
        &self,
        conn: &mut dyn BoxableConnection<MultiBackend>,
    ) -> diesel::migration::Result<()> {
        self.down.run(conn)
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        &Transactional
    }

    fn name(&self) -> &dyn MigrationName {
        &self.name
    }
}

/// A folder's name; what stands before its first underscore is the version.
struct Name(&'static str);

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl MigrationName for Name {
    fn version(&self) -> MigrationVersion<'_> {
        let day = self.0.split('_').next().unwrap_or(self.0);
        day.replace('-', "").into()
    }
}

struct Transactional;

impl MigrationMetadata for Transactional {
    fn run_in_transaction(&self) -> bool {
        true
    }
}
