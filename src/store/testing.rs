//! Throwaway databases for tests: a file of its own on SQLite, a schema of its own on PostgreSQL.
//!
//! The PostgreSQL cluster is started once per test process, where its binaries are found.

#[path = "../../tests/support/postgres.rs"]
mod postgres;

use super::Store;
use crate::settings::Settings;

/// Runs a test on a fresh, migrated database of each kind there is.
pub(crate) fn each(test: impl Fn(&Store, &Settings)) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("test.db");
    run(&format!("sqlite://{}", file.display()), "", &test);
    if let Some(url) = postgres::url() {
        let schema = format!(
            "t{}",
            crate::kernel::id::Id::new().as_str().replace('-', "")
        );
        let make = format!("CREATE SCHEMA IF NOT EXISTS {schema}; SET search_path TO {schema}");
        run(url, &make, &test);
    }
}

fn run(url: &str, setup: &str, test: &impl Fn(&Store, &Settings)) {
    let settings = Settings::from_defaults(&[
        ("database.url".to_owned(), url.to_owned()),
        ("database.postgres_setup".to_owned(), setup.to_owned()),
        ("database.connections".to_owned(), "4".to_owned()),
    ])
    .unwrap();
    let store = Store::open(&settings.database).unwrap();
    store.migrate().unwrap();
    test(&store, &settings);
}
