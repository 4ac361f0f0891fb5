//! API keys: secrets by which a client of its owner signs in, kept as their fingerprints.

use diesel::prelude::*;

use super::actions::own;
use super::call;
use super::caller::Caller;
use super::token::{fingerprint, secret};
use crate::journal::{self, Deed};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::time::{Day, Moment};
use crate::store::Conn;
use crate::store::schema::api_keys;

crate::refusals! {
    /// Why something about keys is refused.
    pub(crate) enum Refusal {
        KeyMissing = Missing "api_key.missing",
        KeyExpired = Invalid "api_key.expires_on",
    }
}

/// An API key as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = api_keys)]
pub(crate) struct ApiKey {
    pub(crate) id: Id,
    pub(crate) account_id: Id,
    pub(crate) name: String,
    /// The first characters, by which its owner tells it from others.
    pub(crate) prefix: String,
    pub(crate) hash: String,
    pub(crate) expires_on: Day,
    pub(crate) created_at: Moment,
    pub(crate) revoked_at: Option<Moment>,
}

/// Makes an API key for the caller's own account; the key itself is returned once.
///
/// # Errors
/// 422 `api_key.expires_on` when it would end before tomorrow or later than two years from today.
pub(crate) fn make_key(
    conn: &mut Conn,
    by: &Caller,
    name: &str,
    expires_on: Day,
    today: Day,
    now: Moment,
) -> Result<(ApiKey, String)> {
    let account = own(conn, by)?;
    if expires_on <= today || expires_on > today.plus_days(731) {
        return Err(Refusal::KeyExpired.at("/expires_on").into());
    }
    let key = secret(call::KEY_PREFIX)?;
    let row = ApiKey {
        id: Id::new(),
        account_id: account.id,
        name: name.to_owned(),
        prefix: key.chars().take(9).collect(),
        hash: fingerprint(&key),
        expires_on,
        created_at: now,
        revoked_at: None,
    };
    diesel::insert_into(api_keys::table)
        .values(&row)
        .execute(conn)?;
    journal::record(
        conn,
        &by.actor(),
        &Deed::on_site("api_key.made", row.id),
        now,
    )?;
    Ok((row, key))
}

/// Returns the caller's own keys that are not revoked.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn keys(conn: &mut Conn, by: &Caller) -> Result<Vec<ApiKey>> {
    let account = own(conn, by)?;
    Ok(api_keys::table
        .filter(
            api_keys::account_id
                .eq(account.id)
                .and(api_keys::revoked_at.is_null()),
        )
        .order(api_keys::id)
        .select(ApiKey::as_select())
        .load(conn)?)
}

/// Revokes one of the caller's own keys; it holds no longer.
///
/// # Errors
/// 404 `api_key.missing`.
pub(crate) fn revoke_key(conn: &mut Conn, by: &Caller, id: Id, now: Moment) -> Result<()> {
    let account = own(conn, by)?;
    let key = api_keys::table
        .filter(api_keys::id.eq(id).and(api_keys::account_id.eq(account.id)))
        .filter(api_keys::revoked_at.is_null());
    let revoked = diesel::update(key)
        .set(api_keys::revoked_at.eq(Some(now)))
        .execute(conn)?;
    if revoked == 0 {
        return Err(Refusal::KeyMissing.into());
    }
    journal::record(
        conn,
        &by.actor(),
        &Deed::on_site("api_key.revoked", id),
        now,
    )
}
