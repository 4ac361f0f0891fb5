//! The guard around every handler: a panic answers 500, a request that takes too long 408, and
//! every failure leaves as a problem document in the reader's language.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use futures_util::FutureExt as _;
use tracing_actix_web::RequestId;

use super::{extract, problem};
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

/// Wraps every handler.
pub(crate) async fn guard(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let request = req.request().clone();
    let longest = req
        .app_data::<actix_web::web::Data<LongestRequest>>()
        .map_or(Duration::from_secs(30), |longest| longest.0);
    let answered =
        tokio::time::timeout(longest, AssertUnwindSafe(next.call(req)).catch_unwind()).await;
    let response = match answered {
        Err(_) => told(
            &request,
            StatusCode::REQUEST_TIMEOUT,
            "problem.timeout",
            "request.timeout",
        ),
        Ok(Err(_panic)) => {
            tracing::error!(request.id = request_id(&request), "a handler panicked");
            told(
                &request,
                StatusCode::INTERNAL_SERVER_ERROR,
                "problem.broken",
                "server.broken",
            )
        }
        Ok(Ok(Err(error))) => explain(&request, error.error_response(), error.as_error()),
        Ok(Ok(Ok(response))) => {
            if !needs_words(response.response()) {
                return Ok(secured(response.map_into_boxed_body()));
            }
            let (_, response) = response.into_parts();
            let response = response.map_into_boxed_body();
            match response.error().and_then(|error| error.as_error::<Error>()) {
                Some(error) => {
                    problem::respond(error, extract::lang_of(&request), &request_id(&request))
                }
                None => explain(&request, response, None),
            }
        }
    };
    Ok(secured(ServiceResponse::new(request, response)))
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

/// Words for failures that the framework made.
fn explain(req: &HttpRequest, response: HttpResponse, error: Option<&Error>) -> HttpResponse {
    if let Some(error) = error {
        return problem::respond(error, extract::lang_of(req), &request_id(req));
    }
    let (title, code) = match response.status() {
        StatusCode::NOT_FOUND => ("problem.missing", "route.unknown"),
        StatusCode::METHOD_NOT_ALLOWED => ("problem.method", "route.method"),
        StatusCode::PAYLOAD_TOO_LARGE => ("problem.too_large", "body.too_large"),
        StatusCode::REQUEST_TIMEOUT => ("problem.timeout", "request.timeout"),
        status if status.is_client_error() => ("problem.malformed", "request.malformed"),
        _ => ("problem.broken", "server.broken"),
    };
    let mut told = told(req, response.status(), title, code);
    if let Some(allow) = response.headers().get(header::ALLOW) {
        told.headers_mut().insert(header::ALLOW, allow.clone());
    }
    told
}

fn told(req: &HttpRequest, status: StatusCode, title: &str, code: &str) -> HttpResponse {
    problem::document(status, title, code, extract::lang_of(req), &request_id(req))
}

/// Headers of every answer.
fn secured<B>(mut response: ServiceResponse<B>) -> ServiceResponse<B> {
    const HEADERS: [(header::HeaderName, &str); 4] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    let id = request_id(response.request());
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        if !headers.contains_key(&name) {
            headers.insert(name, header::HeaderValue::from_static(value));
        }
    }
    if let Ok(id) = header::HeaderValue::from_str(&id) {
        headers.insert(header::HeaderName::from_static("x-request-id"), id);
    }
    response
}
