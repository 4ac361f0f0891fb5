//! Every file is read whole, and every reference in it leads somewhere.

use std::collections::BTreeSet;

use super::approvals::{ApprovalKind, DayType};
use super::industries::Comparator;
use super::sectors::{project_code_departments, sectors};
use super::*;
use crate::kernel::calendar::{DayKind, WorkCalendar, YearStatus};
use crate::kernel::identifiers::{Level, Region};
use crate::kernel::time::Day;

fn code(text: &str) -> Region {
    text.parse().unwrap()
}

/// A stage of the approval procedure; the program itself has no use for it yet.
#[derive(Debug, serde::Deserialize)]
struct Stage {
    slug: String,
    sort: u8,
    lead_dept: String,
}

fn stages() -> Vec<Stage> {
    rows::read(
        "approval-stages.csv",
        include_str!("../../seeds/reference/approval-stages.csv"),
    )
}

fn unique<'a>(names: impl Iterator<Item = &'a str>) -> bool {
    let mut seen = BTreeSet::new();
    names
        .into_iter()
        .all(|name| !name.is_empty() && seen.insert(name))
}

fn is_item(slug: &str) -> bool {
    approval_items().iter().any(|item| item.slug == slug)
}

#[test]
fn the_files_hold_as_many_rows_as_their_description_says() {
    assert_eq!(departments().len(), 37);
    assert_eq!(industries().len(), 10);
    assert_eq!(targets().len(), 22);
    assert_eq!(sectors().len(), 97);
    assert_eq!(project_code_departments().len(), 70);
    assert_eq!(approval_items().len(), 54);
    let order: Vec<u8> = stages().iter().map(|stage| stage.sort).collect();
    assert_eq!(order, [1, 2, 3, 4]);
    assert_eq!(blocker_categories().len(), 79);
    assert_eq!(regions::changes().len(), 14);
    // 112 of Jiangxi and 400 of China, which repeat Jiangxi and its 11 cities.
    assert_eq!(regions().len(), 112 + 400 - 12);
}

#[test]
fn slugs_and_codes_are_unique() {
    assert!(unique(departments().iter().map(|row| row.slug.as_str())));
    assert!(unique(industries().iter().map(|row| row.slug.as_str())));
    assert!(unique(targets().iter().map(|row| row.slug.as_str())));
    assert!(unique(sectors().iter().map(|row| row.code.as_str())));
    assert!(unique(
        project_code_departments()
            .iter()
            .map(|row| row.code.as_str())
    ));
    assert!(unique(approval_items().iter().map(|row| row.slug.as_str())));
    assert!(unique(stages().iter().map(|row| row.slug.as_str())));
    assert!(unique(
        blocker_categories().iter().map(|row| row.slug.as_str())
    ));
    assert!(unique(regions().iter().map(|row| row.code.as_str())));
}

#[test]
fn what_is_listed_can_be_looked_up() {
    assert!(
        departments()
            .iter()
            .all(|row| department(&row.slug) == Some(row))
    );
    assert!(
        industries()
            .iter()
            .all(|row| industry(&row.slug) == Some(row))
    );
    assert!(
        blocker_categories()
            .iter()
            .all(|row| blocker_category(&row.slug) == Some(row))
    );
    assert!(regions().iter().all(|row| region(row.code) == Some(row)));
    assert!(
        calendar_years()
            .iter()
            .all(|row| calendar_year(row.year) == Some(row))
    );
    let unnamed = project_code_departments()
        .iter()
        .find(|row| row.code == "89");
    assert_eq!(unnamed.unwrap().zh, None, "real codes carry it, unnamed");
    assert_eq!(department("nobody"), None);
}

#[test]
fn every_region_lies_in_its_parent_one_level_up() {
    for entry in regions() {
        let Some(parent) = entry.parent else {
            assert_eq!(entry.level, Level::Province, "{entry:?}");
            continue;
        };
        let parent = region(parent).unwrap();
        let directly_under_province =
            entry.level == Level::County && parent.level == Level::Province;
        let one_up = entry.level.up() == Some(parent.level);
        assert!(one_up || directly_under_province, "{entry:?}");
        assert!(parent.code.contains(entry.code), "{entry:?}");
        assert_eq!(entry.level, entry.code.level(), "{entry:?}");
    }
}

#[test]
fn jiangxi_is_known_to_its_counties_with_pinyin() {
    let inside = |level: Level| {
        let home = regions()
            .iter()
            .filter(|entry| code("360000").contains(entry.code));
        home.filter(|entry| entry.level == level && entry.pinyin.is_some())
            .count()
    };
    assert_eq!(
        [Level::Province, Level::City, Level::County].map(inside),
        [1, 11, 100]
    );
    assert_eq!(region(code("360111")).unwrap().zh, "青山湖区");
    assert_eq!(
        region(code("361124")).unwrap().pinyin.as_deref(),
        Some("Yanshan")
    );
    assert_eq!(region(code("653000")).unwrap().level, Level::City);
}

#[test]
fn every_abolished_code_leads_to_its_successor() {
    for change in regions::changes() {
        assert!(region(change.new).is_some(), "{change:?}");
        let Some(old) = change.old.filter(|old| *old != change.new) else {
            continue;
        };
        assert_eq!(region(old), None, "{change:?}");
        assert_eq!(successor(old), region(change.new), "{change:?}");
    }
    assert_eq!(successor(code("360105")).unwrap().zh, "新建区");
    assert_eq!(successor(code("360402")), None, "renamed, not abolished");
    assert_eq!(successor(code("360111")), None, "in use");
    assert_eq!(successor(code("369999")), None, "never known");
}

#[test]
fn every_item_and_category_names_a_department() {
    for item in approval_items() {
        assert!(department(&item.department).is_some(), "{}", item.slug);
    }
    for category in blocker_categories() {
        assert!(
            department(&category.lead_department).is_some(),
            "{}",
            category.slug
        );
    }
    for stage in stages() {
        assert!(department(&stage.lead_dept).is_some(), "{}", stage.slug);
    }
    assert!(department(DEVELOPER).is_some());
    assert!(department(LOCAL_GOVERNMENT).is_some());
}

#[test]
fn every_subcategory_belongs_to_a_category_and_every_category_has_some() {
    let tops: Vec<_> = blocker_categories()
        .iter()
        .filter(|row| row.parent.is_none())
        .collect();
    assert_eq!(tops.len(), 12);
    let first: Vec<&str> = tops.iter().take(3).map(|row| row.slug.as_str()).collect();
    assert_eq!(first, ["land", "environment", "approval"]);
    let parents: BTreeSet<&str> = blocker_categories()
        .iter()
        .filter_map(|row| row.parent.as_deref())
        .collect();
    assert_eq!(parents, tops.iter().map(|row| row.slug.as_str()).collect());
    assert!(blocker_categories().iter().is_sorted_by_key(|row| row.sort));
}

#[test]
fn every_category_has_days_at_each_level_and_known_approvals() {
    for row in blocker_categories() {
        for level in [Level::County, Level::City, Level::Province] {
            assert!(
                (1..=30).contains(&row.days_at(level)),
                "{} at {level}",
                row.slug
            );
        }
        let known = |slug: &String| is_item(slug);
        assert!(row.related_approvals.iter().all(known), "{}", row.slug);
    }
    let quota = blocker_category("land-quota").unwrap();
    assert_eq!(
        [quota.county_days, quota.city_days, quota.province_days],
        [5, 10, 15]
    );
}

#[test]
fn every_item_has_a_stage_and_known_items_before_it() {
    for item in approval_items() {
        assert!(
            stages().iter().any(|stage| stage.slug == item.stage),
            "{}",
            item.slug
        );
        for before in item.prerequisites.iter().chain(&item.usual_predecessors) {
            assert!(is_item(before), "{} needs {before}", item.slug);
        }
        assert_eq!(
            item.default_limit_working_days.is_some(),
            item.default_limit_from.is_some(),
            "{}",
            item.slug
        );
        let counted = item.day_type != DayType::None;
        assert!(!counted || item.statutory_days.is_some(), "{}", item.slug);
    }
}

#[test]
fn the_items_can_be_put_in_an_order_that_respects_all_that_comes_before() {
    let mut done: BTreeSet<&str> = BTreeSet::new();
    loop {
        let ready: Vec<&ApprovalItem> = approval_items()
            .iter()
            .filter(|item| !done.contains(item.slug.as_str()))
            .filter(|item| {
                let mut before = item.prerequisites.iter().chain(&item.usual_predecessors);
                before.all(|slug| done.contains(slug.as_str()))
            })
            .collect();
        if ready.is_empty() {
            break;
        }
        done.extend(ready.iter().map(|item| item.slug.as_str()));
    }
    assert_eq!(
        done.len(),
        approval_items().len(),
        "the rest waits for itself in a circle"
    );
}

#[test]
fn the_two_gates_are_there() {
    let gates = approval_items()
        .iter()
        .filter(|item| item.kind == ApprovalKind::Milestone);
    let gates: Vec<&str> = gates.map(|item| item.slug.as_str()).collect();
    assert_eq!(gates, ["construction-start", "production-start"]);
}

#[test]
fn the_industries_suggest_known_sectors_and_sum_to_the_plans_total() {
    for row in industries() {
        assert!(
            row.suggested_sectors
                .iter()
                .all(|code| sectors().iter().any(|known| known.code == *code)),
            "{}",
            row.slug
        );
        assert!(
            row.quote.contains(&row.target_2020_yi_yuan.to_string()),
            "{}",
            row.slug
        );
    }
    let sum: u32 = industries().iter().map(|row| row.target_2020_yi_yuan).sum();
    assert_eq!(sum, 10_500);
}

#[test]
fn only_a_target_that_is_a_range_has_an_upper_value() {
    for row in targets() {
        let is_range = row.comparator == Comparator::Range;
        assert_eq!(row.value_max.is_some(), is_range, "{}", row.slug);
        assert!(
            row.value_max.is_none_or(|upper| upper > row.value),
            "{}",
            row.slug
        );
    }
}

#[test]
fn the_calendar_has_every_year_from_2004_to_2027_in_order() {
    let years: Vec<i32> = calendar_years().iter().map(|year| year.year).collect();
    assert_eq!(years, (2004..=2027).collect::<Vec<_>>());
    for year in calendar_years() {
        let provisional = year.status == YearStatus::Provisional;
        assert_eq!(provisional, year.year == 2027);
        assert!(
            year.days.iter().is_sorted_by(|one, next| one.on < next.on),
            "{}",
            year.year
        );
        assert!(
            year.days
                .iter()
                .all(|day| day.on.year() == year.year && !day.zh.is_empty())
        );
    }
    let days = calendar_years()
        .iter()
        .filter(|year| year.year < 2027)
        .map(|year| year.days.len());
    assert_eq!(days.sum::<usize>(), 558);
    assert_eq!(calendar_year(2027).unwrap().days.len(), 13);
}

#[test]
fn a_published_year_lists_only_weekdays_off_and_weekend_days_worked() {
    use chrono::Weekday::{Sat, Sun};
    for day in calendar_years()
        .iter()
        .filter(|year| year.year < 2027)
        .flat_map(|year| &year.days)
    {
        let is_weekend = matches!(day.on.weekday(), Sat | Sun);
        assert_eq!(is_weekend, day.kind == DayKind::Workday, "{}", day.on);
    }
}

#[test]
fn the_year_2026_has_248_working_days_and_its_six_make_up_days() {
    let year = calendar_year(2026).unwrap();
    let worked: Vec<String> = year
        .days
        .iter()
        .filter(|day| day.kind == DayKind::Workday)
        .map(|day| day.on.to_string())
        .collect();
    let make_up = [
        "2026-01-04",
        "2026-02-14",
        "2026-02-28",
        "2026-05-09",
        "2026-09-20",
        "2026-10-10",
    ];
    assert_eq!(worked, make_up);
    let calendar = WorkCalendar::new(calendar_years().iter().map(ReferenceYear::to_calendar));
    let first = Day::new(2026, 1, 1).unwrap();
    let days = (0..365).map(|at| first.plus_days(at));
    assert_eq!(days.filter(|day| calendar.is_working(*day)).count(), 248);
}

#[test]
fn the_known_codes_hold_both_editions_and_abolished_regions() {
    let known = known_codes(code("360000"));
    assert!(
        known.regions.contains(&code("360122")),
        "abolished, but old codes carry it"
    );
    assert!(known.regions.contains(&code("360112")));
    assert!(known.sectors.contains("39") && known.sectors.contains("97"));
    assert!(known.departments.contains("89"));
}
