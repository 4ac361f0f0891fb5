//! The tables of schedules: versions, milestones, date changes.

use std::collections::HashMap;

use diesel::prelude::*;

use super::milestone::Milestone;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::{Level, Region};
use crate::kernel::page::{Page, Paging};
use crate::kernel::refused::{Kind, Refused};
use crate::kernel::time::{Day, Moment};
use crate::people::caller::Scope;
use crate::projects;
use crate::store::Conn;
use crate::store::schema;
use crate::store::schema::{date_changes, milestones, schedules};

/// One version of a project's schedule; the highest number is in force.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schedules)]
pub(crate) struct Schedule {
    pub(crate) id: Id,
    pub(crate) project_id: Id,
    pub(crate) number: i64,
    pub(crate) reason: Option<String>,
    pub(crate) made_by: String,
    pub(crate) made_at: Moment,
    /// Moves with every change of the schedule or one of its milestones.
    pub(crate) version: i64,
}

crate::words! {
    /// How far a date change has come.
    pub(crate) enum ChangeState {
        /// Asked for, not decided.
        Open = "open",
        /// The due day moved.
        Granted = "granted",
        /// The due day stays.
        Refused = "refused",
    }
}

/// A request to move the due day of a milestone under dispatch.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = date_changes)]
pub(crate) struct DateChange {
    pub(crate) id: Id,
    pub(crate) project_id: Id,
    pub(crate) milestone_id: Id,
    /// The due day when it was asked for.
    pub(crate) from_on: Day,
    /// The due day asked for.
    pub(crate) due_on: Day,
    pub(crate) reason: String,
    /// The lowest level that may decide it.
    pub(crate) level: Level,
    pub(crate) state: ChangeState,
    pub(crate) asked_by: Option<Id>,
    pub(crate) asked_at: Moment,
    pub(crate) decided_by: Option<Id>,
    pub(crate) decided_at: Option<Moment>,
    pub(crate) decision_reason: Option<String>,
}

/// A date change with its milestone and the name and region of its project.
pub(super) type ChangeRow = (DateChange, Milestone, (String, Region));

/// Returns the version of the schedule in force.
pub(super) fn latest(conn: &mut Conn, project: Id) -> Result<Option<Schedule>> {
    Ok(schedules::table
        .filter(schedules::project_id.eq(project))
        .order(schedules::number.desc())
        .select(Schedule::as_select())
        .first(conn)
        .optional()?)
}

/// Returns the milestones of a project's schedule in their order.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn milestones(conn: &mut Conn, project: Id) -> Result<Vec<Milestone>> {
    Ok(milestones::table
        .filter(
            milestones::project_id
                .eq(project)
                .and(milestones::removed_at.is_null()),
        )
        .order((milestones::position, milestones::id))
        .select(Milestone::as_select())
        .load(conn)?)
}

/// Returns the milestones of some projects' schedules, by project and in their order.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn milestones_of(
    conn: &mut Conn,
    projects: &[Id],
) -> Result<HashMap<Id, Vec<Milestone>>> {
    let rows: Vec<Milestone> = milestones::table
        .filter(milestones::project_id.eq_any(projects.to_vec()))
        .filter(milestones::removed_at.is_null())
        .order((milestones::project_id, milestones::position, milestones::id))
        .select(Milestone::as_select())
        .load(conn)?;
    let mut by_project: HashMap<Id, Vec<Milestone>> = HashMap::new();
    for row in rows {
        by_project.entry(row.project_id).or_default().push(row);
    }
    Ok(by_project)
}

pub(super) fn insert_version(conn: &mut Conn, schedule: &Schedule) -> Result<()> {
    diesel::insert_into(schedules::table)
        .values(schedule)
        .execute(conn)?;
    Ok(())
}

/// Raises the version of a schedule that was read in this unit; returns the new one.
///
/// # Errors
/// 412 `version.stale` when somebody was faster.
pub(super) fn touch(conn: &mut Conn, schedule: &Schedule) -> Result<i64> {
    let next = schedule.version.saturating_add(1);
    let seen = schedules::table.filter(
        schedules::id
            .eq(schedule.id)
            .and(schedules::version.eq(schedule.version)),
    );
    let written = diesel::update(seen)
        .set(schedules::version.eq(next))
        .execute(conn)?;
    if written == 0 {
        return Err(Refused::new(Kind::Stale, "version.stale").into());
    }
    Ok(next)
}

pub(super) fn insert_milestone(conn: &mut Conn, milestone: &Milestone) -> Result<()> {
    diesel::insert_into(milestones::table)
        .values(milestone)
        .execute(conn)?;
    Ok(())
}

pub(super) fn save_milestone(conn: &mut Conn, milestone: &Milestone) -> Result<()> {
    diesel::update(milestones::table.find(milestone.id))
        .set(milestone)
        .execute(conn)?;
    Ok(())
}

pub(super) fn insert_change(conn: &mut Conn, change: &DateChange) -> Result<()> {
    diesel::insert_into(date_changes::table)
        .values(change)
        .execute(conn)?;
    Ok(())
}

/// Returns the milestones of a project whose date change is not decided.
pub(super) fn changing(conn: &mut Conn, project: Id) -> Result<Vec<Id>> {
    Ok(date_changes::table
        .filter(
            date_changes::project_id
                .eq(project)
                .and(date_changes::state.eq(ChangeState::Open)),
        )
        .order(date_changes::id)
        .select(date_changes::milestone_id)
        .load(conn)?)
}

/// Returns the date changes of a project, of one state or of any, in the order they were asked for.
pub(super) fn changes_of(
    conn: &mut Conn,
    project: Id,
    state: Option<ChangeState>,
) -> Result<Vec<DateChange>> {
    let mut query = date_changes::table
        .filter(date_changes::project_id.eq(project))
        .order((date_changes::asked_at, date_changes::id))
        .select(DateChange::as_select())
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(date_changes::state.eq(state));
    }
    Ok(query.load(conn)?)
}

/// Writes a decision, if nobody decided before; tells whether it did.
pub(super) fn decide(conn: &mut Conn, decided: &DateChange) -> Result<bool> {
    let open = date_changes::table.filter(
        date_changes::id
            .eq(decided.id)
            .and(date_changes::state.eq(ChangeState::Open)),
    );
    let written = diesel::update(open)
        .set((
            date_changes::state.eq(decided.state),
            date_changes::level.eq(decided.level),
            date_changes::decided_by.eq(decided.decided_by),
            date_changes::decided_at.eq(decided.decided_at),
            date_changes::decision_reason.eq(&decided.decision_reason),
        ))
        .execute(conn)?;
    Ok(written == 1)
}

/// Which date changes a list shows.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ChangeFilter {
    pub(crate) state: Option<ChangeState>,
    /// The reach of this region.
    pub(crate) region: Option<Region>,
}

/// Returns one date change in scope.
pub(super) fn find_change(conn: &mut Conn, scope: &Scope, id: Id) -> Result<Option<ChangeRow>> {
    Ok(date_changes::table
        .inner_join(milestones::table.on(milestones::id.eq(date_changes::milestone_id)))
        .inner_join(schema::projects::table.on(schema::projects::id.eq(date_changes::project_id)))
        .filter(date_changes::id.eq(id))
        .filter(projects::in_scope(scope))
        .select((
            DateChange::as_select(),
            Milestone::as_select(),
            (schema::projects::name, schema::projects::region),
        ))
        .first(conn)
        .optional()?)
}

/// Returns the date changes in scope, in the order they were asked for.
pub(super) fn changes(
    conn: &mut Conn,
    scope: &Scope,
    filter: ChangeFilter,
    paging: &Paging,
) -> Result<Page<ChangeRow>> {
    let (first, last) = filter.region.map_or(Region::EVERYWHERE, Region::reach);
    let matching = || {
        date_changes::table
            .inner_join(milestones::table.on(milestones::id.eq(date_changes::milestone_id)))
            .inner_join(
                schema::projects::table.on(schema::projects::id.eq(date_changes::project_id)),
            )
            .filter(projects::in_scope(scope))
            .filter(schema::projects::region.between(first, last))
    };
    let total = if paging.with_total {
        let mut count = matching().count().into_boxed();
        if let Some(state) = filter.state {
            count = count.filter(date_changes::state.eq(state));
        }
        Some(count.get_result(conn)?)
    } else {
        None
    };
    let mut query = matching()
        .order((date_changes::asked_at, date_changes::id))
        .limit(paging.limit.saturating_add(1))
        .select((
            DateChange::as_select(),
            Milestone::as_select(),
            (schema::projects::name, schema::projects::region),
        ))
        .into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(date_changes::state.eq(state));
    }
    if let (Some(at), Some(id)) = (paging.key(0), paging.key(1)) {
        let at = Moment::from_millis(at.parse().unwrap_or_default());
        let id: Id = id.parse().unwrap_or_default();
        let same = date_changes::asked_at.eq(at).and(date_changes::id.gt(id));
        query = query.filter(date_changes::asked_at.gt(at).or(same));
    }
    let rows: Vec<ChangeRow> = query.load(conn)?;
    Ok(paging.page("date_changes", rows, total, |(change, _, _)| {
        vec![change.asked_at.millis().to_string(), change.id.to_string()]
    }))
}
