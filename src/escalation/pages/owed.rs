//! Everything owed in the reader's scope, with the step that comes next for each.

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

use crate::deadlines::DeadlineKind;
use crate::escalation::outlook::{self, Matter};
use crate::escalation::owed::{self, LIST, Wanted};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::page::{Page as Rows, Paging};
use crate::people::visit::Visit;
use crate::web::extract::Filters;
use crate::web::pages::Page;
use crate::web::pages::places::{self, Choice};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OwedQuery {
    mine: Option<bool>,
    overdue: Option<bool>,
    kind: Option<DeadlineKind>,
    region: Option<Region>,
    project: Option<Id>,
    cursor: Option<String>,
}

#[derive(Serialize)]
struct OwedPage {
    mine: bool,
    overdue: Option<bool>,
    kind: Option<DeadlineKind>,
    kinds: &'static [DeadlineKind],
    region: Option<Region>,
    regions: Vec<Choice>,
    matters: Rows<Matter>,
}

pub(super) async fn show_list(visit: Visit, query: Filters<OwedQuery>) -> Result<HttpResponse> {
    let asked = query.0;
    let cursor = asked.cursor.as_deref();
    let paging = Paging::read(LIST.0, LIST.1, None, cursor, None)?;
    let wanted = Wanted {
        mine: asked.mine.unwrap_or_default(),
        overdue: asked.overdue,
        kinds: asked.kind.into_iter().collect(),
        region: asked.region,
        project: asked.project,
        until: None,
    };
    let settings = visit.settings();
    let show = visit.show(move |conn, by, now| {
        let today = settings.site.zone.day_of(now);
        let (page, _) = owed::list(conn, by, &wanted, today, &paging)?;
        let items = outlook::matters(conn, by, &settings, &page.items, now)?;
        let page = OwedPage {
            mine: wanted.mine,
            overdue: wanted.overdue,
            kind: wanted.kinds.first().copied(),
            kinds: DeadlineKind::ALL,
            region: wanted.region,
            regions: places::regions(by.scope.reach, by.lang),
            matters: Rows {
                items,
                next_cursor: page.next_cursor,
                total: None,
            },
        };
        Ok(Page::new("escalation/deadlines.html", &page))
    });
    show.await
}
