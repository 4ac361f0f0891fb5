//! Lists and counts, within a scope.

use super::ground::{Ground, content, day, on, quarter};
use crate::kernel::id::Id;
use crate::kernel::page::Paging;
use crate::kernel::time::Moment;
use crate::people::role::Role;
use crate::reports::browse;
use crate::reports::lists::{self, Filter};
use crate::reports::rates::{self, By};
use crate::reports::rules::{self, State};
use crate::reports::{actions, dues};
use crate::store::testing::each;

impl Ground<'_> {
    /// Quarter, state and lateness of what somebody reads, with `filter`, `limit` lines a page.
    fn list(&self, by: Id, filter: &Filter, limit: i64, now: Moment) -> Vec<(String, String)> {
        let by = self.caller(by);
        let mut lines = Vec::new();
        let mut cursor = None;
        loop {
            let paging =
                Paging::read(browse::ALL, 2, Some(limit), cursor.as_deref(), Some(true)).unwrap();
            let page = self.write(|conn| {
                let page = browse::all(conn, &by, self.settings, filter, &paging, now)?;
                Ok(serde_json::to_value(&page).unwrap())
            });
            for item in page["items"].as_array().unwrap() {
                let late = if item["late"] == true { " late" } else { "" };
                let said = format!("{}{late}", item["state"].as_str().unwrap());
                lines.push((item["quarter"].as_str().unwrap().to_owned(), said));
            }
            cursor = page["next_cursor"].as_str().map(str::to_owned);
            if cursor.is_none() {
                assert_eq!(page["total"], lines.len());
                return lines;
            }
        }
    }

    /// Key, expected, filed, on time, returned, accepted, missing.
    pub(super) fn rates(
        &self,
        by: Id,
        asked: (Option<By>, Option<&str>),
        now: Moment,
    ) -> Vec<String> {
        let by = self.caller(by);
        let region = asked.1.map(|region| region.parse().unwrap());
        let asked = (Some(quarter("2026Q3")), asked.0, region);
        let rates = self.write(|conn| {
            let rates = rates::rates(conn, &by, self.settings, asked, now)?;
            Ok(serde_json::to_value(&rates).unwrap())
        });
        let items = rates["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| {
                format!(
                    "{} {} {} {} {} {} {}",
                    item["key"].as_str().unwrap_or("-"),
                    item["expected"],
                    item["filed"],
                    item["on_time"],
                    item["returned"],
                    item["accepted"],
                    item["missing"]
                )
            })
            .collect()
    }
}

fn line(quarter: &str, state: &str) -> (String, String) {
    (quarter.to_owned(), state.to_owned())
}

#[test]
fn a_coordinator_lists_and_counts_the_own_reach_alone() {
    each(|store, settings| {
        let mut ground = Ground::launched(store, settings, "2026-09-01");
        let city = ground.person("city", Role::Coordinator, "360100");
        let elsewhere = ground.person("county", Role::Coordinator, "360102");
        ground.another("2026-09-01", "360102");
        ground.another("2026-10-01", "360102");
        let first = ground.project;
        let said = content(100, 100, 100);
        ground.file("2026Q3", &said, on("2026-09-28")).unwrap();
        let by = ground.caller(ground.county);
        ground.write(|conn| {
            let which = (first, quarter("2026Q3"));
            actions::accept(conn, &by, settings, which, on("2026-09-29"))?;
            Ok(())
        });
        ground.project = ground.another("2026-09-01", "360111");
        ground.file("2026Q3", &said, on("2026-10-11")).unwrap();

        let now = on("2026-10-12");
        let all = Filter::default();
        assert_eq!(
            ground.list(ground.county, &all, 1, now),
            [line("2026Q3", "accepted"), line("2026Q3", "submitted late")]
        );
        assert_eq!(
            ground.list(elsewhere, &all, 50, now),
            [line("2026Q3", "missing late")]
        );
        assert_eq!(ground.list(city, &all, 2, now).len(), 3);
        let there = Filter {
            region: "360102".parse().ok(),
            ..Filter::default()
        };
        assert_eq!(ground.list(ground.county, &there, 50, now), []);
        for (state, late, expected) in [
            (Some(State::Missing), None, 1),
            (Some(State::Accepted), None, 1),
            (Some(State::Draft), None, 0),
            (None, Some(true), 2),
            (None, Some(false), 1),
            (Some(State::Missing), Some(false), 0),
        ] {
            let filter = Filter {
                quarter: Some(quarter("2026Q3")),
                region: None,
                state,
                late,
            };
            let found = ground.list(city, &filter, 50, now);
            assert_eq!(found.len(), expected, "{filter:?}: {found:?}");
        }
        // Before the due day is over nothing missing is late.
        let late = Filter {
            late: Some(true),
            ..Filter::default()
        };
        assert_eq!(ground.list(elsewhere, &late, 50, on("2026-10-10")), []);

        let none = (None, None);
        assert_eq!(
            ground.rates(city, none, now),
            ["360102 1 0 0 0 0 1", "360111 2 2 1 0 1 0"]
        );
        assert_eq!(
            ground.rates(ground.county, (None, Some("360100")), now),
            ["360111 2 2 1 0 1 0"]
        );
        assert_eq!(
            ground.rates(elsewhere, (Some(By::Industry), Some("360000")), now),
            ["new-materials 1 0 0 0 0 1"]
        );
        assert_eq!(
            ground.rates(city, (None, Some("360000")), now),
            ["360100 3 2 1 0 1 1"]
        );
        assert_eq!(
            ground.rates(elsewhere, (None, Some("360111")), now),
            Vec::<String>::new()
        );
    });
}

#[test]
fn the_list_goes_through_all_quarters_since_the_first_launch_page_by_page() {
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-05-04");
        ground.another("2026-09-01", "360111");
        let said = content(100, 100, 100);
        ground.draft("2026Q2", &said, on("2026-09-23")).unwrap();
        let now = on("2026-09-23");
        assert_eq!(
            ground.list(ground.county, &Filter::default(), 1, now),
            [
                line("2026Q3", "missing"),
                line("2026Q3", "missing"),
                line("2026Q2", "draft late")
            ]
        );
        let ahead = Filter {
            quarter: Some(quarter("2026Q4")),
            ..Filter::default()
        };
        assert_eq!(ground.list(ground.county, &ahead, 50, now), []);
        let by = ground.caller(ground.lead);
        let paging = Paging::read(browse::OF_PROJECT, 1, Some(1), None, None).unwrap();
        let page = ground.write(|conn| {
            let page = browse::of_project(conn, &by, settings, ground.project, &paging, now)?;
            Ok(serde_json::to_value(&page).unwrap())
        });
        assert_eq!(page["items"][0]["quarter"], "2026Q3");
        let cursor = page["next_cursor"].as_str();
        let paging = Paging::read(browse::OF_PROJECT, 1, Some(1), cursor, None).unwrap();
        let page = ground.write(|conn| {
            let page = browse::of_project(conn, &by, settings, ground.project, &paging, now)?;
            Ok(serde_json::to_value(&page).unwrap())
        });
        assert_eq!(page["items"][0]["quarter"], "2026Q2");
        assert_eq!(page["next_cursor"], serde_json::Value::Null);
    });
}

#[test]
fn the_database_expects_what_the_rule_expects() {
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-09-30");
        let later = ground.another("2026-10-01", "360111");
        let paused = ground.another("2026-09-01", "360111");
        ground.pause(paused, "2026-10-10");
        let resumed = ground.another("2026-09-01", "360111");
        ground.pause(resumed, "2026-09-10");
        ground.resume(resumed, "2026-10-10");
        let resumed_late = ground.another("2026-09-01", "360111");
        ground.pause(resumed_late, "2026-09-10");
        ground.resume(resumed_late, "2026-10-11");
        let paused_late = ground.another("2026-09-01", "360111");
        ground.pause(paused_late, "2026-10-11");
        let projects = [
            ground.project,
            later,
            paused,
            resumed,
            resumed_late,
            paused_late,
        ];
        let scope = ground.caller(ground.county).scope;
        let mut seen = Vec::new();
        for today in ["2026-09-25", "2026-10-10", "2026-10-11", "2027-01-04"] {
            let (by_rule, by_database) = ground.write(|conn| {
                let calendar = crate::calendars::load(conn)?;
                let window = rules::window(quarter("2026Q3"), &calendar, &settings.reports);
                let mut by_rule = Vec::new();
                for id in projects {
                    let project = crate::projects::get(conn, &scope, id)?;
                    let life = dues::life(conn, &project)?;
                    if rules::is_expected(&life, &window, day(today)) {
                        by_rule.push(id);
                    }
                }
                let mut found = lists::expected_among(conn, &window, day(today), &projects)?;
                found.sort();
                by_rule.sort();
                Ok((by_rule, found))
            });
            assert_eq!(by_rule, by_database, "{today}");
            seen.push(by_rule.len());
        }
        assert_eq!(seen, [3, 3, 3, 3]);
    });
}
