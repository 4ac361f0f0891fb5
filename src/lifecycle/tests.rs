//! The life of a project on both databases.

use std::sync::Barrier;

use diesel::prelude::*;

use super::actions;
use super::owe_vacancies;
use super::pillars;
use super::rules::Opening;
use crate::deadlines::{self, Answerable, Deadline, DeadlineKind};
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::money::Yuan;
use crate::kernel::time::Moment;
use crate::people::role::Role;
use crate::projects::{self, PauseKind, Project, State};
use crate::schedules::testing::{Whole, at, caller, day, draft, person, whole};
use crate::settings::Settings;
use crate::store::schema::{accounts, appointments};
use crate::store::testing::each;
use crate::store::{Conn, Store};

fn in_unit<T>(store: &Store, unit: impl Fn(&mut Conn) -> T) -> T {
    store.write_blocking(|conn| Ok(unit(conn))).unwrap()
}

fn launch(conn: &mut Conn, settings: &Settings, cast: &Whole, now: Moment) -> Result<Project> {
    actions::launch(conn, &cast.county, settings, cast.project, None, now)
}

fn owed(conn: &mut Conn, project: Id, kind: DeadlineKind) -> Vec<Deadline> {
    let mut open = deadlines::open_of_project(conn, project).unwrap();
    open.retain(|deadline| deadline.kind == kind);
    open
}

fn disable(conn: &mut Conn, account: Id, on: Option<Moment>) {
    diesel::update(accounts::table.find(account))
        .set(accounts::disabled_at.eq(on))
        .execute(conn)
        .unwrap();
}

#[test]
fn an_empty_draft_is_told_everything_it_lacks_and_stays_a_draft() {
    each(|store, settings| {
        in_unit(store, |conn| {
            let county = person(conn, "county", Role::Coordinator, "360111");
            let project = draft(conn, "草稿");
            let now = at("2026-09-28");
            let refused = actions::launch(conn, &county, settings, project, None, now);
            let Err(Error::Refused(refused)) = refused else {
                panic!("{refused:?}")
            };
            assert_eq!(refused.code, "project.five_one_incomplete");
            let told: Vec<_> = refused
                .findings
                .iter()
                .map(|found| (found.pointer.as_str(), found.code))
                .collect();
            assert_eq!(
                told,
                [
                    ("/plan", "plan.missing"),
                    ("/leader", "leader.missing"),
                    ("/team", "team.missing"),
                    ("/schedule", "schedule.missing"),
                    ("/owner", "owner.missing"),
                ]
            );
            let row = projects::get(conn, &county.scope, project).unwrap();
            assert_eq!((row.state, row.version), (State::Draft, 1));
        });
    });
}

#[test]
fn a_launch_freezes_the_baseline_and_owes_milestones_and_the_open_report() {
    each(|store, settings| {
        in_unit(store, |conn| {
            let cast = whole(conn, settings);
            let now = at("2026-09-28");
            let opening = Opening {
                total: Yuan(9_000_000),
                year: Yuan(4_000_000),
            };
            let id = cast.project;
            let launched = actions::launch(conn, &cast.county, settings, id, Some(opening), now);
            let launched = launched.unwrap();
            assert_eq!(launched.state, State::Active);
            assert_eq!(launched.launched_on, Some(day("2026-09-28")));
            assert_eq!(launched.opening_total_yuan, Some(opening.total));
            assert_eq!(launched.opening_year_yuan, Some(opening.year));
            assert_eq!(launched.opening_year, Some(2026));
            let milestones = owed(conn, id, DeadlineKind::Milestone);
            let days: Vec<_> = milestones.iter().map(|m| m.due_on.to_string()).collect();
            assert_eq!(
                days,
                ["2026-11-02", "2027-06-30", "2028-06-30", "2028-09-30"]
            );
            assert!(milestones[0].critical && !milestones[1].critical);
            assert_eq!(milestones[0].answerable(), Answerable::Owner);
            // The window of the third quarter has been open since 24 September.
            assert_eq!(owed(conn, id, DeadlineKind::Report).len(), 1);
            let five_one = pillars::five_one(conn, &cast.county, id).unwrap();
            assert!(five_one.gaps().is_empty());
            let again = launch(conn, settings, &cast, now).unwrap_err();
            assert_eq!(again.code(), Some("project.not_a_draft"));
        });
    });
}

#[test]
fn of_two_launches_at_once_one_wins() {
    each(|store, settings| {
        let cast = in_unit(store, |conn| whole(conn, settings));
        let start = Barrier::new(2);
        let outcomes: Vec<Result<Project>> = std::thread::scope(|scope| {
            let tries = [(), ()].map(|()| {
                scope.spawn(|| {
                    start.wait();
                    store.write_blocking(|conn| launch(conn, settings, &cast, at("2026-09-28")))
                })
            });
            tries.into_iter().map(|t| t.join().unwrap()).collect()
        });
        let lost: Vec<_> = outcomes.iter().filter_map(|o| o.as_ref().err()).collect();
        assert_eq!(lost.len(), 1);
        assert_eq!(lost[0].code(), Some("project.not_a_draft"));
        in_unit(store, |conn| {
            assert_eq!(owed(conn, cast.project, DeadlineKind::Milestone).len(), 4);
        });
    });
}

#[test]
fn a_disabled_leader_is_owed_once_and_settled_when_back() {
    each(|store, settings| {
        in_unit(store, |conn| {
            let cast = whole(conn, settings);
            launch(conn, settings, &cast, at("2026-09-28")).unwrap();
            assert_eq!(owe_vacancies(conn, settings, at("2026-10-12")).unwrap(), 0);
            disable(conn, cast.leader, Some(at("2026-10-12")));
            let noticed = at("2026-10-13");
            assert_eq!(owe_vacancies(conn, settings, noticed).unwrap(), 1);
            assert_eq!(owe_vacancies(conn, settings, noticed).unwrap(), 0);
            let open = owed(conn, cast.project, DeadlineKind::Pillar);
            assert_eq!(open[0].key, format!("pillar-{}-leader", cast.project));
            // Five working days after Monday 12 October.
            assert_eq!(open[0].due_on, day("2026-10-19"));
            let answerable = Answerable::Coordinators("360111".parse().unwrap());
            assert_eq!(open[0].answerable(), answerable);
            let five_one = pillars::five_one(conn, &cast.county, cast.project).unwrap();
            let gaps = five_one.gaps();
            assert_eq!(gaps.len(), 1);
            assert_eq!(gaps[0].code, "leader.absent");
            assert_eq!(five_one.pillars[1].since, Some(at("2026-10-12")));
            disable(conn, cast.leader, None);
            assert_eq!(owe_vacancies(conn, settings, noticed).unwrap(), 1);
            assert_eq!(owe_vacancies(conn, settings, noticed).unwrap(), 0);
            assert!(owed(conn, cast.project, DeadlineKind::Pillar).is_empty());
        });
    });
}

#[test]
fn only_projects_under_dispatch_miss_their_people() {
    each(|store, settings| {
        in_unit(store, |conn| {
            let cast = whole(conn, settings);
            disable(conn, cast.owner, Some(at("2026-09-28")));
            let now = at("2026-09-29");
            assert_eq!(owe_vacancies(conn, settings, now).unwrap(), 0);
            let refused = launch(conn, settings, &cast, now).unwrap_err();
            assert_eq!(refused.code(), Some("project.five_one_incomplete"));
            disable(conn, cast.owner, None);
            launch(conn, settings, &cast, now).unwrap();
            let (kind, until) = (PauseKind::Funding, day("2026-12-01"));
            let said = (kind, "资金未到位", until);
            actions::pause(conn, &cast.county, settings, cast.project, said, now).unwrap();
            disable(conn, cast.owner, Some(now));
            assert_eq!(owe_vacancies(conn, settings, now).unwrap(), 1);
            let reason = "不再建设";
            actions::withdraw(conn, &cast.county, settings, cast.project, reason, now).unwrap();
            assert_eq!(owe_vacancies(conn, settings, now).unwrap(), 0);
            assert!(
                deadlines::open_of_project(conn, cast.project)
                    .unwrap()
                    .is_empty()
            );
            let pauses = projects::pauses_of(conn, cast.project).unwrap();
            assert!(pauses.iter().all(|pause| pause.ended_on.is_some()));
        });
    });
}

#[test]
fn a_pause_keeps_what_is_owed_and_a_closure_ends_it_with_the_terms() {
    each(|store, settings| {
        in_unit(store, |conn| {
            let cast = whole(conn, settings);
            let (id, now) = (cast.project, at("2026-10-12"));
            launch(conn, settings, &cast, now).unwrap();
            let said = (PauseKind::Market, "市场变化", day("2026-11-01"));
            actions::pause(conn, &cast.county, settings, id, said, now).unwrap();
            let twice = actions::pause(conn, &cast.county, settings, id, said, now).unwrap_err();
            assert_eq!(twice.code(), Some("project.not_active"));
            assert_eq!(owed(conn, id, DeadlineKind::Milestone).len(), 4);
            let closing = actions::close(conn, &cast.county, settings, id, None, now);
            assert_eq!(closing.unwrap_err().code(), Some("project.not_active"));
            actions::resume(conn, &cast.county, settings, id, None, now).unwrap();
            let closed = actions::close(conn, &cast.county, settings, id, None, now).unwrap();
            assert_eq!(closed.closed_on, Some(day("2026-10-12")));
            assert!(deadlines::open_of_project(conn, id).unwrap().is_empty());
            // The day of closing is still a day of leader and owner.
            let ends: Vec<Option<crate::kernel::time::Day>> = appointments::table
                .filter(appointments::project_id.eq(id))
                .select(appointments::to_on)
                .load(conn)
                .unwrap();
            assert_eq!(ends, [Some(day("2026-10-13")); 2]);
            let over = actions::withdraw(conn, &cast.county, settings, id, "x", now);
            assert_eq!(over.unwrap_err().code(), Some("project.ended"));
        });
    });
}

#[test]
fn a_closure_names_every_report_that_is_owed() {
    each(|store, settings| {
        in_unit(store, |conn| {
            let cast = whole(conn, settings);
            launch(conn, settings, &cast, at("2026-09-28")).unwrap();
            let (id, now) = (cast.project, at("2026-09-29"));
            let refused = actions::close(conn, &cast.county, settings, id, None, now);
            let Err(Error::Refused(refused)) = refused else {
                panic!("{refused:?}")
            };
            assert_eq!(refused.code, "project.not_closable");
            assert_eq!(refused.findings[0].pointer, "/reports/2026Q3");
            assert_eq!(refused.findings[0].code, "project.reports_owed");
        });
    });
}

#[test]
fn out_of_scope_is_missing_and_beyond_the_role_is_forbidden() {
    each(|store, settings| {
        in_unit(store, |conn| {
            let cast = whole(conn, settings);
            let now = at("2026-09-28");
            let elsewhere = person(conn, "elsewhere", Role::Coordinator, "360200");
            let viewer = person(conn, "viewer", Role::Viewer, "360111");
            let owner = caller(conn, cast.owner);
            let tries = [
                (&elsewhere, "project.missing"),
                (&viewer, "act.forbidden"),
                (&owner, "act.forbidden"),
            ];
            for (by, code) in tries {
                let refused = actions::launch(conn, by, settings, cast.project, None, now);
                assert_eq!(refused.unwrap_err().code(), Some(code), "{}", by.name);
            }
            assert_eq!(
                pillars::five_one(conn, &elsewhere, cast.project)
                    .unwrap_err()
                    .code(),
                Some("project.missing")
            );
            pillars::five_one(conn, &viewer, cast.project).unwrap();
            actions::launch(conn, &cast.city, settings, cast.project, None, now).unwrap();
        });
    });
}
