//! What is known before a deed on a report: the project, the days of the quarter, and the row. Read
//! once per deed or answer.

use std::sync::Arc;

use super::checks;
use super::content::Content;
use super::dues;
use super::rules::{self, Filed, Opening, Standing, State, Window};
use super::store::{self, Report};
use crate::calendars;
use crate::kernel::calendar::WorkCalendar;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::money::Yuan;
use crate::kernel::refused::Finding;
use crate::kernel::time::{Day, Moment, Quarter};
use crate::people::caller::Scope;
use crate::projects::{self, Project};
use crate::settings::Settings;
use crate::store::Conn;

/// A project's report of one quarter, and what decides what may be done with it.
pub(crate) struct Scene {
    pub(super) project: Project,
    pub(super) calendar: Arc<WorkCalendar>,
    pub(super) window: Window,
    pub(super) today: Day,
    pub(super) now: Moment,
    pub(super) expected: bool,
    /// The row; none while the report is not begun.
    pub(super) report: Option<Report>,
}

impl Scene {
    /// Reads the scene within a scope.
    ///
    /// # Errors
    /// 404 `project.missing`.
    pub(super) fn read(
        conn: &mut Conn,
        scope: &Scope,
        settings: &Settings,
        (project, quarter): (Id, Quarter),
        now: Moment,
    ) -> Result<Self> {
        let calendar = Arc::new(calendars::load(conn)?);
        let project = projects::get(conn, scope, project)?;
        let today = settings.site.zone.day_of(now);
        let window = rules::window(quarter, &calendar, &settings.reports);
        let life = dues::life(conn, &project)?;
        let report = store::find(conn, project.id, quarter)?;
        Ok(Self {
            expected: rules::is_expected(&life, &window, today),
            project,
            calendar,
            window,
            today,
            now,
            report,
        })
    }

    pub(super) fn quarter(&self) -> Quarter {
        self.window.quarter
    }

    pub(super) fn standing(&self) -> Option<Standing> {
        self.report.as_ref().map(Report::standing)
    }

    pub(super) fn state(&self) -> State {
        self.report
            .as_ref()
            .map_or(State::Missing, |report| report.state)
    }

    /// Tells whether the report is late: as judged at its first submission; before it, by now, if it
    /// is owed at all.
    pub(super) fn is_late(&self, settings: &Settings) -> bool {
        let judged = self.report.as_ref().and_then(|report| report.late);
        judged.unwrap_or_else(|| {
            self.expected
                && rules::is_late(self.window.due_on.on, settings.site.zone, None, self.now)
        })
    }

    pub(super) fn opening(&self) -> Opening {
        let launched_on = self.project.launched_on;
        Opening {
            total: self.project.opening_total_yuan.unwrap_or(Yuan::ZERO),
            year: self.project.opening_year_yuan.unwrap_or(Yuan::ZERO),
            in_year: self.project.opening_year,
            first: launched_on.map_or(self.quarter(), Quarter::of),
        }
    }

    /// Returns the later reports whose sums would no longer add up with this content in force.
    ///
    /// # Errors
    /// Only faults of the store.
    pub(super) fn upset(&self, conn: &mut Conn, content: &Content) -> Result<Vec<Upset>> {
        let opening = self.opening();
        let mut previous = Filed {
            quarter: self.quarter(),
            content: content.clone(),
        };
        let mut upset = Vec::new();
        for filed in store::filed_after(conn, self.project.id, self.quarter())? {
            let base = rules::base(filed.quarter, Some(&previous), &opening);
            let findings = checks::sums(&filed.content, base);
            if !findings.is_empty() {
                upset.push(Upset {
                    quarter: filed.quarter,
                    findings,
                });
            }
            previous = filed;
        }
        Ok(upset)
    }
}

/// A later report that does not add up.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Upset {
    pub(super) quarter: Quarter,
    pub(super) findings: Vec<Finding>,
}
