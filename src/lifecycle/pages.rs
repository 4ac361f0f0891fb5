//! The page of the turns a project may take now: launch, pause, resumption, closure, withdrawal, and
//! the move to another stage. What a turn meets is told on the page of its form.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::actions;
use super::api::{LaunchBody, PauseBody, PillarView, ReasonBody, StageBody, WithdrawalBody};
use super::pillars;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::time::{Day, Moment};
use crate::people::caller::Caller;
use crate::people::role::Act;
use crate::people::visit::{Done, Visit};
use crate::projects::pages::{Head, may};
use crate::projects::stage::Stage;
use crate::projects::{self, PauseKind, Project, State};
use crate::settings::Settings;
use crate::store::Conn;
use crate::web::pages::Page;
use crate::web::pages::form::Form;

/// Which turns a reader may bring about now.
#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "one for each turn")]
pub(crate) struct Turns {
    launch: bool,
    pause: bool,
    resume: bool,
    close: bool,
    withdraw: bool,
    move_stage: bool,
}

impl Turns {
    /// Returns the turns of a project that are open to a caller.
    pub(crate) fn of(by: &Caller, project: &Project) -> Self {
        let can = |act, states: &[State]| states.contains(&project.state) && may(by, act, project);
        Self {
            launch: can(Act::Launch, &[State::Draft]),
            pause: can(Act::Pause, &[State::Active]),
            resume: can(Act::Pause, &[State::Paused]),
            close: can(Act::Close, &[State::Active]),
            withdraw: may(by, Act::Withdraw, project),
            move_stage: may(by, Act::MoveStage, project),
        }
    }

    /// Tells whether any turn is open.
    pub(crate) fn any(&self) -> bool {
        self.launch || self.pause || self.resume || self.close || self.withdraw || self.move_stage
    }
}

/// Returns the stages a project may move to: the next one, and those behind it.
fn reachable(from: Stage) -> Vec<Stage> {
    let next = Stage::ALL.into_iter().find(|stage| *stage > from);
    let behind = Stage::ALL.into_iter().filter(|stage| *stage < from).rev();
    next.into_iter().chain(behind).collect()
}

#[derive(Serialize)]
struct LifecyclePage {
    project: Head,
    turns: Turns,
    any: bool,
    /// How the five pillars stand, while the project waits for its launch.
    pillars: Vec<PillarView>,
    is_whole: bool,
    kinds: &'static [PauseKind],
    stages: Vec<Stage>,
    today: Day,
}

fn page(conn: &mut Conn, by: &Caller, settings: &Settings, id: Id, now: Moment) -> Result<Page> {
    let project = projects::get(conn, &by.scope, id)?;
    let turns = Turns::of(by, &project);
    let states = if turns.launch {
        pillars::five_one_of(conn, &project)?.pillars
    } else {
        Vec::new()
    };
    let content = LifecyclePage {
        any: turns.any(),
        turns,
        is_whole: states.iter().all(|state| state.gaps.is_empty()),
        pillars: states
            .into_iter()
            .map(|state| PillarView::of(state, by.lang))
            .collect(),
        kinds: PauseKind::ALL,
        stages: reachable(project.stage),
        today: settings.site.zone.day_of(now),
        project: Head::from(&project),
    };
    Ok(Page::new("lifecycle/lifecycle.html", &content))
}

async fn show(visit: Visit, id: web::Path<Id>) -> Result<HttpResponse> {
    let (id, settings) = (id.into_inner(), visit.settings());
    visit
        .show(move |conn, by, now| page(conn, by, &settings, id, now))
        .await
}

/// What a form of this page does to a project.
type Deed = fn(&mut Conn, &Caller, &Settings, Id, &Form, Moment) -> Result<Project>;

/// Every turn: the noun of its address, the words said of it afterwards, and its deed.
const TURNS: [(&str, &str, Deed); 6] = [
    (
        "launch",
        "page.lifecycle.launched",
        |conn, by, settings, id, form, now| {
            let opening = form.body::<LaunchBody>()?.opening();
            actions::launch(conn, by, settings, id, opening, now)
        },
    ),
    (
        "pause",
        "page.lifecycle.paused",
        |conn, by, settings, id, form, now| {
            let body: PauseBody = form.body()?;
            let said = (body.kind, body.reason.as_str(), body.until);
            actions::pause(conn, by, settings, id, said, now)
        },
    ),
    (
        "resumption",
        "page.lifecycle.resumed",
        |conn, by, settings, id, form, now| {
            let body: ReasonBody = form.body()?;
            actions::resume(conn, by, settings, id, body.reason.as_deref(), now)
        },
    ),
    (
        "closure",
        "page.lifecycle.closed",
        |conn, by, settings, id, form, now| {
            let body: ReasonBody = form.body()?;
            actions::close(conn, by, settings, id, body.reason.as_deref(), now)
        },
    ),
    (
        "withdrawal",
        "page.lifecycle.withdrawn",
        |conn, by, settings, id, form, now| {
            let body: WithdrawalBody = form.body()?;
            actions::withdraw(conn, by, settings, id, &body.reason, now)
        },
    ),
    (
        "stage",
        "page.lifecycle.stage_moved",
        |conn, by, settings, id, form, now| {
            let body: StageBody = form.body()?;
            let asked = (body.to, body.reason.as_deref());
            actions::move_stage(conn, by, settings, id, asked, now)
        },
    ),
];

/// Brings a turn about, and leads back to the project, which says the words of `key`.
async fn turn(
    visit: Visit,
    id: Id,
    form: Form,
    (key, deed): (&'static str, Deed),
) -> Result<HttpResponse> {
    let (settings, shown) = (visit.settings(), visit.settings());
    let deed = move |conn: &mut Conn, by: &Caller, now: Moment, form: &Form| {
        deed(conn, by, &settings, id, form, now)?;
        Ok(Done::to(format!("/projects/{id}"), key))
    };
    let view = move |conn: &mut Conn, by: &Caller, now: Moment| page(conn, by, &shown, id, now);
    visit.submit(form, deed, view).await
}

/// The pages of the life of a project.
pub(crate) fn pages(config: &mut web::ServiceConfig) {
    config.service(web::resource("/projects/{id}/lifecycle").get(show));
    for (noun, key, deed) in TURNS {
        let done = move |visit: Visit, id: web::Path<Id>, form: Form| {
            turn(visit, id.into_inner(), form, (key, deed))
        };
        config.service(web::resource(format!("/projects/{{id}}/{noun}")).post(done));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_leads_one_step_on_or_back_to_any() {
        let all = |from| {
            let reached = reachable(from).into_iter();
            reached.map(Stage::as_str).collect::<Vec<_>>()
        };
        assert_eq!(all(Stage::Idea), ["reserve"]);
        assert_eq!(all(Stage::Preliminary), ["construction", "reserve", "idea"]);
        assert_eq!(all(Stage::Production)[0], "completed");
    }
}
