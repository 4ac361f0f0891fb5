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
use crate::kernel::refused::{Kind, Refused};
use crate::kernel::time::Moment;
use crate::settings::ConsoleSettings;
use crate::store::Conn;
use crate::store::schema;
use crate::text::Lang;

/// Prefix of the secrets, so that a leaked one is recognised.
const PREFIX: &str = "fs_";
/// A session's use is written down once in so many seconds, so that reading pages writes little.
const SEEN_EVERY: Duration = Duration::from_secs(60);
/// Most sessions that are listed.
const MOST_LISTED: i64 = 100;
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

/// An open session of an account.
#[derive(Debug, Queryable)]
pub(super) struct Listed {
    pub(super) id: Id,
    pub(super) created_at: Moment,
    /// Of the console's alone.
    pub(super) seen_at: Option<Moment>,
    pub(super) agent: Option<String>,
}

/// Returns the open sessions of an account, those of the API too, the newest first.
///
/// # Errors
/// Only faults of the store.
pub(super) fn list(
    conn: &mut Conn,
    settings: &ConsoleSettings,
    account: Id,
    now: Moment,
) -> Result<Vec<Listed>> {
    let idle = Duration::from_secs(60).saturating_mul(settings.idle_minutes);
    let seen = schema::sessions::seen_at;
    Ok(schema::sessions::table
        .filter(schema::sessions::account_id.eq(account))
        .filter(schema::sessions::ended_at.is_null())
        .filter(schema::sessions::expires_at.gt(now))
        .filter(seen.is_null().or(seen.gt(now.minus(idle))))
        .order((schema::sessions::created_at.desc(), schema::sessions::id))
        .limit(MOST_LISTED)
        .select((
            schema::sessions::id,
            schema::sessions::created_at,
            schema::sessions::seen_at,
            schema::sessions::agent,
        ))
        .load(conn)?)
}

/// Ends one of the account's own sessions.
///
/// # Errors
/// 404 `session.missing` when it has no such session.
pub(super) fn end_own(conn: &mut Conn, account: Id, session: Id, now: Moment) -> Result<()> {
    let own: Option<Id> = schema::sessions::table
        .filter(schema::sessions::id.eq(session))
        .filter(schema::sessions::account_id.eq(account))
        .select(schema::sessions::id)
        .first(conn)
        .optional()?;
    let own = own.ok_or_else(|| Refused::new(Kind::Missing, "session.missing"))?;
    sessions::end(conn, own, "ended_by_owner", now)
}

/// Ends every session of an account but one, and returns how many ended.
///
/// # Errors
/// Only faults of the store.
pub(super) fn end_others(conn: &mut Conn, account: Id, kept: Id, now: Moment) -> Result<usize> {
    let others = schema::sessions::table
        .filter(schema::sessions::account_id.eq(account))
        .filter(schema::sessions::ended_at.is_null())
        .filter(schema::sessions::id.ne(kept));
    Ok(diesel::update(others)
        .set((
            schema::sessions::ended_at.eq(Some(now)),
            schema::sessions::ended_why.eq(Some("ended_by_owner")),
        ))
        .execute(conn)?)
}

/// Says in a few letters what a client calls itself at length: `Chrome, Windows`.
pub(super) fn short_agent(agent: &str) -> String {
    // The later names pretend to be the earlier ones too, so the order matters.
    const BROWSERS: [(&str, &str); 5] = [
        ("Edg", "Edge"),
        ("Firefox/", "Firefox"),
        ("MicroMessenger/", "WeChat"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("Windows", "Windows"),
        ("HarmonyOS", "HarmonyOS"),
        ("Android", "Android"),
        ("iPhone", "iOS"),
        ("iPad", "iOS"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let told = |names: &[(&str, &'static str)]| {
        let mut found = names.iter().filter(|(part, _)| agent.contains(part));
        found.next().map(|(_, name)| *name)
    };
    match (told(&BROWSERS), told(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => agent.chars().take(40).collect(),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_named_in_a_few_letters() {
        for (agent, short) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 \
                 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
                "Safari, iOS",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
                "Firefox, Linux",
            ),
            ("curl/8.5.0", "curl/8.5.0"),
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ] {
            assert_eq!(short_agent(agent), short);
        }
    }

    #[test]
    fn the_form_token_does_not_show_the_secret() {
        let token = form_token("fs_secret");
        assert_eq!(token.len(), 64);
        assert_ne!(token, fingerprint("fs_secret"));
        assert_ne!(token, form_token("fs_other"));
    }
}
