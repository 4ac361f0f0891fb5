//! HTTP of the deeds on a blocker: each is a noun under it and answers the blocker as it is then.

use actix_web::{HttpResponse, post, web};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::super::deeds::{self, Scene};
use super::super::rules::Deed;
use super::{BlockerDetail, answer};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::time::{Day, Moment};
use crate::people::call::Call;
use crate::people::caller::Caller;
use crate::settings::Settings;
use crate::store::Conn;
use crate::web::extract::Body;

/// Does a deed and answers the blocker.
async fn done(
    call: Call,
    digest: String,
    deed: impl Fn(&mut Conn, &Caller, &Settings, Moment) -> Result<Scene> + Send + 'static,
) -> Result<HttpResponse> {
    let (settings, zone) = (call.settings(), call.app.zone());
    let write = call.write(digest, move |conn, by, now| {
        let scene = deed(conn, by, &settings, now)?;
        answer(conn, scene, zone.day_of(now))
    });
    write.await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::blockers) struct AcceptanceBody {
    /// Who works it; without one the department's accounts do.
    pub(in crate::blockers) handler_id: Option<Id>,
}

#[utoipa::path(tag = "blockers", params(("id" = Id, Path)), request_body = AcceptanceBody, responses((status = 200, body = BlockerDetail), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/blockers/{id}/acceptance")]
async fn accept(call: Call, id: web::Path<Id>, body: Body<AcceptanceBody>) -> Result<HttpResponse> {
    let (id, handler) = (id.into_inner(), body.value.handler_id);
    let deed = move |conn: &mut Conn, by: &Caller, settings: &Settings, now| {
        deeds::accept(conn, by, settings, id, handler, now)
    };
    done(call, body.digest, deed).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::blockers) struct ReplyBody {
    #[schema(min_length = 1, max_length = 4000)]
    pub(in crate::blockers) plan: String,
    pub(in crate::blockers) promised_on: Day,
}

#[utoipa::path(tag = "blockers", params(("id" = Id, Path)), request_body = ReplyBody, responses((status = 200, body = BlockerDetail), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/blockers/{id}/reply")]
async fn reply(call: Call, id: web::Path<Id>, body: Body<ReplyBody>) -> Result<HttpResponse> {
    let (id, asked) = (id.into_inner(), body.value);
    let deed = move |conn: &mut Conn, by: &Caller, settings: &Settings, now| {
        deeds::reply(conn, by, settings, id, &asked.plan, asked.promised_on, now)
    };
    done(call, body.digest, deed).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::blockers) struct ResolutionBody {
    #[schema(min_length = 1, max_length = 4000)]
    pub(in crate::blockers) outcome: String,
    /// The document it rests on, by its number.
    #[schema(min_length = 1, max_length = 200)]
    pub(in crate::blockers) document: Option<String>,
}

#[utoipa::path(tag = "blockers", params(("id" = Id, Path)), request_body = ResolutionBody, responses((status = 200, body = BlockerDetail), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/blockers/{id}/resolution")]
async fn resolve(
    call: Call,
    id: web::Path<Id>,
    body: Body<ResolutionBody>,
) -> Result<HttpResponse> {
    let (id, asked) = (id.into_inner(), body.value);
    let deed = move |conn: &mut Conn, by: &Caller, settings: &Settings, now| {
        let document = asked.document.as_deref();
        deeds::resolve(conn, by, settings, id, &asked.outcome, document, now)
    };
    done(call, body.digest, deed).await
}

/// Nothing to say.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::blockers) struct PlainDeedBody {}

#[utoipa::path(tag = "blockers", params(("id" = Id, Path)), request_body = PlainDeedBody, responses((status = 200, body = BlockerDetail), (status = 403), (status = 404), (status = 409)))]
#[post("/blockers/{id}/confirmation")]
async fn confirm(call: Call, id: web::Path<Id>, body: Body<PlainDeedBody>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let deed = move |conn: &mut Conn, by: &Caller, settings: &Settings, now| {
        deeds::confirm(conn, by, settings, id, now)
    };
    done(call, body.digest, deed).await
}

#[utoipa::path(tag = "blockers", params(("id" = Id, Path)), request_body = PlainDeedBody, responses((status = 200, body = BlockerDetail), (status = 403), (status = 404), (status = 409)))]
#[post("/blockers/{id}/submission")]
async fn submit(call: Call, id: web::Path<Id>, body: Body<PlainDeedBody>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let deed = move |conn: &mut Conn, by: &Caller, settings: &Settings, now| {
        deeds::submit(conn, by, settings, id, now)
    };
    done(call, body.digest, deed).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BlockerReason)]
pub(in crate::blockers) struct ReasonBody {
    #[schema(min_length = 1, max_length = 2000)]
    pub(in crate::blockers) reason: String,
}

/// Does a deed that brings a reason and nothing else.
async fn with_reason(
    call: Call,
    id: web::Path<Id>,
    body: Body<ReasonBody>,
    deed: Deed,
) -> Result<HttpResponse> {
    let (of, reason) = ((id.into_inner(), deed), body.value.reason);
    let deed = move |conn: &mut Conn, by: &Caller, settings: &Settings, now| {
        deeds::with_reason(conn, by, settings, of, &reason, now)
    };
    done(call, body.digest, deed).await
}

#[utoipa::path(tag = "blockers", params(("id" = Id, Path)), request_body = ReasonBody, responses((status = 200, body = BlockerDetail), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/blockers/{id}/objection")]
async fn objection(call: Call, id: web::Path<Id>, body: Body<ReasonBody>) -> Result<HttpResponse> {
    with_reason(call, id, body, Deed::Objected).await
}

#[utoipa::path(tag = "blockers", params(("id" = Id, Path)), request_body = ReasonBody, responses((status = 200, body = BlockerDetail), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/blockers/{id}/return")]
async fn send_back(call: Call, id: web::Path<Id>, body: Body<ReasonBody>) -> Result<HttpResponse> {
    with_reason(call, id, body, Deed::Returned).await
}

#[utoipa::path(tag = "blockers", params(("id" = Id, Path)), request_body = ReasonBody, responses((status = 200, body = BlockerDetail), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/blockers/{id}/reopening")]
async fn reopen(call: Call, id: web::Path<Id>, body: Body<ReasonBody>) -> Result<HttpResponse> {
    with_reason(call, id, body, Deed::Reopened).await
}

#[utoipa::path(tag = "blockers", params(("id" = Id, Path)), request_body = ReasonBody, responses((status = 200, body = BlockerDetail), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/blockers/{id}/withdrawal")]
async fn withdraw(call: Call, id: web::Path<Id>, body: Body<ReasonBody>) -> Result<HttpResponse> {
    with_reason(call, id, body, Deed::Withdrawn).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::blockers) struct CommentBody {
    #[schema(min_length = 1, max_length = 4000)]
    pub(in crate::blockers) text: String,
}

#[utoipa::path(tag = "blockers", params(("id" = Id, Path)), request_body = CommentBody, responses((status = 200, body = BlockerDetail), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/blockers/{id}/comments")]
async fn comment(call: Call, id: web::Path<Id>, body: Body<CommentBody>) -> Result<HttpResponse> {
    let (id, text) = (id.into_inner(), body.value.text);
    let deed = move |conn: &mut Conn, by: &Caller, settings: &Settings, now| {
        deeds::comment(conn, by, settings, id, &text, now)
    };
    done(call, body.digest, deed).await
}

/// The routes of the deeds.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(accept)
        .service(reply)
        .service(resolve)
        .service(confirm)
        .service(objection)
        .service(send_back)
        .service(reopen)
        .service(withdraw)
        .service(submit)
        .service(comment);
}
