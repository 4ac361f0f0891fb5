//! Tests of the decisions, edges first.

use proptest::prelude::*;

use super::*;
use crate::kernel::id::Id;
use crate::reference;
use crate::reports::checks::tests::content;
use crate::settings::Settings;

fn calendar() -> WorkCalendar {
    WorkCalendar::new(
        reference::calendar_years()
            .iter()
            .map(reference::ReferenceYear::to_calendar),
    )
}

fn policy() -> ReportSettings {
    Settings::from_defaults(&[]).unwrap().reports
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn quarter(text: &str) -> Quarter {
    text.parse().unwrap()
}

fn days(text: &str) -> Window {
    window(quarter(text), &calendar(), &policy())
}

fn life(state: ProjectState, launched: &str) -> Life {
    Life {
        state,
        launched_on: Some(day(launched)),
        closed_on: None,
        pauses: Vec::new(),
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "it is handed on as what may be missing"
)]
fn standing(state: State) -> Option<Standing> {
    Some(Standing {
        state,
        has_draft: true,
        correction_granted: false,
    })
}

fn code<T>(answer: Result<T>) -> &'static str {
    answer
        .err()
        .and_then(|error| error.code())
        .unwrap_or("done")
}

#[test]
fn the_third_quarter_of_2026_opens_on_23_september_is_due_on_a_make_up_saturday_and_locks() {
    let window = days("2026Q3");
    assert_eq!(window.opens_on.on, day("2026-09-23"));
    assert_eq!(
        window.due_on,
        Counted {
            on: day("2026-10-10"),
            provisional: false
        }
    );
    assert_eq!(window.locks_on.on, day("2026-10-16"));
    assert!(!window.is_provisional());
}

/// Written by a separate program that walks day by day.
const DUE_DAYS: &str = include_str!("../../../tests/data/report-due-days.csv");

#[test]
fn the_days_of_every_quarter_are_those_walked_by_hand() {
    let (calendar, policy) = (calendar(), policy());
    let mut quarters = 0;
    for row in csv::Reader::from_reader(DUE_DAYS.as_bytes()).records() {
        let row = row.unwrap();
        let window = window(quarter(&row[0]), &calendar, &policy);
        let (anchor, offset) = review_due(
            window.quarter,
            window.quarter.last_day(),
            &calendar,
            &policy,
        );
        let review = calendar.plus_working_days(anchor, offset).on;
        let days = [
            window.opens_on.on,
            window.due_on.on,
            review,
            window.locks_on.on,
        ];
        let walked = [&row[1], &row[2], &row[3], &row[4]].map(day);
        assert_eq!(days, walked, "{}", &row[0]);
        assert_eq!(window.due_on.provisional, &row[5] == "yes", "{}", &row[0]);
        quarters += 1;
    }
    assert_eq!(quarters, 44);
}

#[test]
fn the_fourth_quarter_of_2026_is_due_provisionally_on_6_january() {
    let window = days("2026Q4");
    assert_eq!(
        window.due_on,
        Counted {
            on: day("2027-01-06"),
            provisional: true
        }
    );
    assert!(!window.opens_on.provisional && window.is_provisional());
}

#[test]
fn the_latest_opened_quarter_changes_with_the_window_not_with_the_quarter() {
    for (today, expected) in [
        ("2026-09-22", "2026Q2"),
        ("2026-09-23", "2026Q3"),
        ("2026-10-01", "2026Q3"),
        ("2027-01-01", "2026Q4"),
    ] {
        assert_eq!(
            latest_opened(day(today), &calendar(), &policy()),
            quarter(expected),
            "{today}"
        );
    }
}

#[test]
fn the_last_millisecond_of_the_due_day_in_the_zone_of_the_site_is_on_time() {
    let zone = Zone::default();
    let due = day("2026-10-10");
    let moment = |text: &str| text.parse::<Moment>().unwrap();
    let last = moment("2026-10-10T15:59:59.999Z");
    let first_late = moment("2026-10-10T16:00:00.000Z");
    let long_after = moment("2026-12-01T00:00:00Z");
    assert!(!is_late(due, zone, Some(last), long_after));
    assert!(is_late(due, zone, Some(first_late), long_after));
    assert!(!is_late(due, zone, None, last));
    assert!(is_late(due, zone, None, first_late));
}

#[test]
fn a_review_is_due_by_the_quarter_or_by_the_submission_whichever_is_later() {
    let (q, calendar, policy) = (quarter("2026Q3"), calendar(), policy());
    let due = |submitted: &str| {
        let (anchor, offset) = review_due(q, day(submitted), &calendar, &policy);
        calendar.plus_working_days(anchor, offset).on
    };
    assert_eq!(due("2026-09-25"), day("2026-10-13"));
    assert_eq!(due("2026-10-10"), day("2026-10-13"));
    assert_eq!(due("2026-10-12"), day("2026-10-14"));
    assert_eq!(due("2026-11-05"), day("2026-11-09"));
}

#[test]
fn a_report_is_expected_from_the_quarter_of_the_launch() {
    let window = days("2026Q3");
    let today = day("2026-10-02");
    assert!(is_expected(
        &life(ProjectState::Active, "2026-09-30"),
        &window,
        today
    ));
    assert!(!is_expected(
        &life(ProjectState::Active, "2026-10-01"),
        &window,
        today
    ));
    let draft = Life {
        launched_on: None,
        ..life(ProjectState::Draft, "2026-09-01")
    };
    assert!(!is_expected(&draft, &window, today));
}

#[test]
fn until_the_due_day_is_over_what_counts_is_the_state_now() {
    let window = days("2026Q3");
    let mut paused = life(ProjectState::Paused, "2026-01-05");
    paused.pauses = vec![(day("2026-10-09"), None)];
    assert!(!is_expected(&paused, &window, day("2026-10-10")));
    let mut resumed = life(ProjectState::Active, "2026-01-05");
    resumed.pauses = vec![(day("2026-10-08"), Some(day("2026-10-10")))];
    assert!(is_expected(&resumed, &window, day("2026-10-10")));
}

#[test]
fn what_was_not_expected_at_the_end_of_the_due_day_is_never_owed_later() {
    let (window, later) = (days("2026Q3"), day("2026-11-20"));
    let with_pause = |state, from: &str, ended: Option<&str>| {
        let mut life = life(state, "2026-01-05");
        life.pauses = vec![(day(from), ended.map(day))];
        is_expected(&life, &window, later)
    };
    assert!(!with_pause(
        ProjectState::Active,
        "2026-09-01",
        Some("2026-10-11")
    ));
    assert!(with_pause(
        ProjectState::Active,
        "2026-09-01",
        Some("2026-10-10")
    ));
    assert!(!with_pause(ProjectState::Paused, "2026-10-10", None));
    assert!(with_pause(ProjectState::Paused, "2026-10-11", None));
    let closed = |on: &str| {
        let closed = Life {
            closed_on: Some(day(on)),
            ..life(ProjectState::Closed, "2026-01-05")
        };
        is_expected(&closed, &window, later)
    };
    assert!(!closed("2026-10-10"));
    assert!(closed("2026-10-11"));
}

#[test]
fn a_missing_report_can_be_handed_in_after_the_lock_and_not_before_the_window() {
    let window = days("2026Q3");
    assert_eq!(
        code(chance(None, &window, true, day("2026-09-22"))),
        "report.window_not_open"
    );
    assert_eq!(
        chance(None, &window, true, day("2026-09-23")).unwrap(),
        Chance::First
    );
    assert_eq!(
        chance(None, &window, true, day("2027-03-01")).unwrap(),
        Chance::First
    );
    assert_eq!(
        code(chance(None, &window, false, day("2026-10-12"))),
        "report.not_expected"
    );
}

#[test]
fn what_was_handed_in_is_replaced_until_the_lock_and_then_only_by_a_granted_correction() {
    let window = days("2026Q3");
    let (last, locked) = (day("2026-10-16"), day("2026-10-17"));
    let submitted = standing(State::Submitted);
    assert_eq!(
        chance(submitted, &window, true, last).unwrap(),
        Chance::Replacement
    );
    assert_eq!(
        code(chance(submitted, &window, true, locked)),
        "report.locked"
    );
    let accepted = standing(State::Accepted);
    assert_eq!(
        code(chance(accepted, &window, true, last)),
        "report.already_accepted"
    );
    assert_eq!(
        code(chance(accepted, &window, true, locked)),
        "report.locked"
    );
    let granted = accepted.map(|standing| Standing {
        correction_granted: true,
        ..standing
    });
    assert_eq!(
        chance(granted, &window, true, locked).unwrap(),
        Chance::Correction
    );
    let returned = standing(State::Returned);
    assert_eq!(
        chance(returned, &window, false, locked).unwrap(),
        Chance::AfterReturn
    );
}

#[test]
fn nothing_is_handed_in_twice_without_a_change() {
    let (window, today) = (days("2026Q3"), day("2026-10-08"));
    let bare = |state| {
        Some(Standing {
            state,
            has_draft: false,
            correction_granted: false,
        })
    };
    assert_eq!(
        code(may_submit(None, &window, true, today)),
        "report.not_begun"
    );
    assert_eq!(
        code(may_submit(bare(State::Submitted), &window, true, today)),
        "report.already_submitted"
    );
    assert_eq!(
        code(may_submit(bare(State::Returned), &window, true, today)),
        "report.not_begun"
    );
    assert_eq!(
        may_submit(standing(State::Draft), &window, true, today).unwrap(),
        Chance::First
    );
}

#[test]
fn the_reviewer_is_never_the_filer_and_only_what_waits_is_reviewed() {
    assert_eq!(
        code(may_review(State::Submitted, true)),
        "report.own_report"
    );
    assert_eq!(code(may_review(State::Submitted, false)), "done");
    assert_eq!(
        code(may_review(State::Accepted, false)),
        "report.already_accepted"
    );
    for state in [State::Missing, State::Draft, State::Returned] {
        assert_eq!(
            code(may_review(state, false)),
            "report.not_submitted",
            "{state}"
        );
    }
}

#[test]
fn a_correction_is_granted_only_after_the_lock_and_only_once() {
    let window = days("2026Q3");
    let (open, locked) = (day("2026-10-16"), day("2026-10-17"));
    assert_eq!(
        code(may_correct(None, &window, locked)),
        "report.not_submitted"
    );
    assert_eq!(
        code(may_correct(standing(State::Draft), &window, locked)),
        "report.not_submitted"
    );
    assert_eq!(
        code(may_correct(standing(State::Accepted), &window, open)),
        "report.not_locked"
    );
    assert_eq!(
        code(may_correct(standing(State::Accepted), &window, locked)),
        "done"
    );
    assert_eq!(
        code(may_correct(standing(State::Submitted), &window, locked)),
        "done"
    );
    assert_eq!(
        code(may_correct(standing(State::Returned), &window, locked)),
        "report.already_open"
    );
}

fn filed(of: &str, year: i64, total: i64) -> Filed {
    Filed {
        quarter: quarter(of),
        content: content(0, year, total),
    }
}

const OPENING: Opening = Opening {
    total: Yuan(900),
    year: Yuan(100),
    in_year: Some(2026),
    first: Quarter(*b"2026Q1"),
};

#[test]
fn without_a_report_the_sums_start_from_the_opening_balance() {
    let first = base(quarter("2026Q1"), None, &OPENING);
    assert_eq!((first.total, first.year), (Yuan(900), Yuan(100)));
    assert!(first.missing_from.is_none() && !first.year_has_gap);
    let next_year = base(quarter("2027Q1"), None, &OPENING);
    assert_eq!((next_year.total, next_year.year), (Yuan(900), Yuan::ZERO));
}

#[test]
fn the_year_begins_anew_in_the_first_quarter() {
    let of_last_year = filed("2026Q4", 500, 2000);
    let base = base(quarter("2027Q1"), Some(&of_last_year), &OPENING);
    assert_eq!((base.total, base.year), (Yuan(2000), Yuan::ZERO));
    assert!(base.missing_from.is_none() && !base.year_has_gap);
}

#[test]
fn a_missing_quarter_between_loosens_the_sums_it_could_have_added_to() {
    let of_spring = filed("2026Q1", 300, 1200);
    let autumn = base(quarter("2026Q3"), Some(&of_spring), &OPENING);
    assert_eq!((autumn.total, autumn.year), (Yuan(1200), Yuan(300)));
    assert!(autumn.missing_from.is_some() && autumn.year_has_gap);
    let never_filed = base(quarter("2026Q2"), None, &OPENING);
    assert!(never_filed.missing_from.is_some() && never_filed.year_has_gap);
    // The quarter that is missing lies in the year before: this year has only its first quarter.
    let next_year = base(
        quarter("2027Q1"),
        Some(&filed("2026Q3", 300, 1200)),
        &OPENING,
    );
    assert!(next_year.missing_from.is_some() && !next_year.year_has_gap);
}

proptest! {
    #[test]
    fn the_days_of_a_quarter_stand_in_order(offset in 0_i64..4000) {
        let q = Quarter::of(day("2016-01-01").plus_days(offset));
        let window = window(q, &calendar(), &policy());
        prop_assert!(q.first_day() < window.opens_on.on && window.opens_on.on <= q.last_day());
        prop_assert!(q.last_day() < window.due_on.on && window.due_on.on < window.locks_on.on);
        prop_assert!(window.locks_on.on < super::window(q.next(), &calendar(), &policy()).opens_on.on);
        prop_assert!(calendar().is_working(window.due_on.on));
    }

    #[test]
    fn the_latest_opened_quarter_has_opened_and_the_next_has_not(offset in 0_i64..4000) {
        let today = day("2016-01-01").plus_days(offset);
        let q = latest_opened(today, &calendar(), &policy());
        prop_assert!(window(q, &calendar(), &policy()).has_opened(today));
        prop_assert!(!window(q.next(), &calendar(), &policy()).has_opened(today));
    }

    #[test]
    fn a_filed_chain_always_adds_up_to_its_own_sums(amounts in prop::collection::vec(0_i64..1_000_000, 1..12)) {
        let (mut q, mut previous, mut year, mut total) = (quarter("2026Q1"), None, 100, 900);
        for amount in amounts {
            let base = base(q, previous.as_ref(), &OPENING);
            year = if q.number() == 1 && previous.is_some() { amount } else { year + amount };
            total += amount;
            let content = content(amount, year, total);
            prop_assert_eq!(crate::reports::checks::sums(&content, base), vec![]);
            previous = Some(Filed { quarter: q, content });
            q = q.next();
        }
    }
}

#[test]
fn an_id_in_a_claim_is_kept() {
    let mut with_claim = content(1, 1, 1);
    with_claim.milestones.push(crate::reports::content::Claim {
        id: Id::new(),
        forecast_on: None,
        done_on: Some(day("2026-09-01")),
    });
    let text = serde_json::to_string(&with_claim).unwrap();
    assert_eq!(serde_json::from_str::<Content>(&text).unwrap(), with_claim);
}
