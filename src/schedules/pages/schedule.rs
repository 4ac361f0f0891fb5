//! The page of the whole schedule: its milestones, and the form that puts another list in its place.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::time::Moment;
use crate::people::caller::Caller;
use crate::people::role::Act;
use crate::people::visit::{Done, Visit};
use crate::projects;
use crate::projects::pages::{Head, Rows, may, said};
use crate::schedules::actions::{self, Put};
use crate::schedules::api::{MilestoneView, ScheduleBody};
use crate::schedules::milestone::MilestoneKind;
use crate::schedules::rules;
use crate::store::Conn;
use crate::web::extract::Filters;
use crate::web::pages::Page;
use crate::web::pages::form::Form;

#[derive(Serialize)]
struct SchedulePage {
    project: Head,
    gaps: Vec<String>,
    may_edit: bool,
    version: Option<i64>,
    milestones: Vec<MilestoneView>,
    /// What the weights add up to.
    weights: i64,
    kinds: &'static [MilestoneKind],
    blanks: usize,
}

fn page(conn: &mut Conn, by: &Caller, id: Id, rows: Rows) -> Result<Page> {
    let project = projects::get(conn, &by.scope, id)?;
    let held = actions::held(conn, id)?;
    let gaps = held
        .as_ref()
        .map_or_else(|| rules::gaps(None), actions::Held::gaps);
    let version = held.as_ref().map(|held| held.schedule.version);
    let milestones = held.map(|held| held.milestones).unwrap_or_default();
    let content = SchedulePage {
        project: Head::from(&project),
        gaps: said(&gaps, by.lang),
        may_edit: may(by, Act::EditSchedule, &project),
        version,
        weights: milestones.iter().map(|milestone| milestone.weight).sum(),
        milestones: milestones.into_iter().map(MilestoneView::from).collect(),
        kinds: MilestoneKind::ALL,
        blanks: rows.blank(),
    };
    Ok(Page::new("schedules/schedule.html", &content))
}

pub(super) async fn show(
    visit: Visit,
    id: web::Path<Id>,
    rows: Filters<Rows>,
) -> Result<HttpResponse> {
    let (id, rows) = (id.into_inner(), rows.0);
    visit
        .show(move |conn, by, _| page(conn, by, id, rows))
        .await
}

pub(super) async fn put(
    visit: Visit,
    id: web::Path<Id>,
    rows: Filters<Rows>,
    form: Form,
) -> Result<HttpResponse> {
    let (id, rows, settings) = (id.into_inner(), rows.0, visit.settings());
    let deed = move |conn: &mut Conn, by: &Caller, now: Moment, form: &Form| {
        let body: ScheduleBody = form.body()?;
        let seen = form.version();
        actions::put(conn, by, &settings, id, seen, &Put::from(body), now)?;
        Ok(Done::to(
            format!("/projects/{id}/schedule"),
            "page.schedules.saved",
        ))
    };
    let view = move |conn: &mut Conn, by: &Caller, _: Moment| page(conn, by, id, rows);
    visit.submit(form, deed, view).await
}
