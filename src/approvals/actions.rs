//! Making a project's approval network, changing it, reading it, and the gates it keeps.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::deeds::{self, Scene};
use super::profiles::{self, Profile};
use super::rules::{Deed, Refusal, State};
use super::store::{self, Approval, Filter};
use super::waiting::Network;
use super::{forecast, owing};
use crate::calendars;
use crate::deadlines::clock::ClockStatement;
use crate::deadlines::never;
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::page::{Page, Paging};
use crate::kernel::refused::{Finding, none_of};
use crate::kernel::time::{Day, Moment};
use crate::people::call;
use crate::people::caller::Caller;
use crate::people::role::Act;
use crate::projects::{self, Project};
use crate::reference::{ApprovalItem, approval_items};
use crate::settings::Settings;
use crate::store::Conn;

/// Which items a network is to have.
#[derive(Debug, Clone)]
pub(crate) enum Wanted {
    /// These, by slug.
    Items(Vec<String>),
    /// Those of a profile and of the answers.
    Profile(Profile, BTreeMap<String, bool>),
}

/// Adds items to a project's network, and returns the whole of it. What is there stays as it is,
/// unless it was declared not needed and is named: then it joins again.
///
/// # Errors
/// - 404 `project.missing`, 403 `act.forbidden`, 409 `approval.project_ended`
/// - 422 with all of `approval.item_unknown`, or those of [`profiles::items`]
pub(crate) fn instantiate(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    project: Id,
    wanted: &Wanted,
    now: Moment,
) -> Result<(Project, Network)> {
    let project = projects::get(conn, &by.scope, project)?;
    by.may(Act::BuildNetwork, &project.place())?;
    deeds::not_ended(&project)?;
    let items = match wanted {
        Wanted::Items(slugs) => named(slugs)?,
        Wanted::Profile(profile, answers) => profiles::items(*profile, answers)?,
    };
    let is_named = matches!(wanted, Wanted::Items(_));
    let today = settings.site.zone.day_of(now);
    let present = store::of_project(conn, project.id)?;
    for item in items {
        let known = present.iter().find(|known| known.item == item.slug);
        match known {
            Some(known) if is_named && known.state == State::NotApplicable => {
                let again = store::save(conn, &blank_again(known))?;
                include(conn, by, &again, (now, today))?;
            }
            Some(_) => {}
            None => {
                let fresh = blank(&project, item);
                store::insert(conn, &fresh)?;
                include(conn, by, &fresh, (now, today))?;
            }
        }
    }
    let network = Network::of(conn, project.id)?;
    Ok((project, network))
}

fn named(slugs: &[String]) -> Result<Vec<&'static ApprovalItem>> {
    let (mut items, mut findings) = (Vec::new(), Vec::new());
    for (at, slug) in slugs.iter().enumerate() {
        match store::item(slug) {
            Some(item) => items.push(item),
            None => findings.push(
                Refusal::ItemUnknown
                    .finding(format!("/items/{at}"))
                    .with("item", slug),
            ),
        }
    }
    none_of(findings)?;
    // Named twice is named once, wherever the second stands.
    let mut seen = BTreeSet::new();
    items.retain(|item| seen.insert(&item.slug));
    Ok(items)
}

fn blank(project: &Project, item: &ApprovalItem) -> Approval {
    let place = |known: &ApprovalItem| known.slug == item.slug;
    let position = approval_items().iter().position(place);
    Approval {
        id: Id::new(),
        project_id: project.id,
        item: item.slug.clone(),
        position: position.and_then(|at| i64::try_from(at).ok()).unwrap_or(0),
        department: item.department.clone(),
        state: State::NotSubmitted,
        submitted_on: None,
        accepted_on: None,
        finished_on: None,
        due_on: None,
        document: None,
        reason: None,
        missing: None,
        next_due_on: never(),
        version: 1,
    }
}

fn blank_again(known: &Approval) -> Approval {
    Approval {
        state: State::NotSubmitted,
        submitted_on: None,
        accepted_on: None,
        finished_on: None,
        due_on: None,
        reason: None,
        ..known.clone()
    }
}

fn include(
    conn: &mut Conn,
    by: &Caller,
    approval: &Approval,
    (now, today): (Moment, Day),
) -> Result<()> {
    let deed = (Deed::Included, approval.version);
    let facts = Map::new();
    let event = deeds::event(by, approval, deed, (&facts, today), now)?;
    store::append(conn, &event)?;
    deeds::tell(conn, by, approval, Deed::Included, &facts, now)
}

/// Lets an item wait for other items of the network, besides what the law says. Putting what was
/// empty needs no version.
///
/// # Errors
/// - 404, 403, 409 `approval.project_ended`; 428 and 412 by the approval's version
/// - 422 with all of `approval.item_not_in_network`
/// - 422 `approval.cycle`, naming the items that would wait for each other
pub(crate) fn bind(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    (id, items): (Id, &[String]),
    seen: Option<i64>,
    now: Moment,
) -> Result<Scene> {
    let (approval, project) = store::get(conn, &by.scope, id)?;
    by.may(Act::ChangeNetwork, &deeds::place(&approval, &project))?;
    deeds::not_ended(&project)?;
    let network = Network::of(conn, project.id)?;
    if seen.is_some() || !network.own(&approval).is_empty() {
        call::expect(seen, approval.version)?;
    }
    let unknown = items.iter().enumerate();
    let unknown = unknown.filter(|(_, item)| network.find(item).is_none());
    let findings: Vec<Finding> = unknown
        .map(|(at, item)| {
            let finding = Refusal::ItemNotInNetwork.finding(format!("/items/{at}"));
            finding.with("item", item)
        })
        .collect();
    none_of(findings)?;
    let wanted: BTreeSet<String> = items.iter().cloned().collect();
    let network = network.bound(id, wanted.clone());
    forecast::refuse_cycle(&network)?;
    let approval = store::save(conn, &approval)?;
    store::put_edges(conn, id, &wanted)?;
    let facts = match json!({ "items": wanted }) {
        Value::Object(facts) => facts,
        _ => Map::new(),
    };
    let today = settings.site.zone.day_of(now);
    let deed = (Deed::Bound, approval.version);
    let event = deeds::event(by, &approval, deed, (&facts, today), now)?;
    store::append(conn, &event)?;
    deeds::tell(conn, by, &approval, Deed::Bound, &facts, now)?;
    Ok(Scene { approval, project })
}

/// Returns one approval in scope.
///
/// # Errors
/// 404 `approval.missing`.
pub(crate) fn get(conn: &mut Conn, by: &Caller, id: Id) -> Result<Scene> {
    let (approval, project) = store::get(conn, &by.scope, id)?;
    Ok(Scene { approval, project })
}

/// Returns the network of a project in scope.
///
/// # Errors
/// 404 `project.missing`.
pub(crate) fn network(conn: &mut Conn, by: &Caller, project: Id) -> Result<(Project, Network)> {
    let project = projects::get(conn, &by.scope, project)?;
    let network = Network::of(conn, project.id)?;
    Ok((project, network))
}

/// Returns the approvals in scope, those due first before the others.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn list(
    conn: &mut Conn,
    by: &Caller,
    filter: &Filter,
    today: Day,
    paging: &Paging,
) -> Result<Page<(Approval, Project)>> {
    store::list(conn, &by.scope, filter, today, paging)
}

/// Tells the clock of an approval day by day, to today or to the day it was decided.
///
/// # Errors
/// 404 `approval.missing`, `approval.no_clock` while none has begun.
pub(crate) fn clock(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    id: Id,
    today: Day,
) -> Result<ClockStatement> {
    let (approval, _) = store::get(conn, &by.scope, id)?;
    let calendar = calendars::load(conn)?;
    let history = store::events(conn, id)?;
    let item = deeds::of_catalogue(&approval)?;
    let clock = owing::Count::of(settings, &calendar).clock(item, &history);
    let clock = clock.ok_or_else(|| Error::from(Refusal::NoClock))?;
    let last = approval.finished_on.map_or(today, |on| on.min(today));
    Ok(clock.statement(&calendar, last))
}

/// What the move of a project to a stage finds at the gate before it.
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    approval: Approval,
    /// What it still waits for.
    pub(crate) open: Vec<Finding>,
}

/// Returns a gate of a project the caller has seen; none when its network has none.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn gate(conn: &mut Conn, project: Id, item: &str) -> Result<Option<Gate>> {
    let network = Network::of(conn, project)?;
    let gate = network.find(item).map(|approval| Gate {
        approval: approval.clone(),
        open: network.findings(approval),
    });
    Ok(gate)
}

/// Opens or closes a gate, as the project goes through it or back.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn pass(
    conn: &mut Conn,
    by: &Caller,
    gate: Gate,
    through: bool,
    (now, today): (Moment, Day),
) -> Result<()> {
    let (state, deed) = if through {
        (State::Granted, Deed::Granted)
    } else {
        (State::NotSubmitted, Deed::Included)
    };
    if gate.approval.state == state {
        return Ok(());
    }
    let next = Approval {
        state,
        finished_on: through.then_some(today),
        ..gate.approval
    };
    let next = store::save(conn, &next)?;
    let facts = Map::new();
    let deeded = (deed, next.version);
    let event = deeds::event(by, &next, deeded, (&facts, today), now)?;
    store::append(conn, &event)?;
    deeds::tell(conn, by, &next, deed, &facts, now)
}
