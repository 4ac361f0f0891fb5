//! The only mapping from errors to HTTP: RFC 9457 problem documents in the reader's language.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::kernel::error::Error;
use crate::kernel::refused::{Facts, Kind, Refused};
use crate::text::{Lang, say};

/// Seconds a client is asked to wait when the store is busy.
const RETRY_AFTER: &str = "1";

/// A problem document.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// A URI that names the kind of problem: `urn:fiveone:problem:` and the code.
    r#type: String,
    /// Short words for the kind of problem.
    title: String,
    status: u16,
    /// What is wrong and what to do.
    detail: String,
    /// Id of the request; name it when asking for help.
    instance: String,
    /// Stable, dotted.
    code: String,
    /// Every fault of the input at once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Fault>,
}

/// One fault at one place of the input.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Fault {
    /// JSON pointer to the place.
    pointer: String,
    code: String,
    detail: String,
    #[serde(skip_serializing_if = "Facts::is_empty")]
    #[schema(value_type = Object)]
    facts: Facts,
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Refused(refused) => status_of(refused.kind),
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// A bare status: the guard around all handlers knows the reader's language and fills it.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

const fn status_of(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::Malformed => StatusCode::BAD_REQUEST,
        Kind::Missing => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Stale => StatusCode::PRECONDITION_FAILED,
        Kind::Precondition => StatusCode::PRECONDITION_REQUIRED,
        Kind::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
    }
}

const fn title_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Invalid => "problem.invalid",
        Kind::Malformed => "problem.malformed",
        Kind::Missing => "problem.missing",
        Kind::Conflict => "problem.conflict",
        Kind::Forbidden => "problem.forbidden",
        Kind::Unauthenticated => "problem.unauthenticated",
        Kind::Stale => "problem.stale",
        Kind::Precondition => "problem.precondition",
        Kind::MediaType => "problem.media_type",
        Kind::TooLarge => "problem.too_large",
        Kind::TooMany => "problem.too_many",
    }
}

/// Renders an error as a problem document.
pub(crate) fn respond(error: &Error, lang: Lang, instance: &str) -> HttpResponse {
    match error {
        Error::Refused(refused) => refused_response(refused, lang, instance),
        Error::Busy => {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            let mut response = document(status, "problem.busy", "store.busy", lang, instance);
            response.headers_mut().insert(
                header::RETRY_AFTER,
                header::HeaderValue::from_static(RETRY_AFTER),
            );
            response
        }
        Error::Broken(cause) => {
            tracing::error!(fault = %cause, request.id = instance, "an action broke");
            document(
                StatusCode::INTERNAL_SERVER_ERROR,
                "problem.broken",
                "server.broken",
                lang,
                instance,
            )
        }
    }
}

/// Renders a problem that has no refusal behind it: unknown routes, wrong methods, timeouts.
pub(crate) fn document(
    status: StatusCode,
    title: &str,
    code: &str,
    lang: Lang,
    instance: &str,
) -> HttpResponse {
    send(
        status,
        &Problem {
            r#type: format!("urn:fiveone:problem:{code}"),
            title: say(lang, title, &Facts::none()),
            status: status.as_u16(),
            detail: say(lang, code, &Facts::none()),
            instance: instance.to_owned(),
            code: code.to_owned(),
            errors: Vec::new(),
        },
    )
}

fn refused_response(refused: &Refused, lang: Lang, instance: &str) -> HttpResponse {
    let status = status_of(refused.kind);
    let errors = refused.findings.iter().map(|finding| Fault {
        pointer: finding.pointer.clone(),
        code: finding.code.to_owned(),
        detail: say(lang, finding.code, &finding.facts),
        facts: finding.facts.clone(),
    });
    let mut response = send(
        status,
        &Problem {
            r#type: format!("urn:fiveone:problem:{}", refused.code),
            title: say(lang, title_of(refused.kind), &Facts::none()),
            status: status.as_u16(),
            detail: say(lang, refused.code, &refused.facts),
            instance: instance.to_owned(),
            code: refused.code.to_owned(),
            errors: errors.collect(),
        },
    );
    let headers: &mut HeaderMap = response.headers_mut();
    if refused.kind == Kind::Unauthenticated {
        let challenge = header::HeaderValue::from_static("Bearer realm=\"fiveone\"");
        headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    if refused.kind == Kind::TooMany {
        headers.insert(
            header::RETRY_AFTER,
            header::HeaderValue::from_static(RETRY_AFTER),
        );
    }
    response
}

fn send(status: StatusCode, problem: &Problem) -> HttpResponse {
    HttpResponse::build(status)
        .content_type("application/problem+json")
        .body(serde_json::to_string(problem).unwrap_or_default())
}
