//! `/feeds`.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions::{self, Feed};
use crate::app::App;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::page::Page;
use crate::kernel::time::Moment;
use crate::people::call::Call;
use crate::store::Conn;
use crate::web::answer::Answer;
use crate::web::extract::Body;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewFeed {
    /// By which its owner knows it, such as the device it is for.
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct FeedView {
    id: Id,
    name: String,
    /// The first characters of the secret in its address.
    prefix: String,
    created_at: Moment,
    /// The address for a calendar program, shown only when it is made: whoever knows it reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

impl FeedView {
    fn of(feed: Feed, url: Option<String>) -> Self {
        Self {
            id: feed.id,
            name: feed.name,
            prefix: feed.prefix,
            created_at: feed.created_at,
            url,
        }
    }
}

/// The caller's own feeds.
///
/// **Permissions**: everyone, their own.
#[utoipa::path(tag = "feeds", responses((status = 200, body = Page<FeedView>)))]
#[get("/feeds")]
async fn list(call: Call) -> Result<HttpResponse> {
    let read = call.read(|conn, by, _| {
        let feeds = actions::list(conn, by)?.into_iter();
        Answer::ok(&Page {
            items: feeds.map(|feed| FeedView::of(feed, None)).collect(),
            next_cursor: None,
            total: None,
        })
    });
    read.await
}

/// Makes a feed of what the caller owes.
///
/// **Permissions**: everyone, for themselves.
#[utoipa::path(tag = "feeds", request_body = NewFeed, responses((status = 201, body = FeedView)))]
#[post("/feeds")]
async fn make(call: Call, body: Body<NewFeed>) -> Result<HttpResponse> {
    let call = call.without_idempotency();
    let base = call.settings().site.base_url.clone();
    let name = body.value.name.unwrap_or_default();
    let write = call.write(body.digest, move |conn, by, now| {
        let (feed, token) = actions::make(conn, by, &name, now)?;
        let url = format!("{base}/api/v1/feeds/{token}.ics");
        let place = format!("/api/v1/feeds/{}", feed.id);
        Answer::created(place, &FeedView::of(feed, Some(url)))
    });
    write.await
}

/// Revokes a feed.
///
/// **Permissions**: everyone, their own.
#[utoipa::path(tag = "feeds", params(("id" = Id, Path)), responses((status = 204)))]
#[delete("/feeds/{id}")]
async fn revoke(call: Call, id: web::Path<Id>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let write = call.write(String::new(), move |conn, by, now| {
        actions::revoke(conn, by, id, now)?;
        Ok(Answer::nothing())
    });
    write.await
}

/// What the owner of a feed owes, as a calendar: a day and a task for each. Asks for no sign-in: the
/// secret in the address stands for it.
#[utoipa::path(
    tag = "feeds",
    params(("token" = String, Path), ("If-None-Match" = Option<String>, Header)),
    responses(
        (status = 200, body = String, content_type = "text/calendar"),
        (status = 304, description = "Nothing has changed"),
    ),
    security(())
)]
#[get("/feeds/{token}.ics")]
async fn show(
    app: web::Data<App>,
    req: HttpRequest,
    token: web::Path<String>,
) -> Result<HttpResponse> {
    let (token, settings, now) = (token.into_inner(), app.settings.clone(), app.now());
    let unit = move |conn: &mut Conn| actions::show(conn, &settings, &token, now);
    let text = app.store.read(unit).await?;
    let tag = format!("\"{}\"", hex::encode(Sha256::digest(&text)));
    let seen = req.headers().get(header::IF_NONE_MATCH);
    if seen.is_some_and(|seen| seen.as_bytes() == tag.as_bytes()) {
        return Ok(HttpResponse::NotModified()
            .insert_header((header::ETAG, tag))
            .finish());
    }
    Ok(HttpResponse::Ok()
        .content_type("text/calendar; charset=utf-8")
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .body(text))
}

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(list)
        .service(make)
        .service(show)
        .service(revoke);
}
