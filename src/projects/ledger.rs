//! The ledger of projects (项目台账): the list as a file.

use super::list::{self, Filter};
use super::store::Project;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::money::Yuan;
use crate::kernel::page::{Page, Paging};
use crate::people::account;
use crate::people::caller::Caller;
use crate::store::Conn;
use crate::text::say_word;
use crate::web::ledger::said::{industry, region, some};
use crate::web::ledger::{Kind, Ledger, Line, column};

/// The ledger of projects.
pub(crate) const LEDGER: Ledger = Ledger {
    name: "projects",
    title: "ledger.projects",
    columns: &[
        column("ledger.code", Kind::Text, 26),
        column("ledger.project", Kind::Text, 40),
        column("ledger.region_code", Kind::Text, 9),
        column("ledger.region", Kind::Text, 14),
        column("ledger.state", Kind::Text, 10),
        column("ledger.stage", Kind::Text, 10),
        column("ledger.industry", Kind::Text, 18),
        column("ledger.enterprise", Kind::Text, 30),
        column("ledger.credit_code", Kind::Text, 21),
        column("ledger.total_investment", Kind::Wan, 16),
        column("ledger.leader", Kind::Text, 12),
        column("ledger.owner", Kind::Text, 12),
        column("ledger.planned_start_on", Kind::Day, 12),
        column("ledger.planned_finish_on", Kind::Day, 12),
        column("ledger.launched_on", Kind::Day, 12),
        column("ledger.closed_on", Kind::Day, 12),
        column("ledger.content", Kind::Text, 60),
        column("ledger.id", Kind::Text, 38),
    ],
};

/// Returns one batch of the projects in scope as lines of the ledger.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn ledger_page(
    conn: &mut Conn,
    by: &Caller,
    filter: &Filter,
    paging: &Paging,
) -> Result<Page<Line>> {
    let page = list::page(conn, &by.scope, filter, paging)?;
    let people = page.items.iter();
    let people: Vec<Id> = people
        .flat_map(|project| [project.leader_id, project.owner_id])
        .flatten()
        .collect();
    let names = account::names(conn, &people)?;
    let name = |id: Option<Id>| some(id.and_then(|id| names.get(&id)));
    Ok(page.map(|project: Project| {
        vec![
            some(project.code),
            project.name,
            project.region.to_string(),
            region(by.lang, project.region),
            say_word(by.lang, "state", project.state.as_str()),
            say_word(by.lang, "stage", project.stage.as_str()),
            some(project.industry.map(|slug| industry(by.lang, &slug))),
            some(project.enterprise_name),
            some(project.credit_code),
            some(project.total_investment_yuan.map(Yuan::wan)),
            name(project.leader_id),
            name(project.owner_id),
            some(project.planned_start_on),
            some(project.planned_finish_on),
            some(project.launched_on),
            some(project.closed_on),
            some(project.content),
            project.id.to_string(),
        ]
    }))
}
