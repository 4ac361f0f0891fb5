//! The store: migrations and the unit of work, on each database there is.

#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "../support/postgres.rs"]
mod postgres;

use std::sync::Barrier;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use fiveone::kernel::error::Error;
use fiveone::settings::Settings;
use fiveone::store::{Conn, Kind, Store};

/// Runs a test on an empty database of each kind.
fn each(test: impl Fn(&Store)) {
    let folder = tempfile::tempdir().unwrap();
    test(&open(
        &format!("sqlite://{}", folder.path().join("t.db").display()),
        "",
    ));
    if let Some(url) = postgres::url() {
        let name = folder
            .path()
            .file_name()
            .unwrap()
            .to_string_lossy()
            .to_lowercase();
        let schema = format!(
            "s{}{}",
            std::process::id(),
            name.replace(|c: char| !c.is_ascii_alphanumeric(), "")
        );
        test(&open(
            url,
            &format!("CREATE SCHEMA IF NOT EXISTS {schema}; SET search_path TO {schema}"),
        ));
    }
}

fn open(url: &str, setup: &str) -> Store {
    let flags = [("database.url", url), ("database.postgres_setup", setup)];
    let flags = flags.map(|(key, value)| (key.to_owned(), value.to_owned()));
    Store::open(&Settings::from_defaults(&flags).unwrap().database).unwrap()
}

fn run(conn: &mut Conn, sql: &str) -> Result<usize, Error> {
    Ok(diesel::sql_query(sql).execute(conn)?)
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn number(conn: &mut Conn, sql: &str) -> Result<i64, Error> {
    Ok(diesel::sql_query(sql).get_result::<Number>(conn)?.n)
}

#[derive(QueryableByName, Debug, PartialEq)]
struct Column {
    #[diesel(sql_type = Text)]
    place: String,
}

/// Table, column and kind of type of everything there is.
fn columns(store: &Store) -> Vec<String> {
    let sql = match store.kind() {
        Kind::Sqlite => {
            "SELECT m.name || '.' || c.name || ' ' || lower(c.type) || ' ' || CASE WHEN c.\"notnull\" = 1 THEN 'needed' ELSE 'free' END AS place FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE '!_!_%' ESCAPE '!' AND m.name NOT LIKE 'sqlite%' ORDER BY 1"
        }
        Kind::Postgres => {
            "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || CASE WHEN is_nullable = 'NO' THEN 'needed' ELSE 'free' END AS place FROM information_schema.columns WHERE table_schema = current_schema() AND table_name NOT LIKE '!_!_%' ESCAPE '!' ORDER BY 1"
        }
    };
    let mut rows: Vec<String> = store
        .read_blocking(|conn| Ok(diesel::sql_query(sql).load::<Column>(conn)?))
        .unwrap()
        .into_iter()
        .map(|row| row.place)
        .collect();
    rows.sort();
    rows
}

#[test]
fn migrations_run_up_down_and_up_again_and_leave_the_same_schema() {
    each(|store| {
        assert!(!store.migrate().unwrap().is_empty());
        let first = columns(store);
        assert!(store.is_current().unwrap());
        assert!(store.migrate_down().unwrap() > 0);
        assert_eq!(columns(store), Vec::<String>::new());
        store.migrate().unwrap();
        assert_eq!(columns(store), first);
        assert!(store.migrate().unwrap().is_empty());
    });
}

#[test]
fn both_databases_have_the_same_tables_columns_and_types() {
    let schemas = std::sync::Mutex::new(Vec::new());
    each(|store| {
        store.migrate().unwrap();
        schemas.lock().unwrap().push(columns(store));
    });
    let schemas = schemas.into_inner().unwrap();
    for schema in &schemas {
        assert_eq!(Some(schema), schemas.first());
    }
}

#[test]
fn the_list_of_migrations_is_the_folder() {
    let mut folder: Vec<String> =
        std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "README.md")
            .collect();
    folder.sort();
    let file = tempfile::tempdir().unwrap();
    let store = open(
        &format!("sqlite://{}", file.path().join("t.db").display()),
        "",
    );
    let versions = folder
        .iter()
        .map(|name| name.split('_').next().unwrap().replace('-', ""));
    let ran = store.migrate().unwrap();
    let ran = ran
        .iter()
        .map(|name| name.split('_').next().unwrap().replace('-', ""));
    assert_eq!(ran.collect::<Vec<_>>(), versions.collect::<Vec<_>>());
}

#[test]
fn a_unit_that_fails_leaves_nothing() {
    each(|store| {
        store
            .write_blocking(|conn| run(conn, "CREATE TABLE counters (n BIGINT NOT NULL)"))
            .unwrap();
        let failed = store.write_blocking(|conn| -> Result<(), Error> {
            run(conn, "INSERT INTO counters VALUES (1)")?;
            Err(Error::broken("no"))
        });
        assert!(failed.is_err());
        let left = store
            .read_blocking(|conn| number(conn, "SELECT count(*) AS n FROM counters"))
            .unwrap();
        assert_eq!(left, 0);
    });
}

#[test]
fn a_reading_unit_cannot_change_a_row() {
    each(|store| {
        store
            .write_blocking(|conn| run(conn, "CREATE TABLE counters (n BIGINT NOT NULL)"))
            .unwrap();
        let refused = store.read_blocking(|conn| run(conn, "INSERT INTO counters VALUES (1)"));
        assert!(matches!(refused, Err(Error::Broken(_))), "{refused:?}");
    });
}

#[test]
fn no_update_is_lost_between_many_writers() {
    each(|store| {
        store
            .write_blocking(|conn| run(conn, "CREATE TABLE counters (n BIGINT NOT NULL)"))
            .unwrap();
        store
            .write_blocking(|conn| run(conn, "INSERT INTO counters VALUES (0)"))
            .unwrap();
        let done = std::thread::scope(|threads| {
            let writers: Vec<_> = (0..8)
                .map(|_| {
                    threads.spawn(|| {
                        let add = |conn: &mut Conn| {
                            let n = number(conn, "SELECT n FROM counters")?;
                            run(conn, &format!("UPDATE counters SET n = {}", n + 1))
                        };
                        (0..10)
                            .filter(|_| store.write_blocking(add).is_ok())
                            .count()
                    })
                })
                .collect();
            writers
                .into_iter()
                .map(|writer| writer.join().unwrap())
                .sum::<usize>()
        });
        let n = store
            .read_blocking(|conn| number(conn, "SELECT n FROM counters"))
            .unwrap();
        assert_eq!(usize::try_from(n).unwrap(), done);
        assert!(done > 0);
    });
}

/// Two doctors, each going off call because the other is still on: one of them must be told no.
#[test]
fn two_units_that_each_rely_on_what_the_other_changes_cannot_both_commit() {
    each(|store| {
        store
            .write_blocking(|conn| {
                run(
                    conn,
                    "CREATE TABLE doctors (name TEXT PRIMARY KEY, on_call BIGINT NOT NULL)",
                )
            })
            .unwrap();
        for round in 0..20 {
            store
                .write_blocking(|conn| {
                    run(conn, "DELETE FROM doctors")?;
                    run(conn, "INSERT INTO doctors VALUES ('a', 1)")?;
                    run(conn, "INSERT INTO doctors VALUES ('b', 1)")
                })
                .unwrap();
            let start = Barrier::new(2);
            std::thread::scope(|threads| {
                for name in ["a", "b"] {
                    let start = &start;
                    threads.spawn(move || {
                        start.wait();
                        store.write_blocking(|conn| {
                            if number(
                                conn,
                                "SELECT sum(on_call)::bigint AS n FROM doctors"
                                    .replace(
                                        "::bigint",
                                        if store.kind() == Kind::Postgres {
                                            "::bigint"
                                        } else {
                                            ""
                                        },
                                    )
                                    .as_str(),
                            )? < 2
                            {
                                return Ok(0);
                            }
                            run(
                                conn,
                                &format!("UPDATE doctors SET on_call = 0 WHERE name = '{name}'"),
                            )
                        })
                    });
                }
            });
            let left = store
                .read_blocking(|conn| {
                    number(conn, "SELECT count(*) AS n FROM doctors WHERE on_call = 1")
                })
                .unwrap();
            assert_eq!(left, 1, "round {round}");
        }
    });
}

#[test]
fn the_journal_cannot_be_changed_or_cut() {
    each(|store| {
        store.migrate().unwrap();
        store
            .write_blocking(|conn| {
                run(conn, "INSERT INTO journal_entries (chain, seq, at, actor_name, via, deed, subject, facts, prev_hash, hash) VALUES ('site', 1, 0, 'x', 'job', 'x', 'x', '{}', '0', 'h')")
            })
            .unwrap();
        for sql in [
            "UPDATE journal_entries SET subject = 'y'",
            "DELETE FROM journal_entries",
        ] {
            assert!(
                store.write_blocking(|conn| run(conn, sql)).is_err(),
                "{sql}"
            );
        }
    });
}

#[test]
fn a_second_process_cannot_serve_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("t.db").display());
    let (first, second) = (open(&url, ""), open(&url, ""));
    let held = first.lock_for_serving().unwrap();
    assert!(second.lock_for_serving().is_err());
    drop(held);
    assert!(second.lock_for_serving().is_ok());
}
