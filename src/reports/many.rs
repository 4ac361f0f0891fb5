//! The reports of one quarter of many projects at once: what a workbook is made of, what an import of
//! one decides and writes. Read by a fixed few queries for every [`BATCH`] of projects; decided by the
//! same rules and checks as a single report.

use std::collections::HashSet;
use std::sync::Arc;

use diesel::prelude::*;

use super::checks::Found;
use super::content::Content;
use super::evidence::Evidence;
use super::filing::{self, HandedIn};
use super::lists;
use super::rules::{self, Base, State, Window};
use super::scene::Scene;
use super::store;
use crate::calendars;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::time::{Moment, Quarter};
use crate::people::caller::{Caller, Scope};
use crate::people::role::Act;
use crate::projects::{self, Project};
use crate::schedules::Milestone;
use crate::settings::Settings;
use crate::store::Conn;
use crate::store::schema::projects as project_rows;

/// Projects read at once.
const BATCH: usize = 500;

/// Which projects are wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wanted<'a> {
    /// Those that owe the report, in a region's reach.
    Owing(Option<Region>),
    /// These, whether they owe it or not.
    Of(&'a [Id]),
}

/// One project's report with everything it is held against.
pub(crate) struct Desk {
    scene: Scene,
    evidence: Evidence,
    /// What is written and not handed in, else what is in force.
    said: Option<Content>,
    /// The submission, once it is decided.
    handed_in: Option<HandedIn>,
}

/// Returns the quarter that is to be filed: the one named, else the latest whose window has opened.
///
/// # Errors
/// 409 `report.window_not_open` for one that is named too early.
pub(crate) fn quarter_to_file(
    conn: &mut Conn,
    settings: &Settings,
    named: Option<Quarter>,
    now: Moment,
) -> Result<Quarter> {
    let calendar = calendars::load(conn)?;
    let today = settings.site.zone.day_of(now);
    let latest = || rules::latest_opened(today, &calendar, &settings.reports);
    let quarter = named.unwrap_or_else(latest);
    rules::window(quarter, &calendar, &settings.reports).refuse_early(today)?;
    Ok(quarter)
}

/// Returns the desks of projects in scope, by region, name and id.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn desks(
    conn: &mut Conn,
    scope: &Scope,
    settings: &Settings,
    (quarter, wanted): (Quarter, Wanted<'_>),
    now: Moment,
) -> Result<Vec<Desk>> {
    let calendar = Arc::new(calendars::load(conn)?);
    let today = settings.site.zone.day_of(now);
    let window = rules::window(quarter, &calendar, &settings.reports);
    let all = match wanted {
        Wanted::Owing(region) => owing(conn, scope, (region, &window), settings, now)?,
        Wanted::Of(ids) => {
            let mut all = Vec::new();
            for ids in ids.chunks(BATCH) {
                all.extend(among(conn, scope, ids)?);
            }
            all
        }
    };
    let mut desks = Vec::with_capacity(all.len());
    for batch in all.chunks(BATCH) {
        let ids: Vec<Id> = batch.iter().map(|project| project.id).collect();
        let expected = lists::expected_among(conn, &window, today, &ids)?;
        let expected: HashSet<Id> = expected.into_iter().collect();
        let mut reports = lists::of_projects(conn, &ids, &[quarter])?;
        let scenes = batch.iter().map(|project| Scene {
            calendar: Arc::clone(&calendar),
            window,
            today,
            now,
            expected: expected.contains(&project.id),
            report: reports.remove(&(quarter, project.id)),
            project: project.clone(),
        });
        let scenes: Vec<Scene> = scenes.collect();
        let evidence = Evidence::read_many(conn, &scenes)?;
        let begun = scenes.iter().filter_map(|scene| scene.report.as_ref());
        let begun: Vec<Id> = begun.map(|report| report.id).collect();
        let mut in_force = store::in_force(conn, &begun)?;
        for (scene, evidence) in scenes.into_iter().zip(evidence) {
            let said = match &scene.report {
                None => None,
                Some(report) => report.draft()?.or_else(|| in_force.remove(&report.id)),
            };
            desks.push(Desk {
                scene,
                evidence,
                said,
                handed_in: None,
            });
        }
    }
    Ok(desks)
}

fn owing(
    conn: &mut Conn,
    scope: &Scope,
    (region, window): (Option<Region>, &Window),
    settings: &Settings,
    now: Moment,
) -> Result<Vec<Project>> {
    let today = settings.site.zone.day_of(now);
    let (first, last) = region.map_or(Region::EVERYWHERE, Region::reach);
    Ok(project_rows::table
        .filter(projects::in_scope(scope))
        .filter(project_rows::region.between(first, last))
        .filter(lists::expected(window, today))
        .order((project_rows::region, project_rows::name, project_rows::id))
        .select(Project::as_select())
        .load(conn)?)
}

fn among(conn: &mut Conn, scope: &Scope, ids: &[Id]) -> Result<Vec<Project>> {
    Ok(project_rows::table
        .filter(projects::in_scope(scope))
        .filter(project_rows::id.eq_any(ids.to_vec()))
        .order((project_rows::region, project_rows::name, project_rows::id))
        .select(Project::as_select())
        .load(conn)?)
}

impl Desk {
    /// Returns the project.
    pub(crate) fn project(&self) -> &Project {
        &self.scene.project
    }

    /// Returns the state of the report.
    pub(crate) fn state(&self) -> State {
        self.scene.state()
    }

    /// Returns from where the sums start.
    pub(crate) fn sums(&self) -> Base {
        self.evidence.base
    }

    /// Tells whether there is a report of an earlier quarter to hold this one against.
    pub(crate) fn has_previous(&self) -> bool {
        self.evidence.previous().is_some()
    }

    /// Returns the report before this one.
    pub(crate) fn previous(&self) -> Option<&Content> {
        self.evidence.previous().map(|filed| &filed.content)
    }

    /// Returns the open blockers.
    pub(crate) fn open_blockers(&self) -> &[Id] {
        &self.evidence.open
    }

    /// Returns the schedule as it stands.
    pub(crate) fn milestones(&self) -> &[Milestone] {
        &self.evidence.milestones
    }

    /// Returns what the report says: its draft, else what is in force; nothing while it is not begun.
    pub(crate) fn said(&self) -> Option<&Content> {
        self.said.as_ref()
    }

    /// Returns what a new version starts from: what the report says, else what it takes over.
    pub(crate) fn base(&self) -> Content {
        let said = self.said.clone();
        said.unwrap_or_else(|| self.evidence.carried())
    }

    /// Runs the checks on a content whose blockers are the project's open ones.
    pub(crate) fn check(&self, content: &Content) -> Vec<Found> {
        let linked = &self.evidence.open;
        self.evidence.check_linked(&self.scene, content, linked)
    }

    /// Says whether a content could be kept as a draft now.
    ///
    /// # Errors
    /// 403 `act.forbidden`, and those of a draft.
    pub(crate) fn permit(&self, by: &Caller, content: &Content) -> Result<()> {
        by.may(Act::ImportReport, &self.scene.project.place())?;
        filing::drafted(&self.scene, content).map(drop)
    }

    /// Decides on a content, of which `found` is what the checks find: as a draft, and as a submission
    /// if so asked.
    ///
    /// # Errors
    /// Those of a draft and of a submission.
    pub(crate) fn decide(
        &mut self,
        by: &Caller,
        settings: &Settings,
        (content, found): (&Content, Vec<Found>),
        submit: bool,
    ) -> Result<()> {
        self.scene.report = Some(filing::drafted(&self.scene, content)?);
        if submit {
            let decided = filing::handed_in(by, settings, &self.scene, |_| Ok(found))?;
            self.handed_in = Some(decided);
        }
        Ok(())
    }

    /// Writes what was decided.
    ///
    /// # Errors
    /// 412 `version.stale` when somebody was faster.
    pub(crate) fn write(mut self, conn: &mut Conn, by: &Caller, settings: &Settings) -> Result<()> {
        if let Some(decided) = self.handed_in.take() {
            return filing::write(conn, by, settings, &mut self.scene, decided);
        }
        if let Some(report) = &self.scene.report {
            store::save(conn, report, self.scene.now)?;
        }
        Ok(())
    }
}
