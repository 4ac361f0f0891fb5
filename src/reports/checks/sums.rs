//! Whether the sums add up with what was filed before.

use super::{Case, Place, at, found_if};
use crate::kernel::money::Yuan;
use crate::kernel::refused::{Facts, Finding};
use crate::kernel::time::Quarter;
use crate::reports::content::Content;
use crate::reports::rules::Base;

/// Runs the two checks of sums alone: what a correction of an earlier quarter can upset.
pub(crate) fn sums(content: &Content, base: Base) -> Vec<Finding> {
    let found = [
        ("report.total_does_not_add_up", total(content, base)),
        ("report.year_does_not_add_up", year(content, base)),
    ];
    let found = found.into_iter().flat_map(|(code, places)| {
        places.into_iter().map(move |(pointer, facts)| Finding {
            pointer,
            code,
            facts,
        })
    });
    found.collect()
}

pub(super) fn total_does_not_add_up(case: &Case<'_>) -> Vec<Place> {
    total(case.content, case.base)
}

pub(super) fn year_does_not_add_up(case: &Case<'_>) -> Vec<Place> {
    year(case.content, case.base)
}

fn total(content: &Content, base: Base) -> Vec<Place> {
    let (stated, has_gap) = (content.invested_total_yuan, base.missing_from.is_some());
    let fault = sum_fault(content, stated, base.total, has_gap);
    fault.map_or_else(Vec::new, |facts| at("/invested_total_yuan", facts))
}

fn year(content: &Content, base: Base) -> Vec<Place> {
    let stated = content.invested_year_yuan;
    let fault = sum_fault(content, stated, base.year, base.year_has_gap);
    fault.map_or_else(Vec::new, |facts| at("/invested_year_yuan", facts))
}

/// Holds a sum against what came before plus this quarter: equal, or at least that much where
/// quarters between are missing.
fn sum_fault(content: &Content, stated: Yuan, before: Yuan, has_gap: bool) -> Option<Facts> {
    let this = content.invested_quarter_yuan;
    let sum = i128::from(before.0) + i128::from(this.0);
    let holds = if has_gap {
        i128::from(stated.0) >= sum
    } else {
        i128::from(stated.0) == sum
    };
    (!holds).then(|| {
        Facts::none()
            .with("stated_yuan", stated)
            .with("expected_yuan", before.saturating_add(this))
            .with("previous_yuan", before)
            .with("quarter_yuan", this)
            .with("at_least", has_gap)
    })
}

/// A part that is left out counts as nothing; a split that is left out altogether is not held
/// against the quarter.
pub(super) fn split_does_not_add_up(case: &Case<'_>) -> Vec<Place> {
    let content = case.content;
    let parts = [
        content.invested_building_yuan,
        content.invested_equipment_yuan,
        content.invested_other_yuan,
    ];
    let given: Vec<i128> = parts
        .iter()
        .flatten()
        .map(|part| i128::from(part.0))
        .collect();
    let (sum, stated) = (given.iter().sum::<i128>(), content.invested_quarter_yuan);
    let fails = !given.is_empty() && sum != i128::from(stated.0);
    found_if(fails, "/invested_quarter_yuan", || {
        let sum = parts.into_iter().flatten().sum::<Yuan>();
        Facts::none()
            .with("stated_yuan", stated)
            .with("split_yuan", sum)
    })
}

/// Quarters between the report before, or the launch, and this one that nobody filed.
pub(super) fn quarters_missing(case: &Case<'_>) -> Vec<Place> {
    let Some(first) = case.base.missing_from else {
        return Vec::new();
    };
    let next = |quarter: &Quarter| Some(quarter.next()).filter(|next| *next < case.quarter);
    let missing: Vec<Quarter> = std::iter::successors(Some(first), next).collect();
    at("", Facts::none().with("quarters", missing))
}
