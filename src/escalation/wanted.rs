//! What the postman asks: whether it is a working hour, and whether a letter that is about to leave
//! still has something to tell.

use diesel::prelude::*;

use super::policy::policy;
use crate::calendars;
use crate::kernel::error::Result;
use crate::kernel::time::{Day, Moment};
use crate::mail::{Hours, KeptItem};
use crate::projects::State;
use crate::settings::Settings;
use crate::store::Conn;
use crate::store::schema::{deadlines, projects};

/// Tells whether letters that keep the working hours may leave now.
///
/// # Errors
/// A policy that cannot be read; faults of the store.
pub(crate) fn hours(conn: &mut Conn, settings: &Settings, now: Moment) -> Result<Hours> {
    let calendar = calendars::load(conn)?;
    let is_open = policy(settings)?
        .posting()
        .is_open(now, settings.site.zone, &calendar);
    Ok(if is_open { Hours::Open } else { Hours::Closed })
}

/// Tells whether a letter with these items is still wanted: it tells of an event, or at least one of its deadlines is
/// open still, due on the same day, and its project is not paused.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn still_wanted(conn: &mut Conn, items: &[KeptItem]) -> Result<bool> {
    let told = || {
        let items = items.iter();
        items.filter_map(|item| Some((item.deadline.as_deref()?, item.due_on)))
    };
    let is_event = items.is_empty() || told().count() < items.len();
    if is_event {
        return Ok(true);
    }
    let keys: Vec<&str> = told().map(|(key, _)| key).collect();
    let open: Vec<(String, Day)> = deadlines::table
        .inner_join(projects::table.on(projects::id.eq(deadlines::project_id)))
        .filter(deadlines::key.eq_any(keys))
        .filter(deadlines::settled_at.is_null())
        .filter(projects::state.ne(State::Paused))
        .select((deadlines::key, deadlines::due_on))
        .load(conn)?;
    let is_open = |(key, due_on): (&str, Option<Day>)| {
        open.iter()
            .any(|(open, on)| open == key && due_on.is_none_or(|due_on| due_on == *on))
    };
    Ok(told().any(is_open))
}
