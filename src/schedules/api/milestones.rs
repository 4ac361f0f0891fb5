//! HTTP of the list of milestones over all projects in scope.

use actix_web::{HttpResponse, get};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::super::ledger::{self, CURSOR, Filter, LEDGER, Listed};
use super::super::milestone::MilestoneKind;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::page::{Page, Paging};
use crate::kernel::time::Day;
use crate::people::call::Call;
use crate::web::answer::Answer;
use crate::web::extract::Query;

/// The project of a milestone.
#[derive(Serialize, ToSchema)]
#[schema(as = MilestoneProject)]
struct Of {
    id: Id,
    name: String,
    region: Region,
}

/// A milestone of some project.
#[derive(Serialize, ToSchema)]
#[schema(as = MilestoneLine)]
struct MilestoneLine {
    id: Id,
    project: Of,
    name: String,
    kind: MilestoneKind,
    weight: i64,
    critical: bool,
    /// Frozen at launch; null on a draft.
    baseline_on: Option<Day>,
    due_on: Day,
    forecast_on: Option<Day>,
    done_on: Option<Day>,
    overdue: bool,
    /// How often its due day moved by a date change.
    moves: i64,
}

impl MilestoneLine {
    fn of((milestone, (id, name, region)): Listed, today: Day) -> Self {
        Self {
            overdue: ledger::is_overdue(&milestone, today),
            id: milestone.id,
            project: Of { id, name, region },
            name: milestone.name,
            kind: milestone.kind,
            weight: milestone.weight,
            critical: milestone.critical,
            baseline_on: milestone.baseline_on,
            due_on: milestone.due_on,
            forecast_on: milestone.forecast_on,
            done_on: milestone.done_on,
            moves: milestone.moves,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MilestonesQuery {
    region: Option<Region>,
    project: Option<Id>,
    kind: Option<MilestoneKind>,
    done: Option<bool>,
    overdue: Option<bool>,
    limit: Option<i64>,
    cursor: Option<String>,
    with_total: Option<bool>,
}

/// The milestones of all projects in scope, by their due days.
#[utoipa::path(tag = "schedules", params(
    ("region" = Option<Region>, Query), ("project" = Option<Id>, Query), ("kind" = Option<MilestoneKind>, Query),
    ("done" = Option<bool>, Query), ("overdue" = Option<bool>, Query, description = "Not done, and its day has passed"),
    ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query), ("with_total" = Option<bool>, Query),
), responses((status = 200, body = Page<MilestoneLine>)))]
#[get("/milestones")]
async fn list(call: Call, query: Query<MilestonesQuery>) -> Result<HttpResponse> {
    let asked = query.0;
    let (name, keys) = CURSOR;
    let cursor = asked.cursor.as_deref();
    let paging = Paging::read(name, keys, asked.limit, cursor, asked.with_total)?;
    let filter = Filter {
        region: asked.region,
        project: asked.project,
        kind: asked.kind,
        done: asked.done,
        overdue: asked.overdue,
    };
    let zone = call.app.zone();
    if let Some(form) = call.file {
        let batch = move |conn: &mut _, by: &_, now, paging: &_| {
            ledger::ledger_page(conn, by, &filter, zone.day_of(now), paging)
        };
        return call.export(form, &LEDGER, CURSOR, batch).await;
    }
    let read = call.read(move |conn, by, now| {
        let today = zone.day_of(now);
        let page = ledger::list(conn, &by.scope, &filter, today, &paging)?;
        Answer::page(&page.map(|row| MilestoneLine::of(row, today)))
    });
    read.await
}

/// The route of the list.
pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(list);
}
