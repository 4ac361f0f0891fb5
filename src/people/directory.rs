//! The list of accounts a caller may manage: filters, search, order by name.

pub(crate) mod pages;

use diesel::prelude::*;

use super::account::Account;
use super::actions::{home, permit_managing};
use super::caller::Caller;
use super::role::Role;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::page::{Page, Paging};
use crate::kernel::search;
use crate::store::schema::accounts;
use crate::store::{Conn, MultiBackend};

/// Name of the list and number of sort keys, for its cursors.
pub(super) const LIST: (&str, usize) = ("people", 2);

/// Which accounts a list shows.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    pub(super) role: Option<Role>,
    /// The reach of this region.
    pub(super) region: Option<Region>,
    pub(super) disabled: Option<bool>,
    /// A text in name or address, however it is written.
    pub(super) text: Option<String>,
}

/// Returns the accounts the caller may manage, by name.
///
/// # Errors
/// 403 `act.forbidden` to those who manage nobody.
pub(super) fn list(
    conn: &mut Conn,
    by: &Caller,
    filter: &Filter,
    paging: &Paging,
) -> Result<Page<Account>> {
    permit_managing(by)?;
    let home = (by.role != Role::Admin).then(|| home(by)).transpose()?;
    let total = if paging.with_total {
        Some(wanted(home, filter).count().get_result(conn)?)
    } else {
        None
    };
    let mut query = wanted(home, filter)
        .order((accounts::name, accounts::id))
        .limit(paging.limit.saturating_add(1))
        .select(Account::as_select());
    if let (Some(name), Some(id)) = (paging.key(0), paging.key(1)) {
        let (name, id) = (name.to_owned(), id.parse::<Id>().unwrap_or_default());
        let same = accounts::name.eq(name.clone()).and(accounts::id.gt(id));
        query = query.filter(accounts::name.gt(name).or(same));
    }
    let rows = query.load(conn)?;
    Ok(paging.page(LIST.0, rows, total, |row: &Account| {
        vec![row.name.clone(), row.id.to_string()]
    }))
}

fn wanted(home: Option<Region>, filter: &Filter) -> accounts::BoxedQuery<'static, MultiBackend> {
    let mut query = accounts::table.into_boxed();
    for region in [home, filter.region].into_iter().flatten() {
        let (first, last) = region.reach();
        query = query.filter(accounts::region.between(first, last));
    }
    if let Some(role) = filter.role {
        query = query.filter(accounts::role.eq(role));
    }
    match filter.disabled {
        Some(true) => query = query.filter(accounts::disabled_at.is_not_null()),
        Some(false) => query = query.filter(accounts::disabled_at.is_null()),
        None => {}
    }
    if let Some(pattern) = filter.text.as_deref().and_then(search::pattern) {
        query = query.filter(accounts::folded.like(pattern).escape('\\'));
    }
    query
}
