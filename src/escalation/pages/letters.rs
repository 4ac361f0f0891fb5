//! Who was told what, when, why, and whether it arrived.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use crate::escalation::told::{self, LetterLine};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::page::{Page as Rows, Paging};
use crate::kernel::refused::{Kind, Refused};
use crate::mail::State;
use crate::people::visit::Visit;
use crate::web::extract::Filters;
use crate::web::pages::Page;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LettersQuery {
    /// `reach`: also those to others, about one's reach.
    of: Option<Of>,
    state: Option<State>,
    cursor: Option<String>,
}

crate::words! {
    /// Whose letters are shown.
    enum Of {
        /// One's own.
        Mine = "mine",
        /// Those about one's reach.
        Reach = "reach",
    }
}

#[derive(Serialize)]
struct LettersPage {
    of: Of,
    /// Whether the reader may read letters to others.
    reads_others: bool,
    state: Option<State>,
    states: &'static [State],
    letters: Rows<LetterLine>,
}

pub(super) async fn show_list(visit: Visit, query: Filters<LettersQuery>) -> Result<HttpResponse> {
    let LettersQuery { of, state, cursor } = query.0;
    let paging = Paging::read("letters", 1, None, cursor.as_deref(), None)?;
    let show = visit.show(move |conn, by, _| {
        let reads_others = told::reads_others(by);
        let of = of.filter(|_| reads_others).unwrap_or(Of::Mine);
        let letters = told::lines(conn, by, (of == Of::Reach, state), &paging)?;
        let page = LettersPage {
            of,
            reads_others,
            state,
            states: State::ALL,
            letters,
        };
        Ok(Page::new("escalation/letters.html", &page))
    });
    show.await
}

pub(super) async fn show_one(visit: Visit, id: web::Path<Id>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let show = visit.show(move |conn, by, _| {
        let letter = told::sheet(conn, by, id)?;
        let letter = letter.ok_or_else(|| Refused::new(Kind::Missing, "letter.missing"))?;
        Ok(Page::new("escalation/letter.html", &letter))
    });
    show.await
}
