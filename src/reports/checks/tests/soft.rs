//! Tests of the soft checks: each on its own edge.

use super::*;

/// What the soft checks find.
fn told(case: &Case<'_>) -> Vec<(String, String)> {
    of_severity(case, Severity::Soft)
}

/// The codes alone.
fn codes(case: &Case<'_>) -> Vec<String> {
    told(case).into_iter().map(|(_, code)| code).collect()
}

/// A report of that narrative, and the one before it.
fn narrated(now: &str, before: &str) -> (Content, [Filed; 1]) {
    let (mut report, mut last) = (content(100, 600, 1100), content(100, 500, 1000));
    now.clone_into(&mut report.progress);
    before.clone_into(&mut last.progress);
    (report, [filed("2026Q2", last)])
}

/// Earlier reports with those quarters' sums, the latest first, each with words of its own.
fn before(quarters: &[i64]) -> Vec<Filed> {
    let names = ["2026Q2", "2026Q1", "2025Q4", "2025Q3"];
    let filed_one = |(amount, name): (&i64, &str)| {
        let mut last = content(*amount, 500, 1000);
        last.progress = name.repeat(10);
        filed(name, last)
    };
    quarters.iter().zip(names).map(filed_one).collect()
}

#[test]
fn the_whole_total_investment_may_be_spent_but_not_a_yuan_more() {
    for (quarter, expected) in [(9_000, false), (9_001, true)] {
        let mut report = content(quarter, 500 + quarter, 1000 + quarter);
        report.physical_percent = Percent(9_000);
        let mut case = case(&report);
        let found = pairs(&[("/invested_total_yuan", "exceeds_total")]);
        assert_eq!(told(&case) == found, expected, "{quarter}");
        case.total_investment = None;
        assert_eq!(told(&case), pairs(&[]), "nothing to hold it against");
    }
}

#[test]
fn progress_may_stand_still_but_not_fall() {
    for (percent, fell) in [(1_249, true), (1_250, false), (1_251, false)] {
        let mut last = content(100, 500, 1000);
        last.progress = "三通一平。".repeat(8);
        last.physical_percent = Percent(1_250);
        let earlier = [filed("2026Q2", last)];
        let mut report = content(100, 600, 1100);
        report.physical_percent = Percent(percent);
        let mut case = case(&report);
        case.filed = &earlier;
        let found = pairs(&[("/physical_percent", "progress_fell")]);
        assert_eq!(told(&case) == found, fell, "{percent}");
        assert_eq!(told(&case).is_empty(), !fell, "{percent}");
    }
}

#[test]
fn every_quarter_between_that_nobody_filed_is_named() {
    let report = content(100, 600, 1100);
    let mut missing = case(&report);
    missing.base.missing_from = Some("2025Q4".parse().unwrap());
    assert_eq!(told(&missing), pairs(&[("", "quarters_missing")]));
    let found = run(&missing)
        .into_iter()
        .find(|found| found.severity == Severity::Soft);
    let facts = found.unwrap().facts;
    let quarters = serde_json::json!(["2025Q4", "2026Q1", "2026Q2"]);
    assert_eq!(facts.get("quarters"), Some(&quarters));
}

#[test]
fn physical_and_financial_progress_lie_20_points_apart_at_most() {
    // 1,100 of 10,000 is 11 %.
    for (percent, fine) in [(3_100, true), (3_101, false), (0, true)] {
        let mut report = content(100, 600, 1100);
        report.physical_percent = Percent(percent);
        let found = told(&case(&report));
        assert_eq!(found.is_empty(), fine, "{percent}: {found:?}");
    }
    // 5,000 of 10,000 is 50 %.
    for (percent, fine) in [(3_000, true), (2_999, false), (7_000, true), (7_001, false)] {
        let mut report = content(4_000, 4_500, 5_000);
        report.physical_percent = Percent(percent);
        let gap = pairs(&[("/physical_percent", "progress_gap")]);
        assert_eq!(told(&case(&report)) != gap, fine, "{percent}");
    }
    let mut report = content(100, 600, 1100);
    report.physical_percent = Percent(9_000);
    let mut free = case(&report);
    free.total_investment = Some(Yuan(0));
    assert_eq!(codes(&free), ["exceeds_total"], "no share of nothing");
}

#[test]
fn a_financial_progress_is_told_beside_the_physical_one() {
    let mut report = content(100, 600, 1100);
    report.physical_percent = Percent(6_250);
    let found = run(&case(&report)).remove(0);
    assert_eq!(found.code, "report.progress_gap");
    assert_eq!(found.facts.get("stated"), Some(&serde_json::json!(62.5)));
    assert_eq!(found.facts.get("financial"), Some(&serde_json::json!(11)));
}

#[test]
fn exactly_110_percent_of_the_years_plan_is_not_over_it() {
    for (planned, fine) in [(1_000, true), (999, false), (0, false)] {
        let report = content(600, 1_100, 1_600);
        let mut case = case(&report);
        case.planned = Some(Yuan(planned));
        let over = pairs(&[("/invested_year_yuan", "over_plan")]);
        assert_eq!(told(&case) != over, fine, "{planned}");
        case.planned = None;
        assert_eq!(told(&case), pairs(&[]), "no plan to hold it against");
    }
    let nothing = content(0, 0, 1000);
    let mut case = case(&nothing);
    case.planned = Some(Yuan(0));
    assert_eq!(told(&case), pairs(&[]), "nothing planned and nothing done");
}

#[test]
fn the_expected_total_may_be_5_percent_off_either_way() {
    for (expected, fine) in [
        (10_500, true),
        (10_501, false),
        (9_500, true),
        (9_499, false),
    ] {
        let mut report = content(100, 600, 1100);
        report.expected_total_yuan = Some(Yuan(expected));
        let drifts = pairs(&[("/expected_total_yuan", "total_drifts")]);
        assert_eq!(told(&case(&report)) != drifts, fine, "{expected}");
    }
}

#[test]
fn three_times_the_mean_of_at_least_two_quarters_is_not_yet_a_spike() {
    for (quarter, earlier, fine) in [
        (600, &[100, 300][..], true),
        (601, &[100, 300], false),
        (100_000, &[100], true),
        (100_000, &[], true),
        // The mean of three is 100 and two thirds.
        (302, &[100, 101, 101], true),
        (303, &[100, 101, 101], false),
        (1, &[0, 0], false),
        (0, &[0, 0], true),
    ] {
        let earlier = before(earlier);
        let report = content(quarter, 500, 1000);
        let mut case = case(&report);
        case.filed = &earlier;
        let spike = codes(&case).contains(&"spike".to_owned());
        assert_eq!(!spike, fine, "{quarter} after {}", earlier.len());
    }
    let earlier = before(&[100, 300]);
    let report = content(601, 500, 1000);
    let mut case = case(&report);
    case.filed = &earlier;
    let found = run(&case)
        .into_iter()
        .find(|found| found.code == "report.spike");
    let facts = found.unwrap().facts;
    assert_eq!(facts.get("mean_yuan"), Some(&serde_json::json!(200)));
    assert_eq!(facts.get("quarters"), Some(&serde_json::json!(2)));
}

#[test]
fn a_narrative_of_which_every_tenth_character_differs_is_repeated() {
    let before = "一二三四五六七八九十".repeat(4);
    for (now, fine) in [
        (before.clone(), false),
        (format!("  {before}\n"), false),
        (before.replacen("一二", "甲乙", 2), false),
        (
            before.replacen("一二", "甲乙", 2).replacen("三", "丙", 1),
            true,
        ),
        // Four of 44 were added, then five of 45.
        (format!("{before}甲乙丙丁"), false),
        (format!("{before}甲乙丙丁戊"), true),
        (
            "另起炉灶写的一段话，与上个季度没有一处相同，长度也足够三十个字了吧。".to_owned(),
            true,
        ),
    ] {
        let (report, earlier) = narrated(&now, &before);
        let mut case = case(&report);
        case.filed = &earlier;
        let repeated = pairs(&[("/progress", "narrative_repeated")]);
        assert_eq!(told(&case) != repeated, fine, "{now}");
    }
}

#[test]
fn thirty_characters_are_enough_and_blanks_around_them_do_not_count() {
    for (now, fine) in [
        ("字".repeat(30), true),
        ("字".repeat(29), false),
        (format!("  {}  ", "字".repeat(29)), false),
        (String::new(), false),
    ] {
        let (report, _) = narrated(&now, "");
        let short = pairs(&[("/progress", "narrative_short")]);
        assert_eq!(told(&case(&report)) != short, fine, "{now}");
    }
    let (report, earlier) = narrated("", "");
    let mut both = case(&report);
    both.filed = &earlier;
    assert_eq!(codes(&both), ["narrative_short"], "nothing repeats nothing");
}

#[test]
fn a_soft_finding_is_explained_under_its_code_whole_or_short() {
    for (name, said, explained) in [
        ("report.narrative_short", "停工", true),
        ("narrative_short", "停工", true),
        ("report.narrative_short", "  ", false),
        ("report.spike", "停工", false),
    ] {
        let mut report = content(100, 600, 1100);
        report.progress = "停工".to_owned();
        report.explanations = Some([(name.to_owned(), said.to_owned())].into());
        let found = run(&case(&report)).remove(0);
        assert_eq!(!found.hinders(), explained, "{name} {said}");
    }
}

#[test]
fn an_explanation_or_confirmation_of_no_check_is_told_at_its_place() {
    let mut report = content(100, 600, 1100);
    let names = [
        "report.spike",
        "spike",
        "total_does_not_add_up",
        "colour/red",
    ];
    let said = names.map(|name| (name.to_owned(), "说明".to_owned()));
    report.explanations = Some(said.into());
    report.confirmations = Some(vec!["unit_scale".to_owned(), "report.".to_owned()]);
    let found = unknown_codes(&report);
    let places: Vec<&str> = found.iter().map(|found| found.pointer.as_str()).collect();
    assert_eq!(places, ["/explanations/colour~1red", "/confirmations/1"]);
}

/// The rows of the table of checks in docs/RULES.md: code and severity.
fn documented() -> Vec<(String, String)> {
    let rules = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/RULES.md"));
    let table = rules.split("| code `report.…` |").nth(1).unwrap();
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let cells = rows.map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    let row = |cells: Vec<&str>| (cells[1].replace('`', ""), cells[3].to_owned());
    cells.map(row).collect()
}

#[test]
fn the_rules_have_a_row_for_every_check_in_its_order() {
    let checks: Vec<(String, String)> = CHECKS
        .iter()
        .map(|check| {
            (
                check.code.replace("report.", ""),
                check.severity.to_string(),
            )
        })
        .collect();
    assert_eq!(documented(), checks);
}
