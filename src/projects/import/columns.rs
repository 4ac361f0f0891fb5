//! The columns a list of projects may have.

use crate::table::{Columns, Unreadable};

/// The fields a column may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Number,
    Code,
    Name,
    RegionCode,
    Place,
    Industry,
    Enterprise,
    CreditCode,
    TotalYuan,
    TotalWan,
    TotalYi,
    Content,
    Start,
    Finish,
    Stage,
}

/// The names columns go by. 序号 is none of them: it counts the rows of one edition of a list, so the
/// next edition gives it to another project. An amount needs its unit in the name.
pub(super) const COLUMNS: [(Field, &[&str]); 15] = [
    (Field::Number, &["编号", "项目编号", "number"]),
    (
        Field::Code,
        &[
            "项目代码",
            "项目统一代码",
            "投资项目统一代码",
            "投资项目代码",
            "code",
        ],
    ),
    (Field::Name, &["项目名称", "name"]),
    (
        Field::RegionCode,
        &["地区代码", "区划代码", "行政区划代码", "region_code"],
    ),
    (
        Field::Place,
        &[
            "建设地点",
            "项目地点",
            "所在地区",
            "所在地",
            "地区",
            "region",
            "place",
        ],
    ),
    (Field::Industry, &["产业", "所属产业", "industry"]),
    (
        Field::Enterprise,
        &[
            "业主单位",
            "项目单位",
            "建设单位",
            "企业名称",
            "enterprise",
            "enterprise_name",
        ],
    ),
    (
        Field::CreditCode,
        &["统一社会信用代码", "信用代码", "credit_code"],
    ),
    (
        Field::TotalYuan,
        &["总投资(元)", "总投资额(元)", "total_investment_yuan"],
    ),
    (
        Field::TotalWan,
        &["总投资(万元)", "总投资额(万元)", "total_investment_wan"],
    ),
    (
        Field::TotalYi,
        &["总投资(亿元)", "总投资额(亿元)", "total_investment_yi"],
    ),
    (
        Field::Content,
        &[
            "主要建设内容",
            "建设内容",
            "建设内容及规模",
            "建设规模及内容",
            "content",
        ],
    ),
    (
        Field::Start,
        &["开工时间", "计划开工时间", "拟开工时间", "planned_start_on"],
    ),
    (
        Field::Finish,
        &["计划完工时间", "计划竣工时间", "planned_finish_on"],
    ),
    (Field::Stage, &["建设阶段", "项目阶段", "阶段", "stage"]),
];

/// Refuses a list that gives the total investment in two units, as it may give two totals.
pub(super) fn one_unit(columns: &Columns<Field>) -> Result<(), Unreadable> {
    let totals = [Field::TotalYuan, Field::TotalWan, Field::TotalYi];
    let mut named = totals.into_iter().filter(|field| columns.has(*field));
    match (named.next(), named.next()) {
        (Some(first), Some(second)) => Err(Unreadable::ColumnTwice {
            first: columns.name(first).to_owned(),
            second: columns.name(second).to_owned(),
        }),
        _ => Ok(()),
    }
}
