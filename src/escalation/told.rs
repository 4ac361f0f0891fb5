//! Letters as people read them: who was told what, when and why, and whether it arrived.

use serde::Serialize;

use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::page::{Page, Paging};
use crate::kernel::time::{Day, Moment};
use crate::mail::{self, Ending, KeptItem, KeptLetter, Sight, State};
use crate::people::caller::Caller;
use crate::people::role::Role;
use crate::store::Conn;
use crate::text::Lang;

/// Tells whether a caller reads letters to others: those about their reach.
pub(super) fn reads_others(by: &Caller) -> bool {
    matches!(by.role, Role::Admin | Role::Coordinator)
}

/// One's own letters; for coordinators also those about their reach.
pub(super) fn sight(by: &Caller) -> Sight {
    Sight {
        id: by.id,
        reach: by.scope.reach.filter(|_| reads_others(by)),
    }
}

/// A letter in a list.
#[derive(Debug, Serialize)]
pub(crate) struct LetterLine {
    pub(crate) id: Id,
    /// Its kind.
    pub(crate) letter: String,
    pub(crate) subject: String,
    pub(crate) recipient: String,
    /// Whether the reader is the recipient.
    pub(crate) mine: bool,
    pub(crate) state: State,
    pub(crate) created_at: Moment,
    /// How many matters it tells of.
    pub(crate) matters: usize,
}

impl LetterLine {
    fn of(letter: KeptLetter, by: &Caller) -> Self {
        Self {
            id: letter.row.id,
            letter: letter.row.letter,
            subject: letter.row.subject,
            mine: by.is(letter.row.recipient_id),
            recipient: letter.row.recipient_name,
            state: letter.row.state,
            created_at: letter.row.created_at,
            matters: letter.items.len(),
        }
    }
}

/// Returns the caller's own letters written last.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn latest(conn: &mut Conn, by: &Caller, few: i64) -> Result<Vec<LetterLine>> {
    let paging = Paging {
        limit: few,
        ..Paging::default()
    };
    Ok(lines(conn, by, (false, None), &paging)?.items)
}

/// Returns a page of letters, newest first: the caller's own, or with `others` also those about their
/// reach, where they may read them.
///
/// # Errors
/// Only faults of the store.
pub(super) fn lines(
    conn: &mut Conn,
    by: &Caller,
    (others, state): (bool, Option<State>),
    paging: &Paging,
) -> Result<Page<LetterLine>> {
    let all = sight(by);
    let sight = Sight {
        reach: all.reach.filter(|_| others),
        ..all
    };
    let page = mail::letters(conn, sight, state, paging)?;
    Ok(page.map(|letter| LetterLine::of(letter, by)))
}

/// A letter with all that is known of it.
#[derive(Debug, Serialize)]
pub(super) struct LetterSheet {
    #[serde(flatten)]
    line: LetterLine,
    address: String,
    /// The words it went out with; nothing where none could be made.
    text: Option<String>,
    items: Vec<ItemSheet>,
    attempts: Vec<AttemptSheet>,
    slot_at: Option<Moment>,
    message_id: String,
}

#[derive(Debug, Serialize)]
struct ItemSheet {
    title: String,
    project: Option<String>,
    /// Where the matter is answered.
    link: Option<String>,
    step: String,
    copy: bool,
    due_on: Option<Day>,
    days_overdue: Option<i64>,
    reason: String,
}

impl ItemSheet {
    fn of(item: KeptItem, lang: Lang) -> Self {
        let project = item.told.facts.get("project");
        let of_project = || item.project.map(|project| format!("/projects/{project}"));
        Self {
            title: item.told.what(lang),
            reason: item.told.why(lang),
            project: project.and_then(|name| name.as_str()).map(str::to_owned),
            link: item.told.link.clone().or_else(of_project),
            step: item.step,
            copy: item.copy,
            due_on: item.due_on,
            days_overdue: item.days_overdue,
        }
    }
}

#[derive(Debug, Serialize)]
struct AttemptSheet {
    at: Moment,
    outcome: Ending,
    detail: String,
}

/// Returns one letter the caller may read.
///
/// # Errors
/// Only faults of the store.
pub(super) fn sheet(conn: &mut Conn, by: &Caller, id: Id) -> Result<Option<LetterSheet>> {
    let Some(letter) = mail::letter(conn, sight(by), id)? else {
        return Ok(None);
    };
    let attempts = letter.attempts.iter().map(|attempt| AttemptSheet {
        at: attempt.at,
        outcome: attempt.outcome,
        detail: attempt.detail.clone(),
    });
    let items = letter.items.iter().cloned();
    Ok(Some(LetterSheet {
        address: letter.row.address.clone(),
        text: mail::letter_text(conn, id)?,
        items: items.map(|item| ItemSheet::of(item, by.lang)).collect(),
        attempts: attempts.collect(),
        slot_at: letter.row.slot_at,
        message_id: letter.row.message_id.clone(),
        line: LetterLine::of(letter, by),
    }))
}
