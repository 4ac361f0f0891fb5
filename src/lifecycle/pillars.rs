//! How the five pillars of a project stand, in the order in which they are always named.

use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::refused::Finding;
use crate::kernel::time::Moment;
use crate::people::caller::Caller;
use crate::projects::{self, Charter, Pillar, Project};
use crate::schedules;
use crate::store::Conn;

use super::rules;

/// How one of the five stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PillarState {
    pub(crate) pillar: Pillar,
    /// Since when it stands as it does; none while it was never satisfied by what is there.
    pub(crate) since: Option<Moment>,
    pub(crate) gaps: Vec<Finding>,
}

/// The five pillars of a project, and what fills their columns.
#[derive(Debug)]
pub(crate) struct FiveOne {
    pub(crate) pillars: Vec<PillarState>,
    charter: Charter,
    schedule: Option<Id>,
}

impl FiveOne {
    /// Returns everything that is missing, the pillar first in each pointer.
    pub(super) fn gaps(&self) -> Vec<Finding> {
        let told = |state: &PillarState| rules::of_project(state.pillar, &state.gaps);
        self.pillars.iter().flat_map(told).collect()
    }

    /// Fills the columns of the row with what satisfies each pillar.
    pub(super) fn fill(&self, project: &mut Project) {
        self.charter.fill(project);
        project.schedule_id = self.schedule;
    }
}

/// Returns how the five pillars of a project in scope stand.
///
/// # Errors
/// 404 `project.missing`.
pub(crate) fn five_one(conn: &mut Conn, by: &Caller, project: Id) -> Result<FiveOne> {
    let project = projects::get(conn, &by.scope, project)?;
    five_one_of(conn, &project)
}

/// Returns how the five pillars of a project the caller has seen stand.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn five_one_of(conn: &mut Conn, project: &Project) -> Result<FiveOne> {
    let charter = projects::charter(conn, project)?;
    let schedule = schedules::standing(conn, project.id)?;
    let pillars = Pillar::ALL.iter().map(|pillar| {
        let (since, gaps) = charter.of(*pillar).map_or_else(
            || (schedule.since, schedule.gaps.clone()),
            |standing| (standing.since, standing.gaps.clone()),
        );
        PillarState {
            pillar: *pillar,
            since,
            gaps,
        }
    });
    Ok(FiveOne {
        pillars: pillars.collect(),
        schedule: schedule.holds,
        charter,
    })
}
