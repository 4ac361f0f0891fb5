//! Turns an envelope of the digest into the letter mail sends, with the reason of every item in
//! words of its own.

use std::collections::BTreeMap;

use super::audience::Reason;
use super::digest::{Envelope, Notice};
use super::posting::Slot;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::refused::Facts;
use crate::kernel::time::{Day, Zone};
use crate::mail::{Item, Letter, Urgency};

/// What a letter says of one deadline, whoever it is told to.
#[derive(Debug, Clone)]
pub(super) struct Matter {
    pub(super) project: Id,
    /// Where it is answered, as a path under the site's address.
    pub(super) link: String,
    pub(super) place: Region,
    pub(super) due_on: Day,
    /// The deadline's own facts, and the project's name.
    pub(super) facts: Facts,
    pub(super) title_key: String,
}

/// The matters of a sweep, by the deadline's key.
pub(super) type Matters = BTreeMap<String, Matter>;

/// Something told to somebody of a deadline, by its key.
pub(super) type Told = Notice<Id, String>;

/// Returns what makes a letter this one and no other. A digest is one per person and slot; any other
/// is one per deadline, due day, step and person, as the ledger has it.
pub(super) fn dedup(
    envelope: &Envelope<Id, String>,
    matters: &Matters,
    slot: Option<Slot>,
) -> String {
    let person = envelope.person;
    let first = envelope.items.first();
    match (envelope.is_digest, first, slot) {
        (false, Some(item), _) => {
            let due_on = matters.get(&item.deadline).map(|matter| matter.due_on);
            let due_on = due_on.map(|day| day.to_string()).unwrap_or_default();
            let step = &item.reason().step;
            format!("step/{}/{due_on}/{step}/{person}", item.deadline)
        }
        (_, _, Some(slot)) => format!("digest/{}/{}/{person}", slot.on, slot.at),
        (_, _, None) => format!("digest/{person}"),
    }
}

/// Returns the letter of an envelope.
pub(super) fn letter(
    envelope: &Envelope<Id, String>,
    matters: &Matters,
    slot: Option<Slot>,
    zone: Zone,
) -> Letter {
    let about = |told: &Told| matters.get(&told.deadline);
    let all = || envelope.items.iter().chain(&envelope.rest);
    let link = match (envelope.items.as_slice(), envelope.rest.is_empty()) {
        ([only], true) => about(only).map(|matter| matter.link.clone()),
        _ => None,
    };
    Letter {
        name: envelope.letter.as_str(),
        dedup: dedup(envelope, matters, slot),
        urgency: if slot.is_some() {
            Urgency::Slot
        } else {
            Urgency::Hours
        },
        slot_at: slot.map(|slot| slot.moment(zone)),
        region: Region::common(all().filter_map(about).map(|matter| matter.place)),
        facts: Facts::none(),
        link: link.unwrap_or_else(|| "/".to_owned()),
        items: envelope
            .items
            .iter()
            .filter_map(|told| Some(item(told, about(told)?)))
            .collect(),
        more: envelope.rest.len(),
    }
}

fn item(told: &Told, matter: &Matter) -> Item {
    let reason = told.reason();
    let facts = matter
        .facts
        .clone()
        .with("ladder", &reason.ladder)
        .with("policy_version", reason.policy_version)
        .with("audience", reason.audience)
        .with("in_place_of", reason.in_place_of);
    Item {
        project: Some(matter.project),
        deadline: Some(told.deadline.clone()),
        step: reason.step.to_string(),
        copy: told.recipient.is_copy,
        due_on: Some(matter.due_on),
        days_overdue: Some(told.days_overdue),
        facts,
        title_key: matter.title_key.clone(),
        reason_key: reason_key(reason),
        link: Some(matter.link.clone()),
    }
}

/// Who stands in is told whose place it is, everybody else in which part they are told.
fn reason_key(reason: &Reason) -> String {
    match reason.in_place_of {
        Some(missing) => format!("reason.instead_of.{missing}"),
        None => format!("reason.{}", reason.audience),
    }
}
