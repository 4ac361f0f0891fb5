//! The blockers that wait for the project side.

use diesel::prelude::*;

use super::rules::State;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::people::caller::Scope;
use crate::projects;
use crate::store::Conn;
use crate::store::schema;
use crate::store::schema::blockers;

/// Returns the first blockers in scope that were given back to the project side to be amended: id, title
/// and name of the project, those raised first before the others.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn given_back(
    conn: &mut Conn,
    scope: &Scope,
    few: i64,
) -> Result<Vec<(Id, String, String)>> {
    Ok(blockers::table
        .inner_join(schema::projects::table.on(schema::projects::id.eq(blockers::project_id)))
        .filter(projects::in_scope(scope))
        .filter(blockers::state.eq(State::Returned))
        .order((blockers::next_due_on, blockers::id))
        .limit(few)
        .select((blockers::id, blockers::title, schema::projects::name))
        .load(conn)?)
}
