//! The pages of the pillars leader and owner: who it is, the form to appoint somebody, and every term
//! there was with what was handed over.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::{Candidate, Head, candidates, may, said};
use crate::deadlines;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::time::{Day, Moment};
use crate::people::caller::Caller;
use crate::people::role::{Act, Role};
use crate::people::visit::{Done, Visit};
use crate::projects::api::pillars::TermView;
use crate::projects::appointing::{self, AppointmentBody, HandedOver};
use crate::projects::charter::charter;
use crate::projects::pillars;
use crate::projects::rules::Pillar;
use crate::projects::store;
use crate::store::Conn;
use crate::text::{Lang, say};
use crate::web::pages::Page;
use crate::web::pages::form::Form;

/// Something that was handed over, in words.
#[derive(Serialize)]
struct Item {
    words: String,
    due_on: Day,
}

impl Item {
    fn of(item: &HandedOver, lang: Lang) -> Self {
        let key = deadlines::title_key(item.kind, &item.facts);
        Self {
            words: say(lang, &key, &item.facts),
            due_on: item.due_on,
        }
    }
}

/// One term, and what was open when it began.
#[derive(Serialize)]
struct Held {
    term: TermView,
    handed_over: Vec<Item>,
}

#[derive(Serialize)]
struct AppointmentPage {
    project: Head,
    pillar: Pillar,
    gaps: Vec<String>,
    may_edit: bool,
    version: Option<i64>,
    /// Every term there was, the latest first.
    terms: Vec<Held>,
    candidates: Vec<Candidate>,
}

fn page(conn: &mut Conn, by: &Caller, id: Id, pillar: Pillar) -> Result<Page> {
    let project = store::get(conn, &by.scope, id)?;
    let charter = charter(conn, &project)?;
    let gaps = charter
        .of(pillar)
        .map(|standing| said(&standing.gaps, by.lang));
    let terms = pillars::terms_of(conn, id, pillar)?;
    let may_edit = may(by, Act::Appoint, &project);
    let held = |term: appointing::Term| Held {
        handed_over: appointing::handed_over(&term.0)
            .iter()
            .map(|item| Item::of(item, by.lang))
            .collect(),
        term: TermView::from(term),
    };
    let content = AppointmentPage {
        project: Head::from(&project),
        pillar,
        gaps: gaps.unwrap_or_default(),
        may_edit,
        version: terms.last().map(|(term, _)| term.number),
        terms: terms.into_iter().rev().map(held).collect(),
        candidates: if may_edit {
            candidates(conn, by, Some(Role::Lead))?
        } else {
            Vec::new()
        },
    };
    Ok(Page::new("projects/appointment.html", &content))
}

async fn show(visit: Visit, id: Id, pillar: Pillar) -> Result<HttpResponse> {
    visit
        .show(move |conn, by, _| page(conn, by, id, pillar))
        .await
}

async fn put(visit: Visit, id: Id, pillar: Pillar, form: Form) -> Result<HttpResponse> {
    let settings = visit.settings();
    let deed = move |conn: &mut Conn, by: &Caller, now: Moment, form: &Form| {
        let body: AppointmentBody = form.body()?;
        let seen = form.version();
        appointing::appoint(conn, by, &settings, id, pillar, seen, &body, now)?;
        Ok(Done::to(
            format!("/projects/{id}"),
            "page.projects.appointed",
        ))
    };
    let view = move |conn: &mut Conn, by: &Caller, _: Moment| page(conn, by, id, pillar);
    visit.submit(form, deed, view).await
}

/// The pages of one of the two pillars.
pub(super) fn pages(config: &mut web::ServiceConfig, pillar: Pillar) {
    let shown = move |visit: Visit, id: web::Path<Id>| show(visit, id.into_inner(), pillar);
    let done = move |visit: Visit, id: web::Path<Id>, form: Form| {
        put(visit, id.into_inner(), pillar, form)
    };
    config.service(
        web::resource(format!("/projects/{{id}}/{pillar}"))
            .get(shown)
            .post(done),
    );
}
