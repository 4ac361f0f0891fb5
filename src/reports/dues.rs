//! What is owed by deadline: the report of a quarter, and its review.
//!
//! Knows nothing of who is told; which projects owe a report is asked of the database in batches, so
//! that a round in which nothing newly falls due costs two look-ups.

use std::sync::Arc;

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::lists::{Condition, expected};
use super::rules::{self, Life, State, Window};
use super::store;
use crate::calendars;
use crate::deadlines::{self, Answerable, DeadlineKind, Owed, Unit};
use crate::kernel::calendar::WorkCalendar;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::refused::Facts;
use crate::kernel::time::{Day, Moment, Quarter};
use crate::projects::{self, Project};
use crate::settings::Settings;
use crate::store::schema::{deadlines as deadline_rows, projects as project_rows, reports};
use crate::store::{Conn, Store};

/// Projects made to owe a report in one unit of work.
const BATCH: i64 = 100;

fn report_key(project: Id, quarter: Quarter) -> String {
    format!("report-{project}-{quarter}")
}

fn review_key(project: Id, quarter: Quarter) -> String {
    format!("report_review-{project}-{quarter}")
}

/// Returns what of a project's life decides whether it owes a report.
pub(super) fn life(conn: &mut Conn, project: &Project) -> Result<Life> {
    let pauses = projects::pauses_of(conn, project.id)?;
    Ok(Life {
        state: project.state,
        launched_on: project.launched_on,
        closed_on: project.closed_on,
        pauses: pauses
            .into_iter()
            .map(|pause| (pause.from_on, pause.ended_on))
            .collect(),
    })
}

/// Returns the quarters whose windows have opened since a project was launched, oldest first.
pub(super) fn opened_since(
    launched_on: Day,
    today: Day,
    calendar: &WorkCalendar,
    settings: &Settings,
) -> Vec<Quarter> {
    let latest = rules::latest_opened(today, calendar, &settings.reports);
    let mut quarters = Vec::new();
    let mut quarter = Quarter::of(launched_on);
    while quarter <= latest {
        quarters.push(quarter);
        if quarter == latest {
            break;
        }
        quarter = quarter.next();
    }
    quarters
}

/// Returns the quarters whose report a project owes today: expected and not handed in, or given back.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn owed_of(
    conn: &mut Conn,
    settings: &Settings,
    project: &Project,
    now: Moment,
) -> Result<Vec<Quarter>> {
    let Some(launched_on) = project.launched_on else {
        return Ok(Vec::new());
    };
    let calendar = calendars::load(conn)?;
    let today = settings.site.zone.day_of(now);
    let life = life(conn, project)?;
    let rows = store::of_project(conn, project.id)?;
    let mut owed = opened_since(launched_on, today, &calendar, settings);
    owed.retain(|quarter| {
        let state = rows
            .iter()
            .find(|row| row.quarter == *quarter)
            .map_or(State::Missing, |row| row.state);
        match state {
            State::Submitted | State::Accepted => false,
            State::Returned => true,
            State::Missing | State::Draft => {
                let window = rules::window(*quarter, &calendar, &settings.reports);
                rules::is_expected(&life, &window, today)
            }
        }
    });
    Ok(owed)
}

/// Makes a project that is launched now owe the reports whose windows are open.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn owe_at_launch(
    conn: &mut Conn,
    settings: &Settings,
    project: &Project,
    now: Moment,
) -> Result<()> {
    let Some(launched_on) = project.launched_on else {
        return Ok(());
    };
    let calendar = calendars::load(conn)?;
    let today = settings.site.zone.day_of(now);
    for quarter in opened_since(launched_on, today, &calendar, settings) {
        owe_report(
            conn,
            &calendar,
            (project, quarter),
            (quarter.last_day(), settings.reports.due_working_days),
            (now, today),
        )?;
    }
    Ok(())
}

/// Makes a project owe a report from now on, so many working days after `anchor`.
pub(super) fn owe_report(
    conn: &mut Conn,
    calendar: &WorkCalendar,
    (project, quarter): (&Project, Quarter),
    (anchor, offset): (Day, i64),
    (now, today): (Moment, Day),
) -> Result<()> {
    let owed = Owed {
        key: report_key(project.id, quarter),
        kind: DeadlineKind::Report,
        ..owed_on(project, quarter, anchor, offset)
    };
    deadlines::owe(conn, calendar, &owed, now, today)?;
    Ok(())
}

/// Makes the coordinators of the project's region owe the review of what was handed in now; while it
/// is owed already, it moves.
pub(super) fn owe_review(
    conn: &mut Conn,
    calendar: &WorkCalendar,
    settings: &Settings,
    (project, quarter): (&Project, Quarter),
    (now, today): (Moment, Day),
) -> Result<()> {
    let (anchor, offset) = rules::review_due(quarter, today, calendar, &settings.reports);
    let key = review_key(project.id, quarter);
    let open: Option<Day> = deadline_rows::table
        .find(&key)
        .filter(deadline_rows::settled_at.is_null())
        .select(deadline_rows::due_on)
        .first(conn)
        .optional()?;
    if let Some(due_on) = open {
        if deadlines::due(calendar, anchor, offset, Unit::Working).on != due_on {
            deadlines::move_to(conn, calendar, &key, anchor, offset)?;
        }
        return Ok(());
    }
    let owed = Owed {
        key,
        kind: DeadlineKind::ReportReview,
        answerable: Answerable::Coordinators(project.region),
        ..owed_on(project, quarter, anchor, offset)
    };
    deadlines::owe(conn, calendar, &owed, now, today)?;
    Ok(())
}

fn owed_on(project: &Project, quarter: Quarter, anchor: Day, offset: i64) -> Owed {
    Owed {
        key: String::new(),
        kind: DeadlineKind::Report,
        subject: format!("{}-{quarter}", project.id),
        project: project.id,
        facts: Facts::none().with("quarter", quarter),
        anchor,
        offset,
        unit: Unit::Working,
        answerable: Answerable::Owner,
        place: project.region,
        level: project.region.level(),
        critical: false,
    }
}

/// Settles that the report is owed: it is in.
pub(super) fn settle_report(
    conn: &mut Conn,
    project: Id,
    quarter: Quarter,
    now: Moment,
) -> Result<()> {
    deadlines::settle(conn, &report_key(project, quarter), now)
}

/// Settles that the review is owed: it is done.
pub(super) fn settle_review(
    conn: &mut Conn,
    project: Id,
    quarter: Quarter,
    now: Moment,
) -> Result<()> {
    deadlines::settle(conn, &review_key(project, quarter), now)
}

/// Makes every project owe the report of a quarter once its window has opened, and settles what was
/// owed by projects that turned out not to be under dispatch on its due day. Returns how many
/// deadlines came or went.
///
/// # Errors
/// Only faults of the store.
pub(crate) async fn owe_due(store: &Store, settings: &Arc<Settings>, now: Moment) -> Result<usize> {
    let mut count = 0;
    loop {
        let asked = Arc::clone(settings);
        let is_due = move |conn: &mut Conn| Ok(!changes(conn, &asked, now, 1)?.is_empty());
        if !store.read(is_due).await? {
            return Ok(count);
        }
        let asked = Arc::clone(settings);
        count += store
            .write(move |conn| owe_batch(conn, &asked, now))
            .await?;
    }
}

/// A deadline that comes or goes.
struct Change {
    project: Project,
    quarter: Quarter,
    comes: bool,
}

/// Writes one batch of what [`owe_due`] does.
pub(super) fn owe_batch(conn: &mut Conn, settings: &Settings, now: Moment) -> Result<usize> {
    let calendar = calendars::load(conn)?;
    let today = settings.site.zone.day_of(now);
    let changes = changes(conn, settings, now, BATCH)?;
    for change in &changes {
        let (project, quarter) = (&change.project, change.quarter);
        if change.comes {
            let due = (quarter.last_day(), settings.reports.due_working_days);
            owe_report(conn, &calendar, (project, quarter), due, (now, today))?;
        } else {
            settle_report(conn, project.id, quarter, now)?;
        }
    }
    Ok(changes.len())
}

/// Returns some of the deadlines that have to come or go. The quarter before the latest one is
/// looked at too: the service may have stood still while its window opened.
fn changes(conn: &mut Conn, settings: &Settings, now: Moment, limit: i64) -> Result<Vec<Change>> {
    let calendar = calendars::load(conn)?;
    let today = settings.site.zone.day_of(now);
    let latest = rules::latest_opened(today, &calendar, &settings.reports);
    let mut changes = Vec::new();
    for quarter in [latest.previous(), latest] {
        let window = rules::window(quarter, &calendar, &settings.reports);
        let newly = newly_due(&window, today);
        changes.extend(matching(conn, newly, quarter, true, limit)?);
        if window.due_on.on < today {
            changes.extend(matching(
                conn,
                never_due(&window, today),
                quarter,
                false,
                limit,
            )?);
        }
    }
    Ok(changes)
}

fn matching(
    conn: &mut Conn,
    condition: Condition,
    quarter: Quarter,
    comes: bool,
    limit: i64,
) -> Result<Vec<Change>> {
    let found: Vec<Project> = project_rows::table
        .filter(condition)
        .order(project_rows::id)
        .limit(limit)
        .select(Project::as_select())
        .load(conn)?;
    Ok(found
        .into_iter()
        .map(|project| Change {
            project,
            quarter,
            comes,
        })
        .collect())
}

/// Expected, and neither owed before nor handed in.
fn newly_due(window: &Window, today: Day) -> Condition {
    let quarter = window.quarter;
    let key = String::from("report-")
        .into_sql::<Text>()
        .concat(project_rows::id)
        .concat(format!("-{quarter}"));
    let owed = exists(deadline_rows::table.filter(deadline_rows::key.eq(key)));
    Box::new(
        expected(window, today)
            .and(not(owed))
            .and(not(handed_in(quarter))),
    )
}

/// Owed, past its due day, and not expected then: it is never owed later.
fn never_due(window: &Window, today: Day) -> Condition {
    let quarter = window.quarter;
    let key = String::from("report-")
        .into_sql::<Text>()
        .concat(project_rows::id)
        .concat(format!("-{quarter}"));
    let open = deadline_rows::table
        .filter(deadline_rows::key.eq(key))
        .filter(deadline_rows::settled_at.is_null());
    Box::new(
        not(expected(window, today))
            .and(exists(open))
            .and(not(handed_in(quarter))),
    )
}

fn handed_in(quarter: Quarter) -> Condition {
    let report = reports::table
        .filter(reports::project_id.eq(project_rows::id))
        .filter(reports::quarter.eq(quarter))
        .filter(reports::first_submitted_at.is_not_null());
    Box::new(exists(report))
}
