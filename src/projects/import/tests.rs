//! The import on lists made to be difficult; on the real one in `sample`.

mod sample;

use super::*;
use crate::table::read_csv;

fn read(text: &str) -> ReadList {
    read_projects(&read_csv(text.as_bytes()).unwrap()).unwrap()
}

fn refusal(text: &str) -> Unreadable {
    read_projects(&read_csv(text.as_bytes()).unwrap()).unwrap_err()
}

fn only(text: &str) -> ReadRow {
    let mut list = read(text);
    assert_eq!(list.errors, []);
    assert_eq!(list.rows.len(), 1, "{text}");
    list.rows.pop().unwrap()
}

fn codes(remarks: &[Remark]) -> Vec<(u32, &str, &str)> {
    remarks
        .iter()
        .map(|remark| (remark.row, remark.column.as_str(), remark.code))
        .collect()
}

fn fact<'a>(remark: &'a Remark, name: &str) -> &'a str {
    remark
        .facts
        .iter()
        .find(|(known, _)| *known == name)
        .map_or("", |(_, value)| value)
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[test]
fn a_list_with_english_names_and_codes_is_read_without_a_warning() {
    let list = read(
        "code,name,region,industry,enterprise,credit_code,total_investment_yuan,content,\
         planned_start_on,planned_finish_on,stage\n\
         2611-360111-04-01-123451,Chip plant,360111,electronics-information,Jiangxi Copper,\
         91360000625912173b,\"1,200,000\",Two lines,2026-10-10,2028/3/1,construction\n",
    );
    assert_eq!(
        (list.errors.as_slice(), list.warnings.as_slice()),
        (&[][..], &[][..])
    );
    let row = &list.rows[0];
    assert_eq!(row.warnings, []);
    assert_eq!(row.number, None);
    assert_eq!(
        row.code.as_ref().unwrap().as_str(),
        "2611-360111-04-01-123451"
    );
    assert_eq!(row.region.unwrap().as_str(), "360111");
    assert_eq!(row.industry, Some("electronics-information"));
    assert_eq!(row.enterprise.as_deref(), Some("Jiangxi Copper"));
    assert_eq!(
        row.credit_code.as_ref().unwrap().as_str(),
        "91360000625912173B"
    );
    assert_eq!(row.total_investment, Some(Yuan(1_200_000)));
    assert_eq!(row.planned_start_on, Some(day("2026-10-10")));
    assert_eq!(row.planned_finish_on, Some(day("2028-03-01")));
    assert_eq!(row.stage, Stage::Construction);
}

#[test]
fn a_list_without_a_name_column_is_refused() {
    let missing = Unreadable::ColumnMissing {
        columns: vec!["项目名称", "name"],
    };
    assert_eq!(refusal("编号,建设地点\n1,南昌市\n"), missing);
}

#[test]
fn two_columns_for_one_field_are_refused() {
    assert_eq!(
        refusal("项目名称,Name\nx,y\n").code(),
        "import.column_twice"
    );
    assert_eq!(
        refusal("name,总投资(万元),总投资（亿元）\nx,1,2\n").code(),
        "import.column_twice"
    );
}

#[test]
fn a_total_without_a_unit_in_its_column_is_kept_and_not_read() {
    let list = read("name,总投资\nx,5000\n");
    assert_eq!(list.rows[0].total_investment, None);
    assert_eq!(codes(&list.warnings), [(1, "总投资", "import.column_kept")]);
}

#[test]
fn what_identifies_a_project_must_be_right() {
    let list = read(
        "name,code,credit_code,region\n\
         ,2611-360111-04-01-123451,,南昌市\n\
         a,2611-360111,,南昌市\n\
         b,,91360000625912173A,南昌市\n\
         ,1,2,\n\
         c,,,南昌市\n",
    );
    let expected = [
        (2, "name", "import.name_missing"),
        (3, "code", "import.code_wrong"),
        (4, "credit_code", "import.credit_code_wrong"),
        (5, "name", "import.name_missing"),
        (5, "code", "import.code_wrong"),
        (5, "credit_code", "import.credit_code_wrong"),
    ];
    assert_eq!(codes(&list.errors), expected);
    assert_eq!(list.rows.len(), 1, "the others are read all the same");
}

#[test]
fn a_number_or_code_used_twice_in_one_list_is_an_error_that_names_the_first() {
    let list = read(
        "编号,name,code\n1,a,2611-360111-04-01-123451\n1,b,\n2,c,2611-360111-04-01-123451\n\
         2,d,\n",
    );
    let expected = [
        (3, "编号", "import.row_repeated"),
        (4, "code", "import.row_repeated"),
    ];
    assert_eq!(codes(&list.errors), expected);
    assert_eq!(fact(&list.errors[0], "first"), "2");
    assert_eq!(list.rows.len(), 2, "a refused row claims no number");
}

#[test]
fn each_cell_that_cannot_be_read_leaves_its_field_empty_and_makes_a_warning() {
    let row = only(
        "name,地区代码,产业,总投资(万元),开工时间,计划完工时间,建设阶段\n\
         x,未定,制造业,约5亿,2026年上半年,2026-02-30,暂停\n",
    );
    let expected = [
        (2, "地区代码", "import.region_unknown"),
        (2, "产业", "import.industry_unknown"),
        (2, "总投资(万元)", "import.amount_unreadable"),
        (2, "开工时间", "import.date_unreadable"),
        (2, "计划完工时间", "import.date_unreadable"),
        (2, "建设阶段", "import.stage_unknown"),
    ];
    assert_eq!(codes(&row.warnings), expected);
    assert_eq!(
        row.warnings.iter().map(|one| fact(one, "cell")).next_back(),
        Some("暂停")
    );
    assert_eq!(
        (row.region, row.industry, row.total_investment),
        (None, None, None)
    );
    assert_eq!((row.planned_start_on, row.planned_finish_on), (None, None));
    assert_eq!(row.stage, Stage::Idea);
}

#[test]
fn a_list_without_region_and_stage_columns_says_what_is_assumed() {
    let row = only("name\nx\n");
    let expected = [
        (2, "", "import.region_missing"),
        (2, "", "import.stage_missing"),
    ];
    assert_eq!(codes(&row.warnings), expected);
}

#[test]
fn an_abolished_code_is_read_as_its_successor_with_a_warning() {
    let row = only("name,地区代码,建设地点,stage\nx,360122,南昌市,idea\n");
    assert_eq!(
        row.region.unwrap().as_str(),
        "360112",
        "the code goes before the place"
    );
    assert_eq!(
        codes(&row.warnings),
        [(2, "地区代码", "import.region_succeeded")]
    );
    let row = only("name,地区代码,建设地点,stage\nx,,南昌市,idea\n");
    assert_eq!(
        row.region.unwrap().as_str(),
        "360100",
        "an empty code leaves it to the place"
    );
}
