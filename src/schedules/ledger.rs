//! The milestones of all projects in scope: the list, and the ledger of it (节点台账).

use diesel::prelude::*;

use super::milestone::{Milestone, MilestoneKind};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::page::{Page, Paging};
use crate::kernel::time::Day;
use crate::people::caller::{Caller, Scope};
use crate::projects;
use crate::store::Conn;
use crate::store::schema::{self, milestones};
use crate::text::say_word;
use crate::web::ledger::said::{region, some, yes};
use crate::web::ledger::{Kind, Ledger, Line, column};

/// Name and number of keys of the list's cursors: by due day, then id.
pub(crate) const CURSOR: (&str, usize) = ("milestones", 2);

/// The ledger of milestones.
pub(crate) const LEDGER: Ledger = Ledger {
    name: "milestones",
    title: "ledger.milestones",
    columns: &[
        column("ledger.project", Kind::Text, 40),
        column("ledger.region_code", Kind::Text, 9),
        column("ledger.region", Kind::Text, 14),
        column("ledger.milestone", Kind::Text, 30),
        column("ledger.kind", Kind::Text, 10),
        column("ledger.weight", Kind::Percent, 8),
        column("ledger.critical", Kind::Text, 8),
        column("ledger.baseline_on", Kind::Day, 12),
        column("ledger.due_on", Kind::Day, 12),
        column("ledger.forecast_on", Kind::Day, 12),
        column("ledger.done_on", Kind::Day, 12),
        column("ledger.overdue", Kind::Text, 8),
        column("ledger.moves", Kind::Count, 10),
        column("ledger.id", Kind::Text, 38),
    ],
};

/// Which milestones a list shows.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Filter {
    /// The reach of this region.
    pub(crate) region: Option<Region>,
    pub(crate) project: Option<Id>,
    pub(crate) kind: Option<MilestoneKind>,
    pub(crate) done: Option<bool>,
    /// Whether it is not done and its day has passed.
    pub(crate) overdue: Option<bool>,
}

/// A milestone of a list, with the name and region of its project.
pub(crate) type Listed = (Milestone, (Id, String, Region));

/// Tells whether a milestone is late on a day.
pub(crate) fn is_overdue(milestone: &Milestone, today: Day) -> bool {
    !milestone.is_done() && milestone.due_on < today
}

/// The boxed query of a list's rows, with what is to be selected: a macro, as the type of a boxed
/// query names its selection, and the count selects another.
macro_rules! matching {
    ($scope:expr, $filter:expr, $today:expr, $select:expr) => {{
        let filter = $filter;
        let mut query = milestones::table
            .inner_join(schema::projects::table.on(schema::projects::id.eq(milestones::project_id)))
            .filter(milestones::removed_at.is_null())
            .filter(projects::in_scope($scope))
            .select($select)
            .into_boxed();
        if let Some(region) = filter.region {
            let (first, last) = region.reach();
            query = query.filter(schema::projects::region.between(first, last));
        }
        if let Some(project) = filter.project {
            query = query.filter(milestones::project_id.eq(project));
        }
        if let Some(kind) = filter.kind {
            query = query.filter(milestones::kind.eq(kind));
        }
        match filter.done {
            Some(true) => query = query.filter(milestones::done_on.is_not_null()),
            Some(false) => query = query.filter(milestones::done_on.is_null()),
            None => {}
        }
        let late = milestones::done_on
            .is_null()
            .and(milestones::due_on.lt($today));
        match filter.overdue {
            Some(true) => query = query.filter(late),
            Some(false) => query = query.filter(diesel::dsl::not(late)),
            None => {}
        }
        query
    }};
}

/// Returns the milestones in scope by their due days.
pub(crate) fn list(
    conn: &mut Conn,
    scope: &Scope,
    filter: &Filter,
    today: Day,
    paging: &Paging,
) -> Result<Page<Listed>> {
    let total = if paging.with_total {
        let count = matching!(scope, filter, today, diesel::dsl::count(milestones::id));
        Some(count.get_result(conn)?)
    } else {
        None
    };
    let of = (
        schema::projects::id,
        schema::projects::name,
        schema::projects::region,
    );
    let mut query = matching!(scope, filter, today, (Milestone::as_select(), of))
        .order((milestones::due_on, milestones::id))
        .limit(paging.limit.saturating_add(1));
    if let (Some(due), Some(id)) = (paging.key(0), paging.key(1)) {
        let due: Day = due.parse().unwrap_or(today);
        let id: Id = id.parse().unwrap_or_default();
        let same = milestones::due_on.eq(due).and(milestones::id.gt(id));
        query = query.filter(milestones::due_on.gt(due).or(same));
    }
    let rows: Vec<Listed> = query.load(conn)?;
    Ok(paging.page(CURSOR.0, rows, total, |(milestone, _)| {
        vec![milestone.due_on.to_string(), milestone.id.to_string()]
    }))
}

/// Returns one batch of the milestones in scope as lines of the ledger.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn ledger_page(
    conn: &mut Conn,
    by: &Caller,
    filter: &Filter,
    today: Day,
    paging: &Paging,
) -> Result<Page<Line>> {
    let lang = by.lang;
    let page = list(conn, &by.scope, filter, today, paging)?;
    Ok(page.map(|(milestone, (_, project, of)): Listed| {
        let overdue = is_overdue(&milestone, today);
        vec![
            project,
            of.to_string(),
            region(lang, of),
            milestone.name,
            say_word(lang, "kind", milestone.kind.as_str()),
            milestone.weight.to_string(),
            yes(lang, milestone.critical),
            some(milestone.baseline_on),
            milestone.due_on.to_string(),
            some(milestone.forecast_on),
            some(milestone.done_on),
            yes(lang, overdue),
            milestone.moves.to_string(),
            milestone.id.to_string(),
        ]
    }))
}
