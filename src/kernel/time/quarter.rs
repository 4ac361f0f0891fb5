//! The quarter a report is owed for.

use std::fmt;
use std::str::FromStr;

use super::{Day, WrongTime, YEARS_READ, number};
use crate::kernel::text::written_as_text;

/// A quarter of a civil year, written `2026Q3`; its order is that of time.
///
/// Lies in the years 1949 to 2199; stepping stops at their ends rather than failing.
// The text itself, so that a column or a map key can borrow it; its order is that of the bytes.
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
#[diesel(sql_type = diesel::sql_types::Text)]
pub struct Quarter(pub(crate) [u8; 6]);

impl Quarter {
    /// Returns the quarter a day lies in, the first or last one known for a day outside the years.
    pub fn of(day: Day) -> Self {
        let quarters = i64::from(day.year()) * 4 + i64::from((day.month() - 1) / 3);
        Self::from_count(quarters)
    }

    /// Returns the text, `2026Q3`.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Returns the year, 1949 to 2199.
    pub fn year(self) -> i32 {
        let [y1, y2, y3, y4, ..] = self.0;
        number(&[y1, y2, y3, y4])
            .and_then(|year| i32::try_from(year).ok())
            .unwrap_or_default()
    }

    /// Returns which quarter of its year it is, 1 to 4.
    pub fn number(self) -> u32 {
        let [.., digit] = self.0;
        number(&[digit]).unwrap_or_default()
    }

    /// Returns the first day of the quarter.
    pub fn first_day(self) -> Day {
        let day = Day::new(self.year(), self.number() * 3 - 2, 1);
        day.unwrap_or_else(|| Day::from_date(chrono::NaiveDate::MIN))
    }

    /// Returns the last day of the quarter.
    pub fn last_day(self) -> Day {
        let last_month = self.number() * 3;
        // The second and third quarters end with a month of 30 days.
        let day_of_month = if matches!(last_month, 6 | 9) { 30 } else { 31 };
        let day = Day::new(self.year(), last_month, day_of_month);
        day.unwrap_or_else(|| Day::from_date(chrono::NaiveDate::MIN))
    }

    /// Returns the quarter after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self::from_count(self.count() + 1)
    }

    /// Returns the quarter before this one.
    #[must_use]
    pub fn previous(self) -> Self {
        Self::from_count(self.count() - 1)
    }

    /// Returns how many quarters `later` comes after this one; negative when it comes before.
    pub fn quarters_until(self, later: Self) -> i64 {
        later.count() - self.count()
    }

    /// Quarters since the first one of the year 0.
    fn count(self) -> i64 {
        i64::from(self.year()) * 4 + i64::from(self.number()) - 1
    }

    fn from_count(count: i64) -> Self {
        let first = i64::from(*YEARS_READ.start()) * 4;
        let last = i64::from(*YEARS_READ.end()) * 4 + 3;
        let count = count.clamp(first, last);
        let year = count.div_euclid(4);
        Self([
            digit(year / 1000),
            digit(year / 100),
            digit(year / 10),
            digit(year),
            b'Q',
            digit(count.rem_euclid(4) + 1),
        ])
    }
}

/// Returns the ASCII digit of the ones of a number.
fn digit(number: i64) -> u8 {
    b'0' + u8::try_from(number.rem_euclid(10)).unwrap_or_default()
}

impl fmt::Display for Quarter {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.as_str())
    }
}

impl fmt::Debug for Quarter {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, to)
    }
}

impl FromStr for Quarter {
    type Err = WrongTime;

    /// Reads `YYYYQn` and nothing else.
    fn from_str(text: &str) -> Result<Self, WrongTime> {
        let bytes = <[u8; 6]>::try_from(text.as_bytes()).map_err(|_| WrongTime::Quarter)?;
        let [y1, y2, y3, y4, b'Q', b'1'..=b'4'] = bytes else {
            return Err(WrongTime::Quarter);
        };
        number(&[y1, y2, y3, y4])
            .and_then(|year| i32::try_from(year).ok())
            .filter(|year| YEARS_READ.contains(year))
            .map(|_| Self(bytes))
            .ok_or(WrongTime::Quarter)
    }
}

written_as_text!(
    Quarter,
    pattern = Some("^[0-9]{4}Q[1-4]$"),
    description = Some("A quarter of a civil year."),
    examples = ["2026Q3"],
);
