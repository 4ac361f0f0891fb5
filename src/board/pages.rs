//! The pages of the board: the first page of the console, and that of one project.

use actix_web::{HttpResponse, web};

use super::day::my_day;
use super::project;
use crate::kernel::error::Result;
use crate::people::visit::Visit;
use crate::web::pages::Page;

/// What the reader owes, what waits for them, what escalates next.
async fn show_day(visit: Visit) -> Result<HttpResponse> {
    let settings = visit.settings();
    let show = visit.show(move |conn, by, now| {
        let day = my_day(conn, by, &settings, now)?;
        Ok(Page::new("board/day.html", &day))
    });
    show.await
}

/// The pages of the board.
pub(crate) fn pages(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/").get(show_day))
        .service(web::resource("/projects/{id}").get(project::show));
}
