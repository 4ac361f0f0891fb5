//! A visit of the console: who reads or hands in a page, by the session in the cookie.
//!
//! Pages run the same actions as the API, in units of their own; what `Call` is to JSON routes, `Visit`
//! is to pages.

mod answers;
mod origin;

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Account;
use super::actions::{self, OwnChange};
use super::api::Hashing;
use super::caller::Caller;
use super::console::{self, Begun};
use super::sessions;
use crate::app::App;
use crate::journal;
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::refused::{Kind, Refused};
use crate::kernel::time::Moment;
use crate::settings::Settings;
use crate::store::Conn;
use crate::text::Lang;
use crate::web::answer::Answer;
use crate::web::pages::cookies::Cookie;
use crate::web::pages::form::Form;
use crate::web::pages::{Attempt, Notice, Page, Site};
use crate::web::{extract, guard, idempotency};

pub(crate) use answers::Done;
pub(super) use answers::{SignInPage, see_other};
use origin::is_same_origin;

/// What makes a page, inside a unit that only reads.
pub(crate) trait View:
    Fn(&mut Conn, &Caller, Moment) -> Result<Page> + Send + Sync + 'static
{
}

impl<F> View for F where F: Fn(&mut Conn, &Caller, Moment) -> Result<Page> + Send + Sync + 'static {}

/// A request of somebody at a browser.
#[derive(Clone)]
pub(crate) struct Visit {
    pub(crate) app: App,
    pub(super) site: web::Data<Site>,
    pub(super) hashing: web::Data<Hashing>,
    /// The secret of the session, as the cookie has it.
    pub(super) secret: Option<String>,
    /// The language of who is not known.
    pub(super) lang: Lang,
    notice: Option<Notice>,
    pub(super) agent: Option<String>,
    path: String,
    query: String,
    request_id: String,
    is_same_origin: bool,
}

impl FromRequest for Visit {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(req))
    }
}

/// The project a path lies under: `/projects/{id}/…`.
fn project_of(path: &str) -> Option<Id> {
    let rest = path.strip_prefix("/projects/")?;
    rest.split('/').next()?.parse().ok()
}

/// What a unit found of who visits.
struct Known {
    caller: Caller,
    /// The session, when its use is to be written down again.
    stale: Option<Id>,
}

impl Visit {
    fn of(req: &HttpRequest) -> Result<Self> {
        let app = req.app_data::<web::Data<App>>();
        let site = req.app_data::<web::Data<Site>>();
        let hashing = req.app_data::<web::Data<Hashing>>();
        let (Some(app), Some(site), Some(hashing)) = (app, site, hashing) else {
            return Err(Error::broken("the server was put together without a site"));
        };
        let cookie = |cookie: Cookie| cookie.read(req, site.secure);
        let lang = cookie(Cookie::Language).and_then(|lang| lang.parse().ok());
        let notice = cookie(Cookie::Notice).and_then(|text| {
            let json = URL_SAFE_NO_PAD.decode(text).ok()?;
            serde_json::from_slice(&json).ok()
        });
        Ok(Self {
            app: app.get_ref().clone(),
            site: site.clone(),
            hashing: hashing.clone(),
            secret: cookie(Cookie::Session),
            lang: lang.unwrap_or_else(|| extract::lang_of(req)),
            notice,
            agent: console::agent(req),
            path: req.path().to_owned(),
            query: req.query_string().to_owned(),
            request_id: guard::request_id(req),
            is_same_origin: is_same_origin(req, site),
        })
    }

    /// Returns the site's settings.
    pub(crate) fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.app.settings)
    }

    /// Shows a page.
    ///
    /// # Errors
    /// What the view returns.
    pub(crate) async fn show(self, view: impl View) -> Result<HttpResponse> {
        match self.looked(Arc::new(view)).await {
            Ok((known, page)) => {
                self.touch(&known).await?;
                self.answer(StatusCode::OK, page, self.frame(&known.caller))
            }
            Err(error) if error.code() == Some("session.required") => Ok(self.lead_to_sign_in()),
            Err(error) => Err(error),
        }
    }

    /// Does what a form asks for, once however often it is handed in. A refusal shows the page of the
    /// form again, with what was typed and what is wrong.
    ///
    /// # Errors
    /// 403 `form.foreign` for a form of another site; what the view returns.
    pub(crate) async fn submit<D>(
        self,
        form: Form,
        deed: D,
        view: impl View,
    ) -> Result<HttpResponse>
    where
        D: Fn(&mut Conn, &Caller, Moment, &Form) -> Result<Done> + Send + Sync + 'static,
    {
        self.refuse_foreign()?;
        let (form, view) = (Arc::new(form), Arc::new(view));
        if form.get("_email").is_some() {
            return self.sign_in_again(&form, view).await;
        }
        match self.did(Arc::clone(&form), deed).await {
            Ok(done) => self.lead_on(done),
            Err(error) if error.code() == Some("session.required") => {
                self.ask_to_sign_in(&form, None)
            }
            Err(error) => self.again(&form, &error, view).await,
        }
    }

    /// Refuses a form that another site handed in.
    ///
    /// # Errors
    /// 403 `form.foreign`.
    pub(super) fn refuse_foreign(&self) -> Result<()> {
        if self.is_same_origin {
            return Ok(());
        }
        tracing::warn!(
            request.path = self.path,
            "a form of another site was refused"
        );
        Err(Refused::new(Kind::Forbidden, "form.foreign").into())
    }

    async fn did<D>(&self, form: Arc<Form>, deed: D) -> Result<Done>
    where
        D: Fn(&mut Conn, &Caller, Moment, &Form) -> Result<Done> + Send + Sync + 'static,
    {
        let (visit, now) = (self.clone(), self.app.now());
        let path = format!("POST {}", self.path);
        let key = form.get("_once").filter(|once| !once.is_empty());
        let key = key
            .map(|once| idempotency::Key::new(&path, once, &form.digest()))
            .transpose()?;
        let unit = move |conn: &mut Conn| {
            let known = visit.known(conn, now)?;
            visit.hold_token(&form)?;
            if let Some(session) = known.stale {
                console::touch(conn, session, now)?;
            }
            let by = known.caller;
            let (Some(key), Some(account)) = (&key, by.id) else {
                return deed(conn, &by, now, &form);
            };
            let mut begun = None;
            let answer = idempotency::once(conn, account, key, now, |conn| {
                let mut done = deed(conn, &by, now, &form)?;
                begun = done.begun.take();
                let mut answer = Answer::ok(&done.notice)?;
                answer.location = Some(done.to);
                Ok(answer)
            })?;
            Ok(Done {
                to: answer.location.unwrap_or_default(),
                notice: serde_json::from_str(&answer.body).map_err(Error::broken)?,
                begun,
            })
        };
        self.app.store.write(unit).await
    }

    /// Shows the page of a form that was refused.
    async fn again(
        &self,
        form: &Form,
        error: &Error,
        view: Arc<impl View>,
    ) -> Result<HttpResponse> {
        let (known, page) = self.looked(view).await?;
        let mut frame = self.frame(&known.caller);
        let mut attempt = Attempt::refused(&self.path, form, error, known.caller.lang);
        if error.code() == Some("version.stale")
            && let Some(project) = project_of(&self.path)
        {
            let unit = move |conn: &mut Conn| journal::latest(conn, project);
            attempt.changed = self.app.store.read(unit).await?;
        }
        frame.attempt = Some(attempt);
        let status = actix_web::ResponseError::status_code(error);
        self.answer(status, page, frame)
    }

    /// Signs somebody in whose session ran out while a form was typed, and shows the form again.
    async fn sign_in_again(&self, form: &Form, view: Arc<impl View>) -> Result<HttpResponse> {
        let mut visit = self.clone();
        let begun = match visit.sign_in(form, "_email", "_password").await {
            Ok(begun) => begun,
            Err(error @ Error::Refused(_)) => return self.ask_to_sign_in(form, Some(&error)),
            Err(error) => return Err(error),
        };
        visit.secret = Some(begun.secret.clone());
        let (known, page) = visit.looked(view).await?;
        let mut frame = visit.frame(&known.caller);
        frame.attempt = Some(Attempt::kept(&visit.path, form, known.caller.lang));
        let mut response = visit.answer(StatusCode::OK, page, frame)?;
        visit.keep(&mut response, &begun)?;
        Ok(response)
    }

    /// Signs somebody in with what was typed under two names.
    ///
    /// # Errors
    /// As [`sessions::admitted`].
    pub(super) async fn sign_in(&self, form: &Form, email: &str, password: &str) -> Result<Begun> {
        let typed = |name: &str| form.get(name).unwrap_or_default().to_owned();
        let (email, password) = (typed(email).trim().to_owned(), typed(password));
        let (settings, agent, old) = (self.settings(), self.agent.clone(), self.secret.clone());
        let enter = move |conn: &mut Conn, account: &Account, now: Moment| {
            let (agent, old) = (agent.as_deref(), old.as_deref());
            console::begin(conn, &settings.console, account, agent, old, now)
        };
        sessions::admitted(&self.app, &self.hashing.0, email, password, enter).await
    }

    /// Returns the own account of who handed in a form, for what must be worked out before the deed's
    /// unit begins, such as the hash of a password.
    ///
    /// # Errors
    /// 403 `form.foreign`, `form.token`; 401 `session.required`.
    pub(super) async fn own_account(&self, form: &Form) -> Result<Account> {
        self.refuse_foreign()?;
        let (visit, form, now) = (self.clone(), form.clone(), self.app.now());
        let unit = move |conn: &mut Conn| {
            let known = visit.known(conn, now)?;
            visit.hold_token(&form)?;
            actions::own(conn, &known.caller)
        };
        self.app.store.read(unit).await
    }

    /// Makes a language the account's own, when somebody is signed in.
    ///
    /// # Errors
    /// 403 `form.token` for a form of another session.
    pub(super) async fn speak(&self, form: &Form, lang: Lang) -> Result<()> {
        let (visit, form, now) = (self.clone(), form.clone(), self.app.now());
        let unit = move |conn: &mut Conn| {
            let by = match visit.known(conn, now) {
                Ok(known) => known.caller,
                Err(error) if error.code() == Some("session.required") => return Ok(()),
                Err(error) => return Err(error),
            };
            visit.hold_token(&form)?;
            let account = actions::own(conn, &by)?;
            if account.language == lang {
                return Ok(());
            }
            let change = OwnChange {
                language: Some(lang),
                ..OwnChange::default()
            };
            actions::change_own(conn, &by, Some(account.version), &change, now).map(|_| ())
        };
        self.app.store.write(unit).await
    }

    /// Runs a view in a unit that only reads.
    async fn looked(&self, view: Arc<impl View>) -> Result<(Known, Page)> {
        let (visit, now) = (self.clone(), self.app.now());
        let unit = move |conn: &mut Conn| {
            let known = visit.known(conn, now)?;
            let page = view(conn, &known.caller, now)?;
            Ok((known, page))
        };
        self.app.store.read(unit).await
    }

    /// Reads who visits, for what has to be known before the unit of a deed.
    ///
    /// # Errors
    /// 401 `session.required`.
    pub(super) fn caller(&self, conn: &mut Conn, now: Moment) -> Result<Caller> {
        self.known(conn, now).map(|known| known.caller)
    }

    /// Reads who visits.
    ///
    /// # Errors
    /// 401 `session.required` for whatever is wrong: nobody learns what.
    fn known(&self, conn: &mut Conn, now: Moment) -> Result<Known> {
        let settings = &self.app.settings;
        let held = match &self.secret {
            Some(secret) => console::find(conn, &settings.console, secret, now)?,
            None => None,
        };
        let held = held.ok_or_else(|| Refused::new(Kind::Unauthenticated, "session.required"))?;
        let mut caller = held.account.caller(conn, settings.site.region)?;
        caller.session = Some(held.id);
        caller.via = "console";
        caller.request_id = Some(self.request_id.clone());
        Ok(Known {
            caller,
            stale: held.is_stale.then_some(held.id),
        })
    }

    fn hold_token(&self, form: &Form) -> Result<()> {
        let token = self.secret.as_deref().map(console::form_token);
        if token.is_some() && token.as_deref() == form.get("_token") {
            return Ok(());
        }
        Err(Refused::new(Kind::Forbidden, "form.token").into())
    }

    async fn touch(&self, known: &Known) -> Result<()> {
        let Some(session) = known.stale else {
            return Ok(());
        };
        let now = self.app.now();
        let unit = move |conn: &mut Conn| console::touch(conn, session, now);
        self.app.store.write(unit).await
    }
}
