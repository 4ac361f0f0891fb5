//! The columns of the workbook of reports: one list, from which the workbook is made and by which it
//! is read again, in either language.

use crate::text::Lang;
use crate::web::ledger::Kind;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Field {
    Id,
    Quarter,
    Code,
    Name,
    Region,
    State,
    TotalInvestment,
    LastTotal,
    LastYear,
    LastPercent,
    OpenBlockers,
    Invested,
    Building,
    Equipment,
    Other,
    Year,
    Total,
    ExpectedTotal,
    FundsInPlace,
    FundsPaid,
    Percent,
    Progress,
    HasProblems,
    StepAction,
    StepPerson,
    StepBy,
    Rating,
    RatingReason,
    RecoveryCause,
    RecoveryAction,
    RecoveryPerson,
    RecoveryBy,
    IsCorrection,
    Confirmed,
    Explanation,
    VersionReason,
}

/// Who fills a column, and with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Input {
    /// Nobody: it is filled in and locked.
    Locked,
    Free,
    YesNo,
    Rating,
}

/// One column.
pub(super) struct Spec {
    pub(super) field: Field,
    /// Its header in Chinese, then in English.
    pub(super) names: &'static [&'static str],
    pub(super) kind: Kind,
    pub(super) input: Input,
    pub(super) width: u16,
    /// Where in the body of a report it stands.
    pub(super) pointer: &'static str,
}

const fn locked(field: Field, names: &'static [&'static str], kind: Kind, width: u16) -> Spec {
    Spec {
        field,
        names,
        kind,
        input: Input::Locked,
        width,
        pointer: "",
    }
}

const fn input(
    field: Field,
    names: &'static [&'static str],
    kind: Kind,
    width: u16,
    pointer: &'static str,
) -> Spec {
    Spec {
        field,
        names,
        kind,
        input: Input::Free,
        width,
        pointer,
    }
}

const fn choice(
    field: Field,
    names: &'static [&'static str],
    input: Input,
    pointer: &'static str,
) -> Spec {
    Spec {
        field,
        names,
        kind: Kind::Text,
        input,
        width: 10,
        pointer,
    }
}

/// Every column, from left to right.
pub(super) const SPECS: &[Spec] = &[
    locked(Field::Id, &["系统编号", "System id"], Kind::Text, 12),
    locked(Field::Quarter, &["季度", "Quarter"], Kind::Text, 9),
    locked(Field::Code, &["项目代码", "Project code"], Kind::Text, 24),
    locked(Field::Name, &["项目名称", "Project"], Kind::Text, 36),
    locked(Field::Region, &["地区代码", "Region code"], Kind::Text, 9),
    locked(Field::State, &["填报状态", "State"], Kind::Text, 10),
    locked(
        Field::TotalInvestment,
        &["总投资（万元）", "Total investment (10,000 yuan)"],
        Kind::Wan,
        14,
    ),
    locked(
        Field::LastTotal,
        &[
            "截至上期自开工累计完成投资（万元）",
            "Invested since start, before this quarter (10,000 yuan)",
        ],
        Kind::Wan,
        16,
    ),
    locked(
        Field::LastYear,
        &[
            "截至上期本年累计完成投资（万元）",
            "Invested this year, before this quarter (10,000 yuan)",
        ],
        Kind::Wan,
        16,
    ),
    locked(
        Field::LastPercent,
        &["上期形象进度（%）", "Physical progress last time (%)"],
        Kind::Percent,
        10,
    ),
    locked(
        Field::OpenBlockers,
        &["未办结问题数", "Open blockers"],
        Kind::Count,
        10,
    ),
    input(
        Field::Invested,
        &[
            "本季完成投资（万元）",
            "Invested this quarter (10,000 yuan)",
        ],
        Kind::Wan,
        14,
        "/invested_quarter_yuan",
    ),
    input(
        Field::Building,
        &[
            "其中：建筑安装工程（万元）",
            "of it building works (10,000 yuan)",
        ],
        Kind::Wan,
        14,
        "/invested_building_yuan",
    ),
    input(
        Field::Equipment,
        &["其中：设备购置（万元）", "of it equipment (10,000 yuan)"],
        Kind::Wan,
        14,
        "/invested_equipment_yuan",
    ),
    input(
        Field::Other,
        &["其中：其他费用（万元）", "of it other (10,000 yuan)"],
        Kind::Wan,
        14,
        "/invested_other_yuan",
    ),
    input(
        Field::Year,
        &[
            "本年累计完成投资（万元）",
            "Invested this year (10,000 yuan)",
        ],
        Kind::Wan,
        14,
        "/invested_year_yuan",
    ),
    input(
        Field::Total,
        &[
            "自开工累计完成投资（万元）",
            "Invested since start (10,000 yuan)",
        ],
        Kind::Wan,
        14,
        "/invested_total_yuan",
    ),
    input(
        Field::ExpectedTotal,
        &["预计总投资（万元）", "Expected total (10,000 yuan)"],
        Kind::Wan,
        14,
        "/expected_total_yuan",
    ),
    input(
        Field::FundsInPlace,
        &["到位资金（万元）", "Funds in place (10,000 yuan)"],
        Kind::Wan,
        14,
        "/funds_in_place_yuan",
    ),
    input(
        Field::FundsPaid,
        &["已支付资金（万元）", "Funds paid (10,000 yuan)"],
        Kind::Wan,
        14,
        "/funds_paid_yuan",
    ),
    input(
        Field::Percent,
        &["形象进度（%）", "Physical progress (%)"],
        Kind::Percent,
        10,
        "/physical_percent",
    ),
    input(
        Field::Progress,
        &["形象进度说明", "Progress in words"],
        Kind::Text,
        50,
        "/progress",
    ),
    choice(
        Field::HasProblems,
        &["是否存在问题", "Are there problems"],
        Input::YesNo,
        "/problems",
    ),
    input(
        Field::StepAction,
        &["下一步措施", "Next step"],
        Kind::Text,
        36,
        "/next_steps",
    ),
    input(
        Field::StepPerson,
        &["措施责任人", "Next step by whom"],
        Kind::Text,
        12,
        "/next_steps/0/person",
    ),
    input(
        Field::StepBy,
        &["措施完成日期", "Next step by when"],
        Kind::Day,
        12,
        "/next_steps/0/by",
    ),
    choice(
        Field::Rating,
        &["自评（绿/黄/红）", "Own rating (green/yellow/red)"],
        Input::Rating,
        "/rating",
    ),
    input(
        Field::RatingReason,
        &["自评理由", "Reason of the rating"],
        Kind::Text,
        24,
        "/rating_reason",
    ),
    input(
        Field::RecoveryCause,
        &["滞后原因", "Cause of the delay"],
        Kind::Text,
        24,
        "/recovery",
    ),
    input(
        Field::RecoveryAction,
        &["整改措施", "Recovery action"],
        Kind::Text,
        24,
        "/recovery/action",
    ),
    input(
        Field::RecoveryPerson,
        &["整改责任人", "Recovery by whom"],
        Kind::Text,
        12,
        "/recovery/person",
    ),
    input(
        Field::RecoveryBy,
        &["整改完成日期", "Recovery by when"],
        Kind::Day,
        12,
        "/recovery/by",
    ),
    choice(
        Field::IsCorrection,
        &["是否冲减以往数据", "Takes something back"],
        Input::YesNo,
        "/is_correction",
    ),
    choice(
        Field::Confirmed,
        &["数额与单位已核实", "Amounts and unit confirmed"],
        Input::YesNo,
        "/confirmations",
    ),
    input(
        Field::Explanation,
        &["情况说明", "Explanation"],
        Kind::Text,
        36,
        "/explanations",
    ),
    input(
        Field::VersionReason,
        &["更换已报送内容的原因", "Reason of a new version"],
        Kind::Text,
        24,
        "/version_reason",
    ),
];

/// The columns remarks come back in.
pub(super) const REMARKS: &[&str] = &["导入结果", "Result of the import"];
/// The sheet that is filled in.
pub(super) const MAIN: &[&str] = &["季报填报", "Reports"];
/// The sheet that says how.
pub(super) const HELP: &[&str] = &["填报说明", "How to fill in"];
/// The hidden sheet by which the workbook is known again.
pub(super) const MARK: &str = "fiveone";
/// What that sheet says the workbook is.
pub(super) const TEMPLATE: &str = "reports";
/// Raised when a column changes its meaning.
pub(super) const VERSION: &str = "1";

/// Returns a name in a language.
pub(super) fn named(names: &'static [&'static str], lang: Lang) -> &'static str {
    let at = match lang {
        Lang::Zh => 0,
        Lang::En => 1,
    };
    names.get(at).copied().unwrap_or_default()
}

/// Returns the header of the column a place of a report's body stands in, in the language.
pub(super) fn column_of(pointer: &str, lang: Lang) -> &'static str {
    let within = |spec: &&Spec| !spec.pointer.is_empty() && pointer.starts_with(spec.pointer);
    let nearest = SPECS
        .iter()
        .filter(within)
        .max_by_key(|spec| spec.pointer.len());
    nearest.map_or("", |spec| named(spec.names, lang))
}
