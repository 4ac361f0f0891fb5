//! HTTP of what is owed, of the letters written about it, and of what keeps them from arriving.

mod faults;
mod letters;
mod owed;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of escalation.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(owed::list)
        .service(letters::list)
        .service(letters::get_one)
        .service(faults::list);
}
