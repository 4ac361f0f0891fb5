//! What an action answers over HTTP, as a value: it can be stored with an idempotency key and sent
//! again to the letter.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde::Serialize;

use crate::kernel::error::{Error, Result};
use crate::kernel::page::Page;

/// Status, headers and body of a success.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) etag: Option<String>,
    pub(crate) location: Option<String>,
    /// Cursor of the next page of a list; the call makes the `Link` of it.
    pub(crate) next: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) body: String,
}

impl Answer {
    fn new(status: u16, body: String) -> Self {
        Self {
            status,
            etag: None,
            location: None,
            next: None,
            link: None,
            body,
        }
    }

    /// 200 with a body.
    pub(crate) fn ok(body: &impl Serialize) -> Result<Self> {
        Ok(Self::new(
            200,
            serde_json::to_string(body).map_err(Error::broken)?,
        ))
    }

    /// 200 with one page of a list; a `Link` leads to the next.
    pub(crate) fn page(page: &Page<impl Serialize>) -> Result<Self> {
        Ok(Self::ok(page)?.before(page.next_cursor.clone()))
    }

    /// Leads by a `Link` to the page after a cursor, if there is one.
    pub(crate) fn before(mut self, next: Option<String>) -> Self {
        self.next = next;
        self
    }

    /// 201 with the place of what was made.
    pub(crate) fn created(location: impl Into<String>, body: &impl Serialize) -> Result<Self> {
        Ok(Self {
            status: 201,
            location: Some(location.into()),
            ..Self::ok(body)?
        })
    }

    /// 204 without a body.
    pub(crate) fn nothing() -> Self {
        Self::new(204, String::new())
    }

    /// Adds the strong `ETag` of a version.
    pub(crate) fn version(mut self, version: i64) -> Self {
        self.etag = Some(format!("\"{version}\""));
        self
    }

    /// Turns it into a response.
    pub(crate) fn respond(self) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response = HttpResponse::build(status);
        for (name, value) in [
            (header::ETAG, self.etag),
            (header::LOCATION, self.location),
            (header::LINK, self.link),
        ] {
            if let Some(value) = value {
                response.insert_header((name, value));
            }
        }
        if status == StatusCode::NO_CONTENT {
            return response.finish();
        }
        let kind = if status.is_client_error() {
            "application/problem+json"
        } else {
            "application/json"
        };
        response.content_type(kind).body(self.body)
    }
}
