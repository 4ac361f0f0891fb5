//! The page of the pillar team: who belongs to it and looks after what, and the form that puts another
//! in its place.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::{Candidate, Head, Rows, candidates, may, said};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::time::Moment;
use crate::people::caller::Caller;
use crate::people::role::Act;
use crate::people::visit::{Done, Visit};
use crate::projects::charter::charter;
use crate::projects::pillars::{self, Member, Team};
use crate::projects::rules::DUTIES;
use crate::projects::store;
use crate::projects::teaming::{self, TeamBody};
use crate::store::Conn;
use crate::web::extract::Filters;
use crate::web::pages::Page;
use crate::web::pages::form::Form;

/// A member of the team.
#[derive(Serialize)]
pub(super) struct Row {
    /// The account.
    value: Id,
    label: String,
    email: String,
    duties: Vec<String>,
    convenes: bool,
}

impl Row {
    pub(super) fn of(team: &Team, member: Member) -> Self {
        Self {
            convenes: team.convenor_id == Some(member.account_id),
            value: member.account_id,
            label: member.name,
            email: member.email,
            duties: member.duties,
        }
    }
}

#[derive(Serialize)]
struct TeamPage {
    project: Head,
    gaps: Vec<String>,
    may_edit: bool,
    version: Option<i64>,
    name: Option<String>,
    convenor_id: Option<Id>,
    members: Vec<Row>,
    /// What every team looks after.
    duties: [&'static str; 3],
    candidates: Vec<Candidate>,
    blanks: usize,
}

fn page(conn: &mut Conn, by: &Caller, id: Id, rows: Rows) -> Result<Page> {
    let project = store::get(conn, &by.scope, id)?;
    let gaps = charter(conn, &project)?.team.gaps;
    let latest = pillars::latest_team(conn, id)?;
    let may_edit = may(by, Act::EditTeam, &project);
    let (team, members) = latest.map_or((None, Vec::new()), |(team, members)| {
        let rows = members.into_iter().map(|member| Row::of(&team, member));
        let rows: Vec<Row> = rows.collect();
        (Some(team), rows)
    });
    let content = TeamPage {
        project: Head::from(&project),
        gaps: said(&gaps, by.lang),
        may_edit,
        version: team.as_ref().map(|team| team.number),
        convenor_id: team.as_ref().and_then(|team| team.convenor_id),
        name: team.map(|team| team.name),
        members,
        duties: DUTIES,
        candidates: if may_edit {
            candidates(conn, by, None)?
        } else {
            Vec::new()
        },
        blanks: rows.blank(),
    };
    Ok(Page::new("projects/team.html", &content))
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
    let (id, rows) = (id.into_inner(), rows.0);
    let deed = move |conn: &mut Conn, by: &Caller, now: Moment, form: &Form| {
        let body: TeamBody = form.body()?;
        teaming::put_team(conn, by, id, form.version(), &body, now)?;
        Ok(Done::to(
            format!("/projects/{id}"),
            "page.projects.team_saved",
        ))
    };
    let view = move |conn: &mut Conn, by: &Caller, _: Moment| page(conn, by, id, rows);
    visit.submit(form, deed, view).await
}
