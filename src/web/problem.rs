//! The only mapping from errors to HTTP: RFC 9457 problem documents in the reader's language.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::kernel::error::Error;
use crate::kernel::refused::{Facts, Kind, Refused};
use crate::text::{Lang, say};
use crate::web::pages::{self, Page, Site};

/// Seconds a client is asked to wait when the store is busy.
const RETRY_AFTER: &str = "1";

/// A problem document.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// A URI that names the kind of problem: `urn:fiveone:problem:` and the code.
    r#type: String,
    /// Short words for the kind of problem.
    pub(super) title: String,
    status: u16,
    /// What is wrong and what to do.
    pub(super) detail: String,
    /// Id of the request; name it when asking for help.
    instance: String,
    /// Stable, dotted.
    code: String,
    /// Every fault of the input at once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) errors: Vec<Fault>,
}

/// One fault at one place of the input.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Fault {
    /// JSON pointer to the place.
    pub(super) pointer: String,
    code: String,
    pub(super) detail: String,
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

/// Who reads a problem: a client of the API, or a person at a browser.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    pub(crate) lang: Lang,
    pub(crate) request_id: String,
    pub(crate) path: String,
    /// The site as its pages show it; none for clients of the API.
    pub(crate) site: Option<Site>,
}

impl Problem {
    /// Puts an error into words; what broke is logged, and told to nobody.
    pub(crate) fn of(error: &Error, lang: Lang, instance: &str) -> Self {
        let status = error.status_code();
        match error {
            Error::Refused(refused) => Self::of_refusal(status, refused, lang, instance),
            Error::Busy => Self::plain(status, "problem.busy", "store.busy", lang, instance),
            Error::Broken(cause) => {
                tracing::error!(fault = %cause, request.id = instance, "an action broke");
                Self::plain(status, "problem.broken", "server.broken", lang, instance)
            }
        }
    }

    fn of_refusal(status: StatusCode, refused: &Refused, lang: Lang, instance: &str) -> Self {
        let errors = refused.findings.iter().map(|finding| Fault {
            pointer: finding.pointer.clone(),
            code: finding.code.to_owned(),
            detail: say(lang, finding.code, &finding.facts),
            facts: finding.facts.clone(),
        });
        Self {
            detail: say(lang, refused.code, &refused.facts),
            errors: errors.collect(),
            ..Self::plain(status, title_of(refused.kind), refused.code, lang, instance)
        }
    }

    /// A problem that has no refusal behind it: unknown routes, wrong methods, timeouts.
    fn plain(status: StatusCode, title: &str, code: &str, lang: Lang, instance: &str) -> Self {
        Self {
            r#type: format!("urn:fiveone:problem:{code}"),
            title: say(lang, title, &Facts::none()),
            status: status.as_u16(),
            detail: say(lang, code, &Facts::none()),
            instance: instance.to_owned(),
            code: code.to_owned(),
            errors: Vec::new(),
        }
    }

    fn send(self, status: StatusCode, reader: &Reader) -> HttpResponse {
        let Some(site) = &reader.site else {
            return HttpResponse::build(status)
                .content_type("application/problem+json")
                .body(serde_json::to_string(&self).unwrap_or_default());
        };
        // To a person, what is not there and what may not be seen is one and the same page.
        let told = if status == StatusCode::NOT_FOUND {
            let (title, code) = ("problem.missing", "route.unknown");
            Self::plain(status, title, code, reader.lang, &self.instance)
        } else {
            self
        };
        let page = Page::new("web/problem.html", &told);
        let html = page.render(pages::Frame::new(reader.lang, site, "", ""));
        let html = html.unwrap_or_else(|fault| {
            tracing::error!(fault = %fault, "the page of a problem broke");
            String::new()
        });
        HttpResponse::build(status)
            .content_type("text/html; charset=utf-8")
            .body(html)
    }
}

/// Answers an error.
pub(crate) fn respond(error: &Error, reader: &Reader) -> HttpResponse {
    let problem = Problem::of(error, reader.lang, &reader.request_id);
    let mut response = problem.send(error.status_code(), reader);
    let headers: &mut HeaderMap = response.headers_mut();
    let kind = match error {
        Error::Refused(refused) => Some(refused.kind),
        Error::Busy | Error::Broken(_) => None,
    };
    if kind == Some(Kind::Unauthenticated) && reader.site.is_none() {
        let challenge = header::HeaderValue::from_static("Bearer realm=\"fiveone\"");
        headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    if kind == Some(Kind::TooMany) || matches!(error, Error::Busy) {
        headers.insert(
            header::RETRY_AFTER,
            header::HeaderValue::from_static(RETRY_AFTER),
        );
    }
    response
}

/// Answers a problem that has no refusal behind it: unknown routes, wrong methods, timeouts.
pub(crate) fn document(
    status: StatusCode,
    title: &str,
    code: &str,
    reader: &Reader,
) -> HttpResponse {
    Problem::plain(status, title, code, reader.lang, &reader.request_id).send(status, reader)
}
