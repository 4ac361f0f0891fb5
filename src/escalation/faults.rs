//! What keeps letters from the people they are for, as far as a caller may see it.
//!
//! Each fault is looked up where it is known and said by its code; only reads.

use diesel::prelude::*;

use super::policy::policy;
use super::rungs::{self, Missing, Rung};
use crate::blockers;
use crate::calendars;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::refused::{Facts, Kind, Refused};
use crate::kernel::time::{Day, Moment};
use crate::mail::{self, State};
use crate::people::caller::{Caller, Place};
use crate::people::role::Act;
use crate::projects;
use crate::settings::Settings;
use crate::store::Conn;
use crate::store::schema::{accounts, deadlines, letters, projects as project_rows};

/// How long a letter may be due inside the working hours before the queue counts as stuck.
const STUCK_MINUTES: u64 = 60;

/// Something that is wrong.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    /// Stable code, also the key of its words.
    pub(super) code: &'static str,
    pub(super) region: Option<Region>,
    pub(super) project: Option<Id>,
    /// The day it was first met, where that is known.
    pub(super) since_on: Option<Day>,
    pub(super) facts: Facts,
}

impl Fault {
    fn new(code: &'static str, facts: Facts) -> Self {
        Self {
            code,
            region: None,
            project: None,
            since_on: None,
            facts,
        }
    }
}

/// Returns every fault in the caller's reach.
///
/// # Errors
/// 403 `act.forbidden` for all but coordinators; faults of the store.
pub(super) fn list(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    now: Moment,
) -> Result<Vec<Fault>> {
    let forbidden = || Refused::new(Kind::Forbidden, "act.forbidden").with("act", Act::ReadFaults);
    let reach = by.scope.reach.ok_or_else(forbidden)?;
    by.may(Act::ReadFaults, &Place::region(reach))?;
    let mut faults = missing_people(conn, reach)?;
    faults.extend(unstaffed(conn, by)?);
    faults.extend(bounced(conn, reach)?);
    faults.extend(unpublished(conn, by)?);
    faults.extend(stuck(conn, by, settings, now)?);
    Ok(faults)
}

fn missing_people(conn: &mut Conn, reach: Region) -> Result<Vec<Fault>> {
    let (missing, around) = rungs::missing(conn, reach)?;
    let fault = |(missing, since_on): (Missing, Day)| {
        let code = match missing.rung {
            Rung::Coordinator => "fault.missing_coordinator",
            Rung::Owner => "fault.missing_owner",
            Rung::Convenor => "fault.missing_convenor",
            Rung::Leader => "fault.missing_leader",
            Rung::Person => "fault.missing_person",
        };
        let project = missing.project.and_then(|id| around.project(id));
        let facts = Facts::none()
            .with("region", missing.region)
            .with("project", project.map(|project| &project.name));
        Fault {
            region: Some(missing.region),
            project: missing.project,
            since_on: Some(since_on),
            ..Fault::new(code, facts)
        }
    };
    Ok(missing.into_iter().map(fault).collect())
}

fn unstaffed(conn: &mut Conn, by: &Caller) -> Result<Vec<Fault>> {
    let unstaffed = blockers::departments_without_accounts(conn, &by.scope)?;
    let fault = |one: blockers::Unstaffed| {
        let facts = Facts::none()
            .with("department", one.department)
            .with("region", one.region)
            .with("blockers", one.blockers);
        Fault {
            region: Some(one.region),
            ..Fault::new("fault.department_without_accounts", facts)
        }
    };
    Ok(unstaffed.into_iter().map(fault).collect())
}

fn bounced(conn: &mut Conn, reach: Region) -> Result<Vec<Fault>> {
    let bounced = mail::bounced_addresses(conn)?;
    let ids: Vec<Id> = bounced.iter().map(|one| one.account).collect();
    let (first, last) = reach.reach();
    let known: Vec<(Id, String, Option<Region>)> = accounts::table
        .filter(accounts::id.eq_any(ids))
        .filter(accounts::region.between(first, last))
        .order(accounts::id)
        .select((accounts::id, accounts::name, accounts::region))
        .load(conn)?;
    let fault = |(id, name, region): (Id, String, Option<Region>)| {
        let of_it = bounced.iter().find(|one| one.account == id)?;
        let facts = Facts::none()
            .with("person", name)
            .with("address", &of_it.address)
            .with("bounces", of_it.bounces);
        Some(Fault {
            region,
            ..Fault::new("fault.bounced_address", facts)
        })
    };
    Ok(known.into_iter().filter_map(fault).collect())
}

/// Years not published in which something open is due.
fn unpublished(conn: &mut Conn, by: &Caller) -> Result<Vec<Fault>> {
    let calendar = calendars::load(conn)?;
    let days: Vec<(Day, i64)> = deadlines::table
        .inner_join(project_rows::table.on(project_rows::id.eq(deadlines::project_id)))
        .filter(projects::in_scope(&by.scope))
        .filter(deadlines::settled_at.is_null())
        .filter(deadlines::provisional.eq(true))
        .group_by(deadlines::due_on)
        .order(deadlines::due_on)
        .select((deadlines::due_on, diesel::dsl::count_star()))
        .load(conn)?;
    let mut years: Vec<(i32, i64)> = Vec::new();
    for (day, count) in days {
        if !calendar.is_provisional(day) {
            continue;
        }
        match years.last_mut() {
            Some((year, sum)) if *year == day.year() => *sum += count,
            _ => years.push((day.year(), count)),
        }
    }
    let fault = |(year, count): (i32, i64)| {
        let facts = Facts::none().with("year", year).with("deadlines", count);
        Fault::new("fault.unpublished_year", facts)
    };
    Ok(years.into_iter().map(fault).collect())
}

/// Letters that are due and do not leave, and letters that were given up. Outside the working hours
/// nothing can be said of letters that keep them.
fn stuck(conn: &mut Conn, by: &Caller, settings: &Settings, now: Moment) -> Result<Vec<Fault>> {
    let zone = settings.site.zone;
    let calendar = calendars::load(conn)?;
    let hours = policy(settings)?
        .posting()
        .hours_on(zone.day_of(now), zone, &calendar)
        .filter(|hours| hours.contains(&now));
    let patience = std::time::Duration::from_secs(STUCK_MINUTES * 60);
    let mut faults = Vec::new();
    let waits = hours.is_some_and(|hours| hours.start <= now.minus(patience));
    if waits {
        let due = [
            State::Pending,
            State::Retry,
            State::Ambiguous,
            State::Sending,
        ];
        let count = in_states(conn, by, &due, Some(now.minus(patience)))?;
        if count > 0 {
            let facts = Facts::none()
                .with("letters", count)
                .with("minutes", STUCK_MINUTES);
            faults.push(Fault::new("fault.stuck_queue", facts));
        }
    }
    let given_up = in_states(conn, by, &[State::Dead], None)?;
    if given_up > 0 {
        let facts = Facts::none().with("letters", given_up);
        faults.push(Fault::new("fault.letters_given_up", facts));
    }
    Ok(faults)
}

fn in_states(
    conn: &mut Conn,
    by: &Caller,
    states: &[State],
    due_before: Option<Moment>,
) -> Result<i64> {
    let mut count = letters::table
        .filter(letters::state.eq_any(states.to_vec()))
        .count()
        .into_boxed();
    if let Some(due_before) = due_before {
        count = count.filter(letters::next_attempt_at.lt(Some(due_before)));
    }
    if by.role != crate::people::role::Role::Admin
        && let Some(reach) = by.scope.reach
    {
        let (first, last) = reach.reach();
        count = count.filter(letters::region.between(first, last));
    }
    Ok(count.get_result(conn)?)
}
