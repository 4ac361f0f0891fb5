//! HTTP of what is owed, of the letters written about it, and of what keeps them from arriving.

mod owed;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of escalation.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(owed::list);
}
