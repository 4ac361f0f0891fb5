//! The ledger: who was told which step, which steps are over, which slots are posted.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::ladder::StepName;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::time::{Day, Moment};
use crate::store::Conn;
use crate::store::schema::{deadlines, ledger, ledger_steps, letters, posted_slots};

crate::words! {
    /// How a step ended.
    pub(crate) enum Outcome {
        /// Everyone it is for was told.
        Posted = "posted",
        /// It was passed over, for good.
        Skipped = "skipped",
    }
}

/// Deadline and due day: what a ladder is climbed for.
pub(super) type Climb = (String, Day);

/// Returns the moment of the last slot posted.
pub(super) fn last_slot(conn: &mut Conn) -> Result<Option<Moment>> {
    Ok(posted_slots::table
        .order(posted_slots::slot_at.desc())
        .select(posted_slots::slot_at)
        .first(conn)
        .optional()?)
}

/// Records that every letter of a slot is written.
pub(super) fn slot_posted(conn: &mut Conn, slot: Moment, now: Moment) -> Result<()> {
    let known: Option<Moment> = posted_slots::table
        .find(slot)
        .select(posted_slots::slot_at)
        .first(conn)
        .optional()?;
    if known.is_none() {
        diesel::insert_into(posted_slots::table)
            .values((
                posted_slots::slot_at.eq(slot),
                posted_slots::posted_at.eq(now),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Returns the steps that are over, by deadline and due day.
pub(super) fn steps_of(conn: &mut Conn, keys: &[String]) -> Result<BTreeMap<Climb, Vec<StepName>>> {
    let rows: Vec<(String, Day, String)> = ledger_steps::table
        .filter(ledger_steps::deadline_key.eq_any(keys))
        .select((
            ledger_steps::deadline_key,
            ledger_steps::due_on,
            ledger_steps::step,
        ))
        .load(conn)?;
    let mut steps: BTreeMap<Climb, Vec<StepName>> = BTreeMap::new();
    for (key, due_on, step) in rows {
        let climb = steps.entry((key, due_on)).or_default();
        climb.push(StepName::kept(step));
    }
    Ok(steps)
}

/// Records that a step is over.
pub(super) fn end_step(
    conn: &mut Conn,
    climb: &Climb,
    step: &StepName,
    outcome: Outcome,
    today: Day,
) -> Result<()> {
    diesel::insert_into(ledger_steps::table)
        .values((
            ledger_steps::deadline_key.eq(&climb.0),
            ledger_steps::due_on.eq(climb.1),
            ledger_steps::step.eq(step.as_str()),
            ledger_steps::outcome.eq(outcome),
            ledger_steps::recorded_on.eq(today),
        ))
        .execute(conn)?;
    Ok(())
}

/// What one person was told: deadline, due day, step.
pub(super) type Telling = (String, Day, String);

/// Returns what one person was already told of some deadlines.
pub(super) fn told_to(
    conn: &mut Conn,
    recipient: Id,
    keys: &[String],
) -> Result<BTreeSet<Telling>> {
    let rows: Vec<Telling> = ledger::table
        .filter(ledger::deadline_key.eq_any(keys))
        .filter(ledger::recipient_id.eq(recipient))
        .select((ledger::deadline_key, ledger::due_on, ledger::step))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Records that a person was told a step by a letter.
pub(super) fn tell(
    conn: &mut Conn,
    told: &Telling,
    recipient: Id,
    letter: Id,
    today: Day,
) -> Result<()> {
    diesel::insert_into(ledger::table)
        .values((
            ledger::deadline_key.eq(&told.0),
            ledger::due_on.eq(told.1),
            ledger::step.eq(&told.2),
            ledger::recipient_id.eq(recipient),
            ledger::letter_id.eq(letter),
            ledger::told_on.eq(today),
        ))
        .execute(conn)?;
    Ok(())
}

/// Returns those of some deadlines that are open, with their due days as they are now.
pub(super) fn open_among(conn: &mut Conn, keys: &[String]) -> Result<BTreeSet<Climb>> {
    let rows: Vec<Climb> = deadlines::table
        .filter(deadlines::key.eq_any(keys))
        .filter(deadlines::settled_at.is_null())
        .select((deadlines::key, deadlines::due_on))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Returns the letter of a dedup key.
pub(super) fn letter_of(conn: &mut Conn, dedup: &str) -> Result<Id> {
    Ok(letters::table
        .filter(letters::dedup_key.eq(dedup))
        .select(letters::id)
        .first(conn)?)
}
