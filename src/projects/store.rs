//! The project row, always read within a scope.

use diesel::dsl;
use diesel::prelude::*;

use super::stage::Stage;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::money::Yuan;
use crate::kernel::refused::{Kind, Refused};
use crate::kernel::time::{Day, Moment};
use crate::people::caller::{Place, Scope};
use crate::store::Conn;
use crate::store::schema::projects;

crate::text_column!(Stage);

crate::words! {
    /// The state of a project.
    pub(crate) enum State as "ProjectState" {
        /// Being prepared; nothing is owed yet.
        Draft = "draft",
        /// Under dispatch.
        Active = "active",
        /// Under dispatch, its letters silent.
        Paused = "paused",
        /// Done with.
        Closed = "closed",
        /// Given up.
        Withdrawn = "withdrawn",
    }
}

/// A row of the table. The pillar columns are filled only while that pillar has no gap.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = projects, treat_none_as_null = true)]
pub(crate) struct Project {
    pub(crate) id: Id,
    pub(crate) code: Option<String>,
    pub(crate) name: String,
    /// Name, code and enterprise as searched.
    pub(crate) folded: String,
    pub(crate) region: Region,
    pub(crate) industry: Option<String>,
    pub(crate) enterprise_name: Option<String>,
    pub(crate) credit_code: Option<String>,
    pub(crate) total_investment_yuan: Option<Yuan>,
    pub(crate) content: Option<String>,
    pub(crate) planned_start_on: Option<Day>,
    pub(crate) planned_finish_on: Option<Day>,
    pub(crate) state: State,
    pub(crate) stage: Stage,
    /// JSON list of warnings.
    pub(crate) warnings: String,
    pub(crate) plan_id: Option<Id>,
    pub(crate) leader_id: Option<Id>,
    pub(crate) team_id: Option<Id>,
    pub(crate) schedule_id: Option<Id>,
    pub(crate) owner_id: Option<Id>,
    pub(crate) launched_on: Option<Day>,
    pub(crate) opening_total_yuan: Option<Yuan>,
    pub(crate) opening_year_yuan: Option<Yuan>,
    /// The year in which `opening_year_yuan` was invested.
    pub(crate) opening_year: Option<i64>,
    pub(crate) closed_on: Option<Day>,
    pub(crate) created_at: Moment,
    pub(crate) updated_at: Moment,
    pub(crate) version: i64,
}

impl Project {
    /// Returns where acts on this project take place.
    pub(crate) fn place(&self) -> Place {
        Place {
            region: self.region,
            project: Some(self.id),
            holder: None,
        }
    }
}

/// A condition on the projects table; a type of its own, so that it holds in joins and sub-selects
/// too.
pub(crate) type InScope =
    dsl::Or<dsl::Between<projects::region, Region, Region>, dsl::EqAny<projects::id, Vec<Id>>>;

/// Returns the condition that a project lies in a scope; it belongs on every query that reads or
/// joins projects.
pub(crate) fn in_scope(scope: &Scope) -> InScope {
    let (first, last) = scope.range();
    let by_part = projects::id.eq_any(scope.projects.clone());
    projects::region.between(first, last).or(by_part)
}

/// Returns one project in scope.
///
/// # Errors
/// 404 `project.missing` when there is none, or none in scope.
pub(crate) fn get(conn: &mut Conn, scope: &Scope, id: Id) -> Result<Project> {
    let project = projects::table
        .filter(projects::id.eq(id))
        .filter(in_scope(scope))
        .select(Project::as_select())
        .first(conn)
        .optional()?;
    project.ok_or_else(|| Refused::new(Kind::Missing, "project.missing").into())
}

/// Writes a new project.
pub(super) fn insert(conn: &mut Conn, project: &Project) -> Result<()> {
    diesel::insert_into(projects::table)
        .values(project)
        .execute(conn)?;
    Ok(())
}

/// Writes a changed project and returns it with its next version. The caller read it in this unit,
/// so that its version is the one there is.
///
/// # Errors
/// 412 `version.stale` when somebody was faster.
pub(crate) fn save(conn: &mut Conn, project: &Project, now: Moment) -> Result<Project> {
    let next = Project {
        version: project.version.saturating_add(1),
        updated_at: now,
        ..project.clone()
    };
    let seen = projects::table.filter(
        projects::id
            .eq(project.id)
            .and(projects::version.eq(project.version)),
    );
    let written = diesel::update(seen).set(&next).execute(conn)?;
    if written == 0 {
        return Err(Refused::new(Kind::Stale, "version.stale").into());
    }
    Ok(next)
}

/// Writes the pillar columns alone. The project's version stays: each pillar has its own, and who
/// edits the project's fields is not disturbed by a new team.
pub(super) fn save_pillars(conn: &mut Conn, project: &Project, now: Moment) -> Result<()> {
    diesel::update(projects::table.find(project.id))
        .set((
            projects::plan_id.eq(project.plan_id),
            projects::leader_id.eq(project.leader_id),
            projects::team_id.eq(project.team_id),
            projects::owner_id.eq(project.owner_id),
            projects::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Fills the schedule's pillar while the schedule has no gap, empties it otherwise. The database
/// refuses to empty it outside draft and withdrawn.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn fill_schedule(
    conn: &mut Conn,
    project: Id,
    schedule: Option<Id>,
    now: Moment,
) -> Result<()> {
    diesel::update(projects::table.find(project))
        .set((
            projects::schedule_id.eq(schedule),
            projects::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Tells whether a code is in use by another project, in scope or not.
pub(super) fn code_is_taken(conn: &mut Conn, code: &str, except: Option<Id>) -> Result<bool> {
    let holder: Option<Id> = projects::table
        .filter(projects::code.eq(code))
        .select(projects::id)
        .first(conn)
        .optional()?;
    Ok(holder.is_some() && holder != except)
}
