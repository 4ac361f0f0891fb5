//! What is done to an approval once it is there: one way for every deed, from permission to the
//! journal, so that no deed can forget its event, its deadlines or its place in the table of rules.

use serde_json::{Map, Value};

use super::owing::{self, Count};
use super::rules::{self, Deed, Refusal};
use super::store::{self, Approval, Event};
use super::waiting;
use crate::calendars;
use crate::journal;
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::refused::{Finding, none_of};
use crate::kernel::time::{Day, Moment};
use crate::people::caller::{Caller, Holder, Place};
use crate::projects::{Project, State as ProjectState};
use crate::reference::ApprovalItem;
use crate::settings::Settings;
use crate::store::Conn;

/// An approval with its project, as a deed finds and leaves them.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub(crate) approval: Approval,
    pub(crate) project: Project,
}

/// What somebody does to an approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ask {
    /// Hands the papers in.
    Submit,
    /// Takes it on.
    Accept,
    /// Names papers that are missing.
    Defer { reason: String },
    /// Hands the missing papers in.
    Supplement,
    /// Grants it by a document.
    Grant { document: String },
    /// Turns it down.
    Refuse { reason: String },
    /// Commits to it: the missing papers follow.
    Commit { due_on: Day, missing: String },
    /// Declares it not needed.
    Exclude { reason: String },
}

impl Ask {
    pub(crate) fn deed(&self) -> Deed {
        match self {
            Self::Submit => Deed::Submitted,
            Self::Accept => Deed::Accepted,
            Self::Defer { .. } => Deed::SupplementAsked,
            Self::Supplement => Deed::Supplemented,
            Self::Grant { .. } => Deed::Granted,
            Self::Refuse { .. } => Deed::Refused,
            Self::Commit { .. } => Deed::Committed,
            Self::Exclude { .. } => Deed::Excluded,
        }
    }

    /// Returns the texts that come with it, each by its name in the body.
    fn texts(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Submit | Self::Accept | Self::Supplement => Vec::new(),
            Self::Defer { reason } | Self::Refuse { reason } | Self::Exclude { reason } => {
                vec![("reason", reason)]
            }
            Self::Grant { document } => vec![("document", document)],
            Self::Commit { missing, .. } => vec![("missing", missing)],
        }
    }

    /// Writes what it brings on the row, besides state and due day.
    fn write(&self, approval: &mut Approval, on: Day) {
        let text = |text: &str| Some(text.trim().to_owned());
        match self {
            Self::Submit => {
                approval.submitted_on = Some(on);
                approval.accepted_on = None;
                approval.finished_on = None;
                approval.due_on = None;
                approval.reason = None;
            }
            Self::Accept => {
                approval.accepted_on = Some(on);
                approval.finished_on = None;
            }
            Self::Defer { reason } => approval.reason = text(reason),
            Self::Supplement => approval.reason = None,
            Self::Grant { document } => {
                approval.document = text(document);
                approval.missing = None;
                approval.finished_on = Some(on);
            }
            Self::Refuse { reason } | Self::Exclude { reason } => {
                approval.reason = text(reason);
                approval.finished_on = Some(on);
            }
            Self::Commit { due_on, missing } => {
                approval.missing = text(missing);
                approval.due_on = Some(*due_on);
                approval.finished_on = Some(on);
            }
        }
    }
}

/// Does a deed, on a day not after today.
///
/// # Errors
/// - 404 `approval.missing`, 403 `act.forbidden`, 409 `approval.project_ended`
/// - 409 `approval.not_possible`, naming what is possible
/// - 409 `approval.prerequisites_open` for a grant while what it waits for is open, naming each
/// - 422 with all of `approval.blank`, `approval.due_in_past`; those of [`rules::day`]
/// - 409 `approval.changed_meanwhile` when somebody was faster
pub(crate) fn act(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    (id, ask, on): (Id, &Ask, Option<Day>),
    now: Moment,
) -> Result<Scene> {
    let (approval, project) = store::get(conn, &by.scope, id)?;
    let item = of_catalogue(&approval)?;
    let deed = ask.deed();
    by.may(rules::act(item, deed), &place(&approval, &project))?;
    not_ended(&project)?;
    let zone = settings.site.zone;
    let today = zone.day_of(now);
    let on = on.unwrap_or(today);
    let state = rules::decide(item, approval.state, deed)?;
    none_of(faults(ask, today))?;
    let history = store::events(conn, id)?;
    let last = history.iter().rfind(|event| event.deed.is_dated());
    let entered_on = zone.day_of(project.created_at);
    rules::day(on, last.map(|last| last.on_day), entered_on, today)?;
    if deed == Deed::Granted {
        let open = waiting::for_what(conn, &approval)?;
        if !open.is_empty() {
            return Err(Refusal::PrerequisitesOpen.refused().listing(open).into());
        }
    }
    let mut next = approval;
    next.state = state;
    ask.write(&mut next, on);
    finish(conn, by, settings, (next, project), (ask, on), history, now)
}

/// Saves and tells.
fn finish(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    (mut next, project): (Approval, Project),
    (ask, on): (&Ask, Day),
    mut history: Vec<Event>,
    now: Moment,
) -> Result<Scene> {
    let today = settings.site.zone.day_of(now);
    let item = of_catalogue(&next)?;
    let mut facts: Map<String, Value> = ask
        .texts()
        .into_iter()
        .map(|(name, text)| (name.to_owned(), Value::from(text.trim())))
        .collect();
    if let Ask::Commit { due_on, .. } = ask {
        facts.insert("due_on".to_owned(), Value::from(due_on.to_string()));
    }
    let number = next.version.saturating_add(1);
    let event = event(by, &next, (ask.deed(), number), (&facts, on), now)?;
    history.push(event.clone());
    let calendar = calendars::load(conn)?;
    let count = Count::of(settings, &calendar);
    let clock = count.clock(item, &history);
    owing::mark(&mut next, clock.as_ref(), &calendar);
    let approval = store::save(conn, &next)?;
    store::append(conn, &event)?;
    tell(conn, by, &approval, ask.deed(), &facts, now)?;
    let pair = (&approval, &project);
    let clock = (clock.as_ref(), count);
    owing::keep(conn, pair, ask.deed(), clock, on, (now, today))?;
    Ok(Scene { approval, project })
}

/// What is wrong with what comes with a deed.
fn faults(ask: &Ask, today: Day) -> Vec<Finding> {
    let blank = ask
        .texts()
        .into_iter()
        .filter(|(_, text)| text.trim().is_empty());
    let mut findings: Vec<Finding> = blank
        .map(|(name, _)| Refusal::Blank.finding(format!("/{name}")))
        .collect();
    if let Ask::Commit { due_on, .. } = ask
        && *due_on < today
    {
        let finding = Refusal::DueInPast.finding("/due_on");
        findings.push(finding.with("today", today));
    }
    findings
}

/// Returns an approval's item.
pub(super) fn of_catalogue(approval: &Approval) -> Result<&'static ApprovalItem> {
    approval.of_catalogue().ok_or_else(|| {
        let words = format!("approval {} has no item of the catalogue", approval.id);
        Error::broken(words)
    })
}

/// Returns where a deed on an approval takes place.
pub(super) fn place(approval: &Approval, project: &Project) -> Place {
    Place {
        holder: Some(Holder {
            handler: None,
            department: Some(approval.department.clone()),
            region: project.region,
        }),
        ..project.place()
    }
}

/// Refuses deeds on the approvals of a project that is over.
pub(super) fn not_ended(project: &Project) -> Result<()> {
    match project.state {
        ProjectState::Draft | ProjectState::Active | ProjectState::Paused => Ok(()),
        ProjectState::Closed | ProjectState::Withdrawn => Err(Refusal::ProjectEnded.into()),
    }
}

/// Makes the event of a deed.
pub(super) fn event(
    by: &Caller,
    approval: &Approval,
    (deed, number): (Deed, i64),
    (facts, on): (&Map<String, Value>, Day),
    now: Moment,
) -> Result<Event> {
    Ok(Event {
        approval_id: approval.id,
        number,
        deed,
        at: now,
        on_day: on,
        actor_id: by.id,
        actor_name: by.name.clone(),
        facts: serde_json::to_string(facts).map_err(Error::broken)?,
    })
}

/// Writes a deed into the project's journal.
pub(super) fn tell(
    conn: &mut Conn,
    by: &Caller,
    approval: &Approval,
    deed: Deed,
    facts: &Map<String, Value>,
    now: Moment,
) -> Result<()> {
    let mut told = journal::Deed::on_project(code(deed), approval.project_id, approval.id)
        .with("item", &approval.item)
        .with("state", approval.state);
    for (name, fact) in facts {
        told = told.with(name, fact);
    }
    journal::record(conn, &by.actor(), &told, now)
}

/// The deed's code in the journal.
const fn code(deed: Deed) -> &'static str {
    match deed {
        Deed::Included => "approval.included",
        Deed::Submitted => "approval.submitted",
        Deed::Accepted => "approval.accepted",
        Deed::SupplementAsked => "approval.supplement_asked",
        Deed::Supplemented => "approval.supplemented",
        Deed::Granted => "approval.granted",
        Deed::Refused => "approval.refused",
        Deed::Committed => "approval.committed",
        Deed::Excluded => "approval.excluded",
        Deed::Bound => "approval.bound",
    }
}
