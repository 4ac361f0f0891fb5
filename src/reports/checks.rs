//! The checks of a report: one list of code, severity and what is looked at. A report is handed in
//! once no hard check fails and every soft one is explained.
//!
//! Pure. What a check needs to know is laid before it as a [`Case`]; a new check is a row of
//! [`CHECKS`] and its words.

use serde::Serialize;

use crate::kernel::id::Id;
use crate::kernel::money::Yuan;
use crate::kernel::refused::{Facts, Finding};
use crate::kernel::time::{Day, Quarter};

use super::content::{Content, Percent, Rating, filled};
use super::rules::Base;

/// A money field this many times larger or smaller than last quarter's was typed in another unit:
/// 万元 is 10,000 yuan, and no project changes that fast.
const UNIT_SLIP: i128 = 1000;

crate::words! {
    /// What a finding does to a submission.
    pub(crate) enum Severity as "FindingSeverity" {
        /// It is refused.
        Hard = "hard",
        /// It needs an explanation.
        Soft = "soft",
    }
}

/// One milestone of the schedule as it stands.
#[derive(Debug, Clone)]
pub(crate) struct Milestone {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) forecast_on: Option<Day>,
    pub(crate) done_on: Option<Day>,
}

/// Everything the checks look at.
#[derive(Debug)]
pub(crate) struct Case<'a> {
    pub(crate) content: &'a Content,
    pub(crate) quarter: Quarter,
    pub(crate) today: Day,
    pub(crate) total_investment: Option<Yuan>,
    pub(crate) base: Base,
    /// The latest filed report of an earlier quarter.
    pub(crate) previous: Option<&'a Content>,
    pub(crate) milestones: &'a [Milestone],
    pub(crate) open_blockers: &'a [Id],
    /// Those linked in it that are the project's.
    pub(crate) linked_blockers: &'a [Id],
    /// The project's lamp without its report dimension; none while nobody computes it.
    pub(crate) lamp: Option<Rating>,
}

/// One row of the list.
pub(crate) struct Check {
    pub(crate) code: &'static str,
    pub(crate) severity: Severity,
    find: fn(&Case<'_>) -> Vec<Place>,
}

/// A place of the report and the facts found there.
type Place = (String, Facts);

/// What a check found.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Found {
    pub(crate) code: &'static str,
    pub(crate) severity: Severity,
    pub(crate) pointer: String,
    pub(crate) facts: Facts,
    /// What the filer says about it.
    pub(crate) explanation: Option<String>,
}

impl Found {
    /// Tells whether it stands in the way of a submission.
    pub(crate) fn hinders(&self) -> bool {
        self.severity == Severity::Hard || self.explanation.is_none()
    }

    /// Returns it as a finding of a refusal.
    pub(crate) fn finding(&self) -> Finding {
        Finding {
            pointer: self.pointer.clone(),
            code: self.code,
            facts: self.facts.clone(),
        }
    }
}

const fn hard(code: &'static str, find: fn(&Case<'_>) -> Vec<Place>) -> Check {
    Check {
        code,
        severity: Severity::Hard,
        find,
    }
}

/// Every check, in the order in which findings are told.
pub(crate) const CHECKS: &[Check] = &[
    hard("report.total_does_not_add_up", total_does_not_add_up),
    hard("report.year_does_not_add_up", year_does_not_add_up),
    hard("report.split_does_not_add_up", split_does_not_add_up),
    hard("report.negative_amount", negative_amount),
    hard("report.far_exceeds_total", far_exceeds_total),
    hard(UNIT_SCALE, unit_scale),
    hard("report.milestone_unknown", milestone_unknown),
    hard("report.milestone_in_future", milestone_in_future),
    hard("report.forecast_in_past", forecast_in_past),
    hard("report.progress_out_of_range", progress_out_of_range),
    hard("report.problems_denied", problems_denied),
    hard("report.problems_contradict", problems_contradict),
    hard("report.blocker_unknown", blocker_unknown),
    hard("report.recovery_missing", recovery_missing),
    hard("report.rating_better_than_lamp", rating_better_than_lamp),
];

const UNIT_SCALE: &str = "report.unit_scale";

/// Runs every check.
pub(crate) fn run(case: &Case<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for check in CHECKS {
        let explanation = match check.severity {
            Severity::Hard => None,
            Severity::Soft => case.content.explains(check.code),
        };
        found.extend(
            (check.find)(case)
                .into_iter()
                .map(|(pointer, facts)| Found {
                    code: check.code,
                    severity: check.severity,
                    pointer,
                    facts,
                    explanation: explanation.map(str::to_owned),
                }),
        );
    }
    found
}

/// Runs the two checks of sums alone: what a correction of an earlier quarter can upset.
pub(crate) fn sums(content: &Content, base: Base) -> Vec<Finding> {
    let total = sum_finding(
        content,
        content.invested_total_yuan,
        base.total,
        base.total_has_gap,
    )
    .map(|facts| {
        (
            "/invested_total_yuan",
            "report.total_does_not_add_up",
            facts,
        )
    });
    let year = sum_finding(
        content,
        content.invested_year_yuan,
        base.year,
        base.year_has_gap,
    )
    .map(|facts| ("/invested_year_yuan", "report.year_does_not_add_up", facts));
    total
        .into_iter()
        .chain(year)
        .map(|(at, code, facts)| Finding {
            pointer: at.to_owned(),
            code,
            facts,
        })
        .collect()
}

fn at(pointer: &str, facts: Facts) -> Vec<Place> {
    vec![(pointer.to_owned(), facts)]
}

fn found_if(fails: bool, pointer: &str, facts: impl FnOnce() -> Facts) -> Vec<Place> {
    if fails {
        at(pointer, facts())
    } else {
        Vec::new()
    }
}

/// Holds a sum against what came before plus this quarter: equal, or at least that much where
/// quarters between are missing.
fn sum_finding(content: &Content, stated: Yuan, before: Yuan, has_gap: bool) -> Option<Facts> {
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

fn total_does_not_add_up(case: &Case<'_>) -> Vec<Place> {
    let (content, base) = (case.content, case.base);
    sum_finding(
        content,
        content.invested_total_yuan,
        base.total,
        base.total_has_gap,
    )
    .map_or_else(Vec::new, |facts| at("/invested_total_yuan", facts))
}

fn year_does_not_add_up(case: &Case<'_>) -> Vec<Place> {
    let (content, base) = (case.content, case.base);
    sum_finding(
        content,
        content.invested_year_yuan,
        base.year,
        base.year_has_gap,
    )
    .map_or_else(Vec::new, |facts| at("/invested_year_yuan", facts))
}

/// A part that is left out counts as nothing; a split that is left out altogether is not held
/// against the quarter.
fn split_does_not_add_up(case: &Case<'_>) -> Vec<Place> {
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

fn negative_amount(case: &Case<'_>) -> Vec<Place> {
    if case.content.is_correction == Some(true) {
        return Vec::new();
    }
    let negative = case
        .content
        .amounts()
        .filter(|(_, amount)| *amount < Yuan::ZERO);
    negative
        .map(|(field, amount)| {
            (
                format!("/{field}"),
                Facts::none().with("stated_yuan", amount),
            )
        })
        .collect()
}

/// More than 150 % of the total investment.
fn far_exceeds_total(case: &Case<'_>) -> Vec<Place> {
    let stated = case.content.invested_total_yuan;
    let Some(total) = case.total_investment else {
        return Vec::new();
    };
    let fails = i128::from(stated.0) * 2 > i128::from(total.0) * 3;
    found_if(fails, "/invested_total_yuan", || {
        Facts::none()
            .with("stated_yuan", stated)
            .with("total_investment_yuan", total)
    })
}

/// Nothing invested is no slip of a unit.
fn unit_scale(case: &Case<'_>) -> Vec<Place> {
    let Some(previous) = case.previous.filter(|_| !case.content.confirms(UNIT_SCALE)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (field, amount) in case.content.amounts() {
        let last = previous
            .amounts()
            .find(|(name, _)| *name == field)
            .map(|(_, last)| last);
        let Some(last) = last.filter(|last| *last != Yuan::ZERO && amount != Yuan::ZERO) else {
            continue;
        };
        let (now, then) = (i128::from(amount.0).abs(), i128::from(last.0).abs());
        if now >= then * UNIT_SLIP || then >= now * UNIT_SLIP {
            let facts = Facts::none()
                .with("stated_yuan", amount)
                .with("previous_yuan", last);
            found.push((format!("/{field}"), facts));
        }
    }
    found
}

fn milestone_unknown(case: &Case<'_>) -> Vec<Place> {
    let claims = case.content.milestones.iter().enumerate();
    claims
        .filter(|(_, claim)| {
            !case
                .milestones
                .iter()
                .any(|milestone| milestone.id == claim.id)
        })
        .map(|(n, claim)| {
            (
                format!("/milestones/{n}/id"),
                Facts::none().with("milestone", claim.id),
            )
        })
        .collect()
}

fn milestone_in_future(case: &Case<'_>) -> Vec<Place> {
    let latest = case.today.min(case.quarter.last_day());
    let claims = case.content.milestones.iter().enumerate();
    claims
        .filter_map(|(n, claim)| {
            let done_on = claim.done_on.filter(|day| *day > latest)?;
            let facts = Facts::none()
                .with("done_on", done_on)
                .with("latest_on", latest);
            Some((format!("/milestones/{n}/done_on"), facts))
        })
        .collect()
}

/// A milestone the report does not name stands as the schedule has it.
fn forecast_in_past(case: &Case<'_>) -> Vec<Place> {
    let mut found = Vec::new();
    for milestone in case.milestones {
        let claims = &case.content.milestones;
        let claimed = claims
            .iter()
            .enumerate()
            .find(|(_, claim)| claim.id == milestone.id);
        let claim = claimed.map(|(_, claim)| claim);
        let done_on = claim.and_then(|claim| claim.done_on).or(milestone.done_on);
        let forecast_on = claim
            .and_then(|claim| claim.forecast_on)
            .or(milestone.forecast_on);
        let stale = forecast_on.filter(|day| *day < case.today && done_on.is_none());
        if let Some(day) = stale {
            let facts = Facts::none()
                .with("forecast_on", day)
                .with("today", case.today)
                .with("milestone", &milestone.name);
            let pointer = claimed.map_or_else(
                || "/milestones".to_owned(),
                |(n, _)| format!("/milestones/{n}/forecast_on"),
            );
            found.push((pointer, facts));
        }
    }
    found
}

fn progress_out_of_range(case: &Case<'_>) -> Vec<Place> {
    let stated = case.content.physical_percent;
    let fails = !(Percent(0)..=Percent::ALL).contains(&stated);
    found_if(fails, "/physical_percent", || {
        Facts::none().with("stated", stated)
    })
}

fn problems_denied(case: &Case<'_>) -> Vec<Place> {
    let fails = case.content.problems.none && !case.open_blockers.is_empty();
    found_if(fails, "/problems/none", || {
        Facts::none()
            .with("open", case.open_blockers.len())
            .with("blocker_ids", case.open_blockers)
    })
}

fn problems_contradict(case: &Case<'_>) -> Vec<Place> {
    let problems = &case.content.problems;
    let fails = problems.none && !problems.blocker_ids.is_empty();
    found_if(fails, "/problems/blocker_ids", || {
        Facts::none().with("listed", problems.blocker_ids.len())
    })
}

/// A link that leads to no blocker of this project.
fn blocker_unknown(case: &Case<'_>) -> Vec<Place> {
    let links = case.content.problems.blocker_ids.iter().enumerate();
    links
        .filter(|(_, id)| !case.linked_blockers.contains(id))
        .map(|(n, id)| {
            (
                format!("/problems/blocker_ids/{n}"),
                Facts::none().with("blocker_id", id),
            )
        })
        .collect()
}

fn recovery_missing(case: &Case<'_>) -> Vec<Place> {
    let worst = case
        .lamp
        .map_or(case.content.rating, |lamp| lamp.max(case.content.rating));
    let recovery = case.content.recovery.as_ref();
    let whole = recovery.is_some_and(|recovery| {
        filled(&recovery.cause)
            .and(filled(&recovery.action))
            .and(filled(&recovery.person))
            .is_some()
    });
    found_if(worst != Rating::Green && !whole, "/recovery", || {
        Facts::none()
            .with("rating", case.content.rating)
            .with("lamp", case.lamp)
    })
}

fn rating_better_than_lamp(case: &Case<'_>) -> Vec<Place> {
    let reasoned = case
        .content
        .rating_reason
        .as_deref()
        .and_then(filled)
        .is_some();
    let better = case.lamp.is_some_and(|lamp| case.content.rating < lamp);
    found_if(better && !reasoned, "/rating_reason", || {
        Facts::none()
            .with("rating", case.content.rating)
            .with("lamp", case.lamp)
    })
}

#[cfg(test)]
pub(in crate::reports) mod tests;
