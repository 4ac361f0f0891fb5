//! HTTP of date changes.

use std::collections::HashMap;

use actix_web::{HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::super::changes::{self, Ask, Decision};
use super::super::store::{ChangeFilter, ChangeRow, ChangeState};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::{Level, Region};
use crate::kernel::page::{Page, Paging};
use crate::kernel::time::{Day, Moment};
use crate::people::account;
use crate::people::call::Call;
use crate::store::Conn;
use crate::web::answer::Answer;
use crate::web::extract::{Body, Query};

/// Something or somebody, by id and name.
#[derive(Serialize, ToSchema)]
#[schema(as = DateChangeNamed)]
struct Named {
    id: Id,
    name: String,
}

#[derive(Serialize, ToSchema)]
pub(in crate::schedules) struct DateChangeView {
    id: Id,
    project: Named,
    milestone: Named,
    /// Whether the milestone is critical.
    critical: bool,
    /// The due day when it was asked for.
    from_on: Day,
    /// The due day asked for.
    due_on: Day,
    reason: String,
    state: ChangeState,
    /// The lowest level whose coordinators decide it.
    level: Level,
    /// Null when the system asked.
    asked_by: Option<Named>,
    asked_at: Moment,
    decided_by: Option<Named>,
    decided_at: Option<Moment>,
    decision_reason: Option<String>,
}

impl DateChangeView {
    pub(in crate::schedules) fn of(
        (change, milestone, (project, _)): ChangeRow,
        names: &HashMap<Id, String>,
    ) -> Self {
        let person = |id: Id| Named {
            id,
            name: names.get(&id).cloned().unwrap_or_default(),
        };
        Self {
            id: change.id,
            project: Named {
                id: change.project_id,
                name: project,
            },
            milestone: Named {
                id: milestone.id,
                name: milestone.name,
            },
            critical: milestone.critical,
            from_on: change.from_on,
            due_on: change.due_on,
            reason: change.reason,
            state: change.state,
            level: change.level,
            asked_by: change.asked_by.map(person),
            asked_at: change.asked_at,
            decided_by: change.decided_by.map(person),
            decided_at: change.decided_at,
            decision_reason: change.decision_reason,
        }
    }

    fn read(conn: &mut Conn, row: ChangeRow) -> Result<Self> {
        let names = names_of(conn, std::slice::from_ref(&row))?;
        Ok(Self::of(row, &names))
    }
}

/// Returns the names of everybody some date changes name.
pub(in crate::schedules) fn names_of(
    conn: &mut Conn,
    rows: &[ChangeRow],
) -> Result<HashMap<Id, String>> {
    let people = rows
        .iter()
        .flat_map(|(change, _, _)| [change.asked_by, change.decided_by]);
    let people: Vec<Id> = people.flatten().collect();
    account::names(conn, &people)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::schedules) struct AskBody {
    due_on: Day,
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

impl From<AskBody> for Ask {
    fn from(AskBody { due_on, reason }: AskBody) -> Self {
        Self { due_on, reason }
    }
}

#[utoipa::path(tag = "schedules", params(("id" = Id, Path), ("mid" = Id, Path)), request_body = AskBody, responses((status = 201, body = DateChangeView), (status = 404), (status = 409), (status = 422)))]
#[post("/projects/{id}/milestones/{mid}/date-changes")]
async fn ask(call: Call, ids: web::Path<(Id, Id)>, body: Body<AskBody>) -> Result<HttpResponse> {
    let (ids, settings) = (ids.into_inner(), call.settings());
    let cmd = Ask::from(body.value);
    let write = call.write(body.digest, move |conn, by, now| {
        let row = changes::ask(conn, by, &settings, ids, &cmd, now)?;
        let at = format!("/api/v1/date-changes/{}", row.0.id);
        Answer::created(at, &DateChangeView::read(conn, row)?)
    });
    write.await
}

/// What is asked of the list; the page of date changes asks the same.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::schedules) struct ChangesQuery {
    state: Option<ChangeState>,
    region: Option<Region>,
    limit: Option<i64>,
    cursor: Option<String>,
    pub(in crate::schedules) with_total: Option<bool>,
}

impl ChangesQuery {
    /// Returns which date changes are wanted, and which page of them.
    ///
    /// # Errors
    /// 400 `query.limit`, `query.cursor`.
    pub(in crate::schedules) fn read(&self) -> Result<(ChangeFilter, Paging)> {
        let cursor = self.cursor.as_deref();
        let paging = Paging::read("date_changes", 2, self.limit, cursor, self.with_total)?;
        let filter = ChangeFilter {
            state: self.state,
            region: self.region,
        };
        Ok((filter, paging))
    }
}

#[utoipa::path(tag = "schedules", params(("state" = Option<ChangeState>, Query), ("region" = Option<Region>, Query), ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query), ("with_total" = Option<bool>, Query)), responses((status = 200, body = Page<DateChangeView>)))]
#[get("/date-changes")]
async fn list(call: Call, query: Query<ChangesQuery>) -> Result<HttpResponse> {
    let (filter, paging) = query.0.read()?;
    let settings = call.settings();
    let read = call.read(move |conn, by, now| {
        let page = changes::list(conn, by, &settings, filter, &paging, now)?;
        let names = names_of(conn, &page.items)?;
        Answer::page(&page.map(|row| DateChangeView::of(row, &names)))
    });
    read.await
}

#[utoipa::path(tag = "schedules", params(("id" = Id, Path)), responses((status = 200, body = DateChangeView), (status = 404)))]
#[get("/date-changes/{id}")]
async fn get_one(call: Call, id: web::Path<Id>) -> Result<HttpResponse> {
    let (id, settings) = (id.into_inner(), call.settings());
    let read = call.read(move |conn, by, now| {
        let row = changes::get_now(conn, by, &settings, id, now)?;
        Answer::ok(&DateChangeView::read(conn, row)?)
    });
    read.await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::schedules) struct DecisionBody {
    grant: bool,
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

impl From<DecisionBody> for Decision {
    fn from(DecisionBody { grant, reason }: DecisionBody) -> Self {
        Self { grant, reason }
    }
}

#[utoipa::path(tag = "schedules", params(("id" = Id, Path)), request_body = DecisionBody, responses((status = 200, body = DateChangeView), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/date-changes/{id}/decision")]
async fn decide(call: Call, id: web::Path<Id>, body: Body<DecisionBody>) -> Result<HttpResponse> {
    let (id, settings) = (id.into_inner(), call.settings());
    let cmd = Decision::from(body.value);
    let write = call.write(body.digest, move |conn, by, now| {
        let row = changes::decide(conn, by, &settings, id, &cmd, now)?;
        Answer::ok(&DateChangeView::read(conn, row)?)
    });
    write.await
}

/// The routes of date changes.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(ask)
        .service(list)
        .service(get_one)
        .service(decide);
}
