//! What is owed and when it no longer is.

use diesel::prelude::*;

use super::ground::{Ground, code, content, day, moment, on, quarter};
use crate::kernel::id::Id;
use crate::kernel::time::{Day, Moment, Quarter};
use crate::reports::store::Reason;
use crate::reports::{actions, dues};
use crate::store::schema::deadlines;
use crate::store::testing::each;

impl Ground<'_> {
    /// Runs the job until nothing is left to do.
    fn sweep(&self, now: Moment) -> usize {
        let mut all = 0;
        loop {
            let count = self.write(|conn| dues::owe_batch(conn, self.settings, now));
            all += count;
            if count == 0 {
                return all;
            }
        }
    }

    /// Kind, due day and whether it is open, of everything ever owed on a project.
    fn owed(&self, project: Id) -> Vec<(String, Day, bool)> {
        self.write(|conn| {
            let rows: Vec<(String, Day, Option<Moment>)> = deadlines::table
                .filter(deadlines::project_id.eq(project))
                .order(deadlines::key)
                .select((deadlines::kind, deadlines::due_on, deadlines::settled_at))
                .load(conn)?;
            Ok(rows
                .into_iter()
                .map(|(kind, due_on, settled)| (kind, due_on, settled.is_none()))
                .collect())
        })
    }

    fn owed_of(&self, now: Moment) -> Vec<Quarter> {
        let scope = self.caller(self.lead).scope;
        self.write(|conn| {
            let project = crate::projects::get(conn, &scope, self.project)?;
            dues::owed_of(conn, self.settings, &project, now)
        })
    }
}

fn row(kind: &str, due_on: &str, open: bool) -> (String, Day, bool) {
    (kind.to_owned(), day(due_on), open)
}

#[test]
fn every_project_owes_its_report_once_the_window_opens_and_only_once() {
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-09-01");
        let others: Vec<Id> = (0..2)
            .map(|_| ground.another("2026-08-01", "360102"))
            .collect();
        let next_quarter = ground.another("2026-10-01", "360111");
        assert_eq!(ground.sweep(moment("2026-09-22T23:59:59.999+08:00")), 0);
        assert_eq!(ground.sweep(moment("2026-09-23T00:00:00+08:00")), 3);
        assert_eq!(ground.sweep(on("2026-09-23")), 0);
        for project in [ground.project, others[0], others[1]] {
            assert_eq!(ground.owed(project), [row("report", "2026-10-10", true)]);
        }
        assert_eq!(ground.owed(next_quarter), []);
        assert_eq!(ground.owed_of(on("2026-09-23")), [quarter("2026Q3")]);
        assert_eq!(ground.owed_of(on("2026-09-22")), []);
    });
}

#[test]
fn a_project_launched_into_an_open_window_owes_from_launch() {
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-09-28");
        let scope = ground.caller(ground.lead).scope;
        ground.write(|conn| {
            let project = crate::projects::get(conn, &scope, ground.project)?;
            dues::owe_at_launch(conn, settings, &project, on("2026-09-28"))
        });
        assert_eq!(
            ground.owed(ground.project),
            [row("report", "2026-10-10", true)]
        );
        assert_eq!(ground.sweep(on("2026-09-28")), 0);
    });
}

#[test]
fn what_stood_still_while_the_window_opened_is_owed_all_the_same() {
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-05-04");
        // The service comes back a week after the due day of the quarter, with the one before open.
        assert_eq!(ground.sweep(on("2026-10-19")), 2);
        assert_eq!(
            ground.owed(ground.project),
            [
                row("report", "2026-07-03", true),
                row("report", "2026-10-10", true)
            ]
        );
    });
}

#[test]
fn the_report_and_its_review_are_owed_in_turns() {
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-09-01");
        let project = ground.project;
        ground.sweep(on("2026-09-23"));
        let said = content(100, 100, 100);
        ground.file("2026Q3", &said, on("2026-09-25")).unwrap();
        assert_eq!(
            ground.owed(project),
            [
                row("report", "2026-10-10", false),
                row("report_review", "2026-10-13", true)
            ]
        );
        // Replaced on the lock day: two working days after it are later than the fifth.
        let next = crate::reports::content::Content {
            version_reason: Some("补充".to_owned()),
            ..said.clone()
        };
        ground.file("2026Q3", &next, on("2026-10-16")).unwrap();
        assert_eq!(
            ground.owed(project)[1],
            row("report_review", "2026-10-20", true)
        );
        let by = ground.caller(ground.county);
        let which = (project, quarter("2026Q3"));
        ground.write(|conn| {
            let reasons = [Reason {
                pointer: String::new(),
                note: "重报".to_owned(),
            }];
            actions::give_back(conn, &by, settings, which, &reasons, on("2026-10-19"))?;
            Ok(())
        });
        assert_eq!(
            ground.owed(project),
            [
                row("report", "2026-10-22", true),
                row("report_review", "2026-10-20", false)
            ]
        );
        assert_eq!(ground.owed_of(on("2026-10-19")), [quarter("2026Q3")]);
        ground.file("2026Q3", &said, on("2026-10-22")).unwrap();
        assert_eq!(
            ground.owed(project),
            [
                row("report", "2026-10-22", false),
                row("report_review", "2026-10-26", true)
            ]
        );
        ground.write(|conn| {
            actions::accept(conn, &by, settings, which, on("2026-10-23"))?;
            Ok(())
        });
        assert!(ground.owed(project).iter().all(|(_, _, open)| !open));
        assert_eq!(ground.owed_of(on("2026-10-23")), []);
        assert_eq!(ground.sweep(on("2026-10-23")), 0);
    });
}

#[test]
fn a_report_handed_in_before_the_job_ran_is_not_owed_afterwards() {
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-09-01");
        let said = content(100, 100, 100);
        ground.file("2026Q3", &said, on("2026-09-23")).unwrap();
        assert_eq!(ground.sweep(on("2026-09-23")), 0);
    });
}

#[test]
fn a_project_paused_through_the_due_day_never_owes_the_report() {
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-09-01");
        let project = ground.project;
        ground.sweep(on("2026-09-23"));
        ground.pause(project, "2026-10-09");
        let said = content(100, 100, 100);
        assert_eq!(
            code(ground.draft("2026Q3", &said, on("2026-10-10"))),
            "report.not_expected"
        );
        assert_eq!(ground.sweep(moment("2026-10-10T23:59:59.999+08:00")), 0);
        assert_eq!(ground.owed(project), [row("report", "2026-10-10", true)]);
        assert_eq!(ground.sweep(moment("2026-10-11T00:00:00+08:00")), 1);
        assert_eq!(ground.owed(project), [row("report", "2026-10-10", false)]);
        ground.resume(project, "2026-10-12");
        assert_eq!(ground.sweep(on("2026-10-12")), 0);
        assert_eq!(ground.owed_of(on("2026-10-12")), []);
        assert_eq!(
            code(ground.draft("2026Q3", &said, on("2026-10-12"))),
            "report.not_expected"
        );
    });
}

#[test]
fn a_project_that_resumes_on_the_due_day_owes_the_report() {
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-09-01");
        ground.pause(ground.project, "2026-09-10");
        assert_eq!(ground.sweep(on("2026-09-23")), 0);
        ground.resume(ground.project, "2026-10-10");
        assert_eq!(ground.sweep(on("2026-10-12")), 1);
        assert_eq!(
            ground.owed(ground.project),
            [row("report", "2026-10-10", true)]
        );
    });
}
