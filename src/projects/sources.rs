//! Where imported projects came from: the table of their lists' own numbers and raw rows, and what
//! of a list is known already.

use std::collections::HashMap;

use diesel::prelude::*;

use super::store::{Project, in_scope};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::refused::{Kind, Refused};
use crate::people::caller::Scope;
use crate::store::Conn;
use crate::store::schema::{project_sources, projects};

/// What of a list is in the database already; read once for the whole list.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The projects of these codes, in scope or not.
    pub(super) codes: HashMap<String, Id>,
    /// The projects this source knows by a number, in scope or not, with the raw row of then.
    pub(super) numbers: HashMap<String, (Id, String)>,
    /// The number this source knows a project by.
    pub(super) numbered: HashMap<Id, String>,
    /// Every project in scope one of the rows may mean.
    pub(super) projects: HashMap<Id, Project>,
    /// Those projects by their names.
    pub(super) names: HashMap<String, Vec<Id>>,
}

/// Returns the name a list is kept under: two counties may both have a list "projects" with a row 1,
/// so each importer's reach has its own.
pub(super) fn kept_as(home: Region, source: &str) -> String {
    format!("{home}/{source}")
}

/// Returns the project in scope a list knows by a number; `home` is the reach of its importer.
///
/// # Errors
/// 404 `project.missing`.
pub(crate) fn of_source(
    conn: &mut Conn,
    scope: &Scope,
    (home, source): (Region, &str),
    number: &str,
) -> Result<Project> {
    let source = kept_as(home, source);
    let project = projects::table
        .inner_join(project_sources::table.on(project_sources::project_id.eq(projects::id)))
        .filter(
            project_sources::source
                .eq(source)
                .and(project_sources::number.eq(number)),
        )
        .filter(in_scope(scope))
        .select(Project::as_select())
        .first(conn)
        .optional()?;
    project.ok_or_else(|| Refused::new(Kind::Missing, "project.missing").into())
}

/// Reads what is known of the codes, numbers and names of a list.
pub(super) fn known(
    conn: &mut Conn,
    scope: &Scope,
    source: &str,
    codes: Vec<String>,
    numbers: Vec<String>,
    names: Vec<String>,
) -> Result<Known> {
    let by_code: Vec<(Option<String>, Id)> = projects::table
        .filter(projects::code.eq_any(codes))
        .select((projects::code, projects::id))
        .load(conn)?;
    let by_number: Vec<(String, Id, String)> = project_sources::table
        .filter(project_sources::source.eq(source))
        .filter(project_sources::number.eq_any(numbers))
        .select((
            project_sources::number,
            project_sources::project_id,
            project_sources::raw,
        ))
        .load(conn)?;
    let mut ids: Vec<Id> = by_code.iter().map(|(_, id)| *id).collect();
    ids.extend(by_number.iter().map(|(_, id, _)| *id));
    let meant: Vec<Project> = projects::table
        .filter(in_scope(scope))
        .filter(projects::id.eq_any(ids).or(projects::name.eq_any(names)))
        .select(Project::as_select())
        .load(conn)?;
    let ids: Vec<Id> = meant.iter().map(|project| project.id).collect();
    let numbered: Vec<(Id, String)> = project_sources::table
        .filter(project_sources::source.eq(source))
        .filter(project_sources::project_id.eq_any(ids))
        .select((project_sources::project_id, project_sources::number))
        .load(conn)?;
    let mut names: HashMap<String, Vec<Id>> = HashMap::new();
    for project in &meant {
        let same = names.entry(project.name.clone()).or_default();
        same.push(project.id);
    }
    Ok(Known {
        names,
        codes: by_code
            .into_iter()
            .filter_map(|(code, id)| Some((code?, id)))
            .collect(),
        numbers: by_number
            .into_iter()
            .map(|(number, id, raw)| (number, (id, raw)))
            .collect(),
        numbered: numbered.into_iter().collect(),
        projects: meant
            .into_iter()
            .map(|project| (project.id, project))
            .collect(),
    })
}

/// Keeps the row a project came from, in place of an older one of that number.
pub(super) fn keep(
    conn: &mut Conn,
    source: &str,
    number: &str,
    project: Id,
    raw: &str,
    is_known: bool,
) -> Result<()> {
    if is_known {
        diesel::update(project_sources::table.find((source, number)))
            .set(project_sources::raw.eq(raw))
            .execute(conn)?;
    } else {
        diesel::insert_into(project_sources::table)
            .values((
                project_sources::source.eq(source),
                project_sources::number.eq(number),
                project_sources::project_id.eq(project),
                project_sources::raw.eq(raw),
            ))
            .execute(conn)?;
    }
    Ok(())
}
