//! Single cells of a list of projects to values.

use unicode_normalization::UnicodeNormalization;

use super::Stage;
use crate::kernel::money::{WrongMoney, Yuan};
use crate::reference;

pub(super) use crate::reference::read_place as place;
pub(super) use crate::table::{Date, date};

/// The unit of a column of amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// 元
    Yuan,
    /// 万元
    Wan,
    /// 亿元
    Yi,
}

/// Yuan in one 万元.
const PER_WAN: i64 = 10_000;

/// What an amount was read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Amount {
    /// Whole yuan, zero or more.
    Yuan(Yuan),
    /// Less than nothing.
    Negative,
    /// A part of a yuan.
    FinerThanYuan,
    /// Beyond what can be stored.
    TooLarge,
    /// No number.
    Unreadable,
}

/// Reads an amount in a unit, exactly.
pub(super) fn amount(cell: &str, unit: Unit) -> Amount {
    let read = match unit {
        Unit::Wan => Yuan::from_wan(cell),
        Unit::Yuan => Yuan::from_wan(cell).and_then(|ten_thousandfold| {
            let finer = ten_thousandfold.0.checked_rem(PER_WAN) != Some(0);
            let whole = ten_thousandfold.0.checked_div(PER_WAN).map(Yuan);
            whole.filter(|_| !finer).ok_or(WrongMoney::FinerThanYuan)
        }),
        Unit::Yi => in_wan(cell).and_then(|cell| Yuan::from_wan(&cell)),
    };
    match read {
        Ok(amount) if amount < Yuan::ZERO => Amount::Negative,
        Ok(amount) => Amount::Yuan(amount),
        Err(WrongMoney::FinerThanYuan) => Amount::FinerThanYuan,
        Err(WrongMoney::TooLarge) => Amount::TooLarge,
        Err(WrongMoney::Number) => Amount::Unreadable,
    }
}

/// Moves the point of an amount in 亿元 by four places, in text so that no rounding can come in.
fn in_wan(cell: &str) -> Result<String, WrongMoney> {
    let text: String = cell.nfkc().collect();
    let (whole, decimals) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    if decimals.is_empty() || !decimals.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(WrongMoney::Number);
    }
    Yuan::from_wan(whole)?;
    let (moved, left) = decimals.split_at_checked(4).unwrap_or((decimals, ""));
    let left = if left.is_empty() { "0" } else { left };
    Ok(format!("{}{moved:0<4}.{left}", whole.replace(',', "")))
}

/// Reads a stage as the yearly plans of the province name it, as people do, or by its own name.
pub(super) fn stage(cell: &str) -> Option<Stage> {
    match cell {
        "谋划" => Some(Stage::Idea),
        "预备" | "储备" => Some(Stage::Reserve),
        "拟建" | "计划新开工" | "前期" => Some(Stage::Preliminary),
        "续建" | "在建" => Some(Stage::Construction),
        "竣工" => Some(Stage::Completed),
        "建成投产" | "投产" => Some(Stage::Production),
        other => other.to_ascii_lowercase().parse().ok(),
    }
}

/// Finds the industry of a slug or a full name.
pub(super) fn industry(cell: &str) -> Option<&'static str> {
    let named = |industry: &&reference::Industry| {
        industry.slug == cell
            || industry.zh == cell
            || industry.name_in_plan_zh == cell
            || industry.en.eq_ignore_ascii_case(cell)
    };
    reference::industries()
        .iter()
        .find(named)
        .map(|industry| industry.slug.as_str())
}

#[cfg(test)]
mod tests;
