//! Rungs nobody stood on when a step came: kept from the day they were met until somebody is there.
//!
//! A department without accounts is none of them: it is known without the ledger.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::around::Around;
use super::audience::Fault;
use super::ladder::Audience;
use crate::deadlines::{Answerable, Deadline};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::time::Day;
use crate::projects::State;
use crate::store::Conn;
use crate::store::schema::missing_rungs;

crate::words! {
    /// A part of a ladder somebody should fill.
    pub(crate) enum Rung {
        /// The owner of a project.
        Owner = "owner",
        /// The convenor of its team.
        Convenor = "convenor",
        /// Its leader.
        Leader = "leader",
        /// The coordinators of a region.
        Coordinator = "coordinator",
        /// One person who answers for a deadline.
        Person = "person",
    }
}

/// A rung nobody stands on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Missing {
    pub(super) rung: Rung,
    /// The region it is of, or that of the project.
    pub(super) region: Region,
    /// The project it is of; nothing for coordinators.
    pub(super) project: Option<Id>,
    /// The person, for [`Rung::Person`].
    pub(super) person: Option<Id>,
}

impl Missing {
    /// Returns what a fault met at a deadline says is missing, where this is kept.
    pub(super) fn of(fault: Fault, row: &Deadline) -> Option<Self> {
        let Fault::Missing { audience, region } = fault else {
            // Who would be last in every way up, the province, was reported as missing by itself.
            return None;
        };
        let at = |rung, region, project, person| {
            Some(Self {
                rung,
                region,
                project,
                person,
            })
        };
        let of_project = |rung| at(rung, row.place, Some(row.project_id), None);
        match (audience, row.answerable()) {
            (Audience::Owner, _) | (Audience::Answerable, Answerable::Owner) => {
                of_project(Rung::Owner)
            }
            (Audience::Convenor, _) => of_project(Rung::Convenor),
            (Audience::Leader, _) => of_project(Rung::Leader),
            (Audience::Answerable, Answerable::Person(person)) => {
                at(Rung::Person, row.place, Some(row.project_id), Some(person))
            }
            (Audience::Answerable, Answerable::Coordinators(region)) => {
                at(Rung::Coordinator, region, None, None)
            }
            (Audience::Answerable, Answerable::Department { .. }) => None,
            _ => at(Rung::Coordinator, region.unwrap_or(row.place), None, None),
        }
    }

    fn is_filled(&self, around: &Around) -> bool {
        let person = |found: Option<Id>| found.is_some();
        match (self.rung, self.project) {
            (Rung::Coordinator, _) => around.coordinators().contains_key(&self.region),
            (Rung::Person, _) => self.person.and_then(|id| around.addressee(id)).is_some(),
            (_, None) => true,
            (Rung::Owner, Some(project)) => person(around.owner(project)),
            (Rung::Convenor, Some(project)) => person(around.convenor(project)),
            (Rung::Leader, Some(project)) => person(around.leader(project)),
        }
    }

    /// Of a project that is done with, or has gone to another place, nobody is missing any more.
    fn is_over(&self, around: &Around) -> bool {
        let project = self.project.and_then(|id| around.project(id));
        project.is_some_and(|project| {
            !matches!(project.state, State::Active | State::Paused)
                || !project.region.contains(self.region)
        })
    }
}

/// Records that a rung was met with nobody on it, unless that is known.
pub(super) fn record(conn: &mut Conn, missing: &Missing, today: Day) -> Result<()> {
    let project = missing.project.map(|id| id.to_string()).unwrap_or_default();
    let person = missing.person.map(|id| id.to_string()).unwrap_or_default();
    let same = missing_rungs::table.find((
        missing.rung.as_str(),
        missing.region.as_str(),
        &project,
        &person,
    ));
    let known: Option<Day> = same
        .select(missing_rungs::since_on)
        .first(conn)
        .optional()?;
    if known.is_none() {
        diesel::insert_into(missing_rungs::table)
            .values((
                missing_rungs::rung.eq(missing.rung),
                missing_rungs::region.eq(missing.region),
                missing_rungs::project_id.eq(&project),
                missing_rungs::person_id.eq(&person),
                missing_rungs::since_on.eq(today),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Returns the rungs of a reach nobody stands on still, with the day they were first met and what is
/// around them, by region.
pub(super) fn missing(conn: &mut Conn, reach: Region) -> Result<(Vec<(Missing, Day)>, Around)> {
    let (rows, around) = recorded(conn, reach)?;
    let missing = rows
        .into_iter()
        .filter(|(missing, _)| !missing.is_filled(&around) && !missing.is_over(&around));
    Ok((missing.collect(), around))
}

/// Forgets the rungs of a reach that somebody stands on again.
pub(super) fn forget_filled(conn: &mut Conn, reach: Region) -> Result<()> {
    let (rows, around) = recorded(conn, reach)?;
    for (missing, _) in rows {
        if missing.is_filled(&around) || missing.is_over(&around) {
            let project = missing.project.map(|id| id.to_string()).unwrap_or_default();
            let person = missing.person.map(|id| id.to_string()).unwrap_or_default();
            diesel::delete(missing_rungs::table.find((
                missing.rung.as_str(),
                missing.region.as_str(),
                project,
                person,
            )))
            .execute(conn)?;
        }
    }
    Ok(())
}

fn recorded(conn: &mut Conn, reach: Region) -> Result<(Vec<(Missing, Day)>, Around)> {
    let (first, last) = reach.reach();
    let rows: Vec<(Rung, Region, String, String, Day)> = missing_rungs::table
        .filter(missing_rungs::region.between(first, last))
        .order((
            missing_rungs::region,
            missing_rungs::rung,
            missing_rungs::project_id,
            missing_rungs::person_id,
        ))
        .select((
            missing_rungs::rung,
            missing_rungs::region,
            missing_rungs::project_id,
            missing_rungs::person_id,
            missing_rungs::since_on,
        ))
        .load(conn)?;
    let rows: Vec<(Missing, Day)> = rows
        .into_iter()
        .map(|(rung, region, project, person, since_on)| {
            let missing = Missing {
                rung,
                region,
                project: project.parse().ok(),
                person: person.parse().ok(),
            };
            (missing, since_on)
        })
        .collect();
    let all = || rows.iter().map(|(missing, _)| missing);
    let projects = all().filter_map(|missing| missing.project).collect();
    let mut around = Around::of_projects(conn, projects)?;
    let regions: BTreeSet<Region> = all().map(|missing| missing.region).collect();
    around.add_offices(conn, regions)?;
    around.add_persons(conn, all().filter_map(|missing| missing.person).collect())?;
    Ok((rows, around))
}
