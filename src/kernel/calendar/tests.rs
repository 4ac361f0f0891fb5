use super::*;
use crate::kernel::time::Quarter;

const WORKING_DAYS: &str = include_str!("../../../seeds/reference/working-days.csv");
const STATUTORY_2027: &str =
    include_str!("../../../seeds/reference/statutory-holidays-2027-provisional.csv");
/// Written by a separate program that walks day by day, from the same two lists.
const DUE_DAYS: &str = include_str!("../../../tests/data/report-due-days.csv");

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn rows(text: &str) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(text.as_bytes())
        .records()
        .map(Result::unwrap)
        .collect()
}

/// The official years 2004 to 2026, and 2027 as far as the law names it.
fn official() -> Vec<CalendarYear> {
    let mut years: BTreeMap<i32, CalendarYear> = BTreeMap::new();
    for row in rows(WORKING_DAYS) {
        let on = day(&row[0]);
        years
            .entry(on.year())
            .or_insert(CalendarYear {
                year: on.year(),
                status: YearStatus::Published,
                exceptions: Vec::new(),
            })
            .exceptions
            .push((on, row[1].parse().unwrap()));
    }
    let statutory = rows(STATUTORY_2027);
    let off = statutory
        .iter()
        .map(|row| (day(&row[0]), DayKind::Holiday))
        .collect();
    years.insert(
        2027,
        CalendarYear {
            year: 2027,
            status: YearStatus::Provisional,
            exceptions: off,
        },
    );
    years.into_values().collect()
}

fn calendar() -> WorkCalendar {
    WorkCalendar::new(official())
}

fn firm(on: &str) -> Counted {
    Counted {
        on: day(on),
        provisional: false,
    }
}

fn provisional(on: &str) -> Counted {
    Counted {
        on: day(on),
        provisional: true,
    }
}

#[test]
fn every_quarter_since_2016_has_the_days_of_the_independent_table() {
    let calendar = calendar();
    let table = rows(DUE_DAYS);
    assert_eq!(table.len(), 44);
    for row in table {
        let quarter: Quarter = row[0].parse().unwrap();
        let last = quarter.last_day();
        assert_eq!(
            calendar.nth_last_working_day(last, 5),
            firm(&row[1]),
            "{quarter} window"
        );
        let due = Counted {
            on: day(&row[2]),
            provisional: &row[5] == "yes",
        };
        assert_eq!(calendar.plus_working_days(last, 3), due, "{quarter} due");
        assert_eq!(
            calendar.plus_working_days(last, 5).on,
            day(&row[3]),
            "{quarter} review"
        );
        assert_eq!(
            calendar.plus_working_days(last, 8).on,
            day(&row[4]),
            "{quarter} lock"
        );
    }
}

#[test]
fn the_third_working_day_after_a_quarter_is_as_counted_by_hand() {
    let calendar = calendar();
    let due = |quarter: &str| {
        let quarter: Quarter = quarter.parse().unwrap();
        calendar.plus_working_days(quarter.last_day(), 3)
    };
    // 1 to 7 October are holidays; 8 and 9 are worked, and Saturday the 10th makes up.
    assert_eq!(due("2026Q3"), firm("2026-10-10"));
    assert_eq!(calendar.day_note(day("2026-10-10")), DayNote::MakeUp);
    // A plain week: Wednesday, Thursday, Friday.
    assert_eq!(due("2026Q2"), firm("2026-07-03"));
    // New Year's Day is off by law; the rest of its holiday is not published.
    assert_eq!(due("2026Q4"), provisional("2027-01-06"));
}

#[test]
fn the_window_of_the_third_quarter_of_2026_opens_on_23_september() {
    let calendar = calendar();
    assert_eq!(
        calendar.nth_last_working_day(day("2026-09-30"), 5),
        firm("2026-09-23")
    );
    assert_eq!(
        calendar.nth_last_working_day(day("2026-09-30"), 1),
        firm("2026-09-30")
    );
    assert_eq!(
        calendar.nth_last_working_day(day("2026-09-27"), 1),
        firm("2026-09-24")
    );
    assert_eq!(
        calendar.nth_last_working_day(day("2026-09-30"), 0),
        calendar.nth_last_working_day(day("2026-09-30"), 1)
    );
}

#[test]
fn the_year_2026_has_248_working_days() {
    assert_eq!(
        calendar().working_days_between(day("2025-12-31"), day("2026-12-31")),
        248
    );
}

#[test]
fn each_kind_of_day_is_named() {
    let calendar = calendar();
    let notes = [
        ("2026-09-23", DayNote::Working),
        ("2026-09-27", DayNote::Weekend),
        ("2026-10-01", DayNote::Holiday),
        // The official list leaves out the weekend days inside a holiday; the law names some.
        ("2026-10-03", DayNote::Weekend),
        ("2027-05-01", DayNote::Holiday),
        ("2026-10-10", DayNote::MakeUp),
        ("2003-10-01", DayNote::Working),
    ];
    for (on, note) in notes {
        assert_eq!(calendar.day_note(day(on)), note, "{on}");
        let works = matches!(note, DayNote::Working | DayNote::MakeUp);
        assert_eq!(calendar.is_working(day(on)), works, "{on}");
    }
}

#[test]
fn a_year_not_published_counts_its_statutory_days_off_and_is_provisional() {
    let calendar = calendar();
    assert!(!calendar.is_working(day("2027-10-01")));
    assert!(calendar.is_working(day("2027-10-04")));
    assert!(calendar.is_provisional(day("2027-10-04")));
    assert!(calendar.is_provisional(day("2031-01-01")));
    assert!(!calendar.is_provisional(day("2026-12-31")));
}

#[test]
fn a_count_is_provisional_by_the_days_it_walks_over() {
    let calendar = calendar();
    // The day counted from is not walked over.
    assert_eq!(
        calendar.plus_working_days(day("2026-12-30"), 1),
        firm("2026-12-31")
    );
    assert_eq!(
        calendar.plus_working_days(day("2027-01-01"), -1),
        firm("2026-12-31")
    );
    // Landing in a published year from an open one does walk over the open one.
    assert_eq!(
        calendar.plus_working_days(day("2027-01-04"), -1),
        provisional("2026-12-31")
    );
    // From before the calendar's years into them.
    assert!(calendar.plus_working_days(day("2003-12-30"), 5).provisional);
    assert!(!calendar.plus_working_days(day("2003-12-31"), 5).provisional);
    assert!(
        !calendar
            .plus_calendar_days(day("2026-12-31"), 30)
            .provisional
    );
    assert_eq!(
        calendar.plus_calendar_days(day("2026-12-31"), 30).on,
        day("2027-01-30")
    );
}

#[test]
fn a_year_missing_between_two_published_ones_makes_a_count_provisional() {
    let years = official().into_iter().filter(|year| year.year != 2020);
    let calendar = WorkCalendar::new(years);
    assert!(
        calendar
            .plus_working_days(day("2019-06-03"), 500)
            .provisional
    );
    assert!(
        !calendar
            .plus_working_days(day("2018-06-01"), 100)
            .provisional
    );
}

#[test]
fn publishing_a_year_makes_its_days_firm() {
    let mut years = official();
    years.push(CalendarYear {
        year: 2027,
        status: YearStatus::Published,
        exceptions: Vec::new(),
    });
    let calendar = WorkCalendar::new(years);
    assert_eq!(
        calendar.plus_working_days(day("2026-12-31"), 3),
        firm("2027-01-06")
    );
}

#[test]
fn zero_days_on_a_day_off_stay_there() {
    let calendar = calendar();
    assert_eq!(
        calendar.plus_working_days(day("2026-10-03"), 0),
        firm("2026-10-03")
    );
    assert_eq!(
        calendar.next_working_day_on_or_after(day("2026-10-03")),
        firm("2026-10-08")
    );
    assert_eq!(
        calendar.next_working_day_on_or_after(day("2026-10-10")),
        firm("2026-10-10")
    );
    assert_eq!(
        calendar.next_working_day_on_or_after(day("2027-01-01")),
        provisional("2027-01-04")
    );
}

#[test]
fn an_empty_calendar_works_monday_to_friday() {
    let calendar = WorkCalendar::default();
    assert_eq!(
        calendar.plus_working_days(day("2026-10-02"), 1),
        provisional("2026-10-05")
    );
    assert_eq!(
        calendar.working_days_between(day("2026-10-02"), day("2026-10-09")),
        5
    );
}

#[test]
fn counting_past_the_ends_of_time_stops_there() {
    let calendar = calendar();
    let last = calendar.plus_working_days(day("2026-10-10"), i64::MAX);
    assert_eq!(last.on.to_string(), "9999-12-31");
    let first = calendar.plus_working_days(day("2026-10-10"), i64::MIN);
    assert_eq!(first.on.to_string(), "0001-01-01");
    assert_eq!(
        calendar
            .nth_last_working_day(day("2026-10-10"), i64::MAX)
            .on,
        first.on
    );
    assert_eq!(calendar.plus_working_days(last.on, 1).on, last.on);
    assert_eq!(calendar.plus_working_days(first.on, -1).on, first.on);
}

#[test]
fn kinds_and_statuses_are_read_as_they_are_written() {
    for kind in [DayKind::Holiday, DayKind::Workday] {
        assert_eq!(kind.as_str().parse(), Ok(kind));
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
    }
    for status in [YearStatus::Provisional, YearStatus::Published] {
        assert_eq!(status.as_str().parse(), Ok(status));
        assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
    }
    assert_eq!("Holiday".parse::<DayKind>(), Err(WrongCalendar::Kind));
    assert_eq!("open".parse::<YearStatus>(), Err(WrongCalendar::Status));
    assert_eq!(serde_json::to_value(DayNote::MakeUp).unwrap(), "make_up");
}
