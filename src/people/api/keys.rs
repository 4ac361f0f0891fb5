//! HTTP of API keys: made, listed and revoked by their owner.

use actix_web::{HttpResponse, delete, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::page::Page;
use crate::kernel::time::Day;
use crate::people::call::Call;
use crate::people::keys::{self, ApiKey};
use crate::web::answer::Answer;
use crate::web::extract::Body;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewKey {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    expires_on: Day,
}

#[derive(Serialize, ToSchema)]
struct KeyView {
    id: Id,
    name: String,
    prefix: String,
    expires_on: Day,
    /// The key itself, shown only when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

impl KeyView {
    fn of(row: ApiKey, key: Option<String>) -> Self {
        Self {
            id: row.id,
            name: row.name,
            prefix: row.prefix,
            expires_on: row.expires_on,
            key,
        }
    }
}

#[utoipa::path(tag = "people", responses((status = 200, body = Page<KeyView>)))]
#[get("/api-keys")]
pub(super) async fn list_keys(call: Call) -> Result<HttpResponse> {
    let read = call.read(|conn, by, _| {
        let rows = keys::keys(conn, by)?;
        let items = rows.into_iter().map(|row| KeyView::of(row, None)).collect();
        Answer::ok(&Page {
            items,
            next_cursor: None,
            total: None,
        })
    });
    read.await
}

#[utoipa::path(tag = "people", request_body = NewKey, responses((status = 201, body = KeyView)))]
#[post("/api-keys")]
pub(super) async fn make_key(call: Call, body: Body<NewKey>) -> Result<HttpResponse> {
    let zone = call.app.zone();
    let NewKey { name, expires_on } = body.value;
    let call = call.without_idempotency();
    let write = call.write(body.digest, move |conn, by, now| {
        let today = zone.day_of(now);
        let (row, key) = keys::make_key(conn, by, &name, expires_on, today, now)?;
        Answer::created(
            format!("/api/v1/api-keys/{}", row.id),
            &KeyView::of(row, Some(key)),
        )
    });
    write.await
}

#[utoipa::path(tag = "people", params(("id" = Id, Path)), responses((status = 204), (status = 404)))]
#[delete("/api-keys/{id}")]
pub(super) async fn revoke_key(call: Call, id: web::Path<Id>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let write = call.write(String::new(), move |conn, by, now| {
        keys::revoke_key(conn, by, id, now)?;
        Ok(Answer::nothing())
    });
    write.await
}
