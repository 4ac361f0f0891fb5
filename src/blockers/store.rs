//! The tables of blockers: the row, and the events of its history.
//!
//! A blocker is seen by who sees its project, and by who has its own place in reach: a department
//! of a county holds the blockers there of a project that spans the city.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::clock::Happened;
use super::rules::{Deed, Refusal, Severity, Side, State};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::{Level, Region};
use crate::kernel::page::{Page, Paging};
use crate::kernel::time::{Day, Moment};
use crate::people::caller::Scope;
use crate::projects::{self, Project};
use crate::reference::{DEVELOPER, LOCAL_GOVERNMENT};
use crate::store::Conn;
use crate::store::schema;
use crate::store::schema::{accounts, blocker_events, blockers};

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = blockers, treat_none_as_null = true)]
pub(crate) struct Blocker {
    pub(crate) id: Id,
    pub(crate) project_id: Id,
    pub(crate) region: Region,
    pub(crate) level: Level,
    /// The region of that level, in which its department is looked for.
    pub(crate) holder_region: Region,
    pub(crate) category: String,
    pub(crate) title: String,
    pub(crate) cause: String,
    pub(crate) severity: Severity,
    pub(crate) side: Option<Side>,
    pub(crate) department: String,
    pub(crate) milestone_id: Option<Id>,
    pub(crate) days_at_risk: Option<i64>,
    pub(crate) wished_outcome: Option<String>,
    pub(crate) state: State,
    pub(crate) handler_id: Option<Id>,
    pub(crate) plan: Option<String>,
    pub(crate) promised_on: Option<Day>,
    pub(crate) outcome: Option<String>,
    pub(crate) document: Option<String>,
    pub(crate) raised_by: String,
    pub(crate) raised_at: Moment,
    pub(crate) accepted_on: Option<Day>,
    pub(crate) resolved_on: Option<Day>,
    pub(crate) closed_on: Option<Day>,
    pub(crate) was_returned: bool,
    /// The day of the next deed owed; [`super::clock::never`] while none is.
    pub(crate) next_due_on: Day,
    pub(crate) accept_due_on: Option<Day>,
    pub(crate) reply_due_on: Option<Day>,
    pub(crate) resolve_due_on: Option<Day>,
    pub(crate) confirm_due_on: Option<Day>,
    /// Moves with every deed; also the number of the deed's event.
    pub(crate) version: i64,
}

/// One event of the history.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = blocker_events)]
pub(crate) struct Event {
    pub(crate) blocker_id: Id,
    pub(crate) number: i64,
    pub(crate) deed: Deed,
    pub(crate) at: Moment,
    pub(crate) on_day: Day,
    pub(crate) actor_id: Option<Id>,
    pub(crate) actor_name: String,
    /// JSON of what came with the deed.
    pub(crate) facts: String,
}

/// Tells whether a scope shows a blocker: the same in Rust as the condition of every query here.
pub(super) fn sees(scope: &Scope, blocker: &Blocker, project: &Project) -> bool {
    scope.has_part_in(project.id) || scope.reaches(project.region) || scope.reaches(blocker.region)
}

/// Writes a new blocker.
pub(super) fn insert(conn: &mut Conn, blocker: &Blocker) -> Result<()> {
    diesel::insert_into(blockers::table)
        .values(blocker)
        .execute(conn)?;
    Ok(())
}

/// Writes a changed blocker over the version it was made from, and returns it with its next one.
///
/// # Errors
/// 409 `blocker.changed_meanwhile` when somebody was faster.
pub(super) fn save(conn: &mut Conn, changed: &Blocker) -> Result<Blocker> {
    let next = Blocker {
        version: changed.version.saturating_add(1),
        ..changed.clone()
    };
    let seen = blockers::table.filter(
        blockers::id
            .eq(changed.id)
            .and(blockers::version.eq(changed.version)),
    );
    if diesel::update(seen).set(&next).execute(conn)? == 0 {
        return Err(Refusal::ChangedMeanwhile.into());
    }
    Ok(next)
}

/// Appends an event to the history.
pub(super) fn append(conn: &mut Conn, event: &Event) -> Result<()> {
    diesel::insert_into(blocker_events::table)
        .values(event)
        .execute(conn)?;
    Ok(())
}

/// Returns one blocker in scope with its project.
///
/// # Errors
/// 404 `blocker.missing` when there is none, or none in scope.
pub(super) fn get(conn: &mut Conn, scope: &Scope, id: Id) -> Result<(Blocker, Project)> {
    let (first, last) = scope.range();
    let found = blockers::table
        .inner_join(schema::projects::table.on(schema::projects::id.eq(blockers::project_id)))
        .filter(blockers::id.eq(id))
        .filter(projects::in_scope(scope).or(blockers::region.between(first, last)))
        .select((Blocker::as_select(), Project::as_select()))
        .first(conn)
        .optional()?;
    found.ok_or_else(|| Refusal::Missing.into())
}

/// Returns the history of a blocker, oldest first.
pub(super) fn events(conn: &mut Conn, blocker: Id) -> Result<Vec<Event>> {
    Ok(blocker_events::table
        .filter(blocker_events::blocker_id.eq(blocker))
        .order(blocker_events::number)
        .select(Event::as_select())
        .load(conn)?)
}

/// Returns what the clock needs of a blocker's history, oldest first.
pub(super) fn happened(conn: &mut Conn, blocker: Id) -> Result<Vec<Happened>> {
    let rows: Vec<(Deed, Day)> = blocker_events::table
        .filter(blocker_events::blocker_id.eq(blocker))
        .filter(blocker_events::deed.ne(Deed::Commented))
        .order(blocker_events::number)
        .select((blocker_events::deed, blocker_events::on_day))
        .load(conn)?;
    let happened = rows.into_iter().map(|(deed, on)| Happened { deed, on });
    Ok(happened.collect())
}

/// Which blockers a list shows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// The reach of this region.
    pub(crate) region: Option<Region>,
    /// Any of these categories.
    pub(crate) categories: Option<Vec<&'static str>>,
    pub(crate) department: Option<String>,
    pub(crate) level: Option<Level>,
    pub(crate) state: Option<State>,
    pub(crate) severity: Option<Severity>,
    /// Whether the next deed is late today.
    pub(crate) overdue: Option<bool>,
    pub(crate) project: Option<Id>,
}

/// Name and number of keys of the list's cursors: by the next day owed, then id.
pub(crate) const CURSOR: (&str, usize) = ("blockers", 2);

/// A blocker of a list, with the name of its project.
pub(crate) type Listed = (Blocker, String);

/// The boxed query of a list's rows, with what is to be selected: a macro, as the type of a boxed
/// query names its selection, and the count selects another.
macro_rules! matching {
    ($scope:expr, $filter:expr, $today:expr, $select:expr) => {{
        let (filter, (first, last)) = ($filter, $scope.range());
        let mut query = blockers::table
            .inner_join(schema::projects::table.on(schema::projects::id.eq(blockers::project_id)))
            .filter(projects::in_scope($scope).or(blockers::region.between(first, last)))
            .select($select)
            .into_boxed();
        if let Some(region) = filter.region {
            let (first, last) = region.reach();
            query = query.filter(blockers::region.between(first, last));
        }
        if let Some(categories) = &filter.categories {
            query = query.filter(blockers::category.eq_any(categories.clone()));
        }
        if let Some(department) = &filter.department {
            query = query.filter(blockers::department.eq(department.clone()));
        }
        if let Some(level) = filter.level {
            query = query.filter(blockers::level.eq(level));
        }
        if let Some(state) = filter.state {
            query = query.filter(blockers::state.eq(state));
        }
        if let Some(severity) = filter.severity {
            query = query.filter(blockers::severity.eq(severity));
        }
        match filter.overdue {
            Some(true) => query = query.filter(blockers::next_due_on.lt($today)),
            Some(false) => query = query.filter(blockers::next_due_on.ge($today)),
            None => {}
        }
        if let Some(project) = filter.project {
            query = query.filter(blockers::project_id.eq(project));
        }
        query
    }};
}

/// Returns the blockers in scope, those due first before the others, and those of which nothing is
/// due last.
pub(super) fn list(
    conn: &mut Conn,
    scope: &Scope,
    filter: &Filter,
    today: Day,
    paging: &Paging,
) -> Result<Page<Listed>> {
    let total = if paging.with_total {
        let count = matching!(scope, filter, today, diesel::dsl::count(blockers::id));
        Some(count.get_result(conn)?)
    } else {
        None
    };
    let shown = (Blocker::as_select(), schema::projects::name);
    let mut query = matching!(scope, filter, today, shown)
        .order((blockers::next_due_on, blockers::id))
        .limit(paging.limit.saturating_add(1));
    if let (Some(due), Some(id)) = (paging.key(0), paging.key(1)) {
        let due: Day = due.parse().unwrap_or_else(|_| super::clock::never());
        let id: Id = id.parse().unwrap_or_default();
        let same = blockers::next_due_on.eq(due).and(blockers::id.gt(id));
        query = query.filter(blockers::next_due_on.gt(due).or(same));
    }
    let rows: Vec<Listed> = query.load(conn)?;
    Ok(paging.page(CURSOR.0, rows, total, |(blocker, _)| {
        vec![blocker.next_due_on.to_string(), blocker.id.to_string()]
    }))
}

/// A department that holds open blockers and has no account to work them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unstaffed {
    pub(crate) department: String,
    pub(crate) region: Region,
    /// How many open blockers fall to that level's coordinators.
    pub(crate) blockers: i64,
}

/// Returns the departments in scope that hold open blockers without an enabled account.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn departments_without_accounts(
    conn: &mut Conn,
    scope: &Scope,
) -> Result<Vec<Unstaffed>> {
    let (first, last) = scope.range();
    let held: Vec<(String, Region, i64)> = blockers::table
        .inner_join(schema::projects::table.on(schema::projects::id.eq(blockers::project_id)))
        .filter(projects::in_scope(scope).or(blockers::region.between(first, last)))
        .filter(blockers::state.eq_any(State::OPEN))
        .filter(blockers::handler_id.is_null())
        .filter(blockers::department.ne_all([DEVELOPER, LOCAL_GOVERNMENT]))
        .group_by((blockers::department, blockers::holder_region))
        .order((blockers::department, blockers::holder_region))
        .select((
            blockers::department,
            blockers::holder_region,
            diesel::dsl::count_star(),
        ))
        .load(conn)?;
    let departments: HashSet<&String> = held.iter().map(|(department, _, _)| department).collect();
    let staffed: Vec<(Option<String>, Option<Region>)> = accounts::table
        .filter(accounts::department.eq_any(departments))
        .filter(accounts::disabled_at.is_null())
        .select((accounts::department, accounts::region))
        .distinct()
        .load(conn)?;
    let staffed: HashSet<_> = staffed.into_iter().collect();
    let unstaffed = held.into_iter().filter_map(|(department, region, count)| {
        let is_staffed = staffed.contains(&(Some(department.clone()), Some(region)));
        (!is_staffed).then_some(Unstaffed {
            department,
            region,
            blockers: count,
        })
    });
    Ok(unstaffed.collect())
}

/// Lets nothing be due any more on the blockers of a project that is over; their states stay as they
/// are on record.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn put_to_rest(conn: &mut Conn, project: Id) -> Result<()> {
    diesel::update(blockers::table.filter(blockers::project_id.eq(project)))
        .set(blockers::next_due_on.eq(super::clock::never()))
        .execute(conn)?;
    Ok(())
}

/// Returns every blocker of which something is due, each with what the clock needs of its history.
pub(super) fn running(conn: &mut Conn) -> Result<Vec<(Blocker, Vec<Happened>)>> {
    let running = blockers::next_due_on.lt(super::clock::never());
    let rows: Vec<(Id, Deed, Day)> = blocker_events::table
        .inner_join(blockers::table.on(blockers::id.eq(blocker_events::blocker_id)))
        .filter(running)
        .filter(blocker_events::deed.ne(Deed::Commented))
        .order((blocker_events::blocker_id, blocker_events::number))
        .select((
            blocker_events::blocker_id,
            blocker_events::deed,
            blocker_events::on_day,
        ))
        .load(conn)?;
    let mut histories: HashMap<Id, Vec<Happened>> = HashMap::new();
    for (id, deed, on) in rows {
        histories.entry(id).or_default().push(Happened { deed, on });
    }
    let rows: Vec<Blocker> = blockers::table
        .filter(running)
        .order(blockers::id)
        .select(Blocker::as_select())
        .load(conn)?;
    let with_history = rows.into_iter().map(|blocker| {
        let history = histories.remove(&blocker.id).unwrap_or_default();
        (blocker, history)
    });
    Ok(with_history.collect())
}

/// Writes the due days of a blocker anew. Its version stays: no deed was done.
pub(super) fn save_due_days(conn: &mut Conn, blocker: &Blocker) -> Result<()> {
    diesel::update(blockers::table.find(blocker.id))
        .set((
            blockers::next_due_on.eq(blocker.next_due_on),
            blockers::accept_due_on.eq(blocker.accept_due_on),
            blockers::reply_due_on.eq(blocker.reply_due_on),
            blockers::resolve_due_on.eq(blocker.resolve_due_on),
            blockers::confirm_due_on.eq(blocker.confirm_due_on),
        ))
        .execute(conn)?;
    Ok(())
}
