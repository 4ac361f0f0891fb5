//! States, days and deadlines.

use super::world::{at, code, day, each, findings, quota};
use crate::blockers::fields::Fields;
use crate::blockers::rules::{Deed, Severity, Side, State};
use crate::blockers::{open_of, recount, store};
use crate::calendars;
use crate::deadlines::Answerable;
use crate::kernel::calendar::{DayKind, YearStatus};
use crate::kernel::id::Id;

#[test]
fn a_blocker_goes_its_way_over_the_national_holiday_and_owes_its_next_step_on_each_day_of_it() {
    each(|town| {
        let id = town.raise("lead", "2026-09-28");
        assert_eq!(town.owed(), ["blocker_accept 2026-09-29"]);

        // Three working days lead over 1 to 7 October; Saturday the 10th is worked.
        let scene = town.does("land", id, Deed::Accepted, "2026-09-29").unwrap();
        assert_eq!(scene.blocker.state, State::Accepted);
        assert_eq!(
            town.owed(),
            ["blocker_reply 2026-10-09", "blocker_resolve 2026-10-12"]
        );
        assert_eq!(scene.blocker.next_due_on, day("2026-10-09"));

        town.does("land", id, Deed::Replied, "2026-09-30").unwrap();
        assert_eq!(town.owed(), ["blocker_resolve 2026-10-12"]);

        town.does("land", id, Deed::Resolved, "2026-10-08").unwrap();
        assert_eq!(town.owed(), ["blocker_confirm 2026-10-12"]);
        assert_eq!(town.answerable(), [Answerable::Owner]);

        // The 9th and the 10th the clock stood still.
        town.does("owner", id, Deed::Objected, "2026-10-10")
            .unwrap();
        assert_eq!(town.owed(), ["blocker_resolve 2026-10-14"]);

        town.does("land", id, Deed::Resolved, "2026-10-12").unwrap();
        assert_eq!(town.owed(), ["blocker_confirm 2026-10-15"]);

        let closed = town
            .does("lead", id, Deed::Confirmed, "2026-10-13")
            .unwrap();
        assert_eq!(closed.blocker.closed_on, Some(day("2026-10-13")));
        assert_eq!(town.owed(), Vec::<String>::new());
        assert!(open_of(town.conn, town.project).unwrap().is_empty());

        // Two of seven days were left.
        let reopened = town.does("lead", id, Deed::Reopened, "2026-11-12").unwrap();
        assert_eq!(reopened.blocker.state, State::InProgress);
        assert_eq!(town.owed(), ["blocker_resolve 2026-11-16"]);
        assert_eq!(open_of(town.conn, town.project).unwrap().len(), 1);
    });
}

#[test]
fn every_deed_leaves_one_event_with_its_actor_and_what_it_brought() {
    each(|town| {
        let id = town.raise("lead", "2026-09-28");
        town.does("viewer", id, Deed::Commented, "2026-09-28")
            .unwrap_err();
        town.does("environment", id, Deed::Commented, "2026-09-28")
            .unwrap();
        town.does("land", id, Deed::Accepted, "2026-09-29").unwrap();
        town.does("land", id, Deed::Replied, "2026-09-30").unwrap();
        town.does("land", id, Deed::Resolved, "2026-10-08").unwrap();
        let events = store::events(town.conn, id).unwrap();
        let told: Vec<_> = events
            .iter()
            .map(|e| (e.number, e.deed.as_str(), e.actor_name.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (1, "raised", "lead"),
                (2, "commented", "environment"),
                (3, "accepted", "land"),
                (4, "replied", "land"),
                (5, "resolved", "land"),
            ]
        );
        assert!(events[0].facts.contains("land-quota"));
        assert!(events[3].facts.contains("2026-12-31"));
        let brought: serde_json::Value = serde_json::from_str(&events[4].facts).unwrap();
        assert_eq!(
            brought,
            serde_json::json!({ "document": "12号", "outcome": "已批" })
        );
        assert_eq!(events[4].on_day, day("2026-10-08"));
    });
}

#[test]
fn a_returned_blocker_owes_nothing_until_it_is_amended_and_submitted_again_and_is_returned_once() {
    each(|town| {
        let id = town.raise("lead", "2026-09-28");
        let returned = town.does("land", id, Deed::Returned, "2026-09-29").unwrap();
        assert!(returned.blocker.was_returned);
        assert_eq!(returned.blocker.next_due(), None);
        assert_eq!(town.owed(), Vec::<String>::new());
        let better = Fields {
            cause: Some(Some("缺 30 亩".to_owned())),
            ..Fields::default()
        };
        let amended = town.amend("lead", id, Some(2), &better).unwrap();
        assert_eq!(amended.blocker.cause, "缺 30 亩");
        assert_eq!(town.owed(), Vec::<String>::new());
        town.does("lead", id, Deed::Submitted, "2026-09-30")
            .unwrap();
        assert_eq!(town.owed(), ["blocker_accept 2026-10-08"]);
        let again = town.does("land", id, Deed::Returned, "2026-10-08");
        assert_eq!(code(again), "blocker.returned_already");
    });
}

#[test]
fn a_withdrawn_blocker_owes_nothing_and_takes_only_comments() {
    each(|town| {
        let id = town.raise("lead", "2026-09-28");
        town.does("land", id, Deed::Accepted, "2026-09-29").unwrap();
        town.does("lead", id, Deed::Withdrawn, "2026-09-29")
            .unwrap();
        assert_eq!(town.owed(), Vec::<String>::new());
        let late = town.does("land", id, Deed::Replied, "2026-09-30");
        assert_eq!(code(late), "blocker.not_possible");
        town.does("lead", id, Deed::Commented, "2026-09-30")
            .unwrap();
    });
}

#[test]
fn a_critical_blocker_has_half_the_days_and_its_deadlines_say_so() {
    each(|town| {
        let critical = Fields {
            severity: Some(Some(Severity::Critical)),
            ..quota()
        };
        let id = town.raise_with("lead", "2026-10-12", critical).unwrap();
        let id = id.blocker.id;
        town.does("land", id, Deed::Accepted, "2026-10-12").unwrap();
        assert_eq!(
            town.owed(),
            ["blocker_reply 2026-10-15", "blocker_resolve 2026-10-15"]
        );
        let open = crate::deadlines::open_of_project(town.conn, town.project).unwrap();
        assert!(open.iter().all(|deadline| deadline.critical));
        assert!(open[0].facts.contains("用地指标不足"), "{}", open[0].facts);
    });
}

#[test]
fn everything_wrong_with_a_blocker_is_told_at_once() {
    each(|town| {
        let wrong = Fields {
            region: Some(Some("360102".parse().unwrap())),
            category: Some(Some("weather".to_owned())),
            title: Some(Some(" ".to_owned())),
            cause: Some(Some("\u{3000}".to_owned())),
            department: Some(Some("navy".to_owned())),
            milestone_id: Some(Some(Id::new())),
            wished_outcome: Some(Some(" ".to_owned())),
            side: Some(Some(Side::Government)),
            ..Fields::default()
        };
        let mut found = findings(town.raise_with("lead", "2026-09-28", wrong));
        found.sort();
        assert_eq!(
            found,
            [
                ("/category".to_owned(), "blocker.category_unknown"),
                ("/cause".to_owned(), "blocker.blank"),
                ("/department".to_owned(), "blocker.department_unknown"),
                ("/milestone_id".to_owned(), "blocker.milestone_unknown"),
                ("/region".to_owned(), "blocker.region_outside"),
                ("/title".to_owned(), "blocker.blank"),
                ("/wished_outcome".to_owned(), "blocker.blank"),
            ]
        );
        let gone = Fields {
            region: Some(Some("360199".parse().unwrap())),
            ..quota()
        };
        let gone = findings(town.raise_with("lead", "2026-09-28", gone));
        assert_eq!(gone, [("/region".to_owned(), "blocker.region_unknown")]);
    });
}

#[test]
fn an_amendment_needs_the_version_seen_and_moves_what_is_owed_to_the_new_holder() {
    each(|town| {
        let id = town.raise("lead", "2026-09-28");
        let other = Fields {
            category: Some(Some("environment".to_owned())),
            ..Fields::default()
        };
        assert_eq!(
            code(town.amend("lead", id, None, &other)),
            "version.required"
        );
        assert_eq!(
            code(town.amend("lead", id, Some(9), &other)),
            "version.stale"
        );
        let amended = town.amend("lead", id, Some(1), &other).unwrap();
        assert_eq!(amended.blocker.department, "ecology-environment");
        assert_eq!(amended.blocker.version, 2);
        let region = "360111".parse().unwrap();
        let department = "ecology-environment".to_owned();
        assert_eq!(
            town.answerable(),
            [Answerable::Department { department, region }]
        );
        assert_eq!(town.told(), ["colleague", "environment", "land"]);

        // Nothing changed: nothing is written.
        let same = town.amend("lead", id, Some(2), &other).unwrap();
        assert_eq!(same.blocker.version, 2);
        let cleared = Fields {
            title: Some(None),
            department: Some(None),
            ..Fields::default()
        };
        assert_eq!(
            findings(town.amend("lead", id, Some(2), &cleared)),
            [("/title".to_owned(), "blocker.cannot_be_cleared")]
        );
        town.does("environment", id, Deed::Accepted, "2026-09-28")
            .unwrap();
        assert_eq!(
            code(town.amend("lead", id, Some(3), &other)),
            "blocker.not_possible"
        );
    });
}

#[test]
fn the_second_of_two_simultaneous_deeds_is_refused() {
    each(|town| {
        let id = town.raise("lead", "2026-09-28");
        let by = town.caller("land");
        let (seen, _) = store::get(town.conn, &by.scope, id).unwrap();
        assert_eq!(store::save(town.conn, &seen).unwrap().version, 2);
        assert_eq!(
            code(store::save(town.conn, &seen)),
            "blocker.changed_meanwhile"
        );
    });
}

#[test]
fn a_full_history_takes_what_moves_the_blocker_on_and_nothing_else() {
    each(|town| {
        let id = town.raise("lead", "2026-09-28");
        town.run("UPDATE blockers SET version = 1000");
        let comment = town.does("lead", id, Deed::Commented, "2026-09-28");
        assert_eq!(code(comment), "blocker.history_full");
        town.does("land", id, Deed::Accepted, "2026-09-28").unwrap();
    });
}

#[test]
fn a_project_not_under_dispatch_has_no_blocker_raised_or_worked_and_a_paused_one_is_silent() {
    each(|town| {
        let id = town.raise("lead", "2026-09-28");
        assert_eq!(town.told(), ["colleague", "land"]);
        town.run("UPDATE projects SET state = 'paused'");
        town.raise("lead", "2026-09-28");
        assert_eq!(town.told(), ["colleague", "land"]);
        town.does("land", id, Deed::Accepted, "2026-09-28").unwrap();
        for state in ["draft", "closed", "withdrawn"] {
            town.run(&format!("UPDATE projects SET state = '{state}'"));
            let raised = town.raise_with("lead", "2026-09-28", quota());
            assert_eq!(
                code(raised),
                "blocker.project_not_under_dispatch",
                "{state}"
            );
            let replied = town.does("land", id, Deed::Replied, "2026-09-28");
            assert_eq!(
                code(replied),
                "blocker.project_not_under_dispatch",
                "{state}"
            );
            town.does("lead", id, Deed::Commented, "2026-09-28")
                .unwrap();
        }
    });
}

#[test]
fn a_changed_calendar_moves_the_days_on_the_rows_and_no_version() {
    each(|town| {
        let id = town.raise("lead", "2026-09-28");
        let mut year = calendars::year(town.conn, 2026).unwrap().unwrap();
        year.days.push((day("2026-09-29"), DayKind::Holiday, None));
        year.status = YearStatus::Published;
        calendars::put(town.conn, &year).unwrap();
        assert_eq!(recount(town.conn, town.settings).unwrap(), 1);
        assert_eq!(recount(town.conn, town.settings).unwrap(), 0);
        let by = town.caller("lead");
        let (blocker, _) = store::get(town.conn, &by.scope, id).unwrap();
        assert_eq!(blocker.accept_due_on, Some(day("2026-09-30")));
        assert_eq!(blocker.next_due_on, day("2026-09-30"));
        assert_eq!(blocker.version, 1);
        assert_eq!(blocker.raised_at, at("2026-09-28"));
    });
}
