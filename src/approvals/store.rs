//! The tables of approvals: items, what was done to them, and what a project makes them wait for.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::rules::{Deed, Refusal, State};
use crate::deadlines::never;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::page::{Page, Paging};
use crate::kernel::time::{Day, Moment};
use crate::people::caller::Scope;
use crate::projects::{self, Project};
use crate::reference::{ApprovalItem, approval_items};
use crate::store::Conn;
use crate::store::schema;
use crate::store::schema::{approval_edges, approval_events, approvals};

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = approvals, treat_none_as_null = true)]
pub(crate) struct Approval {
    pub(crate) id: Id,
    pub(crate) project_id: Id,
    /// The slug of its item of the catalogue.
    pub(crate) item: String,
    pub(crate) position: i64,
    pub(crate) department: String,
    pub(crate) state: State,
    pub(crate) submitted_on: Option<Day>,
    pub(crate) accepted_on: Option<Day>,
    /// The day it was granted, refused, committed or excluded.
    pub(crate) finished_on: Option<Day>,
    /// The day the authority is due, or the missing papers of a commitment.
    pub(crate) due_on: Option<Day>,
    pub(crate) document: Option<String>,
    pub(crate) reason: Option<String>,
    /// What papers a commitment still owes.
    pub(crate) missing: Option<String>,
    /// The day of what is owed on it; 9999-12-31 while nothing is.
    pub(crate) next_due_on: Day,
    /// Moves with every deed; also the number of the deed's event.
    pub(crate) version: i64,
}

impl Approval {
    /// Returns its item of the catalogue.
    pub(crate) fn of_catalogue(&self) -> Option<&'static ApprovalItem> {
        item(&self.item)
    }

    /// Tells whether what is owed on it is late.
    pub(crate) fn is_overdue(&self, today: Day) -> bool {
        self.next_due_on < today
    }
}

/// Returns an item of the catalogue.
pub(crate) fn item(slug: &str) -> Option<&'static ApprovalItem> {
    approval_items().iter().find(|item| item.slug == slug)
}

/// One event of the history.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = approval_events)]
pub(crate) struct Event {
    pub(crate) approval_id: Id,
    pub(crate) number: i64,
    pub(crate) deed: Deed,
    pub(crate) at: Moment,
    pub(crate) on_day: Day,
    pub(crate) actor_id: Option<Id>,
    pub(crate) actor_name: String,
    /// JSON of what came with the deed.
    pub(crate) facts: String,
}

pub(super) fn insert(conn: &mut Conn, approval: &Approval) -> Result<()> {
    diesel::insert_into(approvals::table)
        .values(approval)
        .execute(conn)?;
    Ok(())
}

/// Writes a changed approval over the version it was made from, and returns it with its next one.
///
/// # Errors
/// 409 `approval.changed_meanwhile` when somebody was faster.
pub(super) fn save(conn: &mut Conn, changed: &Approval) -> Result<Approval> {
    let next = Approval {
        version: changed.version.saturating_add(1),
        ..changed.clone()
    };
    let seen = approvals::table.filter(
        approvals::id
            .eq(changed.id)
            .and(approvals::version.eq(changed.version)),
    );
    if diesel::update(seen).set(&next).execute(conn)? == 0 {
        return Err(Refusal::ChangedMeanwhile.into());
    }
    Ok(next)
}

pub(super) fn append(conn: &mut Conn, event: &Event) -> Result<()> {
    diesel::insert_into(approval_events::table)
        .values(event)
        .execute(conn)?;
    Ok(())
}

/// Returns one approval in scope with its project.
///
/// # Errors
/// 404 `approval.missing` when there is none, or none in scope.
pub(super) fn get(conn: &mut Conn, scope: &Scope, id: Id) -> Result<(Approval, Project)> {
    let found = approvals::table
        .inner_join(schema::projects::table.on(schema::projects::id.eq(approvals::project_id)))
        .filter(approvals::id.eq(id))
        .filter(projects::in_scope(scope))
        .select((Approval::as_select(), Project::as_select()))
        .first(conn)
        .optional()?;
    found.ok_or_else(|| Refusal::Missing.into())
}

/// Returns the network of a project the caller has seen, in the order of the procedure.
pub(super) fn of_project(conn: &mut Conn, project: Id) -> Result<Vec<Approval>> {
    Ok(approvals::table
        .filter(approvals::project_id.eq(project))
        .order((approvals::position, approvals::id))
        .select(Approval::as_select())
        .load(conn)?)
}

/// Returns the history of an approval, oldest first.
pub(super) fn events(conn: &mut Conn, approval: Id) -> Result<Vec<Event>> {
    Ok(approval_events::table
        .filter(approval_events::approval_id.eq(approval))
        .order(approval_events::number)
        .select(Event::as_select())
        .load(conn)?)
}

/// Returns the histories of some approvals, each oldest first.
pub(super) fn histories(conn: &mut Conn, of: &[Id]) -> Result<BTreeMap<Id, Vec<Event>>> {
    let rows: Vec<Event> = approval_events::table
        .filter(approval_events::approval_id.eq_any(of))
        .order((approval_events::approval_id, approval_events::number))
        .select(Event::as_select())
        .load(conn)?;
    let mut histories: BTreeMap<Id, Vec<Event>> = BTreeMap::new();
    for event in rows {
        histories.entry(event.approval_id).or_default().push(event);
    }
    Ok(histories)
}

/// Returns what a project makes its items wait for besides what the law says.
pub(super) fn edges(conn: &mut Conn, of: &[Id]) -> Result<BTreeMap<Id, BTreeSet<String>>> {
    let rows: Vec<(Id, String)> = approval_edges::table
        .filter(approval_edges::approval_id.eq_any(of))
        .select((approval_edges::approval_id, approval_edges::prerequisite))
        .load(conn)?;
    let mut edges: BTreeMap<Id, BTreeSet<String>> = BTreeMap::new();
    for (approval, prerequisite) in rows {
        edges.entry(approval).or_default().insert(prerequisite);
    }
    Ok(edges)
}

/// Puts an item's own prerequisites in place of those there were.
pub(super) fn put_edges(conn: &mut Conn, approval: Id, items: &BTreeSet<String>) -> Result<()> {
    diesel::delete(approval_edges::table.filter(approval_edges::approval_id.eq(approval)))
        .execute(conn)?;
    for prerequisite in items {
        diesel::insert_into(approval_edges::table)
            .values((
                approval_edges::approval_id.eq(approval),
                approval_edges::prerequisite.eq(prerequisite),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Which approvals a list shows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// The reach of this region.
    pub(crate) region: Option<Region>,
    pub(crate) department: Option<String>,
    pub(crate) state: Option<State>,
    /// Whether what is owed on it is late today.
    pub(crate) overdue: Option<bool>,
}

/// The boxed query of a list's rows, with what is to be selected: a macro, as the type of a boxed
/// query names its selection, and the count selects another.
macro_rules! matching {
    ($scope:expr, $filter:expr, $today:expr, $select:expr) => {{
        let filter = $filter;
        let mut query = approvals::table
            .inner_join(schema::projects::table.on(schema::projects::id.eq(approvals::project_id)))
            .filter(projects::in_scope($scope))
            .select($select)
            .into_boxed();
        if let Some(region) = filter.region {
            let (first, last) = region.reach();
            query = query.filter(schema::projects::region.between(first, last));
        }
        if let Some(department) = &filter.department {
            query = query.filter(approvals::department.eq(department.clone()));
        }
        if let Some(state) = filter.state {
            query = query.filter(approvals::state.eq(state));
        }
        match filter.overdue {
            Some(true) => query = query.filter(approvals::next_due_on.lt($today)),
            Some(false) => query = query.filter(approvals::next_due_on.ge($today)),
            None => {}
        }
        query
    }};
}

/// Returns the approvals in scope with their projects, those due first before the others, and those
/// of which nothing is due last.
pub(super) fn list(
    conn: &mut Conn,
    scope: &Scope,
    filter: &Filter,
    today: Day,
    paging: &Paging,
) -> Result<Page<(Approval, Project)>> {
    let total = if paging.with_total {
        let count = matching!(scope, filter, today, diesel::dsl::count(approvals::id));
        Some(count.get_result(conn)?)
    } else {
        None
    };
    let shown = (Approval::as_select(), Project::as_select());
    let mut query = matching!(scope, filter, today, shown)
        .order((approvals::next_due_on, approvals::id))
        .limit(paging.limit.saturating_add(1));
    if let (Some(due), Some(id)) = (paging.key(0), paging.key(1)) {
        let due: Day = due.parse().unwrap_or_else(|_| never());
        let id: Id = id.parse().unwrap_or_default();
        let same = approvals::next_due_on.eq(due).and(approvals::id.gt(id));
        query = query.filter(approvals::next_due_on.gt(due).or(same));
    }
    let rows: Vec<(Approval, Project)> = query.load(conn)?;
    Ok(paging.page("approvals", rows, total, |(approval, _)| {
        vec![approval.next_due_on.to_string(), approval.id.to_string()]
    }))
}

/// Returns every approval whose clock runs, with its project's region.
pub(super) fn running(conn: &mut Conn) -> Result<Vec<Approval>> {
    Ok(approvals::table
        .filter(approvals::state.eq_any([State::Accepted, State::Supplement]))
        .order(approvals::id)
        .select(Approval::as_select())
        .load(conn)?)
}

/// Writes the due day of an approval anew. Its version stays: no deed was done.
pub(super) fn save_due_day(conn: &mut Conn, approval: &Approval) -> Result<()> {
    diesel::update(approvals::table.find(approval.id))
        .set((
            approvals::due_on.eq(approval.due_on),
            approvals::next_due_on.eq(approval.next_due_on),
        ))
        .execute(conn)?;
    Ok(())
}

/// Lets nothing be due any more on the approvals of a project that is over.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn put_to_rest(conn: &mut Conn, project: Id) -> Result<()> {
    diesel::update(approvals::table.filter(approvals::project_id.eq(project)))
        .set(approvals::next_due_on.eq(never()))
        .execute(conn)?;
    Ok(())
}
