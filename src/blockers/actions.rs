//! Raising, amending and reading blockers; `deeds` has what is done to them afterwards.

use super::clock::{Happened, never};
use super::deeds::{self, Done, Scene};
use super::fields::{self, Fields};
use super::rules::{Deed, Severity, State};
use super::store::{self, Blocker, Event, Filter, Listed};
use super::{holder, owing, rules};
use crate::attachments::{Standing, Subject};
use crate::calendars;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::page::{Page, Paging};
use crate::kernel::refused::none_of;
use crate::kernel::time::{Day, Moment};
use crate::people::call;
use crate::people::caller::Caller;
use crate::people::role::Act;
use crate::projects::{self, Project};
use crate::settings::Settings;
use crate::store::Conn;

/// Raises a blocker on a project under dispatch; its holder is told.
///
/// # Errors
/// - 404 `project.missing`, 403 `act.forbidden`
/// - 409 `blocker.project_not_under_dispatch`
/// - 422 with all findings
pub(crate) fn raise(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    project: Id,
    new: &Fields,
    now: Moment,
) -> Result<Scene> {
    let project = projects::get(conn, &by.scope, project)?;
    by.may(Act::RaiseBlocker, &project.place())?;
    deeds::under_dispatch(&project)?;
    let today = settings.site.zone.day_of(now);
    let mut blocker = blank(&project, by, now);
    none_of(new.fill(conn, &project, &mut blocker)?)?;
    let calendar = calendars::load(conn)?;
    let history = [Happened {
        deed: Deed::Raised,
        on: today,
    }];
    let terms = owing::count(&mut blocker, &history, settings, &calendar)?;
    store::insert(conn, &blocker)?;
    let said = fields::snapshot(&blocker);
    deeds::record(conn, by, &blocker, Deed::Raised, &said, now, today)?;
    owing::keep(conn, &calendar, &blocker, Deed::Raised, &terms, now, today)?;
    holder::tell(conn, by, settings, &blocker, &project, now)?;
    Ok(Scene { blocker, project })
}

/// A blocker of which nothing is said yet.
fn blank(project: &Project, by: &Caller, now: Moment) -> Blocker {
    let level = project.region.level();
    Blocker {
        id: Id::new(),
        project_id: project.id,
        region: project.region,
        level,
        holder_region: project.region.at_level(level),
        category: String::new(),
        title: String::new(),
        cause: String::new(),
        severity: Severity::Normal,
        side: None,
        department: String::new(),
        milestone_id: None,
        days_at_risk: None,
        wished_outcome: None,
        state: State::Raised,
        handler_id: None,
        plan: None,
        promised_on: None,
        outcome: None,
        document: None,
        raised_by: by.mark(),
        raised_at: now,
        accepted_on: None,
        resolved_on: None,
        closed_on: None,
        was_returned: false,
        next_due_on: never(),
        accept_due_on: None,
        reply_due_on: None,
        resolve_due_on: None,
        confirm_due_on: None,
        version: 1,
    }
}

/// Amends a blocker nobody has taken on yet. When it goes to another holder that one is told.
///
/// # Errors
/// 403, 404, 409 by state, 412 and 428 by version, 422 with all findings.
pub(crate) fn amend(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    id: Id,
    seen: Option<i64>,
    asked: &Fields,
    now: Moment,
) -> Result<Scene> {
    let scene = deeds::load(conn, by, id)?;
    let place = holder::place(&scene.blocker, &scene.project);
    by.may(Act::AmendBlocker, &place)?;
    call::expect(seen, scene.blocker.version)?;
    let today = settings.site.zone.day_of(now);
    rules::decide(
        scene.blocker.state,
        Deed::Amended,
        rules::Past::default(),
        today,
        settings.blockers.reopen_days,
    )?;
    let mut after = scene.blocker.clone();
    none_of(asked.fill(conn, &scene.project, &mut after)?)?;
    let facts = fields::changes(&scene.blocker, &after);
    if facts.is_empty() {
        return Ok(scene);
    }
    let moved = holder::answerable(&scene.blocker) != holder::answerable(&after);
    let done = Done {
        deed: Deed::Amended,
        facts,
        change: &|blocker| blocker.clone_from(&after),
    };
    let amended = deeds::advance(conn, by, settings, scene, done, now)?;
    if moved && amended.blocker.state == State::Raised {
        holder::tell(conn, by, settings, &amended.blocker, &amended.project, now)?;
    }
    Ok(amended)
}

/// Returns one blocker in scope.
///
/// # Errors
/// 404 `blocker.missing`.
pub(crate) fn get(conn: &mut Conn, by: &Caller, id: Id) -> Result<Scene> {
    deeds::load(conn, by, id)
}

/// Returns how a blocker in scope stands to the files attached to it.
///
/// # Errors
/// 404 `blocker.missing`.
pub(crate) fn standing(conn: &mut Conn, by: &Caller, id: Id) -> Result<Standing> {
    let scene = deeds::load(conn, by, id)?;
    Ok(Standing {
        subject: Subject::Blocker,
        id,
        project: scene.project.id,
        place: holder::place(&scene.blocker, &scene.project),
        version: 1,
        is_open: State::OPEN.contains(&scene.blocker.state),
    })
}

/// Returns the history of a blocker the caller has seen, oldest first.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn history(conn: &mut Conn, blocker: Id) -> Result<Vec<Event>> {
    store::events(conn, blocker)
}

/// Returns the blockers in scope by the day their next deed is due.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn list(
    conn: &mut Conn,
    by: &Caller,
    filter: &Filter,
    today: Day,
    paging: &Paging,
) -> Result<Page<Listed>> {
    store::list(conn, &by.scope, filter, today, paging)
}
