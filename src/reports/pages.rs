//! Pages of reports: the form of a quarter, which also shows what was handed in, and the lists.

mod changes;
mod lists;
mod one;
mod review;
mod sheet;

use actix_web::web;

/// The pages of reports.
pub(crate) fn pages(config: &mut web::ServiceConfig) {
    let of = |below: &str| web::resource(format!("/projects/{{id}}/reports/{{quarter}}{below}"));
    config
        .service(web::resource("/reports").get(lists::show))
        .service(web::resource("/projects/{id}/reports").get(lists::show_of_project))
        .service(of("").get(one::show).post(one::save))
        .service(of("/submission").post(one::submit))
        .service(of("/acceptance").post(review::accept))
        .service(of("/return").post(review::give_back))
        .service(of("/correction").post(review::correct));
}
