//! What a project declares for one quarter, as it is sent, kept and shown.
//!
//! Well formed is all that is asked here; whether it holds is for the checks to say.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

use crate::kernel::id::Id;
use crate::kernel::money::Yuan;
use crate::kernel::time::Day;

/// Codes begin with this; where a client names a code it may be left out.
const PREFIX: &str = "report.";

crate::words! {
    /// How the project stands in its own judgement.
    pub(crate) enum Rating {
        /// As planned.
        Green = "green",
        /// Behind, and to be recovered.
        Yellow = "yellow",
        /// Stuck.
        Red = "red",
    }
}

/// A percentage in hundredths, so that sums and comparisons are exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Percent(pub(crate) i64);

impl Percent {
    /// The whole.
    pub(crate) const ALL: Self = Self(10_000);

    /// Returns the difference in points.
    pub(crate) fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// Reads a number with at most two decimals.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (negative, number) = match text.strip_prefix('-') {
            Some(number) => (true, number),
            None => (false, text),
        };
        let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|sign| sign.is_ascii_digit());
        let decimals = match decimals.trim_end_matches('0') {
            "" => "0",
            kept => kept,
        };
        if !plain(whole) || !plain(decimals) || decimals.len() > 2 {
            return None;
        }
        let hundredths: i64 = format!("{whole}{decimals:0<2}").parse().ok()?;
        Some(Self(if negative {
            hundredths.saturating_neg()
        } else {
            hundredths
        }))
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, decimals) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        match decimals {
            0 => write!(to, "{sign}{whole}"),
            _ if decimals % 10 == 0 => write!(to, "{sign}{whole}.{}", decimals / 10),
            _ => write!(to, "{sign}{whole}.{decimals:02}"),
        }
    }
}

impl Serialize for Percent {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        // The decimal text of a number this small comes back from its nearest double unchanged.
        let text = self.to_string();
        match text.parse::<i64>() {
            Ok(whole) => to.serialize_i64(whole),
            Err(_) => to.serialize_f64(text.parse().map_err(serde::ser::Error::custom)?),
        }
    }
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(from)?;
        Self::read(&number.to_string())
            .filter(|percent| percent.0.unsigned_abs() < 100_000_000)
            .ok_or_else(|| serde::de::Error::custom("a percent has at most two decimals"))
    }
}

impl utoipa::PartialSchema for Percent {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Number)
            .description(Some("A percentage with at most two decimals."))
            .examples([62.5])
            .into()
    }
}

impl ToSchema for Percent {}

/// What is said of one milestone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportedMilestone)]
pub(crate) struct Claim {
    pub(crate) id: Id,
    /// When it is expected to be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) forecast_on: Option<Day>,
    /// When it was reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) done_on: Option<Day>,
}

/// The difficulties: none, or those raised as blockers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Problems {
    /// Says that there are none.
    #[serde(default)]
    pub(crate) none: bool,
    #[serde(default)]
    pub(crate) blocker_ids: Vec<Id>,
}

/// What comes next, by whom and by when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NextStep {
    #[schema(max_length = 1000)]
    pub(crate) action: String,
    #[schema(max_length = 200)]
    pub(crate) person: String,
    pub(crate) by: Day,
}

/// How what is behind is to be recovered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Recovery {
    #[schema(max_length = 2000)]
    pub(crate) cause: String,
    #[schema(max_length = 2000)]
    pub(crate) action: String,
    #[schema(max_length = 200)]
    pub(crate) person: String,
    pub(crate) by: Day,
}

/// The body of a report; money in whole yuan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportContent)]
pub(crate) struct Content {
    pub(crate) invested_quarter_yuan: Yuan,
    /// Building works, of what was invested this quarter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) invested_building_yuan: Option<Yuan>,
    /// Equipment, of what was invested this quarter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) invested_equipment_yuan: Option<Yuan>,
    /// Everything else, of what was invested this quarter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) invested_other_yuan: Option<Yuan>,
    /// Invested since the first of January.
    pub(crate) invested_year_yuan: Yuan,
    /// Invested since the start of the project.
    pub(crate) invested_total_yuan: Yuan,
    /// What the whole project is now expected to cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expected_total_yuan: Option<Yuan>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) funds_in_place_yuan: Option<Yuan>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) funds_paid_yuan: Option<Yuan>,
    /// Physical progress of the whole project.
    pub(crate) physical_percent: Percent,
    /// Physical progress in words.
    #[schema(max_length = 10000)]
    pub(crate) progress: String,
    #[serde(default)]
    #[schema(max_items = 500)]
    pub(crate) milestones: Vec<Claim>,
    pub(crate) problems: Problems,
    #[schema(max_items = 100)]
    pub(crate) next_steps: Vec<NextStep>,
    pub(crate) rating: Rating,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000)]
    pub(crate) rating_reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) recovery: Option<Recovery>,
    /// Says that amounts take something back, so that they may be negative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) is_correction: Option<bool>,
    /// Codes of checks whose finding is meant as it stands; another name is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 50)]
    pub(crate) confirmations: Option<Vec<String>>,
    /// Explanations of soft findings, by the code of the check; another name is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) explanations: Option<BTreeMap<String, String>>,
    /// Why a report that is already in is replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000)]
    pub(crate) version_reason: Option<String>,
}

impl Content {
    /// Returns every amount that is given, with the name of its field.
    pub(crate) fn amounts(&self) -> impl Iterator<Item = (&'static str, Yuan)> {
        [
            ("invested_quarter_yuan", Some(self.invested_quarter_yuan)),
            ("invested_building_yuan", self.invested_building_yuan),
            ("invested_equipment_yuan", self.invested_equipment_yuan),
            ("invested_other_yuan", self.invested_other_yuan),
            ("invested_year_yuan", Some(self.invested_year_yuan)),
            ("invested_total_yuan", Some(self.invested_total_yuan)),
            ("expected_total_yuan", self.expected_total_yuan),
            ("funds_in_place_yuan", self.funds_in_place_yuan),
            ("funds_paid_yuan", self.funds_paid_yuan),
        ]
        .into_iter()
        .filter_map(|(field, amount)| Some((field, amount?)))
    }

    /// Tells whether the filer says that what a check finds is meant.
    pub(crate) fn confirms(&self, code: &str) -> bool {
        let named = |name: &String| is_code(name, code);
        self.confirmations
            .as_ref()
            .is_some_and(|codes| codes.iter().any(named))
    }

    /// Returns what the filer says about a soft finding, if it is more than blanks.
    pub(crate) fn explains(&self, code: &str) -> Option<&str> {
        let said = self
            .explanations
            .as_ref()?
            .iter()
            .find(|(name, _)| is_code(name, code))?;
        filled(said.1)
    }
}

/// Returns a text that is more than blanks.
pub(crate) fn filled(text: &str) -> Option<&str> {
    (!text.trim().is_empty()).then_some(text)
}

/// Tells whether a client's name of a check is its code: whole, or without what every code begins
/// with.
pub(super) fn is_code(name: &str, code: &str) -> bool {
    name == code || Some(name) == code.strip_prefix(PREFIX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percent_is_exact_and_has_at_most_two_decimals() {
        for (text, hundredths) in [
            ("0", 0),
            ("62.5", 6250),
            ("99.99", 9999),
            ("100", 10_000),
            ("-0.05", -5),
            ("7.0", 700),
        ] {
            let read: Percent = serde_json::from_str(text).unwrap();
            assert_eq!(read.0, hundredths, "{text}");
            let back: Percent =
                serde_json::from_str(&serde_json::to_string(&read).unwrap()).unwrap();
            assert_eq!(back, read);
        }
        for text in ["1.005", "1e300", "\"5\"", "null"] {
            assert!(serde_json::from_str::<Percent>(text).is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_percent_comes_back_from_json(hundredths in -1_000_000_i64..1_000_000) {
            let text = serde_json::to_string(&Percent(hundredths)).unwrap();
            let back: Percent = serde_json::from_str(&text).unwrap();
            proptest::prop_assert_eq!(back, Percent(hundredths));
        }
    }
}
