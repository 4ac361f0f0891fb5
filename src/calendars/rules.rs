//! What makes a year of the calendar a sound one. Pure: knows neither tables nor deadlines.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use chrono::Weekday;

use super::Year;
use crate::kernel::calendar::DayKind;
use crate::kernel::refused::Finding;
use crate::kernel::time::Day;

/// The years a calendar may be kept for: the official notices we hold begin with 2004, and days
/// are read up to 2199.
const YEARS: RangeInclusive<i32> = 2004..=2199;
/// Longest name of a day, in code points.
const LONGEST_NAME: usize = 100;

crate::refusals! {
    /// Why a year of the calendar is not taken.
    pub(crate) enum Refusal {
        /// The year is not kept here.
        Missing = Missing "calendar.missing",
        /// Outside the years a calendar may be kept for.
        YearOutOfRange = Invalid "calendar.year_out_of_range",
        /// A day of another year.
        DayOutsideYear = Invalid "calendar.day_outside_year",
        /// One day named twice.
        DayTwice = Invalid "calendar.day_twice",
        /// A make-up day from Monday to Friday, which would be worked anyway.
        WorkdayNotOnWeekend = Invalid "calendar.workday_not_on_weekend",
        /// A name longer than 100 characters.
        NameTooLong = Invalid "calendar.name_too_long",
    }
}

/// Returns everything that is wrong with a year, each at `/days/{n}` in the order given.
pub(crate) fn faults(year: &Year) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !YEARS.contains(&year.year) {
        let range = Refusal::YearOutOfRange.finding("");
        findings.push(range.with("first", YEARS.start()).with("last", YEARS.end()));
    }
    let mut seen = BTreeSet::new();
    for (at, (on, kind, name)) in year.days.iter().enumerate() {
        let mut fault = |refusal: Refusal, field: &str| {
            let finding = refusal.finding(format!("/days/{at}/{field}"));
            findings.push(finding.with("on", on).with("year", year.year));
        };
        if on.year() != year.year {
            fault(Refusal::DayOutsideYear, "on");
        }
        if !seen.insert(*on) {
            fault(Refusal::DayTwice, "on");
        }
        if *kind == DayKind::Workday && !is_weekend(*on) {
            fault(Refusal::WorkdayNotOnWeekend, "kind");
        }
        if name
            .as_ref()
            .is_some_and(|name| name.chars().count() > LONGEST_NAME)
        {
            fault(Refusal::NameTooLong, "name");
        }
    }
    findings
}

fn is_weekend(day: Day) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::calendar::YearStatus;

    fn year(number: i32, days: &[(&str, DayKind)]) -> Year {
        Year {
            year: number,
            status: YearStatus::Published,
            days: days
                .iter()
                .map(|(on, kind)| (on.parse().unwrap(), *kind, None))
                .collect(),
            version: 0,
        }
    }

    fn found(year: &Year) -> Vec<(String, &'static str)> {
        faults(year)
            .into_iter()
            .map(|finding| (finding.pointer, finding.code))
            .collect()
    }

    #[test]
    fn everything_wrong_with_a_year_is_told_at_once() {
        let wrong = year(
            2027,
            &[
                ("2026-12-31", DayKind::Holiday),
                ("2027-01-01", DayKind::Holiday),
                ("2027-01-01", DayKind::Holiday),
                ("2027-01-04", DayKind::Workday),
                ("2028-01-01", DayKind::Workday),
            ],
        );
        let expected = [
            ("/days/0/on", "calendar.day_outside_year"),
            ("/days/2/on", "calendar.day_twice"),
            ("/days/3/kind", "calendar.workday_not_on_weekend"),
            ("/days/4/on", "calendar.day_outside_year"),
        ];
        assert_eq!(found(&wrong), expected.map(|(at, code)| (at.into(), code)));
    }

    #[test]
    fn a_holiday_may_fall_on_a_weekend_and_a_year_may_have_none() {
        assert_eq!(found(&year(2027, &[("2027-02-06", DayKind::Holiday)])), []);
        assert_eq!(found(&year(2004, &[])), []);
        assert_eq!(found(&year(2199, &[])), []);
    }

    #[test]
    fn the_years_kept_are_2004_to_2199() {
        for number in [2003, 2200, -1] {
            assert_eq!(
                found(&year(number, &[])),
                [(String::new(), "calendar.year_out_of_range")]
            );
        }
    }

    #[test]
    fn every_year_that_ships_is_sound() {
        for shipped in crate::reference::calendar_years() {
            let days = shipped.days.iter().map(|day| (day.on, day.kind, None));
            let kept = Year {
                year: shipped.year,
                status: shipped.status,
                days: days.collect(),
                version: 0,
            };
            assert_eq!(found(&kept), [], "{}", shipped.year);
        }
    }
}
