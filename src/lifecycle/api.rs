//! HTTP of the life of a project: the five-one answer and the deeds that turn it.

use actix_web::{HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;
use super::pillars::{self, PillarState};
use super::rules::Opening;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::money::Yuan;
use crate::kernel::time::{Day, Moment};
use crate::people::call::Call;
use crate::projects::api::{ProjectView, shown};
use crate::projects::stage::Stage;
use crate::projects::{PauseKind, Pillar};
use crate::text::{Lang, say};
use crate::web::answer::Answer;
use crate::web::extract::Body;

/// Something a pillar lacks.
#[derive(Serialize, ToSchema)]
#[schema(as = PillarGap)]
struct GapView {
    code: &'static str,
    /// JSON pointer into the body that fills the pillar.
    pointer: String,
    detail: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct PillarView {
    pillar: Pillar,
    satisfied: bool,
    /// Since when it stands as it does; null while it never was satisfied by what is there.
    since: Option<Moment>,
    gaps: Vec<GapView>,
}

/// How the five pillars stand.
#[derive(Serialize, ToSchema)]
struct FiveOneView {
    complete: bool,
    pillars: Vec<PillarView>,
}

impl PillarView {
    /// Shows how a pillar stands to a reader of a language.
    pub(crate) fn of(state: PillarState, lang: Lang) -> Self {
        let gaps = state.gaps.into_iter().map(|gap| GapView {
            code: gap.code,
            detail: say(lang, gap.code, &gap.facts),
            pointer: gap.pointer,
        });
        let gaps: Vec<_> = gaps.collect();
        Self {
            pillar: state.pillar,
            satisfied: gaps.is_empty(),
            since: state.since,
            gaps,
        }
    }
}

#[utoipa::path(tag = "lifecycle", params(("id" = Id, Path)), responses((status = 200, body = FiveOneView), (status = 404)))]
#[get("/projects/{id}/five-one")]
async fn five_one(call: Call, id: web::Path<Id>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let read = call.read(move |conn, by, _| {
        let five_one = pillars::five_one(conn, by, id)?;
        let views = five_one.pillars.into_iter();
        let pillars: Vec<_> = views.map(|state| PillarView::of(state, by.lang)).collect();
        Answer::ok(&FiveOneView {
            complete: pillars.iter().all(|pillar| pillar.satisfied),
            pillars,
        })
    });
    read.await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OpeningBody {
    /// Invested since start, before the launch.
    invested_total_yuan: Yuan,
    /// Of it, invested in the year of the launch.
    invested_year_yuan: Yuan,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LaunchBody {
    opening: Option<OpeningBody>,
}

impl LaunchBody {
    /// Returns the opening balance it states.
    pub(super) fn opening(&self) -> Option<Opening> {
        self.opening.as_ref().map(|opening| Opening {
            total: opening.invested_total_yuan,
            year: opening.invested_year_yuan,
        })
    }
}

#[utoipa::path(tag = "lifecycle", params(("id" = Id, Path)), request_body = LaunchBody, responses((status = 200, body = ProjectView), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/projects/{id}/launch")]
async fn launch(call: Call, id: web::Path<Id>, body: Body<LaunchBody>) -> Result<HttpResponse> {
    let (id, settings) = (id.into_inner(), call.settings());
    let opening = body.value.opening();
    let write = call.write(body.digest, move |conn, by, now| {
        let project = actions::launch(conn, by, &settings, id, opening, now)?;
        shown(project, by.lang)
    });
    write.await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PauseBody {
    pub(super) kind: PauseKind,
    #[schema(min_length = 1, max_length = 2000)]
    pub(super) reason: String,
    /// The expected end, after today.
    pub(super) until: Day,
}

#[utoipa::path(tag = "lifecycle", params(("id" = Id, Path)), request_body = PauseBody, responses((status = 200, body = ProjectView), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/projects/{id}/pause")]
async fn pause(call: Call, id: web::Path<Id>, body: Body<PauseBody>) -> Result<HttpResponse> {
    let (id, settings) = (id.into_inner(), call.settings());
    let PauseBody {
        kind,
        reason,
        until,
    } = body.value;
    let write = call.write(body.digest, move |conn, by, now| {
        let said = (kind, reason.as_str(), until);
        let project = actions::pause(conn, by, &settings, id, said, now)?;
        shown(project, by.lang)
    });
    write.await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProjectReason)]
pub(super) struct ReasonBody {
    #[schema(max_length = 2000)]
    pub(super) reason: Option<String>,
}

#[utoipa::path(tag = "lifecycle", params(("id" = Id, Path)), request_body = ReasonBody, responses((status = 200, body = ProjectView), (status = 403), (status = 404), (status = 409)))]
#[post("/projects/{id}/resumption")]
async fn resume(call: Call, id: web::Path<Id>, body: Body<ReasonBody>) -> Result<HttpResponse> {
    let (id, settings, reason) = (id.into_inner(), call.settings(), body.value.reason);
    let write = call.write(body.digest, move |conn, by, now| {
        let project = actions::resume(conn, by, &settings, id, reason.as_deref(), now)?;
        shown(project, by.lang)
    });
    write.await
}

#[utoipa::path(tag = "lifecycle", params(("id" = Id, Path)), request_body = ReasonBody, responses((status = 200, body = ProjectView), (status = 403), (status = 404), (status = 409)))]
#[post("/projects/{id}/closure")]
async fn close(call: Call, id: web::Path<Id>, body: Body<ReasonBody>) -> Result<HttpResponse> {
    let (id, settings, reason) = (id.into_inner(), call.settings(), body.value.reason);
    let write = call.write(body.digest, move |conn, by, now| {
        let project = actions::close(conn, by, &settings, id, reason.as_deref(), now)?;
        shown(project, by.lang)
    });
    write.await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WithdrawalBody {
    #[schema(min_length = 1, max_length = 2000)]
    pub(super) reason: String,
}

#[utoipa::path(tag = "lifecycle", params(("id" = Id, Path)), request_body = WithdrawalBody, responses((status = 200, body = ProjectView), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/projects/{id}/withdrawal")]
async fn withdraw(
    call: Call,
    id: web::Path<Id>,
    body: Body<WithdrawalBody>,
) -> Result<HttpResponse> {
    let (id, settings, reason) = (id.into_inner(), call.settings(), body.value.reason);
    let write = call.write(body.digest, move |conn, by, now| {
        let project = actions::withdraw(conn, by, &settings, id, &reason, now)?;
        shown(project, by.lang)
    });
    write.await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StageBody {
    pub(super) to: Stage,
    #[schema(max_length = 2000)]
    pub(super) reason: Option<String>,
}

#[utoipa::path(tag = "lifecycle", params(("id" = Id, Path)), request_body = StageBody, responses((status = 200, body = ProjectView), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/projects/{id}/stage")]
async fn move_stage(call: Call, id: web::Path<Id>, body: Body<StageBody>) -> Result<HttpResponse> {
    let (id, settings) = (id.into_inner(), call.settings());
    let StageBody { to, reason } = body.value;
    let write = call.write(body.digest, move |conn, by, now| {
        let asked = (to, reason.as_deref());
        let project = actions::move_stage(conn, by, &settings, id, asked, now)?;
        shown(project, by.lang)
    });
    write.await
}

/// The routes of the life of a project.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(five_one)
        .service(launch)
        .service(pause)
        .service(resume)
        .service(close)
        .service(withdraw)
        .service(move_stage);
}
