//! The letter that tells of a returned report: to the person who filed it, and to the owner.

use diesel::prelude::*;

use super::scene::Scene;
use super::store::{Reason, Report};
use crate::deadlines::{self, Unit};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::refused::Facts;
use crate::kernel::time::Moment;
use crate::mail::{self, Item, Letter, Urgency};
use crate::people::Account;
use crate::projects;
use crate::settings::Settings;
use crate::store::Conn;
use crate::store::schema::accounts;

/// Tells whoever filed a returned report, and the owner, what is wrong with it and by when it is owed
/// again.
///
/// # Errors
/// Only faults of the store.
pub(super) fn tell_returned(
    conn: &mut Conn,
    settings: &Settings,
    scene: &Scene,
    report: &Report,
    reasons: &[Reason],
    now: Moment,
) -> Result<()> {
    let owner = projects::people(conn, scene.project.id)?.owner;
    let told: Vec<Id> = [report.filed_by, owner].into_iter().flatten().collect();
    let people: Vec<Account> = accounts::table
        .filter(accounts::id.eq_any(told))
        .filter(accounts::disabled_at.is_null())
        .order(accounts::id)
        .select(Account::as_select())
        .load(conn)?;
    let days = settings.reports.return_working_days;
    let due = deadlines::due(&scene.calendar, scene.today, days, Unit::Working);
    let notes: Vec<&str> = reasons.iter().map(|reason| reason.note.trim()).collect();
    let facts = Facts::none()
        .with("project", &scene.project.name)
        .with("quarter", scene.quarter())
        .with("notes", notes.join("; "));
    let link = format!("/projects/{}/reports/{}", scene.project.id, scene.quarter());
    for person in people {
        let item = Item {
            project: Some(scene.project.id),
            deadline: None,
            step: "returned".to_owned(),
            copy: false,
            due_on: Some(due.on),
            days_overdue: Some(days.saturating_neg()),
            facts: facts.clone(),
            title_key: "report.letter.title".to_owned(),
            reason_key: "report.letter.reason".to_owned(),
            link: Some(link.clone()),
        };
        let letter = Letter {
            name: "report_returned",
            dedup: format!(
                "report_returned:{}:{}:{}",
                report.id, report.number, person.id
            ),
            urgency: Urgency::Hours,
            slot_at: None,
            region: Some(scene.project.region),
            facts: facts.clone(),
            link: link.clone(),
            items: vec![item],
            more: 0,
        };
        mail::post(conn, settings, &letter, &person.recipient(), now)?;
    }
    Ok(())
}
