//! The charter of a project: the row itself and its pillars plan, leader, team and owner. The fifth
//! pillar, the schedule, is kept elsewhere and only fills its column here.
//!
//! Every other room asks through this door, and always within a scope.

mod actions;
pub(crate) mod api;
mod appointing;
mod charter;
mod fields;
mod import;
mod importing;
pub(crate) mod ledger;
mod letters;
mod list;
pub(crate) mod pages;
mod pauses;
mod pillars;
mod planning;
mod refusal;
mod rules;
mod sources;
pub(crate) mod stage;
mod store;
mod teaming;

pub(crate) use appointing::{AppointmentBody, appoint};
pub(crate) use charter::{Charter, charter};
pub(crate) use import::read_projects;
pub(crate) use importing::{Asked, import};
pub(crate) use list::{Filter, launchable};
pub(crate) use pauses::{Pause, PauseKind, end_pause, open_pause, pauses_of};
pub(crate) use pillars::{end_terms, people, planned_in, planned_in_of};
pub(crate) use planning::{PlanBody, YearAmount, put_plan};
pub(crate) use rules::Pillar;
pub(crate) use sources::of_source;
pub(crate) use store::{Project, State, fill_schedule, get, in_scope, save};
pub(crate) use teaming::{MemberBody, TeamBody, put_team};

use crate::deadlines;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::refused::{Kind, Refused};
use crate::kernel::time::Moment;
use crate::people::call;
use crate::store::Conn;

/// Checks the version of a pillar a caller saw. Filling what is empty needs none.
///
/// # Errors
/// 428 `version.required` and 412 `version.stale`.
fn seen_pillar(seen: Option<i64>, current: Option<i64>) -> Result<()> {
    match (seen, current) {
        (None, None) => Ok(()),
        (Some(_), None) => Err(Refused::new(Kind::Stale, "version.stale").into()),
        (_, Some(current)) => call::expect(seen, current),
    }
}

/// Settles what was owed for a pillar that was missing, if it was.
fn filled_pillar(conn: &mut Conn, project: Id, pillar: Pillar, now: Moment) -> Result<()> {
    deadlines::settle(conn, &format!("pillar-{project}-{pillar}"), now)
}
