//! The page of one milestone: when it is due and why, what is said of its progress, and the request to
//! move its due day.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::time::Moment;
use crate::people::caller::Caller;
use crate::people::role::Act;
use crate::people::visit::{Done, Visit};
use crate::projects;
use crate::projects::pages::{Head, may};
use crate::schedules::actions;
use crate::schedules::api::changes::{AskBody, DateChangeView, names_of};
use crate::schedules::api::{MilestoneView, ProgressBody};
use crate::schedules::changes::{self, Ask};
use crate::schedules::progress;
use crate::schedules::rules::{Refusal, Said};
use crate::schedules::store::{self, ChangeRow, ChangeState};
use crate::store::Conn;
use crate::web::pages::Page;
use crate::web::pages::form::Form;

#[derive(Serialize)]
struct MilestonePage {
    project: Head,
    milestone: MilestoneView,
    version: i64,
    may_edit: bool,
    /// Whether another due day can be asked for now.
    may_ask: bool,
    /// Every date change of it, the latest first.
    changes: Vec<DateChangeView>,
}

fn page(conn: &mut Conn, by: &Caller, (project, id): (Id, Id)) -> Result<Page> {
    let project = projects::get(conn, &by.scope, project)?;
    let held = actions::held(conn, project.id)?.ok_or(Refusal::MilestoneMissing)?;
    let found = held.milestones.into_iter().find(|of| of.id == id);
    let milestone = found.ok_or(Refusal::MilestoneMissing)?;
    let changes = store::changes_of(conn, project.id, None)?.into_iter();
    let changes = changes.filter(|change| change.milestone_id == id).rev();
    let of_project = (project.name.clone(), project.region);
    let changes: Vec<ChangeRow> = changes
        .map(|change| (change, milestone.clone(), of_project.clone()))
        .collect();
    let names = names_of(conn, &changes)?;
    let is_asked = changes
        .iter()
        .any(|(change, _, _)| change.state == ChangeState::Open);
    let shown = Head::from(&project);
    let content = MilestonePage {
        version: held.schedule.version,
        may_edit: may(by, Act::EditSchedule, &project),
        may_ask: shown.is_under_dispatch
            && !milestone.is_done()
            && !is_asked
            && may(by, Act::AskDateChange, &project),
        project: shown,
        milestone: MilestoneView::from(milestone),
        changes: changes
            .into_iter()
            .map(|row| DateChangeView::of(row, &names))
            .collect(),
    };
    Ok(Page::new("schedules/milestone.html", &content))
}

pub(super) async fn show(visit: Visit, ids: web::Path<(Id, Id)>) -> Result<HttpResponse> {
    let ids = ids.into_inner();
    visit.show(move |conn, by, _| page(conn, by, ids)).await
}

pub(super) async fn progress(
    visit: Visit,
    ids: web::Path<(Id, Id)>,
    form: Form,
) -> Result<HttpResponse> {
    let (ids, settings) = (ids.into_inner(), visit.settings());
    let deed = move |conn: &mut Conn, by: &Caller, now: Moment, form: &Form| {
        let body: ProgressBody = form.body()?;
        let seen = form.version();
        progress::change(conn, by, &settings, ids, seen, Said::from(body), now)?;
        Ok(Done::to(
            format!("/projects/{}", ids.0),
            "page.schedules.progressed",
        ))
    };
    let view = move |conn: &mut Conn, by: &Caller, _: Moment| page(conn, by, ids);
    visit.submit(form, deed, view).await
}

pub(super) async fn ask(
    visit: Visit,
    ids: web::Path<(Id, Id)>,
    form: Form,
) -> Result<HttpResponse> {
    let (ids, settings) = (ids.into_inner(), visit.settings());
    let deed = move |conn: &mut Conn, by: &Caller, now: Moment, form: &Form| {
        let body: AskBody = form.body()?;
        changes::ask(conn, by, &settings, ids, &Ask::from(body), now)?;
        let (project, milestone) = ids;
        Ok(Done::to(
            format!("/projects/{project}/milestones/{milestone}"),
            "page.schedules.asked",
        ))
    };
    let view = move |conn: &mut Conn, by: &Caller, _: Moment| page(conn, by, ids);
    visit.submit(form, deed, view).await
}
