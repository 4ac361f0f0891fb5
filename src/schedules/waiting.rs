//! The date changes that wait for one coordinator.

use super::changes;
use super::store::{ChangeFilter, ChangeState};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::{Level, Region};
use crate::kernel::page::Paging;
use crate::kernel::time::{Day, Moment};
use crate::people::caller::Caller;
use crate::people::role::Role;
use crate::settings::Settings;
use crate::store::Conn;

/// A date change somebody has to decide.
#[derive(Debug, Clone)]
pub(crate) struct WaitingChange {
    pub(crate) project_id: Id,
    pub(crate) project: String,
    pub(crate) milestone: String,
    pub(crate) from_on: Day,
    pub(crate) due_on: Day,
    pub(crate) asked_at: Moment,
}

/// Returns the open date changes this caller may decide, those asked for first before the others:
/// neither their own nor those that need a higher level. At most the first `few` open ones in scope
/// are looked at.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn waiting_for(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    few: i64,
    now: Moment,
) -> Result<Vec<WaitingChange>> {
    let own: Option<Level> = by.scope.reach.map(Region::level);
    if !matches!(by.role, Role::Coordinator | Role::Admin) {
        return Ok(Vec::new());
    }
    let filter = ChangeFilter {
        state: Some(ChangeState::Open),
        region: None,
    };
    let paging = Paging {
        limit: few,
        ..Paging::default()
    };
    let page = changes::list(conn, by, settings, filter, &paging, now)?;
    let theirs = page.items.into_iter().filter(|(change, _, _)| {
        change.asked_by != by.id && own.is_some_and(|own| own >= change.level)
    });
    let waiting = theirs.map(|(change, milestone, (project, _))| WaitingChange {
        project_id: change.project_id,
        project,
        milestone: milestone.name,
        from_on: change.from_on,
        due_on: change.due_on,
        asked_at: change.asked_at,
    });
    Ok(waiting.collect())
}
