//! What a sweep does about one deadline: the plan of its ladder, the people behind the step, and what
//! each of them has still to be told.
//!
//! Decides from what it is handed and changes nothing.

use super::around::Around;
use super::audience::{self, Side};
use super::digest::Notice;
use super::ladder::{Ladder, Policy, StepName};
use super::letters::{Matter, Told};
use super::plan::{self, Case, Occurrence};
use super::rungs::Missing;
use super::store::Climb;
use crate::deadlines::{self, Deadline, DeadlineKind, Seen};
use crate::kernel::calendar::WorkCalendar;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::time::Day;
use crate::projects::State;

/// Kinds that go out at once when work stands still over them.
pub(super) const URGENT_KINDS: [DeadlineKind; 4] = [
    DeadlineKind::BlockerAccept,
    DeadlineKind::BlockerReply,
    DeadlineKind::BlockerResolve,
    DeadlineKind::BlockerConfirm,
];

/// The rules of one sweep.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules<'r> {
    pub(super) policy: &'r Policy,
    pub(super) calendar: &'r WorkCalendar,
    pub(super) today: Day,
}

/// What is to be recorded about one deadline once everybody it is for is told.
#[derive(Debug, Clone)]
pub(super) struct Verdict {
    pub(super) seen: Seen,
    /// Steps passed over for good.
    pub(super) skip: Vec<StepName>,
    /// The step told.
    pub(super) tell: Option<StepName>,
    /// When to look again.
    pub(super) next_step_on: Option<Day>,
    /// Rungs nobody stood on.
    pub(super) missing: Vec<Missing>,
}

impl Verdict {
    /// Returns for what its ladder is climbed.
    pub(super) fn climb(&self) -> Climb {
        (self.seen.key.clone(), self.seen.due_on)
    }
}

/// A verdict with what is told by it.
#[derive(Debug)]
pub(super) struct Telling {
    pub(super) verdict: Verdict,
    /// What to say of the deadline, where anything is told.
    pub(super) matter: Option<Matter>,
    pub(super) notices: Vec<Told>,
}

/// Decides about one deadline. `recorded` are the steps of its due day that are over.
///
/// A step nobody could be told of is not over: it is looked at again on the next working day, until
/// somebody is there or it is too old.
///
/// # Errors
/// Only facts of the deadline that cannot be read.
pub(super) fn verdict(
    row: &Deadline,
    around: &Around,
    recorded: &[StepName],
    rules: Rules<'_>,
) -> Result<Telling> {
    let Rules {
        policy,
        calendar,
        today,
    } = rules;
    let nothing = |next_step_on| Telling {
        verdict: Verdict {
            seen: row.seen(),
            skip: Vec::new(),
            tell: None,
            next_step_on,
            missing: Vec::new(),
        },
        matter: None,
        notices: Vec::new(),
    };
    let (Some(ladder), Some(project)) = (policy.ladder(row.kind), around.project(row.project_id))
    else {
        return Ok(nothing(None));
    };
    let case = case_of(row, project.state != State::Active, recorded);
    let decision = plan::decide(&case, ladder, calendar, today);
    let mut telling = nothing(decision.next_step_on);
    telling.verdict.skip = decision.skip.iter().map(plan::Occurrence::name).collect();
    let Some(step) = decision.tell else {
        return Ok(telling);
    };
    let told = audience_of(row, around, &step, ladder);
    let faults = told.faults.into_iter();
    telling.verdict.missing = faults.filter_map(|fault| Missing::of(fault, row)).collect();
    if told.recipients.is_empty() {
        telling.verdict.next_step_on = Some(calendar.plus_working_days(today, 1).on);
        return Ok(telling);
    }
    let days_overdue = plan::days_overdue(row.due_on, today, calendar);
    let is_urgent = row.critical && URGENT_KINDS.contains(&row.kind);
    let notice =
        |recipient| Notice::new(recipient, row.key.clone(), &step, days_overdue, is_urgent);
    telling.notices = told.recipients.into_iter().map(notice).collect();
    telling.verdict.tell = Some(step.name());
    let facts = row.read_facts()?;
    telling.matter = Some(Matter {
        project: row.project_id,
        link: deadlines::path(row, &facts),
        place: row.place,
        due_on: row.due_on,
        title_key: deadlines::title_key(row.kind, &facts),
        facts: facts.with("project", &project.name),
    });
    Ok(telling)
}

/// Returns who is told of a step of a deadline, as people stand now.
pub(super) fn audience_of(
    row: &Deadline,
    around: &Around,
    step: &Occurrence<'_>,
    ladder: &Ladder,
) -> audience::Told<Id> {
    let answerable = around.answerable(row);
    let people = audience::People {
        side: side(row.kind),
        place: row.place,
        level: row.level,
        answerable: &answerable,
        owner: around.owner(row.project_id),
        convenor: around.convenor(row.project_id),
        leader: around.leader(row.project_id),
        coordinators: around.coordinators(),
    };
    audience::resolve(step, ladder, &people)
}

/// Returns what the plan needs to know of a deadline.
pub(super) fn case_of<'r>(row: &Deadline, is_paused: bool, recorded: &'r [StepName]) -> Case<'r> {
    Case {
        due_on: row.due_on,
        born_on: row.born_on,
        acknowledged_until: row.acknowledged_until,
        silenced_until: None,
        is_paused,
        recorded,
    }
}

/// Says which side owes a kind: docs/RULES.md, section 6.
fn side(kind: DeadlineKind) -> Side {
    match kind {
        DeadlineKind::Report
        | DeadlineKind::Milestone
        | DeadlineKind::BlockerConfirm
        | DeadlineKind::Commitment => Side::Project,
        DeadlineKind::ReportReview
        | DeadlineKind::BlockerAccept
        | DeadlineKind::BlockerReply
        | DeadlineKind::BlockerResolve
        | DeadlineKind::Approval
        | DeadlineKind::Pillar => Side::Authority,
    }
}
