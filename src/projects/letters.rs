//! The letter both sides of a hand-over get, with what is open.

use super::appointing::HandedOver;
use super::pillars::{self, Appointment};
use super::store::Project;
use crate::deadlines;
use crate::kernel::error::Result;
use crate::kernel::refused::Facts;
use crate::kernel::time::Moment;
use crate::mail::{self, Item, Letter, Urgency};
use crate::people::Account;
use crate::settings::Settings;
use crate::store::Conn;

/// Tells both who hands over and who takes over; a disabled account is told nothing.
///
/// # Errors
/// Only faults of the store.
pub(super) fn hand_over(
    conn: &mut Conn,
    settings: &Settings,
    project: &Project,
    (from, to): (&Account, &Account),
    term: &Appointment,
    open: &[HandedOver],
    now: Moment,
) -> Result<()> {
    let facts = Facts::none()
        .with("project", &project.name)
        .with("from", &from.name)
        .with("to", &to.name)
        .with("pillar", term.pillar)
        .with("day", term.from_on);
    let parts = pillars::people(conn, project.id)?;
    let item = |item: &HandedOver, link: &str| {
        let own = item.facts.iter();
        Item {
            project: Some(project.id),
            deadline: None,
            step: "hand_over".to_owned(),
            copy: false,
            due_on: Some(item.due_on),
            days_overdue: None,
            facts: own.fold(facts.clone(), |facts, (name, value)| {
                facts.with(name, value)
            }),
            title_key: deadlines::title_key(item.kind, &item.facts),
            reason_key: "appointment.told".to_owned(),
            link: Some(link.to_owned()),
        }
    };
    for person in [from, to].into_iter().filter(|person| person.is_enabled()) {
        // Who hands over the last part in a project sees it no longer: their link leads to their day.
        let link = if parts.include(person.id) {
            format!("/projects/{}", project.id)
        } else {
            "/".to_owned()
        };
        let letter = Letter {
            name: "hand_over",
            dedup: format!("hand_over:{}:{}", term.id, person.id),
            urgency: Urgency::Hours,
            slot_at: None,
            region: Some(project.region),
            facts: facts.clone(),
            items: open.iter().map(|open| item(open, &link)).collect(),
            link,
            more: 0,
        };
        mail::post(conn, settings, &letter, &person.recipient(), now)?;
    }
    Ok(())
}
