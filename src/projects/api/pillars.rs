//! HTTP of the pillars plan, leader, owner and team; each has an `ETag` of its own, the number of
//! its version.

use actix_web::{HttpResponse, get, put, web};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::money::Yuan;
use crate::kernel::page::Page;
use crate::kernel::time::{Day, Moment};
use crate::people::call::Call;
use crate::projects::appointing::{self, AppointmentBody, HandedOver, Term};
use crate::projects::pillars::PlanWithYears;
use crate::projects::planning::{self, PlanBody, YearAmount};
use crate::projects::rules::Pillar;
use crate::projects::teaming::{self, TeamBody, TeamWithMembers};
use crate::web::answer::Answer;
use crate::web::extract::Body;

/// One version of the plan.
#[derive(Serialize, ToSchema)]
pub(in crate::projects) struct PlanView {
    id: Id,
    number: i64,
    title: String,
    objectives: String,
    scope: String,
    safeguards: String,
    effective_on: Day,
    investment: Vec<YearAmount>,
    /// The total it was made for.
    total_investment_yuan: Option<Yuan>,
    reason: Option<String>,
    made_at: Moment,
}

impl From<PlanWithYears> for PlanView {
    fn from((plan, years): PlanWithYears) -> Self {
        let years = years.into_iter();
        Self {
            id: plan.id,
            number: plan.number,
            title: plan.title,
            objectives: plan.objectives,
            scope: plan.scope,
            safeguards: plan.safeguards,
            effective_on: plan.effective_on,
            investment: years
                .map(|(year, amount_yuan)| YearAmount { year, amount_yuan })
                .collect(),
            total_investment_yuan: plan.total_investment_yuan,
            reason: plan.reason,
            made_at: plan.made_at,
        }
    }
}

/// A person by name.
#[derive(Serialize, ToSchema)]
struct PersonName {
    id: Id,
    name: String,
}

/// One term of a leader or owner, `[from, to)`.
#[derive(Serialize, ToSchema)]
pub(in crate::projects) struct TermView {
    number: i64,
    person: PersonName,
    person_id: Id,
    email: String,
    post: Option<String>,
    /// Whether the person's account is disabled.
    absent: bool,
    from: Day,
    /// The first day the term no longer contains; null while it lasts.
    to: Option<Day>,
    reason: Option<String>,
    /// What was open when the term began.
    handed_over: Vec<HandedOver>,
}

impl From<Term> for TermView {
    fn from((term, person): Term) -> Self {
        Self {
            number: term.number,
            absent: !person.is_enabled(),
            person: PersonName {
                id: person.id,
                name: person.name,
            },
            person_id: person.id,
            email: person.email,
            post: person.post,
            from: term.from_on,
            to: term.to_on,
            handed_over: appointing::handed_over(&term),
            reason: term.reason,
        }
    }
}

/// A member of a team.
#[derive(Serialize, ToSchema)]
struct MemberView {
    person_id: Id,
    name: String,
    duties: Vec<String>,
}

/// A team.
#[derive(Serialize, ToSchema)]
struct TeamView {
    number: i64,
    name: String,
    convenor_id: Option<Id>,
    members: Vec<MemberView>,
    made_at: Moment,
}

impl From<TeamWithMembers> for TeamView {
    fn from((team, members): TeamWithMembers) -> Self {
        let members = members.into_iter().map(|member| MemberView {
            person_id: member.account_id,
            name: member.name,
            duties: member.duties,
        });
        Self {
            number: team.number,
            name: team.name,
            convenor_id: team.convenor_id,
            members: members.collect(),
            made_at: team.made_at,
        }
    }
}

/// Answers a PUT: 201 where it filled what was empty.
fn put_answer(path: String, view: &impl Serialize, number: i64, is_first: bool) -> Result<Answer> {
    let answer = if is_first {
        Answer::created(path, view)?
    } else {
        Answer::ok(view)?
    };
    Ok(answer.version(number))
}

fn whole<T>(items: Vec<T>) -> Page<T> {
    Page {
        items,
        next_cursor: None,
        total: None,
    }
}

#[utoipa::path(tag = "projects", params(("id" = Id, Path)), responses((status = 200, body = PlanView), (status = 404)))]
#[get("/projects/{id}/plan")]
async fn get_plan(call: Call, id: web::Path<Id>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let read = call.read(move |conn, by, _| {
        let plan = planning::plan(conn, by, id)?;
        let number = plan.0.number;
        Ok(Answer::ok(&PlanView::from(plan))?.version(number))
    });
    read.await
}

#[utoipa::path(tag = "projects", params(("id" = Id, Path)), request_body = PlanBody, responses((status = 200, body = PlanView), (status = 201, body = PlanView), (status = 409), (status = 412), (status = 422), (status = 428)))]
#[put("/projects/{id}/plan")]
async fn put_plan(call: Call, id: web::Path<Id>, body: Body<PlanBody>) -> Result<HttpResponse> {
    let (id, seen, asked) = (id.into_inner(), call.if_match, body.value);
    let write = call.write(body.digest, move |conn, by, now| {
        let (plan, is_first) = planning::put_plan(conn, by, id, seen, &asked, now)?;
        let (number, path) = (plan.0.number, format!("/api/v1/projects/{id}/plan"));
        put_answer(path, &PlanView::from(plan), number, is_first)
    });
    write.await
}

#[utoipa::path(tag = "projects", params(("id" = Id, Path)), responses((status = 200, body = Page<PlanView>), (status = 404)))]
#[get("/projects/{id}/plan/versions")]
async fn plan_versions(call: Call, id: web::Path<Id>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let read = call.read(move |conn, by, _| {
        let plans = planning::plans(conn, by, id)?.into_iter();
        Answer::page(&whole(plans.map(PlanView::from).collect()))
    });
    read.await
}

async fn read_term(call: Call, id: Id, pillar: Pillar) -> Result<HttpResponse> {
    let read = call.read(move |conn, by, _| {
        let term = appointing::appointed(conn, by, id, pillar)?;
        let number = term.0.number;
        Ok(Answer::ok(&TermView::from(term))?.version(number))
    });
    read.await
}

async fn put_term(
    call: Call,
    id: Id,
    pillar: Pillar,
    body: Body<AppointmentBody>,
) -> Result<HttpResponse> {
    let (seen, settings, asked) = (call.if_match, call.settings(), body.value);
    let write = call.write(body.digest, move |conn, by, now| {
        let (term, is_first) =
            appointing::appoint(conn, by, &settings, id, pillar, seen, &asked, now)?;
        let (number, path) = (term.0.number, format!("/api/v1/projects/{id}/{pillar}"));
        put_answer(path, &TermView::from(term), number, is_first)
    });
    write.await
}

async fn read_terms(call: Call, id: Id, pillar: Pillar) -> Result<HttpResponse> {
    let read = call.read(move |conn, by, _| {
        let terms = appointing::terms(conn, by, id, pillar)?.into_iter();
        Answer::page(&whole(terms.map(TermView::from).collect()))
    });
    read.await
}

#[utoipa::path(tag = "projects", params(("id" = Id, Path)), responses((status = 200, body = TermView), (status = 404)))]
#[get("/projects/{id}/leader")]
async fn get_leader(call: Call, id: web::Path<Id>) -> Result<HttpResponse> {
    read_term(call, id.into_inner(), Pillar::Leader).await
}

#[utoipa::path(tag = "projects", params(("id" = Id, Path)), request_body = AppointmentBody, responses((status = 200, body = TermView), (status = 201, body = TermView), (status = 409), (status = 412), (status = 422), (status = 428)))]
#[put("/projects/{id}/leader")]
async fn put_leader(
    call: Call,
    id: web::Path<Id>,
    body: Body<AppointmentBody>,
) -> Result<HttpResponse> {
    put_term(call, id.into_inner(), Pillar::Leader, body).await
}

#[utoipa::path(tag = "projects", params(("id" = Id, Path)), responses((status = 200, body = Page<TermView>), (status = 404)))]
#[get("/projects/{id}/leader/history")]
async fn leader_history(call: Call, id: web::Path<Id>) -> Result<HttpResponse> {
    read_terms(call, id.into_inner(), Pillar::Leader).await
}

#[utoipa::path(tag = "projects", params(("id" = Id, Path)), responses((status = 200, body = TermView), (status = 404)))]
#[get("/projects/{id}/owner")]
async fn get_owner(call: Call, id: web::Path<Id>) -> Result<HttpResponse> {
    read_term(call, id.into_inner(), Pillar::Owner).await
}

#[utoipa::path(tag = "projects", params(("id" = Id, Path)), request_body = AppointmentBody, responses((status = 200, body = TermView), (status = 201, body = TermView), (status = 409), (status = 412), (status = 422), (status = 428)))]
#[put("/projects/{id}/owner")]
async fn put_owner(
    call: Call,
    id: web::Path<Id>,
    body: Body<AppointmentBody>,
) -> Result<HttpResponse> {
    put_term(call, id.into_inner(), Pillar::Owner, body).await
}

#[utoipa::path(tag = "projects", params(("id" = Id, Path)), responses((status = 200, body = Page<TermView>), (status = 404)))]
#[get("/projects/{id}/owner/history")]
async fn owner_history(call: Call, id: web::Path<Id>) -> Result<HttpResponse> {
    read_terms(call, id.into_inner(), Pillar::Owner).await
}

#[utoipa::path(tag = "projects", params(("id" = Id, Path)), responses((status = 200, body = TeamView), (status = 404)))]
#[get("/projects/{id}/team")]
async fn get_team(call: Call, id: web::Path<Id>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let read = call.read(move |conn, by, _| {
        let team = teaming::team(conn, by, id)?;
        let number = team.0.number;
        Ok(Answer::ok(&TeamView::from(team))?.version(number))
    });
    read.await
}

#[utoipa::path(tag = "projects", params(("id" = Id, Path)), request_body = TeamBody, responses((status = 200, body = TeamView), (status = 201, body = TeamView), (status = 409), (status = 412), (status = 422), (status = 428)))]
#[put("/projects/{id}/team")]
async fn put_team(call: Call, id: web::Path<Id>, body: Body<TeamBody>) -> Result<HttpResponse> {
    let (id, seen, asked) = (id.into_inner(), call.if_match, body.value);
    let write = call.write(body.digest, move |conn, by, now| {
        let (team, is_first) = teaming::put_team(conn, by, id, seen, &asked, now)?;
        let (number, path) = (team.0.number, format!("/api/v1/projects/{id}/team"));
        put_answer(path, &TeamView::from(team), number, is_first)
    });
    write.await
}

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(plan_versions)
        .service(get_plan)
        .service(put_plan)
        .service(leader_history)
        .service(get_leader)
        .service(put_leader)
        .service(owner_history)
        .service(get_owner)
        .service(put_owner)
        .service(get_team)
        .service(put_team);
}
