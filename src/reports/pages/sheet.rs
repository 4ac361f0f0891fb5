//! What the form of a report lays out beside what is typed: milestones and blockers to choose from,
//! figures of before, and what the checks find, at the inputs it is about.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::blockers::OpenBlocker;
use crate::kernel::id::Id;
use crate::kernel::refused::Facts;
use crate::kernel::time::Day;
use crate::reports::checks::{Found, Severity};
use crate::reports::content::Content;
use crate::schedules::Milestone;
use crate::text::{Lang, say};

/// What every code of a check begins with, and names of explanations may leave out.
const PREFIX: &str = "report.";

/// A row of milestones.
#[derive(Serialize)]
pub(super) struct MilestoneRow {
    id: Id,
    name: String,
    due_on: Day,
    /// What the form shows first.
    forecast_on: Option<Day>,
    done_on: Option<Day>,
    is_overdue: bool,
}

/// Returns the milestones a report speaks of: those not done, and those it says are done.
pub(super) fn milestones(
    content: &Content,
    schedule: &[Milestone],
    today: Day,
) -> Vec<MilestoneRow> {
    let rows = schedule.iter().filter_map(|milestone| {
        let claim = content
            .milestones
            .iter()
            .find(|claim| claim.id == milestone.id);
        if milestone.is_done() && claim.is_none() {
            return None;
        }
        let said = claim.and_then(|claim| claim.forecast_on);
        Some(MilestoneRow {
            id: milestone.id,
            name: milestone.name.clone(),
            due_on: milestone.due_on,
            forecast_on: said.or(milestone.forecast_on),
            done_on: claim.and_then(|claim| claim.done_on),
            is_overdue: !milestone.is_done() && milestone.due_on < today,
        })
    });
    rows.collect()
}

/// A blocker that can be listed as a problem.
#[derive(Serialize)]
pub(super) struct Problem {
    id: Id,
    /// None of one that is no longer open.
    title: Option<String>,
}

/// Returns the open blockers, and those a report lists besides.
pub(super) fn problems(content: &Content, open: &[OpenBlocker]) -> Vec<Problem> {
    let listed = content.problems.blocker_ids.iter();
    let listed = listed.filter(|id| open.iter().all(|blocker| blocker.id != **id));
    let open = open.iter().map(|blocker| Problem {
        id: blocker.id,
        title: Some(blocker.title.clone()),
    });
    open.chain(listed.map(|id| Problem {
        id: *id,
        title: None,
    }))
    .collect()
}

/// What a check found, at the input it is about.
#[derive(Serialize)]
pub(super) struct Check {
    /// The name of the input.
    name: String,
    /// The check's code without what every code begins with.
    slug: String,
    words: String,
    severity: Severity,
    explanation: Option<String>,
    /// Whether the form asks here for an explanation, or that it is meant: once for each check.
    asks: bool,
    /// Whether it stands in the way of handing the report in.
    hinders: bool,
}

impl Check {
    pub(super) fn hinders(&self) -> bool {
        self.hinders
    }
}

/// Says what the checks found.
pub(super) fn checks(found: &[Found], lang: Lang) -> Vec<Check> {
    let mut asked = BTreeSet::new();
    let checks = found.iter().map(|found| Check {
        name: found.pointer.trim_start_matches('/').replace('/', "."),
        slug: found.code.trim_start_matches(PREFIX).to_owned(),
        words: say(lang, found.code, &found.facts),
        severity: found.severity,
        explanation: found.explanation.clone(),
        asks: asked.insert(found.code),
        hinders: found.hinders(),
    });
    checks.collect()
}

/// Says an error of a rule, such as why a report cannot be changed now.
pub(super) fn reason(error: &crate::kernel::error::Error, lang: Lang) -> Option<String> {
    match error {
        crate::kernel::error::Error::Refused(refused) => {
            let facts: &Facts = &refused.facts;
            Some(say(lang, refused.code, facts))
        }
        _ => None,
    }
}
