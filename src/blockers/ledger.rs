//! The ledger of blockers (问题台账): the list as a file.

use super::store::{self, Blocker, Filter};

pub(crate) use super::store::CURSOR;
use crate::kernel::error::Result;
use crate::kernel::page::{Page, Paging};
use crate::kernel::time::{Moment, Zone};
use crate::people::caller::Caller;
use crate::store::Conn;
use crate::text::say_word;
use crate::web::ledger::said::{category, department, region, some, yes};
use crate::web::ledger::{Kind, Ledger, Line, column};

/// The ledger of blockers.
pub(crate) const LEDGER: Ledger = Ledger {
    name: "blockers",
    title: "ledger.blockers",
    columns: &[
        column("ledger.project", Kind::Text, 36),
        column("ledger.region_code", Kind::Text, 9),
        column("ledger.region", Kind::Text, 14),
        column("ledger.blocker", Kind::Text, 36),
        column("ledger.category", Kind::Text, 16),
        column("ledger.severity", Kind::Text, 8),
        column("ledger.state", Kind::Text, 12),
        column("ledger.level", Kind::Text, 8),
        column("ledger.department", Kind::Text, 18),
        column("ledger.raised_on", Kind::Day, 12),
        column("ledger.accepted_on", Kind::Day, 12),
        column("ledger.promised_on", Kind::Day, 12),
        column("ledger.resolved_on", Kind::Day, 12),
        column("ledger.closed_on", Kind::Day, 12),
        column("ledger.next_due_on", Kind::Day, 12),
        column("ledger.overdue", Kind::Text, 8),
        column("ledger.days_at_risk", Kind::Count, 10),
        column("ledger.cause", Kind::Text, 50),
        column("ledger.plan", Kind::Text, 40),
        column("ledger.outcome", Kind::Text, 40),
        column("ledger.document", Kind::Text, 24),
        column("ledger.id", Kind::Text, 38),
    ],
};

/// Returns one batch of the blockers in scope as lines of the ledger.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn ledger_page(
    conn: &mut Conn,
    by: &Caller,
    filter: &Filter,
    zone: Zone,
    paging: &Paging,
    now: Moment,
) -> Result<Page<Line>> {
    let (lang, today) = (by.lang, zone.day_of(now));
    let page = store::list(conn, &by.scope, filter, today, paging)?;
    Ok(page.map(|(blocker, project): (Blocker, String)| {
        let word = |set: &str, slug: &str| say_word(lang, set, slug);
        vec![
            project,
            blocker.region.to_string(),
            region(lang, blocker.region),
            blocker.title.clone(),
            category(lang, &blocker.category),
            word("severity", blocker.severity.as_str()),
            word("state", blocker.state.as_str()),
            word("level", &blocker.level.to_string()),
            department(lang, &blocker.department),
            zone.day_of(blocker.raised_at).to_string(),
            some(blocker.accepted_on),
            some(blocker.promised_on),
            some(blocker.resolved_on),
            some(blocker.closed_on),
            some(blocker.next_due()),
            yes(lang, blocker.is_overdue(today)),
            some(blocker.days_at_risk),
            blocker.cause,
            some(blocker.plan),
            some(blocker.outcome),
            some(blocker.document),
            blocker.id.to_string(),
        ]
    }))
}
