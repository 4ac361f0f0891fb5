//! The tables of reports: the row of a quarter, and the versions that were handed in.

use std::collections::HashMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::content::Content;
use super::rules::{Filed, Standing, State};
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::refused::{Kind, Refused};
use crate::kernel::time::{Moment, Quarter};
use crate::store::Conn;
use crate::store::schema::{report_versions, reports};

/// A row of the table.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = reports, treat_none_as_null = true)]
pub(super) struct Report {
    pub(super) id: Id,
    pub(super) project_id: Id,
    pub(super) quarter: Quarter,
    pub(super) state: State,
    /// The version in force; 0 until something was handed in.
    pub(super) number: i64,
    /// JSON of what is written and not handed in.
    pub(super) draft: Option<String>,
    pub(super) first_submitted_at: Option<Moment>,
    pub(super) submitted_at: Option<Moment>,
    /// Whether the first submission was late; it stays so.
    pub(super) late: Option<bool>,
    pub(super) filed_by: Option<Id>,
    pub(super) reviewed_by: Option<Id>,
    pub(super) reviewed_at: Option<Moment>,
    pub(super) correction_reason: Option<String>,
    pub(super) correction_by: Option<Id>,
    pub(super) correction_at: Option<Moment>,
    pub(super) created_at: Moment,
    pub(super) updated_at: Moment,
    pub(super) version: i64,
}

impl Report {
    /// Returns the row of a report that is begun now.
    pub(super) fn begun(project: Id, quarter: Quarter, now: Moment) -> Self {
        Self {
            id: Id::new(),
            project_id: project,
            quarter,
            state: State::Draft,
            number: 0,
            draft: None,
            first_submitted_at: None,
            submitted_at: None,
            late: None,
            filed_by: None,
            reviewed_by: None,
            reviewed_at: None,
            correction_reason: None,
            correction_by: None,
            correction_at: None,
            created_at: now,
            updated_at: now,
            version: 0,
        }
    }

    /// Returns how it stands before a deed.
    pub(super) fn standing(&self) -> Standing {
        Standing {
            state: self.state,
            has_draft: self.draft.is_some(),
            correction_granted: self.correction_at.is_some(),
        }
    }

    /// Returns the draft.
    ///
    /// # Errors
    /// A column that does not hold a report's content.
    pub(super) fn draft(&self) -> Result<Option<Content>> {
        self.draft.as_deref().map(read).transpose()
    }
}

crate::words! {
    /// How the review of a version ended.
    pub(crate) enum Outcome as "ReviewOutcome" {
        /// Taken.
        Accepted = "accepted",
        /// Given back.
        Returned = "returned",
    }
}

/// One thing that is wrong with a returned report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReturnReason)]
pub(crate) struct Reason {
    /// JSON pointer to the field, empty for the whole report.
    #[schema(max_length = 200)]
    pub(crate) pointer: String,
    /// What is wrong there.
    #[schema(max_length = 2000)]
    pub(crate) note: String,
}

/// One version that was handed in. Its content never changes; its review is written once.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = report_versions)]
pub(super) struct Version {
    pub(super) id: Id,
    pub(super) report_id: Id,
    pub(super) number: i64,
    /// JSON of the content.
    pub(super) content: String,
    pub(super) submitted_at: Moment,
    pub(super) filed_by: Option<Id>,
    pub(super) version_reason: Option<String>,
    pub(super) outcome: Option<Outcome>,
    /// JSON of the reasons of a return.
    pub(super) reasons: Option<String>,
    pub(super) reviewed_by: Option<Id>,
    pub(super) reviewed_at: Option<Moment>,
}

/// Reads what a column holds as JSON.
pub(super) fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(Error::broken)
}

/// Writes a value as a column holds it.
pub(super) fn written(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(Error::broken)
}

/// Returns the report of a project and quarter, if it was begun. The caller has seen the project in
/// scope.
pub(super) fn find(conn: &mut Conn, project: Id, quarter: Quarter) -> Result<Option<Report>> {
    Ok(reports::table
        .filter(reports::project_id.eq(project))
        .filter(reports::quarter.eq(quarter))
        .select(Report::as_select())
        .first(conn)
        .optional()?)
}

/// Returns every report of a project that was begun, newest first.
pub(super) fn of_project(conn: &mut Conn, project: Id) -> Result<Vec<Report>> {
    Ok(reports::table
        .filter(reports::project_id.eq(project))
        .order(reports::quarter.desc())
        .select(Report::as_select())
        .load(conn)?)
}

/// Writes a report with its next version: a new row, or the row as it was read in this unit.
///
/// # Errors
/// 412 `version.stale` when somebody was faster.
pub(super) fn save(conn: &mut Conn, report: &Report, now: Moment) -> Result<Report> {
    let next = Report {
        version: report.version.saturating_add(1),
        updated_at: now,
        ..report.clone()
    };
    if report.version == 0 {
        diesel::insert_into(reports::table)
            .values(&next)
            .execute(conn)?;
        return Ok(next);
    }
    let seen = reports::table
        .filter(reports::id.eq(report.id))
        .filter(reports::version.eq(report.version));
    match diesel::update(seen).set(&next).execute(conn)? {
        0 => Err(Refused::new(Kind::Stale, "version.stale").into()),
        _ => Ok(next),
    }
}

/// Writes a version that is handed in.
pub(super) fn add_version(conn: &mut Conn, version: &Version) -> Result<()> {
    diesel::insert_into(report_versions::table)
        .values(version)
        .execute(conn)?;
    Ok(())
}

/// Writes the outcome of the review of the version in force.
pub(super) fn review(
    conn: &mut Conn,
    report: &Report,
    outcome: Outcome,
    reasons: Option<&[Reason]>,
    (by, now): (Option<Id>, Moment),
) -> Result<()> {
    let reasons = reasons.map(|reasons| written(&reasons)).transpose()?;
    let version = report_versions::table
        .filter(report_versions::report_id.eq(report.id))
        .filter(report_versions::number.eq(report.number))
        .filter(report_versions::outcome.is_null());
    diesel::update(version)
        .set((
            report_versions::outcome.eq(Some(outcome)),
            report_versions::reasons.eq(reasons),
            report_versions::reviewed_by.eq(by),
            report_versions::reviewed_at.eq(Some(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Returns the versions of a report, oldest first.
pub(super) fn versions_of(conn: &mut Conn, report: Id) -> Result<Vec<Version>> {
    Ok(report_versions::table
        .filter(report_versions::report_id.eq(report))
        .order(report_versions::number)
        .select(Version::as_select())
        .load(conn)?)
}

/// Returns what is in force of some reports; those never handed in are not among them.
pub(super) fn in_force(conn: &mut Conn, ids: &[Id]) -> Result<HashMap<Id, Content>> {
    let in_force = report_versions::report_id
        .eq(reports::id)
        .and(report_versions::number.eq(reports::number));
    let rows: Vec<(Id, String)> = reports::table
        .inner_join(report_versions::table.on(in_force))
        .filter(reports::id.eq_any(ids.to_vec()))
        .select((reports::id, report_versions::content))
        .load(conn)?;
    let read = rows
        .into_iter()
        .map(|(id, content)| Ok((id, read(&content)?)));
    read.collect()
}

/// Returns the same of some projects, at most `limit` of each.
pub(super) fn filed_before_of(
    conn: &mut Conn,
    projects: &[Id],
    quarter: Quarter,
    limit: i64,
) -> Result<HashMap<Id, Vec<Filed>>> {
    let in_force = report_versions::report_id
        .eq(reports::id)
        .and(report_versions::number.eq(reports::number));
    let rows: Vec<(Id, Quarter, String)> = reports::table
        .inner_join(report_versions::table.on(in_force))
        .filter(reports::project_id.eq_any(projects.to_vec()))
        .filter(reports::quarter.lt(quarter))
        .filter(reports::state.eq_any([State::Submitted, State::Accepted]))
        .order((reports::project_id, reports::quarter.desc()))
        .select((
            reports::project_id,
            reports::quarter,
            report_versions::content,
        ))
        .load(conn)?;
    let limit = usize::try_from(limit).unwrap_or_default();
    let mut latest: HashMap<Id, Vec<Filed>> = HashMap::new();
    for (project, quarter, content) in rows {
        let of_project = latest.entry(project).or_default();
        if of_project.len() < limit {
            of_project.push(filed((quarter, content))?);
        }
    }
    Ok(latest)
}

/// Returns the latest reports of earlier quarters that are submitted or accepted, the latest first.
pub(super) fn filed_before(
    conn: &mut Conn,
    project: Id,
    quarter: Quarter,
    limit: i64,
) -> Result<Vec<Filed>> {
    let in_force = report_versions::report_id
        .eq(reports::id)
        .and(report_versions::number.eq(reports::number));
    let rows: Vec<(Quarter, String)> = reports::table
        .inner_join(report_versions::table.on(in_force))
        .filter(reports::project_id.eq(project))
        .filter(reports::quarter.lt(quarter))
        .filter(reports::state.eq_any([State::Submitted, State::Accepted]))
        .order(reports::quarter.desc())
        .limit(limit)
        .select((reports::quarter, report_versions::content))
        .load(conn)?;
    rows.into_iter().map(filed).collect()
}

/// Returns the reports of later quarters that are submitted or accepted, by quarter.
pub(super) fn filed_after(conn: &mut Conn, project: Id, quarter: Quarter) -> Result<Vec<Filed>> {
    let in_force = report_versions::report_id
        .eq(reports::id)
        .and(report_versions::number.eq(reports::number));
    let rows: Vec<(Quarter, String)> = reports::table
        .inner_join(report_versions::table.on(in_force))
        .filter(reports::project_id.eq(project))
        .filter(reports::quarter.gt(quarter))
        .filter(reports::state.eq_any([State::Submitted, State::Accepted]))
        .order(reports::quarter)
        .select((reports::quarter, report_versions::content))
        .load(conn)?;
    rows.into_iter().map(filed).collect()
}

fn filed((quarter, content): (Quarter, String)) -> Result<Filed> {
    Ok(Filed {
        quarter,
        content: read(&content)?,
    })
}
