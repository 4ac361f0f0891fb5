//! Reading many reports: those of one project, and of all projects in scope.

use std::collections::BTreeSet;

use super::dues;
use super::lists::{self, Filter, Named, Wanted};
use super::rules::{self, Window};
use super::store;
use super::views::{LineView, Names, named_by};
use crate::calendars;
use crate::kernel::calendar::WorkCalendar;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::page::{Page, Paging};
use crate::kernel::refused::{Kind, Refused};
use crate::kernel::time::{Moment, Quarter};
use crate::people::caller::Caller;
use crate::projects;
use crate::settings::Settings;
use crate::store::Conn;

/// Names the list of a project's reports in its cursors.
pub(super) const OF_PROJECT: &str = "project_reports";
/// Names the list of all reports in its cursors.
pub(super) const ALL: &str = "reports";

/// Returns the reports a project owes or owed and those that were begun, newest first.
///
/// # Errors
/// 404 `project.missing`; 400 `query.cursor`.
pub(crate) fn of_project(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    project: Id,
    paging: &Paging,
    now: Moment,
) -> Result<Page<LineView>> {
    let project = projects::get(conn, &by.scope, project)?;
    let calendar = calendars::load(conn)?;
    let today = settings.site.zone.day_of(now);
    let life = dues::life(conn, &project)?;
    let rows = store::of_project(conn, project.id)?;
    let mut quarters: BTreeSet<Quarter> = rows.iter().map(|row| row.quarter).collect();
    if let Some(launched_on) = project.launched_on {
        quarters.extend(dues::opened_since(launched_on, today, &calendar, settings));
    }
    let names = Names::read(conn, rows.iter().flat_map(named_by))?;
    let shown = Named {
        id: project.id,
        name: project.name.clone(),
        region: project.region,
    };
    let mut views = Vec::new();
    for quarter in quarters.into_iter().rev() {
        let window = rules::window(quarter, &calendar, &settings.reports);
        let row = rows.iter().find(|row| row.quarter == quarter);
        let expected = rules::is_expected(&life, &window, today);
        if row.is_none() && !expected {
            continue;
        }
        let late = row.and_then(|row| row.late);
        let late = late.unwrap_or_else(|| expected && is_over(&window, settings, now));
        let view = LineView::of(&shown, &window, (expected, late), row, &names);
        views.push((quarter, view));
    }
    let total = paging
        .with_total
        .then(|| i64::try_from(views.len()).unwrap_or(i64::MAX));
    if let Some((after, _)) = cursor(paging, false)? {
        views.retain(|(quarter, _)| *quarter < after);
    }
    let page = paging.page(OF_PROJECT, views, total, |(quarter, _)| {
        vec![quarter.to_string()]
    });
    Ok(page.map(|(_, line)| line))
}

/// Returns the reports of projects in scope, the latest quarter first; what is expected and not begun
/// is among them.
///
/// # Errors
/// 400 `query.cursor`.
pub(super) fn all(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    filter: &Filter,
    paging: &Paging,
    now: Moment,
) -> Result<Page<LineView>> {
    let calendar = calendars::load(conn)?;
    let windows = windows(conn, by, settings, filter, &calendar, now)?;
    let after = cursor(paging, true)?;
    let wanted = |window| Wanted {
        window,
        filter,
        zone: settings.site.zone,
        now,
    };
    let mut rows: Vec<(Window, Named)> = Vec::new();
    for window in &windows {
        let (from, seen) = after.map_or((window.quarter, None), |(quarter, id)| (quarter, id));
        if window.quarter > from {
            continue;
        }
        let seen = seen.filter(|_| window.quarter == from);
        let got = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let more = paging.limit.saturating_add(1).saturating_sub(got);
        if more <= 0 {
            break;
        }
        let found = wanted(window).page(conn, &by.scope, seen, more)?;
        rows.extend(found.into_iter().map(|project| (*window, project)));
    }
    let mut total = None;
    if paging.with_total {
        let mut sum = 0_i64;
        for window in &windows {
            sum = sum.saturating_add(wanted(window).count(conn, &by.scope)?);
        }
        total = Some(sum);
    }
    let page = paging.page(ALL, rows, total, |(window, project)| {
        vec![window.quarter.to_string(), project.id.to_string()]
    });
    shown(conn, settings, page, now)
}

/// Looks up what the lines of a page say, for all of them at once.
fn shown(
    conn: &mut Conn,
    settings: &Settings,
    page: Page<(Window, Named)>,
    now: Moment,
) -> Result<Page<LineView>> {
    let today = settings.site.zone.day_of(now);
    let ids: Vec<Id> = page.items.iter().map(|(_, project)| project.id).collect();
    let mut windows: Vec<Window> = page.items.iter().map(|(window, _)| *window).collect();
    windows.dedup();
    let quarters: Vec<Quarter> = windows.iter().map(|window| window.quarter).collect();
    let reports = lists::of_projects(conn, &ids, &quarters)?;
    let mut expected = BTreeSet::new();
    for window in &windows {
        let owing = lists::expected_among(conn, window, today, &ids)?;
        expected.extend(owing.into_iter().map(|id| (window.quarter, id)));
    }
    let names = Names::read(conn, reports.values().flat_map(named_by))?;
    Ok(page.map(|(window, project)| {
        let key = (window.quarter, project.id);
        let report = reports.get(&key);
        let is_expected = expected.contains(&key);
        let late = report.and_then(|report| report.late);
        let late = late.unwrap_or_else(|| is_expected && is_over(&window, settings, now));
        LineView::of(&project, &window, (is_expected, late), report, &names)
    }))
}

/// Returns the quarters a list goes through, the latest first: the one asked for, or all since the
/// first launch. A window that has not opened has nothing to show.
fn windows(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    filter: &Filter,
    calendar: &WorkCalendar,
    now: Moment,
) -> Result<Vec<Window>> {
    let today = settings.site.zone.day_of(now);
    let quarters = match filter.quarter {
        Some(quarter) => vec![quarter],
        None => lists::first_launch(conn, &by.scope)?.map_or_else(Vec::new, |launched_on| {
            dues::opened_since(launched_on, today, calendar, settings)
        }),
    };
    let windows = quarters.into_iter().rev();
    Ok(windows
        .map(|quarter| rules::window(quarter, calendar, &settings.reports))
        .filter(|window| window.has_opened(today))
        .collect())
}

fn is_over(window: &Window, settings: &Settings, now: Moment) -> bool {
    rules::is_late(window.due_on.on, settings.site.zone, None, now)
}

/// Reads a cursor: the quarter of the last line, and its project where the list has several.
fn cursor(paging: &Paging, has_project: bool) -> Result<Option<(Quarter, Option<Id>)>> {
    let Some(quarter) = paging.key(0) else {
        return Ok(None);
    };
    let wrong = || Refused::new(Kind::Malformed, "query.cursor");
    let quarter = quarter.parse().map_err(|_| wrong())?;
    let project = paging.key(1).filter(|_| has_project);
    let project = project
        .map(|id| id.parse().map_err(|_| wrong()))
        .transpose()?;
    Ok(Some((quarter, project)))
}
