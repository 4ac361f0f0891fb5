use proptest::prelude::*;

use super::*;
use crate::kernel::calendar::{CalendarYear, DayKind, YearStatus};
use crate::reference;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn calendar() -> WorkCalendar {
    WorkCalendar::new(
        reference::calendar_years()
            .iter()
            .map(reference::ReferenceYear::to_calendar),
    )
}

fn still(after: &str, through: &str) -> Still {
    Still {
        after: day(after),
        through: day(through),
        why: "supplement".to_owned(),
        by: "李四".to_owned(),
    }
}

fn working(start: &str, limit: i64) -> Clock {
    Clock::start(day(start), limit, Unit::Working)
}

#[test]
fn days_count_from_the_day_after_the_start_past_holidays_and_over_make_up_days() {
    // 1-7 October 2026 is holiday, Saturday the 10th is worked.
    assert_eq!(working("2026-09-28", 3).due(&calendar()), day("2026-10-08"));
    assert_eq!(working("2026-09-30", 3).due(&calendar()), day("2026-10-10"));
    let calendar_days = Clock::start(day("2026-09-30"), 7, Unit::Calendar);
    assert_eq!(calendar_days.due(&calendar()), day("2026-10-07"));
}

#[test]
fn a_pause_moves_the_due_day_by_exactly_the_days_paused() {
    let mut clock = working("2026-11-02", 10);
    assert_eq!(clock.due(&calendar()), day("2026-11-16"));
    // Stopped on Wednesday, which counts; taken up on Monday, which does not: three days.
    clock
        .stand_still(still("2026-11-04", "2026-11-09"))
        .unwrap();
    assert_eq!(clock.due(&calendar()), day("2026-11-19"));
    let statement = clock.statement(&calendar(), day("2026-11-19"));
    assert_eq!((statement.counted_days, statement.left_days), (10, 0));
    let paused = statement.days.iter().filter(|day| day.why == Why::Paused);
    assert_eq!(paused.count(), 3);
}

#[test]
fn paused_and_resumed_on_one_day_nothing_was_paused() {
    let mut clock = working("2026-11-02", 10);
    clock
        .stand_still(still("2026-11-04", "2026-11-04"))
        .unwrap();
    assert_eq!(clock.due(&calendar()), day("2026-11-16"));
}

#[test]
fn a_pause_that_begins_after_the_limit_passed_does_not_undo_the_delay() {
    let mut clock = working("2026-11-02", 3);
    clock
        .stand_still(still("2026-11-09", "2026-11-20"))
        .unwrap();
    assert_eq!(clock.due(&calendar()), day("2026-11-05"));
}

#[test]
fn a_pause_on_the_due_day_itself_comes_too_late_to_move_it() {
    let mut clock = working("2026-11-02", 3);
    clock
        .stand_still(still("2026-11-05", "2026-11-12"))
        .unwrap();
    assert_eq!(clock.due(&calendar()), day("2026-11-05"));
}

#[test]
fn spans_that_are_reversed_overlap_or_begin_before_the_start_are_refused() {
    let mut clock = working("2026-11-02", 10);
    let reversed = still("2026-11-05", "2026-11-04");
    assert_eq!(clock.stand_still(reversed), Err(WrongStill::Reversed));
    let early = still("2026-10-30", "2026-11-03");
    assert_eq!(clock.stand_still(early), Err(WrongStill::OutOfOrder));
    clock
        .stand_still(still("2026-11-04", "2026-11-09"))
        .unwrap();
    let overlapping = still("2026-11-06", "2026-11-12");
    assert_eq!(clock.stand_still(overlapping), Err(WrongStill::OutOfOrder));
    clock
        .stand_still(still("2026-11-09", "2026-11-10"))
        .unwrap();
}

#[test]
fn a_statement_names_what_every_day_is() {
    let clock = working("2026-09-30", 3);
    let statement = clock.statement(&calendar(), day("2026-10-11"));
    let why = |text: &str| {
        let found = statement.days.iter().find(|told| told.on == day(text));
        found.unwrap().why
    };
    assert_eq!(statement.days.len(), 11);
    assert_eq!(why("2026-10-01"), Why::Holiday);
    assert_eq!(why("2026-10-08"), Why::Counted);
    assert_eq!(why("2026-10-10"), Why::MakeUp);
    assert_eq!(why("2026-10-11"), Why::Weekend);
    assert_eq!((statement.counted_days, statement.left_days), (3, 0));
}

#[test]
fn a_statement_on_the_day_of_the_start_is_empty() {
    let statement = working("2026-11-02", 3).statement(&calendar(), day("2026-11-02"));
    assert!(statement.days.is_empty());
    assert_eq!(statement.left_days, 3);
}

/// Counts day by day, as a person with a calendar on the wall would.
fn due_by_hand(clock: &Clock, calendar: &WorkCalendar) -> Day {
    let (mut on, mut counted) = (clock.started_on, 0);
    while counted < clock.limit {
        on = on.plus_days(1);
        let stands = clock
            .stills
            .iter()
            .any(|still| still.after < on && on <= still.through);
        let counts = clock.unit == Unit::Calendar || calendar.is_working(on);
        counted += i64::from(counts && !stands);
    }
    on
}

fn any_clock() -> impl Strategy<Value = Clock> {
    let spans = prop::collection::vec((0_i64..12, 0_i64..15), 0..6);
    let unit = prop_oneof![Just(Unit::Working), Just(Unit::Calendar)];
    (0_i64..700, 1_i64..60, unit, spans).prop_map(|(start, limit, unit, spans)| {
        let started_on = day("2025-01-01").plus_days(start);
        let mut clock = Clock::start(started_on, limit, unit);
        let mut after = started_on;
        for (gap, length) in spans {
            after = after.plus_days(gap);
            let through = after.plus_days(length);
            let span = Still {
                after,
                through,
                why: String::new(),
                by: String::new(),
            };
            clock.stand_still(span).unwrap();
            after = through;
        }
        clock
    })
}

proptest! {
    #[test]
    fn the_due_day_is_that_of_counting_by_hand(clock in any_clock()) {
        prop_assert_eq!(clock.due(&calendar()), due_by_hand(&clock, &calendar()));
    }

    #[test]
    fn the_statement_up_to_the_due_day_counts_the_limit_and_the_due_day_itself(clock in any_clock()) {
        let due = clock.due(&calendar());
        let statement = clock.statement(&calendar(), due);
        prop_assert_eq!(statement.counted_days, clock.limit);
        prop_assert_eq!(statement.left_days, 0);
        prop_assert!(statement.days.last().unwrap().counted);
    }

    #[test]
    fn publishing_a_year_changes_no_more_than_what_the_count_by_hand_changes(clock in any_clock()) {
        let published = WorkCalendar::new([2025, 2026, 2027].map(|year| CalendarYear {
            year,
            status: YearStatus::Published,
            exceptions: vec![(Day::new(year, 3, 2).unwrap(), DayKind::Holiday)],
        }));
        prop_assert_eq!(clock.due(&published), due_by_hand(&clock, &published));
    }
}
