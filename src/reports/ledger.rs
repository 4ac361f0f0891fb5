//! The ledger of quarterly reports (季报台账): the list as a file, with the figures in force.

use super::browse;
use super::lists::Filter;
use super::store;
use super::views::LineView;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::money::Yuan;
use crate::kernel::page::{Page, Paging};
use crate::kernel::time::Moment;
use crate::people::caller::Caller;
use crate::settings::Settings;
use crate::store::Conn;
use crate::text::say_word;
use crate::web::ledger::said::{region, some, yes};
use crate::web::ledger::{Kind, Ledger, Line, column};

/// Name and number of keys of the list's cursors: the quarter, then the project.
pub(crate) const CURSOR: (&str, usize) = (browse::ALL, 2);

/// The ledger of reports.
pub(crate) const LEDGER: Ledger = Ledger {
    name: "reports",
    title: "ledger.reports",
    columns: &[
        column("ledger.quarter", Kind::Text, 9),
        column("ledger.project", Kind::Text, 40),
        column("ledger.region_code", Kind::Text, 9),
        column("ledger.region", Kind::Text, 14),
        column("ledger.state", Kind::Text, 10),
        column("ledger.late", Kind::Text, 8),
        column("ledger.due_on", Kind::Day, 12),
        column("ledger.first_submitted_on", Kind::Day, 12),
        column("ledger.submitted_on", Kind::Day, 12),
        column("ledger.filed_by", Kind::Text, 12),
        column("ledger.reviewed_by", Kind::Text, 12),
        column("ledger.invested_quarter", Kind::Wan, 16),
        column("ledger.invested_building", Kind::Wan, 16),
        column("ledger.invested_equipment", Kind::Wan, 16),
        column("ledger.invested_other", Kind::Wan, 16),
        column("ledger.invested_year", Kind::Wan, 16),
        column("ledger.invested_total", Kind::Wan, 16),
        column("ledger.expected_total", Kind::Wan, 16),
        column("ledger.funds_in_place", Kind::Wan, 16),
        column("ledger.funds_paid", Kind::Wan, 16),
        column("ledger.physical_percent", Kind::Percent, 10),
        column("ledger.rating", Kind::Text, 8),
        column("ledger.progress", Kind::Text, 60),
        column("ledger.project_id", Kind::Text, 38),
    ],
};

/// Returns one batch of the reports in scope as lines of the ledger; what is missing is among them,
/// without figures.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn ledger_page(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    filter: &Filter,
    paging: &Paging,
    now: Moment,
) -> Result<Page<Line>> {
    let page = browse::all(conn, by, settings, filter, paging, now)?;
    let ids: Vec<Id> = page.items.iter().filter_map(|line| line.id).collect();
    let mut contents = store::in_force(conn, &ids)?;
    let (lang, zone) = (by.lang, settings.site.zone);
    let day = |at: Option<Moment>| some(at.map(|at| zone.day_of(at)));
    let wan = |amount: Option<Yuan>| some(amount.map(Yuan::wan));
    Ok(page.map(|line: LineView| {
        let content = line.id.and_then(|id| contents.remove(&id));
        let amount = |pick: fn(&super::content::Content) -> Option<Yuan>| {
            wan(content.as_ref().and_then(pick))
        };
        vec![
            line.quarter.to_string(),
            line.project.name,
            line.project.region.to_string(),
            region(lang, line.project.region),
            say_word(lang, "report_state", line.state.as_str()),
            yes(lang, line.late),
            line.due_on.to_string(),
            day(line.first_submitted_at),
            day(line.submitted_at),
            some(line.filed_by.map(|person| person.name)),
            some(line.reviewed_by.map(|person| person.name)),
            amount(|content| Some(content.invested_quarter_yuan)),
            amount(|content| content.invested_building_yuan),
            amount(|content| content.invested_equipment_yuan),
            amount(|content| content.invested_other_yuan),
            amount(|content| Some(content.invested_year_yuan)),
            amount(|content| Some(content.invested_total_yuan)),
            amount(|content| content.expected_total_yuan),
            amount(|content| content.funds_in_place_yuan),
            amount(|content| content.funds_paid_yuan),
            some(content.as_ref().map(|content| content.physical_percent)),
            some(
                content
                    .as_ref()
                    .map(|content| say_word(lang, "rating", content.rating.as_str())),
            ),
            content.map(|content| content.progress).unwrap_or_default(),
            line.project.id.to_string(),
        ]
    }))
}
