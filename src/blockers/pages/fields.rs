//! What the project side says of a blocker: the form to raise one, and the same form to amend it.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::{category_name, departments, one};
use crate::blockers::actions;
use crate::blockers::api::{BlockerBody, BlockerChange};
use crate::blockers::category::limits;
use crate::blockers::fields::Fields;
use crate::blockers::rules::{Severity, Side};
use crate::blockers::turns;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::{Level, Region};
use crate::kernel::refused::Facts;
use crate::kernel::time::Moment;
use crate::people::caller::Caller;
use crate::people::role::Act;
use crate::people::visit::{Done, Visit};
use crate::projects::{self, Project};
use crate::reference::{BlockerCategory, blocker_categories};
use crate::schedules;
use crate::store::Conn;
use crate::text::{Lang, say};
use crate::web::pages::Page;
use crate::web::pages::form::Form;
use crate::web::pages::places::{Choice, department_name, regions};

/// What the form offers to choose from.
#[derive(Serialize)]
pub(super) struct Offered {
    regions: Vec<Choice>,
    /// Each with the body that leads it and the days it has.
    categories: Vec<Choice>,
    departments: Vec<Choice>,
    milestones: Vec<Choice>,
    severities: &'static [Severity],
    sides: &'static [Side],
}

impl Offered {
    /// Reads what a blocker of a project can say.
    ///
    /// # Errors
    /// Only faults of the store.
    pub(super) fn read(conn: &mut Conn, project: &Project, lang: Lang) -> Result<Self> {
        let level = project.region.level();
        let milestones = schedules::milestones(conn, project.id)?.into_iter();
        let milestones = milestones.filter(|milestone| !milestone.is_done());
        Ok(Self {
            regions: regions(Some(project.region), lang),
            categories: blocker_categories()
                .iter()
                .map(|category| offered(category, level, lang))
                .collect(),
            departments: departments(lang),
            milestones: milestones
                .map(|milestone| Choice::new(milestone.id.as_str(), milestone.name))
                .collect(),
            severities: Severity::ALL,
            sides: Side::ALL,
        })
    }
}

fn offered(category: &BlockerCategory, level: Level, lang: Lang) -> Choice {
    let days = |severity| limits(category, level, severity).resolve;
    let facts = Facts::none()
        .with("category", category_name(&category.slug, lang))
        .with(
            "department",
            department_name(lang, &category.lead_department),
        )
        .with("days", days(Severity::Normal))
        .with("critical", days(Severity::Critical));
    Choice::new(
        &category.slug,
        say(lang, "page.blockers.category_offered", &facts),
    )
}

#[derive(Serialize)]
struct RaisePage {
    project_id: Id,
    project: String,
    region: Region,
    offered: Offered,
}

fn raise_page(conn: &mut Conn, by: &Caller, id: Id) -> Result<Page> {
    let project = projects::get(conn, &by.scope, id)?;
    by.may(Act::RaiseBlocker, &project.place())?;
    turns::under_dispatch(&project)?;
    let content = RaisePage {
        project_id: id,
        region: project.region,
        offered: Offered::read(conn, &project, by.lang)?,
        project: project.name,
    };
    Ok(Page::new("blockers/new.html", &content))
}

pub(super) async fn show_new(visit: Visit, id: web::Path<Id>) -> Result<HttpResponse> {
    let id = id.into_inner();
    visit
        .show(move |conn, by, _| raise_page(conn, by, id))
        .await
}

pub(super) async fn raise(visit: Visit, id: web::Path<Id>, form: Form) -> Result<HttpResponse> {
    let (id, settings) = (id.into_inner(), visit.settings());
    let deed = move |conn: &mut Conn, by: &Caller, now: Moment, form: &Form| {
        let new = Fields::from(form.body::<BlockerBody>()?);
        let scene = actions::raise(conn, by, &settings, id, &new, now)?;
        let to = format!("/blockers/{}", scene.blocker.id);
        Ok(Done::to(to, "page.blockers.raised"))
    };
    let view = move |conn: &mut Conn, by: &Caller, _: Moment| raise_page(conn, by, id);
    visit.submit(form, deed, view).await
}

pub(super) async fn amend(visit: Visit, id: web::Path<Id>, form: Form) -> Result<HttpResponse> {
    let (id, settings, shown) = (id.into_inner(), visit.settings(), visit.settings());
    let seen = form.version();
    let deed = move |conn: &mut Conn, by: &Caller, now: Moment, form: &Form| {
        let asked = Fields::from(form.body::<BlockerChange>()?);
        actions::amend(conn, by, &settings, id, form.version(), &asked, now)?;
        Ok(Done::to(format!("/blockers/{id}"), "page.blockers.amended"))
    };
    let view = move |conn: &mut Conn, by: &Caller, now: Moment| {
        one::page(conn, by, &shown, (id, seen), now)
    };
    visit.submit(form, deed, view).await
}
