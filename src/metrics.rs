//! Prometheus metrics: counted here, shown at `/metrics`.

use std::sync::OnceLock;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{HttpResponse, web};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::kernel::error::{Error, Result};

static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Returns the recorder, installed once per process.
pub(crate) fn recorder() -> PrometheusHandle {
    if let Some(handle) = RECORDER.get() {
        return handle.clone();
    }
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = RECORDER.get_or_init(|| recorder.handle()).clone();
    // A second server in the same process, as in tests, shares the first one's recorder.
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::debug!("a metrics recorder is already there");
    }
    handle
}

/// Counts requests by method and status; never by path, which clients choose.
pub(crate) async fn count(
    req: ServiceRequest,
    next: Next<impl MessageBody>,
) -> std::result::Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let method = req.method().to_string();
    let answered = next.call(req).await;
    let status = match &answered {
        Ok(response) => response.status().as_u16(),
        Err(error) => error.as_response_error().status_code().as_u16(),
    };
    metrics::counter!("fiveone_requests_total", "method" => method, "status" => status.to_string())
        .increment(1);
    answered
}

/// Shows all metrics in Prometheus' text form.
pub(crate) async fn show(handle: web::Data<PrometheusHandle>) -> Result<HttpResponse> {
    let text = web::block(move || handle.render())
        .await
        .map_err(|_| Error::Busy)?;
    Ok(HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4")
        .body(text))
}
