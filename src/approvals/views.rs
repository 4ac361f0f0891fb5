//! Approvals and networks as they are shown.

use serde::Serialize;
use utoipa::ToSchema;

use super::forecast::Forecast;
use super::rules::{self, Deed, State};
use super::store::{Approval, Event};
use super::waiting::Network;
use crate::deadlines::never;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::time::{Day, Moment};
use crate::projects::Project;
use crate::reference::{ApprovalItem, ApprovalKind, Confidence, DayType};
use crate::text::Lang;

/// The project of an approval.
#[derive(Serialize, ToSchema)]
pub(super) struct ApprovalProject {
    id: Id,
    name: String,
    region: Region,
}

/// The limit by law.
#[derive(Serialize, ToSchema)]
pub(super) struct ApprovalLimit {
    /// Null where the law sets none.
    days: Option<u16>,
    day_type: DayType,
    /// By how many days the law lets it be extended.
    extension_days: Option<u16>,
    /// What the department promises, in working days.
    promised_working_days: Option<u16>,
    legal_basis_zh: String,
    confidence: Confidence,
}

#[derive(Serialize, ToSchema)]
pub(super) struct ApprovalView {
    id: Id,
    project: ApprovalProject,
    item: String,
    /// The item's name in the reader's language.
    name: String,
    kind: ApprovalKind,
    stage: String,
    department: String,
    state: State,
    limit: ApprovalLimit,
    submitted_on: Option<Day>,
    accepted_on: Option<Day>,
    /// The day it was granted, refused, committed or excluded.
    finished_on: Option<Day>,
    /// The day the authority is due, or the missing papers of a commitment; null while nothing is owed.
    due_on: Option<Day>,
    overdue: bool,
    document: Option<String>,
    /// Why it was refused or excluded, or which papers are missing.
    reason: Option<String>,
    /// What papers a commitment still owes.
    missing: Option<String>,
    version: i64,
}

impl ApprovalView {
    pub(super) fn of(
        approval: &Approval,
        item: &ApprovalItem,
        project: &Project,
        (today, lang): (Day, Lang),
    ) -> Self {
        Self {
            id: approval.id,
            project: ApprovalProject {
                id: project.id,
                name: project.name.clone(),
                region: project.region,
            },
            item: approval.item.clone(),
            name: match lang {
                Lang::Zh => item.zh.clone(),
                Lang::En => item.en.clone(),
            },
            kind: item.kind,
            stage: item.stage.clone(),
            department: approval.department.clone(),
            state: approval.state,
            limit: ApprovalLimit {
                days: item.statutory_days,
                day_type: item.day_type,
                extension_days: item.extension_days,
                promised_working_days: item.promised_working_days,
                legal_basis_zh: item.legal_basis_zh.clone(),
                confidence: item.confidence,
            },
            submitted_on: approval.submitted_on,
            accepted_on: approval.accepted_on,
            finished_on: approval.finished_on,
            due_on: (approval.next_due_on < never()).then_some(approval.next_due_on),
            overdue: approval.is_overdue(today),
            document: approval.document.clone(),
            reason: approval.reason.clone(),
            missing: approval.missing.clone(),
            version: approval.version,
        }
    }
}

/// Something an item waits for.
#[derive(Serialize, ToSchema)]
pub(super) struct ApprovalPrerequisite {
    item: String,
    approval_id: Id,
    state: State,
    /// Whether nobody need wait for it any longer.
    met: bool,
    /// Whether the project added it; else the law asks for it.
    own: bool,
}

/// An item of a project's network.
#[derive(Serialize, ToSchema)]
pub(super) struct ApprovalInNetwork {
    #[serde(flatten)]
    approval: ApprovalView,
    /// What it waits for, by law or by the project, so far as it is in the network.
    prerequisites: Vec<ApprovalPrerequisite>,
    /// What is customarily done before it; it only advises.
    usual_predecessors: Vec<String>,
    /// Whether it can be begun now: nothing is handed in, and all it waits for is met.
    can_start: bool,
    /// The deeds the state allows, whoever may do them.
    possible: Vec<Deed>,
}

impl ApprovalInNetwork {
    pub(super) fn of(
        network: &Network,
        approval: &Approval,
        item: &ApprovalItem,
        project: &Project,
        reader: (Day, Lang),
    ) -> Self {
        let own = network.own(approval);
        let before = network.prerequisites(approval);
        let before = before.iter().filter_map(|item| network.find(item));
        let prerequisites = before.map(|before| ApprovalPrerequisite {
            item: before.item.clone(),
            approval_id: before.id,
            state: before.state,
            met: before.state.is_met(),
            own: own.contains(&before.item),
        });
        Self {
            approval: ApprovalView::of(approval, item, project, reader),
            prerequisites: prerequisites.collect(),
            usual_predecessors: item.usual_predecessors.clone(),
            can_start: network.can_start(approval),
            possible: rules::possible(item, approval.state),
        }
    }
}

/// The items of a project's network.
#[derive(Serialize, ToSchema)]
pub(super) struct ApprovalItems {
    /// In the order of the procedure.
    pub(super) items: Vec<ApprovalInNetwork>,
}

impl ApprovalItems {
    pub(super) fn of(network: &Network, project: &Project, reader: (Day, Lang)) -> Self {
        let items = network.approvals.iter().filter_map(|approval| {
            let item = approval.of_catalogue()?;
            let shown = ApprovalInNetwork::of(network, approval, item, project, reader);
            Some(shown)
        });
        Self {
            items: items.collect(),
        }
    }
}

/// Who did something; the system has no id.
#[derive(Serialize, ToSchema)]
pub(super) struct ApprovalActor {
    id: Option<Id>,
    name: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct ApprovalEvent {
    number: i64,
    deed: Deed,
    at: Moment,
    /// The day it happened, which may lie before the one it was entered on.
    on: Day,
    actor: ApprovalActor,
    /// What came with the deed.
    #[schema(value_type = Object)]
    facts: serde_json::Value,
}

impl From<Event> for ApprovalEvent {
    fn from(event: Event) -> Self {
        Self {
            number: event.number,
            deed: event.deed,
            at: event.at,
            on: event.on_day,
            actor: ApprovalActor {
                id: event.actor_id,
                name: event.actor_name,
            },
            facts: serde_json::from_str(&event.facts).unwrap_or_default(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub(super) struct ApprovalDetail {
    #[serde(flatten)]
    pub(super) approval: ApprovalInNetwork,
    /// What was done, oldest first.
    pub(super) history: Vec<ApprovalEvent>,
}

/// An item of the network with its days.
#[derive(Serialize, ToSchema)]
pub(super) struct NetworkNode {
    item: String,
    name: String,
    approval_id: Id,
    department: String,
    state: State,
    /// Working days it is planned with, the assumed delay included.
    duration_days: i64,
    prerequisites: Vec<String>,
    /// What it still waits for.
    waits_for: Vec<String>,
    /// Whether it can be begun now.
    can_start: bool,
    /// Null for items that are done or not needed, like the other days.
    earliest_start_on: Option<Day>,
    earliest_finish_on: Option<Day>,
    /// The latest finish that does not delay the start of construction.
    latest_finish_on: Option<Day>,
    /// Working days it may slip without delaying the start of construction; null off the ways to it.
    slack_days: Option<i64>,
    /// Whether it has no slack.
    critical: bool,
}

/// A project's approval network on the calendar.
#[derive(Serialize, ToSchema)]
pub(super) struct NetworkView {
    nodes: Vec<NetworkNode>,
    /// The chain of items that decides when construction can start, in the order of time.
    critical_path: Vec<String>,
    /// The day construction can start, or did; null without that gate.
    construction_start_on: Option<Day>,
}

impl NetworkView {
    pub(super) fn of(network: &Network, forecast: Forecast, lang: Lang) -> Self {
        let planned = forecast.durations.iter().zip(&forecast.dates);
        let nodes = network.approvals.iter().zip(planned);
        let nodes = nodes.filter_map(|(approval, (duration, dates))| {
            let item = approval.of_catalogue()?;
            let waits_for = network.open(approval).into_iter();
            Some(NetworkNode {
                item: approval.item.clone(),
                name: match lang {
                    Lang::Zh => item.zh.clone(),
                    Lang::En => item.en.clone(),
                },
                approval_id: approval.id,
                department: approval.department.clone(),
                state: approval.state,
                duration_days: *duration,
                prerequisites: network.prerequisites(approval).into_iter().collect(),
                waits_for: waits_for.map(|before| before.item.clone()).collect(),
                can_start: network.can_start(approval),
                earliest_start_on: dates.map(|dates| dates.start_on),
                earliest_finish_on: dates.map(|dates| dates.finish_on),
                latest_finish_on: dates.and_then(|dates| dates.latest_finish_on),
                slack_days: dates.and_then(|dates| dates.slack_days),
                critical: dates.is_some_and(|dates| dates.slack_days == Some(0)),
            })
        });
        Self {
            nodes: nodes.collect(),
            critical_path: forecast.critical_path,
            construction_start_on: forecast.construction_start_on,
        }
    }
}
