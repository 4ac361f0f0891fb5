//! Tests of the checks: each on its own edge.

use super::*;
use crate::reports::content::{Claim, Percent, Problems, Recovery};
use crate::schedules::MilestoneKind;

mod soft;

/// A sound report of those sums.
pub(in crate::reports) fn content(quarter: i64, year: i64, total: i64) -> Content {
    Content {
        invested_quarter_yuan: Yuan(quarter),
        invested_building_yuan: None,
        invested_equipment_yuan: None,
        invested_other_yuan: None,
        invested_year_yuan: Yuan(year),
        invested_total_yuan: Yuan(total),
        expected_total_yuan: None,
        funds_in_place_yuan: None,
        funds_paid_yuan: None,
        physical_percent: Percent(1250),
        progress: narrative(total),
        milestones: Vec::new(),
        problems: Problems {
            none: true,
            blocker_ids: Vec::new(),
        },
        next_steps: Vec::new(),
        rating: Rating::Green,
        rating_reason: None,
        recovery: None,
        is_correction: None,
        confirmations: None,
        explanations: None,
        version_reason: None,
    }
}

/// Words of their own for totals that follow one another by other than a multiple of three.
fn narrative(total: i64) -> String {
    let narratives = [
        "主体结构封顶，二次结构施工完成过半，幕墙样板段通过验收，设备基础开始浇筑。",
        "桩基检测合格，地下室底板混凝土全部浇完，塔吊安装就位，钢筋加工场投入使用。",
        "厂区道路通车，总变电站受电一次成功，首批工艺设备到场开箱，管廊吊装收尾。",
    ];
    let of = usize::try_from(total.rem_euclid(3)).unwrap();
    narratives[of].to_owned()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn case(content: &Content) -> Case<'_> {
    Case {
        content,
        quarter: "2026Q3".parse().unwrap(),
        today: day("2026-10-08"),
        total_investment: Some(Yuan(10_000)),
        base: Base {
            total: Yuan(1000),
            year: Yuan(500),
            missing_from: None,
            year_has_gap: false,
        },
        planned: Some(Yuan(20_000)),
        filed: &[],
        milestones: &[],
        open_blockers: &[],
        linked_blockers: &[],
        lamp: None,
    }
}

/// What the hard checks find.
fn told(case: &Case<'_>) -> Vec<(String, String)> {
    of_severity(case, Severity::Hard)
}

fn of_severity(case: &Case<'_>, severity: Severity) -> Vec<(String, String)> {
    let found = run(case).into_iter();
    found
        .filter(|found| found.severity == severity)
        .map(|found| {
            (
                found.pointer,
                found.code.trim_start_matches("report.").to_owned(),
            )
        })
        .collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(at, code)| ((*at).to_owned(), (*code).to_owned()))
        .collect()
}

#[test]
fn a_sound_report_has_no_finding() {
    assert_eq!(told(&case(&content(100, 600, 1100))), pairs(&[]));
}

#[test]
fn one_yuan_too_few_in_either_sum_is_told_at_its_own_field() {
    assert_eq!(
        told(&case(&content(100, 599, 1099))),
        pairs(&[
            ("/invested_total_yuan", "total_does_not_add_up"),
            ("/invested_year_yuan", "year_does_not_add_up")
        ])
    );
}

#[test]
fn where_quarters_are_missing_the_sums_may_be_larger_but_not_smaller() {
    let larger = content(100, 700, 1200);
    let mut case_of_larger = case(&larger);
    case_of_larger.base.missing_from = Some("2026Q2".parse().unwrap());
    case_of_larger.base.year_has_gap = true;
    assert_eq!(told(&case_of_larger), pairs(&[]));
    let smaller = content(100, 599, 1099);
    let mut case_of_smaller = case(&smaller);
    case_of_smaller.base = case_of_larger.base;
    assert_eq!(told(&case_of_smaller).len(), 2);
}

#[test]
fn sums_beyond_what_can_be_stored_do_not_add_up_and_do_not_overflow() {
    let huge = content(i64::MAX, i64::MAX, i64::MAX);
    let codes: Vec<String> = told(&case(&huge))
        .into_iter()
        .map(|(_, code)| code)
        .collect();
    assert_eq!(
        codes,
        [
            "total_does_not_add_up",
            "year_does_not_add_up",
            "far_exceeds_total"
        ]
    );
    let mut lowest = content(i64::MIN, i64::MIN, i64::MIN);
    lowest.invested_building_yuan = Some(Yuan(i64::MIN));
    lowest.invested_other_yuan = Some(Yuan(i64::MIN));
    let codes = told(&case(&lowest));
    assert!(codes.contains(&(
        "/invested_quarter_yuan".into(),
        "split_does_not_add_up".into()
    )));
}

#[test]
fn a_split_adds_up_to_the_quarter_and_may_be_left_out_whole_but_not_in_part() {
    let mut report = content(100, 600, 1100);
    report.invested_building_yuan = Some(Yuan(60));
    report.invested_equipment_yuan = Some(Yuan(40));
    assert_eq!(told(&case(&report)), pairs(&[]));
    report.invested_equipment_yuan = None;
    assert_eq!(
        told(&case(&report)),
        pairs(&[("/invested_quarter_yuan", "split_does_not_add_up")])
    );
}

#[test]
fn every_negative_amount_is_told_unless_the_report_takes_something_back() {
    let mut report = content(-100, 400, 900);
    report.funds_paid_yuan = Some(Yuan(-1));
    assert_eq!(
        told(&case(&report)),
        pairs(&[
            ("/invested_quarter_yuan", "negative_amount"),
            ("/funds_paid_yuan", "negative_amount")
        ])
    );
    report.is_correction = Some(true);
    assert_eq!(told(&case(&report)), pairs(&[]));
}

#[test]
fn exactly_150_percent_of_the_total_is_not_yet_far_beyond_it() {
    for (quarter, expected) in [
        (14_000, pairs(&[])),
        (
            14_001,
            pairs(&[("/invested_total_yuan", "far_exceeds_total")]),
        ),
    ] {
        let report = content(quarter, 500 + quarter, 1000 + quarter);
        assert_eq!(told(&case(&report)), expected, "{quarter}");
        let mut unknown = case(&report);
        unknown.total_investment = None;
        assert_eq!(told(&unknown), pairs(&[]));
    }
}

#[test]
fn a_thousand_times_more_or_less_than_last_time_is_a_slip_of_the_unit() {
    let slips = |now: i64, last: i64, confirmed: bool| {
        let (mut report, mut previous) = (content(1, 501, 1001), content(1, 500, 1000));
        report.funds_paid_yuan = Some(Yuan(now));
        report.confirmations = confirmed.then(|| vec!["report.unit_scale".to_owned()]);
        previous.funds_paid_yuan = Some(Yuan(last));
        let before = [filed("2026Q2", previous)];
        let mut case = case(&report);
        case.filed = &before;
        told(&case) == pairs(&[("/funds_paid_yuan", "unit_scale")])
    };
    assert!(slips(3_000, 3, false) && slips(3, 3_000, false));
    assert!(!slips(2_999, 3, false) && !slips(3, 2_999, false));
    assert!(!slips(3_000, 3, true));
    assert!(!slips(5_000, 0, false), "there was nothing to compare with");
    assert!(!slips(0, 5_000, false), "nothing is no slip of a unit");
}

fn filed(quarter: &str, content: Content) -> Filed {
    Filed {
        quarter: quarter.parse().unwrap(),
        content,
    }
}

/// One milestone of a schedule, due on the last day of 2026.
pub(in crate::reports) fn milestone(forecast: Option<&str>, done: Option<&str>) -> Milestone {
    Milestone {
        id: Id::new(),
        project_id: Id::new(),
        position: 0,
        name: "主体封顶".to_owned(),
        kind: MilestoneKind::Structure,
        weight: 30,
        critical: false,
        baseline_on: Some(day("2026-12-31")),
        due_on: day("2026-12-31"),
        forecast_on: forecast.map(day),
        done_on: done.map(day),
        moves: 0,
        removed_at: None,
    }
}

fn claiming(milestone: &Milestone, forecast: Option<&str>, done: Option<&str>) -> Content {
    let mut report = content(100, 600, 1100);
    let claim = Claim {
        id: milestone.id,
        forecast_on: forecast.map(day),
        done_on: done.map(day),
    };
    report.milestones.push(claim);
    report
}

#[test]
fn a_milestone_is_not_done_after_the_quarter_nor_after_today() {
    let schedule = [milestone(None, None)];
    for (today, done, fine) in [
        ("2026-10-08", "2026-09-30", true),
        ("2026-10-08", "2026-10-01", false),
        ("2026-09-24", "2026-09-24", true),
        ("2026-09-24", "2026-09-25", false),
    ] {
        let report = claiming(&schedule[0], None, Some(done));
        let mut case = case(&report);
        case.milestones = &schedule;
        case.today = day(today);
        let expected = [("/milestones/0/done_on", "milestone_in_future")];
        let expected: &[_] = if fine { &[] } else { &expected };
        assert_eq!(told(&case), pairs(expected), "{today} {done}");
    }
}

#[test]
fn an_unfinished_milestone_is_not_forecast_before_today() {
    let stale = [milestone(Some("2026-09-01"), None)];
    let told_with = |report: &Content| {
        let mut case = case(report);
        case.milestones = &stale;
        told(&case)
    };
    let silent = content(100, 600, 1100);
    assert_eq!(
        told_with(&silent),
        pairs(&[("/milestones", "forecast_in_past")])
    );
    let yesterday = claiming(&stale[0], Some("2026-10-07"), None);
    assert_eq!(
        told_with(&yesterday),
        pairs(&[("/milestones/0/forecast_on", "forecast_in_past")])
    );
    assert_eq!(
        told_with(&claiming(&stale[0], Some("2026-10-08"), None)),
        pairs(&[])
    );
    assert_eq!(
        told_with(&claiming(&stale[0], None, Some("2026-09-02"))),
        pairs(&[])
    );
}

#[test]
fn a_milestone_of_another_schedule_is_unknown() {
    let report = claiming(&milestone(None, None), None, None);
    assert_eq!(
        told(&case(&report)),
        pairs(&[("/milestones/0/id", "milestone_unknown")])
    );
}

#[test]
fn physical_progress_lies_between_nothing_and_all() {
    for (percent, fine) in [(-1, false), (0, true), (10_000, true), (10_001, false)] {
        let mut report = content(100, 600, 1100);
        report.physical_percent = Percent(percent);
        assert_eq!(told(&case(&report)).is_empty(), fine, "{percent}");
    }
}

#[test]
fn no_problems_is_neither_said_beside_open_blockers_nor_beside_listed_ones() {
    let open = [Id::new()];
    let mut report = content(100, 600, 1100);
    report.problems.blocker_ids = vec![open[0]];
    let mut both = case(&report);
    both.open_blockers = &open;
    both.linked_blockers = &open;
    assert_eq!(
        told(&both),
        pairs(&[
            ("/problems/none", "problems_denied"),
            ("/problems/blocker_ids", "problems_contradict")
        ])
    );
    report.problems.none = false;
    let mut listed = case(&report);
    listed.open_blockers = &open;
    listed.linked_blockers = &open;
    assert_eq!(told(&listed), pairs(&[]));
    listed.linked_blockers = &[];
    assert_eq!(
        told(&listed),
        pairs(&[("/problems/blocker_ids/0", "blocker_unknown")])
    );
}

#[test]
fn yellow_and_red_need_a_whole_recovery() {
    let recovery = Recovery {
        cause: "征地滞后".to_owned(),
        action: "专班推进".to_owned(),
        person: "李四".to_owned(),
        by: day("2026-11-30"),
    };
    for (rating, recovery, fine) in [
        (Rating::Green, None, true),
        (Rating::Yellow, None, false),
        (Rating::Red, None, false),
        (
            Rating::Red,
            Some(Recovery {
                action: "  ".to_owned(),
                ..recovery.clone()
            }),
            false,
        ),
        (Rating::Red, Some(recovery), true),
    ] {
        let mut report = content(100, 600, 1100);
        (report.rating, report.recovery) = (rating, recovery);
        assert_eq!(told(&case(&report)).is_empty(), fine, "{rating}");
    }
}

#[test]
fn a_rating_better_than_the_lamp_needs_a_reason_and_without_a_lamp_nothing_is_found() {
    let mut report = content(100, 600, 1100);
    let mut lit = case(&report);
    lit.lamp = Some(Rating::Red);
    let expected = pairs(&[
        ("/recovery", "recovery_missing"),
        ("/rating_reason", "rating_better_than_lamp"),
    ]);
    assert_eq!(told(&lit), expected);
    report.rating_reason = Some("整改已完成，待复核".to_owned());
    let mut lit = case(&report);
    lit.lamp = Some(Rating::Red);
    assert_eq!(told(&lit), pairs(&[("/recovery", "recovery_missing")]));
}

#[test]
fn every_check_has_its_own_code_and_words() {
    for check in CHECKS {
        assert!(crate::text::knows(check.code), "{}", check.code);
        assert_eq!(
            CHECKS
                .iter()
                .filter(|other| other.code == check.code)
                .count(),
            1
        );
    }
}

#[test]
fn a_soft_finding_hinders_until_it_is_explained_and_a_hard_one_always() {
    let found = |severity, explanation: Option<&str>| Found {
        code: "report.spike",
        severity,
        pointer: String::new(),
        facts: Facts::none(),
        explanation: explanation.map(str::to_owned),
    };
    assert!(found(Severity::Soft, None).hinders());
    assert!(!found(Severity::Soft, Some("设备集中到货")).hinders());
    assert!(found(Severity::Hard, Some("x")).hinders());
}
