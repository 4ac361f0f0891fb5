//! What the log says of a request. An address that is a secret is named by its pattern alone.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use tracing::Span;
use tracing_actix_web::{DefaultRootSpanBuilder, RootSpanBuilder};

use super::guard::request_id;

/// Opens the span of a request.
pub(crate) struct Traced;

impl RootSpanBuilder for Traced {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let path = request.path();
        if path.starts_with("/api/v1/feeds/") && std::path::Path::new(path).extension().is_some() {
            return tracing::info_span!(
                "HTTP request",
                http.method = %request.method(),
                http.route = "/api/v1/feeds/{token}.ics",
                http.status_code = tracing::field::Empty,
                request_id = request_id(request.request()),
            );
        }
        DefaultRootSpanBuilder::on_request_start(request)
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        DefaultRootSpanBuilder::on_request_end(span, outcome);
    }
}
