//! The life of a report, edges first.

use diesel::prelude::*;

use super::ground::{Ground, Seen, code, content, findings, moment, on, quarter};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::time::Moment;
use crate::people::caller::Caller;
use crate::people::role::Role;
use crate::reports::content::Content;
use crate::reports::scene::Scene;
use crate::reports::store::Reason;
use crate::reports::{actions, filing};
use crate::store::schema::{letter_items, letters, report_versions};
use crate::store::testing::each;

impl Ground<'_> {
    fn accept(&self, by: &Caller, of: &str, now: Moment) -> Result<Seen> {
        let which = (self.project, quarter(of));
        self.store.write_blocking(|conn| {
            let scene = actions::accept(conn, by, self.settings, which, now)?;
            Ok(Seen::of(&scene, self.settings))
        })
    }

    fn give_back(&self, of: &str, notes: &[&str], now: Moment) -> Result<Seen> {
        let (by, which) = (self.caller(self.county), (self.project, quarter(of)));
        let reasons: Vec<Reason> = notes
            .iter()
            .map(|note| Reason {
                pointer: "/progress".to_owned(),
                note: (*note).to_owned(),
            })
            .collect();
        self.store.write_blocking(|conn| {
            let scene = actions::give_back(conn, &by, self.settings, which, &reasons, now)?;
            Ok(Seen::of(&scene, self.settings))
        })
    }

    fn correct(&self, of: &str, now: Moment) -> Result<Seen> {
        let (by, which) = (self.caller(self.county), (self.project, quarter(of)));
        self.store.write_blocking(|conn| {
            let scene =
                actions::grant_correction(conn, &by, self.settings, which, "审计更正", now)?;
            Ok(Seen::of(&scene, self.settings))
        })
    }

    fn upset(&self, of: &str, said: &Content, now: Moment) -> Vec<String> {
        let (by, which) = (self.caller(self.lead), (self.project, quarter(of)));
        self.write(|conn| {
            let scene = Scene::read(conn, &by.scope, self.settings, which, now)?;
            let upset = scene.upset(conn, said)?;
            Ok(upset
                .into_iter()
                .map(|upset| format!("{} {}", upset.quarter, upset.findings[0].code))
                .collect())
        })
    }

    fn versions(&self) -> Vec<(i64, Option<String>, Option<String>)> {
        self.write(|conn| {
            Ok(report_versions::table
                .order(report_versions::number)
                .select((
                    report_versions::number,
                    report_versions::version_reason,
                    report_versions::outcome,
                ))
                .load(conn)?)
        })
    }
}

fn seen(state: &'static str, number: i64, late: bool) -> Seen {
    Seen {
        state,
        number,
        late,
        has_draft: false,
    }
}

fn replacing(said: &Content, reason: &str) -> Content {
    Content {
        version_reason: Some(reason.to_owned()),
        ..said.clone()
    }
}

#[test]
fn a_report_is_begun_only_once_its_window_is_open() {
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-09-01");
        let said = content(100, 100, 100);
        let before = ground.draft("2026Q3", &said, moment("2026-09-22T23:59:59.999+08:00"));
        assert_eq!(code(before), "report.window_not_open");
        assert_eq!(
            code(ground.submit("2026Q3", on("2026-09-23"))),
            "report.not_begun"
        );
        assert_eq!(
            code(ground.draft("2026Q3", &said, moment("2026-09-23T00:00:00+08:00"))),
            "done"
        );
        assert_eq!(
            code(ground.draft("2026Q2", &said, on("2026-09-23"))),
            "report.not_expected"
        );
    });
}

#[test]
fn the_last_millisecond_of_the_due_day_is_on_time_and_the_next_one_late_for_good() {
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-09-01");
        let said = content(100, 100, 100);
        let last = moment("2026-10-10T23:59:59.999+08:00");
        assert_eq!(
            ground.file("2026Q3", &said, last).unwrap(),
            seen("submitted", 1, false)
        );
    });
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-09-01");
        let said = content(100, 100, 100);
        let county = ground.caller(ground.county);
        let late = moment("2026-10-11T00:00:00+08:00");
        assert_eq!(
            ground.file("2026Q3", &said, late).unwrap(),
            seen("submitted", 1, true)
        );
        let accepted = ground.accept(&county, "2026Q3", on("2026-10-12"));
        assert_eq!(accepted.unwrap(), seen("accepted", 1, true));
        ground.correct("2026Q3", on("2026-10-20")).unwrap();
        let corrected = ground.file("2026Q3", &said, on("2026-10-20"));
        assert_eq!(corrected.unwrap(), seen("submitted", 2, true));
    });
}

#[test]
fn until_the_lock_a_submitted_report_is_replaced_with_a_reason_and_then_no_more() {
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-09-01");
        let said = content(100, 100, 100);
        ground.file("2026Q3", &said, on("2026-09-28")).unwrap();
        assert_eq!(
            code(ground.submit("2026Q3", on("2026-09-28"))),
            "report.already_submitted"
        );
        let without = ground.file("2026Q3", &said, on("2026-10-09"));
        assert_eq!(
            findings(without),
            [(
                "/version_reason".to_owned(),
                "report.version_reason_missing"
            )]
        );
        let last = moment("2026-10-16T23:59:59.999+08:00");
        let said = replacing(&said, "漏报设备投资");
        assert_eq!(
            ground.file("2026Q3", &said, last).unwrap(),
            seen("submitted", 2, false)
        );
        let locked = ground.draft("2026Q3", &said, moment("2026-10-17T00:00:00+08:00"));
        assert_eq!(code(locked), "report.locked");
        let reason = Some("漏报设备投资".to_owned());
        assert_eq!(ground.versions(), [(1, None, None), (2, reason, None)]);
    });
}

#[test]
fn a_draft_beside_a_submitted_report_leaves_it_in_force_and_its_acceptance_closes_it() {
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-09-01");
        let said = content(100, 100, 100);
        ground.file("2026Q3", &said, on("2026-09-28")).unwrap();
        let next = replacing(&said, "补充");
        ground.draft("2026Q3", &next, on("2026-09-29")).unwrap();
        let county = ground.caller(ground.county);
        let accepted = ground.accept(&county, "2026Q3", on("2026-09-30")).unwrap();
        assert_eq!((accepted.state, accepted.number), ("accepted", 1));
        assert!(accepted.has_draft);
        assert_eq!(
            code(ground.submit("2026Q3", on("2026-09-30"))),
            "report.already_accepted"
        );
        let again = ground.accept(&county, "2026Q3", on("2026-09-30"));
        assert_eq!(code(again), "report.already_accepted");
    });
}

#[test]
fn a_missing_report_is_taken_after_the_lock_as_late() {
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-09-01");
        let filed = ground.file("2026Q3", &content(1, 1, 1), on("2026-11-20"));
        assert_eq!(filed.unwrap(), seen("submitted", 1, true));
    });
}

#[test]
fn a_returned_report_is_told_to_filer_and_owner_and_filed_again_without_a_reason() {
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-09-01");
        let said = content(100, 100, 100);
        let early = ground.give_back("2026Q3", &["x"], on("2026-09-28"));
        assert_eq!(code(early), "report.not_submitted");
        ground.file("2026Q3", &said, on("2026-09-28")).unwrap();
        let silent = ground.give_back("2026Q3", &[], on("2026-10-12"));
        assert_eq!(
            findings(silent),
            [("/reasons".to_owned(), "report.note_missing")]
        );
        let blank = ground.give_back("2026Q3", &["写清形象进度", "  "], on("2026-10-12"));
        assert_eq!(
            findings(blank),
            [("/reasons/1/note".to_owned(), "report.note_missing")]
        );
        let returned = ground.give_back("2026Q3", &["写清形象进度"], on("2026-10-12"));
        assert_eq!(returned.unwrap(), seen("returned", 1, false));
        // The filer is the owner, and is told once.
        let told: Vec<(String, String)> = ground.write(|conn| {
            let lines = letters::table
                .inner_join(letter_items::table.on(letter_items::letter_id.eq(letters::id)));
            Ok(lines
                .select((letters::subject, letter_items::reason))
                .load(conn)?)
        });
        let [(subject, item)] = &told[..] else {
            panic!("{told:?}")
        };
        assert!(subject.contains("2026Q3"), "{subject}");
        assert!(item.contains("写清形象进度"), "{item}");
        // The lock has passed: what was given back is filed all the same.
        let again = ground.file("2026Q3", &said, on("2026-10-20"));
        assert_eq!(again.unwrap(), seen("submitted", 2, false));
        let county = ground.caller(ground.county);
        ground.accept(&county, "2026Q3", on("2026-10-21")).unwrap();
        let outcomes: Vec<_> = ground.versions().into_iter().map(|(_, _, o)| o).collect();
        assert_eq!(
            outcomes,
            [Some("returned".to_owned()), Some("accepted".to_owned())]
        );
    });
}

#[test]
fn whoever_filed_a_report_does_not_review_it() {
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-09-01");
        let said = content(100, 100, 100);
        ground.file("2026Q3", &said, on("2026-09-28")).unwrap();
        let lead = ground.caller(ground.lead);
        let as_lead = ground.accept(&lead, "2026Q3", on("2026-09-28"));
        assert_eq!(code(as_lead), "act.forbidden");
        let promoted = Caller {
            id: lead.id,
            ..ground.caller(ground.county)
        };
        let own = ground.accept(&promoted, "2026Q3", on("2026-09-28"));
        assert_eq!(code(own), "report.own_report");
        let elsewhere = ground.person("county", Role::Coordinator, "360102");
        let elsewhere = ground.caller(elsewhere);
        let foreign = ground.accept(&elsewhere, "2026Q3", on("2026-09-28"));
        assert_eq!(code(foreign), "project.missing");
    });
}

#[test]
fn a_correction_lists_later_reports_that_no_longer_add_up_and_is_not_refused_for_them() {
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-09-01");
        ground
            .file("2026Q3", &content(100, 100, 100), on("2026-09-28"))
            .unwrap();
        assert_eq!(
            code(ground.correct("2026Q3", on("2026-10-16"))),
            "report.not_locked"
        );
        ground
            .file("2026Q4", &content(50, 150, 150), on("2026-12-31"))
            .unwrap();
        ground
            .file("2027Q1", &content(20, 20, 170), on("2027-03-31"))
            .unwrap();
        ground.correct("2026Q3", on("2027-04-01")).unwrap();
        assert_eq!(
            code(ground.correct("2026Q3", on("2027-04-01"))),
            "report.already_open"
        );
        let corrected = content(90, 90, 90);
        assert_eq!(
            ground.upset("2026Q3", &corrected, on("2027-04-01")),
            ["2026Q4 report.total_does_not_add_up"]
        );
        let filed = ground.file("2026Q3", &corrected, on("2027-04-01"));
        assert_eq!(filed.unwrap(), seen("submitted", 2, false));
    });
}

#[test]
fn a_new_year_starts_its_sum_anew_and_a_missing_quarter_asks_only_for_at_least() {
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-07-01");
        ground
            .file("2026Q3", &content(100, 100, 100), on("2026-09-28"))
            .unwrap();
        // 2026Q4 is missing: the total may be larger, this year's sum may not; both at once are told.
        let wrong = ground.file("2027Q1", &content(10, 30, 105), on("2027-03-31"));
        assert_eq!(
            findings(wrong),
            [
                (
                    "/invested_total_yuan".to_owned(),
                    "report.total_does_not_add_up"
                ),
                (
                    "/invested_year_yuan".to_owned(),
                    "report.year_does_not_add_up"
                ),
                (String::new(), "report.quarters_missing"),
            ]
        );
        let mut right = content(10, 10, 170);
        let unexplained = ground.file("2027Q1", &right, on("2027-03-31"));
        assert_eq!(
            findings(unexplained),
            [(String::new(), "report.quarters_missing")]
        );
        right.explanations = Some([("quarters_missing".to_owned(), "补报中".to_owned())].into());
        let filed = ground.file("2027Q1", &right, on("2027-03-31"));
        assert_eq!(filed.unwrap(), seen("submitted", 1, false));
        // Handed in late, the quarter between no longer leaves room for a larger total.
        assert_eq!(
            ground.upset("2026Q4", &content(40, 140, 140), on("2027-04-20")),
            ["2027Q1 report.total_does_not_add_up"]
        );
    });
}

#[test]
fn of_two_who_submit_at_once_one_wins() {
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-09-01");
        let said = content(100, 100, 100);
        ground.draft("2026Q3", &said, on("2026-09-28")).unwrap();
        let by = ground.caller(ground.lead);
        let which: (Id, _) = (ground.project, quarter("2026Q3"));
        let answers: Vec<&'static str> = std::thread::scope(|threads| {
            let both: Vec<_> = (0..2)
                .map(|_| {
                    threads.spawn(|| {
                        code(store.write_blocking(|conn| {
                            filing::submit(conn, &by, settings, which, on("2026-09-28"))?;
                            Ok(())
                        }))
                    })
                })
                .collect();
            both.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let won = answers.iter().filter(|answer| **answer == "done").count();
        assert_eq!(won, 1, "{answers:?}");
        assert_eq!(ground.versions().len(), 1);
    });
}

#[test]
fn a_draft_that_exists_is_changed_by_who_saw_it() {
    each(|store, settings| {
        let ground = Ground::launched(store, settings, "2026-09-01");
        let said = content(100, 100, 100);
        let version = ground.draft("2026Q3", &said, on("2026-09-28")).unwrap();
        let by = ground.caller(ground.lead);
        let which = (ground.project, quarter("2026Q3"));
        let put = |seen| {
            code(store.write_blocking(|conn| {
                filing::draft(conn, &by, settings, which, (seen, &said), on("2026-09-28"))?;
                Ok(())
            }))
        };
        assert_eq!(put(None), "version.required");
        assert_eq!(put(Some(version + 1)), "version.stale");
        assert_eq!(put(Some(version)), "done");
        let county = ground.caller(ground.county);
        let forbidden = store.write_blocking(|conn| {
            filing::draft(
                conn,
                &county,
                settings,
                which,
                (None, &said),
                on("2026-09-28"),
            )?;
            Ok(())
        });
        assert_eq!(code(forbidden), "act.forbidden");
    });
}
