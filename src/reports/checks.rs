//! The checks of a report: one list of code, severity and what is looked at. A report is handed in
//! once no hard check fails and every soft one is explained.
//!
//! Pure. What a check needs to know is laid before it as a [`Case`]; a new check is a row of
//! [`CHECKS`], its words, and a row of the table in docs/RULES.md, section 3, where every number
//! comes from.

mod amounts;
mod distance;
mod progress;
mod statements;
mod sums;

use serde::Serialize;

use crate::kernel::id::Id;
use crate::kernel::money::Yuan;
use crate::kernel::refused::{Facts, Finding, below};
use crate::kernel::time::{Day, Quarter};

use super::content::{Content, Rating, is_code};
use super::rules::{Base, Filed};
use crate::schedules::Milestone;

pub(crate) use sums::sums;

/// Reports of earlier quarters that a check looks at: a spike is held against the last four.
pub(crate) const SEEN_BEFORE: i64 = 4;

crate::words! {
    /// What a finding does to a submission.
    pub(crate) enum Severity as "FindingSeverity" {
        /// It is refused.
        Hard = "hard",
        /// It needs an explanation.
        Soft = "soft",
    }
}

/// Everything the checks look at.
#[derive(Debug)]
pub(crate) struct Case<'a> {
    pub(crate) content: &'a Content,
    pub(crate) quarter: Quarter,
    pub(crate) today: Day,
    pub(crate) total_investment: Option<Yuan>,
    pub(crate) base: Base,
    /// What the plan invests in the year of the quarter; none without a plan.
    pub(crate) planned: Option<Yuan>,
    /// The latest reports of earlier quarters that are in force, the latest first; at most
    /// [`SEEN_BEFORE`].
    pub(crate) filed: &'a [Filed],
    pub(crate) milestones: &'a [Milestone],
    pub(crate) open_blockers: &'a [Id],
    /// Those linked in it that are the project's.
    pub(crate) linked_blockers: &'a [Id],
    /// The project's lamp without its report dimension; none while nobody computes it.
    pub(crate) lamp: Option<Rating>,
}

impl<'a> Case<'a> {
    /// The report before this one.
    fn previous(&self) -> Option<&'a Content> {
        self.filed.first().map(|filed| &filed.content)
    }
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

const fn soft(code: &'static str, find: fn(&Case<'_>) -> Vec<Place>) -> Check {
    Check {
        code,
        severity: Severity::Soft,
        find,
    }
}

/// Every check, in the order in which findings are told.
pub(crate) const CHECKS: &[Check] = &[
    hard("report.total_does_not_add_up", sums::total_does_not_add_up),
    hard("report.year_does_not_add_up", sums::year_does_not_add_up),
    hard("report.split_does_not_add_up", sums::split_does_not_add_up),
    hard("report.negative_amount", amounts::negative_amount),
    hard("report.far_exceeds_total", amounts::far_exceeds_total),
    hard(UNIT_SCALE, amounts::unit_scale),
    hard("report.milestone_unknown", progress::milestone_unknown),
    hard("report.milestone_in_future", progress::milestone_in_future),
    hard("report.forecast_in_past", progress::forecast_in_past),
    hard(
        "report.progress_out_of_range",
        progress::progress_out_of_range,
    ),
    hard("report.problems_denied", statements::problems_denied),
    hard(
        "report.problems_contradict",
        statements::problems_contradict,
    ),
    hard("report.blocker_unknown", statements::blocker_unknown),
    hard("report.recovery_missing", statements::recovery_missing),
    hard(
        "report.rating_better_than_lamp",
        statements::rating_better_than_lamp,
    ),
    soft("report.exceeds_total", amounts::exceeds_total),
    soft("report.progress_fell", progress::progress_fell),
    soft("report.quarters_missing", sums::quarters_missing),
    soft("report.progress_gap", progress::progress_gap),
    soft("report.over_plan", amounts::over_plan),
    soft("report.total_drifts", amounts::total_drifts),
    soft("report.spike", amounts::spike),
    soft("report.narrative_repeated", statements::narrative_repeated),
    soft("report.narrative_short", statements::narrative_short),
];

/// The one check that is passed by naming it among the confirmations.
pub(crate) const UNIT_SCALE: &str = "report.unit_scale";

/// Returns a finding for every explanation and confirmation under a name that is no check's: it would
/// never be read, and whoever wrote it would not know.
pub(crate) fn unknown_codes(content: &Content) -> Vec<Finding> {
    let is_known = |name: &str| CHECKS.iter().any(|check| is_code(name, check.code));
    let explained = content.explanations.iter().flat_map(|said| said.keys());
    let explained = explained.map(|name| (name, below("/explanations", name)));
    let confirmed = content.confirmations.iter().flatten().enumerate();
    let confirmed = confirmed.map(|(n, name)| (name, format!("/confirmations/{n}")));
    let unknown = explained
        .chain(confirmed)
        .filter(|(name, _)| !is_known(name));
    unknown
        .map(|(name, pointer)| Finding::new(pointer, "report.unknown_code").with("name", name))
        .collect()
}

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

#[cfg(test)]
pub(in crate::reports) mod tests;
