//! What a new report takes over from the one before it, and how a report differs from that one.
//!
//! Pure: what was filed before, the schedule and the open blockers are laid before it.

use std::collections::BTreeSet;

use serde::Serialize;
use utoipa::ToSchema;

use super::content::{Claim, Content, Percent, Problems, Rating};
use super::rules::{Base, Filed};
use crate::kernel::id::Id;
use crate::kernel::money::Yuan;
use crate::kernel::time::{Day, Quarter};
use crate::schedules::Milestone;

/// Returns what a draft starts from: the cumulative figures and the judgement of the report before,
/// the milestones that are not done as the schedule has them, the open blockers. What belongs to
/// the quarter alone is left to be filled in: its amount is nothing, its words are empty.
pub(super) fn carried(
    base: Base,
    previous: Option<&Filed>,
    milestones: &[Milestone],
    open: &[Id],
) -> Content {
    let last = previous.map(|filed| &filed.content);
    let undone = milestones.iter().filter(|milestone| !milestone.is_done());
    Content {
        invested_quarter_yuan: Yuan::ZERO,
        invested_building_yuan: None,
        invested_equipment_yuan: None,
        invested_other_yuan: None,
        invested_year_yuan: base.year,
        invested_total_yuan: base.total,
        expected_total_yuan: last.and_then(|last| last.expected_total_yuan),
        funds_in_place_yuan: last.and_then(|last| last.funds_in_place_yuan),
        funds_paid_yuan: last.and_then(|last| last.funds_paid_yuan),
        physical_percent: last.map_or(Percent(0), |last| last.physical_percent),
        progress: String::new(),
        milestones: undone.map(claim).collect(),
        problems: Problems {
            none: open.is_empty(),
            blocker_ids: open.to_vec(),
        },
        next_steps: Vec::new(),
        rating: last.map_or(Rating::Green, |last| last.rating),
        rating_reason: None,
        recovery: last.and_then(|last| last.recovery.clone()),
        is_correction: None,
        confirmations: None,
        explanations: None,
        version_reason: None,
    }
}

fn claim(milestone: &Milestone) -> Claim {
    Claim {
        id: milestone.id,
        forecast_on: milestone.forecast_on,
        done_on: None,
    }
}

/// An amount, and what it was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ReportedAmountChange)]
pub(super) struct AmountChange {
    /// The field of the report.
    field: &'static str,
    before_yuan: Yuan,
    now_yuan: Yuan,
    change_yuan: Yuan,
}

/// Physical progress, and what it was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ReportedProgressChange)]
pub(super) struct ProgressChange {
    before: Percent,
    now: Percent,
    change: Percent,
}

/// A milestone of which the report says something the one before did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ReportedMilestoneChange)]
pub(super) struct MilestoneChange {
    id: Id,
    /// Null for a milestone that is no longer in the schedule.
    name: Option<String>,
    /// What was forecast before.
    forecast_before: Option<Day>,
    forecast_on: Option<Day>,
    done_on: Option<Day>,
}

/// How a report differs from the one before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ReportDifference)]
pub(super) struct Difference {
    /// The quarter of the report it is held against; null where there is none, and the sums are
    /// held against the opening balance.
    since: Option<Quarter>,
    /// Every amount that is stated in both; this year's against the year's sum before the quarter.
    amounts: Vec<AmountChange>,
    physical_percent: Option<ProgressChange>,
    milestones: Vec<MilestoneChange>,
    /// Blockers it lists and the one before did not.
    blockers_added: Vec<Id>,
    /// Blockers the one before listed and it does not.
    blockers_gone: Vec<Id>,
}

/// Returns how a report differs from the one before it.
pub(super) fn difference(
    content: &Content,
    base: Base,
    previous: Option<&Filed>,
    milestones: &[Milestone],
) -> Difference {
    let last = previous.map(|filed| &filed.content);
    let before = |field: &str| match field {
        "invested_year_yuan" => Some(base.year),
        "invested_total_yuan" => Some(base.total),
        field => last?
            .amounts()
            .find(|(name, _)| *name == field)
            .map(|(_, amount)| amount),
    };
    let amounts = content.amounts().filter_map(|(field, now)| {
        let before = before(field)?;
        Some(AmountChange {
            field,
            before_yuan: before,
            now_yuan: now,
            change_yuan: now.saturating_sub(before),
        })
    });
    let listed = |content: Option<&Content>| -> BTreeSet<Id> {
        let ids = content
            .into_iter()
            .flat_map(|content| &content.problems.blocker_ids);
        ids.copied().collect()
    };
    let (then, now) = (listed(last), listed(Some(content)));
    Difference {
        since: previous.map(|filed| filed.quarter),
        amounts: amounts.collect(),
        physical_percent: last.map(|last| ProgressChange {
            before: last.physical_percent,
            now: content.physical_percent,
            change: content.physical_percent.minus(last.physical_percent),
        }),
        milestones: milestone_changes(content, last, milestones),
        blockers_added: now.difference(&then).copied().collect(),
        blockers_gone: then.difference(&now).copied().collect(),
    }
}

fn milestone_changes(
    content: &Content,
    last: Option<&Content>,
    milestones: &[Milestone],
) -> Vec<MilestoneChange> {
    let said_before = |id: Id| {
        let claims = last.map_or(&[][..], |last| &last.milestones);
        claims.iter().find(|claim| claim.id == id)
    };
    let changes = content.milestones.iter().filter_map(|claim| {
        let before = said_before(claim.id);
        let forecast_before = before.and_then(|claim| claim.forecast_on);
        let done_before = before.and_then(|claim| claim.done_on);
        let changed = claim.forecast_on != forecast_before || claim.done_on != done_before;
        changed.then(|| MilestoneChange {
            id: claim.id,
            name: milestones
                .iter()
                .find(|milestone| milestone.id == claim.id)
                .map(|milestone| milestone.name.clone()),
            forecast_before,
            forecast_on: claim.forecast_on,
            done_on: claim.done_on,
        })
    });
    changes.collect()
}

#[cfg(test)]
mod tests;
