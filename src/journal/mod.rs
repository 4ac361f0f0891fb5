//! The journal: who did what when, written in the same unit as the deed and hash-chained, one chain
//! per project and one `site` chain for the rest.
//!
//! Entries are only ever appended; the database refuses to change or delete one.

use diesel::prelude::*;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::page::{Page, Paging};
use crate::kernel::refused::Facts;
use crate::kernel::time::Moment;
use crate::store::Conn;
use crate::store::schema::{journal_entries, journal_heads};
use crate::text::{Lang, say};

/// Chain of what belongs to no project.
const SITE: &str = "site";
/// What the first entry of a chain has for its predecessor's hash.
const GENESIS: &str = "0";
/// Entries read at once while verifying.
const BATCH: i64 = 1000;

/// Who did it, and by which way.
#[derive(Debug, Clone)]
pub(crate) struct Actor {
    /// The account; none for the system itself.
    pub(crate) id: Option<Id>,
    /// Name at the time.
    pub(crate) name: String,
    /// `session`, `console`, `key`, `command` or `job`.
    pub(crate) via: &'static str,
    /// The request that brought it.
    pub(crate) request_id: Option<String>,
}

/// What was done: a stable code (key of its words), the thing it was done to, and the facts.
#[derive(Debug, Clone)]
pub(crate) struct Deed {
    code: &'static str,
    project: Option<Id>,
    subject: String,
    facts: Facts,
}

impl Deed {
    /// Makes a deed on a project or on something that belongs to one.
    pub(crate) fn on_project(code: &'static str, project: Id, subject: impl ToString) -> Self {
        Self {
            code,
            project: Some(project),
            subject: subject.to_string(),
            facts: Facts::none(),
        }
    }

    /// Makes a deed that belongs to no project.
    pub(crate) fn on_site(code: &'static str, subject: impl ToString) -> Self {
        Self {
            code,
            project: None,
            subject: subject.to_string(),
            facts: Facts::none(),
        }
    }

    /// Adds one fact.
    pub(crate) fn with(mut self, name: &str, value: impl Serialize) -> Self {
        self.facts = self.facts.with(name, value);
        self
    }
}

#[derive(Queryable, Selectable, Insertable, Clone)]
#[diesel(table_name = journal_entries)]
struct Entry {
    chain: String,
    seq: i64,
    at: Moment,
    actor_id: Option<Id>,
    actor_name: String,
    via: String,
    deed: String,
    subject: String,
    facts: String,
    request_id: Option<String>,
    prev_hash: String,
    hash: String,
}

impl Entry {
    /// Hashes what the entry says together with its predecessor's hash. JSON of an array is
    /// canonical enough: strings are escaped, so no two different entries have the same text.
    fn digest(&self) -> Result<String> {
        let said = serde_json::to_string(&(
            (
                &self.chain,
                self.seq,
                self.at.millis(),
                &self.actor_id,
                &self.actor_name,
            ),
            (
                &self.via,
                &self.deed,
                &self.subject,
                &self.facts,
                &self.request_id,
            ),
            &self.prev_hash,
        ))
        .map_err(Error::broken)?;
        Ok(hex::encode(Sha256::digest(said)))
    }
}

/// Appends a deed to its chain, in the unit of the deed itself.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn record(conn: &mut Conn, by: &Actor, deed: &Deed, now: Moment) -> Result<()> {
    let chain = deed
        .project
        .map_or_else(|| SITE.to_owned(), |id| id.to_string());
    let head: Option<(i64, String)> = journal_heads::table
        .find(&chain)
        .select((journal_heads::seq, journal_heads::hash))
        .first(conn)
        .optional()?;
    let is_first = head.is_none();
    let (last, prev_hash) = head.unwrap_or((0, GENESIS.to_owned()));
    let seq = last.saturating_add(1);
    let mut entry = Entry {
        chain,
        seq,
        at: now,
        actor_id: by.id,
        actor_name: by.name.clone(),
        via: by.via.to_owned(),
        deed: deed.code.to_owned(),
        subject: deed.subject.clone(),
        facts: serde_json::to_string(&deed.facts).map_err(Error::broken)?,
        request_id: by.request_id.clone(),
        prev_hash,
        hash: String::new(),
    };
    entry.hash = entry.digest()?;
    diesel::insert_into(journal_entries::table)
        .values(&entry)
        .execute(conn)?;
    let head = (
        journal_heads::chain.eq(&entry.chain),
        journal_heads::seq.eq(seq),
        journal_heads::hash.eq(&entry.hash),
    );
    if is_first {
        diesel::insert_into(journal_heads::table)
            .values(head)
            .execute(conn)?;
    } else {
        let heads = journal_heads::table.find(&entry.chain);
        diesel::update(heads).set((head.1, head.2)).execute(conn)?;
    }
    Ok(())
}

/// One line of history as clients see it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Line {
    seq: i64,
    at: Moment,
    actor: Option<Id>,
    actor_name: String,
    via: String,
    /// Stable code of the deed.
    deed: String,
    /// What was done, in the reader's language, with the reason where one was given.
    words: String,
    subject: String,
    #[schema(value_type = Object)]
    facts: Facts,
    hash: String,
}

/// Returns when something was last done on a project, and the name of who did it.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn latest(conn: &mut Conn, project: Id) -> Result<Option<(Moment, String)>> {
    Ok(journal_entries::table
        .filter(journal_entries::chain.eq(project.to_string()))
        .order(journal_entries::seq.desc())
        .select((journal_entries::at, journal_entries::actor_name))
        .first(conn)
        .optional()?)
}

impl Line {
    fn of(row: Entry, lang: Lang) -> Self {
        let facts: Facts = serde_json::from_str(&row.facts).unwrap_or_default();
        Self {
            seq: row.seq,
            at: row.at,
            actor: row.actor_id,
            actor_name: row.actor_name,
            via: row.via,
            words: words(lang, &row.deed, &facts),
            deed: row.deed,
            subject: row.subject,
            facts,
            hash: row.hash,
        }
    }
}

/// Says a deed: its words, and after them the reason that was given.
fn words(lang: Lang, deed: &str, facts: &Facts) -> String {
    let words = say(lang, deed, facts);
    let reason = facts.get("reason").and_then(Value::as_str).map(str::trim);
    match reason.filter(|reason| !reason.is_empty()) {
        None => words,
        Some(reason) => {
            let both = Facts::none().with("words", words).with("reason", reason);
            say(lang, "journal.because", &both)
        }
    }
}

/// Returns a project's history in the words of a language, newest first. The caller has already seen
/// the project in scope.
///
/// # Errors
/// 400 `query.cursor` that is not of this list.
pub(crate) fn of_project(
    conn: &mut Conn,
    project: Id,
    lang: Lang,
    paging: &Paging,
) -> Result<Page<Line>> {
    let mut query = journal_entries::table
        .filter(journal_entries::chain.eq(project.to_string()))
        .order(journal_entries::seq.desc())
        .limit(paging.limit.saturating_add(1))
        .select(Entry::as_select())
        .into_boxed();
    if let Some(seq) = paging.key(0) {
        let seq: i64 = seq.parse().unwrap_or(0);
        query = query.filter(journal_entries::seq.lt(seq));
    }
    let total = if paging.with_total {
        let all = journal_entries::table.filter(journal_entries::chain.eq(project.to_string()));
        Some(all.count().get_result(conn)?)
    } else {
        None
    };
    let rows: Vec<Entry> = query.load(conn)?;
    let page = paging.page("journal", rows, total, |row| vec![row.seq.to_string()]);
    Ok(page.map(|row| Line::of(row, lang)))
}

/// What a check of all chains found.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub struct Verified {
    /// Chains read.
    pub chains: usize,
    /// Entries read.
    pub entries: i64,
    /// The first entry that does not hold, as `chain/seq`.
    pub broken_at: Option<String>,
}

/// Reads every chain from its first entry to its head and tells where one does not hold: an entry
/// changed, missing, inserted, swapped, or the tail cut.
///
/// # Errors
/// Only faults of the store.
pub fn verify(conn: &mut Conn) -> Result<Verified> {
    let heads: Vec<(String, i64, String)> = journal_heads::table
        .order(journal_heads::chain)
        .load(conn)?;
    let mut verified = Verified {
        chains: heads.len(),
        entries: 0,
        broken_at: None,
    };
    for (chain, last, hash) in heads {
        let (mut seq, mut prev) = (0_i64, GENESIS.to_owned());
        loop {
            let rows: Vec<Entry> = journal_entries::table
                .filter(
                    journal_entries::chain
                        .eq(&chain)
                        .and(journal_entries::seq.gt(seq)),
                )
                .order(journal_entries::seq)
                .limit(BATCH)
                .select(Entry::as_select())
                .load(conn)?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                let expected = seq.saturating_add(1);
                if row.seq != expected || row.prev_hash != prev || row.digest()? != row.hash {
                    verified.broken_at = Some(format!("{chain}/{expected}"));
                    return Ok(verified);
                }
                seq = row.seq;
                prev = row.hash;
                verified.entries = verified.entries.saturating_add(1);
            }
        }
        if seq != last || prev != hash {
            verified.broken_at = Some(format!("{chain}/{}", seq.saturating_add(1)));
            return Ok(verified);
        }
    }
    Ok(verified)
}
