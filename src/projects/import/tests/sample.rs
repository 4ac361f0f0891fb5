//! The import on the real list of 162 projects.

use std::collections::BTreeMap;

use super::*;

const SAMPLE: &[u8] = include_bytes!("../../../../tests/data/sample-projects.csv");

/// Every project of the sample list, without its JX, after the region it was read into. All were
/// compared by hand with the place in the list; JX139 lies on the shore of a lake and has none.
const REGIONS: &str = "
360000 006 010 011 014 020 026 032 033 034 035 037 040 044 046 047 052 054 055
       065 067 068 070 089 093 095 137
360100 015 018 038 059 091 097 104 107 109 111 116 117 118 121 123 124 125 126
       127 128 129 130 131 132 141 153 159
360104 152
360111 136
360112 060 150
360113 105 106 108 112 119 133 134 135 151
360121 120 149 154
360124 122
360200 051 086 092 115
360281 114 140
360300 005 029 069 090
360321 088
360400 003 004 007 013 028 036 039 045 050 146
360424 019 078 147
360428 148 155
360429 073
360430 066
360500 098
360600 162
360700 001 017 021 022 030 041 042 048 049 053 058 071 100 103 144 160
360702 157
360703 075
360728 023 082
360732 079
360734 142
360781 138 158
360800 057 062 094 113 156
360823 085
360824 061
360825 077 145
360827 080
360828 081
360830 143
360900 002 024 087
360924 025
360925 072
361000 008 009 027 074 110 161
361025 084
361030 012 076
361100 016 043 056 063 064 096 099 102
361102 101
361126 083
361130 031
";

fn sample() -> ReadList {
    read_projects(&read_csv(SAMPLE).unwrap()).unwrap()
}

fn project<'a>(list: &'a ReadList, number: &str) -> &'a ReadRow {
    list.rows
        .iter()
        .find(|row| row.number.as_deref() == Some(number))
        .unwrap()
}

#[test]
fn all_162_rows_of_the_real_list_are_read() {
    let list = sample();
    assert_eq!(list.errors, []);
    assert_eq!(list.rows.len(), 162);
    for (at, row) in list.rows.iter().enumerate() {
        assert_eq!(row.number, Some(format!("JX{:03}", at + 1)));
        assert_eq!(usize::try_from(row.row).unwrap(), at + 2);
    }
    assert_eq!(list.rows[0].name, "寻乌(赣闽界)至全南高速公路");
}

#[test]
fn every_place_of_the_real_list_is_read_into_its_region() {
    let mut expected: BTreeMap<String, Option<Region>> = BTreeMap::new();
    let mut region = None;
    for word in REGIONS.split_whitespace() {
        match word.len() {
            6 => region = Some(word.parse().unwrap()),
            _ => assert_eq!(expected.insert(format!("JX{word}"), region), None),
        }
    }
    expected.insert("JX139".to_owned(), None);
    let list = sample();
    let found = list
        .rows
        .iter()
        .map(|row| (row.number.clone().unwrap(), row.region));
    assert_eq!(found.collect::<BTreeMap<_, _>>(), expected);
}

#[test]
fn the_difficult_places_of_the_real_list_are_read_as_they_are_meant() {
    let list = sample();
    for (number, place, region, unread) in [
        ("JX012", "抚州市广昌县", "361030", ""),
        ("JX037", "全省", "360000", ""),
        ("JX040", "江西省", "360000", ""),
        (
            "JX053",
            "赣州市瑞金市、会昌县、安远县、寻乌县",
            "360700",
            "",
        ),
        ("JX060", "南昌市新建县樵舍镇", "360112", "樵舍镇"),
        ("JX067", "宜春市樟树市、新余市", "360000", ""),
        (
            "JX073",
            "九江市湖口县银砂湾工业园",
            "360429",
            "银砂湾工业园",
        ),
        ("JX096", "上饶市经开区", "361100", "经开区"),
        ("JX105", "南昌市红谷滩", "360113", ""),
        ("JX113", "吉安市井冈山经开区", "360800", "井冈山经开区"),
        ("JX120", "南昌市南昌县", "360121", ""),
        (
            "JX138",
            "赣州市瑞金市叶坪乡王屋村",
            "360781",
            "叶坪乡王屋村",
        ),
        (
            "JX143",
            "吉安市永新县坳南乡、石桥镇",
            "360830",
            "坳南乡、石桥镇",
        ),
        ("JX144", "赣州市蓉江新区", "360700", "蓉江新区"),
        (
            "JX147",
            "九江市修水县工业园太阳升项目区",
            "360424",
            "工业园太阳升项目区",
        ),
        (
            "JX151",
            "南昌市红谷滩区丰和北大道266号",
            "360113",
            "丰和北大道266号",
        ),
        ("JX154", "南昌市南昌县小蓝经开区", "360121", "小蓝经开区"),
    ] {
        let row = project(&list, number);
        assert!(
            row.raw.contains(&("建设地点".to_owned(), place.to_owned())),
            "{number}"
        );
        assert_eq!(row.region.unwrap().to_string(), region, "{number} {place}");
        let partly = row
            .warnings
            .iter()
            .find(|one| one.code == "import.place_partly_read");
        assert_eq!(
            partly.map_or("", |one| fact(one, "unread")),
            unread,
            "{number} {place}"
        );
    }
    let shore = project(&list, "JX139");
    assert_eq!(shore.region, None);
    assert_eq!(
        codes(&shore.warnings),
        [(140, "建设地点", "import.region_unknown")]
    );
    assert_eq!(fact(&shore.warnings[0], "cell"), "鄱阳湖东南岸");
}

#[test]
fn the_warnings_of_the_real_list_are_these_and_no_others() {
    let list = sample();
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for warning in list.rows.iter().flat_map(|row| &row.warnings) {
        *counts.entry((warning.code, &warning.column)).or_default() += 1;
    }
    // A start is a day in 15 of 59 rows, a planned finish in none of 56; 24 rows have no stage.
    let expected = [
        (("import.date_imprecise", "开工时间"), 44),
        (("import.date_imprecise", "计划完工时间"), 56),
        (("import.place_partly_read", "建设地点"), 24),
        (("import.region_succeeded", "建设地点"), 1),
        (("import.region_unknown", "建设地点"), 1),
        (("import.stage_missing", "建设阶段"), 24),
    ];
    assert_eq!(counts, expected.into());
    let kept = ["项目类别", "实际完工时间", "名单年度", "进展情况", "来源"];
    let kept = kept.map(|column| (1, column, "import.column_kept"));
    assert_eq!(codes(&list.warnings), kept);
}

#[test]
fn the_figures_of_the_real_list_are_read_to_the_yuan() {
    let list = sample();
    let filled =
        |is_filled: fn(&ReadRow) -> bool| list.rows.iter().filter(|row| is_filled(row)).count();
    assert_eq!(filled(|row| row.total_investment.is_some()), 42);
    assert_eq!(filled(|row| row.content.is_some()), 49);
    assert_eq!(filled(|row| row.enterprise.is_some()), 69);
    assert_eq!(filled(|row| row.planned_start_on.is_some()), 15);
    assert_eq!(filled(|row| row.planned_finish_on.is_some()), 0);
    assert_eq!(
        project(&list, "JX151").total_investment,
        Some(Yuan(992_327_800))
    );
    assert_eq!(
        project(&list, "JX046").total_investment,
        Some(Yuan(50_750_000_000))
    );
    let sum: Yuan = list
        .rows
        .iter()
        .filter_map(|row| row.total_investment)
        .sum();
    assert_eq!(sum.wan(), "26672032.78");
    assert_eq!(
        project(&list, "JX053").planned_start_on,
        Some(day("2022-11-21"))
    );
}

#[test]
fn the_stages_of_the_real_list_are_read() {
    let list = sample();
    let mut counts: BTreeMap<(&str, Stage), usize> = BTreeMap::new();
    for row in &list.rows {
        *counts
            .entry((row.raw[10].1.as_str(), row.stage))
            .or_default() += 1;
    }
    let expected = [
        (("", Stage::Idea), 24),
        (("预备", Stage::Reserve), 10),
        (("拟建", Stage::Preliminary), 3),
        (("计划新开工", Stage::Preliminary), 47),
        (("续建", Stage::Construction), 41),
        (("在建", Stage::Construction), 8),
        (("建成投产", Stage::Production), 29),
    ];
    assert_eq!(counts, expected.into());
}

#[test]
fn the_raw_row_keeps_every_cell_as_it_came() {
    let table = read_csv(SAMPLE).unwrap();
    for (row, read) in table.rows.iter().zip(sample().rows) {
        let (columns, cells): (Vec<_>, Vec<_>) = read.raw.into_iter().unzip();
        assert_eq!(columns, table.header);
        assert_eq!(cells, row.cells);
    }
}
