//! The page of one project: everything there is about it on one page, read by a fixed few queries.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use crate::blockers::{self, OpenBlocker};
use crate::journal::{self, Line};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::page::{Page as Listed, Paging};
use crate::kernel::time::{Day, Moment};
use crate::lifecycle::api::PillarView;
use crate::lifecycle::five_one_of;
use crate::lifecycle::pages::Turns;
use crate::people::caller::Caller;
use crate::people::role::Act;
use crate::people::visit::Visit;
use crate::projects::api::ProjectView;
use crate::projects::pages::{Head, Parts, may, parts};
use crate::projects::{self, PauseKind, Project, State};
use crate::reports::{self, LineView};
use crate::schedules::pages::{Milestones, milestones_of};
use crate::settings::Settings;
use crate::store::Conn;
use crate::web::pages::Page;

/// Quarters shown; the others are in the list of reports.
const QUARTERS: i64 = 6;
/// Lines of history shown; the others have a page of their own.
const LINES: i64 = 12;
/// Open blockers shown; the others are in their list.
const BLOCKERS: usize = 20;

/// Why a project stands still.
#[derive(Serialize)]
struct Paused {
    kind: PauseKind,
    reason: String,
    from_on: Day,
    until_on: Day,
}

#[derive(Serialize)]
struct ProjectPage {
    head: Head,
    project: ProjectView,
    paused: Option<Paused>,
    pillars: Vec<PillarView>,
    satisfied: usize,
    turns: Turns,
    any_turn: bool,
    may_change: bool,
    may_raise: bool,
    schedule: Milestones,
    reports: Listed<LineView>,
    blockers: Vec<OpenBlocker>,
    open_blockers: usize,
    people: Parts,
    journal: Listed<Line>,
    today: Day,
}

pub(super) async fn show(visit: Visit, id: web::Path<Id>) -> Result<HttpResponse> {
    let (id, settings) = (id.into_inner(), visit.settings());
    visit
        .show(move |conn, by, now| page(conn, by, &settings, id, now))
        .await
}

fn page(conn: &mut Conn, by: &Caller, settings: &Settings, id: Id, now: Moment) -> Result<Page> {
    let project = projects::get(conn, &by.scope, id)?;
    let pillars = five_one_of(conn, &project)?.pillars;
    let few = |limit| Paging {
        limit,
        ..Paging::default()
    };
    let mut blockers = blockers::open_of(conn, id)?;
    let open_blockers = blockers.len();
    blockers.truncate(BLOCKERS);
    let head = Head::from(&project);
    let turns = Turns::of(by, &project);
    let content = ProjectPage {
        paused: paused(conn, &project)?,
        satisfied: pillars.iter().filter(|state| state.gaps.is_empty()).count(),
        pillars: pillars
            .into_iter()
            .map(|state| PillarView::of(state, by.lang))
            .collect(),
        any_turn: turns.any(),
        turns,
        may_change: may(by, Act::ChangeProject, &project),
        may_raise: head.is_under_dispatch && may(by, Act::RaiseBlocker, &project),
        schedule: milestones_of(conn, id)?,
        reports: reports::of_project(conn, by, settings, id, &few(QUARTERS), now)?,
        blockers,
        open_blockers,
        people: parts(conn, id)?,
        journal: journal::of_project(conn, id, by.lang, &few(LINES))?,
        today: settings.site.zone.day_of(now),
        head,
        project: ProjectView::of(project, by.lang),
    };
    Ok(Page::new("board/project.html", &content))
}

/// Returns the pause a project is in.
fn paused(conn: &mut Conn, project: &Project) -> Result<Option<Paused>> {
    if project.state != State::Paused {
        return Ok(None);
    }
    let mut pauses = projects::pauses_of(conn, project.id)?.into_iter();
    let open = pauses.find(|pause| pause.ended_on.is_none());
    Ok(open.map(|pause| Paused {
        kind: pause.kind,
        reason: pause.reason,
        from_on: pause.from_on,
        until_on: pause.until_on,
    }))
}
