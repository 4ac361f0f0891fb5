//! The approval items and the two gates they lead to.

use std::sync::LazyLock;

use super::rows;

/// An approval item, or a gate; a node of a project's approval network.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct ApprovalItem {
    /// The stable name in codes and addresses.
    pub(crate) slug: String,
    /// The name people read, Chinese.
    pub(crate) zh: String,
    /// The name people read, English.
    pub(crate) en: String,
    /// The slug of its stage.
    pub(crate) stage: String,
    /// What sort of decision it is.
    pub(crate) kind: ApprovalKind,
    /// The slug of the department that decides it.
    #[serde(rename(deserialize = "dept"))]
    pub(crate) department: String,
    /// How many projects need it.
    pub(crate) applies: Applies,
    /// When a project needs it, English.
    pub(crate) trigger_en: String,
    /// The limit by law, counted as `day_type` says; none where the law sets none.
    pub(crate) statutory_days: Option<u16>,
    /// How the limit by law is counted.
    pub(crate) day_type: DayType,
    /// By how many days the law lets the limit be extended.
    pub(crate) extension_days: Option<u16>,
    /// What departments promise, in working days.
    pub(crate) promised_working_days: Option<u16>,
    /// The duration to plan with, in working days; none counts as 0.
    pub(crate) default_limit_working_days: Option<u16>,
    /// Where that duration comes from; none where there is none.
    pub(crate) default_limit_from: Option<LimitSource>,
    /// The slugs of the items that bind it by law or by nature.
    #[serde(deserialize_with = "rows::list")]
    pub(crate) prerequisites: Vec<String>,
    /// The slugs of the items customarily done before it; they only advise.
    #[serde(deserialize_with = "rows::list")]
    pub(crate) usual_predecessors: Vec<String>,
    /// The laws and rules it rests on.
    pub(crate) legal_basis_zh: String,
    /// How sure the figures are.
    pub(crate) confidence: Confidence,
    /// What else is to be known, English.
    pub(crate) notes_en: Option<String>,
}

/// What sort of decision an item is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize, utoipa::ToSchema,
)]
#[serde(rename_all(deserialize = "kebab-case", serialize = "snake_case"))]
#[schema(rename_all = "snake_case")]
pub(crate) enum ApprovalKind {
    /// 许可
    License,
    /// 审批
    Approval,
    /// 备案
    Filing,
    /// 登记
    Registration,
    /// 评估
    Assessment,
    /// 技术审查
    TechnicalReview,
    /// 供地
    LandSupply,
    /// 市政公用接入
    Utility,
    /// 验收
    Acceptance,
    /// Done by the owner; no authority decides.
    SelfManaged,
    /// Between authorities; the owner hands in nothing.
    Internal,
    /// A gate: nobody grants it, it opens when its prerequisites are met.
    Milestone,
}

/// How many projects need an item.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Applies {
    /// Every project.
    Always,
    /// Most projects.
    Common,
    /// Projects that meet its condition.
    Conditional,
    /// Few projects.
    Rare,
}

/// How the days of a limit by law are counted.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DayType {
    /// Working days of the official calendar.
    Working,
    /// Calendar days.
    Calendar,
    /// There is no limit to count.
    None,
}

/// Where the duration to plan with comes from.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize, utoipa::ToSchema,
)]
#[serde(rename_all(deserialize = "kebab-case", serialize = "snake_case"))]
#[schema(rename_all = "snake_case")]
pub(crate) enum LimitSource {
    /// A promise of the departments.
    Promised,
    /// Practice.
    Customary,
    /// The limit by law, in working days.
    Statutory,
    /// The limit by law in calendar days, times 5/7, rounded up.
    StatutoryConverted,
}

/// How sure the figures of an item are.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize, utoipa::ToSchema,
)]
#[serde(rename_all(deserialize = "kebab-case", serialize = "snake_case"))]
#[schema(rename_all = "snake_case")]
pub(crate) enum Confidence {
    /// Read in a law, a regulation or a rule.
    Statute,
    /// No limit of its own: the general licensing limit of 20 working days and 10 more applies.
    #[serde(rename(deserialize = "default-20", serialize = "default_20"))]
    #[schema(rename = "default_20")]
    Default20,
    /// Recalled without seeing the text.
    RuleUnverified,
    /// Practice, no limit in law.
    Customary,
}

static ITEMS: LazyLock<Vec<ApprovalItem>> = LazyLock::new(|| {
    rows::read(
        "approvals.csv",
        include_str!("../../seeds/reference/approvals.csv"),
    )
});
/// Returns all items and gates, in the order of the procedure.
pub(crate) fn approval_items() -> &'static [ApprovalItem] {
    &ITEMS
}
