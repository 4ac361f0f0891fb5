//! The blockers that still need somebody, as other rooms ask for them: of a project, of many, and which
//! of some are a project's at all.

use std::collections::HashMap;

use diesel::prelude::*;

use super::rules::{Severity, State};
use super::store::Blocker;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Level;
use crate::kernel::time::Day;
use crate::store::Conn;
use crate::store::schema::blockers;

/// A blocker that still needs somebody.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct OpenBlocker {
    pub(crate) id: Id,
    pub(crate) title: String,
    pub(crate) state: State,
    pub(crate) severity: Severity,
    pub(crate) level: Level,
    /// The day of the next deed owed; none while none is.
    pub(crate) due_on: Option<Day>,
}

/// Returns the blockers of a project that are neither closed nor withdrawn, those due first before
/// the others. The caller has already seen the project in scope.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn open_of(conn: &mut Conn, project: Id) -> Result<Vec<OpenBlocker>> {
    let rows: Vec<Blocker> = blockers::table
        .filter(blockers::project_id.eq(project))
        .filter(blockers::state.eq_any(State::OPEN))
        .order((blockers::next_due_on, blockers::id))
        .select(Blocker::as_select())
        .load(conn)?;
    let open = rows.into_iter().map(|blocker| OpenBlocker {
        due_on: blocker.next_due(),
        id: blocker.id,
        title: blocker.title,
        state: blocker.state,
        severity: blocker.severity,
        level: blocker.level,
    });
    Ok(open.collect())
}

/// Returns the blockers of some projects that are neither closed nor withdrawn, by project, those due
/// first before the others.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn open_of_many(conn: &mut Conn, projects: &[Id]) -> Result<HashMap<Id, Vec<Id>>> {
    let rows: Vec<(Id, Id)> = blockers::table
        .filter(blockers::project_id.eq_any(projects.to_vec()))
        .filter(blockers::state.eq_any(State::OPEN))
        .order((blockers::next_due_on, blockers::id))
        .select((blockers::project_id, blockers::id))
        .load(conn)?;
    let mut by_project: HashMap<Id, Vec<Id>> = HashMap::new();
    for (project, id) in rows {
        by_project.entry(project).or_default().push(id);
    }
    Ok(by_project)
}

/// Returns those of some blockers that are the project's, in whatever state. The caller has already
/// seen the project in scope.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn of_project(conn: &mut Conn, project: Id, among: &[Id]) -> Result<Vec<Id>> {
    if among.is_empty() {
        return Ok(Vec::new());
    }
    Ok(blockers::table
        .filter(blockers::id.eq_any(among.to_vec()))
        .filter(blockers::project_id.eq(project))
        .select(blockers::id)
        .load(conn)?)
}
