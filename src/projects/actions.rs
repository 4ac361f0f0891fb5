//! What is done to the project row: create, change, read, list.

use super::charter::charter;
use super::fields::{self, NewProject, ProjectChange};
use super::list::{self, Filter};
use super::refusal::Refusal;
use super::store::{self, Project, State};
use crate::deadlines;
use crate::journal::{self, Deed, Line};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::{KnownCodes, Level};
use crate::kernel::page::{Page, Paging};
use crate::kernel::refused::none_of;
use crate::kernel::time::Moment;
use crate::people::call;
use crate::people::caller::{Caller, Place};
use crate::people::role::Act;
use crate::reference;
use crate::settings::Settings;
use crate::store::Conn;

/// Creates a draft. It needs no more than a name and a region.
///
/// # Errors
/// 403 `act.forbidden`; 409 `project.code_taken`; 422 with all findings.
pub(crate) fn create(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    new: &NewProject,
    now: Moment,
) -> Result<Project> {
    // A region that is none is a fault of the input, not a question of reach.
    let there = reference::region(new.region).map(|region| region.code);
    let place = there.or(by.scope.reach).unwrap_or(new.region);
    by.may(Act::CreateProject, &Place::region(place))?;
    let mut project = fields::blank(&new.name, new.region, now);
    project.stage = new.stage.unwrap_or_default();
    none_of(fields::lay(&mut project, &new.into(), || {
        known_codes(settings)
    }))?;
    refuse_taken(conn, &project)?;
    store::insert(conn, &project)?;
    let deed = Deed::on_project("project.created", project.id, project.id)
        .with("name", &project.name)
        .with("region", project.region);
    journal::record(conn, &by.actor(), &deed, now)?;
    Ok(project)
}

/// Changes a project's own fields. A change that changes nothing leaves the version as it is.
///
/// # Errors
/// 404 `project.missing`; 403 `act.forbidden`; 412 and 428 by version; 409 `project.ended`,
/// `project.total_with_plan`, `project.code_taken`; 422 with all findings.
pub(crate) fn change(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    id: Id,
    seen: Option<i64>,
    change: &ProjectChange,
    now: Moment,
) -> Result<Project> {
    let before = store::get(conn, &by.scope, id)?;
    by.may(Act::ChangeProject, &before.place())?;
    let moved_to = change.region.flatten().and_then(reference::region);
    if let Some(region) = moved_to.map(|region| region.code) {
        let place = Place {
            region,
            ..before.place()
        };
        by.may(Act::ChangeProject, &place)?;
    }
    call::expect(seen, before.version)?;
    refuse_ended(&before)?;
    let mut after = before.clone();
    none_of(fields::lay(&mut after, change, || known_codes(settings)))?;
    if is_under_dispatch(&before) && after.total_investment_yuan != before.total_investment_yuan {
        return Err(Refusal::TotalWithPlan.at("/total_investment_yuan").into());
    }
    let changed = fields::changed(&before, &after);
    if changed.is_empty() {
        return Ok(before);
    }
    refuse_taken(conn, &after)?;
    charter(conn, &after)?.fill(&mut after);
    let after = store::save(conn, &after, now)?;
    if after.region != before.region {
        deadlines::relocate(conn, id, before.region, after.region)?;
    }
    let deed = Deed::on_project("project.changed", id, id).with("fields", changed);
    journal::record(conn, &by.actor(), &deed, now)?;
    Ok(after)
}

/// Returns one page of the projects in scope.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn list(
    conn: &mut Conn,
    by: &Caller,
    filter: &Filter,
    paging: &Paging,
) -> Result<Page<Project>> {
    list::page(conn, &by.scope, filter, paging)
}

/// Returns a project's history, newest first.
///
/// # Errors
/// 404 `project.missing`.
pub(crate) fn history(conn: &mut Conn, by: &Caller, id: Id, paging: &Paging) -> Result<Page<Line>> {
    let project = store::get(conn, &by.scope, id)?;
    journal::of_project(conn, project.id, by.lang, paging)
}

/// Tells whether the five pillars of a project must stay whole.
pub(super) fn is_under_dispatch(project: &Project) -> bool {
    matches!(project.state, State::Active | State::Paused)
}

/// Refuses to change what is closed or withdrawn.
pub(super) fn refuse_ended(project: &Project) -> Result<()> {
    match project.state {
        State::Closed | State::Withdrawn => Err(Refusal::Ended.into()),
        State::Draft | State::Active | State::Paused => Ok(()),
    }
}

/// Returns what the groups of a project code may name at this site.
pub(super) fn known_codes(settings: &Settings) -> KnownCodes {
    reference::known_codes(settings.site.region.at_level(Level::Province))
}

/// Refuses a code another project has, without naming it: it may lie out of scope.
fn refuse_taken(conn: &mut Conn, project: &Project) -> Result<()> {
    let Some(code) = &project.code else {
        return Ok(());
    };
    if store::code_is_taken(conn, code, Some(project.id))? {
        return Err(Refusal::CodeTaken.at("/code").into());
    }
    Ok(())
}
