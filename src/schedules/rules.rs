//! What a schedule lacks, which edits of it hold, and who decides a date change.
//!
//! Pure: values in, findings and decisions out. The pointers are those of the body that puts the
//! schedule. The numbers are those of docs/RULES.md, section 2.

use super::milestone::{Milestone, MilestoneKind};
use crate::kernel::calendar::WorkCalendar;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Level;
use crate::kernel::refused::{Finding, none_of};
use crate::kernel::time::Day;

/// Fewest milestones of a schedule.
const FEWEST: usize = 4;
/// What all weights together are.
const WHOLE: i64 = 100;
/// The kinds every schedule has exactly one of, in the order their days must keep.
const ONCE: [MilestoneKind; 3] = [
    MilestoneKind::Start,
    MilestoneKind::Completion,
    MilestoneKind::Production,
];

crate::refusals! {
    /// Why the schedule is no satisfied pillar.
    pub(crate) enum Gap {
        /// There is no schedule.
        Missing = Invalid "schedule.missing",
        /// It has fewer milestones than it needs.
        TooFew = Invalid "schedule.too_few",
        /// A kind that every schedule has is not there.
        KindMissing = Invalid "schedule.kind_missing",
        /// A kind that every schedule has once is there again.
        KindTwice = Invalid "schedule.kind_twice",
        /// A milestone is due before the one listed ahead of it.
        OutOfOrder = Invalid "schedule.out_of_order",
        /// Completion is due before the start, or production before completion.
        KindsOutOfOrder = Invalid "schedule.kinds_out_of_order",
        /// The weights are not 100 together.
        WeightsDoNotSum = Invalid "schedule.weights_do_not_sum",
    }
}

crate::refusals! {
    /// Why an edit of the schedule, or a date change, is refused.
    pub(crate) enum Refusal {
        PillarEmpty = Missing "pillar.empty",
        ProjectEnded = Conflict "project.ended",
        WouldBreakPillar = Invalid "project.would_break_pillar",
        NeedsDateChange = Conflict "schedule.needs_date_change",
        DoneStays = Conflict "schedule.done_stays",
        ChangeOpen = Conflict "schedule.change_open",
        ReasonRequired = Invalid "schedule.reason_required",
        MilestoneMissing = Missing "milestone.missing",
        MilestoneUnknown = Invalid "milestone.unknown",
        MilestoneTwice = Invalid "milestone.twice",
        NameBlank = Invalid "milestone.name_blank",
        DoneInFuture = Invalid "milestone.done_in_future",
        ForecastInPast = Invalid "milestone.forecast_in_past",
        IsDone = Conflict "milestone.is_done",
        ChangeMissing = Missing "date_change.missing",
        NotUnderDispatch = Conflict "date_change.not_under_dispatch",
        OpenAlready = Conflict "date_change.open_already",
        SameDay = Invalid "date_change.same_day",
        ChangeReasonBlank = Invalid "date_change.reason_blank",
        Decided = Conflict "date_change.decided",
        WouldBreakSchedule = Conflict "date_change.would_break_schedule",
        OwnChange = Forbidden "date_change.own",
        NeedsLevel = Forbidden "date_change.needs_level",
    }
}

/// One milestone as it is put: without an id it is told by its kind and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) id: Option<Id>,
    pub(crate) name: String,
    pub(crate) kind: MilestoneKind,
    pub(crate) due_on: Day,
    pub(crate) weight: i64,
    pub(crate) critical: bool,
}

impl From<&Milestone> for Step {
    fn from(milestone: &Milestone) -> Self {
        Self {
            id: Some(milestone.id),
            name: milestone.name.clone(),
            kind: milestone.kind,
            due_on: milestone.due_on,
            weight: milestone.weight,
            critical: milestone.critical,
        }
    }
}

impl Step {
    /// Tells whether a milestone already is as this step says.
    fn is(&self, milestone: &Milestone) -> bool {
        Self::from(milestone)
            == Self {
                id: Some(milestone.id),
                name: self.name.trim().to_owned(),
                ..self.clone()
            }
    }
}

/// Returns what a schedule lacks; there is none when there are no steps at all.
pub(crate) fn gaps(steps: Option<&[Step]>) -> Vec<Finding> {
    let Some(steps) = steps else {
        return vec![Gap::Missing.finding("")];
    };
    let mut gaps = Vec::new();
    if steps.len() < FEWEST {
        let gap = Gap::TooFew.finding("/milestones");
        gaps.push(gap.with("milestones", steps.len()).with("least", FEWEST));
    }
    for kind in ONCE {
        let mut of_kind = steps.iter().enumerate().filter(|(_, s)| s.kind == kind);
        if of_kind.next().is_none() {
            gaps.push(Gap::KindMissing.finding("/milestones").with("kind", kind));
        }
        gaps.extend(of_kind.map(|(at, _)| {
            Gap::KindTwice
                .finding(format!("/milestones/{at}/kind"))
                .with("kind", kind)
        }));
    }
    for (at, (before, step)) in steps.iter().zip(steps.iter().skip(1)).enumerate() {
        if step.due_on < before.due_on {
            let at = at.saturating_add(1);
            let gap = Gap::OutOfOrder.finding(format!("/milestones/{at}/due_on"));
            gaps.push(
                gap.with("milestone", &step.name)
                    .with("before", &before.name),
            );
        }
    }
    for (earlier, later) in ONCE.iter().zip(ONCE.iter().skip(1)) {
        let first = |kind| steps.iter().enumerate().find(|(_, s)| s.kind == kind);
        if let (Some((_, before)), Some((at, step))) = (first(*earlier), first(*later))
            && step.due_on < before.due_on
        {
            let gap = Gap::KindsOutOfOrder.finding(format!("/milestones/{at}/due_on"));
            gaps.push(gap.with("kind", later).with("before", earlier));
        }
    }
    let sum = steps
        .iter()
        .fold(0_i64, |sum, step| sum.saturating_add(step.weight));
    if sum != WHOLE {
        let gap = Gap::WeightsDoNotSum.finding("/milestones");
        gaps.push(gap.with("sum", sum).with("whole", WHOLE));
    }
    gaps
}

/// Finds for each step the milestone it goes on with: by id, else that of a kind there is once,
/// else that of the same kind and name. So a list put again without ids renews nothing.
///
/// # Errors
/// 422 with all of `milestone.unknown`, `milestone.twice`, `milestone.name_blank`.
pub(crate) fn matched<'a>(
    present: &'a [Milestone],
    steps: &[Step],
) -> Result<Vec<Option<&'a Milestone>>> {
    let mut findings = Vec::new();
    let mut taken: Vec<Id> = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        if step.name.trim().is_empty() {
            findings.push(Refusal::NameBlank.finding(format!("/milestones/{at}/name")));
        }
        let Some(id) = step.id else { continue };
        let pointer = format!("/milestones/{at}/id");
        if !present.iter().any(|milestone| milestone.id == id) {
            findings.push(
                Refusal::MilestoneUnknown
                    .finding(pointer)
                    .with("milestone", id),
            );
        } else if taken.contains(&id) {
            findings.push(
                Refusal::MilestoneTwice
                    .finding(pointer)
                    .with("milestone", id),
            );
        }
        taken.push(id);
    }
    none_of(findings)?;
    let mut matched = Vec::with_capacity(steps.len());
    for step in steps {
        let found = match step.id {
            Some(id) => present.iter().find(|milestone| milestone.id == id),
            None => present.iter().find(|milestone| {
                milestone.kind == step.kind
                    && (ONCE.contains(&step.kind) || milestone.name == step.name.trim())
                    && !taken.contains(&milestone.id)
            }),
        };
        taken.extend(found.map(|milestone| milestone.id));
        matched.push(found);
    }
    Ok(matched)
}

/// What an edit meets.
#[derive(Debug)]
pub(crate) struct Before<'a> {
    pub(crate) milestones: &'a [Milestone],
    /// Milestones with an undecided date change.
    pub(crate) changing: &'a [Id],
    /// Whether the project is active or paused: then due days stand, and the pillar stays whole.
    pub(crate) under_dispatch: bool,
}

/// Decides whether a list of steps may take the place of the present milestones.
///
/// # Errors
/// - 409 `schedule.needs_date_change` where a due day would move under dispatch, each at its place
/// - 409 `schedule.done_stays`, `schedule.change_open` when such a milestone would be taken out
/// - 422 `project.would_break_pillar` under dispatch, with the gaps there would be
/// - 422 `schedule.reason_required` for any change under dispatch, and for another due day of a
///   milestone that is done
pub(crate) fn edit(
    before: &Before<'_>,
    steps: &[Step],
    matched: &[Option<&Milestone>],
    reason: Option<&str>,
) -> Result<()> {
    if before.under_dispatch {
        let moved = moved(before.milestones, steps, matched);
        if !moved.is_empty() {
            return Err(Refusal::NeedsDateChange.refused().listing(moved).into());
        }
    }
    let taken_out: Vec<&Milestone> = before
        .milestones
        .iter()
        .filter(|milestone| !matched.iter().flatten().any(|kept| kept.id == milestone.id))
        .collect();
    if let Some(done) = taken_out.iter().find(|milestone| milestone.is_done()) {
        return Err(Refusal::DoneStays.with("milestone", &done.name).into());
    }
    if let Some(open) = taken_out.iter().find(|m| before.changing.contains(&m.id)) {
        return Err(Refusal::ChangeOpen.with("milestone", &open.name).into());
    }
    if before.under_dispatch {
        let gaps = gaps(Some(steps));
        if !gaps.is_empty() {
            return Err(Refusal::WouldBreakPillar.refused().listing(gaps).into());
        }
    }
    let same = before.milestones.len() == steps.len()
        && steps
            .iter()
            .zip(before.milestones)
            .all(|(step, milestone)| step.is(milestone))
        && matched
            .iter()
            .zip(before.milestones)
            .all(|(kept, milestone)| kept.is_some_and(|kept| kept.id == milestone.id));
    let done_moves = steps
        .iter()
        .zip(matched)
        .any(|(step, kept)| kept.is_some_and(|kept| kept.is_done() && kept.due_on != step.due_on));
    let needs_reason = (before.under_dispatch && !same) || done_moves;
    if needs_reason && reason.is_none_or(|reason| reason.trim().is_empty()) {
        return Err(Refusal::ReasonRequired.at("/reason").into());
    }
    Ok(())
}

/// Returns where a due day would move: of a milestone that stays, and of a kind there is once, so
/// that taking it out and putting it in anew is no way round a date change.
fn moved(present: &[Milestone], steps: &[Step], matched: &[Option<&Milestone>]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (at, (step, kept)) in steps.iter().zip(matched).enumerate() {
        let of_kind = present
            .iter()
            .find(|m| ONCE.contains(&step.kind) && m.kind == step.kind);
        let of_kind = of_kind.filter(|milestone| milestone.due_on != step.due_on);
        let kept = kept.filter(|milestone| milestone.due_on != step.due_on);
        if let Some(milestone) = kept.or(of_kind) {
            let finding = Refusal::NeedsDateChange.finding(format!("/milestones/{at}/due_on"));
            found.push(
                finding
                    .with("milestone", &milestone.name)
                    .with("due_on", milestone.due_on),
            );
        }
    }
    found
}

/// What is said of a milestone's progress: absent stays, null clears.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) forecast_on: Option<Option<Day>>,
    pub(crate) done_on: Option<Option<Day>>,
}

/// Returns the milestone as it stands after what was said; `at` is the pointer of what was said.
///
/// # Errors
/// - `milestone.done_in_future` when it would be done after today
/// - `milestone.forecast_in_past` when it is not done and a new forecast lies before today
pub(crate) fn progressed(
    milestone: &Milestone,
    said: Said,
    at: &str,
    today: Day,
) -> std::result::Result<Milestone, Vec<Finding>> {
    let after = Milestone {
        forecast_on: said.forecast_on.unwrap_or(milestone.forecast_on),
        done_on: said.done_on.unwrap_or(milestone.done_on),
        ..milestone.clone()
    };
    let mut findings = Vec::new();
    if after.done_on != milestone.done_on && after.done_on.is_some_and(|done| done > today) {
        let finding = Refusal::DoneInFuture.finding(format!("{at}/done_on"));
        findings.push(finding.with("done_on", after.done_on).with("today", today));
    }
    if !after.is_done()
        && after.forecast_on != milestone.forecast_on
        && after.forecast_on.is_some_and(|forecast| forecast < today)
    {
        let finding = Refusal::ForecastInPast.finding(format!("{at}/forecast_on"));
        findings.push(
            finding
                .with("forecast_on", after.forecast_on)
                .with("today", today),
        );
    }
    if findings.is_empty() {
        Ok(after)
    } else {
        Err(findings)
    }
}

/// Returns the level whose coordinators decide a date change today: the project's own, and one up
/// when the milestone is critical and its due day is near or past.
pub(crate) fn deciding_level(
    calendar: &WorkCalendar,
    milestone: &Milestone,
    project: Level,
    window_days: i64,
    today: Day,
) -> Level {
    let is_near = calendar.working_days_between(today, milestone.due_on) <= window_days;
    if milestone.critical && is_near {
        project.up().unwrap_or(project)
    } else {
        project
    }
}

#[cfg(test)]
mod tests;
