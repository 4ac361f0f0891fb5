//! `GET /deadlines`.

use actix_web::{HttpResponse, get};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::calendars;
use crate::deadlines::{Deadline, DeadlineKind};
use crate::escalation::around::Around;
use crate::escalation::owed::{self, LIST, Wanted};
use crate::escalation::plan;
use crate::kernel::calendar::WorkCalendar;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::page::{Page, Paging};
use crate::kernel::time::Day;
use crate::people::call::Call;
use crate::text::Lang;
use crate::web::answer::Answer;
use crate::web::extract::Query;

/// Something by its id, with its name.
#[derive(Serialize, ToSchema)]
pub(super) struct Named {
    pub(super) id: Id,
    pub(super) name: String,
}

/// Something owed.
#[derive(Serialize, ToSchema)]
struct DeadlineView {
    /// URL-safe, unique for good.
    key: String,
    kind: DeadlineKind,
    subject_id: String,
    project: Named,
    /// What is owed, in the reader's language.
    title: String,
    due_on: Day,
    /// Whether the day may still move when a calendar year is published.
    provisional: bool,
    /// Working days left; negative when overdue.
    days_left: i64,
    /// Who answers for it now.
    answerable: Vec<Named>,
    /// The day somebody who was told has promised it for.
    acknowledged_until: Option<Day>,
}

impl DeadlineView {
    fn of(
        row: Deadline,
        around: &Around,
        calendar: &WorkCalendar,
        today: Day,
        lang: Lang,
    ) -> Result<Self> {
        let answerable = around.answering(&row).into_iter().filter_map(|id| {
            let name = around.addressee(id)?.name.clone();
            Some(Named { id, name })
        });
        let project = around.project(row.project_id);
        Ok(Self {
            title: owed::title(&row, lang)?,
            project: Named {
                id: row.project_id,
                name: project
                    .map(|project| project.name.clone())
                    .unwrap_or_default(),
            },
            days_left: -plan::days_overdue(row.due_on, today, calendar),
            answerable: answerable.collect(),
            key: row.key,
            kind: row.kind,
            subject_id: row.subject_id,
            due_on: row.due_on,
            provisional: row.provisional,
            acknowledged_until: row.acknowledged_until,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeadlinesQuery {
    mine: Option<bool>,
    overdue: Option<bool>,
    kind: Option<DeadlineKind>,
    region: Option<Region>,
    project: Option<Id>,
    until: Option<Day>,
    limit: Option<i64>,
    cursor: Option<String>,
    with_total: Option<bool>,
}

/// What is owed and open, by due day.
///
/// **Permissions**: everyone, within scope.
#[utoipa::path(
    tag = "deadlines",
    params(
        ("mine" = Option<bool>, Query, description = "Only what the caller answers for"),
        ("overdue" = Option<bool>, Query),
        ("kind" = Option<DeadlineKind>, Query),
        ("region" = Option<Region>, Query, description = "The reach of this region"),
        ("project" = Option<Id>, Query),
        ("until" = Option<Day>, Query, description = "Due on or before this day"),
        ("limit" = Option<i64>, Query),
        ("cursor" = Option<String>, Query),
        ("with_total" = Option<bool>, Query),
    ),
    responses((status = 200, body = Page<DeadlineView>)),
)]
#[get("/deadlines")]
pub(super) async fn list(call: Call, query: Query<DeadlinesQuery>) -> Result<HttpResponse> {
    let asked = query.0;
    let cursor = asked.cursor.as_deref();
    let paging = Paging::read(LIST.0, LIST.1, asked.limit, cursor, asked.with_total)?;
    let wanted = Wanted {
        mine: asked.mine.unwrap_or_default(),
        overdue: asked.overdue,
        kinds: asked.kind.into_iter().collect(),
        region: asked.region,
        project: asked.project,
        until: asked.until,
    };
    let zone = call.app.zone();
    let read = call.read(move |conn, by, now| {
        let today = zone.day_of(now);
        let calendar = calendars::load(conn)?;
        let (page, around) = owed::list(conn, by, &wanted, today, &paging)?;
        let view = |row| DeadlineView::of(row, &around, &calendar, today, by.lang);
        Answer::page(&Page {
            items: page
                .items
                .into_iter()
                .map(view)
                .collect::<Result<Vec<_>>>()?,
            next_cursor: page.next_cursor,
            total: page.total,
        })
    });
    read.await
}
