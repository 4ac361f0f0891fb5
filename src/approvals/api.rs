//! HTTP of approvals: the network of a project, the list, and the deeds on one approval.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, get, post, put, web};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions::{self, Wanted};
use super::deeds::{self, Ask, Scene};
use super::forecast::{self, Delay};
use super::owing::Count;
use super::profiles::Profile;
use super::rules::{Refusal, State};
use super::store::{self, Approval, Filter};
use super::views::{ApprovalDetail, ApprovalInNetwork, ApprovalItems, ApprovalView, NetworkView};
use super::waiting::Network;
use crate::calendars;
use crate::deadlines::clock::ClockStatement;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::page::{Page, Paging};
use crate::kernel::refused::{Kind, Refused};
use crate::kernel::time::Day;
use crate::people::call::Call;
use crate::projects::Project;
use crate::reference::is_body;
use crate::store::Conn;
use crate::text::Lang;
use crate::web::answer::Answer;
use crate::web::extract::{Body, Query};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NetworkBody {
    /// Items of the catalogue; instead of a profile.
    #[schema(max_items = 100)]
    items: Option<Vec<String>>,
    profile: Option<Profile>,
    /// Items that hang on a question, by slug: needed or not.
    answers: Option<BTreeMap<String, bool>>,
}

impl NetworkBody {
    fn wanted(self) -> Result<Wanted> {
        match (self.items, self.profile, self.answers) {
            (Some(items), None, None) => Ok(Wanted::Items(items)),
            (None, Some(profile), answers) => {
                Ok(Wanted::Profile(profile, answers.unwrap_or_default()))
            }
            _ => Err(Refusal::ItemsOrProfile.at("/items").into()),
        }
    }
}

#[utoipa::path(tag = "approvals", params(("id" = Id, Path)), request_body = NetworkBody, responses((status = 201, body = ApprovalItems), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/projects/{id}/approvals")]
async fn instantiate(
    call: Call,
    id: web::Path<Id>,
    body: Body<NetworkBody>,
) -> Result<HttpResponse> {
    let (id, settings, zone) = (id.into_inner(), call.settings(), call.app.zone());
    let wanted = body.value.wanted()?;
    let write = call.write(body.digest, move |conn, by, now| {
        let (project, network) = actions::instantiate(conn, by, &settings, id, &wanted, now)?;
        let shown = ApprovalItems::of(&network, &project, (zone.day_of(now), by.lang));
        Answer::created(format!("/api/v1/projects/{id}/approvals"), &shown)
    });
    write.await
}

#[utoipa::path(tag = "approvals", params(("id" = Id, Path)), responses((status = 200, body = ApprovalItems), (status = 404)))]
#[get("/projects/{id}/approvals")]
async fn of_project(call: Call, id: web::Path<Id>) -> Result<HttpResponse> {
    let (id, zone) = (id.into_inner(), call.app.zone());
    let read = call.read(move |conn, by, now| {
        let (project, network) = actions::network(conn, by, id)?;
        let reader = (zone.day_of(now), by.lang);
        Answer::ok(&ApprovalItems::of(&network, &project, reader))
    });
    read.await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ForecastQuery {
    /// `department:days`, several apart by commas.
    delay: Option<String>,
}

/// Longest delay to ask about, in working days: about four years.
const LONGEST_DELAY: i64 = 1_000;

fn delays(text: Option<&str>) -> Result<Vec<Delay>> {
    let wrong = || {
        let refused = Refused::new(Kind::Malformed, "query.invalid");
        refused.with("fault", "wrong_value").with("name", "delay")
    };
    let entries = text.into_iter().flat_map(|text| text.split(','));
    let read = entries.map(|entry| {
        let (body, days) = entry.split_once(':')?;
        let days = days.parse().ok()?;
        let fits = (0..=LONGEST_DELAY).contains(&days) && is_body(body);
        fits.then(|| Delay {
            department: body.to_owned(),
            days,
        })
    });
    let read: Option<Vec<Delay>> = read.collect();
    read.ok_or_else(|| wrong().into())
}

#[utoipa::path(tag = "approvals", params(("id" = Id, Path), ("delay" = Option<String>, Query, description = "`department:days`, several apart by commas: working days by which a department is assumed to be late with each of its items not done.")), responses((status = 200, body = NetworkView), (status = 400), (status = 404)))]
#[get("/projects/{id}/approvals/network")]
async fn show_network(
    call: Call,
    id: web::Path<Id>,
    query: Query<ForecastQuery>,
) -> Result<HttpResponse> {
    let (id, settings, zone) = (id.into_inner(), call.settings(), call.app.zone());
    let delays = delays(query.0.delay.as_deref())?;
    let read = call.read(move |conn, by, now| {
        let (_, network) = actions::network(conn, by, id)?;
        let calendar = calendars::load(conn)?;
        let count = Count::of(&settings, &calendar);
        let forecast = forecast::forecast(conn, &network, &delays, count, zone.day_of(now))?;
        Answer::ok(&NetworkView::of(&network, forecast, by.lang))
    });
    read.await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ApprovalsQuery {
    region: Option<Region>,
    department: Option<String>,
    state: Option<State>,
    overdue: Option<bool>,
    limit: Option<i64>,
    cursor: Option<String>,
    with_total: Option<bool>,
}

#[utoipa::path(tag = "approvals", params(
    ("region" = Option<Region>, Query), ("department" = Option<String>, Query), ("state" = Option<State>, Query),
    ("overdue" = Option<bool>, Query), ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query),
    ("with_total" = Option<bool>, Query),
), responses((status = 200, body = Page<ApprovalView>), (status = 400)))]
#[get("/approvals")]
async fn list(call: Call, query: Query<ApprovalsQuery>) -> Result<HttpResponse> {
    let asked = query.0;
    if let Some(slug) = asked.department.as_deref().filter(|slug| !is_body(slug)) {
        let reason = format!("department: there is no {slug:?}");
        let refused = Refused::new(Kind::Malformed, "query.invalid");
        return Err(refused.with("reason", reason).into());
    }
    let cursor = asked.cursor.as_deref();
    let paging = Paging::read("approvals", 2, asked.limit, cursor, asked.with_total)?;
    let filter = Filter {
        region: asked.region,
        department: asked.department,
        state: asked.state,
        overdue: asked.overdue,
    };
    let zone = call.app.zone();
    let read = call.read(move |conn, by, now| {
        let today = zone.day_of(now);
        let page = actions::list(conn, by, &filter, today, &paging)?;
        let view = |(approval, project): (Approval, Project)| {
            let item = deeds::of_catalogue(&approval)?;
            Ok(ApprovalView::of(
                &approval,
                item,
                &project,
                (today, by.lang),
            ))
        };
        Answer::page(&page.try_map(view)?)
    });
    read.await
}

/// Answers with an approval as it is after a deed.
fn answer(conn: &mut Conn, scene: &Scene, today: Day, lang: Lang) -> Result<Answer> {
    let Scene { approval, project } = scene;
    let network = Network::of(conn, project.id)?;
    let item = deeds::of_catalogue(approval)?;
    let detail = ApprovalDetail {
        approval: ApprovalInNetwork::of(&network, approval, item, project, (today, lang)),
        history: store::events(conn, approval.id)?
            .into_iter()
            .map(Into::into)
            .collect(),
    };
    Ok(Answer::ok(&detail)?.version(approval.version))
}

#[utoipa::path(tag = "approvals", params(("id" = Id, Path)), responses((status = 200, body = ApprovalDetail), (status = 404)))]
#[get("/approvals/{id}")]
async fn get_one(call: Call, id: web::Path<Id>) -> Result<HttpResponse> {
    let (id, zone) = (id.into_inner(), call.app.zone());
    let read = call.read(move |conn, by, now| {
        let scene = actions::get(conn, by, id)?;
        answer(conn, &scene, zone.day_of(now), by.lang)
    });
    read.await
}

#[utoipa::path(tag = "approvals", params(("id" = Id, Path)), responses((status = 200, body = ClockStatement), (status = 404)))]
#[get("/approvals/{id}/clock")]
async fn clock(call: Call, id: web::Path<Id>) -> Result<HttpResponse> {
    let (id, settings, zone) = (id.into_inner(), call.settings(), call.app.zone());
    let read = call.read(move |conn, by, now| {
        let today = zone.day_of(now);
        Answer::ok(&actions::clock(conn, by, &settings, id, today)?)
    });
    read.await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PrerequisitesBody {
    /// Items of the project's network.
    #[schema(max_items = 100)]
    items: Vec<String>,
}

#[utoipa::path(tag = "approvals", params(("id" = Id, Path)), request_body = PrerequisitesBody, responses((status = 200, body = ApprovalDetail), (status = 403), (status = 404), (status = 409), (status = 412), (status = 422), (status = 428)))]
#[put("/approvals/{id}/prerequisites")]
async fn bind(
    call: Call,
    id: web::Path<Id>,
    body: Body<PrerequisitesBody>,
) -> Result<HttpResponse> {
    let (id, settings, zone) = (id.into_inner(), call.settings(), call.app.zone());
    let (seen, items) = (call.if_match, body.value.items);
    let write = call.write(body.digest, move |conn, by, now| {
        let scene = actions::bind(conn, by, &settings, (id, &items), seen, now)?;
        answer(conn, &scene, zone.day_of(now), by.lang)
    });
    write.await
}

/// Does a deed and answers the approval.
async fn done(
    call: Call,
    digest: String,
    id: web::Path<Id>,
    ask: Ask,
    on: Option<Day>,
) -> Result<HttpResponse> {
    let (id, settings, zone) = (id.into_inner(), call.settings(), call.app.zone());
    let write = call.write(digest, move |conn, by, now| {
        let scene = deeds::act(conn, by, &settings, (id, &ask, on), now)?;
        answer(conn, &scene, zone.day_of(now), by.lang)
    });
    write.await
}

/// The day something happened outside; today unless said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DayBody {
    on: Option<Day>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ApprovalReasonBody {
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NothingBody {}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GrantBody {
    /// The number of the permit, or whatever names the document.
    #[schema(min_length = 1, max_length = 200)]
    document: String,
    on: Option<Day>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CommitmentBody {
    /// The day by which the missing papers follow.
    due_on: Day,
    #[schema(min_length = 1, max_length = 2000)]
    missing: String,
}

#[utoipa::path(tag = "approvals", params(("id" = Id, Path)), request_body = DayBody, responses((status = 200, body = ApprovalDetail), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/approvals/{id}/submission")]
async fn submit(call: Call, id: web::Path<Id>, body: Body<DayBody>) -> Result<HttpResponse> {
    done(call, body.digest, id, Ask::Submit, body.value.on).await
}

#[utoipa::path(tag = "approvals", params(("id" = Id, Path)), request_body = DayBody, responses((status = 200, body = ApprovalDetail), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/approvals/{id}/acceptance")]
async fn accept(call: Call, id: web::Path<Id>, body: Body<DayBody>) -> Result<HttpResponse> {
    done(call, body.digest, id, Ask::Accept, body.value.on).await
}

#[utoipa::path(tag = "approvals", params(("id" = Id, Path)), request_body = ApprovalReasonBody, responses((status = 200, body = ApprovalDetail), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/approvals/{id}/supplement")]
async fn ask_supplement(
    call: Call,
    id: web::Path<Id>,
    body: Body<ApprovalReasonBody>,
) -> Result<HttpResponse> {
    let reason = body.value.reason;
    done(call, body.digest, id, Ask::Defer { reason }, None).await
}

#[utoipa::path(tag = "approvals", params(("id" = Id, Path)), request_body = NothingBody, responses((status = 200, body = ApprovalDetail), (status = 403), (status = 404), (status = 409)))]
#[post("/approvals/{id}/supplemented")]
async fn supplement(
    call: Call,
    id: web::Path<Id>,
    body: Body<NothingBody>,
) -> Result<HttpResponse> {
    done(call, body.digest, id, Ask::Supplement, None).await
}

#[utoipa::path(tag = "approvals", params(("id" = Id, Path)), request_body = GrantBody, responses((status = 200, body = ApprovalDetail), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/approvals/{id}/grant")]
async fn grant(call: Call, id: web::Path<Id>, body: Body<GrantBody>) -> Result<HttpResponse> {
    let GrantBody { document, on } = body.value;
    done(call, body.digest, id, Ask::Grant { document }, on).await
}

#[utoipa::path(tag = "approvals", params(("id" = Id, Path)), request_body = ApprovalReasonBody, responses((status = 200, body = ApprovalDetail), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/approvals/{id}/refusal")]
async fn refuse(
    call: Call,
    id: web::Path<Id>,
    body: Body<ApprovalReasonBody>,
) -> Result<HttpResponse> {
    let reason = body.value.reason;
    done(call, body.digest, id, Ask::Refuse { reason }, None).await
}

#[utoipa::path(tag = "approvals", params(("id" = Id, Path)), request_body = CommitmentBody, responses((status = 200, body = ApprovalDetail), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/approvals/{id}/commitment")]
async fn commit(call: Call, id: web::Path<Id>, body: Body<CommitmentBody>) -> Result<HttpResponse> {
    let CommitmentBody { due_on, missing } = body.value;
    done(call, body.digest, id, Ask::Commit { due_on, missing }, None).await
}

#[utoipa::path(tag = "approvals", params(("id" = Id, Path)), request_body = ApprovalReasonBody, responses((status = 200, body = ApprovalDetail), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/approvals/{id}/exclusion")]
async fn exclude(
    call: Call,
    id: web::Path<Id>,
    body: Body<ApprovalReasonBody>,
) -> Result<HttpResponse> {
    let reason = body.value.reason;
    done(call, body.digest, id, Ask::Exclude { reason }, None).await
}

/// The routes of approvals.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(instantiate)
        .service(of_project)
        .service(show_network)
        .service(list)
        .service(get_one)
        .service(clock)
        .service(bind)
        .service(submit)
        .service(accept)
        .service(ask_supplement)
        .service(supplement)
        .service(grant)
        .service(refuse)
        .service(commit)
        .service(exclude);
}
