//! Pillars that fell vacant by time alone: the account of a leader or owner was disabled while the
//! project is under dispatch.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::calendars;
use crate::deadlines::{self, Answerable, DeadlineKind, Owed, Unit};
use crate::journal::{self, Deed};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::refused::Facts;
use crate::kernel::time::Moment;
use crate::people::caller::Caller;
use crate::projects::{Pillar, State};
use crate::settings::Settings;
use crate::store::Conn;
use crate::store::schema::{accounts, projects};

/// A pillar without a person who can act.
struct Vacancy {
    project: Id,
    region: Region,
    pillar: Pillar,
    since: Moment,
}

/// Owes every pillar that fell vacant, once, to the coordinators of the project's region, and
/// settles those filled again. Returns how many it owed or settled.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn owe_vacancies(conn: &mut Conn, settings: &Settings, now: Moment) -> Result<usize> {
    let mut vacant = BTreeMap::new();
    for pillar in [Pillar::Leader, Pillar::Owner] {
        for vacancy in vacancies(conn, pillar)? {
            vacant.insert(format!("pillar-{}-{pillar}", vacancy.project), vacancy);
        }
    }
    let actor = Caller::system(settings.site.region, "job").actor();
    let mut count = 0_usize;
    for owed in deadlines::open_of_kind(conn, DeadlineKind::Pillar)? {
        if vacant.remove(&owed.key).is_some() {
            continue;
        }
        deadlines::settle(conn, &owed.key, now)?;
        let deed = Deed::on_project("pillar.filled", owed.project_id, &owed.key);
        journal::record(conn, &actor, &deed, now)?;
        count = count.saturating_add(1);
    }
    if vacant.is_empty() {
        return Ok(count);
    }
    let calendar = calendars::load(conn)?;
    let today = settings.site.zone.day_of(now);
    for (key, vacancy) in vacant {
        let owed = Owed {
            key: key.clone(),
            kind: DeadlineKind::Pillar,
            subject: vacancy.project.to_string(),
            project: vacancy.project,
            facts: Facts::none().with("pillar", vacancy.pillar),
            anchor: settings.site.zone.day_of(vacancy.since),
            offset: settings.pillars.vacancy_working_days,
            unit: Unit::Working,
            answerable: Answerable::Coordinators(vacancy.region),
            place: vacancy.region,
            level: vacancy.region.level(),
            critical: false,
        };
        let due = deadlines::owe(conn, &calendar, &owed, now, today)?;
        let deed = Deed::on_project("pillar.vacant", vacancy.project, key)
            .with("pillar", vacancy.pillar)
            .with("due_on", due.on);
        journal::record(conn, &actor, &deed, now)?;
        count = count.saturating_add(1);
    }
    Ok(count)
}

/// Returns the vacancies of one pillar. Starts from the disabled accounts, of which there are few.
fn vacancies(conn: &mut Conn, pillar: Pillar) -> Result<Vec<Vacancy>> {
    type Row = (Id, Region, Option<Moment>);
    let columns = (projects::id, projects::region, accounts::disabled_at);
    let states = [State::Active, State::Paused];
    let rows: Vec<Row> = if pillar == Pillar::Leader {
        accounts::table
            .inner_join(projects::table.on(projects::leader_id.eq(accounts::id.nullable())))
            .filter(accounts::disabled_at.is_not_null())
            .filter(projects::state.eq_any(states))
            .select(columns)
            .load(conn)?
    } else {
        accounts::table
            .inner_join(projects::table.on(projects::owner_id.eq(accounts::id.nullable())))
            .filter(accounts::disabled_at.is_not_null())
            .filter(projects::state.eq_any(states))
            .select(columns)
            .load(conn)?
    };
    let vacancies = rows.into_iter().filter_map(|(project, region, since)| {
        since.map(|since| Vacancy {
            project,
            region,
            pillar,
            since,
        })
    });
    Ok(vacancies.collect())
}
