//! The times a project stood still: one row per pause, at most one of them open.

use diesel::prelude::*;

use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::time::Day;
use crate::store::Conn;
use crate::store::schema::pauses;

crate::words! {
    /// Why a project stands still.
    pub(crate) enum PauseKind {
        /// 资金: money is short.
        Funding = "funding",
        /// 市场: the market turned.
        Market = "market",
        /// 政策: a policy changed.
        Policy = "policy",
        /// 不可抗力: nobody could help it.
        ForceMajeure = "force_majeure",
        /// Anything else.
        Other = "other",
    }
}

/// A row of the table: `[from_on, ended_on)`, open while it has no end.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = pauses)]
pub(crate) struct Pause {
    pub(crate) id: Id,
    pub(crate) project_id: Id,
    pub(crate) kind: PauseKind,
    pub(crate) reason: String,
    pub(crate) from_on: Day,
    /// The expected end.
    pub(crate) until_on: Day,
    pub(crate) ended_on: Option<Day>,
}

/// Begins a pause.
///
/// # Errors
/// Only faults of the store; a second open pause of one project is one.
pub(crate) fn open_pause(conn: &mut Conn, pause: &Pause) -> Result<()> {
    diesel::insert_into(pauses::table)
        .values(pause)
        .execute(conn)?;
    Ok(())
}

/// Ends the open pause of a project, if there is one.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn end_pause(conn: &mut Conn, project: Id, on: Day) -> Result<()> {
    let open = pauses::table.filter(
        pauses::project_id
            .eq(project)
            .and(pauses::ended_on.is_null()),
    );
    diesel::update(open)
        .set(pauses::ended_on.eq(Some(on)))
        .execute(conn)?;
    Ok(())
}

/// Returns all pauses of a project, oldest first.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn pauses_of(conn: &mut Conn, project: Id) -> Result<Vec<Pause>> {
    Ok(pauses::table
        .filter(pauses::project_id.eq(project))
        .order((pauses::from_on, pauses::id))
        .select(Pause::as_select())
        .load(conn)?)
}
