//! Sign-in, refresh and sign-out.
//!
//! A sign-in makes a session, which every access and refresh token names; ending the session ends
//! them all at once. A refresh token is used once: using it again ends its session, because one of
//! the two users stole it.

use std::time::Duration;

use diesel::prelude::*;

use super::account::{self, Account};
use super::password;
use super::token::{Keys, fingerprint, secret};
use crate::app::App;
use crate::journal::{self, Actor, Deed};
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::refused::{Kind, Refused};
use crate::kernel::time::Moment;
use crate::settings::AuthSettings;
use crate::store::Conn;
use crate::store::schema::{refresh_tokens, sessions};

/// Prefix of refresh tokens, so that a leaked one is recognised.
const REFRESH_PREFIX: &str = "fr_";
const DAY: Duration = Duration::from_secs(86_400);

/// The few places for password hashing; app data of the server.
pub(crate) struct Hashing(pub(crate) tokio::sync::Semaphore);

/// A pair of tokens.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) seconds: u64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
struct Session {
    id: Id,
    account_id: Id,
    expires_at: Moment,
    ended_at: Option<Moment>,
}

/// Signs somebody in to the API.
///
/// # Errors
/// As [`admitted`].
pub(crate) async fn sign_in(
    app: &App,
    keys: &Keys,
    hashing: &tokio::sync::Semaphore,
    email: String,
    password: String,
    agent: Option<String>,
) -> Result<Pair> {
    let (settings, keys) = (app.settings.clone(), keys.clone());
    let enter = move |conn: &mut Conn, account: &Account, now: Moment| {
        begin(conn, &settings.auth, &keys, account, agent.as_deref(), now)
    };
    admitted(app, hashing, email, password, enter).await
}

/// Checks an address and its password, and lets in who they belong to. The password is checked between
/// two units of work: it takes about 50 ms.
///
/// # Errors
/// 401 `session.wrong_credentials` for an unknown address, a wrong password and a disabled account
/// alike.
pub(super) async fn admitted<T: Send + 'static>(
    app: &App,
    hashing: &tokio::sync::Semaphore,
    email: String,
    password: String,
    enter: impl Fn(&mut Conn, &Account, Moment) -> Result<T> + Send + 'static,
) -> Result<T> {
    let refused = || {
        Error::from(Refused::new(
            Kind::Unauthenticated,
            "session.wrong_credentials",
        ))
    };
    let known = app
        .store
        .read(move |conn| account::find_by_email(conn, &email))
        .await?;
    let kept = known
        .as_ref()
        .and_then(|account| account.password_hash.clone());
    let holds = hashed(hashing, move || password::holds(&password, kept.as_deref())).await?;
    let account = known
        .filter(|account| holds && account.is_enabled())
        .ok_or_else(refused)?;
    let now = app.now();
    let unit = move |conn: &mut Conn| {
        // The account may have changed while the password was checked.
        let current = account::find(conn, account.id)?;
        let current = current
            .filter(|current| current.epoch == account.epoch)
            .ok_or_else(refused)?;
        enter(conn, &current, now)
    };
    app.store.write(unit).await
}

/// Runs a hash with one of the few permits there are.
///
/// # Errors
/// `Busy` when none is free within a second.
pub(crate) async fn hashed<T: Send + 'static>(
    permits: &tokio::sync::Semaphore,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let waited = tokio::time::timeout(Duration::from_secs(1), permits.acquire()).await;
    let Ok(Ok(_permit)) = waited else {
        return Err(Error::Busy);
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Error::broken)?
}

fn begin(
    conn: &mut Conn,
    settings: &AuthSettings,
    keys: &Keys,
    account: &Account,
    agent: Option<&str>,
    now: Moment,
) -> Result<Pair> {
    let session = Id::new();
    let expires_at = now.plus(DAY.saturating_mul(settings.session_days));
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(session),
            sessions::account_id.eq(account.id),
            sessions::created_at.eq(now),
            sessions::expires_at.eq(expires_at),
            sessions::agent.eq(agent),
        ))
        .execute(conn)?;
    journal::record(
        conn,
        &actor(account),
        &Deed::on_site("session.began", account.id),
        now,
    )?;
    issue(conn, settings, keys, account, session, now)
}

fn issue(
    conn: &mut Conn,
    settings: &AuthSettings,
    keys: &Keys,
    account: &Account,
    session: Id,
    now: Moment,
) -> Result<Pair> {
    let refresh = secret(REFRESH_PREFIX)?;
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::hash.eq(fingerprint(&refresh)),
            refresh_tokens::session_id.eq(session),
            refresh_tokens::issued_at.eq(now),
            refresh_tokens::expires_at.eq(now.plus(DAY.saturating_mul(settings.refresh_days))),
        ))
        .execute(conn)?;
    let seconds = settings.access_seconds;
    let access = keys.sign(account.id, session, account.epoch, now, seconds)?;
    Ok(Pair {
        access,
        refresh,
        seconds,
    })
}

/// What a refresh token led to.
pub(crate) enum Refreshed {
    /// A new pair.
    Pair(Pair),
    /// Nothing; a token used twice has ended its session, which must be kept.
    Refused,
}

/// Exchanges a refresh token for a new pair.
///
/// # Errors
/// Only faults of the store: the unit must commit the end of a session even when it refuses.
pub(crate) fn refresh(
    conn: &mut Conn,
    settings: &AuthSettings,
    keys: &Keys,
    token: &str,
    now: Moment,
) -> Result<Refreshed> {
    let hash = fingerprint(token);
    let row: Option<(Id, Moment, Option<Moment>)> = refresh_tokens::table
        .find(&hash)
        .select((
            refresh_tokens::session_id,
            refresh_tokens::expires_at,
            refresh_tokens::used_at,
        ))
        .first(conn)
        .optional()?;
    let Some((session, expires_at, used_at)) = row else {
        return Ok(Refreshed::Refused);
    };
    let session: Session = sessions::table
        .find(session)
        .select(Session::as_select())
        .first(conn)?;
    let account = account::find(conn, session.account_id)?.filter(Account::is_enabled);
    let Some(account) = account else {
        return Ok(Refreshed::Refused);
    };
    if session.ended_at.is_some() || session.expires_at <= now || expires_at <= now {
        return Ok(Refreshed::Refused);
    }
    if used_at.is_some() {
        end(conn, session.id, "reuse", now)?;
        let deed = Deed::on_site("session.reuse_detected", account.id);
        journal::record(conn, &actor(&account), &deed, now)?;
        tracing::warn!(account = %account.id, "a refresh token was used twice; its session ended");
        return Ok(Refreshed::Refused);
    }
    diesel::update(refresh_tokens::table.find(&hash))
        .set(refresh_tokens::used_at.eq(Some(now)))
        .execute(conn)?;
    issue(conn, settings, keys, &account, session.id, now).map(Refreshed::Pair)
}

/// Ends a session; its tokens hold no longer.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn end(conn: &mut Conn, session: Id, why: &str, now: Moment) -> Result<()> {
    diesel::update(
        sessions::table.filter(sessions::id.eq(session).and(sessions::ended_at.is_null())),
    )
    .set((
        sessions::ended_at.eq(Some(now)),
        sessions::ended_why.eq(Some(why.to_owned())),
    ))
    .execute(conn)?;
    Ok(())
}

/// Ends every session of an account.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn end_all(conn: &mut Conn, account: Id, why: &str, now: Moment) -> Result<()> {
    let open = sessions::table.filter(
        sessions::account_id
            .eq(account)
            .and(sessions::ended_at.is_null()),
    );
    diesel::update(open)
        .set((
            sessions::ended_at.eq(Some(now)),
            sessions::ended_why.eq(Some(why.to_owned())),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn actor(account: &Account) -> Actor {
    Actor {
        id: Some(account.id),
        name: account.name.clone(),
        via: "session",
        request_id: None,
    }
}
