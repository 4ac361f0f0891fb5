//! The project row, always read within a scope.

use diesel::expression::BoxableExpression;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::stage::Stage;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::money::Yuan;
use crate::kernel::refused::{Kind, Refused};
use crate::kernel::time::{Day, Moment};
use crate::people::caller::{Place, Scope};
use crate::store::Conn;
use crate::store::MultiBackend;
use crate::store::schema::projects;

crate::text_column!(Stage);

crate::words! {
    /// The state of a project.
    pub(crate) enum State {
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
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = projects, treat_none_as_null = true)]
pub(crate) struct Project {
    pub(crate) id: Id,
    pub(crate) code: Option<String>,
    pub(crate) name: String,
    /// The name as searched: lower case, full-width folded.
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

/// A condition on the projects table.
pub(crate) type InScope = Box<dyn BoxableExpression<projects::table, MultiBackend, SqlType = Bool>>;

/// Returns the condition that a project lies in a scope; it belongs on every query that reads or
/// joins projects.
pub(crate) fn in_scope(scope: &Scope) -> InScope {
    let by_part = projects::id.eq_any(scope.projects.clone());
    match scope.reach {
        Some(reach) => {
            let (first, last) = reach.reach();
            Box::new(projects::region.between(first, last).or(by_part))
        }
        None => Box::new(by_part),
    }
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
