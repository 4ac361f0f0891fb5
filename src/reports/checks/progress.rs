//! Whether what is said of milestones and of physical progress can be.

use super::{Case, Place, found_if};
use crate::kernel::refused::Facts;
use crate::kernel::time::Day;
use crate::reports::content::Percent;
use crate::schedules::Milestone;

/// Points by which physical and financial progress may lie apart.
const GAP: Percent = Percent(2_000);

pub(super) fn milestone_unknown(case: &Case<'_>) -> Vec<Place> {
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

pub(super) fn milestone_in_future(case: &Case<'_>) -> Vec<Place> {
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

/// Looks at everything the report says of a milestone, and at the schedule where it says nothing.
pub(super) fn forecast_in_past(case: &Case<'_>) -> Vec<Place> {
    let claims = &case.content.milestones;
    let mut found = Vec::new();
    for milestone in case.milestones {
        let said = claims
            .iter()
            .enumerate()
            .filter(|(_, claim)| claim.id == milestone.id);
        let mut is_named = false;
        for (n, claim) in said {
            is_named = true;
            let done_on = claim.done_on.or(milestone.done_on);
            let forecast_on = claim.forecast_on.or(milestone.forecast_on);
            let place = format!("/milestones/{n}/forecast_on");
            found.extend(stale(case, milestone, (forecast_on, done_on), place));
        }
        if !is_named {
            let days = (milestone.forecast_on, milestone.done_on);
            found.extend(stale(case, milestone, days, "/milestones".to_owned()));
        }
    }
    found
}

fn stale(
    case: &Case<'_>,
    milestone: &Milestone,
    (forecast_on, done_on): (Option<Day>, Option<Day>),
    place: String,
) -> Option<Place> {
    let day = forecast_on.filter(|day| *day < case.today && done_on.is_none())?;
    let facts = Facts::none()
        .with("forecast_on", day)
        .with("today", case.today)
        .with("milestone", &milestone.name);
    Some((place, facts))
}

pub(super) fn progress_out_of_range(case: &Case<'_>) -> Vec<Place> {
    let stated = case.content.physical_percent;
    let fails = !(Percent(0)..=Percent::ALL).contains(&stated);
    found_if(fails, "/physical_percent", || {
        Facts::none().with("stated", stated)
    })
}

pub(super) fn progress_fell(case: &Case<'_>) -> Vec<Place> {
    let stated = case.content.physical_percent;
    let before = case.previous().map(|last| last.physical_percent);
    let fell = before.filter(|before| stated < *before);
    found_if(fell.is_some(), "/physical_percent", || {
        Facts::none().with("stated", stated).with("previous", fell)
    })
}

/// Financial progress is what was invested since start, of the total investment.
pub(super) fn progress_gap(case: &Case<'_>) -> Vec<Place> {
    let stated = case.content.physical_percent;
    let Some(total) = case.total_investment.filter(|total| total.0 > 0) else {
        return Vec::new();
    };
    let total = i128::from(total.0);
    let paid = i128::from(case.content.invested_total_yuan.0) * i128::from(Percent::ALL.0);
    let apart = i128::from(stated.0) * total - paid;
    let fails = apart.abs() > i128::from(GAP.0) * total;
    found_if(fails, "/physical_percent", || {
        let financial = i64::try_from(paid / total).unwrap_or(i64::MAX);
        Facts::none()
            .with("stated", stated)
            .with("financial", Percent(financial))
    })
}
