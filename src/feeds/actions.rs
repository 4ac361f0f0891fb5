//! What is done with feeds, and what one shows.

use diesel::prelude::*;

use super::calendar::{self, Entry};
use crate::escalation;
use crate::journal::{self, Deed};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::time::Moment;
use crate::people::account;
use crate::people::caller::Caller;
use crate::people::token::{fingerprint, secret};
use crate::settings::Settings;
use crate::store::Conn;
use crate::store::schema::feeds;

/// Feeds of one account that are not revoked: a calendar on every device, and no more.
const MOST_FEEDS: usize = 10;
/// Deadlines a feed shows, those due first.
const MOST_ENTRIES: i64 = 500;

crate::refusals! {
    /// Why something about feeds is refused.
    pub(crate) enum Refusal {
        Missing = Missing "feed.missing",
        TooMany = Conflict "feed.too_many",
    }
}

/// A row of the table.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = feeds)]
pub(super) struct Feed {
    pub(super) id: Id,
    account_id: Id,
    pub(super) name: String,
    /// The first characters of the secret, by which its owner tells it from others.
    pub(super) prefix: String,
    hash: String,
    pub(super) created_at: Moment,
    revoked_at: Option<Moment>,
}

/// Makes a feed for the caller's own account; its secret is returned once.
///
/// # Errors
/// 404 `feed.missing` to a caller without an account; 409 `feed.too_many`.
pub(super) fn make(
    conn: &mut Conn,
    by: &Caller,
    name: &str,
    now: Moment,
) -> Result<(Feed, String)> {
    let account = by.id.ok_or(Refusal::Missing)?;
    if list(conn, by)?.len() >= MOST_FEEDS {
        return Err(Refusal::TooMany.with("most", MOST_FEEDS).into());
    }
    let token = secret("")?;
    let feed = Feed {
        id: Id::new(),
        account_id: account,
        name: name.to_owned(),
        prefix: token.chars().take(6).collect(),
        hash: fingerprint(&token),
        created_at: now,
        revoked_at: None,
    };
    diesel::insert_into(feeds::table)
        .values(&feed)
        .execute(conn)?;
    journal::record(conn, &by.actor(), &Deed::on_site("feed.made", feed.id), now)?;
    Ok((feed, token))
}

/// Returns the caller's own feeds that are not revoked.
///
/// # Errors
/// Only faults of the store.
pub(super) fn list(conn: &mut Conn, by: &Caller) -> Result<Vec<Feed>> {
    let Some(account) = by.id else {
        return Ok(Vec::new());
    };
    Ok(feeds::table
        .filter(feeds::account_id.eq(account))
        .filter(feeds::revoked_at.is_null())
        .order(feeds::id)
        .select(Feed::as_select())
        .load(conn)?)
}

/// Revokes one of the caller's own feeds; its address shows nothing any more.
///
/// # Errors
/// 404 `feed.missing`.
pub(super) fn revoke(conn: &mut Conn, by: &Caller, id: Id, now: Moment) -> Result<()> {
    let account = by.id.ok_or(Refusal::Missing)?;
    let own = feeds::table
        .filter(feeds::id.eq(id))
        .filter(feeds::account_id.eq(account))
        .filter(feeds::revoked_at.is_null());
    let revoked = diesel::update(own)
        .set(feeds::revoked_at.eq(Some(now)))
        .execute(conn)?;
    if revoked == 0 {
        return Err(Refusal::Missing.into());
    }
    journal::record(conn, &by.actor(), &Deed::on_site("feed.revoked", id), now)
}

/// Returns the calendar behind a secret, in the language of its owner and within the scope they have
/// now.
///
/// # Errors
/// 404 `feed.missing` for a secret that is none, is revoked, or whose owner's account is disabled.
pub(super) fn show(
    conn: &mut Conn,
    settings: &Settings,
    token: &str,
    now: Moment,
) -> Result<String> {
    let owner: Option<Id> = feeds::table
        .filter(feeds::hash.eq(fingerprint(token)))
        .filter(feeds::revoked_at.is_null())
        .select(feeds::account_id)
        .first(conn)
        .optional()?;
    let owner = owner.ok_or(Refusal::Missing)?;
    let account = account::find(conn, owner)?.filter(account::Account::is_enabled);
    let account = account.ok_or(Refusal::Missing)?;
    let by = account.caller(conn, settings.site.region)?;
    let today = settings.site.zone.day_of(now);
    let owed = escalation::owed_by(conn, &by, today, MOST_ENTRIES)?;
    let base = &settings.site.base_url;
    let entries = owed.into_iter().map(|owed| Entry {
        key: owed.key,
        title: owed.title,
        project: owed.project,
        due_on: owed.due_on,
        is_late: owed.due_on < today,
        is_critical: owed.critical,
        is_provisional: owed.provisional,
        link: format!("{base}{}", owed.path),
        owed_since: owed.since,
    });
    Ok(calendar::write(&entries.collect::<Vec<_>>(), by.lang))
}
