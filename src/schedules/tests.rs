//! Schedules on both databases.

use diesel::prelude::*;

use super::actions::{self, Put};
use super::changes::{self, Ask, Decision};
use super::progress::{self, Progress, record_progress};
use super::rules::{Said, Step};
use super::testing::{Whole, at, day, draft, person, put, steps, whole};
use super::{freeze_baseline, milestones, standing};
use crate::deadlines;
use crate::kernel::id::Id;
use crate::people::role::Role;
use crate::projects;
use crate::settings::Settings;
use crate::store::schema;
use crate::store::testing::each;
use crate::store::{Conn, Store};

/// Puts a whole project under dispatch as a launch does.
fn launched(conn: &mut Conn, settings: &Settings) -> Whole {
    let cast = whole(conn, settings);
    let mut project = projects::get(conn, &cast.county.scope, cast.project).unwrap();
    projects::charter(conn, &project)
        .unwrap()
        .fill(&mut project);
    project.state = projects::State::Active;
    project.launched_on = Some(day("2026-09-28"));
    let project = projects::save(conn, &project, at("2026-09-28")).unwrap();
    freeze_baseline(conn, settings, &project, at("2026-09-28")).unwrap();
    cast
}

fn due_days(conn: &mut Conn, project: Id) -> Vec<(String, String)> {
    let open = deadlines::open_of_project(conn, project).unwrap();
    let told = open.iter().map(|d| (d.key.clone(), d.due_on.to_string()));
    told.collect()
}

fn in_unit(store: &Store, unit: impl Fn(&mut Conn)) {
    store
        .write_blocking(|conn| {
            unit(conn);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_draft_keeps_an_unfinished_schedule_and_fills_its_pillar_only_when_whole() {
    each(|store, settings| {
        in_unit(store, |conn| {
            let county = person(conn, "county", Role::Coordinator, "360111");
            let project = draft(conn, "草稿");
            let now = at("2026-09-28");
            assert_eq!(standing(conn, project).unwrap().gaps.len(), 1);
            put(conn, settings, &county, project, &steps()[..2], now);
            let pillar = |conn: &mut Conn| {
                let row = projects::get(conn, &county.scope, project).unwrap();
                row.schedule_id
            };
            assert_eq!(pillar(conn), None);
            assert!(standing(conn, project).unwrap().since.is_none());
            let held = put(conn, settings, &county, project, &steps(), now);
            assert_eq!(held.schedule.number, 2);
            assert_eq!(pillar(conn), Some(held.schedule.id));
            assert_eq!(standing(conn, project).unwrap().since, Some(now));
            put(conn, settings, &county, project, &steps()[..3], now);
            assert_eq!(pillar(conn), None);
            assert!(due_days(conn, project).is_empty());
        });
    });
}

#[test]
fn milestones_survive_edits_and_their_deadlines_follow() {
    each(|store, settings| {
        in_unit(store, |conn| {
            let cast = launched(conn, settings);
            let before = milestones(conn, cast.project).unwrap();
            assert!(before.iter().all(|m| m.baseline_on == Some(m.due_on)));
            assert_eq!(due_days(conn, cast.project).len(), 4);
            let mut steps: Vec<Step> = before.iter().map(Step::from).collect();
            let gone = steps.remove(1);
            steps[0].name = "正式开工".to_owned();
            let mut added = gone.clone();
            added.id = None;
            added.name = "设备到场".to_owned();
            added.kind = super::milestone::MilestoneKind::Equipment;
            steps.insert(1, added);
            let seen = actions::held(conn, cast.project).unwrap().unwrap();
            let cmd = Put {
                steps,
                reason: Some("设计变更".to_owned()),
            };
            let version = Some(seen.schedule.version);
            let now = at("2026-10-12");
            let held = actions::put(
                conn,
                &cast.county,
                settings,
                cast.project,
                version,
                &cmd,
                now,
            )
            .unwrap();
            assert_eq!(held.milestones[0].id, before[0].id);
            assert_eq!(held.milestones[1].baseline_on, Some(gone.due_on));
            let keys: Vec<_> = due_days(conn, cast.project)
                .into_iter()
                .map(|(key, _)| key)
                .collect();
            let expected: Vec<_> = held
                .milestones
                .iter()
                .map(super::milestone::Milestone::deadline_key)
                .collect();
            assert_eq!(keys, expected);
            let facts = deadlines::open_of_project(conn, cast.project).unwrap();
            assert!(facts[0].facts.contains("正式开工"), "{}", facts[0].facts);
            assert_eq!(milestones(conn, cast.project).unwrap(), held.milestones);
        });
    });
}

#[test]
fn done_settles_what_is_owed_and_taken_back_it_is_owed_again() {
    each(|store, settings| {
        in_unit(store, |conn| {
            let cast = launched(conn, settings);
            let start = milestones(conn, cast.project).unwrap()[0].clone();
            let mut version = actions::held(conn, cast.project)
                .unwrap()
                .unwrap()
                .schedule
                .version;
            let now = at("2026-11-03");
            for (done_on, owed) in [(Some(day("2026-11-02")), 3), (None, 4)] {
                let said = Said {
                    forecast_on: None,
                    done_on: Some(done_on),
                };
                let ids = (cast.project, start.id);
                let changed =
                    progress::change(conn, &cast.county, settings, ids, Some(version), said, now);
                let (milestone, next) = changed.unwrap();
                assert_eq!(milestone.done_on, done_on);
                assert!(next > version);
                version = next;
                assert_eq!(due_days(conn, cast.project).len(), owed);
            }
        });
    });
}

#[test]
fn a_report_writes_what_it_says_of_milestones_and_leaves_the_rest() {
    each(|store, settings| {
        in_unit(store, |conn| {
            let cast = launched(conn, settings);
            let present = milestones(conn, cast.project).unwrap();
            let project = projects::get(conn, &cast.county.scope, cast.project).unwrap();
            let claims = [
                Progress {
                    id: present[0].id,
                    forecast_on: None,
                    done_on: Some(day("2026-09-30")),
                },
                Progress {
                    id: present[1].id,
                    forecast_on: Some(day("2027-08-01")),
                    done_on: None,
                },
            ];
            let now = at("2026-10-10");
            record_progress(conn, &cast.county, settings, &project, &claims, now).unwrap();
            let after = milestones(conn, cast.project).unwrap();
            assert_eq!(after[0].done_on, Some(day("2026-09-30")));
            assert_eq!(after[1].forecast_on, Some(day("2027-08-01")));
            assert_eq!(after[2..], present[2..]);
            assert_eq!(due_days(conn, cast.project).len(), 3);
            let wrong = [Progress {
                id: Id::new(),
                forecast_on: None,
                done_on: None,
            }];
            let refused = record_progress(conn, &cast.county, settings, &project, &wrong, now);
            assert_eq!(refused.unwrap_err().code(), Some("body.invalid"));
        });
    });
}

#[test]
fn a_granted_date_change_moves_the_day_and_the_deadline_but_never_the_baseline() {
    each(|store, settings| {
        in_unit(store, |conn| {
            let cast = launched(conn, settings);
            let last = milestones(conn, cast.project).unwrap()[3].clone();
            let owner = super::testing::caller(conn, cast.owner);
            let ask = Ask {
                due_on: day("2028-12-31"),
                reason: "设备延期".to_owned(),
            };
            let now = at("2026-10-12");
            let ids = (cast.project, last.id);
            let (change, ..) = changes::ask(conn, &owner, settings, ids, &ask, now).unwrap();
            let again = changes::ask(conn, &owner, settings, ids, &ask, now).unwrap_err();
            assert_eq!(again.code(), Some("date_change.open_already"));
            let decision = Decision {
                grant: true,
                reason: "同意".to_owned(),
            };
            changes::decide(conn, &cast.county, settings, change.id, &decision, now).unwrap();
            let moved = milestones(conn, cast.project).unwrap()[3].clone();
            assert_eq!(moved.baseline_on, Some(day("2028-09-30")));
            assert_eq!((moved.moves, moved.moved_days()), (1, 92));
            let owed = (last.deadline_key(), "2028-12-31".to_owned());
            assert!(due_days(conn, cast.project).contains(&owed));
            let twice = changes::decide(conn, &cast.county, settings, change.id, &decision, now);
            assert_eq!(twice.unwrap_err().code(), Some("date_change.decided"));
        });
    });
}

#[test]
fn a_launched_project_cannot_lose_a_pillar_in_the_database_either() {
    each(|store, settings| {
        let cast = std::sync::Mutex::new(None);
        in_unit(store, |conn| {
            *cast.lock().unwrap() = Some(launched(conn, settings));
        });
        let cast = cast.into_inner().unwrap().unwrap();
        let none = None::<Id>;
        let row = || schema::projects::table.find(cast.project);
        let emptied = [
            store.write_blocking(|conn| {
                projects::fill_schedule(conn, cast.project, none, at("2026-10-12"))
            }),
            store.write_blocking(|conn| {
                let set = schema::projects::plan_id.eq(none);
                Ok(diesel::update(row()).set(set).execute(conn).map(|_| ())?)
            }),
            store.write_blocking(|conn| {
                let set = schema::projects::leader_id.eq(none);
                Ok(diesel::update(row()).set(set).execute(conn).map(|_| ())?)
            }),
            store.write_blocking(|conn| {
                let set = schema::projects::team_id.eq(none);
                Ok(diesel::update(row()).set(set).execute(conn).map(|_| ())?)
            }),
            store.write_blocking(|conn| {
                let set = schema::projects::owner_id.eq(none);
                Ok(diesel::update(row()).set(set).execute(conn).map(|_| ())?)
            }),
        ];
        for refused in emptied {
            assert!(refused.is_err());
        }
    });
}
