//! The days the official calendar is first filled with. Afterwards its tables are the truth: years
//! are published and corrected there.

use std::sync::LazyLock;

use super::rows;
#[cfg(test)]
use crate::kernel::calendar::CalendarYear;
use crate::kernel::calendar::{DayKind, YearStatus};
use crate::kernel::time::Day;

/// A year of the calendar as it ships.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReferenceYear {
    /// The civil year.
    pub(crate) year: i32,
    /// Whether the State Council's notice is in; else only the days off by law are listed, without
    /// make-up days and without substitutes for those that fall on a weekend.
    pub(crate) status: YearStatus,
    /// The days that depart from Monday to Friday, in order.
    pub(crate) days: Vec<ReferenceDay>,
}

/// A day that departs from Monday to Friday.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub(crate) struct ReferenceDay {
    /// The day.
    #[serde(rename = "date")]
    pub(crate) on: Day,
    /// Whether it is off or worked.
    #[serde(default = "off")]
    pub(crate) kind: DayKind,
    /// Why, Chinese.
    #[serde(rename = "name_zh")]
    pub(crate) zh: String,
    /// Why, English.
    #[serde(rename = "name_en")]
    pub(crate) en: String,
}

#[cfg(test)]
impl ReferenceYear {
    /// Returns what counting needs of the year.
    pub(crate) fn to_calendar(&self) -> CalendarYear {
        CalendarYear {
            year: self.year,
            status: self.status,
            exceptions: self.days.iter().map(|day| (day.on, day.kind)).collect(),
        }
    }
}

static YEARS: LazyLock<Vec<ReferenceYear>> = LazyLock::new(|| {
    let published = rows::read(
        "working-days.csv",
        include_str!("../../seeds/reference/working-days.csv"),
    );
    let provisional = rows::read(
        "statutory-holidays-2027-provisional.csv",
        include_str!("../../seeds/reference/statutory-holidays-2027-provisional.csv"),
    );
    let mut years = by_year(published, YearStatus::Published);
    years.extend(by_year(provisional, YearStatus::Provisional));
    years
});

/// Returns the years that ship, in order: 2004 to 2026 published, 2027 provisional.
pub(crate) fn calendar_years() -> &'static [ReferenceYear] {
    &YEARS
}

/// Returns a year, or nothing when it does not ship.
pub(crate) fn calendar_year(year: i32) -> Option<&'static ReferenceYear> {
    calendar_years().iter().find(|known| known.year == year)
}

fn by_year(days: Vec<ReferenceDay>, status: YearStatus) -> Vec<ReferenceYear> {
    let mut years: Vec<ReferenceYear> = Vec::new();
    for day in days {
        match years.last_mut().filter(|last| last.year == day.on.year()) {
            Some(last) => last.days.push(day),
            None => years.push(ReferenceYear {
                year: day.on.year(),
                status,
                days: vec![day],
            }),
        }
    }
    years
}

/// The list of days off by law names no kind.
fn off() -> DayKind {
    DayKind::Holiday
}
