//! What a report is held against: the reports before it, the schedule, the open blockers and the
//! plan. Read once per deed or answer; what the checks find in it and what a new draft starts from
//! are decided without the database.

use super::carry::{self, Difference};
use super::checks::{self, Case, Found};
use super::content::Content;
use super::rules::{self, Base, Filed};
use super::scene::Scene;
use super::store;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::money::Yuan;
use crate::schedules::Milestone;
use crate::store::Conn;
use crate::{blockers, projects, schedules};

/// What is known around a report of one quarter.
pub(super) struct Evidence {
    /// From where its sums start.
    pub(super) base: Base,
    /// The latest reports of earlier quarters that are in force, the latest first.
    pub(super) filed: Vec<Filed>,
    /// The schedule as it stands.
    pub(super) milestones: Vec<Milestone>,
    /// The open blockers, those due first before the others.
    pub(super) open: Vec<Id>,
    /// What the plan invests in the year; none without a plan.
    planned: Option<Yuan>,
}

impl Evidence {
    /// Reads what a scene's report is held against.
    ///
    /// # Errors
    /// Only faults of the store.
    pub(super) fn read(conn: &mut Conn, scene: &Scene) -> Result<Self> {
        let (project, quarter) = (&scene.project, scene.quarter());
        let filed = store::filed_before(conn, project.id, quarter, checks::SEEN_BEFORE)?;
        let open = blockers::open_of(conn, project.id)?.into_iter();
        Ok(Self {
            base: rules::base(quarter, filed.first(), &scene.opening()),
            filed,
            milestones: schedules::milestones(conn, project.id)?,
            open: open.map(|blocker| blocker.id).collect(),
            planned: projects::planned_in(conn, project, i64::from(quarter.year()))?,
        })
    }

    /// Reads what many scenes of one quarter are held against, by a fixed few queries.
    ///
    /// # Errors
    /// Only faults of the store.
    pub(super) fn read_many(conn: &mut Conn, scenes: &[Scene]) -> Result<Vec<Self>> {
        let Some(quarter) = scenes.first().map(Scene::quarter) else {
            return Ok(Vec::new());
        };
        let ids: Vec<Id> = scenes.iter().map(|scene| scene.project.id).collect();
        let mut filed = store::filed_before_of(conn, &ids, quarter, checks::SEEN_BEFORE)?;
        let mut milestones = schedules::milestones_of(conn, &ids)?;
        let mut open = blockers::open_of_many(conn, &ids)?;
        let plans: Vec<Id> = scenes
            .iter()
            .filter_map(|scene| scene.project.plan_id)
            .collect();
        let planned = projects::planned_in_of(conn, &plans, i64::from(quarter.year()))?;
        let each = scenes.iter().map(|scene| {
            let id = scene.project.id;
            let filed = filed.remove(&id).unwrap_or_default();
            let plan = scene.project.plan_id;
            Self {
                base: rules::base(quarter, filed.first(), &scene.opening()),
                filed,
                milestones: milestones.remove(&id).unwrap_or_default(),
                open: open.remove(&id).unwrap_or_default(),
                planned: plan.map(|plan| planned.get(&plan).copied().unwrap_or_default()),
            }
        });
        Ok(each.collect())
    }

    /// Returns the report before this one, if there is any.
    pub(super) fn previous(&self) -> Option<&Filed> {
        self.filed.first()
    }

    /// Returns what a draft of the report starts from.
    pub(super) fn carried(&self) -> Content {
        carry::carried(self.base, self.previous(), &self.milestones, &self.open)
    }

    /// Returns how a content differs from the report before.
    pub(super) fn difference(&self, content: &Content) -> Difference {
        carry::difference(content, self.base, self.previous(), &self.milestones)
    }

    /// Runs the checks on a content.
    ///
    /// # Errors
    /// Only faults of the store.
    pub(super) fn check(
        &self,
        conn: &mut Conn,
        scene: &Scene,
        content: &Content,
    ) -> Result<Vec<Found>> {
        let linked = &content.problems.blocker_ids;
        let linked = blockers::of_project(conn, scene.project.id, linked)?;
        Ok(self.check_linked(scene, content, &linked))
    }

    /// Runs the checks on a content, of whose blockers `linked` are the project's.
    pub(super) fn check_linked(
        &self,
        scene: &Scene,
        content: &Content,
        linked: &[Id],
    ) -> Vec<Found> {
        checks::run(&Case {
            content,
            quarter: scene.quarter(),
            today: scene.today,
            total_investment: scene.project.total_investment_yuan,
            planned: self.planned,
            base: self.base,
            filed: &self.filed,
            milestones: &self.milestones,
            open_blockers: &self.open,
            linked_blockers: linked,
            lamp: None,
        })
    }
}
