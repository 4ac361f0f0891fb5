//! Money in whole yuan, and the 万元 and 亿元 in which people read and type it.
//!
//! Knows no report and no plan: what an amount may be is theirs to say.

use std::fmt;
use std::iter::Sum;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;

/// Yuan in one 万元.
const WAN: u64 = 10_000;
/// Yuan in one 亿元.
const YI: u64 = 100_000_000;

/// An amount of whole yuan; may be negative, where a correction takes something back.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::BigInt)]
pub struct Yuan(pub i64);

/// Why a text is no amount in 万元.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongMoney {
    /// Not a number as 276100, 276,100 or 1.5.
    #[error("not a number, as 276100, 276,100 or 1.5")]
    Number,
    /// A part of a yuan: something other than zero after the fourth decimal.
    #[error("finer than one yuan: an amount in 万元 has at most four decimals")]
    FinerThanYuan,
    /// More than can be stored.
    #[error("larger than any amount that can be stored")]
    TooLarge,
}

impl Yuan {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// Returns the sum, nothing when it cannot be stored.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Returns the difference, nothing when it cannot be stored.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// Returns the sum, held to what can be stored.
    #[must_use]
    pub fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Returns the difference, held to what can be stored.
    #[must_use]
    pub fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// Reads what a person typed under a heading in 万元: thousands separators and full-width signs
    /// are taken.
    ///
    /// # Errors
    ///
    /// - `Number`: no plain number; `1,5` too, as its comma may be meant as a decimal point.
    /// - `FinerThanYuan`: something other than zero after the fourth decimal.
    /// - `TooLarge`: beyond what can be stored.
    pub fn from_wan(text: &str) -> Result<Self, WrongMoney> {
        let text: String = text.nfkc().collect();
        let text = text.trim();
        // The minus sign of typography is not folded into the hyphen.
        let (negative, number) = match text.strip_prefix(['-', '\u{2212}']) {
            Some(number) => (true, number),
            None => (false, text),
        };
        let (whole, decimals) = match number.split_once('.') {
            Some((_, "")) => return Err(WrongMoney::Number),
            Some(parts) => parts,
            None => (number, ""),
        };
        let whole = ungrouped(whole).ok_or(WrongMoney::Number)?;
        if !decimals.bytes().all(|sign| sign.is_ascii_digit()) {
            return Err(WrongMoney::Number);
        }
        let (kept, finer) = decimals.split_at_checked(4).unwrap_or((decimals, ""));
        if finer.bytes().any(|sign| sign != b'0') {
            return Err(WrongMoney::FinerThanYuan);
        }
        // Put together as text, so that no rounding can come in.
        let sign = if negative { "-" } else { "" };
        format!("{sign}{whole}{kept:0<4}")
            .parse()
            .map(Self)
            .map_err(|_| WrongMoney::TooLarge)
    }

    /// Returns the exact number of 万元 without the unit, `123.4567`, as [`Self::from_wan`] reads
    /// it.
    pub fn wan(self) -> String {
        self.in_units_of(WAN, 4)
    }

    /// Returns the exact amount in 万元, `123.4567 万元`.
    pub fn format_wan(self) -> String {
        format!("{} 万元", self.wan())
    }

    fn in_units_of(self, unit: u64, decimals: usize) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let yuan = self.0.unsigned_abs();
        let text = format!("{sign}{}.{:0decimals$}", yuan / unit, yuan % unit);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

/// Takes the commas out of a whole number when they stand between groups of three.
fn ungrouped(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let grouped = whole.contains(',');
    let fits = !first.is_empty()
        && (!grouped || first.len() <= 3)
        && groups.all(|group| group.len() == 3)
        && whole
            .bytes()
            .all(|sign| sign.is_ascii_digit() || sign == b',');
    fits.then(|| whole.replace(',', ""))
}

impl fmt::Display for Yuan {
    /// Writes the exact amount for people: in 亿元 from 1 亿元, else in 万元.
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.unsigned_abs() >= YI {
            write!(to, "{} 亿元", self.in_units_of(YI, 8))
        } else {
            to.write_str(&self.format_wan())
        }
    }
}

impl Sum for Yuan {
    /// Adds up, held to what can be stored.
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Self::saturating_add)
    }
}

#[cfg(test)]
mod tests;
