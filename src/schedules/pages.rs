//! Pages of schedules: the milestones of a project, the progress of one, and date changes.

mod changes;
mod milestone;
mod schedule;

use actix_web::web;
use serde::Serialize;

use super::api::MilestoneView;
use super::store::{self, ChangeState};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::time::Day;
use crate::store::Conn;

/// A date change that waits for its decision.
#[derive(Serialize)]
struct Waiting {
    id: Id,
    milestone_id: Id,
    due_on: Day,
}

/// The milestones of a project as its page shows them.
#[derive(Serialize)]
pub(crate) struct Milestones {
    milestones: Vec<MilestoneView>,
    waiting: Vec<Waiting>,
}

/// Returns the milestones of a project the caller has seen, and what waits for a decision.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn milestones_of(conn: &mut Conn, project: Id) -> Result<Milestones> {
    let milestones = store::milestones(conn, project)?.into_iter();
    let waiting = store::changes_of(conn, project, Some(ChangeState::Open))?.into_iter();
    Ok(Milestones {
        milestones: milestones.map(MilestoneView::from).collect(),
        waiting: waiting
            .map(|change| Waiting {
                id: change.id,
                milestone_id: change.milestone_id,
                due_on: change.due_on,
            })
            .collect(),
    })
}

/// The pages of schedules.
pub(crate) fn pages(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/projects/{id}/schedule")
                .get(schedule::show)
                .post(schedule::put),
        )
        .service(
            web::resource("/projects/{id}/milestones/{mid}")
                .get(milestone::show)
                .post(milestone::progress),
        )
        .service(web::resource("/projects/{id}/milestones/{mid}/date-changes").post(milestone::ask))
        .service(web::resource("/date-changes").get(changes::show))
        .service(web::resource("/date-changes/{id}").get(changes::show_one))
        .service(web::resource("/date-changes/{id}/decision").post(changes::decide));
}
