//! The turns in the life of a project. Each is one conditional write of its row: of two at once,
//! one wins and the other meets the state it left.

use super::pillars;
use super::rules::{self, Opening, Refusal};
use crate::approvals;
use crate::blockers;
use crate::deadlines;
use crate::journal::{self, Deed};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::refused::Finding;
use crate::kernel::time::{Day, Moment};
use crate::people::caller::Caller;
use crate::people::role::Act;
use crate::projects::stage::Stage;
use crate::projects::{self, Pause, PauseKind, Project, State};
use crate::reports;
use crate::schedules;
use crate::settings::Settings;
use crate::store::Conn;

/// Puts a draft under dispatch: freezes the baseline of its schedule and owes what is now due.
///
/// # Errors
/// - 404 `project.missing`; 403 `act.forbidden`; 409 `project.not_a_draft`
/// - 422 with all that is wrong with the opening balance
/// - 409 `project.five_one_incomplete` with every gap of every pillar
pub(crate) fn launch(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    id: Id,
    opening: Option<Opening>,
    now: Moment,
) -> Result<Project> {
    let mut project = projects::get(conn, &by.scope, id)?;
    by.may(Act::Launch, &project.place())?;
    rules::is_draft(project.state)?;
    rules::opening(opening)?;
    let five_one = pillars::five_one_of(conn, &project)?;
    let gaps = five_one.gaps();
    if !gaps.is_empty() {
        return Err(Refusal::FiveOneIncomplete.refused().listing(gaps).into());
    }
    let today = settings.site.zone.day_of(now);
    project.state = State::Active;
    project.launched_on = Some(today);
    project.opening_total_yuan = opening.map(|opening| opening.total);
    project.opening_year_yuan = opening.map(|opening| opening.year);
    project.opening_year = opening.map(|_| i64::from(today.year()));
    five_one.fill(&mut project);
    let launched = projects::save(conn, &project, now)?;
    schedules::freeze_baseline(conn, settings, &launched, now)?;
    reports::owe_at_launch(conn, settings, &launched, now)?;
    let deed = Deed::on_project("project.launched", id, id)
        .with("launched_on", today)
        .with("opening_total_yuan", launched.opening_total_yuan);
    journal::record(conn, &by.actor(), &deed, now)?;
    Ok(launched)
}

/// Lets an active project stand still. What it owes goes on, but nothing is told.
///
/// # Errors
/// 404 `project.missing`; 403 `act.forbidden`; 409 `project.not_active`; 422
/// `project.reason_required`, `project.until_in_past`.
pub(crate) fn pause(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    id: Id,
    (kind, reason, until): (PauseKind, &str, Day),
    now: Moment,
) -> Result<Project> {
    let mut project = projects::get(conn, &by.scope, id)?;
    by.may(Act::Pause, &project.place())?;
    rules::is_active(project.state)?;
    let today = settings.site.zone.day_of(now);
    rules::pause(reason, until, today)?;
    project.state = State::Paused;
    let paused = projects::save(conn, &project, now)?;
    let pause = Pause {
        id: Id::new(),
        project_id: id,
        kind,
        reason: reason.trim().to_owned(),
        from_on: today,
        until_on: until,
        ended_on: None,
    };
    projects::open_pause(conn, &pause)?;
    let deed = Deed::on_project("project.paused", id, id)
        .with("kind", kind)
        .with("reason", &pause.reason)
        .with("until", until);
    journal::record(conn, &by.actor(), &deed, now)?;
    Ok(paused)
}

/// Takes a paused project up again.
///
/// # Errors
/// 404 `project.missing`; 403 `act.forbidden`; 409 `project.not_paused`.
pub(crate) fn resume(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    id: Id,
    reason: Option<&str>,
    now: Moment,
) -> Result<Project> {
    let mut project = projects::get(conn, &by.scope, id)?;
    by.may(Act::Pause, &project.place())?;
    rules::is_paused(project.state)?;
    project.state = State::Active;
    let resumed = projects::save(conn, &project, now)?;
    projects::end_pause(conn, id, settings.site.zone.day_of(now))?;
    let deed = Deed::on_project("project.resumed", id, id).with("reason", reason);
    journal::record(conn, &by.actor(), &deed, now)?;
    Ok(resumed)
}

/// Closes an active project: the terms of leader and owner end, and what is owed is settled.
///
/// # Errors
/// - 404 `project.missing`; 403 `act.forbidden`; 409 `project.not_active`
/// - 409 `project.not_closable` with every report owed and every blocker open
pub(crate) fn close(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    id: Id,
    reason: Option<&str>,
    now: Moment,
) -> Result<Project> {
    let mut project = projects::get(conn, &by.scope, id)?;
    by.may(Act::Close, &project.place())?;
    rules::is_active(project.state)?;
    let obstacles = obstacles(conn, settings, &project, now)?;
    if !obstacles.is_empty() {
        return Err(Refusal::NotClosable.refused().listing(obstacles).into());
    }
    let today = settings.site.zone.day_of(now);
    project.state = State::Closed;
    project.closed_on = Some(today);
    let closed = projects::save(conn, &project, now)?;
    end(conn, id, today, now)?;
    let deed = Deed::on_project("project.closed", id, id).with("reason", reason);
    journal::record(conn, &by.actor(), &deed, now)?;
    Ok(closed)
}

/// Gives a project up.
///
/// # Errors
/// 404 `project.missing`; 403 `act.forbidden`; 409 `project.ended`; 422 `project.reason_required`.
pub(crate) fn withdraw(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    id: Id,
    reason: &str,
    now: Moment,
) -> Result<Project> {
    let mut project = projects::get(conn, &by.scope, id)?;
    by.may(Act::Withdraw, &project.place())?;
    rules::is_not_ended(project.state)?;
    rules::reason(Some(reason))?;
    let today = settings.site.zone.day_of(now);
    let from = project.state;
    project.state = State::Withdrawn;
    let withdrawn = projects::save(conn, &project, now)?;
    projects::end_pause(conn, id, today)?;
    end(conn, id, today, now)?;
    let deed = Deed::on_project("project.withdrawn", id, id)
        .with("from", from)
        .with("reason", reason.trim());
    journal::record(conn, &by.actor(), &deed, now)?;
    Ok(withdrawn)
}

/// Moves a project to another stage, through the gates of its approval network.
///
/// # Errors
/// - 404 `project.missing`; 403 `act.forbidden`; 409 `project.ended`
/// - those of [`rules::stage`]
/// - 409 `project.gate_closed` into construction while permits are missing, naming each
pub(crate) fn move_stage(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    id: Id,
    (to, reason): (Stage, Option<&str>),
    now: Moment,
) -> Result<Project> {
    let mut project = projects::get(conn, &by.scope, id)?;
    by.may(Act::MoveStage, &project.place())?;
    rules::is_not_ended(project.state)?;
    rules::stage(project.stage, to, reason)?;
    let from = project.stage;
    let today = settings.site.zone.day_of(now);
    for (stage, item) in rules::GATES {
        let (through, back) = (from < stage && stage <= to, to < stage && stage <= from);
        if !(through || back) {
            continue;
        }
        let Some(gate) = approvals::gate(conn, id, item)? else {
            continue;
        };
        if through && stage == Stage::Construction && !gate.open.is_empty() {
            return Err(Refusal::GateClosed.refused().listing(gate.open).into());
        }
        approvals::pass(conn, by, gate, through, (now, today))?;
    }
    project.stage = to;
    let moved = projects::save(conn, &project, now)?;
    let deed = Deed::on_project("project.stage_moved", id, id)
        .with("from", from)
        .with("to", to)
        .with("reason", reason);
    journal::record(conn, &by.actor(), &deed, now)?;
    Ok(moved)
}

/// Returns what stands against closing a project: each report owed, each blocker open.
fn obstacles(
    conn: &mut Conn,
    settings: &Settings,
    project: &Project,
    now: Moment,
) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for quarter in reports::owed_of(conn, settings, project, now)? {
        let owed = Refusal::ReportsOwed.finding(format!("/reports/{quarter}"));
        found.push(owed.with("quarter", quarter));
    }
    for blocker in blockers::open_of(conn, project.id)? {
        let open = Refusal::BlockersOpen.finding(format!("/blockers/{}", blocker.id));
        found.push(
            open.with("blocker", blocker.title)
                .with("state", blocker.state),
        );
    }
    Ok(found)
}

/// Ends what goes on while a project lives. Leader and owner answer to the end of the last day.
fn end(conn: &mut Conn, project: Id, today: Day, now: Moment) -> Result<()> {
    projects::end_terms(conn, project, today.plus_days(1))?;
    blockers::put_to_rest(conn, project)?;
    approvals::put_to_rest(conn, project)?;
    deadlines::settle_project(conn, project, now)
}
