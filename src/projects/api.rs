//! HTTP of the project row.

mod import;
pub(super) mod pillars;

use actix_web::{HttpResponse, get, patch, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;
use super::fields::{self, Enterprise, NewProject, ProjectChange};
use super::ledger::{self, LEDGER};
use super::list::{Filter, Sort};
use super::rules::Pillar;
use super::stage::Stage;
use super::store::{self, Project, State};
use crate::journal::Line;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::money::Yuan;
use crate::kernel::page::{Page, Paging};
use crate::kernel::refused::Facts;
use crate::kernel::time::{Day, Moment};
use crate::people::call::Call;
use crate::text::{Lang, say};
use crate::web::answer::Answer;
use crate::web::extract::{Body, Query};

/// Something doubtful about a project.
#[derive(Serialize, ToSchema)]
struct WarningView {
    code: String,
    detail: String,
    #[serde(skip_serializing_if = "Facts::is_empty")]
    #[schema(value_type = Object)]
    facts: Facts,
}

/// Which pillars are filled.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "one for each pillar")]
struct Filled {
    plan: bool,
    leader: bool,
    team: bool,
    schedule: bool,
    owner: bool,
}

/// What was invested before the launch.
#[derive(Serialize, ToSchema)]
struct OpeningView {
    invested_total_yuan: Yuan,
    invested_year_yuan: Yuan,
    /// The year of `invested_year_yuan`.
    year: Option<i64>,
}

/// A project.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProjectView {
    id: Id,
    code: Option<String>,
    name: String,
    region: Region,
    state: State,
    stage: Stage,
    industry: Option<String>,
    enterprise: Option<Enterprise>,
    total_investment_yuan: Option<Yuan>,
    content: Option<String>,
    planned_start_on: Option<Day>,
    planned_finish_on: Option<Day>,
    warnings: Vec<WarningView>,
    /// Whether each pillar is filled without a gap; absences of people aside.
    pillars: Filled,
    leader_id: Option<Id>,
    owner_id: Option<Id>,
    launched_on: Option<Day>,
    closed_on: Option<Day>,
    opening: Option<OpeningView>,
    created_at: Moment,
    updated_at: Moment,
}

impl ProjectView {
    /// Shows a project to a reader of a language.
    pub(crate) fn of(project: Project, lang: Lang) -> Self {
        let warnings = fields::warnings(&project).into_iter();
        let warnings = warnings.map(|warning| WarningView {
            detail: say(lang, &warning.code, &warning.facts),
            code: warning.code,
            facts: warning.facts,
        });
        let opening = project.opening_total_yuan.map(|total| OpeningView {
            invested_total_yuan: total,
            invested_year_yuan: project.opening_year_yuan.unwrap_or_default(),
            year: project.opening_year,
        });
        Self {
            warnings: warnings.collect(),
            pillars: Filled {
                plan: project.plan_id.is_some(),
                leader: project.leader_id.is_some(),
                team: project.team_id.is_some(),
                schedule: project.schedule_id.is_some(),
                owner: project.owner_id.is_some(),
            },
            enterprise: project.enterprise_name.map(|name| Enterprise {
                name,
                credit_code: project.credit_code,
            }),
            opening,
            id: project.id,
            code: project.code,
            name: project.name,
            region: project.region,
            state: project.state,
            stage: project.stage,
            industry: project.industry,
            total_investment_yuan: project.total_investment_yuan,
            content: project.content,
            planned_start_on: project.planned_start_on,
            planned_finish_on: project.planned_finish_on,
            leader_id: project.leader_id,
            owner_id: project.owner_id,
            launched_on: project.launched_on,
            closed_on: project.closed_on,
            created_at: project.created_at,
            updated_at: project.updated_at,
        }
    }
}

/// Answers with a project, its version as the `ETag`.
///
/// # Errors
/// Only faults of the writing of JSON.
pub(crate) fn shown(project: Project, lang: Lang) -> Result<Answer> {
    let version = project.version;
    Ok(Answer::ok(&ProjectView::of(project, lang))?.version(version))
}

#[utoipa::path(tag = "projects", request_body = NewProject, responses((status = 201, body = ProjectView), (status = 403), (status = 409), (status = 422)))]
#[post("/projects")]
async fn create(call: Call, body: Body<NewProject>) -> Result<HttpResponse> {
    let (settings, new) = (call.settings(), body.value);
    let write = call.write(body.digest, move |conn, by, now| {
        let project = actions::create(conn, by, &settings, &new, now)?;
        let (place, version) = (format!("/api/v1/projects/{}", project.id), project.version);
        Ok(Answer::created(place, &ProjectView::of(project, by.lang))?.version(version))
    });
    write.await
}

/// What is asked of the list; the page of projects asks the same.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProjectsQuery {
    region: Option<Region>,
    industry: Option<String>,
    state: Option<State>,
    stage: Option<Stage>,
    leader: Option<Id>,
    owner: Option<Id>,
    missing: Option<Pillar>,
    q: Option<String>,
    sort: Option<Sort>,
    limit: Option<i64>,
    cursor: Option<String>,
    pub(super) with_total: Option<bool>,
}

impl ProjectsQuery {
    /// Returns which projects are wanted, and which page of them.
    ///
    /// # Errors
    /// 400 `query.limit`, `query.cursor`.
    pub(super) fn read(&self) -> Result<(Filter, Paging)> {
        let sort = self.sort.unwrap_or(Sort::Created);
        let (name, keys) = sort.cursor();
        let cursor = self.cursor.as_deref();
        let paging = Paging::read(name, keys, self.limit, cursor, self.with_total)?;
        let filter = Filter {
            region: self.region,
            industry: self.industry.clone(),
            state: self.state,
            stage: self.stage,
            leader: self.leader,
            owner: self.owner,
            missing: self.missing,
            text: self.q.clone(),
            sort,
        };
        Ok((filter, paging))
    }

    /// Tells whether less than all projects are asked for.
    pub(super) fn is_filtered(&self) -> bool {
        self.region.is_some()
            || self.industry.is_some()
            || self.state.is_some()
            || self.stage.is_some()
            || self.leader.is_some()
            || self.owner.is_some()
            || self.missing.is_some()
            || self.q.is_some()
    }
}

#[utoipa::path(
    tag = "projects",
    params(
        ("region" = Option<Region>, Query, description = "A region, meaning its reach"),
        ("industry" = Option<String>, Query, description = "Slug of an industry"),
        ("state" = Option<State>, Query), ("stage" = Option<Stage>, Query),
        ("leader" = Option<Id>, Query), ("owner" = Option<Id>, Query),
        ("missing" = Option<Pillar>, Query, description = "A pillar that is not satisfied"),
        ("q" = Option<String>, Query, description = "A text in name, code or enterprise"),
        ("sort" = Option<Sort>, Query, description = "`created` unless said otherwise"),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query),
        ("with_total" = Option<bool>, Query),
    ),
    responses((status = 200, body = Page<ProjectView>))
)]
#[get("/projects")]
async fn list(call: Call, query: Query<ProjectsQuery>) -> Result<HttpResponse> {
    let (filter, paging) = query.0.read()?;
    if let Some(form) = call.file {
        let cursor = filter.sort.cursor();
        let batch = move |conn: &mut _, by: &_, _, paging: &_| {
            ledger::ledger_page(conn, by, &filter, paging)
        };
        return call.export(form, &LEDGER, cursor, batch).await;
    }
    let read = call.read(move |conn, by, _| {
        let page = actions::list(conn, by, &filter, &paging)?;
        Answer::page(&page.map(|project| ProjectView::of(project, by.lang)))
    });
    read.await
}

#[utoipa::path(tag = "projects", params(("id" = Id, Path)), responses((status = 200, body = ProjectView), (status = 404)))]
#[get("/projects/{id}")]
async fn get_one(call: Call, id: web::Path<Id>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let read = call.read(move |conn, by, _| {
        let project = store::get(conn, &by.scope, id)?;
        shown(project, by.lang)
    });
    read.await
}

#[utoipa::path(tag = "projects", params(("id" = Id, Path)), request_body = ProjectChange, responses((status = 200, body = ProjectView), (status = 404), (status = 409), (status = 412), (status = 422), (status = 428)))]
#[patch("/projects/{id}")]
async fn change(call: Call, id: web::Path<Id>, body: Body<ProjectChange>) -> Result<HttpResponse> {
    let (id, seen, settings, change) =
        (id.into_inner(), call.if_match, call.settings(), body.value);
    let write = call.write(body.digest, move |conn, by, now| {
        let project = actions::change(conn, by, &settings, id, seen, &change, now)?;
        shown(project, by.lang)
    });
    write.await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PageQuery {
    limit: Option<i64>,
    cursor: Option<String>,
    with_total: Option<bool>,
}

#[utoipa::path(tag = "projects", params(("id" = Id, Path), ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query), ("with_total" = Option<bool>, Query)), responses((status = 200, body = Page<Line>), (status = 404)))]
#[get("/projects/{id}/journal")]
async fn history(call: Call, id: web::Path<Id>, query: Query<PageQuery>) -> Result<HttpResponse> {
    let (id, asked) = (id.into_inner(), query.0);
    let cursor = asked.cursor.as_deref();
    let paging = Paging::read("journal", 1, asked.limit, cursor, asked.with_total)?;
    let read = call.read(move |conn, by, _| {
        let page = actions::history(conn, by, id, &paging)?;
        Answer::page(&page)
    });
    read.await
}

/// The routes of projects and their pillars.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(list)
        .service(create)
        .service(get_one)
        .service(change)
        .service(history);
    pillars::routes(config);
    import::routes(config);
}
