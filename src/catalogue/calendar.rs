//! Keeping the years of the official calendar: publishing or correcting one counts anew, in the
//! same unit, everything that is owed by a day it touches.

use serde::Serialize;

use super::moved;
use crate::approvals;
use crate::blockers;
use crate::calendars::{self, Refusal, Year};
use crate::deadlines::{self, Moved};
use crate::journal::{self, Deed};
use crate::kernel::calendar::YearStatus;
use crate::kernel::error::Result;
use crate::kernel::refused::none_of;
use crate::kernel::time::{Day, Moment};
use crate::people::call;
use crate::people::caller::{Caller, Place};
use crate::people::role::Act;
use crate::settings::Settings;
use crate::store::Conn;

/// Most moved deadlines a journal entry names; their number is always told.
const NAMED: usize = 100;

/// What a list of days did, or would do.
#[derive(Debug, Serialize)]
pub(crate) struct Imported {
    /// Years that were not kept before.
    pub(crate) created: Vec<i32>,
    /// Years that said something else before.
    pub(crate) updated: Vec<i32>,
    /// Years that said the same already.
    pub(crate) unchanged: Vec<i32>,
    /// Deadlines whose due day moved.
    pub(crate) moved: Vec<Moved>,
}

/// Returns one year.
///
/// # Errors
/// 404 `calendar.missing`
pub(crate) fn get(conn: &mut Conn, year: i32) -> Result<Year> {
    let kept = calendars::year(conn, year)?;
    Ok(kept.ok_or_else(|| Refusal::Missing.with("year", year))?)
}

/// Keeps a whole year in place of what was there, if anything.
///
/// Returns the year as kept, whether it is new, and the deadlines that moved.
///
/// # Errors
/// - 403 `act.forbidden`
/// - 428 `version.required`, 412 `version.stale` when the year is kept already
/// - 422 `body.invalid` with `calendar.…` findings
pub(crate) fn put(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    seen: Option<i64>,
    year: &Year,
    now: Moment,
) -> Result<(Year, bool, Vec<Moved>)> {
    by.may(Act::ManageSite, &Place::region(settings.site.region))?;
    none_of(calendars::faults(year))?;
    let kept = calendars::year(conn, year.year)?;
    if let Some(kept) = &kept {
        call::expect(seen, kept.version)?;
    }
    let moved = keep(conn, by, settings, std::slice::from_ref(year), now)?;
    // Read again: it has a new version, and its days come back in their order.
    Ok((get(conn, year.year)?, kept.is_none(), moved))
}

/// Keeps every year of a list that says something new.
///
/// # Errors
/// 403 `act.forbidden`
pub(crate) fn import(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    years: &[Year],
    now: Moment,
) -> Result<Imported> {
    by.may(Act::ManageSite, &Place::region(settings.site.region))?;
    let (mut imported, fresh) = compare(conn, years)?;
    imported.moved = keep(conn, by, settings, &fresh, now)?;
    Ok(imported)
}

/// Returns what [`import`] would do, and changes nothing.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn preview(conn: &mut Conn, years: &[Year]) -> Result<Imported> {
    let (mut imported, fresh) = compare(conn, years)?;
    if let Some((first, last)) = span(&fresh) {
        let calendar = calendars::load_with(conn, &fresh)?;
        imported.moved = deadlines::would_move(conn, &calendar, first, last)?;
    }
    Ok(imported)
}

/// Tells the years of a list apart, and returns those to keep.
fn compare(conn: &mut Conn, years: &[Year]) -> Result<(Imported, Vec<Year>)> {
    let mut imported = Imported {
        created: Vec::new(),
        updated: Vec::new(),
        unchanged: Vec::new(),
        moved: Vec::new(),
    };
    let mut fresh = Vec::new();
    let kept = calendars::years(conn)?;
    for year in years {
        match kept.iter().find(|kept| kept.year == year.year) {
            Some(kept) if kept.says_as(year) => {
                imported.unchanged.push(year.year);
                continue;
            }
            Some(_) => imported.updated.push(year.year),
            None => imported.created.push(year.year),
        }
        fresh.push(year.clone());
    }
    Ok((imported, fresh))
}

/// Writes years, counts anew what they touch, and tells it: the journal, and whom it concerns.
fn keep(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    years: &[Year],
    now: Moment,
) -> Result<Vec<Moved>> {
    let Some((first, last)) = span(years) else {
        return Ok(Vec::new());
    };
    for year in years {
        calendars::put(conn, year)?;
    }
    let calendar = calendars::load(conn)?;
    let moved = deadlines::recompute(conn, &calendar, first, last)?;
    blockers::recount(conn, settings)?;
    approvals::recount(conn, settings)?;
    let numbers: Vec<String> = years.iter().map(|year| year.year.to_string()).collect();
    let subject = numbers.join(", ");
    let is_published = |year: &Year| year.status == YearStatus::Published;
    let deed = if years.iter().any(is_published) {
        Deed::on_site("calendar.published", subject)
    } else {
        Deed::on_site("calendar.changed", subject)
    };
    let days: usize = years.iter().map(|year| year.days.len()).sum();
    let named: Vec<&Moved> = moved.iter().take(NAMED).collect();
    let deed = deed
        .with("days", days)
        .with("moved", moved.len())
        .with("deadlines", named);
    journal::record(conn, &by.actor(), &deed, now)?;
    let named = versions(conn, years)?;
    moved::tell(conn, settings, &named, &moved, now)?;
    Ok(moved)
}

/// Names years with their versions as they are kept, `2027.3`.
fn versions(conn: &mut Conn, years: &[Year]) -> Result<String> {
    let mut named = Vec::new();
    for year in years {
        let version = get(conn, year.year)?.version;
        named.push(format!("{}.{version}", year.year));
    }
    Ok(named.join("-"))
}

/// The first and the last day of some years.
fn span(years: &[Year]) -> Option<(Day, Day)> {
    let numbers = || years.iter().map(|year| year.year);
    Some((
        Day::new(numbers().min()?, 1, 1)?,
        Day::new(numbers().max()?, 12, 31)?,
    ))
}

#[cfg(test)]
mod tests;
