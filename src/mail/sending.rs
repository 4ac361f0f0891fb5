//! Claiming letters that are due and settling what became of them: the SQL of the postman.
//!
//! A letter changes hands by conditional updates alone. Whoever claims it leaves a token and a lease;
//! a lease that ran out means its holder is gone and may have delivered it.

use std::time::Duration;

use diesel::prelude::*;

use super::letter::Urgency;
use super::message::envelope_sender;
use super::outbox::{Ending, NewAttempt, State};
use super::reading::{KeptItem, items_of};
use super::retry::{Standing, Verdict, verdict};
use super::transport::{Outcome, Parcel};
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::time::Moment;
use crate::settings::mail::MailSettings;
use crate::store::Conn;
use crate::store::schema::{accounts, letter_attempts, letters};

/// Whether letters that keep working hours may leave now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hours {
    /// It is a working hour.
    Open,
    /// It is not: only what goes at once leaves.
    Closed,
}

/// A letter in the hands of this postman.
#[derive(Debug, Clone)]
pub(super) struct Claimed {
    pub(super) parcel: Parcel,
    pub(super) standing: Standing,
    /// Proves the claim.
    pub(super) token: Id,
}

/// What one look at the outbox found.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) claimed: Option<Claimed>,
    /// How many due letters it looked at; none means there are no more.
    pub(super) seen: usize,
    pub(super) cancelled: usize,
}

/// What a claim needs to know besides the outbox.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    pub(super) now: Moment,
    pub(super) hours: Hours,
    /// How long the claim holds: longer than any attempt can take.
    pub(super) lease: Duration,
    /// How long a letter is tried, from its first attempt.
    pub(super) life: Duration,
}

/// How many due letters one claim looks at: more than one, as those cancelled on the way are many
/// after a pause or a flood of answers.
const LOOK: usize = 8;

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = letters)]
struct Due {
    id: Id,
    recipient_id: Id,
    state: State,
    next_attempt_at: Option<Moment>,
    attempts: i64,
    doubts: i64,
    expires_at: Option<Moment>,
}

/// Claims the first letter that is due, cancelling those before it that nobody needs any more.
pub(super) fn claim(
    conn: &mut Conn,
    settings: &MailSettings,
    terms: &Terms,
    still_wanted: &dyn Fn(&mut Conn, &[KeptItem]) -> Result<bool>,
) -> Result<Batch> {
    let from = settings.sender().map_err(Error::broken)?;
    let mut batch = Batch::default();
    for due in due(conn, terms)? {
        batch.seen += 1;
        if !is_wanted(conn, &due, still_wanted)? {
            cancel(conn, &due, terms.now)?;
            batch.cancelled += 1;
            continue;
        }
        let token = Id::new();
        let attempts = due.attempts.saturating_add(1);
        let expires_at = due.expires_at.unwrap_or_else(|| terms.now.plus(terms.life));
        let changed = diesel::update(letters::table.find(due.id))
            .filter(letters::state.eq(due.state))
            .filter(letters::next_attempt_at.eq(due.next_attempt_at))
            .set((
                letters::state.eq(State::Sending),
                letters::claim.eq(Some(token)),
                letters::next_attempt_at.eq(Some(terms.now.plus(terms.lease))),
                letters::attempts.eq(attempts),
                letters::expires_at.eq(Some(expires_at)),
            ))
            .execute(conn)?;
        if changed == 1 {
            let (address, message_id, bytes): (String, String, String) = letters::table
                .find(due.id)
                .select((letters::address, letters::message_id, letters::bytes))
                .first(conn)?;
            batch.claimed = Some(Claimed {
                token,
                standing: Standing {
                    id: due.id,
                    attempts,
                    doubts: due.doubts,
                    expires_at,
                },
                parcel: Parcel {
                    from: envelope_sender(due.id, &from),
                    to: address,
                    message_id,
                    bytes: bytes.into_bytes(),
                },
            });
            break;
        }
    }
    Ok(batch)
}

/// Returns the letters that are due, state by state, so that each look follows the index.
fn due(conn: &mut Conn, terms: &Terms) -> Result<Vec<Due>> {
    let mut found = Vec::new();
    for state in [State::Retry, State::Ambiguous, State::Pending] {
        let room = LOOK.saturating_sub(found.len());
        let mut due = letters::table
            .filter(letters::state.eq(state))
            .filter(letters::next_attempt_at.le(Some(terms.now)))
            .into_boxed();
        if terms.hours == Hours::Closed {
            due = due.filter(letters::urgency.eq(Urgency::Now));
        }
        let due: Vec<Due> = due
            .order((letters::next_attempt_at, letters::id))
            .limit(i64::try_from(room).unwrap_or(i64::MAX))
            .select(Due::as_select())
            .load(conn)?;
        found.extend(due);
    }
    Ok(found)
}

fn is_wanted(
    conn: &mut Conn,
    due: &Due,
    still_wanted: &dyn Fn(&mut Conn, &[KeptItem]) -> Result<bool>,
) -> Result<bool> {
    let enabled = accounts::table
        .find(due.recipient_id)
        .filter(accounts::disabled_at.is_null());
    if !diesel::select(diesel::dsl::exists(enabled)).get_result(conn)? {
        return Ok(false);
    }
    let mut items = items_of(conn, &[due.id])?;
    still_wanted(conn, &items.remove(&due.id).unwrap_or_default())
}

fn cancel(conn: &mut Conn, due: &Due, now: Moment) -> Result<()> {
    diesel::update(letters::table.find(due.id))
        .filter(letters::state.eq(due.state))
        .set((
            letters::state.eq(State::Cancelled),
            letters::next_attempt_at.eq(None::<Moment>),
            letters::settled_at.eq(Some(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Settles an attempt. Returns what became of the letter, or nothing when the claim no longer held:
/// then somebody else already took it for one that may have been delivered.
pub(super) fn settle(
    conn: &mut Conn,
    settings: &MailSettings,
    claimed: &Claimed,
    outcome: &Outcome,
    now: Moment,
) -> Result<Option<State>> {
    let base = base(settings);
    let verdict = verdict(outcome, &claimed.standing, base, now);
    let held = record(
        conn,
        &claimed.standing,
        claimed.token,
        &verdict,
        outcome,
        now,
    )?;
    if held
        && matches!(
            outcome,
            Outcome::Retry {
                relay_wide: true,
                ..
            }
        )
    {
        put_off(conn, now, now.plus(base))?;
    }
    Ok(held.then_some(verdict.state))
}

/// Takes letters whose holder is gone for ones that may have been delivered. Returns how many.
pub(super) fn take_back(conn: &mut Conn, settings: &MailSettings, now: Moment) -> Result<usize> {
    type Row = (Id, Option<Id>, i64, i64, Option<Moment>);
    let lapsed: Vec<Row> = letters::table
        .filter(letters::state.eq(State::Sending))
        .filter(letters::next_attempt_at.le(Some(now)))
        .order((letters::next_attempt_at, letters::id))
        .select((
            letters::id,
            letters::claim,
            letters::attempts,
            letters::doubts,
            letters::expires_at,
        ))
        .limit(100)
        .load(conn)?;
    let count = lapsed.len();
    for (id, token, attempts, doubts, expires_at) in lapsed {
        let standing = Standing {
            id,
            attempts,
            doubts,
            expires_at: expires_at.unwrap_or(now),
        };
        let outcome = Outcome::Ambiguous {
            why: "the process that sent it ended before it knew the answer".to_owned(),
        };
        let verdict = verdict(&outcome, &standing, base(settings), now);
        record(
            conn,
            &standing,
            token.unwrap_or_default(),
            &verdict,
            &outcome,
            now,
        )?;
    }
    Ok(count)
}

/// Writes a verdict and its attempt, if the claim still holds.
fn record(
    conn: &mut Conn,
    standing: &Standing,
    token: Id,
    verdict: &Verdict,
    outcome: &Outcome,
    now: Moment,
) -> Result<bool> {
    let settled_at = verdict.next_attempt_at.is_none().then_some(now);
    let changed = diesel::update(letters::table.find(standing.id))
        .filter(letters::state.eq(State::Sending))
        .filter(letters::claim.eq(Some(token)))
        .set((
            letters::state.eq(verdict.state),
            letters::claim.eq(None::<Id>),
            letters::next_attempt_at.eq(verdict.next_attempt_at),
            letters::doubts.eq(verdict.doubts),
            letters::settled_at.eq(settled_at),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Ok(false);
    }
    let (Outcome::Sent { reply: detail }
    | Outcome::Retry { why: detail, .. }
    | Outcome::Bounced { why: detail }
    | Outcome::Ambiguous { why: detail }) = outcome;
    let ending: Ending = verdict.ending;
    diesel::insert_into(letter_attempts::table)
        .values(NewAttempt {
            letter_id: standing.id,
            number: standing.attempts,
            at: now,
            outcome: ending,
            detail,
        })
        .execute(conn)?;
    Ok(true)
}

/// Lets everything that is due rest: the relay itself is in trouble, and every letter would meet it.
fn put_off(conn: &mut Conn, now: Moment, until: Moment) -> Result<()> {
    for state in [State::Pending, State::Retry, State::Ambiguous] {
        diesel::update(letters::table)
            .filter(letters::state.eq(state))
            .filter(letters::next_attempt_at.le(Some(now)))
            .set(letters::next_attempt_at.eq(Some(until)))
            .execute(conn)?;
    }
    Ok(())
}

fn base(settings: &MailSettings) -> Duration {
    Duration::from_secs(u64::from(settings.retry_seconds.max(1)))
}
