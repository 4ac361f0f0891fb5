//! `GET /faults`: what keeps letters from the people they are for.

use actix_web::{HttpResponse, get};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::escalation::faults::{self, Fault};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::page::Page;
use crate::kernel::refused::Facts;
use crate::kernel::time::Day;
use crate::people::call::Call;
use crate::text::{Lang, say};
use crate::web::answer::Answer;
use crate::web::extract::Query;

/// Something that is wrong.
#[derive(Serialize, ToSchema)]
struct FaultView {
    /// Stable code.
    code: &'static str,
    /// What is wrong, in the reader's language.
    detail: String,
    region: Option<Region>,
    project_id: Option<Id>,
    /// The day it was first met, where that is known.
    since_on: Option<Day>,
    #[schema(value_type = Object)]
    facts: Facts,
}

impl FaultView {
    fn of(fault: Fault, lang: Lang) -> Self {
        Self {
            code: fault.code,
            detail: say(lang, fault.code, &fault.facts),
            region: fault.region,
            project_id: fault.project,
            since_on: fault.since_on,
            facts: fault.facts,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoQuery {}

/// Missing superiors, departments without accounts, addresses that bounce, years not published and
/// letters that do not leave.
///
/// **Permissions**: coordinators, within their reach.
#[utoipa::path(tag = "letters", responses((status = 200, body = Page<FaultView>), (status = 403)))]
#[get("/faults")]
pub(super) async fn list(call: Call, _: Query<NoQuery>) -> Result<HttpResponse> {
    let settings = call.settings();
    let read = call.read(move |conn, by, now| {
        let faults = faults::list(conn, by, &settings, now)?;
        let view = |fault| FaultView::of(fault, by.lang);
        Answer::ok(&Page {
            items: faults.into_iter().map(view).collect(),
            next_cursor: None,
            total: None,
        })
    });
    read.await
}
