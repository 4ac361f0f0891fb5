//! The guard around every handler: a panic answers 500, a request that takes too long 408, and
//! every failure leaves as a problem document in the reader's language.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::{StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, web};
use futures_util::FutureExt as _;
use tracing_actix_web::RequestId;

use super::extract;
use super::pages::Site;
use super::pages::cookies::Cookie;
use super::problem::{self, Reader};
use crate::kernel::error::Error;

/// How long a request may take; app data of the server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LongestRequest(pub(crate) Duration);

/// Returns the id of a request, as the log and problem documents name it.
pub(crate) fn request_id(req: &HttpRequest) -> String {
    req.extensions()
        .get::<RequestId>()
        .map(ToString::to_string)
        .unwrap_or_default()
}

impl Reader {
    /// Reads who reads the answer, before the handler takes the request.
    pub(crate) fn of(req: &HttpRequest) -> Self {
        let site = req
            .app_data::<web::Data<Site>>()
            .map(|site| site.get_ref().clone())
            .filter(|_| !is_for_clients(req.path()));
        Self {
            lang: site
                .as_ref()
                .and_then(|site| Cookie::Language.read(req, site.secure))
                .and_then(|lang| lang.parse().ok())
                .unwrap_or_else(|| extract::lang_of(req)),
            request_id: request_id(req),
            path: req.path().to_owned(),
            site,
        }
    }

    fn told(&self, status: StatusCode, title: &str, code: &str) -> HttpResponse {
        problem::document(status, title, code, self)
    }
}

/// Tells whether a path is read by programs and not by people.
fn is_for_clients(path: &str) -> bool {
    const OUTSIDE: [&str; 4] = ["/healthz", "/readyz", "/metrics", "/openapi.json"];
    path == "/api" || path.starts_with("/api/") || OUTSIDE.contains(&path)
}

/// Wraps every handler.
pub(crate) async fn guard(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    // Nothing may hold the request itself while it is routed: the framework changes it in place.
    let reader = Reader::of(req.request());
    let longest = req
        .app_data::<actix_web::web::Data<LongestRequest>>()
        .map_or(Duration::from_secs(30), |longest| longest.0);
    let answered =
        tokio::time::timeout(longest, AssertUnwindSafe(next.call(req)).catch_unwind()).await;
    let told = match answered {
        Err(_) => reader.told(
            StatusCode::REQUEST_TIMEOUT,
            "problem.timeout",
            "request.timeout",
        ),
        Ok(Err(_panic)) => {
            tracing::error!(request.id = reader.request_id, "a handler panicked");
            reader.told(
                StatusCode::INTERNAL_SERVER_ERROR,
                "problem.broken",
                "server.broken",
            )
        }
        Ok(Ok(Err(error))) => explain(&reader, &error.error_response(), error.as_error()),
        Ok(Ok(Ok(response))) => {
            let mut response = response.map_into_boxed_body();
            if needs_words(response.response()) {
                let error = response
                    .response()
                    .error()
                    .and_then(|error| error.as_error());
                let told = explain(&reader, response.response(), error);
                response = response.into_response(told);
            }
            secure(response.response_mut(), &reader);
            return Ok(response);
        }
    };
    let mut told = told;
    secure(&mut told, &reader);
    Err(InternalError::from_response("the guard answered", told).into())
}

fn needs_words<B>(response: &HttpResponse<B>) -> bool {
    let status = response.status();
    (status.is_client_error() || status.is_server_error())
        && !response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| {
                kind.as_bytes().starts_with(b"application/problem+json")
                    || kind.as_bytes().starts_with(b"text/html")
            })
}

/// Words for a failure of ours, or of the framework.
fn explain(reader: &Reader, response: &HttpResponse, error: Option<&Error>) -> HttpResponse {
    if let Some(error) = error {
        return problem::respond(error, reader);
    }
    let (title, code) = match response.status() {
        StatusCode::NOT_FOUND => ("problem.missing", "route.unknown"),
        StatusCode::METHOD_NOT_ALLOWED => ("problem.method", "route.method"),
        StatusCode::PAYLOAD_TOO_LARGE => ("problem.too_large", "body.too_large"),
        StatusCode::REQUEST_TIMEOUT => ("problem.timeout", "request.timeout"),
        status if status.is_client_error() => ("problem.malformed", "request.malformed"),
        _ => ("problem.broken", "server.broken"),
    };
    let mut told = reader.told(response.status(), title, code);
    if let Some(allow) = response.headers().get(header::ALLOW) {
        told.headers_mut().insert(header::ALLOW, allow.clone());
    }
    told
}

/// What a page may load and do: its own style sheet and script, and forms to itself.
const CONSOLE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; \
     frame-ancestors 'none'";
/// The page of the API's document brings styles in its elements and pictures in its addresses.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; \
     object-src 'none'; frame-ancestors 'none'";

/// Headers of every answer.
fn secure(response: &mut HttpResponse, reader: &Reader) {
    let policy = if reader.path.starts_with("/docs/") {
        DOCS_POLICY
    } else {
        CONSOLE_POLICY
    };
    // Without TLS browsers send no Sec-Fetch-Site, and under `no-referrer` no Origin either: a form
    // could not be told from a foreign one.
    let referrer = match &reader.site {
        Some(site) if !site.secure => "same-origin",
        _ => "no-referrer",
    };
    let told = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, referrer),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
        (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
    ];
    let headers = response.headers_mut();
    for (name, value) in told {
        if !headers.contains_key(&name) {
            headers.insert(name, header::HeaderValue::from_static(value));
        }
    }
    let hsts = reader.site.as_ref().map_or(0, |site| site.hsts_seconds);
    if hsts > 0 {
        let value = format!("max-age={hsts}; includeSubDomains");
        if let Ok(value) = header::HeaderValue::from_str(&value) {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
        }
    }
    if let Ok(id) = header::HeaderValue::from_str(&reader.request_id) {
        headers.insert(header::HeaderName::from_static("x-request-id"), id);
    }
}
