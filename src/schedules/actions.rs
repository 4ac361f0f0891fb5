//! What is done with a schedule: read it, put it, freeze its baseline.

use super::milestone::Milestone;
use super::owing;
use super::rules::{self, Before, Refusal, Step};
use super::store::{self, Schedule};
use crate::calendars;
use crate::deadlines;
use crate::journal::{self, Deed};
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::refused::{Finding, Kind, Refused};
use crate::kernel::time::Moment;
use crate::people::call;
use crate::people::caller::Caller;
use crate::people::role::Act;
use crate::projects::{self, Project, State};
use crate::settings::Settings;
use crate::store::Conn;

/// A schedule with its milestones in their order.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) schedule: Schedule,
    pub(crate) milestones: Vec<Milestone>,
}

impl Held {
    /// Returns what the schedule lacks.
    pub(crate) fn gaps(&self) -> Vec<Finding> {
        rules::gaps(Some(&steps_of(&self.milestones)))
    }
}

/// How the fifth pillar stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Standing {
    /// The version that fills the pillar; none while there are gaps.
    pub(crate) holds: Option<Id>,
    /// Since when it is satisfied.
    pub(crate) since: Option<Moment>,
    /// What it lacks.
    pub(crate) gaps: Vec<Finding>,
}

/// The whole list of milestones as somebody wants it.
#[derive(Debug, Clone)]
pub(crate) struct Put {
    pub(crate) steps: Vec<Step>,
    pub(crate) reason: Option<String>,
}

/// Returns how the schedule of a project stands now.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn standing(conn: &mut Conn, project: Id) -> Result<Standing> {
    let held = held(conn, project)?;
    let gaps = held.as_ref().map_or_else(|| rules::gaps(None), Held::gaps);
    let whole = held.filter(|_| gaps.is_empty());
    Ok(Standing {
        holds: whole.as_ref().map(|held| held.schedule.id),
        since: whole.map(|held| held.schedule.made_at),
        gaps,
    })
}

/// Returns the schedule of a project in scope.
///
/// # Errors
/// 404 `project.missing`, `pillar.empty`.
pub(crate) fn get(conn: &mut Conn, by: &Caller, project: Id) -> Result<Held> {
    let project = projects::get(conn, &by.scope, project)?;
    held(conn, project.id)?.ok_or_else(|| Refusal::PillarEmpty.into())
}

/// Puts the whole list of milestones in place of the present one. A draft's may be incomplete: it
/// fills the pillar only once it has no gap.
///
/// # Errors
/// - 404 `project.missing`; 403 `act.forbidden`; 409 `project.ended`
/// - 428 and 412 by the schedule's version, once there is one
/// - those of [`rules::matched`] and [`rules::edit`]
pub(crate) fn put(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    project: Id,
    seen: Option<i64>,
    cmd: &Put,
    now: Moment,
) -> Result<Held> {
    let project = projects::get(conn, &by.scope, project)?;
    by.may(Act::EditSchedule, &project.place())?;
    refuse_ended(&project)?;
    let latest = store::latest(conn, project.id)?;
    match (&latest, seen) {
        (Some(latest), seen) => call::expect(seen, latest.version)?,
        (None, Some(_)) => return Err(Refused::new(Kind::Stale, "version.stale").into()),
        (None, None) => {}
    }
    let present = store::milestones(conn, project.id)?;
    let changing = store::changing(conn, project.id)?;
    let under_dispatch = owing::is_under_dispatch(&project);
    let matched = rules::matched(&present, &cmd.steps)?;
    let before = Before {
        milestones: &present,
        changing: &changing,
        under_dispatch,
    };
    rules::edit(&before, &cmd.steps, &matched, cmd.reason.as_deref())?;
    let schedule = Schedule {
        id: Id::new(),
        project_id: project.id,
        number: latest.as_ref().map_or(1, |l| l.number.saturating_add(1)),
        reason: cmd.reason.clone(),
        made_by: by.mark(),
        made_at: now,
        version: latest.as_ref().map_or(1, |l| l.version.saturating_add(1)),
    };
    store::insert_version(conn, &schedule)?;
    let pairs = cmd.steps.iter().zip(&matched);
    let mut milestones = Vec::with_capacity(cmd.steps.len());
    for (position, (step, kept)) in pairs.enumerate() {
        let position = i64::try_from(position).map_err(Error::broken)?;
        milestones.push(row(step, *kept, &project, position, under_dispatch));
    }
    replace(conn, settings, &project, &present, &milestones, now)?;
    let held = Held {
        schedule,
        milestones,
    };
    let fills = held.gaps().is_empty().then_some(held.schedule.id);
    projects::fill_schedule(conn, project.id, fills, now)?;
    let listed: Vec<_> = held
        .milestones
        .iter()
        .map(|m| (&m.name, m.kind, m.due_on, m.weight))
        .collect();
    let deed = Deed::on_project("schedule.put", project.id, held.schedule.id)
        .with("number", held.schedule.number)
        .with("reason", &cmd.reason)
        .with("milestones", listed);
    journal::record(conn, &by.actor(), &deed, now)?;
    Ok(held)
}

/// Freezes the due days as the baseline and owes every milestone that is not done. `project` is as
/// launched.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn freeze_baseline(
    conn: &mut Conn,
    settings: &Settings,
    project: &Project,
    now: Moment,
) -> Result<()> {
    let Some(Held {
        schedule,
        milestones,
    }) = held(conn, project.id)?
    else {
        return Ok(());
    };
    store::touch(conn, &schedule)?;
    let calendar = calendars::load(conn)?;
    let today = settings.site.zone.day_of(now);
    for milestone in milestones {
        let frozen = Milestone {
            baseline_on: milestone.baseline_on.or(Some(milestone.due_on)),
            ..milestone
        };
        store::save_milestone(conn, &frozen)?;
        if !frozen.is_done() {
            owing::owe(conn, &calendar, project, &frozen, now, today)?;
        }
    }
    Ok(())
}

/// Refuses what would change a project that is closed or withdrawn.
pub(super) fn refuse_ended(project: &Project) -> Result<()> {
    if matches!(project.state, State::Closed | State::Withdrawn) {
        Err(Refusal::ProjectEnded.into())
    } else {
        Ok(())
    }
}

/// Returns the schedule in force, if there is one.
pub(super) fn held(conn: &mut Conn, project: Id) -> Result<Option<Held>> {
    let Some(schedule) = store::latest(conn, project)? else {
        return Ok(None);
    };
    let milestones = store::milestones(conn, project)?;
    Ok(Some(Held {
        schedule,
        milestones,
    }))
}

/// Turns milestones into the steps they are.
pub(super) fn steps_of(milestones: &[Milestone]) -> Vec<Step> {
    milestones.iter().map(Step::from).collect()
}

/// Makes the row of a step: what it says over what the milestone it goes on with has.
fn row(
    step: &Step,
    kept: Option<&Milestone>,
    project: &Project,
    position: i64,
    under_dispatch: bool,
) -> Milestone {
    Milestone {
        id: kept.map_or_else(Id::new, |kept| kept.id),
        project_id: project.id,
        position,
        name: step.name.trim().to_owned(),
        kind: step.kind,
        weight: step.weight,
        critical: step.critical,
        baseline_on: match kept {
            Some(kept) => kept.baseline_on,
            // What joins under dispatch is measured from the day it joined with.
            None => under_dispatch.then_some(step.due_on),
        },
        due_on: step.due_on,
        forecast_on: kept.and_then(|kept| kept.forecast_on),
        done_on: kept.and_then(|kept| kept.done_on),
        moves: kept.map_or(0, |kept| kept.moves),
        removed_at: None,
    }
}

/// Writes the milestones of a new version over those there were, and keeps their deadlines.
fn replace(
    conn: &mut Conn,
    settings: &Settings,
    project: &Project,
    present: &[Milestone],
    next: &[Milestone],
    now: Moment,
) -> Result<()> {
    let calendar = calendars::load(conn)?;
    let today = settings.site.zone.day_of(now);
    for milestone in next {
        let before = present.iter().find(|before| before.id == milestone.id);
        if before.is_some() {
            store::save_milestone(conn, milestone)?;
        } else {
            store::insert_milestone(conn, milestone)?;
        }
        let pair = (before, milestone);
        owing::follow(conn, &calendar, project, pair, now, today)?;
    }
    let gone = present
        .iter()
        .filter(|before| !next.iter().any(|milestone| milestone.id == before.id));
    for milestone in gone {
        let removed = Milestone {
            removed_at: Some(now),
            ..milestone.clone()
        };
        store::save_milestone(conn, &removed)?;
        deadlines::settle(conn, &milestone.deadline_key(), now)?;
    }
    Ok(())
}
