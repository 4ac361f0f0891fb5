//! Reading the outbox: who was told what, when and why. Never loads the messages themselves.

use std::collections::BTreeMap;

use diesel::prelude::*;
use mail_parser::MessageParser;
use serde::Serialize;

use super::letter::Told;
use super::outbox::{Ending, State};
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::page::{Page, Paging};
use crate::kernel::time::{Day, Moment};
use crate::store::schema::{accounts, letter_attempts, letter_items, letters};
use crate::store::{Conn, MultiBackend};

/// Whose letters are seen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sight {
    /// The recipient: one's own.
    pub(crate) id: Option<Id>,
    /// The region, for those who may read others' letters: those that concern its reach.
    pub(crate) reach: Option<Region>,
}

/// A letter as it is read; its message stays in the table.
#[derive(Debug, Clone, Queryable, Selectable, Serialize)]
#[diesel(table_name = letters)]
pub(crate) struct LetterRow {
    pub(crate) id: Id,
    pub(crate) letter: String,
    pub(crate) recipient_id: Id,
    pub(crate) recipient_name: String,
    pub(crate) address: String,
    pub(crate) subject: String,
    /// In angle brackets.
    pub(crate) message_id: String,
    pub(crate) slot_at: Option<Moment>,
    pub(crate) state: State,
    pub(crate) next_attempt_at: Option<Moment>,
    pub(crate) attempts: i64,
    pub(crate) created_at: Moment,
    pub(crate) settled_at: Option<Moment>,
}

/// One matter a letter told of.
#[derive(Debug, Clone)]
pub(crate) struct KeptItem {
    pub(crate) project: Option<Id>,
    pub(crate) deadline: Option<String>,
    pub(crate) step: String,
    pub(crate) copy: bool,
    pub(crate) due_on: Option<Day>,
    pub(crate) days_overdue: Option<i64>,
    /// What was owed and why it was told, to be said in any language.
    pub(crate) told: Told,
}

/// One attempt to deliver a letter.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = letter_attempts)]
pub(crate) struct Attempt {
    pub(crate) letter_id: Id,
    pub(crate) at: Moment,
    pub(crate) outcome: Ending,
    /// What the relay said, or what happened.
    pub(crate) detail: String,
}

/// A letter with all there is to know of it.
#[derive(Debug, Clone)]
pub(crate) struct KeptLetter {
    pub(crate) row: LetterRow,
    pub(crate) items: Vec<KeptItem>,
    /// Oldest first.
    pub(crate) attempts: Vec<Attempt>,
}

/// An address the relay refused for good more than once: it is most likely wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BouncedAddress {
    pub(crate) account: Id,
    pub(crate) address: String,
    pub(crate) bounces: i64,
}

/// Bounces of one address after which it counts as wrong.
const BOUNCES: i64 = 2;

type Seen = Box<
    dyn BoxableExpression<
            letters::table,
            MultiBackend,
            SqlType = diesel::sql_types::Nullable<diesel::sql_types::Bool>,
        >,
>;

fn seen(sight: Sight) -> Seen {
    let own = letters::recipient_id.nullable().eq(sight.id);
    let Some(reach) = sight.reach else {
        return Box::new(own);
    };
    let (first, last) = reach.reach();
    Box::new(letters::region.between(Some(first), Some(last)).or(own))
}

/// Returns letters in sight, newest first, only those in one state where it is named. The cursor has
/// one key, the id.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn letters(
    conn: &mut Conn,
    sight: Sight,
    state: Option<State>,
    paging: &Paging,
) -> Result<Page<KeptLetter>> {
    let matching = || {
        let query = letters::table.filter(seen(sight)).into_boxed();
        match state {
            Some(state) => query.filter(letters::state.eq(state)),
            None => query,
        }
    };
    let mut query = matching()
        .order(letters::id.desc())
        .limit(paging.limit.saturating_add(1))
        .select(LetterRow::as_select());
    if let Some(after) = paging.key(0) {
        query = query.filter(letters::id.lt(after.to_owned()));
    }
    let total = if paging.with_total {
        Some(matching().count().get_result(conn)?)
    } else {
        None
    };
    let rows: Vec<LetterRow> = query.load(conn)?;
    let page = paging.page("letters", rows, total, |row| vec![row.id.to_string()]);
    let ids: Vec<Id> = page.items.iter().map(|row| row.id).collect();
    let mut items = items_of(conn, &ids)?;
    let mut attempts = attempts_of(conn, &ids)?;
    Ok(page.map(|row| KeptLetter {
        items: items.remove(&row.id).unwrap_or_default(),
        attempts: attempts.remove(&row.id).unwrap_or_default(),
        row,
    }))
}

/// Returns one letter in sight.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn letter(conn: &mut Conn, sight: Sight, id: Id) -> Result<Option<KeptLetter>> {
    let row: Option<LetterRow> = letters::table
        .filter(letters::id.eq(id))
        .filter(seen(sight))
        .select(LetterRow::as_select())
        .first(conn)
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(KeptLetter {
        items: items_of(conn, &[id])?.remove(&id).unwrap_or_default(),
        attempts: attempts_of(conn, &[id])?.remove(&id).unwrap_or_default(),
        row,
    }))
}

/// Returns the words a letter went out with, its text without the form of mail; nothing for one that
/// could not be made. The caller has already seen the letter in sight.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn letter_text(conn: &mut Conn, id: Id) -> Result<Option<String>> {
    let bytes: String = letters::table.find(id).select(letters::bytes).first(conn)?;
    let message = MessageParser::default().parse(&bytes);
    Ok(message.and_then(|message| Some(message.body_text(0)?.into_owned())))
}

/// Returns the letters in some states, or in any when none is named, newest first.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn outbox_list(
    conn: &mut Conn,
    states: &[State],
    paging: &Paging,
) -> Result<Page<LetterRow>> {
    let mut query = letters::table
        .order(letters::id.desc())
        .limit(paging.limit.saturating_add(1))
        .select(LetterRow::as_select())
        .into_boxed();
    if !states.is_empty() {
        query = query.filter(letters::state.eq_any(states.to_vec()));
    }
    if let Some(after) = paging.key(0) {
        query = query.filter(letters::id.lt(after.to_owned()));
    }
    let rows: Vec<LetterRow> = query.load(conn)?;
    Ok(paging.page("outbox", rows, None, |row| vec![row.id.to_string()]))
}

/// Returns the present addresses of accounts that the relay refused for good at least twice.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn bounced_addresses(conn: &mut Conn) -> Result<Vec<BouncedAddress>> {
    let rows: Vec<(Id, String, i64)> = letters::table
        .inner_join(
            accounts::table.on(accounts::id
                .eq(letters::recipient_id)
                .and(accounts::email.eq(letters::address))),
        )
        .filter(letters::state.eq(State::Bounced))
        .filter(accounts::disabled_at.is_null())
        .group_by((letters::recipient_id, letters::address))
        .having(diesel::dsl::count_star().ge(BOUNCES))
        .order(letters::recipient_id)
        .select((
            letters::recipient_id,
            letters::address,
            diesel::dsl::count_star(),
        ))
        .load(conn)?;
    let addresses = rows
        .into_iter()
        .map(|(account, address, bounces)| BouncedAddress {
            account,
            address,
            bounces,
        });
    Ok(addresses.collect())
}

/// Returns the items of some letters, each letter's in order.
pub(super) fn items_of(conn: &mut Conn, ids: &[Id]) -> Result<BTreeMap<Id, Vec<KeptItem>>> {
    #[derive(Queryable, Selectable)]
    #[diesel(table_name = letter_items)]
    struct Row {
        letter_id: Id,
        project_id: Option<Id>,
        deadline_key: Option<String>,
        step: String,
        copy: bool,
        due_on: Option<Day>,
        days_overdue: Option<i64>,
        reason: String,
    }
    let rows: Vec<Row> = letter_items::table
        .filter(letter_items::letter_id.eq_any(ids.to_vec()))
        .order((letter_items::letter_id, letter_items::position))
        .select(Row::as_select())
        .load(conn)?;
    let mut items: BTreeMap<Id, Vec<KeptItem>> = BTreeMap::new();
    for row in rows {
        items.entry(row.letter_id).or_default().push(KeptItem {
            project: row.project_id,
            deadline: row.deadline_key,
            step: row.step,
            copy: row.copy,
            due_on: row.due_on,
            days_overdue: row.days_overdue,
            told: serde_json::from_str(&row.reason).map_err(Error::broken)?,
        });
    }
    Ok(items)
}

fn attempts_of(conn: &mut Conn, ids: &[Id]) -> Result<BTreeMap<Id, Vec<Attempt>>> {
    let rows: Vec<Attempt> = letter_attempts::table
        .filter(letter_attempts::letter_id.eq_any(ids.to_vec()))
        .order((letter_attempts::letter_id, letter_attempts::number))
        .select(Attempt::as_select())
        .load(conn)?;
    let mut attempts: BTreeMap<Id, Vec<Attempt>> = BTreeMap::new();
    for row in rows {
        attempts.entry(row.letter_id).or_default().push(row);
    }
    Ok(attempts)
}
