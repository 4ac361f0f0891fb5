//! HTTP of schedules: the fifth pillar and the progress of its milestones. Date changes have their
//! own file.

pub(super) mod changes;
mod milestones;

use actix_web::{HttpResponse, get, patch, put, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions::{self, Held, Put};
use super::milestone::{Milestone, MilestoneKind};
use super::progress;
use super::rules::{Said, Step};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::refused::Finding;
use crate::kernel::time::{Day, Moment};
use crate::people::call::Call;
use crate::text::{Lang, say};
use crate::web::answer::Answer;
use crate::web::extract::{self, Body};

/// Something a pillar lacks.
#[derive(Serialize, ToSchema)]
#[schema(as = ScheduleGap)]
struct GapView {
    code: &'static str,
    /// JSON pointer into the body that fills the pillar.
    pointer: String,
    detail: String,
}

impl GapView {
    fn of(gap: Finding, lang: Lang) -> Self {
        Self {
            code: gap.code,
            detail: say(lang, gap.code, &gap.facts),
            pointer: gap.pointer,
        }
    }
}

/// How far a due day moved from the baseline.
#[derive(Serialize, ToSchema)]
#[schema(as = MovedMilestone)]
struct Moved {
    times: i64,
    /// Days later than the baseline, negative when earlier.
    days: i64,
}

#[derive(Serialize, ToSchema)]
pub(super) struct MilestoneView {
    id: Id,
    name: String,
    kind: MilestoneKind,
    weight: i64,
    critical: bool,
    /// Frozen at launch; null on a draft.
    baseline_on: Option<Day>,
    due_on: Day,
    forecast_on: Option<Day>,
    done_on: Option<Day>,
    moved: Moved,
}

impl From<Milestone> for MilestoneView {
    fn from(milestone: Milestone) -> Self {
        Self {
            moved: Moved {
                times: milestone.moves,
                days: milestone.moved_days(),
            },
            id: milestone.id,
            name: milestone.name,
            kind: milestone.kind,
            weight: milestone.weight,
            critical: milestone.critical,
            baseline_on: milestone.baseline_on,
            due_on: milestone.due_on,
            forecast_on: milestone.forecast_on,
            done_on: milestone.done_on,
        }
    }
}

/// The schedule in force.
#[derive(Serialize, ToSchema)]
struct ScheduleView {
    id: Id,
    project_id: Id,
    /// How often it was put.
    number: i64,
    reason: Option<String>,
    /// Account that put it, or `system`.
    made_by: String,
    made_at: Moment,
    milestones: Vec<MilestoneView>,
    /// What it lacks to be a satisfied pillar.
    gaps: Vec<GapView>,
}

impl ScheduleView {
    fn answer(held: Held, lang: Lang) -> Result<Answer> {
        let gaps = held.gaps();
        let Held {
            schedule,
            milestones,
        } = held;
        let view = Self {
            id: schedule.id,
            project_id: schedule.project_id,
            number: schedule.number,
            reason: schedule.reason,
            made_by: schedule.made_by,
            made_at: schedule.made_at,
            milestones: milestones.into_iter().map(MilestoneView::from).collect(),
            gaps: gaps.into_iter().map(|gap| GapView::of(gap, lang)).collect(),
        };
        Ok(Answer::ok(&view)?.version(schedule.version))
    }
}

#[utoipa::path(tag = "schedules", params(("id" = Id, Path)), responses((status = 200, body = ScheduleView), (status = 404)))]
#[get("/projects/{id}/schedule")]
async fn get_schedule(call: Call, id: web::Path<Id>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let read = call.read(move |conn, by, _| {
        let held = actions::get(conn, by, id)?;
        ScheduleView::answer(held, by.lang)
    });
    read.await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MilestoneBody {
    /// The milestone this goes on with; else it is told by kind and name.
    id: Option<Id>,
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    kind: MilestoneKind,
    due_on: Day,
    #[schema(minimum = 0, maximum = 100)]
    weight: i64,
    critical: Option<bool>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ScheduleBody {
    #[schema(max_items = 200)]
    milestones: Vec<MilestoneBody>,
    #[schema(max_length = 2000)]
    reason: Option<String>,
}

impl From<MilestoneBody> for Step {
    fn from(body: MilestoneBody) -> Self {
        Self {
            id: body.id,
            name: body.name,
            kind: body.kind,
            due_on: body.due_on,
            weight: body.weight,
            critical: body.critical.unwrap_or_default(),
        }
    }
}

impl From<ScheduleBody> for Put {
    fn from(body: ScheduleBody) -> Self {
        Self {
            steps: body.milestones.into_iter().map(Step::from).collect(),
            reason: body.reason,
        }
    }
}

#[utoipa::path(tag = "schedules", params(("id" = Id, Path)), request_body = ScheduleBody, responses((status = 200, body = ScheduleView), (status = 404), (status = 409), (status = 412), (status = 422), (status = 428)))]
#[put("/projects/{id}/schedule")]
async fn put_schedule(
    call: Call,
    id: web::Path<Id>,
    body: Body<ScheduleBody>,
) -> Result<HttpResponse> {
    let (id, seen, settings) = (id.into_inner(), call.if_match, call.settings());
    let cmd = Put::from(body.value);
    let write = call.write(body.digest, move |conn, by, now| {
        let held = actions::put(conn, by, &settings, id, seen, &cmd, now)?;
        ScheduleView::answer(held, by.lang)
    });
    write.await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProgressBody {
    #[serde(default, deserialize_with = "extract::present")]
    #[schema(value_type = Option<Day>)]
    forecast_on: Option<Option<Day>>,
    #[serde(default, deserialize_with = "extract::present")]
    #[schema(value_type = Option<Day>)]
    done_on: Option<Option<Day>>,
}

impl From<ProgressBody> for Said {
    fn from(body: ProgressBody) -> Self {
        Self {
            forecast_on: body.forecast_on,
            done_on: body.done_on,
        }
    }
}

#[utoipa::path(tag = "schedules", params(("id" = Id, Path), ("mid" = Id, Path)), request_body = ProgressBody, responses((status = 200, body = MilestoneView), (status = 404), (status = 409), (status = 412), (status = 422), (status = 428)))]
#[patch("/projects/{id}/milestones/{mid}")]
async fn change_milestone(
    call: Call,
    ids: web::Path<(Id, Id)>,
    body: Body<ProgressBody>,
) -> Result<HttpResponse> {
    let (ids, seen, settings) = (ids.into_inner(), call.if_match, call.settings());
    let said = Said::from(body.value);
    let write = call.write(body.digest, move |conn, by, now| {
        let (milestone, version) = progress::change(conn, by, &settings, ids, seen, said, now)?;
        Ok(Answer::ok(&MilestoneView::from(milestone))?.version(version))
    });
    write.await
}

/// The routes of schedules.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(get_schedule)
        .service(put_schedule)
        .service(change_milestone);
    changes::routes(config);
    milestones::routes(config);
}
