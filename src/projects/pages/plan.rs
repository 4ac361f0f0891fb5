//! The page of the pillar plan: what is in force, the form that puts another in its place, and every
//! version there was.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::{Head, Rows, may, said};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::money::Yuan;
use crate::kernel::time::{Day, Moment};
use crate::people::caller::Caller;
use crate::people::role::Act;
use crate::people::visit::{Done, Visit};
use crate::projects::api::pillars::PlanView;
use crate::projects::charter::charter;
use crate::projects::pillars;
use crate::projects::planning::{self, PlanBody};
use crate::projects::store;
use crate::settings::Settings;
use crate::store::Conn;
use crate::web::extract::Filters;
use crate::web::pages::Page;
use crate::web::pages::form::Form;

#[derive(Serialize)]
struct PlanPage {
    project: Head,
    gaps: Vec<String>,
    may_edit: bool,
    today: Day,
    /// The version in force; none while there is no plan.
    version: Option<i64>,
    plan: Option<PlanView>,
    /// What the years of the plan in force add up to.
    sum_yuan: Yuan,
    total_investment_yuan: Option<Yuan>,
    /// Every version there was, the latest first.
    versions: Vec<PlanView>,
    blanks: usize,
}

fn page(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    id: Id,
    rows: Rows,
    now: Moment,
) -> Result<Page> {
    let project = store::get(conn, &by.scope, id)?;
    let gaps = charter(conn, &project)?.plan.gaps;
    let plans = pillars::plans_of(conn, id)?;
    let latest = plans.last();
    let years = latest.map_or(&[][..], |(_, years)| years);
    let content = PlanPage {
        gaps: said(&gaps, by.lang),
        may_edit: may(by, Act::EditPlan, &project),
        today: settings.site.zone.day_of(now),
        version: latest.map(|(plan, _)| plan.number),
        sum_yuan: years.iter().map(|(_, amount)| *amount).sum(),
        plan: latest.cloned().map(PlanView::from),
        total_investment_yuan: project.total_investment_yuan,
        versions: plans.into_iter().rev().map(PlanView::from).collect(),
        blanks: rows.blank(),
        project: Head::from(&project),
    };
    Ok(Page::new("projects/plan.html", &content))
}

pub(super) async fn show(
    visit: Visit,
    id: web::Path<Id>,
    rows: Filters<Rows>,
) -> Result<HttpResponse> {
    let (id, settings, rows) = (id.into_inner(), visit.settings(), rows.0);
    visit
        .show(move |conn, by, now| page(conn, by, &settings, id, rows, now))
        .await
}

pub(super) async fn put(
    visit: Visit,
    id: web::Path<Id>,
    rows: Filters<Rows>,
    form: Form,
) -> Result<HttpResponse> {
    let (id, settings, rows) = (id.into_inner(), visit.settings(), rows.0);
    let deed = move |conn: &mut Conn, by: &Caller, now: Moment, form: &Form| {
        let body: PlanBody = form.body()?;
        planning::put_plan(conn, by, id, form.version(), &body, now)?;
        Ok(Done::to(
            format!("/projects/{id}/plan"),
            "page.projects.plan_saved",
        ))
    };
    let view =
        move |conn: &mut Conn, by: &Caller, now: Moment| page(conn, by, &settings, id, rows, now);
    visit.submit(form, deed, view).await
}
