//! The pages of a project's own fields: a new draft, and what a project already says of itself.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::Head;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::money::Yuan;
use crate::kernel::time::{Day, Moment};
use crate::people::caller::{Caller, Place};
use crate::people::role::Act;
use crate::people::visit::{Done, Visit};
use crate::projects::actions::{self, refuse_ended};
use crate::projects::fields::{Enterprise, NewProject, ProjectChange};
use crate::projects::stage::Stage;
use crate::projects::store::{self, Project};
use crate::store::Conn;
use crate::web::pages::Page;
use crate::web::pages::form::Form;
use crate::web::pages::places::{Choice, industries, regions};

/// What a project says of itself.
#[derive(Serialize)]
struct Values {
    name: String,
    code: Option<String>,
    region: Region,
    industry: Option<String>,
    enterprise: Enterprise,
    total_investment_yuan: Option<Yuan>,
    content: Option<String>,
    planned_start_on: Option<Day>,
    planned_finish_on: Option<Day>,
}

impl From<&Project> for Values {
    fn from(project: &Project) -> Self {
        let project = project.clone();
        Self {
            name: project.name,
            code: project.code,
            region: project.region,
            industry: project.industry,
            enterprise: Enterprise {
                name: project.enterprise_name.unwrap_or_default(),
                credit_code: project.credit_code,
            },
            total_investment_yuan: project.total_investment_yuan,
            content: project.content,
            planned_start_on: project.planned_start_on,
            planned_finish_on: project.planned_finish_on,
        }
    }
}

#[derive(Serialize)]
struct FieldsPage {
    /// None of a project that is yet to be made.
    project: Option<Head>,
    version: Option<i64>,
    values: Option<Values>,
    regions: Vec<Choice>,
    industries: Vec<Choice>,
    stages: [Stage; 6],
}

fn blank_page(by: &Caller, site: Region) -> Result<Page> {
    let reach = by.scope.reach.or(by.region).unwrap_or(site);
    by.may(Act::CreateProject, &Place::region(reach))?;
    let content = FieldsPage {
        project: None,
        version: None,
        values: None,
        regions: regions(Some(reach), by.lang),
        industries: industries(by.lang),
        stages: Stage::ALL,
    };
    Ok(Page::new("projects/fields.html", &content))
}

fn edit_page(conn: &mut Conn, by: &Caller, id: Id) -> Result<Page> {
    let project = store::get(conn, &by.scope, id)?;
    by.may(Act::ChangeProject, &project.place())?;
    refuse_ended(&project)?;
    let reach = by.scope.reach.unwrap_or(project.region);
    let content = FieldsPage {
        project: Some(Head::from(&project)),
        version: Some(project.version),
        values: Some(Values::from(&project)),
        regions: regions(Some(reach), by.lang),
        industries: industries(by.lang),
        stages: Stage::ALL,
    };
    Ok(Page::new("projects/fields.html", &content))
}

pub(super) async fn show_new(visit: Visit) -> Result<HttpResponse> {
    let site = visit.settings().site.region;
    visit.show(move |_, by, _| blank_page(by, site)).await
}

pub(super) async fn create(visit: Visit, form: Form) -> Result<HttpResponse> {
    let settings = visit.settings();
    let site = settings.site.region;
    let deed = move |conn: &mut Conn, by: &Caller, now: Moment, form: &Form| {
        let new: NewProject = form.body()?;
        let project = actions::create(conn, by, &settings, &new, now)?;
        Ok(Done::to(
            format!("/projects/{}", project.id),
            "page.projects.created",
        ))
    };
    let view = move |_: &mut Conn, by: &Caller, _: Moment| blank_page(by, site);
    visit.submit(form, deed, view).await
}

pub(super) async fn show_edit(visit: Visit, id: web::Path<Id>) -> Result<HttpResponse> {
    let id = id.into_inner();
    visit.show(move |conn, by, _| edit_page(conn, by, id)).await
}

pub(super) async fn change(visit: Visit, id: web::Path<Id>, form: Form) -> Result<HttpResponse> {
    let (id, settings) = (id.into_inner(), visit.settings());
    let deed = move |conn: &mut Conn, by: &Caller, now: Moment, form: &Form| {
        let change: ProjectChange = form.body()?;
        actions::change(conn, by, &settings, id, form.version(), &change, now)?;
        Ok(Done::to(format!("/projects/{id}"), "page.projects.changed"))
    };
    let view = move |conn: &mut Conn, by: &Caller, _: Moment| edit_page(conn, by, id);
    visit.submit(form, deed, view).await
}
