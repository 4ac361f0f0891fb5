//! The outbox: letters wait here from the unit that wrote them until they have left.
//!
//! `post` is the only way in. A letter is put into words and bytes once, when it is written; no
//! attempt changes them.

use diesel::prelude::*;
use serde_json::json;

use super::letter::{Letter, Recipient, Urgency};
use super::message::{compose, message_id};
use super::render::render;
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::time::{Day, Moment};
use crate::settings::Settings;
use crate::store::Conn;
use crate::store::schema::{letter_attempts, letter_items, letters};

crate::words! {
    /// Where a letter stands.
    pub(crate) enum State as "LetterState" {
        /// Written, not attempted yet.
        Pending = "pending",
        /// Somebody is delivering it.
        Sending = "sending",
        /// The relay took responsibility for it.
        Sent = "sent",
        /// An attempt failed; another follows.
        Retry = "retry",
        /// The relay refuses it for good.
        Bounced = "bounced",
        /// It may have been accepted; it is sent once more under the same Message-ID.
        Ambiguous = "ambiguous",
        /// Given up.
        Dead = "dead",
        /// No longer wanted before it left.
        Cancelled = "cancelled",
        /// Kept back until an administrator releases it.
        Held = "held",
    }
}

crate::words! {
    /// How one attempt ended.
    pub(crate) enum Ending {
        /// Accepted.
        Sent = "sent",
        /// Not accepted, to be tried again.
        Retry = "retry",
        /// Refused for good.
        Bounced = "bounced",
        /// Perhaps accepted.
        Ambiguous = "ambiguous",
    }
}

#[derive(Insertable)]
#[diesel(table_name = letters)]
struct NewLetter<'a> {
    id: Id,
    dedup_key: &'a str,
    letter: &'a str,
    recipient_id: Id,
    recipient_name: &'a str,
    address: &'a str,
    region: Option<Region>,
    subject: &'a str,
    message_id: String,
    bytes: &'a str,
    urgency: Urgency,
    slot_at: Option<Moment>,
    state: State,
    next_attempt_at: Option<Moment>,
    attempts: i64,
    doubts: i64,
    created_at: Moment,
    settled_at: Option<Moment>,
}

#[derive(Insertable)]
#[diesel(table_name = letter_items)]
struct NewItem<'a> {
    letter_id: Id,
    position: i64,
    project_id: Option<Id>,
    deadline_key: Option<&'a str>,
    step: &'a str,
    copy: bool,
    due_on: Option<Day>,
    days_overdue: Option<i64>,
    reason: String,
}

#[derive(Insertable)]
#[diesel(table_name = letter_attempts)]
pub(super) struct NewAttempt<'a> {
    pub(super) letter_id: Id,
    pub(super) number: i64,
    pub(super) at: Moment,
    pub(super) outcome: Ending,
    pub(super) detail: &'a str,
}

/// Writes a letter into the outbox, in the unit of the deed it tells of. Returns false, and writes
/// nothing, when a letter with the same dedup key was written before.
///
/// An address that mail cannot use does not fail the deed: the letter is kept as bounced, where it
/// is seen.
///
/// # Errors
/// Only faults of the store and of the settings.
pub(crate) fn post(
    conn: &mut Conn,
    settings: &Settings,
    letter: &Letter,
    to: &Recipient,
    now: Moment,
) -> Result<bool> {
    let same = letters::table.filter(letters::dedup_key.eq(&letter.dedup));
    if diesel::select(diesel::dsl::exists(same)).get_result(conn)? {
        return Ok(false);
    }
    let id = Id::new();
    let from = settings.mail.sender().map_err(Error::broken)?;
    let words = render(letter, to, &settings.site.base_url)?;
    let bytes = compose(id, &from, to, &words, now)?;
    let usable = bytes.is_some();
    diesel::insert_into(letters::table)
        .values(NewLetter {
            id,
            dedup_key: &letter.dedup,
            letter: letter.name,
            recipient_id: to.id,
            recipient_name: &to.name,
            address: &to.address,
            region: letter.region,
            subject: &words.subject,
            message_id: message_id(id, &from),
            bytes: bytes.as_deref().unwrap_or_default(),
            urgency: letter.urgency,
            slot_at: letter.slot_at,
            state: if usable {
                State::Pending
            } else {
                State::Bounced
            },
            next_attempt_at: usable.then(|| letter.slot_at.unwrap_or(now).max(now)),
            attempts: i64::from(!usable),
            doubts: 0,
            created_at: now,
            settled_at: (!usable).then_some(now),
        })
        .execute(conn)?;
    if !usable {
        let attempt = NewAttempt {
            letter_id: id,
            number: 1,
            at: now,
            outcome: Ending::Bounced,
            detail: "the recipient's address is no mail address",
        };
        diesel::insert_into(letter_attempts::table)
            .values(attempt)
            .execute(conn)?;
    }
    for (item, position) in letter.items.iter().zip(0..) {
        diesel::insert_into(letter_items::table)
            .values(NewItem {
                letter_id: id,
                position,
                project_id: item.project,
                deadline_key: item.deadline.as_deref(),
                step: &item.step,
                copy: item.copy,
                due_on: item.due_on,
                days_overdue: item.days_overdue,
                reason: json!(item.told()).to_string(),
            })
            .execute(conn)?;
    }
    Ok(true)
}
