//! What a changed calendar moves: one pass over the open deadlines whose days walk through it.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::store::first_day;
use super::{Unit, due};
use crate::kernel::calendar::WorkCalendar;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::time::Day;
use crate::store::Conn;
use crate::store::schema::deadlines;

/// A deadline whose due day moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MovedDeadline)]
pub(crate) struct Moved {
    /// The deadline.
    pub(crate) key: String,
    /// Its project.
    pub(crate) project_id: Id,
    /// The due day before.
    pub(crate) from: Day,
    /// The due day now.
    pub(crate) to: Day,
}

/// A deadline counted anew, when that says anything new.
struct Recounted {
    moved: Moved,
    provisional: bool,
}

/// Counts anew every open deadline whose span touches the days from `first` to `last`, and returns
/// those that moved, by key. A moved one's ladder restarts, as when a feature moves it.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn recompute(
    conn: &mut Conn,
    calendar: &WorkCalendar,
    first: Day,
    last: Day,
) -> Result<Vec<Moved>> {
    let mut moved = Vec::new();
    for recounted in recounted(conn, calendar, first, last)? {
        let row = deadlines::table.find(&recounted.moved.key);
        let counted = (
            deadlines::due_on.eq(recounted.moved.to),
            deadlines::provisional.eq(recounted.provisional),
        );
        if recounted.moved.from == recounted.moved.to {
            diesel::update(row).set(counted).execute(conn)?;
            continue;
        }
        diesel::update(row)
            .set((
                counted,
                deadlines::acknowledged_until.eq(None::<Day>),
                deadlines::next_step_on.eq(Some(first_day())),
            ))
            .execute(conn)?;
        moved.push(recounted.moved);
    }
    Ok(moved)
}

/// Returns what [`recompute`] would move, and changes nothing.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn would_move(
    conn: &mut Conn,
    calendar: &WorkCalendar,
    first: Day,
    last: Day,
) -> Result<Vec<Moved>> {
    let recounted = recounted(conn, calendar, first, last)?.into_iter();
    let moved = recounted.map(|recounted| recounted.moved);
    Ok(moved.filter(|moved| moved.from != moved.to).collect())
}

type Row = (String, Id, Day, i64, Day, bool);

fn recounted(
    conn: &mut Conn,
    calendar: &WorkCalendar,
    first: Day,
    last: Day,
) -> Result<Vec<Recounted>> {
    let mut rows = forward(conn, first, last)?;
    rows.extend(backward(conn, first, last)?);
    rows.sort();
    let mut changed = Vec::new();
    for (key, project_id, anchor, offset, from, was_provisional) in rows {
        let counted = due(calendar, anchor, offset, Unit::Working);
        if counted.on != from || counted.provisional != was_provisional {
            changed.push(Recounted {
                moved: Moved {
                    key,
                    project_id,
                    from,
                    to: counted.on,
                },
                provisional: counted.provisional,
            });
        }
    }
    Ok(changed)
}

/// Deadlines counted forward from an anchor on or before `last` to a day on or after `first`.
fn forward(conn: &mut Conn, first: Day, last: Day) -> Result<Vec<Row>> {
    Ok(deadlines::table
        .filter(deadlines::settled_at.is_null())
        .filter(deadlines::unit.eq(Unit::Working))
        .filter(deadlines::offset_days.ge(0))
        .filter(deadlines::due_on.ge(first))
        .filter(deadlines::anchor_on.le(last))
        .select(COLUMNS)
        .load(conn)?)
}

/// Deadlines counted back from an anchor on or after `first` to a day on or before `last`.
fn backward(conn: &mut Conn, first: Day, last: Day) -> Result<Vec<Row>> {
    Ok(deadlines::table
        .filter(deadlines::settled_at.is_null())
        .filter(deadlines::unit.eq(Unit::Working))
        .filter(deadlines::offset_days.lt(0))
        .filter(deadlines::due_on.le(last))
        .filter(deadlines::anchor_on.ge(first))
        .select(COLUMNS)
        .load(conn)?)
}

const COLUMNS: (
    deadlines::key,
    deadlines::project_id,
    deadlines::anchor_on,
    deadlines::offset_days,
    deadlines::due_on,
    deadlines::provisional,
) = (
    deadlines::key,
    deadlines::project_id,
    deadlines::anchor_on,
    deadlines::offset_days,
    deadlines::due_on,
    deadlines::provisional,
);
