//! The pages of date changes: those in scope, and one with the form to decide it.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::page::{Page as Listed, Paging};
use crate::kernel::time::Moment;
use crate::people::caller::Caller;
use crate::people::visit::{Done, Visit};
use crate::schedules::api::changes::{ChangesQuery, DateChangeView, DecisionBody, names_of};
use crate::schedules::changes::{self, Decision};
use crate::schedules::store::{ChangeFilter, ChangeRow, ChangeState};
use crate::settings::Settings;
use crate::store::Conn;
use crate::web::extract::Filters;
use crate::web::pages::Page;
use crate::web::pages::form::Form;
use crate::web::pages::places::{Choice, regions};

/// A date change, and whether the reader decides it.
#[derive(Serialize)]
struct Shown {
    change: DateChangeView,
    may_decide: bool,
}

impl Shown {
    fn of(by: &Caller, row: ChangeRow, names: &std::collections::HashMap<Id, String>) -> Self {
        Self {
            may_decide: changes::permit(by, &row.0, row.2.1).is_ok(),
            change: DateChangeView::of(row, names),
        }
    }
}

#[derive(Serialize)]
struct ChangesPage<'a> {
    asked: &'a ChangesQuery,
    states: &'static [ChangeState],
    regions: Vec<Choice>,
    page: Listed<Shown>,
}

pub(super) async fn show(visit: Visit, asked: Filters<ChangesQuery>) -> Result<HttpResponse> {
    let mut asked = asked.0;
    asked.with_total = Some(true);
    let ((filter, paging), settings) = (asked.read()?, visit.settings());
    visit
        .show(move |conn, by, now| list(conn, by, &settings, (&asked, filter, &paging), now))
        .await
}

fn list(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    (asked, filter, paging): (&ChangesQuery, ChangeFilter, &Paging),
    now: Moment,
) -> Result<Page> {
    let listed = changes::list(conn, by, settings, filter, paging, now)?;
    let names = names_of(conn, &listed.items)?;
    let reach = by.scope.reach;
    let content = ChangesPage {
        asked,
        states: ChangeState::ALL,
        regions: regions(reach, by.lang),
        page: listed.map(|row| Shown::of(by, row, &names)),
    };
    Ok(Page::new("schedules/changes.html", &content))
}

fn page(conn: &mut Conn, by: &Caller, settings: &Settings, id: Id, now: Moment) -> Result<Page> {
    let row = changes::get_now(conn, by, settings, id, now)?;
    let names = names_of(conn, std::slice::from_ref(&row))?;
    Ok(Page::new(
        "schedules/change.html",
        &Shown::of(by, row, &names),
    ))
}

pub(super) async fn show_one(visit: Visit, id: web::Path<Id>) -> Result<HttpResponse> {
    let (id, settings) = (id.into_inner(), visit.settings());
    visit
        .show(move |conn, by, now| page(conn, by, &settings, id, now))
        .await
}

pub(super) async fn decide(visit: Visit, id: web::Path<Id>, form: Form) -> Result<HttpResponse> {
    let (id, settings) = (id.into_inner(), visit.settings());
    let shown = visit.settings();
    let deed = move |conn: &mut Conn, by: &Caller, now: Moment, form: &Form| {
        let body: DecisionBody = form.body()?;
        let cmd = Decision::from(body);
        changes::decide(conn, by, &settings, id, &cmd, now)?;
        let key = if cmd.grant {
            "page.schedules.granted"
        } else {
            "page.schedules.refused"
        };
        Ok(Done::to("/date-changes?state=open", key))
    };
    let view = move |conn: &mut Conn, by: &Caller, now: Moment| page(conn, by, &shown, id, now);
    visit.submit(form, deed, view).await
}
