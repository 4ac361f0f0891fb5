//! Date changes: under dispatch a due day moves only when a coordinator who did not ask for it
//! grants a request that gives its reason.

use super::actions::{self, steps_of};
use super::milestone::Milestone;
use super::owing;
use super::rules::{self, Refusal};
use super::store::{self, ChangeFilter, ChangeRow, ChangeState, DateChange};
use crate::calendars;
use crate::journal::{self, Deed};
use crate::kernel::calendar::WorkCalendar;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::{Level, Region};
use crate::kernel::page::{Page, Paging};
use crate::kernel::refused::none_of;
use crate::kernel::time::{Day, Moment};
use crate::people::caller::{Caller, Place};
use crate::people::role::Act;
use crate::projects;
use crate::settings::Settings;
use crate::store::Conn;

/// A new due day somebody asks for.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) due_on: Day,
    pub(crate) reason: String,
}

/// What a coordinator says to it.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    pub(crate) grant: bool,
    pub(crate) reason: String,
}

/// Asks for another due day of a milestone.
///
/// # Errors
/// - 404 `project.missing`, `milestone.missing`; 403 `act.forbidden`
/// - 409 `date_change.not_under_dispatch`, `milestone.is_done`, `date_change.open_already`
/// - 422 `date_change.same_day`, `date_change.reason_blank`
pub(crate) fn ask(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    (project, milestone): (Id, Id),
    cmd: &Ask,
    now: Moment,
) -> Result<ChangeRow> {
    let project = projects::get(conn, &by.scope, project)?;
    let milestones = store::milestones(conn, project.id)?;
    let milestone = milestones.into_iter().find(|m| m.id == milestone);
    let milestone = milestone.ok_or(Refusal::MilestoneMissing)?;
    by.may(Act::AskDateChange, &project.place())?;
    if !owing::is_under_dispatch(&project) {
        return Err(Refusal::NotUnderDispatch.into());
    }
    if milestone.is_done() {
        return Err(Refusal::IsDone.into());
    }
    let mut findings = Vec::new();
    if cmd.due_on == milestone.due_on {
        findings.push(Refusal::SameDay.finding("/due_on"));
    }
    if cmd.reason.trim().is_empty() {
        findings.push(Refusal::ChangeReasonBlank.finding("/reason"));
    }
    none_of(findings)?;
    if store::changing(conn, project.id)?.contains(&milestone.id) {
        return Err(Refusal::OpenAlready.into());
    }
    let calendar = calendars::load(conn)?;
    let level = level_now(&calendar, settings, &milestone, project.region.level(), now);
    let change = DateChange {
        id: Id::new(),
        project_id: project.id,
        milestone_id: milestone.id,
        from_on: milestone.due_on,
        due_on: cmd.due_on,
        reason: cmd.reason.trim().to_owned(),
        level,
        state: ChangeState::Open,
        asked_by: by.id,
        asked_at: now,
        decided_by: None,
        decided_at: None,
        decision_reason: None,
    };
    store::insert_change(conn, &change)?;
    let deed = Deed::on_project("date_change.asked", project.id, change.id)
        .with("milestone", &milestone.name)
        .with("from_on", change.from_on)
        .with("due_on", change.due_on)
        .with("reason", &change.reason);
    journal::record(conn, &by.actor(), &deed, now)?;
    Ok((change, milestone, (project.name, project.region)))
}

/// Decides a date change; granted, it moves the due day and with it the deadline.
///
/// # Errors
/// - 404 `date_change.missing`; 409 `date_change.decided`
/// - 403 `act.forbidden`; `date_change.own` to whoever asked; `date_change.needs_level` below the
///   level that decides
/// - granted: 409 `date_change.not_under_dispatch`, `milestone.is_done`, and
///   `date_change.would_break_schedule` with the gaps there would be
/// - 422 `date_change.reason_blank`
pub(crate) fn decide(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    id: Id,
    cmd: &Decision,
    now: Moment,
) -> Result<ChangeRow> {
    let (change, milestone, named) = get(conn, by, id)?;
    let project = projects::get(conn, &by.scope, change.project_id)?;
    let calendar = calendars::load(conn)?;
    let level = level_now(&calendar, settings, &milestone, project.region.level(), now);
    let level = level.max(change.level);
    let change = DateChange { level, ..change };
    permit(by, &change, project.region)?;
    if cmd.reason.trim().is_empty() {
        return Err(Refusal::ChangeReasonBlank.at("/reason").into());
    }
    let decided = DateChange {
        state: if cmd.grant {
            ChangeState::Granted
        } else {
            ChangeState::Refused
        },
        decided_by: by.id,
        decided_at: Some(now),
        decision_reason: Some(cmd.reason.trim().to_owned()),
        ..change
    };
    let milestone = if cmd.grant {
        grant(
            conn,
            settings,
            &calendar,
            &project,
            (&decided, milestone),
            now,
        )?
    } else {
        milestone
    };
    if !store::decide(conn, &decided)? {
        return Err(Refusal::Decided.into());
    }
    let code = if cmd.grant {
        "date_change.granted"
    } else {
        "date_change.refused"
    };
    let deed = Deed::on_project(code, project.id, decided.id)
        .with("milestone", &milestone.name)
        .with("from_on", decided.from_on)
        .with("due_on", decided.due_on)
        .with("reason", &decided.decision_reason);
    journal::record(conn, &by.actor(), &deed, now)?;
    Ok((decided, milestone, named))
}

/// Permits a decision on a date change of a project in a region; its level is that of today.
///
/// # Errors
/// 403 `act.forbidden`, `date_change.own`, `date_change.needs_level`; 409 `date_change.decided`.
pub(super) fn permit(by: &Caller, change: &DateChange, region: Region) -> Result<()> {
    let place = Place {
        project: Some(change.project_id),
        ..Place::region(region)
    };
    by.may(Act::DecideDateChange, &place)?;
    if change.asked_by == by.id {
        return Err(Refusal::OwnChange.into());
    }
    if change.state != ChangeState::Open {
        return Err(Refusal::Decided.into());
    }
    if by.scope.reach.is_none_or(|own| own.level() < change.level) {
        return Err(Refusal::NeedsLevel.with("level", change.level).into());
    }
    Ok(())
}

/// Returns one date change in scope.
///
/// # Errors
/// 404 `date_change.missing`.
pub(crate) fn get(conn: &mut Conn, by: &Caller, id: Id) -> Result<ChangeRow> {
    store::find_change(conn, &by.scope, id)?.ok_or_else(|| Refusal::ChangeMissing.into())
}

/// Returns the date changes in scope, in the order they were asked for; those not decided with the
/// level that decides them today.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn list(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    filter: ChangeFilter,
    paging: &Paging,
    now: Moment,
) -> Result<Page<ChangeRow>> {
    let page = store::changes(conn, &by.scope, filter, paging)?;
    let calendar = calendars::load(conn)?;
    Ok(page.map(|row| with_level_now(&calendar, settings, row, now)))
}

/// Returns one date change in scope, with the level that decides it today.
///
/// # Errors
/// 404 `date_change.missing`.
pub(super) fn get_now(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    id: Id,
    now: Moment,
) -> Result<ChangeRow> {
    let row = get(conn, by, id)?;
    let calendar = calendars::load(conn)?;
    Ok(with_level_now(&calendar, settings, row, now))
}

/// Returns a row with the level that decides it today, while it is not decided.
fn with_level_now(
    calendar: &WorkCalendar,
    settings: &Settings,
    (change, milestone, named): ChangeRow,
    now: Moment,
) -> ChangeRow {
    if change.state != ChangeState::Open {
        return (change, milestone, named);
    }
    let today = level_now(calendar, settings, &milestone, named.1.level(), now);
    let level = today.max(change.level);
    (DateChange { level, ..change }, milestone, named)
}

fn level_now(
    calendar: &WorkCalendar,
    settings: &Settings,
    milestone: &Milestone,
    project: Level,
    now: Moment,
) -> Level {
    let today = settings.site.zone.day_of(now);
    let window = settings.pillars.critical_change_working_days;
    rules::deciding_level(calendar, milestone, project, window, today)
}

/// Moves the due day, if the schedule stays whole with it.
fn grant(
    conn: &mut Conn,
    settings: &Settings,
    calendar: &WorkCalendar,
    project: &projects::Project,
    (change, milestone): (&DateChange, Milestone),
    now: Moment,
) -> Result<Milestone> {
    if !owing::is_under_dispatch(project) {
        return Err(Refusal::NotUnderDispatch.into());
    }
    if milestone.is_done() {
        return Err(Refusal::IsDone.into());
    }
    let held = actions::held(conn, project.id)?.ok_or(Refusal::PillarEmpty)?;
    let mut steps = steps_of(&held.milestones);
    for step in &mut steps {
        if step.id == Some(milestone.id) {
            step.due_on = change.due_on;
        }
    }
    let gaps = rules::gaps(Some(&steps));
    if !gaps.is_empty() {
        return Err(Refusal::WouldBreakSchedule.refused().listing(gaps).into());
    }
    let moved = Milestone {
        due_on: change.due_on,
        moves: milestone.moves.saturating_add(1),
        ..milestone.clone()
    };
    store::touch(conn, &held.schedule)?;
    store::save_milestone(conn, &moved)?;
    let today = settings.site.zone.day_of(now);
    let pair = (Some(&milestone), &moved);
    owing::follow(conn, calendar, project, pair, now, today)?;
    Ok(moved)
}
