//! The lists of reports: of one project, and of all projects in scope.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use crate::calendars;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::page::{Page as Listed, Paging};
use crate::kernel::time::{Moment, Quarter};
use crate::people::caller::Caller;
use crate::people::visit::Visit;
use crate::projects;
use crate::reports::api::{PageQuery, ReportsQuery};
use crate::reports::browse;
use crate::reports::lists::Filter;
use crate::reports::rules::{self, State};
use crate::reports::views::LineView;
use crate::settings::Settings;
use crate::store::Conn;
use crate::web::extract::Filters;
use crate::web::pages::Page;
use crate::web::pages::places::{Choice, regions};

/// Quarters the filter offers, the latest first: three years.
const QUARTERS: usize = 12;

#[derive(Serialize)]
struct ReportsPage<'a> {
    asked: &'a ReportsQuery,
    is_filtered: bool,
    quarters: Vec<Quarter>,
    regions: Vec<Choice>,
    states: &'static [State],
    page: Listed<LineView>,
}

pub(super) async fn show(visit: Visit, asked: Filters<ReportsQuery>) -> Result<HttpResponse> {
    let mut asked = asked.0;
    asked.with_total = Some(true);
    let (filter, paging) = asked.read()?;
    let settings = visit.settings();
    visit
        .show(move |conn, by, now| all(conn, by, &settings, (&asked, &filter, &paging), now))
        .await
}

fn all(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    (asked, filter, paging): (&ReportsQuery, &Filter, &Paging),
    now: Moment,
) -> Result<Page> {
    let today = settings.site.zone.day_of(now);
    let latest = rules::latest_opened(today, &calendars::load(conn)?, &settings.reports);
    let before = |quarter: &Quarter| Some(quarter.previous());
    let quarters = std::iter::successors(Some(latest), before).take(QUARTERS);
    let content = ReportsPage {
        is_filtered: asked.is_filtered(),
        asked,
        quarters: quarters.collect(),
        regions: regions(by.scope.reach, by.lang),
        states: State::ALL,
        page: browse::all(conn, by, settings, filter, paging, now)?,
    };
    Ok(Page::new("reports/list.html", &content))
}

#[derive(Serialize)]
struct OfProjectPage {
    project_id: Id,
    project: String,
    page: Listed<LineView>,
}

pub(super) async fn show_of_project(
    visit: Visit,
    id: web::Path<Id>,
    asked: Filters<PageQuery>,
) -> Result<HttpResponse> {
    let (id, settings, paging) = (id.into_inner(), visit.settings(), asked.0.read()?);
    visit
        .show(move |conn, by, now| of_project(conn, by, &settings, (id, &paging), now))
        .await
}

fn of_project(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    (id, paging): (Id, &Paging),
    now: Moment,
) -> Result<Page> {
    let page = browse::of_project(conn, by, settings, id, paging, now)?;
    let content = OfProjectPage {
        project_id: id,
        project: projects::get(conn, &by.scope, id)?.name,
        page,
    };
    Ok(Page::new("reports/of-project.html", &content))
}
