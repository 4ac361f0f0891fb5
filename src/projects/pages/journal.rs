//! The page of a project's whole history.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::Head;
use crate::journal::{self, Line};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::page::{Page as Listed, Paging};
use crate::people::visit::Visit;
use crate::projects::store;
use crate::web::extract::Filters;
use crate::web::pages::Page;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    cursor: Option<String>,
}

#[derive(Serialize)]
struct JournalPage {
    project: Head,
    page: Listed<Line>,
}

pub(super) async fn show(
    visit: Visit,
    id: web::Path<Id>,
    asked: Filters<Asked>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let cursor = asked.0.cursor.as_deref();
    let paging = Paging::read("journal", 1, None, cursor, None)?;
    visit
        .show(move |conn, by, _| {
            let project = store::get(conn, &by.scope, id)?;
            let content = JournalPage {
                page: journal::of_project(conn, id, by.lang, &paging)?,
                project: Head::from(&project),
            };
            Ok(Page::new("projects/journal.html", &content))
        })
        .await
}
