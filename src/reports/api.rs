//! HTTP of reports.

use actix_web::{HttpResponse, get, post, put, web};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;
use super::browse;
use super::content::Content;
use super::filing;
use super::ledger::{self, CURSOR, LEDGER};
use super::lists::Filter;
use super::matrix::{self, Matrix};
use super::rates::{self, By, Rates};
use super::rules::State;
use super::scene::Scene;
use super::store::Reason;
use super::views::{LineView, ReportView};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::page::{Page, Paging};
use crate::kernel::time::{Moment, Quarter};
use crate::people::call::Call;
use crate::people::caller::Caller;
use crate::settings::Settings;
use crate::store::Conn;
use crate::web::answer::Answer;
use crate::web::extract::{Body, Query};

fn answer(conn: &mut Conn, settings: &Settings, by: &Caller, scene: &Scene) -> Result<Answer> {
    // What is not begun has version 0: its first draft needs no If-Match, and may send this one.
    let version = scene.report.as_ref().map_or(0, |report| report.version);
    let view = ReportView::of(conn, settings, scene, by.lang)?;
    Ok(Answer::ok(&view)?.version(version))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PageQuery {
    limit: Option<i64>,
    cursor: Option<String>,
    with_total: Option<bool>,
}

/// The reports a project owes or owed, newest first.
#[utoipa::path(tag = "reports", params(("id" = Id, Path), ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query), ("with_total" = Option<bool>, Query)), responses((status = 200, body = Page<LineView>), (status = 404)))]
#[get("/projects/{id}/reports")]
async fn of_project(
    call: Call,
    id: web::Path<Id>,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let PageQuery {
        limit,
        cursor,
        with_total,
    } = query.0;
    let paging = Paging::read(browse::OF_PROJECT, 1, limit, cursor.as_deref(), with_total)?;
    let (id, settings) = (id.into_inner(), call.settings());
    let read = call.read(move |conn, by, now| {
        Answer::page(&browse::of_project(conn, by, &settings, id, &paging, now)?)
    });
    read.await
}

/// One report; a report not begun has the state `missing`.
#[utoipa::path(tag = "reports", params(("id" = Id, Path), ("quarter" = Quarter, Path)), responses((status = 200, body = ReportView), (status = 404)))]
#[get("/projects/{id}/reports/{quarter}")]
async fn get_one(call: Call, which: web::Path<(Id, Quarter)>) -> Result<HttpResponse> {
    let (which, settings) = (which.into_inner(), call.settings());
    let read = call.read(move |conn, by, now| {
        let scene = Scene::read(conn, &by.scope, &settings, which, now)?;
        answer(conn, &settings, by, &scene)
    });
    read.await
}

/// Keeps the draft and answers with what the checks find in it.
#[utoipa::path(tag = "reports", params(("id" = Id, Path), ("quarter" = Quarter, Path)), request_body = Content, responses((status = 200, body = ReportView), (status = 409), (status = 412), (status = 422), (status = 428)))]
#[put("/projects/{id}/reports/{quarter}")]
async fn draft(
    call: Call,
    which: web::Path<(Id, Quarter)>,
    body: Body<Content>,
) -> Result<HttpResponse> {
    let (which, seen, content) = (which.into_inner(), call.if_match, body.value);
    let act = move |conn: &mut Conn, by: &Caller, settings: &Settings, now: Moment| {
        filing::draft(conn, by, settings, which, (seen, &content), now)
    };
    deed(call, body.digest, act).await
}

/// A deed that needs nothing said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportDeed)]
struct Nothing {}

/// Runs a deed on a report and answers with the report as it then is.
async fn deed(
    call: Call,
    digest: String,
    act: impl Fn(&mut Conn, &Caller, &Settings, Moment) -> Result<Scene> + Send + 'static,
) -> Result<HttpResponse> {
    let settings = call.settings();
    let write = call.write(digest, move |conn, by, now| {
        let scene = act(conn, by, &settings, now)?;
        answer(conn, &settings, by, &scene)
    });
    write.await
}

/// Hands the draft in.
#[utoipa::path(tag = "reports", params(("id" = Id, Path), ("quarter" = Quarter, Path)), request_body = Nothing, responses((status = 200, body = ReportView), (status = 409), (status = 422)))]
#[post("/projects/{id}/reports/{quarter}/submission")]
async fn submit(
    call: Call,
    which: web::Path<(Id, Quarter)>,
    body: Body<Nothing>,
) -> Result<HttpResponse> {
    let which = which.into_inner();
    let act = move |conn: &mut Conn, by: &Caller, settings: &Settings, now: Moment| {
        filing::submit(conn, by, settings, which, now)
    };
    deed(call, body.digest, act).await
}

/// Takes what was handed in.
#[utoipa::path(tag = "reports", params(("id" = Id, Path), ("quarter" = Quarter, Path)), request_body = Nothing, responses((status = 200, body = ReportView), (status = 403), (status = 409)))]
#[post("/projects/{id}/reports/{quarter}/acceptance")]
async fn accept(
    call: Call,
    which: web::Path<(Id, Quarter)>,
    body: Body<Nothing>,
) -> Result<HttpResponse> {
    let which = which.into_inner();
    let act = move |conn: &mut Conn, by: &Caller, settings: &Settings, now: Moment| {
        actions::accept(conn, by, settings, which, now)
    };
    deed(call, body.digest, act).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportReturn)]
struct Return {
    /// At least one.
    #[schema(max_items = 100)]
    reasons: Vec<Reason>,
}

/// Gives what was handed in back.
#[utoipa::path(tag = "reports", params(("id" = Id, Path), ("quarter" = Quarter, Path)), request_body = Return, responses((status = 200, body = ReportView), (status = 403), (status = 409), (status = 422)))]
#[post("/projects/{id}/reports/{quarter}/return")]
async fn give_back(
    call: Call,
    which: web::Path<(Id, Quarter)>,
    body: Body<Return>,
) -> Result<HttpResponse> {
    let (which, reasons) = (which.into_inner(), body.value.reasons);
    let act = move |conn: &mut Conn, by: &Caller, settings: &Settings, now: Moment| {
        actions::give_back(conn, by, settings, which, &reasons, now)
    };
    deed(call, body.digest, act).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportCorrectionGrant)]
struct Correction {
    #[schema(max_length = 2000)]
    reason: String,
}

/// Lets what was handed in be changed after the lock.
#[utoipa::path(tag = "reports", params(("id" = Id, Path), ("quarter" = Quarter, Path)), request_body = Correction, responses((status = 200, body = ReportView), (status = 403), (status = 409), (status = 422)))]
#[post("/projects/{id}/reports/{quarter}/correction")]
async fn correct(
    call: Call,
    which: web::Path<(Id, Quarter)>,
    body: Body<Correction>,
) -> Result<HttpResponse> {
    let (which, reason) = (which.into_inner(), body.value.reason);
    let act = move |conn: &mut Conn, by: &Caller, settings: &Settings, now: Moment| {
        actions::grant_correction(conn, by, settings, which, &reason, now)
    };
    deed(call, body.digest, act).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportsQuery {
    quarter: Option<Quarter>,
    region: Option<Region>,
    state: Option<State>,
    late: Option<bool>,
    limit: Option<i64>,
    cursor: Option<String>,
    with_total: Option<bool>,
}

/// The reports of all projects in scope, the latest quarter first, the missing ones among them.
#[utoipa::path(tag = "reports", params(("quarter" = Option<Quarter>, Query), ("region" = Option<Region>, Query), ("state" = Option<State>, Query), ("late" = Option<bool>, Query), ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query), ("with_total" = Option<bool>, Query)), responses((status = 200, body = Page<LineView>)))]
#[get("/reports")]
async fn list(call: Call, query: Query<ReportsQuery>) -> Result<HttpResponse> {
    let asked = query.0;
    let cursor = asked.cursor.as_deref();
    let paging = Paging::read(browse::ALL, 2, asked.limit, cursor, asked.with_total)?;
    let filter = Filter {
        quarter: asked.quarter,
        region: asked.region,
        state: asked.state,
        late: asked.late,
    };
    let settings = call.settings();
    if let Some(form) = call.file {
        let batch = move |conn: &mut _, by: &_, now, paging: &_| {
            ledger::ledger_page(conn, by, &settings, &filter, paging, now)
        };
        return call.export(form, &LEDGER, CURSOR, batch).await;
    }
    let read = call.read(move |conn, by, now| {
        Answer::page(&browse::all(conn, by, &settings, &filter, &paging, now)?)
    });
    read.await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RatesQuery {
    quarter: Option<Quarter>,
    by: Option<By>,
    region: Option<Region>,
}

/// How many reports of a quarter are in, by region, industry or coordinator, over what the reader may
/// see.
#[utoipa::path(tag = "reports", params(("quarter" = Option<Quarter>, Query), ("by" = Option<By>, Query), ("region" = Option<Region>, Query)), responses((status = 200, body = Rates)))]
#[get("/reports/rates")]
async fn counted(call: Call, query: Query<RatesQuery>) -> Result<HttpResponse> {
    let asked = (query.0.quarter, query.0.by, query.0.region);
    let settings = call.settings();
    let read =
        call.read(move |conn, by, now| Answer::ok(&rates::rates(conn, by, &settings, asked, now)?));
    read.await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MatrixQuery {
    from: Option<Quarter>,
    to: Option<Quarter>,
    region: Option<Region>,
    industry: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
    with_total: Option<bool>,
}

/// Which project has filed for which quarter: at most 20 quarters, the last four unless they are named.
#[utoipa::path(tag = "reports", params(("from" = Option<Quarter>, Query), ("to" = Option<Quarter>, Query), ("region" = Option<Region>, Query), ("industry" = Option<String>, Query), ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query), ("with_total" = Option<bool>, Query)), responses((status = 200, body = Matrix), (status = 400)))]
#[get("/reports/matrix")]
async fn projects_by_quarter(call: Call, query: Query<MatrixQuery>) -> Result<HttpResponse> {
    let asked = query.0;
    let cursor = asked.cursor.as_deref();
    let paging = Paging::read(matrix::LIST, 1, asked.limit, cursor, asked.with_total)?;
    let wanted = matrix::Asked {
        from: asked.from,
        to: asked.to,
        region: asked.region,
        industry: asked.industry,
    };
    let settings = call.settings();
    let read = call.read(move |conn, by, now| {
        let matrix = matrix::matrix(conn, by, &settings, &wanted, &paging, now)?;
        Ok(Answer::ok(&matrix)?.before(matrix.page.next_cursor))
    });
    read.await
}

/// The routes of reports.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(of_project)
        .service(submit)
        .service(accept)
        .service(give_back)
        .service(correct)
        .service(get_one)
        .service(draft)
        .service(counted)
        .service(projects_by_quarter)
        .service(list);
}
