//! Reports of many projects at once: lists and counts, always within a scope, and by a fixed few
//! queries however many projects there are.

use std::collections::BTreeMap;

use diesel::dsl::{count_star, exists, min, not};
use diesel::expression::BoxableExpression;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::rules::{State, Window};
use super::store::Report;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::time::Moment;
use crate::kernel::time::{Day, Quarter, Zone};
use crate::people::caller::Scope;
use crate::projects::{self, State as ProjectState};
use crate::store::schema::{pauses, projects as project_rows, reports};
use crate::store::{Conn, MultiBackend};

/// A condition on the projects table.
pub(super) type Condition =
    Box<dyn BoxableExpression<project_rows::table, MultiBackend, SqlType = Bool>>;

/// Returns the condition that a project owes the report of a quarter: [`super::rules::is_expected`]
/// as the database asks it.
pub(super) fn expected(window: &Window, today: Day) -> Condition {
    let (last_day, due_on) = (window.quarter.last_day(), window.due_on.on);
    let launched = project_rows::launched_on
        .is_not_null()
        .and(project_rows::launched_on.assume_not_null().le(last_day));
    if today <= due_on {
        return Box::new(launched.and(project_rows::state.eq(ProjectState::Active)));
    }
    let closed = project_rows::closed_on
        .is_not_null()
        .and(project_rows::closed_on.assume_not_null().le(due_on));
    let pause = pauses::table
        .filter(pauses::project_id.eq(project_rows::id))
        .filter(pauses::from_on.le(due_on))
        .filter(
            pauses::ended_on
                .is_null()
                .or(pauses::ended_on.assume_not_null().gt(due_on)),
        );
    let dispatched = [
        ProjectState::Active,
        ProjectState::Paused,
        ProjectState::Closed,
    ];
    Box::new(
        launched
            .and(project_rows::state.eq_any(dispatched))
            .and(not(closed))
            .and(not(exists(pause))),
    )
}

/// What is wanted of a list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub(crate) quarter: Option<Quarter>,
    pub(crate) region: Option<Region>,
    pub(crate) state: Option<State>,
    pub(crate) late: Option<bool>,
}

/// The reports of one quarter as a list asks for them.
pub(super) struct Wanted<'a> {
    pub(super) window: &'a Window,
    pub(super) filter: &'a Filter,
    pub(super) zone: Zone,
    pub(super) now: Moment,
}

/// A project as a list of reports names it.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Named {
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) region: Region,
}

impl Wanted<'_> {
    /// Returns today in the site's zone.
    pub(super) fn today(&self) -> Day {
        self.zone.day_of(self.now)
    }

    /// Returns the condition that a project has such a report of the quarter.
    pub(super) fn report(&self, condition: ReportCondition) -> Condition {
        let quarter = self.window.quarter;
        let of = reports::table
            .filter(reports::project_id.eq(project_rows::id))
            .filter(reports::quarter.eq(quarter));
        match condition {
            ReportCondition::Any => Box::new(exists(of)),
            ReportCondition::In(state) => Box::new(exists(of.filter(reports::state.eq(state)))),
            ReportCondition::Filed => {
                Box::new(exists(of.filter(reports::first_submitted_at.is_not_null())))
            }
            ReportCondition::Late(late) => Box::new(exists(
                of.filter(reports::late.eq(Some(late)).assume_not_null()),
            )),
        }
    }

    fn conditions(&self) -> Vec<Condition> {
        let mut all: Vec<Condition> = Vec::new();
        let is_expected = || expected(self.window, self.today());
        let report = |condition| self.report(condition);
        let of_state: Condition = match self.filter.state {
            None => Box::new(is_expected().or(report(ReportCondition::Any))),
            Some(State::Missing) => Box::new(is_expected().and(not(report(ReportCondition::Any)))),
            Some(state) => report(ReportCondition::In(state)),
        };
        all.push(of_state);
        // What is not handed in is late once the due day has passed, if it was expected.
        let is_over = self.zone.end_of(self.window.due_on.on) < self.now;
        if let Some(late) = self.filter.late {
            let filed = report(ReportCondition::Late(late));
            let unfiled = not(report(ReportCondition::Filed));
            all.push(match (late, is_over) {
                (true, true) => Box::new(filed.or(unfiled.and(is_expected()))),
                (false, true) => Box::new(filed.or(unfiled.and(not(is_expected())))),
                (true, false) => filed,
                (false, false) => Box::new(filed.or(unfiled)),
            });
        }
        if let Some(region) = self.filter.region {
            let (first, last) = region.reach();
            all.push(Box::new(project_rows::region.between(first, last)));
        }
        all
    }

    /// Returns projects in scope whose report of the quarter is wanted, by id, after `after`.
    pub(super) fn page(
        &self,
        conn: &mut Conn,
        scope: &Scope,
        after: Option<Id>,
        limit: i64,
    ) -> Result<Vec<Named>> {
        let mut query = project_rows::table
            .filter(projects::in_scope(scope))
            .order(project_rows::id)
            .limit(limit)
            .select((project_rows::id, project_rows::name, project_rows::region))
            .into_boxed();
        for condition in self.conditions() {
            query = query.filter(condition);
        }
        if let Some(after) = after {
            query = query.filter(project_rows::id.gt(after));
        }
        Ok(query.load(conn)?)
    }

    /// Returns how many there are in all.
    pub(super) fn count(&self, conn: &mut Conn, scope: &Scope) -> Result<i64> {
        let mut query = project_rows::table
            .filter(projects::in_scope(scope))
            .select(count_star())
            .into_boxed();
        for condition in self.conditions() {
            query = query.filter(condition);
        }
        Ok(query.first(conn)?)
    }
}

/// What is asked of a report.
#[derive(Clone, Copy)]
pub(super) enum ReportCondition {
    Any,
    In(State),
    Filed,
    Late(bool),
}

/// Returns the day on which the first project in scope was launched.
pub(super) fn first_launch(conn: &mut Conn, scope: &Scope) -> Result<Option<Day>> {
    Ok(project_rows::table
        .filter(projects::in_scope(scope))
        .select(min(project_rows::launched_on))
        .first(conn)?)
}

/// Returns which of some projects owe the report of a quarter.
pub(super) fn expected_among(
    conn: &mut Conn,
    window: &Window,
    today: Day,
    projects: &[Id],
) -> Result<Vec<Id>> {
    Ok(project_rows::table
        .filter(project_rows::id.eq_any(projects.to_vec()))
        .filter(expected(window, today))
        .select(project_rows::id)
        .load(conn)?)
}

/// Returns the begun reports of some projects and quarters.
pub(super) fn of_projects(
    conn: &mut Conn,
    projects: &[Id],
    quarters: &[Quarter],
) -> Result<BTreeMap<(Quarter, Id), Report>> {
    let rows: Vec<Report> = reports::table
        .filter(reports::project_id.eq_any(projects.to_vec()))
        .filter(reports::quarter.eq_any(quarters.to_vec()))
        .select(Report::as_select())
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|row| ((row.quarter, row.project_id), row))
        .collect())
}
