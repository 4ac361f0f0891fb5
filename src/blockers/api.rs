//! HTTP of blockers: raising, reading, amending and the list; `api/deeds.rs` has the deeds.

mod deeds;

use actix_web::{HttpResponse, get, patch, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;
use super::category::with_subcategories;
use super::deeds::Scene;
use super::fields::Fields;
use super::rules::{self, Deed, Severity, Side, State};
use super::store::{Blocker, Event, Filter};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::{Level, Region};
use crate::kernel::page::{Page, Paging};
use crate::kernel::refused::{Kind, Refused};
use crate::kernel::time::{Day, Moment};
use crate::people::call::Call;
use crate::reference;
use crate::store::Conn;
use crate::web::answer::Answer;
use crate::web::extract::{self, Body, Query};

/// The project of a blocker.
#[derive(Serialize, ToSchema)]
struct BlockerProject {
    id: Id,
    name: String,
}

/// The days by which something is owed; null until they are known.
#[derive(Serialize, ToSchema)]
struct BlockerDue {
    accept_on: Option<Day>,
    reply_on: Option<Day>,
    resolve_on: Option<Day>,
    confirm_on: Option<Day>,
}

#[derive(Serialize, ToSchema)]
struct BlockerView {
    id: Id,
    project: BlockerProject,
    region: Region,
    level: Level,
    category: String,
    title: String,
    cause: String,
    severity: Severity,
    side: Option<Side>,
    department: String,
    /// The region in which the department is looked for: that of the level.
    department_region: Region,
    milestone_id: Option<Id>,
    days_at_risk: Option<i64>,
    wished_outcome: Option<String>,
    state: State,
    handler_id: Option<Id>,
    /// The plan of the latest reply.
    plan: Option<String>,
    promised_on: Option<Day>,
    /// The outcome of the latest resolution.
    outcome: Option<String>,
    document: Option<String>,
    /// The account, or `system`.
    raised_by: String,
    raised_at: Moment,
    accepted_on: Option<Day>,
    resolved_on: Option<Day>,
    closed_on: Option<Day>,
    returned: bool,
    due: BlockerDue,
    /// The day of the next deed owed; null while none is.
    next_due_on: Option<Day>,
    overdue: bool,
}

impl BlockerView {
    fn of(blocker: Blocker, project: String, today: Day) -> Self {
        Self {
            next_due_on: blocker.next_due(),
            overdue: blocker.is_overdue(today),
            id: blocker.id,
            project: BlockerProject {
                id: blocker.project_id,
                name: project,
            },
            region: blocker.region,
            level: blocker.level,
            category: blocker.category,
            title: blocker.title,
            cause: blocker.cause,
            severity: blocker.severity,
            side: blocker.side,
            department: blocker.department,
            department_region: blocker.holder_region,
            milestone_id: blocker.milestone_id,
            days_at_risk: blocker.days_at_risk,
            wished_outcome: blocker.wished_outcome,
            state: blocker.state,
            handler_id: blocker.handler_id,
            plan: blocker.plan,
            promised_on: blocker.promised_on,
            outcome: blocker.outcome,
            document: blocker.document,
            raised_by: blocker.raised_by,
            raised_at: blocker.raised_at,
            accepted_on: blocker.accepted_on,
            resolved_on: blocker.resolved_on,
            closed_on: blocker.closed_on,
            returned: blocker.was_returned,
            due: BlockerDue {
                accept_on: blocker.accept_due_on,
                reply_on: blocker.reply_due_on,
                resolve_on: blocker.resolve_due_on,
                confirm_on: blocker.confirm_due_on,
            },
        }
    }
}

/// Who did something; the system has no id.
#[derive(Serialize, ToSchema)]
struct BlockerActor {
    id: Option<Id>,
    name: String,
}

#[derive(Serialize, ToSchema)]
struct BlockerEvent {
    number: i64,
    deed: Deed,
    at: Moment,
    on: Day,
    actor: BlockerActor,
    /// What came with the deed: reason, plan, outcome, text, or the fields changed.
    #[schema(value_type = Object)]
    facts: serde_json::Value,
}

impl From<Event> for BlockerEvent {
    fn from(event: Event) -> Self {
        Self {
            number: event.number,
            deed: event.deed,
            at: event.at,
            on: event.on_day,
            actor: BlockerActor {
                id: event.actor_id,
                name: event.actor_name,
            },
            facts: serde_json::from_str(&event.facts).unwrap_or_default(),
        }
    }
}

#[derive(Serialize, ToSchema)]
struct BlockerDetail {
    #[serde(flatten)]
    blocker: BlockerView,
    /// The deeds the state allows, whoever may do them.
    possible: Vec<Deed>,
    /// What was done, oldest first.
    history: Vec<BlockerEvent>,
}

impl BlockerDetail {
    fn read(conn: &mut Conn, scene: Scene, today: Day) -> Result<Self> {
        let events = actions::history(conn, scene.blocker.id)?;
        Ok(Self {
            possible: rules::possible(scene.blocker.state),
            blocker: BlockerView::of(scene.blocker, scene.project.name, today),
            history: events.into_iter().map(BlockerEvent::from).collect(),
        })
    }
}

/// Answers with a blocker as it is after a deed.
fn answer(conn: &mut Conn, scene: Scene, today: Day) -> Result<Answer> {
    let version = scene.blocker.version;
    Ok(Answer::ok(&BlockerDetail::read(conn, scene, today)?)?.version(version))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BlockerBody {
    /// Inside the project's region, which it is unless said otherwise.
    region: Option<Region>,
    #[schema(max_length = 60)]
    category: String,
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    #[schema(min_length = 1, max_length = 4000)]
    cause: String,
    severity: Severity,
    side: Option<Side>,
    /// The one that leads the category unless said otherwise.
    #[schema(max_length = 60)]
    department: Option<String>,
    milestone_id: Option<Id>,
    #[schema(minimum = 0, maximum = 3650)]
    days_at_risk: Option<i64>,
    #[schema(max_length = 2000)]
    wished_outcome: Option<String>,
}

impl From<BlockerBody> for Fields {
    fn from(body: BlockerBody) -> Self {
        Self {
            region: Some(body.region),
            category: Some(Some(body.category)),
            title: Some(Some(body.title)),
            cause: Some(Some(body.cause)),
            severity: Some(Some(body.severity)),
            side: Some(body.side),
            department: Some(body.department),
            milestone_id: Some(body.milestone_id),
            days_at_risk: Some(body.days_at_risk),
            wished_outcome: Some(body.wished_outcome),
        }
    }
}

#[utoipa::path(tag = "blockers", params(("id" = Id, Path)), request_body = BlockerBody, responses((status = 201, body = BlockerDetail), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/projects/{id}/blockers")]
async fn raise(call: Call, id: web::Path<Id>, body: Body<BlockerBody>) -> Result<HttpResponse> {
    let (id, settings, zone) = (id.into_inner(), call.settings(), call.app.zone());
    let new = Fields::from(body.value);
    let write = call.write(body.digest, move |conn, by, now| {
        let scene = actions::raise(conn, by, &settings, id, &new, now)?;
        let (at, version) = (
            format!("/api/v1/blockers/{}", scene.blocker.id),
            scene.blocker.version,
        );
        let detail = BlockerDetail::read(conn, scene, zone.day_of(now))?;
        Ok(Answer::created(at, &detail)?.version(version))
    });
    write.await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockersQuery {
    region: Option<Region>,
    category: Option<String>,
    department: Option<String>,
    level: Option<Level>,
    state: Option<State>,
    severity: Option<Severity>,
    overdue: Option<bool>,
    project: Option<Id>,
    limit: Option<i64>,
    cursor: Option<String>,
    with_total: Option<bool>,
}

impl BlockersQuery {
    fn filter(&self) -> Result<Filter> {
        let unknown = |what: &str, slug: &str| {
            let reason = format!("{what}: there is no {slug:?}");
            Refused::new(Kind::Malformed, "query.invalid").with("reason", reason)
        };
        let categories = self.category.as_deref().map(|slug| {
            let categories = with_subcategories(slug);
            (!categories.is_empty())
                .then_some(categories)
                .ok_or_else(|| unknown("category", slug))
        });
        if let Some(slug) = self
            .department
            .as_deref()
            .filter(|slug| !reference::is_body(slug))
        {
            return Err(unknown("department", slug).into());
        }
        Ok(Filter {
            region: self.region,
            categories: categories.transpose()?,
            department: self.department.clone(),
            level: self.level,
            state: self.state,
            severity: self.severity,
            overdue: self.overdue,
            project: self.project,
        })
    }
}

#[utoipa::path(tag = "blockers", params(
    ("region" = Option<Region>, Query), ("category" = Option<String>, Query, description = "A category brings its subcategories."),
    ("department" = Option<String>, Query), ("level" = Option<Level>, Query), ("state" = Option<State>, Query),
    ("severity" = Option<Severity>, Query), ("overdue" = Option<bool>, Query), ("project" = Option<Id>, Query),
    ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query), ("with_total" = Option<bool>, Query),
), responses((status = 200, body = Page<BlockerView>), (status = 400)))]
#[get("/blockers")]
async fn list(call: Call, query: Query<BlockersQuery>) -> Result<HttpResponse> {
    let asked = query.0;
    let filter = asked.filter()?;
    let cursor = asked.cursor.as_deref();
    let paging = Paging::read("blockers", 2, asked.limit, cursor, asked.with_total)?;
    let zone = call.app.zone();
    let read = call.read(move |conn, by, now| {
        let today = zone.day_of(now);
        let page = actions::list(conn, by, &filter, today, &paging)?;
        Answer::page(&page.map(|(blocker, project)| BlockerView::of(blocker, project, today)))
    });
    read.await
}

#[utoipa::path(tag = "blockers", params(("id" = Id, Path)), responses((status = 200, body = BlockerDetail), (status = 404)))]
#[get("/blockers/{id}")]
async fn get_one(call: Call, id: web::Path<Id>) -> Result<HttpResponse> {
    let (id, zone) = (id.into_inner(), call.app.zone());
    let read = call.read(move |conn, by, now| {
        let scene = actions::get(conn, by, id)?;
        answer(conn, scene, zone.day_of(now))
    });
    read.await
}

/// Absent stays, null clears: a region goes back to the project's, a department to the one that
/// leads the category.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BlockerChange {
    #[serde(default, deserialize_with = "extract::present")]
    #[schema(value_type = Option<Region>)]
    region: Option<Option<Region>>,
    #[serde(default, deserialize_with = "extract::present")]
    #[schema(value_type = Option<String>, max_length = 60)]
    category: Option<Option<String>>,
    #[serde(default, deserialize_with = "extract::present")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    title: Option<Option<String>>,
    #[serde(default, deserialize_with = "extract::present")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 4000)]
    cause: Option<Option<String>>,
    #[serde(default, deserialize_with = "extract::present")]
    #[schema(value_type = Option<Severity>)]
    severity: Option<Option<Severity>>,
    #[serde(default, deserialize_with = "extract::present")]
    #[schema(value_type = Option<Side>)]
    side: Option<Option<Side>>,
    #[serde(default, deserialize_with = "extract::present")]
    #[schema(value_type = Option<String>, max_length = 60)]
    department: Option<Option<String>>,
    #[serde(default, deserialize_with = "extract::present")]
    #[schema(value_type = Option<Id>)]
    milestone_id: Option<Option<Id>>,
    #[serde(default, deserialize_with = "extract::present")]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 3650)]
    days_at_risk: Option<Option<i64>>,
    #[serde(default, deserialize_with = "extract::present")]
    #[schema(value_type = Option<String>, max_length = 2000)]
    wished_outcome: Option<Option<String>>,
}

impl From<BlockerChange> for Fields {
    fn from(change: BlockerChange) -> Self {
        Self {
            region: change.region,
            category: change.category,
            title: change.title,
            cause: change.cause,
            severity: change.severity,
            side: change.side,
            department: change.department,
            milestone_id: change.milestone_id,
            days_at_risk: change.days_at_risk,
            wished_outcome: change.wished_outcome,
        }
    }
}

#[utoipa::path(tag = "blockers", params(("id" = Id, Path)), request_body = BlockerChange, responses((status = 200, body = BlockerDetail), (status = 403), (status = 404), (status = 409), (status = 412), (status = 422), (status = 428)))]
#[patch("/blockers/{id}")]
async fn amend(call: Call, id: web::Path<Id>, body: Body<BlockerChange>) -> Result<HttpResponse> {
    let (id, settings, zone) = (id.into_inner(), call.settings(), call.app.zone());
    let (seen, asked) = (call.if_match, Fields::from(body.value));
    let write = call.write(body.digest, move |conn, by, now| {
        let scene = actions::amend(conn, by, &settings, id, seen, &asked, now)?;
        answer(conn, scene, zone.day_of(now))
    });
    write.await
}

/// The routes of blockers.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(raise)
        .service(list)
        .service(get_one)
        .service(amend)
        .configure(deeds::routes);
}
