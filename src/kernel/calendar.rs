//! The working-day calendar: which days are worked, and counting along them.
//!
//! Pure arithmetic over years handed in; where they come from, and what is due on a day, is not
//! known here.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::time::Day;

/// What the official calendar says of a day that is not as the week would have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// A day off.
    Holiday,
    /// A day worked, as a rule a weekend day that makes up for a holiday.
    Workday,
}

impl DayKind {
    /// Returns the stored and exchanged name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Holiday => "holiday",
            Self::Workday => "workday",
        }
    }
}

/// Whether the State Council's notice for a year is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum YearStatus {
    /// Only the days off named by law are known, if any.
    Provisional,
    /// Holidays and make-up days are final.
    Published,
}

impl YearStatus {
    /// Returns the stored and exchanged name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Provisional => "provisional",
            Self::Published => "published",
        }
    }
}

/// A text that is no kind of day or no status of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongCalendar {
    /// Neither `holiday` nor `workday`.
    #[error("not a kind of day: holiday or workday")]
    Kind,
    /// Neither `provisional` nor `published`.
    #[error("not a status of a year: provisional or published")]
    Status,
}

impl FromStr for DayKind {
    type Err = WrongCalendar;

    fn from_str(text: &str) -> Result<Self, WrongCalendar> {
        [Self::Holiday, Self::Workday]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(WrongCalendar::Kind)
    }
}

impl FromStr for YearStatus {
    type Err = WrongCalendar;

    fn from_str(text: &str) -> Result<Self, WrongCalendar> {
        [Self::Provisional, Self::Published]
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or(WrongCalendar::Status)
    }
}

/// One year of the official calendar: every day of it that departs from the plain week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarYear {
    /// The civil year.
    pub year: i32,
    /// Whether its notice is in.
    pub status: YearStatus,
    /// Days off and make-up days, in any order.
    pub exceptions: Vec<(Day, DayKind)>,
}

/// What a day is, and why it is worked or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayNote {
    /// Monday to Friday, worked.
    Working,
    /// A Saturday or Sunday nothing else is said of.
    Weekend,
    /// Named a day off by the calendar, whatever its weekday.
    Holiday,
    /// A Saturday or Sunday worked in exchange for a holiday.
    MakeUp,
}

/// A day come to by counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
pub struct Counted {
    /// The day itself.
    pub on: Day,
    /// Whether it may still move when a year is published.
    pub provisional: bool,
}

/// The calendar work is counted on. Cheap to clone.
#[derive(Clone, Default)]
pub struct WorkCalendar(Arc<Table>);

#[derive(Default)]
struct Table {
    /// Every day departing from the plain week, in order of days.
    exceptions: Vec<Exception>,
    /// The years published, in order.
    published: Vec<i32>,
}

/// Between two exceptions the week is plain, so a running count at each is all that counting
/// needs: a place is found by bisection and the rest is arithmetic of weeks.
struct Exception {
    index: i64,
    kind: DayKind,
    /// Working days from day 0 to this one, both included.
    worked: i64,
}

impl WorkCalendar {
    /// Builds the calendar of some years; of a day or year told twice the later telling holds.
    pub fn new(years: impl IntoIterator<Item = CalendarYear>) -> Self {
        let mut published = BTreeSet::new();
        let mut kinds = BTreeMap::new();
        for year in years {
            match year.status {
                YearStatus::Published => published.insert(year.year),
                YearStatus::Provisional => published.remove(&year.year),
            };
            kinds.extend(
                year.exceptions
                    .into_iter()
                    .map(|(day, kind)| (index_of(day), kind)),
            );
        }
        let mut departed = 0;
        let exceptions = kinds
            .into_iter()
            .map(|(index, kind)| {
                departed += match (kind, is_weekday(index)) {
                    (DayKind::Holiday, true) => -1,
                    (DayKind::Workday, false) => 1,
                    _ => 0,
                };
                Exception {
                    index,
                    kind,
                    worked: weekdays_through(index) + departed,
                }
            })
            .collect();
        Self(Arc::new(Table {
            exceptions,
            published: published.into_iter().collect(),
        }))
    }

    /// Tells whether a day is worked: as the calendar says, else Monday to Friday.
    pub fn is_working(&self, day: Day) -> bool {
        matches!(self.day_note(day), DayNote::Working | DayNote::MakeUp)
    }

    /// Tells whether the year of a day is not published yet, known in part or not at all.
    pub fn is_provisional(&self, day: Day) -> bool {
        self.0.published.binary_search(&day.year()).is_err()
    }

    /// Names what a day is.
    pub fn day_note(&self, day: Day) -> DayNote {
        let index = index_of(day);
        let found = self
            .0
            .exceptions
            .binary_search_by_key(&index, |exception| exception.index);
        let kind = found
            .ok()
            .and_then(|at| self.0.exceptions.get(at))
            .map(|found| found.kind);
        match (kind, is_weekday(index)) {
            (Some(DayKind::Holiday), _) => DayNote::Holiday,
            (Some(DayKind::Workday), false) => DayNote::MakeUp,
            (Some(DayKind::Workday) | None, true) => DayNote::Working,
            (None, false) => DayNote::Weekend,
        }
    }

    /// Returns the `n`th working day strictly after `from`, strictly before it when `n` is
    /// negative, and `from` itself, worked or not, when `n` is zero.
    ///
    /// Provisional when a day walked over or landed on is of a year not published; `from` is
    /// neither unless `n` is zero.
    pub fn plus_working_days(&self, from: Day, n: i64) -> Counted {
        let start = index_of(from);
        match n {
            0 => self.counted(from, from, from),
            1.. => {
                let on = self.reaching(self.worked_through(start).saturating_add(n));
                self.counted(on, from.plus_days(1), on)
            }
            ..0 => {
                let on = self.reaching(self.worked_through(start - 1).saturating_add(n + 1));
                self.counted(on, on, from.plus_days(-1))
            }
        }
    }

    /// Returns the day `n` calendar days after `from`, before it when negative; never provisional,
    /// as no calendar year can move it.
    pub fn plus_calendar_days(&self, from: Day, n: i64) -> Counted {
        Counted {
            on: from.plus_days(n),
            provisional: false,
        }
    }

    /// Returns how many working days lie after `from` up to and including `to`; when `to` is
    /// earlier, minus the number from `to`, included, to before `from`.
    ///
    /// So it undoes [`Self::plus_working_days`]: a count of `n` from any day is `n` again, and
    /// counting it off leads to `to` whenever `to` is worked. The two directions are exact
    /// negatives only between days that are both worked or both off.
    pub fn working_days_between(&self, from: Day, to: Day) -> i64 {
        let (start, end) = (index_of(from), index_of(to));
        if start <= end {
            self.worked_through(end) - self.worked_through(start)
        } else {
            self.worked_through(end - 1) - self.worked_through(start - 1)
        }
    }

    /// Returns the day itself when it is worked, else the next one that is.
    pub fn next_working_day_on_or_after(&self, day: Day) -> Counted {
        let on = self.reaching(self.worked_through(index_of(day) - 1) + 1);
        self.counted(on, day, on)
    }

    /// Returns the `n`th-last working day of a span that ends with `last_day`, itself counted when
    /// worked; an `n` below 1 is read as 1.
    pub fn nth_last_working_day(&self, last_day: Day, n: i64) -> Counted {
        let worked = self.worked_through(index_of(last_day));
        let on = self.reaching(worked.saturating_sub(n.max(1)) + 1);
        self.counted(on, on, last_day)
    }

    /// Marks a day counted by looking at the days from `first` to `last`.
    fn counted(&self, on: Day, first: Day, last: Day) -> Counted {
        let published = &self.0.published;
        let through = published.partition_point(|year| *year <= last.year());
        let before = published.partition_point(|year| *year < first.year());
        let known = i32::try_from(through.saturating_sub(before)).unwrap_or(i32::MAX);
        Counted {
            on,
            provisional: known <= last.year() - first.year(),
        }
    }

    /// Working days from day 0 to this one, both included.
    fn worked_through(&self, index: i64) -> i64 {
        weekdays_through(index)
            + self
                .last_exception(|exception| exception.index <= index)
                .map_or(0, Exception::departed)
    }

    /// The first day by whose end so many days have been worked since day 0.
    fn reaching(&self, worked: i64) -> Day {
        let exceptions = &self.0.exceptions;
        let at = exceptions.partition_point(|exception| exception.worked < worked);
        let departed = self
            .last_exception(|exception| exception.worked < worked)
            .map_or(0, Exception::departed);
        let by_plain_weeks = nth_weekday(worked.saturating_sub(departed));
        // Where plain weeks would pass the next exception, that one is the day that fills the
        // count: it is a make-up day.
        let index = exceptions
            .get(at)
            .map_or(by_plain_weeks, |next| by_plain_weeks.min(next.index));
        day_at(index)
    }

    /// The last exception for which `before` holds; it must hold for a first part of them.
    fn last_exception(&self, before: impl Fn(&Exception) -> bool) -> Option<&Exception> {
        let at = self.0.exceptions.partition_point(before);
        self.0.exceptions.get(at.checked_sub(1)?)
    }
}

impl fmt::Debug for WorkCalendar {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("WorkCalendar")
            .field("published", &self.0.published)
            .field("exceptions", &self.0.exceptions.len())
            .finish()
    }
}

impl Exception {
    /// By how much the count has left that of plain weeks.
    fn departed(&self) -> i64 {
        self.worked - weekdays_through(self.index)
    }
}

/// Days since 0001-01-01, which was a Monday.
fn index_of(day: Day) -> i64 {
    i64::from(day.date().num_days_from_ce()) - 1
}

fn day_at(index: i64) -> Day {
    Day::from_date(NaiveDate::MIN).plus_days(index)
}

fn is_weekday(index: i64) -> bool {
    index.rem_euclid(7) < i64::from(Weekday::Sat.num_days_from_monday())
}

/// Mondays to Fridays from day 0 to this one, both included.
fn weekdays_through(index: i64) -> i64 {
    index.div_euclid(7) * 5 + (index.rem_euclid(7) + 1).min(5)
}

/// The index of the `n`th Monday to Friday, counted from 1 on day 0.
fn nth_weekday(n: i64) -> i64 {
    let before = n.saturating_sub(1);
    before
        .div_euclid(5)
        .saturating_mul(7)
        .saturating_add(before.rem_euclid(5))
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod walking_tests;
