//! The matrix: which project has filed for which quarter, read by a fixed few queries however many
//! projects and quarters there are, and only over what the reader may see.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::lists::Named;
use super::rules::{self, Life, State, Window};
use super::views::ProjectRef;
use crate::calendars;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::page::{Page, Paging};
use crate::kernel::refused::{Kind, Refused};
use crate::kernel::time::{Day, Moment, Quarter};
use crate::people::caller::{Caller, Scope};
use crate::projects::{self, State as ProjectState};
use crate::settings::Settings;
use crate::store::schema::{pauses, projects as project_rows, reports};
use crate::store::{Conn, MultiBackend};

/// Names the matrix in its cursors.
pub(super) const LIST: &str = "report_matrix";
/// Most quarters of one matrix: five years, as far as a screen can be read.
const MOST_QUARTERS: i64 = 20;
/// Quarters of a matrix whose bounds nobody named: a year.
const USUAL_QUARTERS: i64 = 4;

/// Which part of the matrix is wanted.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    /// The first quarter.
    pub(super) from: Option<Quarter>,
    /// The last quarter; the latest whose window has opened unless it is named.
    pub(super) to: Option<Quarter>,
    /// A region, meaning its reach.
    pub(super) region: Option<Region>,
    pub(super) industry: Option<String>,
}

/// The days of one quarter of the matrix.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportMatrixQuarter)]
struct Column {
    quarter: Quarter,
    opens_on: Day,
    due_on: Day,
    locks_on: Day,
    /// Whether one of the days may still move.
    provisional: bool,
}

/// How the report of one project and quarter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ReportMatrixCell)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what rates are counted of, one fact each"
)]
pub(super) struct Cell {
    pub(super) quarter: Quarter,
    pub(super) state: State,
    /// Whether the project owes it; nothing is owed before the window opens.
    pub(super) expected: bool,
    /// Handed in at least once.
    pub(super) filed: bool,
    /// First handed in by the due day.
    pub(super) on_time: bool,
    /// Given back and not handed in again.
    pub(super) returned: bool,
    /// Reviewed and taken.
    pub(super) accepted: bool,
    /// Expected and never handed in.
    pub(super) missing: bool,
}

impl Cell {
    fn of(quarter: Quarter, expected: bool, report: Option<(State, Option<bool>)>) -> Self {
        let (state, late) = report.unwrap_or((State::Missing, None));
        Self {
            quarter,
            state,
            expected,
            filed: late.is_some(),
            on_time: late == Some(false),
            returned: state == State::Returned,
            accepted: state == State::Accepted,
            missing: expected && late.is_none(),
        }
    }
}

/// One project of the matrix.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportMatrixRow)]
pub(super) struct Line {
    project: ProjectRef,
    industry: Option<String>,
    /// One for each quarter, in their order.
    pub(super) cells: Vec<Cell>,
}

/// A page of the matrix: projects under dispatch in one of the quarters, each with every quarter.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportMatrix)]
pub(super) struct Matrix {
    quarters: Vec<Column>,
    #[serde(flatten)]
    pub(super) page: Page<Line>,
}

/// Returns a page of the matrix, by project.
///
/// # Errors
/// 400 `report.matrix_reversed` when it ends before it begins, `report.matrix_too_wide` beyond 20
/// quarters.
pub(super) fn matrix(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    asked: &Asked,
    paging: &Paging,
    now: Moment,
) -> Result<Matrix> {
    let calendar = calendars::load(conn)?;
    let today = settings.site.zone.day_of(now);
    let latest = rules::latest_opened(today, &calendar, &settings.reports);
    let quarters = span(asked, latest)?;
    let windows: Vec<Window> = quarters
        .iter()
        .map(|quarter| rules::window(*quarter, &calendar, &settings.reports))
        .collect();
    let total = if paging.with_total {
        let rows = wanted(&by.scope, asked, &quarters);
        Some(rows.count().get_result(conn)?)
    } else {
        None
    };
    let page = paging.page(
        LIST,
        page(conn, &by.scope, asked, &quarters, paging)?,
        total,
        |row| vec![row.id.to_string()],
    );
    let ids: Vec<Id> = page.items.iter().map(|row| row.id).collect();
    let reports = reports_of(conn, &ids, &quarters)?;
    let pauses = pauses_of(conn, &ids)?;
    let page = page.map(|row| {
        let life = Life {
            state: row.state,
            launched_on: row.launched_on,
            closed_on: row.closed_on,
            pauses: pauses.get(&row.id).cloned().unwrap_or_default(),
        };
        let own = reports.get(&row.id);
        let cell = |window: &Window| {
            let is_open = window.has_opened(today);
            let expected = is_open && rules::is_expected(&life, window, today);
            let report = own.and_then(|own| own.iter().find(|(of, ..)| *of == window.quarter));
            let report = report.map(|(_, state, late)| (*state, *late));
            Cell::of(window.quarter, expected, report)
        };
        let cells = windows.iter().map(cell).collect();
        let project = Named {
            id: row.id,
            name: row.name,
            region: row.region,
        };
        Line {
            project: ProjectRef::of(&project),
            industry: row.industry,
            cells,
        }
    });
    let quarters = windows.iter().map(|window| Column {
        quarter: window.quarter,
        opens_on: window.opens_on.on,
        due_on: window.due_on.on,
        locks_on: window.locks_on.on,
        provisional: window.is_provisional(),
    });
    Ok(Matrix {
        quarters: quarters.collect(),
        page,
    })
}

/// The quarters asked for, oldest first.
fn span(asked: &Asked, latest: Quarter) -> Result<Vec<Quarter>> {
    let to = asked
        .to
        .unwrap_or_else(|| asked.from.map_or(latest, |from| latest.max(from)));
    let usual = || {
        let earlier = std::iter::successors(Some(to), |quarter| Some(quarter.previous()));
        let count = usize::try_from(USUAL_QUARTERS).unwrap_or_default();
        earlier.take(count).last().unwrap_or(to)
    };
    let from = asked.from.unwrap_or_else(usual);
    let count = from.quarters_until(to).saturating_add(1);
    let refuse = |code| {
        Err(Refused::new(Kind::Malformed, code)
            .with("from", from)
            .with("to", to)
            .with("most", MOST_QUARTERS)
            .into())
    };
    if count < 1 {
        return refuse("report.matrix_reversed");
    }
    if count > MOST_QUARTERS {
        return refuse("report.matrix_too_wide");
    }
    let next = |quarter: &Quarter| Some(quarter.next()).filter(|_| *quarter < to);
    Ok(std::iter::successors(Some(from), next).collect())
}

/// A project as the matrix looks at it.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = project_rows)]
struct Row {
    id: Id,
    name: String,
    region: Region,
    industry: Option<String>,
    state: ProjectState,
    launched_on: Option<Day>,
    closed_on: Option<Day>,
}

fn wanted(
    scope: &Scope,
    asked: &Asked,
    quarters: &[Quarter],
) -> project_rows::BoxedQuery<'static, MultiBackend> {
    let dispatched = [
        ProjectState::Active,
        ProjectState::Paused,
        ProjectState::Closed,
    ];
    let mut query = project_rows::table
        .filter(projects::in_scope(scope))
        .filter(project_rows::state.eq_any(dispatched))
        .into_boxed();
    if let (Some(first), Some(last)) = (quarters.first(), quarters.last()) {
        let closed_later = project_rows::closed_on.ge(first.first_day());
        query = query
            .filter(project_rows::launched_on.le(last.last_day()))
            .filter(
                project_rows::closed_on
                    .is_null()
                    .nullable()
                    .or(closed_later),
            );
    }
    if let Some(region) = asked.region {
        let (first, last) = region.reach();
        query = query.filter(project_rows::region.between(first, last));
    }
    if let Some(industry) = &asked.industry {
        query = query.filter(project_rows::industry.eq(industry.clone()));
    }
    query
}

fn page(
    conn: &mut Conn,
    scope: &Scope,
    asked: &Asked,
    quarters: &[Quarter],
    paging: &Paging,
) -> Result<Vec<Row>> {
    let mut query = wanted(scope, asked, quarters)
        .order(project_rows::id)
        .limit(paging.limit.saturating_add(1))
        .select(Row::as_select());
    if let Some(after) = paging.key(0) {
        let wrong = |_| Refused::new(Kind::Malformed, "query.cursor");
        let after: Id = after.parse().map_err(wrong)?;
        query = query.filter(project_rows::id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// Quarter, state, and whether the first submission was late, of every report of some projects that
/// was begun; all of it stands in one index.
type Reports = BTreeMap<Id, Vec<(Quarter, State, Option<bool>)>>;

fn reports_of(conn: &mut Conn, ids: &[Id], quarters: &[Quarter]) -> Result<Reports> {
    let (Some(first), Some(last)) = (quarters.first(), quarters.last()) else {
        return Ok(Reports::new());
    };
    let rows: Vec<(Id, Quarter, State, Option<bool>)> = reports::table
        .filter(reports::project_id.eq_any(ids.to_vec()))
        .filter(reports::quarter.between(*first, *last))
        .select((
            reports::project_id,
            reports::quarter,
            reports::state,
            reports::late,
        ))
        .load(conn)?;
    let mut found = Reports::new();
    for (project, quarter, state, late) in rows {
        let own = found.entry(project).or_default();
        own.push((quarter, state, late));
    }
    Ok(found)
}

/// The pauses of some projects, each from its first day to the day it ended.
type Pauses = BTreeMap<Id, Vec<(Day, Option<Day>)>>;

fn pauses_of(conn: &mut Conn, ids: &[Id]) -> Result<Pauses> {
    let rows: Vec<(Id, Day, Option<Day>)> = pauses::table
        .filter(pauses::project_id.eq_any(ids.to_vec()))
        .select((pauses::project_id, pauses::from_on, pauses::ended_on))
        .load(conn)?;
    let mut found = Pauses::new();
    for (project, from, ended) in rows {
        found.entry(project).or_default().push((from, ended));
    }
    Ok(found)
}
