//! Moments, days, quarters, and the zone that turns one into the other.
//!
//! A [`Moment`] is a point of time, a [`Day`] a civil date without a zone; only a [`Zone`] leads
//! from one to the other. Nothing here reads the clock or knows which days are worked.

mod quarter;
mod zone;

pub use quarter::Quarter;
pub use zone::{TimeOfDay, Zone};

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Utc, Weekday};
use utoipa::openapi::schema::{KnownFormat, SchemaFormat};

use super::text::written_as_text;

/// The years a date may have when it is read from text: anything outside is a slip of the keyboard
/// rather than a day of a project.
const YEARS_READ: std::ops::RangeInclusive<i32> = 1949..=2199;

/// 0001-01-01T00:00:00.000Z.
const FIRST_MILLIS: i64 = -62_135_596_800_000;
/// 9999-12-31T23:59:59.999Z.
const LAST_MILLIS: i64 = 253_402_300_799_999;

/// A text that is not the moment, day, quarter, time of day or zone it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongTime {
    /// Not an RFC 3339 date and time, or outside the years read.
    #[error(
        "not a date and time with an offset, as 2026-10-10T09:00:00+08:00, in the years 1949 to 2199"
    )]
    Moment,
    /// Not `YYYY-MM-DD`, no day of the calendar, or outside the years read.
    #[error("not a day, as 2026-10-10, in the years 1949 to 2199")]
    Day,
    /// Not `YYYYQn`, or outside the years read.
    #[error("not a quarter, as 2026Q3, in the years 1949 to 2199")]
    Quarter,
    /// Not `HH:MM` from 00:00 to 23:59.
    #[error("not a time of day, as 09:00")]
    TimeOfDay,
    /// Not a name of the IANA time zone database.
    #[error("not the name of a time zone, as Asia/Shanghai")]
    Zone,
}

/// A point of time, in whole milliseconds of UTC.
///
/// Lies in the years 1 to 9999; arithmetic stops at their ends rather than failing.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::BigInt)]
pub struct Moment(pub(crate) i64);

impl Moment {
    /// Returns the moment so many milliseconds after 1970-01-01T00:00:00Z, held to the years 1 to
    /// 9999.
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(FIRST_MILLIS, LAST_MILLIS))
    }

    /// Returns the milliseconds since 1970-01-01T00:00:00Z; negative before it.
    pub fn millis(self) -> i64 {
        self.0
    }

    /// Returns the moment `span` later, what is below a millisecond dropped.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self::from_millis(self.0.saturating_add(whole_millis(span)))
    }

    /// Returns the moment `span` earlier, what is below a millisecond dropped.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self::from_millis(self.0.saturating_sub(whole_millis(span)))
    }

    /// Returns the time passed since `earlier`, zero when `earlier` is in fact later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default()
    }
}

fn whole_millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

impl fmt::Display for Moment {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.utc().to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, to)
    }
}

impl FromStr for Moment {
    type Err = WrongTime;

    /// Reads RFC 3339 with any offset, cutting what is finer than a millisecond.
    fn from_str(text: &str) -> Result<Self, WrongTime> {
        let read = DateTime::parse_from_rfc3339(text).map_err(|_| WrongTime::Moment)?;
        let moment = Self::from_millis(read.timestamp_millis());
        if YEARS_READ.contains(&moment.utc().year()) {
            Ok(moment)
        } else {
            Err(WrongTime::Moment)
        }
    }
}

written_as_text!(
    Moment,
    format = Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)),
    description = Some("A point of time; answered in UTC to the millisecond."),
    examples = ["2026-10-10T01:00:00.000Z"],
);

/// A civil date, without a zone.
///
/// Lies in the years 1 to 9999; arithmetic stops at their ends rather than failing.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::Date)]
pub struct Day(pub(crate) NaiveDate);

impl Day {
    /// Returns the day, or nothing when the calendar has none such in the years 1 to 9999.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        let date = NaiveDate::from_ymd_opt(year, month, day)?;
        (1..=9999).contains(&year).then_some(Self(date))
    }

    /// Returns the day of a chrono date, held to the years 1 to 9999.
    pub fn from_date(date: NaiveDate) -> Self {
        if date.year() < 1 {
            Self(first_date())
        } else if date.year() > 9999 {
            Self(last_date())
        } else {
            Self(date)
        }
    }

    /// Returns the day as a chrono date.
    pub fn date(self) -> NaiveDate {
        self.0
    }

    /// Returns the day so many calendar days later, earlier when negative.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        let moved =
            chrono::Duration::try_days(days).and_then(|span| self.0.checked_add_signed(span));
        match moved {
            Some(date) => Self::from_date(date),
            None if days < 0 => Self(first_date()),
            None => Self(last_date()),
        }
    }

    /// Returns the calendar days from this day to `other`; negative when `other` is earlier.
    pub fn days_until(self, other: Self) -> i64 {
        other.0.signed_duration_since(self.0).num_days()
    }

    /// Returns the year, 1 to 9999.
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// Returns the month, 1 to 12.
    pub fn month(self) -> u32 {
        self.0.month()
    }

    /// Returns the day of the week.
    pub fn weekday(self) -> Weekday {
        self.0.weekday()
    }
}

fn first_date() -> NaiveDate {
    NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or(NaiveDate::MIN)
}

fn last_date() -> NaiveDate {
    NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX)
}

impl fmt::Display for Day {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            to,
            "{:04}-{:02}-{:02}",
            self.0.year(),
            self.0.month(),
            self.0.day()
        )
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, to)
    }
}

impl FromStr for Day {
    type Err = WrongTime;

    /// Reads `YYYY-MM-DD` and nothing else.
    fn from_str(text: &str) -> Result<Self, WrongTime> {
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else {
            return Err(WrongTime::Day);
        };
        let year = number(&[y1, y2, y3, y4]).and_then(|year| i32::try_from(year).ok());
        year.zip(number(&[m1, m2]))
            .zip(number(&[d1, d2]))
            .filter(|((year, _), _)| YEARS_READ.contains(year))
            .and_then(|((year, month), day)| Self::new(year, month, day))
            .ok_or(WrongTime::Day)
    }
}

/// Returns the number some ASCII digits write, or nothing when one of them is no digit.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |sum, digit| {
        let value = char::from(*digit).to_digit(10)?;
        sum.checked_mul(10)?.checked_add(value)
    })
}

written_as_text!(
    Day,
    format = Some(SchemaFormat::KnownFormat(KnownFormat::Date)),
    description = Some("A civil date in the zone of the site."),
    examples = ["2026-10-10"],
);

#[cfg(test)]
mod tests;
