//! The list of what is owed, as a caller may see it.
//!
//! Joins the deadlines with their projects to read them; writes nothing.

use diesel::dsl::{Eq, InnerJoinOn, IntoBoxed, exists, not};
use diesel::prelude::*;

use super::around::Around;
use crate::deadlines::{Deadline, DeadlineKind, path, title_key};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::page::{Page, Paging};
use crate::kernel::refused::{Kind, Refused};
use crate::kernel::time::{Day, Moment};
use crate::people::caller::{Caller, Scope};
use crate::people::role::Role;
use crate::projects;
use crate::store::schema::{accounts, deadlines, projects as project_rows};
use crate::store::{Conn, MultiBackend};
use crate::text::{Lang, say};

/// Name and number of sort keys of the list, for its cursors.
pub(super) const LIST: (&str, usize) = ("deadlines", 2);

/// Which deadlines a list shows.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// Only those the caller answers for.
    pub(super) mine: bool,
    /// Only those that are, or are not, overdue.
    pub(super) overdue: Option<bool>,
    /// Only these kinds; any when none is named.
    pub(super) kinds: Vec<DeadlineKind>,
    /// The reach of this region.
    pub(super) region: Option<Region>,
    pub(super) project: Option<Id>,
    /// Due on or before this day.
    pub(super) until: Option<Day>,
}

/// Returns open deadlines in scope, by due day and key, and what is around them.
///
/// # Errors
/// Only faults of the store.
pub(super) fn list(
    conn: &mut Conn,
    by: &Caller,
    wanted: &Wanted,
    today: Day,
    paging: &Paging,
) -> Result<(Page<Deadline>, Around)> {
    let total = if paging.with_total {
        Some(matching(by, wanted, today).count().get_result(conn)?)
    } else {
        None
    };
    let mut query = matching(by, wanted, today)
        .order((deadlines::due_on, deadlines::key))
        .limit(paging.limit.saturating_add(1))
        .select(Deadline::as_select());
    if let (Some(due_on), Some(key)) = (paging.key(0), paging.key(1)) {
        let due_on: Day = due_on
            .parse()
            .map_err(|_| Refused::new(Kind::Malformed, "query.cursor"))?;
        let same = deadlines::due_on
            .eq(due_on)
            .and(deadlines::key.gt(key.to_owned()));
        query = query.filter(deadlines::due_on.gt(due_on).or(same));
    }
    let page = paging.page(LIST.0, query.load(conn)?, total, |row: &Deadline| {
        vec![row.due_on.to_string(), row.key.clone()]
    });
    let around = Around::load(conn, &page.items)?;
    Ok((page, around))
}

/// Something a person owes, in their words.
#[derive(Debug, Clone)]
pub(crate) struct OwedBy {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) project: String,
    pub(crate) due_on: Day,
    pub(crate) provisional: bool,
    pub(crate) critical: bool,
    pub(crate) since: Moment,
    /// Where it is answered on this site.
    pub(crate) path: String,
}

/// Returns what a person answers for, by due day and key, at most so many.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn owed_by(conn: &mut Conn, by: &Caller, today: Day, most: i64) -> Result<Vec<OwedBy>> {
    let wanted = Wanted {
        mine: true,
        ..Wanted::default()
    };
    let rows: Vec<(Deadline, String)> = matching(by, &wanted, today)
        .order((deadlines::due_on, deadlines::key))
        .limit(most)
        .select((Deadline::as_select(), project_rows::name))
        .load(conn)?;
    let owed = rows.into_iter().map(|(row, project)| {
        Ok(OwedBy {
            title: title(&row, by.lang)?,
            path: path(&row, &row.read_facts()?),
            project,
            due_on: row.due_on,
            provisional: row.provisional,
            critical: row.critical,
            since: row.born_at,
            key: row.key,
        })
    });
    owed.collect()
}

/// What lies in reach by its own place, though its project spans more: a department of a county answers
/// for the blockers there.
fn in_reach(scope: &Scope) -> diesel::dsl::Between<deadlines::place, Region, Region> {
    let (first, last) = scope.range();
    deadlines::place.between(first, last)
}

type Joined =
    InnerJoinOn<deadlines::table, project_rows::table, Eq<project_rows::id, deadlines::project_id>>;

type Owed = IntoBoxed<'static, Joined, MultiBackend>;

/// Returns the query of a list; every other reader of what is owed adds its own order.
pub(super) fn matching(by: &Caller, wanted: &Wanted, today: Day) -> Owed {
    let mut query = deadlines::table
        .inner_join(project_rows::table.on(project_rows::id.eq(deadlines::project_id)))
        .into_boxed()
        .filter(projects::in_scope(&by.scope).or(in_reach(&by.scope)))
        .filter(deadlines::settled_at.is_null());
    if by.scope.reach.is_none() {
        // The same once more: named on the table itself, it lets an index begin with the projects.
        query = query.filter(deadlines::project_id.eq_any(by.scope.projects.clone()));
    }
    if wanted.mine {
        query = answered_by(query, by);
    }
    if let Some(overdue) = wanted.overdue {
        query = if overdue {
            query.filter(deadlines::due_on.lt(today))
        } else {
            query.filter(deadlines::due_on.ge(today))
        };
    }
    if !wanted.kinds.is_empty() {
        query = query.filter(deadlines::kind.eq_any(wanted.kinds.clone()));
    }
    if let Some(region) = wanted.region {
        let (first, last) = region.reach();
        query = query.filter(deadlines::place.between(first, last));
    }
    if let Some(project) = wanted.project {
        query = query.filter(deadlines::project_id.eq(project));
    }
    if let Some(until) = wanted.until {
        query = query.filter(deadlines::due_on.le(until));
    }
    query
}

/// Leaves only what the caller answers for. By role, since nobody but the account of an office answers
/// for what the office owes, and only leads own projects: so each role has few conditions, and every
/// one of them an index.
fn answered_by(query: Owed, by: &Caller) -> Owed {
    let person = deadlines::person_id.eq(by.id).assume_not_null();
    let of_office = |office: &'static str| {
        deadlines::answerable
            .eq(office)
            .and(deadlines::region.eq(by.region).assume_not_null())
    };
    match by.role {
        Role::Admin | Role::Viewer => query.filter(person),
        Role::Lead => {
            let owner = deadlines::answerable
                .eq("owner")
                .and(project_rows::owner_id.eq(by.id).assume_not_null());
            query.filter(person.or(owner))
        }
        Role::Department => {
            let own = deadlines::department.eq(by.department.clone());
            let office = of_office("department").and(own.assume_not_null());
            query.filter(person.or(office))
        }
        Role::Coordinator => {
            // Where a department has no account its coordinator stands in.
            let staffed = accounts::table
                .filter(accounts::region.eq(deadlines::region))
                .filter(accounts::department.eq(deadlines::department))
                .filter(accounts::disabled_at.is_null());
            let in_their_stead = of_office("department").and(not(exists(staffed)));
            query.filter(person.or(of_office("coordinators")).or(in_their_stead))
        }
    }
}

/// Returns what a deadline is about in words.
///
/// # Errors
/// Facts that cannot be read.
pub(super) fn title(row: &Deadline, lang: Lang) -> Result<String> {
    let facts = row.read_facts()?;
    Ok(say(lang, &title_key(row.kind, &facts), &facts))
}
