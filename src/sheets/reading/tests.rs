use super::*;
use crate::table::read_csv;

fn read_text(text: &str) -> Read {
    read(&Came::Table(read_csv(text.as_bytes()).unwrap()), Lang::Zh).unwrap()
}

fn row(header: &str, cells: &str) -> Entry {
    let text = format!(
        "季度,项目名称,本季完成投资（万元）,形象进度说明,{header}\n2026Q3,甲,1200,说明,{cells}\n"
    );
    let mut read = read_text(&text);
    assert_eq!(read.quarter, "2026Q3".parse().ok());
    read.entries.remove(0)
}

fn codes(entry: &Entry) -> Vec<&str> {
    entry.errors.iter().map(|one| one.code.as_str()).collect()
}

#[test]
fn headers_are_known_in_both_languages_and_others_are_named() {
    let read = read_text(
        "Quarter,Project,Invested this quarter (10,000 yuan),备注,Progress in words\n"
            .replace(
                "Invested this quarter (10,000 yuan)",
                "\"Invested this quarter (10,000 yuan)\"",
            )
            .as_str(),
    );
    let ignored = &read.warnings[0];
    assert_eq!((ignored.row, ignored.column.as_str()), (1, "备注"));
    assert_eq!(ignored.code, "import.column_ignored");
}

#[test]
fn a_list_without_a_column_it_needs_is_refused() {
    let table = read_csv("季度,项目名称\n2026Q3,甲\n".as_bytes()).unwrap();
    let refused = read(&Came::Table(table), Lang::Zh).unwrap_err();
    assert_eq!(refused.code(), Some("import.column_missing"));
}

#[test]
fn amounts_are_in_wan_and_another_unit_is_never_guessed_at() {
    let read = |cell: &str| row("到位资金（万元）", cell);
    for (cell, yuan) in [
        ("1200.5", 12_005_000),
        ("1200万元", 12_000_000),
        ("\"1,200\"", 12_000_000),
    ] {
        assert_eq!(
            read(cell).amounts[&Field::FundsInPlace],
            Yuan(yuan),
            "{cell}"
        );
    }
    for (cell, code) in [
        ("0.12亿元", "import.amount_in_yi"),
        ("1.2亿", "import.amount_in_yi"),
        ("1200.00001", "import.amount_finer_than_yuan"),
        ("约1200", "import.amount_unreadable"),
        ("1200元", "import.amount_unreadable"),
    ] {
        assert_eq!(codes(&read(cell)), [code], "{cell}");
    }
    assert!(!read("").amounts.contains_key(&Field::FundsInPlace));
}

#[test]
fn answers_ratings_percents_and_days_are_read_as_people_write_them() {
    for (cell, answer) in [
        ("是", true),
        ("否", false),
        ("Yes", true),
        ("TRUE", true),
        ("无", false),
    ] {
        assert_eq!(
            row("是否存在问题", cell).answers[&Field::HasProblems],
            answer,
            "{cell}"
        );
    }
    assert_eq!(codes(&row("是否存在问题", "也许")), ["import.yes_or_no"]);
    for (cell, rating) in [
        ("绿灯", Rating::Green),
        ("黄", Rating::Yellow),
        ("Red", Rating::Red),
    ] {
        assert_eq!(row("自评（绿/黄/红）", cell).rating, Some(rating), "{cell}");
    }
    assert_eq!(
        codes(&row("自评（绿/黄/红）", "蓝")),
        ["import.rating_unknown"]
    );
    for (cell, hundredths) in [("62.5", 6250), ("62.5%", 6250), ("100", 10_000)] {
        assert_eq!(
            row("形象进度（%）", cell).percent,
            Some(Percent(hundredths)),
            "{cell}"
        );
    }
    assert_eq!(
        codes(&row("形象进度（%）", "六成")),
        ["import.percent_unreadable"]
    );
    let by = row("措施完成日期", "2026年12月31日").days[&Field::StepBy];
    assert_eq!(by.to_string(), "2026-12-31");
    assert_eq!(
        codes(&row("措施完成日期", "2026-12")),
        ["import.date_imprecise"]
    );
    assert_eq!(
        codes(&row("措施完成日期", "年底")),
        ["import.date_unreadable"]
    );
}

#[test]
fn a_row_of_a_fresh_workbook_counts_as_not_filled_in() {
    let text =
        "季度,项目名称,本季完成投资（万元）,形象进度说明,到位资金（万元）\n2026Q3,甲,,,5000\n";
    assert!(!read_text(text).entries[0].is_filled());
    assert!(row("到位资金（万元）", "").is_filled());
}

#[test]
fn rows_of_two_quarters_do_not_go_together() {
    let text = "季度,项目名称,本季完成投资（万元）,形象进度说明\n2026Q3,甲,1,x\n2026Q2,乙,1,x\n";
    let table = read_csv(text.as_bytes()).unwrap();
    let refused = read(&Came::Table(table), Lang::Zh).unwrap_err();
    assert_eq!(refused.code(), Some("import.several_quarters"));
}
