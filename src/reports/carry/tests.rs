//! What a new report starts from and how it differs, edges first.

use super::*;
use crate::reports::checks::tests::{content, milestone};

fn base(year: i64, total: i64) -> Base {
    Base {
        total: Yuan(total),
        year: Yuan(year),
        missing_from: None,
        year_has_gap: false,
    }
}

fn last() -> Filed {
    let mut content = content(100, 600, 1100);
    content.expected_total_yuan = Some(Yuan(10_200));
    content.funds_paid_yuan = Some(Yuan(900));
    content.rating = Rating::Yellow;
    content.problems.blocker_ids = vec![Id::new(), Id::new()];
    Filed {
        quarter: "2026Q2".parse().unwrap(),
        content,
    }
}

#[test]
fn the_first_report_starts_from_the_opening_and_a_green_slate() {
    let carried = carried(base(500, 1000), None, &[], &[]);
    assert_eq!(carried.invested_total_yuan, Yuan(1000));
    assert_eq!(carried.invested_year_yuan, Yuan(500));
    assert_eq!(carried.physical_percent, Percent(0));
    assert_eq!(carried.rating, Rating::Green);
    assert!(carried.problems.none);
}

#[test]
fn the_cumulative_figures_are_taken_over_and_those_of_the_quarter_are_not() {
    let (last, open) = (last(), [Id::new()]);
    let steps = [
        milestone(Some("2026-12-01"), None),
        milestone(None, Some("2026-08-01")),
    ];
    let carried = carried(base(600, 1100), Some(&last), &steps, &open);
    assert_eq!(carried.invested_quarter_yuan, Yuan::ZERO);
    assert_eq!(carried.invested_total_yuan, Yuan(1100));
    assert_eq!(carried.expected_total_yuan, Some(Yuan(10_200)));
    assert_eq!(carried.funds_paid_yuan, Some(Yuan(900)));
    assert_eq!(carried.physical_percent, last.content.physical_percent);
    assert_eq!(carried.rating, Rating::Yellow);
    assert_eq!(carried.progress, "");
    let claimed: Vec<Id> = carried.milestones.iter().map(|claim| claim.id).collect();
    assert_eq!(
        claimed,
        [steps[0].id],
        "what is done need not be said again"
    );
    assert_eq!(carried.problems.blocker_ids, open);
    assert!(!carried.problems.none);
}

#[test]
fn what_is_carried_differs_from_the_report_before_in_nothing_but_its_quarter() {
    let last = last();
    let blockers = last.content.problems.blocker_ids.clone();
    let base = base(600, 1100);
    let content = carried(base, Some(&last), &[], &blockers);
    let difference = difference(&content, base, Some(&last), &[]);
    let changed = difference
        .amounts
        .iter()
        .filter(|change| change.change_yuan != Yuan::ZERO);
    let changed: Vec<&str> = changed.map(|change| change.field).collect();
    assert_eq!(changed, ["invested_quarter_yuan"]);
    assert_eq!(difference.physical_percent.unwrap().change, Percent(0));
    assert!(difference.blockers_added.is_empty() && difference.blockers_gone.is_empty());
}

#[test]
fn a_new_year_is_held_against_its_own_sum_and_not_last_years() {
    let difference = difference(&content(50, 50, 1150), base(0, 1100), Some(&last()), &[]);
    let of = |name: &str| {
        difference
            .amounts
            .iter()
            .find(|change| change.field == name)
    };
    let year = of("invested_year_yuan").unwrap();
    assert_eq!((year.before_yuan, year.change_yuan), (Yuan(0), Yuan(50)));
    let total = of("invested_total_yuan").unwrap();
    assert_eq!(
        (total.before_yuan, total.change_yuan),
        (Yuan(1100), Yuan(50))
    );
    assert_eq!(of("expected_total_yuan"), None, "it is no longer stated");
}

#[test]
fn milestones_and_blockers_of_which_something_new_is_said_are_named() {
    let mut last = last();
    let (held, moved) = (milestone(None, None), milestone(None, None));
    let claim = |of: &Milestone, forecast: &str| Claim {
        id: of.id,
        forecast_on: forecast.parse().ok(),
        done_on: None,
    };
    last.content.milestones = vec![claim(&held, "2026-12-01"), claim(&moved, "2026-12-01")];
    let mut now = content(100, 700, 1200);
    now.milestones = vec![claim(&held, "2026-12-01"), claim(&moved, "2027-01-15")];
    let (kept, gone) = (
        last.content.problems.blocker_ids[0],
        last.content.problems.blocker_ids[1],
    );
    let added = Id::new();
    now.problems.blocker_ids = vec![kept, added];
    let difference = difference(&now, base(600, 1100), Some(&last), &[held, moved.clone()]);
    assert_eq!(difference.milestones.len(), 1);
    let change = &difference.milestones[0];
    assert_eq!(
        (change.id, change.name.as_deref()),
        (moved.id, Some("主体封顶"))
    );
    assert_eq!(change.forecast_before, "2026-12-01".parse().ok());
    assert_eq!(change.forecast_on, "2027-01-15".parse().ok());
    assert_eq!(difference.blockers_added, [added]);
    assert_eq!(difference.blockers_gone, [gone]);
}
