//! The sweep on both databases, played moment by moment.

mod scene;

use std::cell::Cell;

use scene::{each, moment};

use super::*;
use crate::deadlines::{Answerable, DeadlineKind};
use crate::kernel::error::Error;
use crate::kernel::identifiers::Level;
use crate::people::role::Role;
use crate::projects::State;

/// Working and other days from 23 September to 20 November 2026: the report of 2026Q3 is due on
/// Saturday 10 October, a make-up day, after a week of holidays.
#[test]
fn a_late_report_is_told_to_ever_higher_people_over_30_working_days() {
    each(|scene| {
        let project = scene.project("新材料", "360111");
        scene.owe_report(project, "2026-09-23");
        scene.tick_daily("2026-09-23", "2026-11-20");
        assert_eq!(
            scene.told(),
            [
                "2026-09-28 09:00 E0-5 owner reminder",
                "2026-09-30 09:00 E0-3 owner reminder",
                "2026-10-09 09:00 E0-1 owner reminder",
                "2026-10-12 09:00 E1 owner notice",
                "2026-10-14 09:00 E2 convenor assignment",
                "2026-10-14 09:00 E2 leader assignment copy",
                "2026-10-14 09:00 E2 owner assignment",
                "2026-10-16 09:00 E3 city supervision copy",
                "2026-10-16 09:00 E3 county supervision",
                "2026-10-16 09:00 E3 leader supervision",
                "2026-10-23 09:00 E4 city supervision",
                "2026-10-23 09:00 E4 province supervision copy",
                "2026-10-30 09:00 E5 province elevation",
                "2026-11-06 09:00 R1 province circular",
                "2026-11-13 09:00 R2 province circular",
                "2026-11-20 09:00 R3 province circular",
            ]
        );
        assert!(scene.missing().is_empty());
    });
}

#[test]
fn an_overdue_blocker_climbs_from_its_department_to_the_province() {
    each(|scene| {
        let project = scene.project("新材料", "360111");
        scene.owe_blocker(project, "2026-09-28", 10, false);
        scene.tick_daily("2026-09-28", "2026-11-20");
        // Ten working days from 28 September: 16 October.
        let after: Vec<String> = scene.told().into_iter().skip(3).collect();
        assert_eq!(
            after,
            [
                "2026-10-19 09:00 E1 land notice",
                "2026-10-21 09:00 E2 county assignment",
                "2026-10-21 09:00 E2 land assignment copy",
                "2026-10-23 09:00 E3 city supervision",
                "2026-10-23 09:00 E3 county supervision copy",
                "2026-10-30 09:00 E4 city supervision",
                "2026-10-30 09:00 E4 province supervision copy",
                "2026-11-06 09:00 E5 province elevation",
                "2026-11-13 09:00 R1 province circular",
                "2026-11-20 09:00 R2 province circular",
            ]
        );
    });
}

#[test]
fn killed_between_any_two_units_it_goes_on_and_repeats_nothing() {
    each(|scene| {
        // 70 matters of one owner for one digest, 45 letters of their own to the province.
        for number in 0..70 {
            let project = scene.project(&format!("甲{number}"), "360111");
            scene.owe_report(project, "2026-09-23");
        }
        for number in 0..45 {
            let project = scene.project(&format!("乙{number}"), "360111");
            scene.owe_blocker(project, "2026-09-16", 5, false);
        }
        scene.first_look("2026-09-17 09:00");
        let mut runs = 0;
        for moment_of_day in ["2026-10-12 09:00", "2026-10-15 14:00"] {
            for allowed in 0.. {
                runs += 1;
                let left = Cell::new(allowed);
                let die = || {
                    let before = left.get();
                    left.set(before - 1);
                    if before == 0 {
                        Err(Error::broken("killed"))
                    } else {
                        Ok(())
                    }
                };
                let done = sweep_with(scene.store, scene.settings, moment(moment_of_day), &die);
                if done.is_ok() {
                    break;
                }
            }
        }
        assert!(runs >= 12, "killed {runs} times only");
        let told = scene.ledger();
        // E1 of 70 reports to the owner, then E2 to owner, convenor and leader.
        let of = |step: &str, name: &str| {
            let lines = told.iter().filter(|line| line.0 == step && line.1 == name);
            lines.count()
        };
        assert_eq!((of("E1", "owner"), of("E2", "owner")), (70, 70));
        assert_eq!((of("E2", "convenor"), of("E2", "leader")), (70, 70));
        // Of a digest at most 50 are shown, the others counted.
        let owner = scene.items_by_letter("owner");
        assert!(owner.iter().all(|shown| *shown <= 50), "{owner:?}");
        assert_eq!(owner.len(), 2, "one digest per slot: {owner:?}");
        // Each blocker's E4 went to the city and, as a copy, to the province, by letters of their own.
        assert_eq!((of("E4", "city"), of("E4", "province")), (45, 45));
        assert_eq!(scene.sweep("2026-10-15 14:20"), 0);
    });
}

#[test]
fn nothing_leaves_on_holidays_and_a_make_up_saturday_is_a_working_day() {
    each(|scene| {
        let project = scene.project("新材料", "360111");
        // Due on 12 October, so that the day before it in working days is Saturday the 10th.
        scene.owe(
            project,
            DeadlineKind::Milestone,
            "milestone-a",
            Answerable::Owner,
            |owed| {
                owed.anchor = scene::day("2026-10-12");
                owed.offset = 0;
            },
        );
        scene.first_look("2026-09-24 09:00");
        assert_eq!(scene.sweep("2026-10-05 09:00"), 0, "National Day week");
        assert_eq!(scene.sweep("2026-10-10 08:29"), 0, "before the hours");
        assert_eq!(scene.sweep("2026-10-10 08:45"), 0, "before the slot");
        assert_eq!(scene.sweep("2026-10-10 09:05"), 1);
        assert_eq!(scene.sweep("2026-10-10 09:05"), 0, "the slot is posted");
        assert_eq!(scene.sweep("2026-10-11 09:05"), 0, "a Sunday");
        assert_eq!(scene.told(), ["2026-10-10 09:00 E0-1 owner reminder"]);
    });
}

#[test]
fn a_paused_project_is_silent_and_then_hears_the_highest_step_only() {
    each(|scene| {
        let project = scene.project("新材料", "360111");
        scene.owe_report(project, "2026-09-23");
        scene.first_look("2026-09-24 09:00");
        scene.set_state(project, State::Paused);
        scene.tick_daily("2026-09-28", "2026-10-15");
        assert!(scene.told().is_empty());
        scene.set_state(project, State::Active);
        scene.tick_daily("2026-10-16", "2026-10-16");
        assert_eq!(
            scene.told(),
            [
                "2026-10-16 09:00 E3 city supervision copy",
                "2026-10-16 09:00 E3 county supervision",
                "2026-10-16 09:00 E3 leader supervision",
            ]
        );
    });
}

#[test]
fn after_downtime_only_the_highest_step_is_told_and_the_lower_ones_are_skipped() {
    each(|scene| {
        let project = scene.project("新材料", "360111");
        scene.owe_report(project, "2026-09-23");
        assert_eq!(scene.sweep("2026-10-15 14:00"), 3, "E2 of 14 October");
        assert_eq!(
            scene.steps(),
            [
                ("E0-1", "skipped"),
                ("E0-3", "skipped"),
                ("E0-5", "skipped"),
                ("E1", "skipped"),
                ("E2", "posted"),
            ]
            .map(|(step, outcome)| (step.to_owned(), outcome.to_owned()))
        );
    });
}

#[test]
fn a_missing_coordinator_falls_to_the_next_one_up_and_is_a_fault_until_there_is_one() {
    each(|scene| {
        let project = scene.project("新材料", "360111");
        scene.owe_report(project, "2026-09-23");
        scene.first_look("2026-09-24 09:00");
        scene.disable("county");
        scene.sweep("2026-10-16 09:00");
        assert_eq!(
            scene.told(),
            [
                "2026-10-16 09:00 E3 city supervision",
                "2026-10-16 09:00 E3 leader supervision",
            ]
        );
        assert_eq!(scene.missing(), ["coordinator 360111 2026-10-16"]);
        scene.person("county2", Role::Coordinator, Some("360111"), None);
        assert!(scene.missing().is_empty());
        scene.sweep("2026-10-16 14:00");
        assert_eq!(scene.kept_rungs(), 0);
    });
}

#[test]
fn a_step_nobody_could_be_told_of_waits_until_somebody_is_there() {
    each(|scene| {
        let project = scene.project("新材料", "360111");
        scene.owe_report(project, "2026-09-23");
        scene.first_look("2026-09-24 09:00");
        scene.disable("province");
        assert_eq!(scene.sweep("2026-10-30 09:00"), 0);
        assert_eq!(scene.missing(), ["coordinator 360000 2026-10-30"]);
        scene.person("province2", Role::Coordinator, Some("360000"), None);
        assert_eq!(scene.sweep("2026-11-02 09:00"), 1);
        assert_eq!(scene.told(), ["2026-11-02 09:00 E5 province2 elevation"]);
    });
}

#[test]
fn a_critical_blocker_is_told_at_once_inside_the_hours_and_a_critical_milestone_in_the_slot() {
    each(|scene| {
        let project = scene.project("新材料", "360111");
        scene.owe_blocker(project, "2026-09-28", 10, true);
        scene.owe(
            project,
            DeadlineKind::Milestone,
            "milestone-a",
            Answerable::Owner,
            |owed| {
                owed.anchor = scene::day("2026-10-16");
                owed.offset = 0;
                owed.critical = true;
            },
        );
        scene.first_look("2026-09-29 09:00");
        assert_eq!(scene.sweep("2026-10-19 08:29"), 0);
        assert_eq!(scene.sweep("2026-10-19 08:31"), 1);
        assert_eq!(scene.sweep("2026-10-19 09:00"), 1);
        assert_eq!(
            scene.told(),
            [
                "2026-10-19 08:31 E1 land notice",
                "2026-10-19 09:00 E1 owner notice",
            ]
        );
    });
}

#[test]
fn a_moved_due_day_restarts_the_ladder_and_the_old_steps_stay_on_record() {
    each(|scene| {
        let project = scene.project("新材料", "360111");
        scene.owe_report(project, "2026-09-23");
        scene.first_look("2026-09-24 09:00");
        scene.tick_daily("2026-10-12", "2026-10-12");
        scene.move_report(project, "2026-10-12", 3);
        scene.tick_daily("2026-10-13", "2026-10-16");
        assert_eq!(
            scene.told(),
            [
                "2026-10-12 09:00 E1 owner notice",
                // Its own day was the 12th, the day of the move.
                "2026-10-13 09:00 E0-3 owner reminder",
                "2026-10-14 09:00 E0-1 owner reminder",
                "2026-10-16 09:00 E1 owner notice",
            ]
        );
    });
}

#[test]
fn what_is_due_far_off_is_not_read_again_before_its_first_step() {
    each(|scene| {
        let project = scene.project("新材料", "360111");
        scene.owe_report(project, "2026-09-23");
        scene.first_look("2026-09-24 09:00");
        let look = |today: &str| {
            let today = scene::day(today);
            let rows = scene
                .store
                .read_blocking(|conn| deadlines::first_steps(conn, today, None, None, 10));
            rows.unwrap().len()
        };
        assert_eq!((look("2026-09-27"), look("2026-09-28")), (0, 1));
    });
}

#[test]
fn every_step_of_both_ladders_has_its_words_in_both_languages() {
    use crate::escalation::ladder::{Audience, LetterKind};
    for letter in LetterKind::ALL {
        for part in ["subject", "subject_many", "heading", "intro", "answer"] {
            assert!(crate::text::knows(&format!("letter.{letter}.{part}")));
        }
    }
    for audience in Audience::ALL {
        assert!(crate::text::knows(&format!("reason.{audience}")));
        assert!(crate::text::knows(&format!("reason.instead_of.{audience}")));
    }
    for kind in DeadlineKind::ALL {
        assert!(crate::text::knows(&format!("deadline.{kind}")));
    }
    assert_eq!(Level::County.as_str(), "county");
}
