//! The page of the blockers in scope: filters, and a table by the day of the next deed.

use actix_web::HttpResponse;
use serde::Serialize;

use super::{Names, category_name, departments, held_by};
use crate::blockers::actions;
use crate::blockers::api::BlockersQuery;
use crate::blockers::rules::{Severity, State};
use crate::blockers::store::{Blocker, Filter};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::{Level, Region};
use crate::kernel::page::{Page as Listed, Paging};
use crate::kernel::time::Day;
use crate::people::account;
use crate::people::caller::Caller;
use crate::people::visit::Visit;
use crate::reference::blocker_categories;
use crate::store::Conn;
use crate::text::Lang;
use crate::web::extract::Filters;
use crate::web::pages::Page;
use crate::web::pages::places::{Choice, regions};

/// A blocker of the list.
#[derive(Serialize)]
struct Row {
    id: Id,
    title: String,
    project_id: Id,
    project: String,
    region: Region,
    category: String,
    level: Level,
    severity: Severity,
    state: State,
    held_by: String,
    next_due_on: Option<Day>,
    /// Days until then; negative once it has passed.
    days_left: Option<i64>,
}

impl Row {
    fn of(blocker: &Blocker, project: String, names: &Names, today: Day, lang: Lang) -> Self {
        let next_due_on = blocker.next_due();
        Self {
            id: blocker.id,
            title: blocker.title.clone(),
            project_id: blocker.project_id,
            project,
            region: blocker.region,
            category: category_name(&blocker.category, lang),
            level: blocker.level,
            severity: blocker.severity,
            state: blocker.state,
            held_by: held_by(blocker, names, lang),
            next_due_on,
            days_left: next_due_on.map(|due| today.days_until(due)),
        }
    }
}

#[derive(Serialize)]
struct ListPage<'a> {
    asked: &'a BlockersQuery,
    is_filtered: bool,
    regions: Vec<Choice>,
    categories: Vec<Choice>,
    departments: Vec<Choice>,
    levels: [Level; 3],
    states: &'static [State],
    severities: &'static [Severity],
    page: Listed<Row>,
}

pub(super) async fn show(visit: Visit, asked: Filters<BlockersQuery>) -> Result<HttpResponse> {
    let mut asked = asked.0;
    asked.with_total = Some(true);
    let (filter, paging) = asked.read()?;
    let zone = visit.app.zone();
    visit
        .show(move |conn, by, now| page(conn, by, (&asked, &filter, &paging), zone.day_of(now)))
        .await
}

fn page(
    conn: &mut Conn,
    by: &Caller,
    (asked, filter, paging): (&BlockersQuery, &Filter, &Paging),
    today: Day,
) -> Result<Page> {
    let listed = actions::list(conn, by, filter, today, paging)?;
    let handlers = listed.items.iter().filter_map(|(row, _)| row.handler_id);
    let names = account::names(conn, &handlers.collect::<Vec<_>>())?;
    let categories = blocker_categories().iter();
    let content = ListPage {
        is_filtered: asked.is_filtered(),
        asked,
        regions: regions(by.scope.reach, by.lang),
        categories: categories
            .map(|category| Choice::new(&category.slug, category_name(&category.slug, by.lang)))
            .collect(),
        departments: departments(by.lang),
        levels: [Level::Province, Level::City, Level::County],
        states: State::ALL,
        severities: Severity::ALL,
        page: listed.map(|(row, project)| Row::of(&row, project, &names, today, by.lang)),
    };
    Ok(Page::new("blockers/list.html", &content))
}
