//! A signed-in request. The caller is read from the database inside the unit of work of the action
//! itself, so that a sign-out, a changed role or a disabled account holds at once.

mod export;

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use diesel::prelude::*;

use super::account::{self, Account};
use super::caller::Caller;
use super::token::{Claims, Keys, fingerprint};
use crate::app::App;
use crate::kernel::error::{Error, Result};
use crate::kernel::refused::{Kind, Refused};
use crate::kernel::time::Moment;
use crate::settings::Settings;
use crate::store::Conn;
use crate::store::schema::{api_keys, sessions};
use crate::text::Lang;
use crate::web::answer::Answer;
use crate::web::ledger::Form;
use crate::web::upload::{self, File, RemarkView, Report};
use crate::web::{extract, guard, idempotency};

/// Prefix of every API key, by which it is told from an access token.
pub(crate) const KEY_PREFIX: &str = "fo_";

/// What came in `Authorization`, so far as it can be checked without the database.
#[derive(Debug, Clone)]
enum Credential {
    Token(Claims),
    ApiKey(String),
    Nothing,
}

/// A request of somebody who claims to be signed in.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) app: App,
    credential: Credential,
    /// The language asked for; else the account's.
    asked_lang: Option<Lang>,
    /// The version of `If-Match`.
    pub(crate) if_match: Option<i64>,
    /// The form of a file, where a list is asked for as one.
    pub(crate) file: Option<Form>,
    idempotency_key: Option<String>,
    path: String,
    query: String,
    request_id: String,
}

impl FromRequest for Call {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(req))
    }
}

impl Call {
    fn of(req: &HttpRequest) -> Result<Self> {
        let app = req
            .app_data::<web::Data<App>>()
            .map(|app| app.get_ref().clone());
        let keys = req.app_data::<web::Data<Keys>>();
        let (Some(app), Some(keys)) = (app, keys) else {
            return Err(Error::broken(
                "the server was put together without app and keys",
            ));
        };
        extract::refuse_stray_query(req)?;
        let text = |name: header::HeaderName| {
            req.headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let bearer = text(header::AUTHORIZATION).and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        let credential = match bearer {
            Some(key) if key.starts_with(KEY_PREFIX) => Credential::ApiKey(fingerprint(key)),
            Some(token) => keys
                .verify(token, app.now())
                .map_or(Credential::Nothing, Credential::Token),
            None => Credential::Nothing,
        };
        Ok(Self {
            app,
            credential,
            asked_lang: extract::asked_lang(req),
            if_match: extract::if_match(req)?,
            file: text(header::ACCEPT).and_then(Form::accepted),
            // What is no text stays visible as such, so that it is refused and not passed over.
            idempotency_key: req
                .headers()
                .get("idempotency-key")
                .map(|key| String::from_utf8_lossy(key.as_bytes()).into_owned()),
            path: format!("{} {}", req.method(), req.path()),
            query: req.query_string().to_owned(),
            request_id: guard::request_id(req),
        })
    }

    /// Returns the site's settings.
    pub(crate) fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.app.settings)
    }

    /// Runs an action that only reads.
    ///
    /// # Errors
    /// 401 `session.required`; what the action returns.
    pub(crate) async fn read(
        &self,
        action: impl Fn(&mut Conn, &Caller, Moment) -> Result<Answer> + Send + 'static,
    ) -> Result<HttpResponse> {
        let (call, now) = (self.clone(), self.app.now());
        let unit = move |conn: &mut Conn| {
            let by = call.caller(conn, now)?;
            action(conn, &by, now)
        };
        let mut answer = self.app.store.read(unit).await?;
        answer.link = answer.next.take().map(|cursor| self.link(&cursor));
        Ok(answer.respond())
    }

    /// Returns the `Link` to the page after a cursor: the same request with another cursor.
    fn link(&self, cursor: &str) -> String {
        let (_, path) = self.path.split_once(' ').unwrap_or_default();
        let kept = self.query.split('&').filter(|part| !part.is_empty());
        let kept = kept.filter(|part| !part.starts_with("cursor="));
        let mut query: Vec<String> = kept.map(str::to_owned).collect();
        query.push(format!("cursor={cursor}"));
        format!("<{path}?{}>; rel=\"next\"", query.join("&"))
    }

    /// Runs an action that may change rows, once per idempotency key when there is one. `digest` is
    /// that of the body.
    ///
    /// # Errors
    /// 401 `session.required`; those of idempotency; what the action returns.
    pub(crate) async fn write(
        &self,
        digest: String,
        action: impl Fn(&mut Conn, &Caller, Moment) -> Result<Answer> + Send + 'static,
    ) -> Result<HttpResponse> {
        let key = self
            .idempotency_key
            .as_deref()
            .filter(|_| self.path.starts_with("POST "));
        let key = key
            .map(|key| idempotency::Key::new(&self.path, key, &digest))
            .transpose()?;
        let (call, now) = (self.clone(), self.app.now());
        let unit = move |conn: &mut Conn| {
            let by = call.caller(conn, now)?;
            match (&key, by.id) {
                (Some(key), Some(account)) => {
                    idempotency::once(conn, account, key, now, |conn| action(conn, &by, now))
                }
                _ => action(conn, &by, now),
            }
        };
        Ok(self.app.store.write(unit).await?.respond())
    }

    /// Returns the call deaf to `Idempotency-Key`: answers that carry a secret are never stored.
    pub(crate) fn without_idempotency(mut self) -> Self {
        self.idempotency_key = None;
        self
    }

    /// Reads who is calling.
    ///
    /// # Errors
    /// 401 `session.required` for whatever is wrong: nobody learns what.
    pub(crate) fn caller(&self, conn: &mut Conn, now: Moment) -> Result<Caller> {
        let refused = || Error::from(Refused::new(Kind::Unauthenticated, "session.required"));
        let (account, session, via) = match &self.credential {
            Credential::Nothing => return Err(refused()),
            Credential::Token(claims) => (
                Self::of_token(conn, claims, now)?,
                Some(claims.sid),
                "session",
            ),
            Credential::ApiKey(hash) => (self.of_key(conn, hash, now)?, None, "key"),
        };
        let account = account.filter(Account::is_enabled).ok_or_else(refused)?;
        let mut caller = account.caller(conn, self.app.settings.site.region)?;
        caller.lang = self.asked_lang.unwrap_or(account.language);
        caller.session = session;
        caller.via = via;
        caller.request_id = Some(self.request_id.clone());
        Ok(caller)
    }

    fn of_token(conn: &mut Conn, claims: &Claims, now: Moment) -> Result<Option<Account>> {
        let session: Option<(Moment, Option<Moment>)> = sessions::table
            .filter(
                sessions::id
                    .eq(claims.sid)
                    .and(sessions::account_id.eq(claims.sub)),
            )
            .select((sessions::expires_at, sessions::ended_at))
            .first(conn)
            .optional()?;
        let holds = session.is_some_and(|(expires, ended)| expires > now && ended.is_none());
        let account = if holds {
            account::find(conn, claims.sub)?
        } else {
            None
        };
        Ok(account.filter(|account| account.epoch == claims.ep))
    }

    fn of_key(&self, conn: &mut Conn, hash: &str, now: Moment) -> Result<Option<Account>> {
        let today = self.app.zone().day_of(now);
        let key = api_keys::table
            .filter(api_keys::hash.eq(hash).and(api_keys::revoked_at.is_null()))
            .filter(api_keys::expires_on.ge(today))
            .select(api_keys::account_id)
            .first(conn)
            .optional()?;
        key.map_or(Ok(None), |id| account::find(conn, id))
    }
}

/// Checks the version a caller saw against the one there is.
///
/// # Errors
/// 428 `version.required` without one; 412 `version.stale` when somebody was faster.
pub(crate) fn expect(seen: Option<i64>, current: i64) -> Result<()> {
    match seen {
        None => Err(Refused::new(Kind::Precondition, "version.required").into()),
        Some(seen) if seen != current => Err(Refused::new(Kind::Stale, "version.stale").into()),
        Some(_) => Ok(()),
    }
}

/// Keeps an uploaded list with what was told of it, for whoever uploaded it.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn keep_upload(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    file: &File,
    report: &Report<RemarkView>,
    now: Moment,
) -> Result<()> {
    let Some(account) = by.id else {
        return Ok(());
    };
    let remarks = report.errors.iter().chain(&report.warnings);
    let remarks: Vec<RemarkView> = remarks.cloned().collect();
    let told = (report.applies(), remarks.as_slice());
    upload::keep(
        conn,
        &settings.imports,
        (report.id, account),
        file,
        told,
        now,
    )
}
