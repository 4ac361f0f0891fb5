//! What is done to a blocker once it is there: one way for every deed, from permission to the
//! journal, so that no deed can forget its event, its deadlines or its place in the table of rules.

use serde_json::{Map, Value};

use super::clock::Happened;
use super::holder;
use super::rules::{Deed, Refusal};
use super::store::{self, Blocker, Event};
use super::{fields, owing, turns};
use crate::calendars;
use crate::journal;
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::refused::{Finding, none_of};
use crate::kernel::time::{Day, Moment};
use crate::people::caller::Caller;
use crate::projects::Project;
use crate::settings::Settings;
use crate::store::Conn;

/// A blocker with its project, as a deed finds and leaves them.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub(crate) blocker: Blocker,
    pub(crate) project: Project,
}

/// Reads a blocker in scope.
///
/// # Errors
/// 404 `blocker.missing`.
pub(super) fn load(conn: &mut Conn, by: &Caller, id: Id) -> Result<Scene> {
    let (blocker, project) = store::get(conn, &by.scope, id)?;
    Ok(Scene { blocker, project })
}

/// A deed with what it brings.
pub(super) struct Done<'a> {
    pub(super) deed: Deed,
    /// What came with it, for the history.
    pub(super) facts: Map<String, Value>,
    /// What it changes on the row besides state and days.
    pub(super) change: &'a dyn Fn(&mut Blocker),
}

/// Does a permitted deed: decides, saves, and tells.
///
/// # Errors
/// - those of [`turns::decide`]
/// - 409 `blocker.changed_meanwhile` when somebody was faster
pub(super) fn advance(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    scene: Scene,
    done: Done<'_>,
    now: Moment,
) -> Result<Scene> {
    let today = settings.site.zone.day_of(now);
    let state = turns::decide(settings, &scene, done.deed, today)?;
    let Scene { blocker, project } = scene;
    let mut next = blocker;
    (done.change)(&mut next);
    next.state = state;
    mark(&mut next, done.deed, today);
    let mut history = store::happened(conn, next.id)?;
    history.push(Happened {
        deed: done.deed,
        on: today,
    });
    let calendar = calendars::load(conn)?;
    let terms = owing::count(&mut next, &history, settings, &calendar)?;
    let blocker = store::save(conn, &next)?;
    record(conn, by, &blocker, done.deed, &done.facts, now, today)?;
    owing::keep(conn, &calendar, &blocker, done.deed, &terms, now, today)?;
    Ok(Scene { blocker, project })
}

/// Leaves the days of a deed on the row.
fn mark(blocker: &mut Blocker, deed: Deed, today: Day) {
    match deed {
        Deed::Accepted => blocker.accepted_on = Some(today),
        Deed::Resolved => blocker.resolved_on = Some(today),
        Deed::Confirmed => blocker.closed_on = Some(today),
        Deed::Objected => blocker.resolved_on = None,
        Deed::Reopened => {
            blocker.resolved_on = None;
            blocker.closed_on = None;
        }
        Deed::Returned => blocker.was_returned = true,
        Deed::Raised
        | Deed::Amended
        | Deed::Submitted
        | Deed::Replied
        | Deed::Withdrawn
        | Deed::Commented => {}
    }
}

/// Writes a deed into the blocker's history and the project's journal.
pub(super) fn record(
    conn: &mut Conn,
    by: &Caller,
    blocker: &Blocker,
    deed: Deed,
    facts: &Map<String, Value>,
    now: Moment,
    today: Day,
) -> Result<()> {
    let event = Event {
        blocker_id: blocker.id,
        number: blocker.version,
        deed,
        at: now,
        on_day: today,
        actor_id: by.id,
        actor_name: by.name.clone(),
        facts: serde_json::to_string(facts).map_err(Error::broken)?,
    };
    store::append(conn, &event)?;
    let mut told = journal::Deed::on_project(code(deed), blocker.project_id, blocker.id)
        .with("title", &blocker.title)
        .with("state", blocker.state);
    for (name, fact) in facts {
        told = told.with(name, fact);
    }
    journal::record(conn, &by.actor(), &told, now)
}

/// The deed's code in the journal.
const fn code(deed: Deed) -> &'static str {
    match deed {
        Deed::Raised => "blocker.raised",
        Deed::Amended => "blocker.amended",
        Deed::Submitted => "blocker.submitted",
        Deed::Accepted => "blocker.accepted",
        Deed::Replied => "blocker.replied",
        Deed::Resolved => "blocker.resolved",
        Deed::Confirmed => "blocker.confirmed",
        Deed::Objected => "blocker.objected",
        Deed::Returned => "blocker.returned",
        Deed::Reopened => "blocker.reopened",
        Deed::Withdrawn => "blocker.withdrawn",
        Deed::Commented => "blocker.commented",
    }
}

/// A text that comes with a deed, its place in the body, and its name in the history.
fn text(name: &'static str, text: &str, findings: &mut Vec<Finding>) -> (String, Value) {
    if text.trim().is_empty() {
        findings.push(Refusal::Blank.finding(format!("/{name}")));
    }
    (name.to_owned(), Value::from(text.trim()))
}

/// Reads a blocker and permits a deed of the table on it.
fn permitted(conn: &mut Conn, by: &Caller, id: Id, deed: Deed, today: Day) -> Result<Scene> {
    let scene = load(conn, by, id)?;
    turns::permit(by, &scene, deed, today)?;
    Ok(scene)
}

/// Takes a blocker on, for oneself or by naming a handler.
///
/// # Errors
/// 403, 404, 422 `blocker.handler_unfit`; those of [`advance`].
pub(crate) fn accept(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    id: Id,
    handler: Option<Id>,
    now: Moment,
) -> Result<Scene> {
    let scene = permitted(conn, by, id, Deed::Accepted, settings.site.zone.day_of(now))?;
    let mut facts = Map::new();
    if let Some(handler) = handler {
        let site = settings.site.region;
        holder::check_handler(conn, site, &scene.blocker, &scene.project, handler)?;
        facts.insert("handler_id".to_owned(), Value::from(handler.as_str()));
    }
    let done = Done {
        deed: Deed::Accepted,
        facts,
        change: &|blocker| blocker.handler_id = handler.or(blocker.handler_id),
    };
    let after = advance(conn, by, settings, scene, done, now)?;
    if handler.is_some() {
        holder::tell(conn, by, settings, &after.blocker, &after.project, now)?;
    }
    Ok(after)
}

/// Answers with a plan and the day promised; the first reply brings it into work.
///
/// # Errors
/// 403, 404, 422 `blocker.blank`, `blocker.promised_in_past`; those of [`advance`].
pub(crate) fn reply(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    id: Id,
    plan: &str,
    promised_on: Day,
    now: Moment,
) -> Result<Scene> {
    let scene = permitted(conn, by, id, Deed::Replied, settings.site.zone.day_of(now))?;
    let today = settings.site.zone.day_of(now);
    let mut findings = Vec::new();
    let plan = text("plan", plan, &mut findings);
    if promised_on < today {
        let finding = Refusal::PromisedInPast.finding("/promised_on");
        findings.push(finding.with("today", today));
    }
    none_of(findings)?;
    let words = plan.1.as_str().unwrap_or_default().to_owned();
    let promised = (
        "promised_on".to_owned(),
        Value::from(promised_on.to_string()),
    );
    let done = Done {
        deed: Deed::Replied,
        facts: [plan, promised].into_iter().collect(),
        change: &|blocker| {
            blocker.plan = Some(words.clone());
            blocker.promised_on = Some(promised_on);
        },
    };
    advance(conn, by, settings, scene, done, now)
}

/// Gives the authority's outcome; the project side has to confirm it or object.
///
/// # Errors
/// 403, 404, 422 `blocker.blank`; those of [`advance`].
pub(crate) fn resolve(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    id: Id,
    outcome: &str,
    document: Option<&str>,
    now: Moment,
) -> Result<Scene> {
    let scene = permitted(conn, by, id, Deed::Resolved, settings.site.zone.day_of(now))?;
    let mut findings = Vec::new();
    let outcome = text("outcome", outcome, &mut findings);
    let document = document.map(|document| text("document", document, &mut findings));
    none_of(findings)?;
    let owned = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let words = owned(&outcome.1);
    let named = document.as_ref().map(|(_, name)| owned(name));
    let done = Done {
        deed: Deed::Resolved,
        facts: [outcome].into_iter().chain(document).collect(),
        change: &|blocker| {
            blocker.outcome = Some(words.clone());
            blocker.document.clone_from(&named);
        },
    };
    advance(conn, by, settings, scene, done, now)
}

/// Confirms the outcome for the project side and closes the blocker. When the project side has let
/// its days pass, a coordinator of the city or above may.
///
/// # Errors
/// 403, 404, 409 `blocker.project_side_first`; those of [`advance`].
pub(crate) fn confirm(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    id: Id,
    now: Moment,
) -> Result<Scene> {
    let scene = permitted(
        conn,
        by,
        id,
        Deed::Confirmed,
        settings.site.zone.day_of(now),
    )?;
    let done = Done {
        deed: Deed::Confirmed,
        facts: Map::new(),
        change: &|_| {},
    };
    advance(conn, by, settings, scene, done, now)
}

/// Does a deed that needs a reason and changes nothing else: objects, returns, reopens, withdraws.
///
/// # Errors
/// 403, 404, 422 `blocker.blank`; those of [`advance`].
pub(crate) fn with_reason(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    (id, deed): (Id, Deed),
    reason: &str,
    now: Moment,
) -> Result<Scene> {
    let scene = permitted(conn, by, id, deed, settings.site.zone.day_of(now))?;
    let mut findings = Vec::new();
    let reason = text("reason", reason, &mut findings);
    none_of(findings)?;
    let done = Done {
        deed,
        facts: [reason].into_iter().collect(),
        change: &|_| {},
    };
    advance(conn, by, settings, scene, done, now)
}

/// Submits a returned blocker again, amended or not; its holder is told anew.
///
/// # Errors
/// 403, 404; those of [`advance`].
pub(crate) fn submit(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    id: Id,
    now: Moment,
) -> Result<Scene> {
    let scene = permitted(
        conn,
        by,
        id,
        Deed::Submitted,
        settings.site.zone.day_of(now),
    )?;
    let done = Done {
        deed: Deed::Submitted,
        facts: fields::snapshot(&scene.blocker),
        change: &|_| {},
    };
    let after = advance(conn, by, settings, scene, done, now)?;
    holder::tell(conn, by, settings, &after.blocker, &after.project, now)?;
    Ok(after)
}

/// Leaves a comment.
///
/// # Errors
/// 403 to viewers, 404, 409 `blocker.history_full`, 422 `blocker.blank`.
pub(crate) fn comment(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    id: Id,
    words: &str,
    now: Moment,
) -> Result<Scene> {
    let scene = permitted(
        conn,
        by,
        id,
        Deed::Commented,
        settings.site.zone.day_of(now),
    )?;
    let mut findings = Vec::new();
    let words = text("text", words, &mut findings);
    none_of(findings)?;
    let done = Done {
        deed: Deed::Commented,
        facts: [words].into_iter().collect(),
        change: &|_| {},
    };
    advance(conn, by, settings, scene, done, now)
}
