//! `/attachments`.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use serde::Deserialize;
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;
use crate::attachments::{self, AttachmentForm, AttachmentView, Subject, Vault};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::page::Page;
use crate::people::call::Call;
use crate::store::Conn;
use crate::web::answer::Answer;
use crate::web::extract::Query;

/// Attaches a file to a report, a plan, a blocker or an approval.
///
/// **Permissions**: everyone but viewers, within scope; not once the subject is over.
#[utoipa::path(
    tag = "attachments",
    request_body(content = inline(AttachmentForm), content_type = "multipart/form-data"),
    responses((status = 201, body = AttachmentView), (status = 404)),
)]
#[post("/attachments")]
async fn attach(call: Call, req: HttpRequest, body: web::Payload) -> Result<HttpResponse> {
    // A stranger's file is not even received.
    call.vouch().await?;
    let (vault, settings) = (Vault::of(&call.app), call.settings());
    let most = settings.attachments.file_bytes;
    let sent = attachments::receive(&req, &mut body.into_inner(), vault, most).await?;
    let digest = sent.digest();
    let place = format!("/api/v1/attachments/{}", sent.file.id());
    let sent = Arc::new(sent);
    let (received, location) = (Arc::clone(&sent), place.clone());
    let write = call.write(digest, move |conn, by, now| {
        let (subject, file) = ((received.subject, received.subject_id), &received.file);
        let standing = actions::standing(conn, by, &settings, subject, now)?;
        let limits = &settings.attachments;
        let row = attachments::add(conn, by, limits, &standing, file, now)?;
        let view = attachments::view(row, by, &standing);
        Answer::created(location.clone(), &view)
    });
    let answered = write.await;
    let is_written = |answer: &HttpResponse| {
        let location = answer.headers().get(header::LOCATION);
        location.is_some_and(|location| location.as_bytes() == place.as_bytes())
    };
    sent.file.end(answered.as_ref().map(is_written));
    answered
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AttachmentsQuery {
    subject: Subject,
    subject_id: Id,
}

/// The files of a subject, in the order they came.
///
/// **Permissions**: everyone, within scope.
#[utoipa::path(
    tag = "attachments",
    params(
        ("subject" = Subject, Query),
        ("subject_id" = Id, Query, description = "Of the report, blocker, approval or plan; the project's stands for its plan in force"),
    ),
    responses((status = 200, body = Page<AttachmentView>), (status = 404)),
)]
#[get("/attachments")]
async fn list(call: Call, query: Query<AttachmentsQuery>) -> Result<HttpResponse> {
    let (asked, settings) = (query.0, call.settings());
    let read = call.read(move |conn, by, now| {
        let subject = (asked.subject, asked.subject_id);
        let standing = actions::standing(conn, by, &settings, subject, now)?;
        Answer::ok(&Page {
            items: attachments::of_subject(conn, &standing)?,
            next_cursor: None,
            total: None,
        })
    });
    read.await
}

/// The file itself, to be saved. Its `ETag` is its SHA-256.
///
/// **Permissions**: everyone, within scope.
#[utoipa::path(
    tag = "attachments",
    params(("id" = Id, Path), ("If-None-Match" = Option<String>, Header)),
    responses(
        (status = 200, body = String, content_type = "application/octet-stream"),
        (status = 304, description = "The reader has it already"),
        (status = 404),
    ),
)]
#[get("/attachments/{id}")]
async fn download(call: Call, req: HttpRequest, id: web::Path<Id>) -> Result<HttpResponse> {
    let (id, reader, settings, now) = (
        id.into_inner(),
        call.clone(),
        call.settings(),
        call.app.now(),
    );
    let find = move |conn: &mut Conn| {
        let by = reader.caller(conn, now)?;
        let (row, _) = actions::find(conn, &by, &settings, id, now)?;
        Ok(row)
    };
    let row = call.app.store.read(find).await?;
    attachments::respond(&call.app, &req, row).await
}

/// Takes a file away.
///
/// **Permissions**: whoever attached it, and coordinators in whose reach it lies; until what it
/// belongs to is handed in or over.
#[utoipa::path(tag = "attachments", params(("id" = Id, Path)), responses((status = 204), (status = 409)))]
#[delete("/attachments/{id}")]
async fn take_away(call: Call, id: web::Path<Id>) -> Result<HttpResponse> {
    let (id, settings) = (id.into_inner(), call.settings());
    let (reader, now) = (call.clone(), call.app.now());
    let asked = Arc::clone(&settings);
    let find = move |conn: &mut Conn| {
        let by = reader.caller(conn, now)?;
        let (row, standing) = actions::find(conn, &by, &asked, id, now)?;
        attachments::may_remove(&by, &standing, &row)?;
        Ok(row)
    };
    let row = call.app.store.read(find).await?;
    let vault = Vault::of(&call.app);
    vault.doubt(&row)?;
    let write = call.write(String::new(), move |conn, by, now| {
        let (row, standing) = actions::find(conn, by, &settings, id, now)?;
        attachments::remove(conn, by, &standing, &row, now)?;
        Ok(Answer::nothing())
    });
    let answered = write.await;
    vault.decide(&row, answered.as_ref().map(|_| ()));
    answered
}

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(attach)
        .service(list)
        .service(download)
        .service(take_away);
}
