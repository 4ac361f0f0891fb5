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
use crate::reference;
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
            detail: say(lang, fault.code, &named(&fault.facts, lang)),
            region: fault.region,
            project_id: fault.project,
            since_on: fault.since_on,
            facts: fault.facts,
        }
    }
}

/// The facts with the names of regions and departments in the place of their codes, to be read.
fn named(facts: &Facts, lang: Lang) -> Facts {
    let mut named = facts.clone();
    let code = |name: &str| facts.get(name).and_then(serde_json::Value::as_str);
    let region = code("region").and_then(|code| reference::region(code.parse().ok()?));
    if let Some(region) = region {
        named = named.with("region", in_language(lang, &region.zh, &region.en));
    }
    if let Some(body) = code("department").and_then(reference::department) {
        named = named.with("department", in_language(lang, &body.zh, &body.en));
    }
    named
}

fn in_language<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoQuery {}

/// Missing superiors, departments without accounts, addresses that bounce, years not published and
/// letters that do not leave.
///
/// **Permissions**: coordinators, within their reach.
#[utoipa::path(tag = "faults", responses((status = 200, body = Page<FaultView>), (status = 403)))]
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
