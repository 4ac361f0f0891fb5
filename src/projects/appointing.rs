//! The pillars leader and owner: one person each, appointed for a term that ends with a hand-over.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actions::{is_under_dispatch, refuse_ended};
use super::charter::charter;
use super::fields::filled;
use super::letters;
use super::pillars::{self, Appointment};
use super::refusal::Refusal;
use super::rules::{self, Gap, Pillar};
use super::store::{self, Project};
use super::{filled_pillar, seen_pillar};
use crate::deadlines::{self, DeadlineKind};
use crate::journal::{self, Deed};
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::refused::{Facts, Finding, none_of};
use crate::kernel::time::{Day, Moment};
use crate::people::caller::Caller;
use crate::people::role::Act;
use crate::people::{Account, Named, find_named};
use crate::settings::Settings;
use crate::store::Conn;

/// Whom to appoint.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppointmentBody {
    pub(crate) person_id: Option<Id>,
    /// In the stead of `person_id`.
    #[schema(max_length = 254)]
    pub(crate) email: Option<String>,
    /// Required to replace somebody.
    #[schema(max_length = 2000)]
    pub(crate) reason: Option<String>,
}

/// Something that was open when one person handed over to another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct HandedOver {
    /// Key of the deadline.
    pub(crate) key: String,
    pub(crate) kind: DeadlineKind,
    pub(crate) subject_id: String,
    pub(crate) due_on: Day,
    /// What fills the words: quarter, name of the milestone, title of the blocker.
    #[schema(value_type = Object)]
    pub(crate) facts: Facts,
}

/// A term and its person.
pub(crate) type Term = (Appointment, Account);

/// Appoints the leader or the owner. Who has the post already hands over today: the earlier term
/// ends on the day the later begins, with what is open named; appointing the same person again
/// changes nothing. Returns the term, and whether it is the project's first.
///
/// # Errors
/// 404 `project.missing`; 403 `act.forbidden`; 412 and 428 by version; 409 `project.ended`; 422
/// with all findings, or `project.would_break_pillar` with the gaps under dispatch.
#[expect(clippy::too_many_arguments, reason = "which pillar is one of them")]
pub(crate) fn appoint(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    id: Id,
    pillar: Pillar,
    seen: Option<i64>,
    body: &AppointmentBody,
    now: Moment,
) -> Result<(Term, bool)> {
    let mut project = store::get(conn, &by.scope, id)?;
    by.may(Act::Appoint, &project.place())?;
    let latest = pillars::latest_term(conn, id, pillar)?;
    let number = latest.as_ref().map(|(term, _)| term.number);
    seen_pillar(seen, number)?;
    refuse_ended(&project)?;

    let person = fit(conn, &project, pillar, body, latest.as_ref())?;
    if let Some((term, _)) = latest.as_ref().filter(|(_, held)| held.id == person.id) {
        return Ok(((term.clone(), person), false));
    }

    let today = settings.site.zone.day_of(now);
    filled_pillar(conn, id, pillar, now)?;
    let (from_on, open) = match &latest {
        Some((before, _)) => {
            let on = today.max(before.from_on);
            pillars::end_term(conn, before.id, on)?;
            (on, open_items(conn, id)?)
        }
        None => (today, Vec::new()),
    };
    let term = Appointment {
        id: Id::new(),
        project_id: id,
        pillar,
        number: number.unwrap_or_default().saturating_add(1),
        account_id: person.id,
        from_on,
        to_on: None,
        reason: filled(body.reason.as_deref()).map(str::to_owned),
        handed_over: serde_json::to_string(&open).map_err(Error::broken)?,
        made_by: by.mark(),
        made_at: now,
    };
    pillars::insert_term(conn, &term)?;
    pillars::write_people(conn, id)?;
    charter(conn, &project)?.fill(&mut project);
    store::save_pillars(conn, &project, now)?;

    let deed = Deed::on_project(deed(pillar, latest.is_some()), id, term.id)
        .with("from", latest.as_ref().map(|(_, before)| before.id))
        .with("to", person.id)
        .with("name", &person.name)
        .with("day", from_on)
        .with("reason", &term.reason)
        .with("handed_over", &open);
    journal::record(conn, &by.actor(), &deed, now)?;
    if let Some((_, before)) = &latest {
        let both = (before, &person);
        letters::hand_over(conn, settings, &project, both, &term, &open, now)?;
    }
    Ok(((term, person), latest.is_none()))
}

/// Returns the present leader or owner.
///
/// # Errors
/// 404 `project.missing`, `pillar.empty`.
pub(crate) fn appointed(conn: &mut Conn, by: &Caller, id: Id, pillar: Pillar) -> Result<Term> {
    let project = store::get(conn, &by.scope, id)?;
    let latest = pillars::latest_term(conn, project.id, pillar)?;
    latest.ok_or_else(|| Refusal::PillarEmpty.into())
}

/// Returns every term of a leader or owner, oldest first.
///
/// # Errors
/// 404 `project.missing`.
pub(crate) fn terms(conn: &mut Conn, by: &Caller, id: Id, pillar: Pillar) -> Result<Vec<Term>> {
    let project = store::get(conn, &by.scope, id)?;
    pillars::terms_of(conn, project.id, pillar)
}

/// Returns what was open when a term began.
pub(crate) fn handed_over(term: &Appointment) -> Vec<HandedOver> {
    serde_json::from_str(&term.handed_over).unwrap_or_default()
}

/// Finds the person and holds them against the rules: a draft's leader may still lack a post, a
/// leader of a project under dispatch nothing.
fn fit(
    conn: &mut Conn,
    project: &Project,
    pillar: Pillar,
    body: &AppointmentBody,
    latest: Option<&Term>,
) -> Result<Account> {
    let named = Named::new(body.person_id, body.email.as_deref());
    let mut findings = Vec::new();
    let person = find_named(conn, &named, "", &mut findings)?;
    let other = match pillar {
        Pillar::Leader => Pillar::Owner,
        _ => Pillar::Leader,
    };
    let other = pillars::latest_term(conn, project.id, other)?;
    let other = other.map(|(term, _)| term.account_id);
    let mut gaps = Vec::new();
    if let Some(person) = &person {
        gaps = match pillar {
            Pillar::Leader => {
                let mut gaps = rules::leader_gaps(Some(person));
                if other == Some(person.id) {
                    gaps.push(Gap::OwnerIsLeader.finding("/person_id"));
                }
                gaps
            }
            _ => rules::owner_gaps(Some(person), other),
        };
        let is_same = latest.is_some_and(|(term, _)| term.account_id == person.id);
        if latest.is_some() && !is_same && filled(body.reason.as_deref()).is_none() {
            findings.push(Refusal::AppointmentReasonRequired.finding("/reason"));
        }
    }
    for gap in &mut gaps {
        gap.pointer = named.pointer("");
    }
    let (breaking, lacking): (Vec<Finding>, Vec<Finding>) = gaps.into_iter().partition(|gap| {
        gap.code == Gap::LeaderNotALead.code()
            || gap.code == Gap::OwnerNotALead.code()
            || gap.code == Gap::OwnerIsLeader.code()
    });
    findings.extend(breaking);
    none_of(findings)?;
    if is_under_dispatch(project) && !lacking.is_empty() {
        return Err(Refusal::WouldBreakPillar.refused().listing(lacking).into());
    }
    person.ok_or_else(|| Error::broken("a person was neither found nor refused"))
}

/// Returns what is owed on a project now: blockers, reports, next milestones.
fn open_items(conn: &mut Conn, project: Id) -> Result<Vec<HandedOver>> {
    let open = deadlines::open_of_project(conn, project)?;
    let item = |row: deadlines::Deadline| -> Result<HandedOver> {
        Ok(HandedOver {
            facts: row.read_facts()?,
            key: row.key,
            kind: row.kind,
            subject_id: row.subject_id,
            due_on: row.due_on,
        })
    };
    // A review and a missing pillar are owed by coordinators, whoever leads the project.
    let is_handed_over = |row: &deadlines::Deadline| {
        !matches!(row.kind, DeadlineKind::ReportReview | DeadlineKind::Pillar)
    };
    let open = open.into_iter().filter(is_handed_over);
    open.map(item).collect()
}

fn deed(pillar: Pillar, is_replaced: bool) -> &'static str {
    match (pillar, is_replaced) {
        (Pillar::Leader, false) => "leader.appointed",
        (Pillar::Leader, true) => "leader.replaced",
        (_, false) => "owner.appointed",
        (_, true) => "owner.replaced",
    }
}
