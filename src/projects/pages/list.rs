//! The page of the projects in scope: filters, and a table that says of each how its five pillars
//! stand.

use actix_web::HttpResponse;
use serde::Serialize;

use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::money::Yuan;
use crate::kernel::page::{Page as Listed, Paging};
use crate::people::account;
use crate::people::caller::{Caller, Place};
use crate::people::role::Act;
use crate::people::visit::Visit;
use crate::projects::actions;
use crate::projects::api::ProjectsQuery;
use crate::projects::list::{Filter, Sort};
use crate::projects::rules::Pillar;
use crate::projects::stage::Stage;
use crate::projects::store::{Project, State};
use crate::store::Conn;
use crate::web::extract::Filters;
use crate::web::pages::Page;
use crate::web::pages::places::{Choice, industries, regions};

/// How one pillar of a project stands.
#[derive(Serialize)]
struct Mark {
    pillar: Pillar,
    satisfied: bool,
}

/// A project of the list.
#[derive(Serialize)]
struct Row {
    id: Id,
    name: String,
    code: Option<String>,
    region: Region,
    state: State,
    stage: Stage,
    industry: Option<String>,
    total_investment_yuan: Option<Yuan>,
    /// In the order in which they are always named.
    pillars: Vec<Mark>,
    satisfied: usize,
}

impl Row {
    fn of(project: Project, absent: &[Id]) -> Self {
        let present = |id: Option<Id>| id.is_some_and(|id| !absent.contains(&id));
        let satisfied = |pillar: Pillar| match pillar {
            Pillar::Plan => project.plan_id.is_some(),
            Pillar::Leader => present(project.leader_id),
            Pillar::Team => project.team_id.is_some(),
            Pillar::Schedule => project.schedule_id.is_some(),
            Pillar::Owner => present(project.owner_id),
        };
        let marks = Pillar::ALL.iter().map(|pillar| Mark {
            pillar: *pillar,
            satisfied: satisfied(*pillar),
        });
        let pillars: Vec<Mark> = marks.collect();
        Self {
            satisfied: pillars.iter().filter(|mark| mark.satisfied).count(),
            pillars,
            id: project.id,
            name: project.name,
            code: project.code,
            region: project.region,
            state: project.state,
            stage: project.stage,
            industry: project.industry,
            total_investment_yuan: project.total_investment_yuan,
        }
    }
}

#[derive(Serialize)]
struct ListPage<'a> {
    asked: &'a ProjectsQuery,
    is_filtered: bool,
    regions: Vec<Choice>,
    industries: Vec<Choice>,
    states: &'static [State],
    stages: [Stage; 6],
    pillars: &'static [Pillar],
    sorts: &'static [Sort],
    page: Listed<Row>,
    may_create: bool,
}

pub(super) async fn show(visit: Visit, asked: Filters<ProjectsQuery>) -> Result<HttpResponse> {
    let mut asked = asked.0;
    asked.with_total = Some(true);
    let (filter, paging) = asked.read()?;
    visit
        .show(move |conn, by, _| page(conn, by, &asked, &filter, &paging))
        .await
}

fn page(
    conn: &mut Conn,
    by: &Caller,
    asked: &ProjectsQuery,
    filter: &Filter,
    paging: &Paging,
) -> Result<Page> {
    let listed = actions::list(conn, by, filter, paging)?;
    let appointed = listed.items.iter();
    let appointed: Vec<Id> = appointed
        .flat_map(|project| [project.leader_id, project.owner_id])
        .flatten()
        .collect();
    let absent = account::disabled_among(conn, &appointed)?;
    let reach = by.scope.reach;
    let content = ListPage {
        is_filtered: asked.is_filtered(),
        asked,
        regions: regions(reach, by.lang),
        industries: industries(by.lang),
        states: State::ALL,
        stages: Stage::ALL,
        pillars: Pillar::ALL,
        sorts: Sort::ALL,
        page: listed.map(|project| Row::of(project, &absent)),
        may_create: reach
            .is_some_and(|reach| by.may(Act::CreateProject, &Place::region(reach)).is_ok()),
    };
    Ok(Page::new("projects/list.html", &content))
}
