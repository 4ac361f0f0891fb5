//! Years are kept and what they touch is counted anew, on each database.

use diesel::prelude::*;

use super::*;
use crate::deadlines::{Answerable, DeadlineKind, Owed, Unit};
use crate::kernel::calendar::DayKind;
use crate::kernel::id::Id;
use crate::kernel::identifiers::{Level, Region};
use crate::kernel::refused::Facts;
use crate::store::schema::{deadlines as rows, journal_entries, letter_items, letters, projects};

const NOW: &str = "2026-11-20T10:00:00+08:00";

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn year(number: i32, status: YearStatus, holidays: &[&str]) -> Year {
    let days = holidays
        .iter()
        .map(|on| (day(on), DayKind::Holiday, Some("假".to_owned())));
    Year {
        year: number,
        status,
        days: days.collect(),
        version: 0,
    }
}

/// A draft to owe things on.
fn project(conn: &mut Conn) -> Id {
    let id = Id::new();
    diesel::sql_query(format!(
        "INSERT INTO projects (id, name, folded, region, state, stage, warnings, created_at, \
         updated_at, version) VALUES ('{id}', 'x', 'x', '360111', 'draft', 'idea', '[]', 0, 0, 1)"
    ))
    .execute(conn)
    .unwrap();
    id
}

fn owe(conn: &mut Conn, project: Id, key: &str, anchor: &str, offset: i64, unit: Unit) {
    let region: Region = "360111".parse().unwrap();
    let owed = Owed {
        key: key.to_owned(),
        kind: DeadlineKind::Report,
        subject: key.to_owned(),
        project,
        facts: Facts::none(),
        anchor: day(anchor),
        offset,
        unit,
        answerable: Answerable::Owner,
        place: region,
        level: Level::County,
        critical: false,
    };
    let (now, today) = (NOW.parse().unwrap(), day("2026-11-20"));
    let calendar = calendars::load(conn).unwrap();
    deadlines::owe(conn, &calendar, &owed, now, today).unwrap();
}

fn due(conn: &mut Conn, key: &str) -> (Day, bool) {
    rows::table
        .find(key)
        .select((rows::due_on, rows::provisional))
        .first(conn)
        .unwrap()
}

fn version(conn: &mut Conn, year: i32) -> Option<i64> {
    calendars::year(conn, year)
        .unwrap()
        .map(|year| year.version)
}

fn site(settings: &Settings) -> Caller {
    Caller::system(settings.site.region, "command")
}

/// 2026 published, 2027 provisional with New Year's Day off.
fn two_years(conn: &mut Conn, settings: &Settings) {
    let years = [
        year(2026, YearStatus::Published, &[]),
        year(2027, YearStatus::Provisional, &["2027-01-01"]),
    ];
    import(
        conn,
        &site(settings),
        settings,
        &years,
        NOW.parse().unwrap(),
    )
    .unwrap();
}

#[test]
fn publishing_a_year_moves_what_is_open_and_touched_and_nothing_else() {
    crate::store::testing::each(|store, settings| {
        let unit = |conn: &mut Conn| {
            two_years(conn, settings);
            let project = project(conn);
            for (key, anchor, offset, unit) in [
                ("report", "2026-12-31", 3, Unit::Working),
                ("earlier", "2026-11-02", 3, Unit::Working),
                ("calendar-days", "2026-12-31", 4, Unit::Calendar),
                ("settled", "2026-12-31", 3, Unit::Working),
                ("back", "2027-01-08", -3, Unit::Working),
                ("flag-only", "2027-03-01", 2, Unit::Working),
            ] {
                owe(conn, project, key, anchor, offset, unit);
            }
            let now = NOW.parse().unwrap();
            deadlines::settle(conn, "settled", now)?;
            assert_eq!(due(conn, "report"), (day("2027-01-06"), true));

            let published = year(
                2027,
                YearStatus::Published,
                &["2027-01-01", "2027-01-05", "2027-01-06"],
            );
            let seen = version(conn, 2027);
            let (kept, is_new, moved) =
                put(conn, &site(settings), settings, seen, &published, now)?;
            assert!(!is_new);
            assert_ne!(Some(kept.version), seen);
            let told: Vec<_> = moved
                .iter()
                .map(|moved| (moved.key.as_str(), moved.from, moved.to))
                .collect();
            assert_eq!(
                told,
                [
                    ("back", day("2027-01-05"), day("2026-12-31")),
                    ("report", day("2027-01-06"), day("2027-01-08")),
                ]
            );
            assert_eq!(due(conn, "report"), (day("2027-01-08"), false));
            assert_eq!(due(conn, "flag-only"), (day("2027-03-03"), false));
            assert_eq!(due(conn, "calendar-days"), (day("2027-01-04"), false));
            assert_eq!(due(conn, "settled"), (day("2027-01-06"), true));
            assert_eq!(due(conn, "earlier"), (day("2026-11-05"), false));
            Ok(())
        };
        store.write_blocking(unit).unwrap();
    });
}

#[test]
fn the_journal_names_the_year_the_number_and_the_moved_days() {
    crate::store::testing::each(|store, settings| {
        let unit = |conn: &mut Conn| {
            two_years(conn, settings);
            let project = project(conn);
            owe(conn, project, "report", "2026-12-31", 3, Unit::Working);
            let published = year(2027, YearStatus::Published, &[]);
            let now = NOW.parse().unwrap();
            let seen = version(conn, 2027);
            put(conn, &site(settings), settings, seen, &published, now)?;
            let (subject, facts): (String, String) = journal_entries::table
                .filter(journal_entries::deed.eq("calendar.published"))
                .order(journal_entries::seq.desc())
                .select((journal_entries::subject, journal_entries::facts))
                .first(conn)?;
            let facts: serde_json::Value = serde_json::from_str(&facts).unwrap();
            assert_eq!((subject.as_str(), &facts["moved"]), ("2027", &1.into()));
            assert_eq!(facts["deadlines"][0]["from"], "2027-01-06");
            assert_eq!(facts["deadlines"][0]["to"], "2027-01-05");
            Ok(())
        };
        store.write_blocking(unit).unwrap();
    });
}

#[test]
fn a_correction_of_a_published_year_moves_what_it_touches() {
    crate::store::testing::each(|store, settings| {
        let unit = |conn: &mut Conn| {
            two_years(conn, settings);
            let project = project(conn);
            owe(conn, project, "report", "2026-11-27", 2, Unit::Working);
            let corrected = year(2026, YearStatus::Published, &["2026-12-01"]);
            let now = NOW.parse().unwrap();
            let seen = version(conn, 2026);
            let (_, _, moved) = put(conn, &site(settings), settings, seen, &corrected, now)?;
            assert_eq!(moved.len(), 1);
            assert_eq!(due(conn, "report"), (day("2026-12-02"), false));
            Ok(())
        };
        store.write_blocking(unit).unwrap();
    });
}

#[test]
fn a_preview_tells_what_an_import_does_and_a_second_import_does_nothing() {
    crate::store::testing::each(|store, settings| {
        let unit = |conn: &mut Conn| {
            two_years(conn, settings);
            let project = project(conn);
            owe(conn, project, "report", "2026-12-31", 3, Unit::Working);
            let list = [
                year(2026, YearStatus::Published, &[]),
                year(2027, YearStatus::Published, &[]),
                year(2028, YearStatus::Provisional, &["2028-01-01"]),
            ];
            let now = NOW.parse().unwrap();
            let told = preview(conn, &list)?;
            assert_eq!(due(conn, "report").0, day("2027-01-06"));
            let done = import(conn, &site(settings), settings, &list, now)?;
            for imported in [&told, &done] {
                assert_eq!(imported.created, [2028]);
                assert_eq!(imported.updated, [2027]);
                assert_eq!(imported.unchanged, [2026]);
                assert_eq!(imported.moved[0].to, day("2027-01-05"));
            }
            let kept = version(conn, 2027);
            let again = import(conn, &site(settings), settings, &list, now)?;
            assert_eq!(again.unchanged, [2026, 2027, 2028]);
            assert_eq!(again.moved, []);
            assert_eq!(version(conn, 2027), kept);
            Ok(())
        };
        store.write_blocking(unit).unwrap();
    });
}

/// An account of that role and region.
fn person(conn: &mut Conn, name: &str, role: &str, region: &str) -> Id {
    let id = Id::new();
    diesel::sql_query(format!(
        "INSERT INTO accounts (id, email, email_key, name, role, region, language, epoch, created_at, \
         version) VALUES ('{id}', '{name}@x.example', '{name}@x.example', '{name}', '{role}', \
         '{region}', 'zh-CN', 1, 0, 1)"
    ))
    .execute(conn)
    .unwrap();
    id
}

/// Recipients and subjects of the letters of moved days, with how many items each names.
fn told(conn: &mut Conn) -> Vec<(String, String, i64)> {
    let letters: Vec<(Id, String, String)> = letters::table
        .filter(letters::letter.eq("moved_days"))
        .order((letters::recipient_name, letters::id))
        .select((letters::id, letters::recipient_name, letters::subject))
        .load(conn)
        .unwrap();
    let items = |letter: Id, conn: &mut Conn| -> i64 {
        let of = letter_items::table.filter(letter_items::letter_id.eq(letter));
        of.count().get_result(conn).unwrap()
    };
    let told = letters.into_iter();
    told.map(|(id, name, subject)| (name, subject, items(id, conn)))
        .collect()
}

#[test]
fn one_letter_a_person_lists_the_days_that_moved() {
    crate::store::testing::each(|store, settings| {
        let unit = |conn: &mut Conn| {
            two_years(conn, settings);
            let owner = person(conn, "owner", "lead", "360111");
            person(conn, "county", "coordinator", "360111");
            person(conn, "elsewhere", "coordinator", "360112");
            let own = project(conn);
            diesel::update(projects::table.find(own))
                .set(projects::owner_id.eq(Some(owner)))
                .execute(conn)?;
            owe(conn, own, "report", "2026-12-31", 3, Unit::Working);
            owe(conn, own, "another", "2026-12-31", 4, Unit::Working);
            owe(conn, own, "unmoved", "2027-03-01", 2, Unit::Working);
            let published = year(2027, YearStatus::Published, &["2027-01-01", "2027-01-05"]);
            let now = NOW.parse().unwrap();
            let seen = version(conn, 2027);
            put(conn, &site(settings), settings, seen, &published, now)?;
            let subject = "时限调整：2 项事项的到期日有变".to_owned();
            assert_eq!(
                told(conn),
                [
                    ("county".to_owned(), subject.clone(), 2),
                    ("owner".to_owned(), subject, 2),
                ]
            );
            let seen = version(conn, 2027);
            put(conn, &site(settings), settings, seen, &published, now)?;
            assert_eq!(told(conn).len(), 2, "nothing moved, nobody is told");
            let corrected = year(2027, YearStatus::Published, &["2027-01-01"]);
            let seen = version(conn, 2027);
            put(conn, &site(settings), settings, seen, &corrected, now)?;
            assert_eq!(told(conn).len(), 4, "moved again, told again");
            Ok(())
        };
        store.write_blocking(unit).unwrap();
    });
}
