//! The ten industries of the province's plan of 2016-2020, and its numeric targets.

use std::sync::LazyLock;

use super::rows;

/// One of the plan's industries.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Industry {
    /// The stable name in codes and addresses.
    pub(crate) slug: String,
    /// The place in the plan, from 1.
    pub(crate) sort: u8,
    /// The formation the plan counts it to.
    pub(crate) formation: Formation,
    /// The name people read, Chinese.
    pub(crate) zh: String,
    /// The name people read, English.
    pub(crate) en: String,
    /// The name in the plan's own words.
    pub(crate) name_in_plan_zh: String,
    /// The revenue to reach in 2020, in 100 million yuan.
    pub(crate) target_2020_yi_yuan: u32,
    /// How the revenue compares to the target when it is met.
    pub(crate) comparator: Comparator,
    /// The sentence of the plan.
    pub(crate) quote: String,
    /// Divisions of GB/T 4754-2017 that fit it: a suggestion, the plan names none.
    #[serde(
        rename(deserialize = "suggested_gbt4754_divisions"),
        deserialize_with = "rows::list"
    )]
    pub(crate) suggested_sectors: Vec<String>,
}

/// The three formations of the plan's industries.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Formation {
    /// 领跑方阵
    Lead,
    /// 新兴方阵
    Emerging,
    /// 潜力方阵
    Potential,
}

/// How a value compares to its target when the target is met.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Comparator {
    /// More than the target.
    Gt,
    /// At least the target.
    Ge,
    /// The target.
    Eq,
    /// About the target.
    Approx,
    /// From the target's value to its upper value.
    Range,
}

/// A numeric target of the plan beside the revenues of its industries.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Target {
    /// The stable name in codes and addresses.
    pub(crate) slug: String,
    /// The place in the plan, from 1.
    pub(crate) sort: u8,
    /// The heading it belongs to, as a slug.
    pub(crate) group: String,
    /// The heading, Chinese.
    pub(crate) group_zh: String,
    /// What is counted, Chinese.
    pub(crate) zh: String,
    /// What is counted, English.
    pub(crate) en: String,
    /// The sentence of the plan.
    pub(crate) quote: String,
    /// The value, or the lower one of a range, in the target's unit.
    pub(crate) value: u32,
    /// The upper value of a range.
    pub(crate) value_max: Option<u32>,
    /// The unit, Chinese.
    pub(crate) unit_zh: String,
    /// The unit, English.
    pub(crate) unit_en: String,
    /// How a value compares to it when it is met.
    pub(crate) comparator: Comparator,
    /// The year it is to be met in.
    pub(crate) due_year: i32,
    /// Whether the sentence itself names that year; else it is the year the plan ended.
    #[serde(deserialize_with = "rows::yes_or_no")]
    pub(crate) due_year_stated: bool,
    /// How often it is to be met.
    pub(crate) cadence: Cadence,
    /// The section of the plan.
    pub(crate) section_zh: String,
}

/// How often a target is to be met.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize, utoipa::ToSchema,
)]
#[serde(rename_all(deserialize = "kebab-case", serialize = "snake_case"))]
#[schema(rename_all = "snake_case")]
pub(crate) enum Cadence {
    /// By the due year.
    Once,
    /// Every year.
    Annual,
    /// By each unit of another target.
    PerUnit,
    /// It is the bar a unit of another target has to clear.
    Threshold,
}

static INDUSTRIES: LazyLock<Vec<Industry>> = LazyLock::new(|| {
    rows::read(
        "industries.csv",
        include_str!("../../seeds/reference/industries.csv"),
    )
});
static TARGETS: LazyLock<Vec<Target>> = LazyLock::new(|| {
    rows::read(
        "targets.csv",
        include_str!("../../seeds/reference/targets.csv"),
    )
});

/// Returns all industries, in the plan's order.
pub(crate) fn industries() -> &'static [Industry] {
    &INDUSTRIES
}

/// Returns the industry of a slug.
pub(crate) fn industry(slug: &str) -> Option<&'static Industry> {
    industries().iter().find(|industry| industry.slug == slug)
}

/// Returns all targets, in the plan's order.
pub(crate) fn targets() -> &'static [Target] {
    &TARGETS
}
