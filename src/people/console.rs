//! Sessions of the console: found by the secret in a cookie, ended by idling, by age, by signing out
//! and by whatever changes who the account is.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header;
use diesel::prelude::*;
use sha2::{Digest as _, Sha256};

use super::account::{self, Account};
use super::sessions::{self, actor};
use super::token::{fingerprint, secret};
use crate::journal::{self, Deed};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::time::Moment;
use crate::settings::ConsoleSettings;
use crate::store::Conn;
use crate::store::schema;
use crate::text::Lang;

/// Prefix of the secrets, so that a leaked one is recognised.
const PREFIX: &str = "fs_";
/// A session's use is written down once in so many seconds, so that reading pages writes little.
const SEEN_EVERY: Duration = Duration::from_secs(60);
/// Longest name of a client that is kept, in characters.
const LONGEST_AGENT: usize = 200;

/// A session that has just begun; the secret is shown to the browser once.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) secret: String,
    pub(super) lang: Lang,
}

/// A session that holds, and whose it is.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) id: Id,
    pub(super) account: Account,
    /// Whether its use is to be written down again.
    pub(super) is_stale: bool,
}

/// Returns what a client calls itself, cut short.
pub(super) fn agent(req: &HttpRequest) -> Option<String> {
    let name = req.headers().get(header::USER_AGENT)?.to_str().ok()?;
    let name: String = name.chars().take(LONGEST_AGENT).collect();
    Some(name).filter(|name| !name.trim().is_empty())
}

/// Returns the token a session's forms carry: made of the secret, which pages never show.
pub(super) fn form_token(secret: &str) -> String {
    let mut digest = Sha256::new();
    digest.update("fiveone form ");
    digest.update(secret);
    hex::encode(digest.finalize())
}

/// Begins a session; one the browser still holds ends.
///
/// # Errors
/// Only faults of the store.
pub(super) fn begin(
    conn: &mut Conn,
    settings: &ConsoleSettings,
    account: &Account,
    agent: Option<&str>,
    replaced: Option<&str>,
    now: Moment,
) -> Result<Begun> {
    let old: Option<Id> = match replaced {
        Some(old) => schema::sessions::table
            .filter(schema::sessions::hash.eq(fingerprint(old)))
            .select(schema::sessions::id)
            .first(conn)
            .optional()?,
        None => None,
    };
    if let Some(old) = old {
        sessions::end(conn, old, "replaced", now)?;
    }
    let begun = secret(PREFIX)?;
    let hours = Duration::from_secs(3600).saturating_mul(settings.session_hours);
    diesel::insert_into(schema::sessions::table)
        .values((
            schema::sessions::id.eq(Id::new()),
            schema::sessions::account_id.eq(account.id),
            schema::sessions::created_at.eq(now),
            schema::sessions::expires_at.eq(now.plus(hours)),
            schema::sessions::hash.eq(fingerprint(&begun)),
            schema::sessions::seen_at.eq(now),
            schema::sessions::agent.eq(agent),
        ))
        .execute(conn)?;
    let deed = Deed::on_site("session.began", account.id);
    journal::record(conn, &actor(account), &deed, now)?;
    Ok(Begun {
        secret: begun,
        lang: account.language,
    })
}

/// Returns the session of a secret, if it still holds.
///
/// # Errors
/// Only faults of the store.
pub(super) fn find(
    conn: &mut Conn,
    settings: &ConsoleSettings,
    secret: &str,
    now: Moment,
) -> Result<Option<Held>> {
    let row: Option<(Id, Id, Moment, Option<Moment>)> = schema::sessions::table
        .filter(schema::sessions::hash.eq(fingerprint(secret)))
        .filter(schema::sessions::ended_at.is_null())
        .filter(schema::sessions::expires_at.gt(now))
        .select((
            schema::sessions::id,
            schema::sessions::account_id,
            schema::sessions::created_at,
            schema::sessions::seen_at,
        ))
        .first(conn)
        .optional()?;
    let idle = Duration::from_secs(60).saturating_mul(settings.idle_minutes);
    let Some((id, account, created_at, seen_at)) = row else {
        return Ok(None);
    };
    let seen_at = seen_at.unwrap_or(created_at);
    if now.since(seen_at) >= idle {
        return Ok(None);
    }
    let account = account::find(conn, account)?.filter(Account::is_enabled);
    Ok(account.map(|account| Held {
        id,
        account,
        is_stale: now.since(seen_at) >= SEEN_EVERY,
    }))
}

/// Writes down that a session is used.
///
/// # Errors
/// Only faults of the store.
pub(super) fn touch(conn: &mut Conn, session: Id, now: Moment) -> Result<()> {
    diesel::update(schema::sessions::table.find(session))
        .set(schema::sessions::seen_at.eq(now))
        .execute(conn)?;
    Ok(())
}
