//! Region codes after GB/T 2260: six digits, two each for province, city and county.

use std::fmt;
use std::str::FromStr;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::text::written_as_text;

/// A level of government, from the county up.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
    AsExpression,
    FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::Text)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 县, counties and districts.
    County,
    /// 市, prefecture-level cities.
    City,
    /// 省.
    Province,
}

impl Level {
    /// Returns the level above, nothing above the province.
    pub fn up(self) -> Option<Self> {
        match self {
            Self::County => Some(Self::City),
            Self::City => Some(Self::Province),
            Self::Province => None,
        }
    }

    /// Returns the stored and exchanged name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::County => "county",
            Self::City => "city",
            Self::Province => "province",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.as_str())
    }
}

/// A text that is no region code or no level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongRegion {
    /// Not six digits of the standard's shape.
    #[error("not a region code of six digits, as 360111")]
    Code,
    /// None of the three levels.
    #[error("not a level: county, city or province")]
    Level,
}

impl FromStr for Level {
    type Err = WrongRegion;

    fn from_str(text: &str) -> Result<Self, WrongRegion> {
        [Self::County, Self::City, Self::Province]
            .into_iter()
            .find(|level| level.as_str() == text)
            .ok_or(WrongRegion::Level)
    }
}

/// A region code: `360000` a province, `360100` a city in it, `360111` a county in that.
///
/// Where a region lies is read from its digits alone; whether it exists is reference data.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub struct Region([u8; 6]);

impl Region {
    /// A code before and one after every other: the range in which each region lies.
    pub(crate) const EVERYWHERE: (Self, Self) = (Self([b'0'; 6]), Self([b'9'; 6]));

    /// Returns the six digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Returns the level, by the pairs of zeros the code ends with.
    pub fn level(self) -> Level {
        match self.0 {
            [_, _, b'0', b'0', b'0', b'0'] => Level::Province,
            [_, _, _, _, b'0', b'0'] => Level::City,
            _ => Level::County,
        }
    }

    /// Returns the lowest and the highest code lying in this region, both included.
    pub fn reach(self) -> (Self, Self) {
        let [p1, p2, c1, c2, ..] = self.0;
        let highest = match self.level() {
            Level::Province => [p1, p2, b'9', b'9', b'9', b'9'],
            Level::City => [p1, p2, c1, c2, b'9', b'9'],
            Level::County => self.0,
        };
        (self, Self(highest))
    }

    /// Tells whether `other` is this region or lies in it.
    pub fn contains(self, other: Self) -> bool {
        let (lowest, highest) = self.reach();
        (lowest..=highest).contains(&other)
    }

    /// Returns the region of a level this one is or lies in; itself where the level is finer than
    /// its own.
    #[must_use]
    pub fn at_level(self, level: Level) -> Self {
        let [p1, p2, c1, c2, ..] = self.0;
        match level {
            Level::County => self,
            Level::City => Self([p1, p2, c1, c2, b'0', b'0']),
            Level::Province => Self([p1, p2, b'0', b'0', b'0', b'0']),
        }
    }

    /// Returns the smallest region that contains all of them, as far up as the province.
    pub fn common(regions: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut regions = regions.into_iter();
        let first = regions.next()?;
        let levels = [Level::City, Level::Province].into_iter();
        regions.try_fold(first, |common, next| {
            if common.contains(next) {
                return Some(common);
            }
            let mut wider = levels.clone().map(|level| common.at_level(level));
            wider.find(|region| region.contains(next))
        })
    }

    /// Returns the region one level up, nothing above a province.
    pub fn parent(self) -> Option<Self> {
        self.level().up().map(|level| self.at_level(level))
    }
}

impl fmt::Display for Region {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.as_str())
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, to)
    }
}

impl FromStr for Region {
    type Err = WrongRegion;

    /// Reads six digits: a province that is not 00, and no county without a city.
    fn from_str(text: &str) -> Result<Self, WrongRegion> {
        let code = <[u8; 6]>::try_from(text.as_bytes()).map_err(|_| WrongRegion::Code)?;
        match code {
            _ if !code.iter().all(u8::is_ascii_digit) => Err(WrongRegion::Code),
            [b'0', ..] => Err(WrongRegion::Code),
            [_, _, b'0', b'0', b'0', b'0'] => Ok(Self(code)),
            [_, _, b'0', b'0', ..] => Err(WrongRegion::Code),
            _ => Ok(Self(code)),
        }
    }
}

written_as_text!(
    Region,
    pattern = Some("^[1-9][0-9]{5}$"),
    description = Some("A region by its six-digit code (GB/T 2260)."),
    examples = ["360111"],
);
