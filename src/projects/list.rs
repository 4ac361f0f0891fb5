//! The list of projects in scope: filters, search, order.

use diesel::prelude::*;

use super::rules::Pillar;
use super::stage::Stage;
use super::store::{Project, State, in_scope};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::page::{Page, Paging};
use crate::kernel::search;
use crate::people::caller::Scope;
use crate::store::schema::{accounts, projects};
use crate::store::{Conn, MultiBackend};

crate::words! {
    /// By what the list is ordered.
    pub(crate) enum Sort {
        /// By name, then id.
        Name = "name",
        /// In the order they were made.
        Created = "created",
    }
}

impl Default for Sort {
    fn default() -> Self {
        Self::Created
    }
}

impl Sort {
    /// Returns the name of the list its cursors belong to, and how many sort keys they have.
    pub(crate) fn cursor(self) -> (&'static str, usize) {
        match self {
            Self::Name => ("projects-name", 2),
            Self::Created => ("projects", 1),
        }
    }
}

/// Which projects are wanted, and in which order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// A region, meaning its reach.
    pub(crate) region: Option<Region>,
    pub(crate) industry: Option<String>,
    pub(crate) state: Option<State>,
    pub(crate) stage: Option<Stage>,
    pub(crate) leader: Option<Id>,
    pub(crate) owner: Option<Id>,
    /// A pillar that is not satisfied; a disabled leader or owner is missing too.
    pub(crate) missing: Option<Pillar>,
    /// A text in name, code or enterprise, however it is written.
    pub(crate) text: Option<String>,
    pub(crate) sort: Sort,
}

type Wanted = projects::BoxedQuery<'static, MultiBackend>;

/// Returns one page of the projects in scope.
pub(super) fn page(
    conn: &mut Conn,
    scope: &Scope,
    filter: &Filter,
    paging: &Paging,
) -> Result<Page<Project>> {
    let total: Option<i64> = if paging.with_total {
        Some(wanted(scope, filter).count().get_result(conn)?)
    } else {
        None
    };
    let mut query = wanted(scope, filter)
        .limit(paging.limit.saturating_add(1))
        .select(Project::as_select());
    match filter.sort {
        Sort::Created => {
            query = query.order(projects::id);
            if let Some(id) = paging.key(0) {
                query = query.filter(projects::id.gt(read_id(id)));
            }
        }
        Sort::Name => {
            query = query.order((projects::name, projects::id));
            if let (Some(name), Some(id)) = (paging.key(0), paging.key(1)) {
                let same = projects::name
                    .eq(name.to_owned())
                    .and(projects::id.gt(read_id(id)));
                query = query.filter(projects::name.gt(name.to_owned()).or(same));
            }
        }
    }
    let rows: Vec<Project> = query.load(conn)?;
    Ok(paging.page(filter.sort.cursor().0, rows, total, |row| {
        match filter.sort {
            Sort::Created => vec![row.id.to_string()],
            Sort::Name => vec![row.name.clone(), row.id.to_string()],
        }
    }))
}

fn read_id(text: &str) -> Id {
    text.parse().unwrap_or_default()
}

fn wanted(scope: &Scope, filter: &Filter) -> Wanted {
    let mut query = projects::table.filter(in_scope(scope)).into_boxed();
    if let Some(region) = filter.region {
        let (first, last) = region.reach();
        query = query.filter(projects::region.between(first, last));
    }
    if let Some(industry) = &filter.industry {
        query = query.filter(projects::industry.eq(industry.clone()));
    }
    if let Some(state) = filter.state {
        query = query.filter(projects::state.eq(state));
    }
    if let Some(stage) = filter.stage {
        query = query.filter(projects::stage.eq(stage));
    }
    if let Some(leader) = filter.leader {
        query = query.filter(projects::leader_id.eq(leader));
    }
    if let Some(owner) = filter.owner {
        query = query.filter(projects::owner_id.eq(owner));
    }
    if let Some(pattern) = filter.text.as_deref().and_then(search::pattern) {
        query = query.filter(projects::folded.like(pattern).escape('\\'));
    }
    match filter.missing {
        None => query,
        Some(Pillar::Plan) => query.filter(projects::plan_id.is_null()),
        Some(Pillar::Team) => query.filter(projects::team_id.is_null()),
        Some(Pillar::Schedule) => query.filter(projects::schedule_id.is_null()),
        Some(Pillar::Leader) => query.filter(
            projects::leader_id
                .is_null()
                .or(projects::leader_id.eq_any(disabled())),
        ),
        Some(Pillar::Owner) => query.filter(
            projects::owner_id
                .is_null()
                .or(projects::owner_id.eq_any(disabled())),
        ),
    }
}

/// Returns the first drafts in scope whose five pillars stand, in the order they were made: id and name.
/// They could be launched.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn launchable(conn: &mut Conn, scope: &Scope, few: i64) -> Result<Vec<(Id, String)>> {
    let is_whole = projects::plan_id
        .is_not_null()
        .and(projects::team_id.is_not_null())
        .and(projects::schedule_id.is_not_null())
        .and(projects::leader_id.is_not_null())
        .and(projects::owner_id.is_not_null());
    let is_absent = projects::leader_id
        .eq_any(disabled())
        .or(projects::owner_id.eq_any(disabled()));
    Ok(projects::table
        .filter(in_scope(scope))
        .filter(projects::state.eq(State::Draft))
        .filter(is_whole)
        .filter(diesel::dsl::not(is_absent))
        .order(projects::id)
        .limit(few)
        .select((projects::id, projects::name))
        .load(conn)?)
}

/// The accounts that are disabled, as a sub-select.
#[diesel::dsl::auto_type(no_type_alias)]
fn disabled() -> _ {
    accounts::table
        .filter(accounts::disabled_at.is_not_null())
        .select(accounts::id.nullable())
}
