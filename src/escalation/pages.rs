//! Pages of what is owed and of the letters written about it.

mod letters;
mod owed;

use actix_web::web;

/// The pages of escalation.
pub(crate) fn pages(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/deadlines").get(owed::show_list))
        .service(web::resource("/letters").get(letters::show_list))
        .service(web::resource("/letters/{id}").get(letters::show_one));
}
