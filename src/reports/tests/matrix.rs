//! The matrix, and how it agrees with the rates.

use super::ground::{Ground, content, day, on, quarter};
use crate::kernel::id::Id;
use crate::kernel::page::Paging;
use crate::kernel::time::{Moment, Quarter};
use crate::people::role::Role;
use crate::reports::actions;
use crate::reports::matrix::{self, Asked, Cell};
use crate::reports::rates::By;
use crate::reports::rules::State;
use crate::store::testing::each;

fn span(from: &str, to: &str) -> Asked {
    Asked {
        from: Some(quarter(from)),
        to: Some(quarter(to)),
        ..Asked::default()
    }
}

impl Ground<'_> {
    /// The cells of every project somebody sees, `limit` projects a page.
    fn matrix(&self, by: Id, asked: &Asked, limit: i64, now: Moment) -> Vec<Vec<Cell>> {
        let by = self.caller(by);
        let (mut lines, mut cursor) = (Vec::new(), None);
        loop {
            let cut: Option<String> = cursor;
            let paging =
                Paging::read(matrix::LIST, 1, Some(limit), cut.as_deref(), Some(true)).unwrap();
            let page = self.write(|conn| {
                Ok(matrix::matrix(conn, &by, self.settings, asked, &paging, now)?.page)
            });
            lines.extend(page.items.into_iter().map(|line| line.cells));
            cursor = page.next_cursor;
            if cursor.is_none() {
                assert_eq!(page.total, i64::try_from(lines.len()).ok());
                return lines;
            }
        }
    }
}

/// What is said of a cell, in one word each.
fn said(cell: &Cell) -> String {
    let marks = [
        (cell.expected, "expected"),
        (cell.filed, "filed"),
        (cell.on_time, "on_time"),
        (cell.returned, "returned"),
        (cell.accepted, "accepted"),
        (cell.missing, "missing"),
    ];
    let held = marks
        .iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, word)| *word);
    held.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_project_shows_every_quarter_and_nothing_is_owed_before_launch_or_before_the_window_opens() {
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-09-30");
        let ok = content(100, 100, 100);
        ground.file("2026Q3", &ok, on("2026-10-10")).unwrap();
        let by = ground.caller(ground.county);
        let now = on("2026-10-12");
        ground.write(|conn| {
            actions::accept(
                conn,
                &by,
                settings,
                (ground.project, quarter("2026Q3")),
                now,
            )?;
            Ok(())
        });
        let lines = ground.matrix(ground.county, &span("2026Q2", "2026Q4"), 50, now);
        let seen: Vec<String> = lines[0].iter().map(said).collect();
        assert_eq!(seen, ["", "expected filed on_time accepted", ""]);
        let quarters: Vec<Quarter> = lines[0].iter().map(|cell| cell.quarter).collect();
        assert_eq!(quarters, ["2026Q2", "2026Q3", "2026Q4"].map(quarter));
        assert_eq!(lines[0][0].state, State::Missing);
        // The window of the fourth quarter opens on 25 December.
        let lines = ground.matrix(ground.lead, &span("2026Q4", "2026Q4"), 50, on("2026-12-25"));
        assert_eq!(said(&lines[0][0]), "expected missing");
        let lines = ground.matrix(ground.lead, &span("2026Q4", "2026Q4"), 50, on("2026-12-24"));
        assert_eq!(said(&lines[0][0]), "");
    });
}

#[test]
fn the_matrix_adds_up_to_the_rates_and_shows_the_own_reach_alone() {
    each(|store, settings| {
        let mut ground = Ground::launched(store, settings, "2026-09-01");
        let city = ground.person("city", Role::Coordinator, "360100");
        let elsewhere = ground.person("county", Role::Coordinator, "360102");
        let ok = content(100, 100, 100);
        ground.file("2026Q3", &ok, on("2026-10-11")).unwrap();
        let by = ground.caller(ground.county);
        let which = (ground.project, quarter("2026Q3"));
        let reason = crate::reports::Reason {
            pointer: String::new(),
            note: "核实".to_owned(),
        };
        ground.write(|conn| {
            actions::give_back(
                conn,
                &by,
                settings,
                which,
                std::slice::from_ref(&reason),
                on("2026-10-12"),
            )?;
            Ok(())
        });
        ground.project = ground.another("2026-09-01", "360102");
        ground.file("2026Q3", &ok, on("2026-10-10")).unwrap();
        ground.another("2026-09-01", "360102");
        let paused = ground.another("2026-09-01", "360111");
        ground.pause(paused, "2026-10-10");
        let resumed = ground.another("2026-09-01", "360111");
        ground.pause(resumed, "2026-09-10");
        ground.resume(resumed, "2026-10-10");
        let now = on("2026-10-12");
        let asked = span("2026Q3", "2026Q3");
        let lines = ground.matrix(city, &asked, 2, now);
        assert_eq!(lines.len(), 5);
        let cells: Vec<Cell> = lines.iter().map(|cells| cells[0]).collect();
        let count = |holds: fn(&Cell) -> bool| {
            let owed = cells.iter().filter(|cell| cell.expected);
            owed.filter(|cell| holds(cell)).count()
        };
        let sums = format!(
            "360100 {} {} {} {} {} {}",
            count(|_| true),
            count(|cell| cell.filed),
            count(|cell| cell.on_time),
            count(|cell| cell.returned),
            count(|cell| cell.accepted),
            count(|cell| cell.missing)
        );
        assert_eq!(ground.rates(city, (None, Some("360000")), now), [sums]);
        assert_eq!(
            cells.iter().filter(|cell| !cell.expected).count(),
            1,
            "the paused one"
        );
        assert_eq!(ground.matrix(elsewhere, &asked, 50, now).len(), 2);
        let there = Asked {
            region: "360111".parse().ok(),
            ..asked.clone()
        };
        assert_eq!(ground.matrix(city, &there, 50, now).len(), 3);
        assert_eq!(ground.matrix(elsewhere, &there, 50, now).len(), 0);
        let other = Asked {
            industry: Some("aviation".to_owned()),
            ..asked
        };
        assert_eq!(ground.matrix(city, &other, 50, now).len(), 0);
    });
}

#[test]
fn the_coordinators_of_the_region_answer_for_its_rates_and_those_above_where_it_has_none() {
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-09-01");
        let city = ground.person("city", Role::Coordinator, "360100");
        let second = ground.person("second", Role::Coordinator, "360111");
        ground.another("2026-09-01", "360102");
        ground.another("2026-09-01", "360102");
        ground.another("2026-09-01", "360201");
        let site = ground.person("province", Role::Viewer, "360000");
        let now = on("2026-10-12");
        let mut expected = vec![
            format!("{} 1 0 0 0 0 1", ground.county),
            format!("{second} 1 0 0 0 0 1"),
            format!("{city} 2 0 0 0 0 2"),
        ];
        expected.sort();
        // Nobody coordinates 360201, nor anything above it.
        expected.insert(0, "- 1 0 0 0 0 1".to_owned());
        assert_eq!(
            ground.rates(site, (Some(By::Coordinator), None), now),
            expected
        );
        let own = ground.rates(ground.county, (Some(By::Coordinator), None), now);
        assert_eq!(own.len(), 2, "{own:?}");
    });
}

#[test]
fn a_matrix_of_twenty_quarters_is_the_widest_and_the_usual_one_has_four() {
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-09-01");
        let by = ground.caller(ground.county);
        let now = on("2026-10-12");
        let width = |from: Option<&str>, to: Option<&str>| {
            let asked = Asked {
                from: from.map(quarter),
                to: to.map(quarter),
                ..Asked::default()
            };
            let paging = Paging::read(matrix::LIST, 1, None, None, None).unwrap();
            let read = store
                .read_blocking(|conn| matrix::matrix(conn, &by, settings, &asked, &paging, now));
            match read {
                Ok(matrix) => matrix.page.items[0].cells.len().to_string(),
                Err(error) => error.code().unwrap().to_owned(),
            }
        };
        assert_eq!(width(None, None), "4");
        assert_eq!(width(Some("2026Q2"), None), "2");
        assert_eq!(width(Some("2027Q2"), None), "1");
        assert_eq!(width(Some("2022Q1"), Some("2026Q4")), "20");
        assert_eq!(
            width(Some("2021Q4"), Some("2026Q4")),
            "report.matrix_too_wide"
        );
        assert_eq!(
            width(Some("2026Q4"), Some("2026Q3")),
            "report.matrix_reversed"
        );
    });
}

#[test]
fn a_project_that_ended_before_is_not_shown() {
    use crate::store::schema::projects;
    use diesel::prelude::*;
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-05-04");
        let now = on("2026-10-12");
        for (closed, from, shown) in [
            ("2026-08-01", "2026Q4", false),
            ("2026-08-01", "2026Q3", true),
            ("2026-10-01", "2026Q4", true),
        ] {
            ground.write(|conn| {
                diesel::update(projects::table.find(ground.project))
                    .set((
                        projects::state.eq(crate::projects::State::Closed),
                        projects::closed_on.eq(Some(day(closed))),
                    ))
                    .execute(conn)?;
                Ok(())
            });
            let lines = ground.matrix(ground.county, &span(from, "2026Q4"), 50, now);
            assert_eq!(lines.len() == 1, shown, "closed {closed}, from {from}");
        }
    });
}
