//! `GET /letters`: who was told what, when, why, and whether it arrived.

use actix_web::{HttpResponse, get, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::escalation::told::sight;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::page::{Page, Paging};
use crate::kernel::refused::{Kind, Refused};
use crate::kernel::time::{Day, Moment};
use crate::mail::{self, Ending, KeptItem, KeptLetter, State};
use crate::people::call::Call;
use crate::text::Lang;
use crate::web::answer::Answer;
use crate::web::extract::Query;

#[derive(Serialize, ToSchema)]
struct RecipientView {
    id: Id,
    name: String,
    email: String,
}

/// One matter of a letter.
#[derive(Serialize, ToSchema)]
struct ItemView {
    /// Key of the deadline; null for an event.
    deadline: Option<String>,
    project_id: Option<Id>,
    /// What was told of, in the reader's language.
    title: String,
    /// The step of the ladder, or a word for the event.
    step: String,
    /// Whether the recipient got it as a copy.
    copy: bool,
    due_on: Option<Day>,
    /// Working days overdue when it was written; negative when days were left.
    days_overdue: Option<i64>,
    /// Why the recipient was told, in the reader's language.
    reason: String,
}

#[derive(Serialize, ToSchema)]
struct AttemptView {
    at: Moment,
    outcome: Ending,
    /// What the mail server said, or what happened.
    detail: String,
}

/// A letter.
#[derive(Serialize, ToSchema)]
struct LetterView {
    id: Id,
    /// Its kind.
    letter: String,
    recipient: RecipientView,
    subject: String,
    items: Vec<ItemView>,
    slot_at: Option<Moment>,
    state: State,
    created_at: Moment,
    attempts: Vec<AttemptView>,
    message_id: String,
}

impl LetterView {
    fn of(letter: KeptLetter, lang: Lang) -> Self {
        let item = |item: KeptItem| ItemView {
            title: item.told.what(lang),
            reason: item.told.why(lang),
            deadline: item.deadline,
            project_id: item.project,
            step: item.step,
            copy: item.copy,
            due_on: item.due_on,
            days_overdue: item.days_overdue,
        };
        let attempts = letter.attempts.into_iter().map(|attempt| AttemptView {
            at: attempt.at,
            outcome: attempt.outcome,
            detail: attempt.detail,
        });
        Self {
            id: letter.row.id,
            letter: letter.row.letter,
            recipient: RecipientView {
                id: letter.row.recipient_id,
                name: letter.row.recipient_name,
                email: letter.row.address,
            },
            subject: letter.row.subject,
            items: letter.items.into_iter().map(item).collect(),
            slot_at: letter.row.slot_at,
            state: letter.row.state,
            created_at: letter.row.created_at,
            attempts: attempts.collect(),
            message_id: letter.row.message_id,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LettersQuery {
    state: Option<State>,
    limit: Option<i64>,
    cursor: Option<String>,
    with_total: Option<bool>,
}

/// Letters, newest first.
///
/// **Permissions**: everyone their own; coordinators also those about their reach.
#[utoipa::path(
    tag = "letters",
    params(
        ("state" = Option<State>, Query),
        ("limit" = Option<i64>, Query),
        ("cursor" = Option<String>, Query),
        ("with_total" = Option<bool>, Query),
    ),
    responses((status = 200, body = Page<LetterView>)),
)]
#[get("/letters")]
pub(super) async fn list(call: Call, query: Query<LettersQuery>) -> Result<HttpResponse> {
    let asked = query.0;
    let cursor = asked.cursor.as_deref();
    let paging = Paging::read("letters", 1, asked.limit, cursor, asked.with_total)?;
    let read = call.read(move |conn, by, _| {
        let page = mail::letters(conn, sight(by), asked.state, &paging)?;
        Answer::page(&page.map(|letter| LetterView::of(letter, by.lang)))
    });
    read.await
}

/// One letter.
///
/// **Permissions**: its recipient, and coordinators whose reach it is about.
#[utoipa::path(tag = "letters", params(("id" = Id, Path)), responses((status = 200, body = LetterView), (status = 404)))]
#[get("/letters/{id}")]
pub(super) async fn get_one(call: Call, id: web::Path<Id>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let read = call.read(move |conn, by, _| {
        let letter = mail::letter(conn, sight(by), id)?;
        let letter = letter.ok_or_else(|| Refused::new(Kind::Missing, "letter.missing"))?;
        Ok(Answer::ok(&LetterView::of(letter, by.lang))?.version(1))
    });
    read.await
}
