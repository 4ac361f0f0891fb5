//! Pages of projects: the list, the project's own fields, and the forms of the pillars kept here.
//!
//! The page of one project stands further to the right, where everything about it is known.

mod appointment;
mod fields;
mod journal;
mod list;
mod parts;
mod plan;
mod team;

use actix_web::web;
use serde::Serialize;

pub(crate) use parts::{Parts, parts};

use super::rules::Pillar;
use super::stage::Stage;
use super::store::{Project, State};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::refused::Finding;
use crate::people::account;
use crate::people::caller::Caller;
use crate::people::role::{Act, Role};
use crate::store::Conn;
use crate::text::{Lang, say};

/// Most people a form offers to choose from; others are named by address.
const MOST_CANDIDATES: i64 = 200;
/// Rows of a list of inputs that stand empty below the filled ones, unless more are asked for.
pub(crate) const BLANK_ROWS: usize = 3;
/// Most empty rows a reader gets by asking for more.
const MOST_BLANK_ROWS: usize = 50;

/// What every page below a project says of it.
#[derive(Serialize)]
pub(crate) struct Head {
    pub(crate) id: Id,
    name: String,
    code: Option<String>,
    region: Region,
    pub(crate) state: State,
    stage: Stage,
    /// Whether anything about it can still change.
    pub(crate) is_open: bool,
    /// Whether its five pillars must stay whole.
    pub(crate) is_under_dispatch: bool,
}

impl From<&Project> for Head {
    fn from(project: &Project) -> Self {
        Self {
            id: project.id,
            name: project.name.clone(),
            code: project.code.clone(),
            region: project.region,
            state: project.state,
            stage: project.stage,
            is_open: !matches!(project.state, State::Closed | State::Withdrawn),
            is_under_dispatch: matches!(project.state, State::Active | State::Paused),
        }
    }
}

/// Says findings in a language.
pub(crate) fn said(findings: &[Finding], lang: Lang) -> Vec<String> {
    let said = |finding: &Finding| say(lang, finding.code, &finding.facts);
    findings.iter().map(said).collect()
}

/// How many empty rows a list of inputs has: a query may ask for more.
#[derive(Debug, Clone, Copy, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rows {
    rows: Option<usize>,
}

impl Rows {
    /// Returns how many rows stand empty.
    pub(crate) fn blank(self) -> usize {
        self.rows.unwrap_or(BLANK_ROWS).clamp(1, MOST_BLANK_ROWS)
    }
}

/// Somebody a form offers.
#[derive(Serialize)]
struct Candidate {
    value: Id,
    email: String,
    /// Name and post.
    label: String,
}

/// Returns the enabled people in the caller's reach whom a form offers, by name: leads, or all but
/// viewers. Whoever reaches no region is offered nobody: they name people by address.
fn candidates(conn: &mut Conn, by: &Caller, role: Option<Role>) -> Result<Vec<Candidate>> {
    let Some(reach) = by.scope.reach else {
        return Ok(Vec::new());
    };
    let found = account::enabled_within(conn, reach, role, MOST_CANDIDATES)?;
    let candidate = |account: account::Account| Candidate {
        value: account.id,
        label: match account.post.as_deref().map(str::trim) {
            Some(post) if !post.is_empty() => format!("{}（{post}）", account.name),
            _ => account.name,
        },
        email: account.email,
    };
    Ok(found.into_iter().map(candidate).collect())
}

/// Tells whether a caller may do something to a project that is still open.
pub(crate) fn may(by: &Caller, act: Act, project: &Project) -> bool {
    Head::from(project).is_open && by.may(act, &project.place()).is_ok()
}

/// The pages of projects and their pillars.
pub(crate) fn pages(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/projects")
                .get(list::show)
                .post(fields::create),
        )
        .service(web::resource("/projects/new").get(fields::show_new))
        .service(
            web::resource("/projects/{id}/edit")
                .get(fields::show_edit)
                .post(fields::change),
        )
        .service(web::resource("/projects/{id}/journal").get(journal::show))
        .service(
            web::resource("/projects/{id}/plan")
                .get(plan::show)
                .post(plan::put),
        )
        .service(
            web::resource("/projects/{id}/team")
                .get(team::show)
                .post(team::put),
        );
    appointment::pages(config, Pillar::Leader);
    appointment::pages(config, Pillar::Owner);
}
