//! A dry run and a real one never disagree, whatever is filed.

use std::sync::Mutex;

use diesel::prelude::*;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::ground::{Ground, content, day, on, quarter};
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::money::Yuan;
use crate::kernel::time::Moment;
use crate::people::caller::Caller;
use crate::reports::checks::Found;
use crate::reports::content::{Claim, Content, Percent, Rating};
use crate::reports::evidence::Evidence;
use crate::reports::filing::{self, Which};
use crate::reports::scene::Scene;
use crate::reports::store::Report;
use crate::store::Conn;
use crate::store::schema::{milestones, reports, schedules};
use crate::store::testing::each;

/// How far a report is brought.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Draft,
    Submission,
}

/// What filing comes to: the refusal with its findings, or what the checks find in a draft that is
/// kept and what state the report then has.
fn told(answer: Result<(Vec<Found>, Report)>) -> Vec<String> {
    match answer {
        Ok((found, report)) => {
            let found = found.iter();
            let found = found.map(|found| format!("{} {}", found.pointer, found.code));
            let state = format!("{} {}", report.state, report.number);
            std::iter::once(state).chain(found).collect()
        }
        Err(Error::Refused(refused)) => {
            let found = refused.findings.iter();
            let found = found.map(|found| format!("{} {}", found.pointer, found.code));
            std::iter::once(refused.code.to_owned())
                .chain(found)
                .collect()
        }
        Err(broken) => panic!("{broken}"),
    }
}

impl Ground<'_> {
    fn scene(&self, conn: &mut Conn, by: &Caller, which: Which, now: Moment) -> Result<Scene> {
        Scene::read(conn, &by.scope, self.settings, which, now)
    }

    /// Decides as a real filing does, and writes nothing.
    fn dry(
        &self,
        conn: &mut Conn,
        (by, which, step): (&Caller, Which, Step),
        content: &Content,
        now: Moment,
    ) -> Result<(Vec<Found>, Report)> {
        let mut scene = self.scene(conn, by, which, now)?;
        scene.report = Some(filing::drafted(&scene, content)?);
        let found = Evidence::read(conn, &scene)?.check(conn, &scene, content)?;
        let report = match step {
            Step::Draft => scene.report.unwrap(),
            Step::Submission => {
                let found = found.clone();
                filing::handed_in(by, self.settings, &scene, |_| Ok(found))?.report
            }
        };
        Ok((found, report))
    }

    /// Files through the actions the API calls.
    fn real(
        &self,
        conn: &mut Conn,
        (by, which, step): (&Caller, Which, Step),
        content: &Content,
        now: Moment,
    ) -> Result<(Vec<Found>, Report)> {
        let seen = self.scene(conn, by, which, now)?.report;
        let seen = seen.map(|report| report.version);
        let mut scene = filing::draft(conn, by, self.settings, which, (seen, content), now)?;
        let found = Evidence::read(conn, &scene)?.check(conn, &scene, content)?;
        if step == Step::Submission {
            scene = filing::submit(conn, by, self.settings, which, now)?;
        }
        Ok((found, scene.report.unwrap()))
    }
}

/// Contents near the edges of the checks, of a project with one milestone.
fn contents(milestone: Id) -> impl Strategy<Value = Content> {
    let amounts = (0_i64..4, 0_i64..4, 0_i64..4);
    let days = prop::sample::select(vec!["2026-09-20", "2026-09-30", "2026-10-12", "2027-01-31"]);
    let claims = (
        prop::option::of(days.clone()),
        prop::option::of(days),
        any::<bool>(),
    );
    let claims = prop::collection::vec(claims, 0..3);
    let words = prop::sample::select(vec![
        "",
        "停工",
        "主体结构施工按计划推进，质量安全受控。一二三四五六七八九十。",
    ]);
    let rating = prop::sample::select(vec![Rating::Green, Rating::Red]);
    let marks = (any::<bool>(), any::<bool>(), any::<bool>());
    (amounts, claims, words, rating, -50_i64..10_100, marks).prop_map(
        move |((quarter, year, total), claims, words, rating, percent, (known, none, reason))| {
            let mut content = content(quarter * 100, 100 + year * 100, 100 + total * 100);
            content.progress = words.to_owned();
            content.rating = rating;
            content.physical_percent = Percent(percent);
            content.problems.none = none;
            content.funds_paid_yuan = Some(Yuan(total * 100_000));
            content.version_reason = reason.then(|| "补充".to_owned());
            content.milestones = claims
                .into_iter()
                .map(|(forecast, done, own)| Claim {
                    id: if own { milestone } else { Id::default() },
                    forecast_on: forecast.map(day),
                    done_on: done.map(day),
                })
                .collect();
            let explained = [
                "narrative_short",
                "spike",
                "progress_gap",
                "quarters_missing",
            ];
            let said = |name: &&str| ((*name).to_owned(), "已核实".to_owned());
            content.explanations = known.then(|| explained.iter().map(said).collect());
            content
        },
    )
}

/// A schedule with one milestone that is not done.
fn with_a_milestone(ground: &Ground<'_>) -> Id {
    let mut milestone = crate::reports::checks::tests::milestone(Some("2026-12-01"), None);
    milestone.project_id = ground.project;
    let schedule = Id::new();
    ground.write(|conn| {
        diesel::insert_into(schedules::table)
            .values((
                schedules::id.eq(schedule),
                schedules::project_id.eq(ground.project),
                schedules::number.eq(1_i64),
                schedules::made_by.eq("system"),
                schedules::made_at.eq(on("2026-05-04")),
                schedules::version.eq(1_i64),
            ))
            .execute(conn)?;
        diesel::insert_into(milestones::table)
            .values(&milestone)
            .execute(conn)?;
        Ok(())
    });
    milestone.id
}

#[test]
fn a_dry_run_says_what_a_real_one_does() {
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-05-04");
        let milestone = with_a_milestone(&ground);
        ground
            .file("2026Q2", &content(100, 100, 100), on("2026-09-01"))
            .unwrap();
        let by = ground.caller(ground.lead);
        let (which, now) = ((ground.project, quarter("2026Q3")), on("2026-10-11"));
        let contents = contents(milestone);
        let mut runner = TestRunner::deterministic();
        let (mut refused, mut filed) = (0, 0);
        for round in 0..200 {
            let said = contents.new_tree(&mut runner).unwrap().current();
            let step = if round % 4 == 0 {
                Step::Draft
            } else {
                Step::Submission
            };
            let seen = Mutex::new(None);
            let unit = store.write_blocking(|conn| {
                let dry = told(ground.dry(conn, (&by, which, step), &said, now));
                let begun: i64 = reports::table
                    .filter(reports::quarter.eq(which.1))
                    .count()
                    .get_result(conn)?;
                assert_eq!(begun, 0, "a dry run writes nothing");
                let real = told(ground.real(conn, (&by, which, step), &said, now));
                *seen.lock().unwrap() = Some((dry, real));
                // What was written is taken back, so that the next one begins as this one did.
                Err::<(), _>(Error::broken("taken back"))
            });
            assert!(unit.is_err());
            let (dry, real) = seen.into_inner().unwrap().unwrap();
            assert_eq!(dry, real, "{said:?}");
            if real[0].starts_with("report.") {
                refused += 1;
            } else {
                filed += 1;
            }
        }
        assert!(
            filed > 10 && refused > 10,
            "{filed} filed, {refused} refused"
        );
    });
}
