//! The people around a batch of deadlines: those who answer for them, those above, and how they are
//! addressed, read with a fixed number of queries however large the batch is.
//!
//! Reads only; decides nothing about who is told.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::deadlines::{Answerable, Deadline};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::{Level, Region};
use crate::people::role::Role;
use crate::projects::State;
use crate::store::Conn;
use crate::store::schema::{accounts, projects, teams};
use crate::text::Lang;

/// How a person is addressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Addressee {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) lang: Lang,
}

/// A project as the escalation needs it.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    pub(super) name: String,
    pub(super) state: State,
    pub(super) region: Region,
    owner: Option<Id>,
    leader: Option<Id>,
    convenor: Option<Id>,
}

/// Projects and people around some deadlines; of people only those who can be told.
#[derive(Debug, Default)]
pub(super) struct Around {
    projects: BTreeMap<Id, Standing>,
    coordinators: BTreeMap<Region, Vec<Id>>,
    departments: BTreeMap<(String, Region), Vec<Id>>,
    addressees: BTreeMap<Id, Addressee>,
}

impl Around {
    /// Reads what is around some deadlines.
    ///
    /// # Errors
    /// Only faults of the store.
    pub(super) fn load(conn: &mut Conn, rows: &[Deadline]) -> Result<Self> {
        let ids: BTreeSet<Id> = rows.iter().map(|row| row.project_id).collect();
        let mut around = Self {
            projects: standings(conn, ids)?,
            ..Self::default()
        };
        let mut regions = BTreeSet::new();
        let mut persons = BTreeSet::new();
        for row in rows {
            let levels = [Level::County, Level::City, Level::Province].into_iter();
            regions.extend(levels.map(|level| row.place.at_level(level)));
            regions.extend(row.region);
            persons.extend(row.person_id);
        }
        for project in around.projects.values() {
            persons.extend(project.owner);
            persons.extend(project.leader);
            persons.extend(project.convenor);
        }
        around.add_offices(conn, regions)?;
        around.add_persons(conn, persons)?;
        Ok(around)
    }

    /// Reads the projects of those ids and the people in them.
    ///
    /// # Errors
    /// Only faults of the store.
    pub(super) fn of_projects(conn: &mut Conn, ids: BTreeSet<Id>) -> Result<Self> {
        let mut around = Self {
            projects: standings(conn, ids)?,
            ..Self::default()
        };
        let parts = around.projects.values();
        let persons = parts.flat_map(|project| [project.owner, project.leader, project.convenor]);
        let persons = persons.flatten().collect();
        around.add_persons(conn, persons)?;
        Ok(around)
    }

    /// Adds the coordinators and department accounts of those regions.
    ///
    /// # Errors
    /// Only faults of the store.
    pub(super) fn add_offices(&mut self, conn: &mut Conn, regions: BTreeSet<Region>) -> Result<()> {
        let rows: Vec<OfficeRow> = accounts::table
            .filter(accounts::region.eq_any(regions))
            .filter(accounts::role.eq_any([Role::Coordinator, Role::Department]))
            .filter(accounts::disabled_at.is_null())
            .order(accounts::id)
            .select((
                accounts::id,
                accounts::role,
                accounts::region,
                accounts::department,
                accounts::name,
                accounts::email,
                accounts::language,
            ))
            .load(conn)?;
        for (id, role, region, department, name, address, lang) in rows {
            let Some(region) = region else { continue };
            match (role, department) {
                (Role::Coordinator, _) => self.coordinators.entry(region).or_default().push(id),
                (_, Some(department)) => {
                    let office = self.departments.entry((department, region));
                    office.or_default().push(id);
                }
                (_, None) => continue,
            }
            let addressee = Addressee {
                name,
                address,
                lang,
            };
            self.addressees.insert(id, addressee);
        }
        Ok(())
    }

    /// Adds those persons who can be told.
    ///
    /// # Errors
    /// Only faults of the store.
    pub(super) fn add_persons(&mut self, conn: &mut Conn, ids: BTreeSet<Id>) -> Result<()> {
        let rows: Vec<(Id, String, String, Lang)> = accounts::table
            .filter(accounts::id.eq_any(ids))
            .filter(accounts::disabled_at.is_null())
            .select((
                accounts::id,
                accounts::name,
                accounts::email,
                accounts::language,
            ))
            .load(conn)?;
        for (id, name, address, lang) in rows {
            let addressee = Addressee {
                name,
                address,
                lang,
            };
            self.addressees.insert(id, addressee);
        }
        Ok(())
    }

    /// Returns a project.
    pub(super) fn project(&self, id: Id) -> Option<&Standing> {
        self.projects.get(&id)
    }

    /// Returns how somebody is addressed, nothing for those who cannot be told.
    pub(super) fn addressee(&self, id: Id) -> Option<&Addressee> {
        self.addressees.get(&id)
    }

    /// Returns the coordinators by their region.
    pub(super) fn coordinators(&self) -> &BTreeMap<Region, Vec<Id>> {
        &self.coordinators
    }

    /// Returns the accounts of a department whose region is exactly this one.
    pub(super) fn department(&self, department: &str, region: Region) -> &[Id] {
        let office = (department.to_owned(), region);
        self.departments.get(&office).map_or(&[], Vec::as_slice)
    }

    /// Returns the owner of a project, if they can be told.
    pub(super) fn owner(&self, project: Id) -> Option<Id> {
        self.told(self.project(project)?.owner)
    }

    /// Returns the leader of a project, if they can be told.
    pub(super) fn leader(&self, project: Id) -> Option<Id> {
        self.told(self.project(project)?.leader)
    }

    /// Returns the convenor of a project's team, if they can be told.
    pub(super) fn convenor(&self, project: Id) -> Option<Id> {
        self.told(self.project(project)?.convenor)
    }

    fn told(&self, id: Option<Id>) -> Option<Id> {
        id.filter(|id| self.addressees.contains_key(id))
    }

    /// Returns who answers for a deadline and can be told; nobody stands in for anybody.
    pub(super) fn answerable(&self, row: &Deadline) -> Vec<Id> {
        match row.answerable() {
            Answerable::Owner => self.owner(row.project_id).into_iter().collect(),
            Answerable::Person(person) => self.told(Some(person)).into_iter().collect(),
            Answerable::Coordinators(region) => {
                self.coordinators.get(&region).cloned().unwrap_or_default()
            }
            Answerable::Department { department, region } => {
                self.department(&department, region).to_vec()
            }
        }
    }

    /// Returns who answers for a deadline; a department without accounts means the coordinators at
    /// the level the matter lies at.
    pub(super) fn answering(&self, row: &Deadline) -> Vec<Id> {
        let own = self.answerable(row);
        if own.is_empty() && matches!(row.answerable(), Answerable::Department { .. }) {
            let level = row.level.max(row.place.level());
            let region = row.place.at_level(level);
            return self.coordinators.get(&region).cloned().unwrap_or_default();
        }
        own
    }
}

/// Id, role, region, department, name, address, language.
type OfficeRow = (
    Id,
    Role,
    Option<Region>,
    Option<String>,
    String,
    String,
    Lang,
);

/// Id, name, state, region, owner, leader, convenor.
type StandingRow = (
    Id,
    String,
    State,
    Region,
    Option<Id>,
    Option<Id>,
    Option<Id>,
);

fn standings(conn: &mut Conn, ids: BTreeSet<Id>) -> Result<BTreeMap<Id, Standing>> {
    let rows: Vec<StandingRow> = projects::table
        .left_join(teams::table.on(teams::id.nullable().eq(projects::team_id)))
        .filter(projects::id.eq_any(ids))
        .select((
            projects::id,
            projects::name,
            projects::state,
            projects::region,
            projects::owner_id,
            projects::leader_id,
            teams::convenor_id.nullable(),
        ))
        .load(conn)?;
    let standing = |(id, name, state, region, owner, leader, convenor): StandingRow| {
        let standing = Standing {
            name,
            state,
            region,
            owner,
            leader,
            convenor,
        };
        (id, standing)
    };
    Ok(rows.into_iter().map(standing).collect())
}
