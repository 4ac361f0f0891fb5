//! Pages of people: signing in and out, the own account, the language.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::actions::{self, OwnChange};
use super::api::{MyChange, hash_of};
use super::caller::Caller;
use super::visit::{Done, SignInPage, View, Visit, see_other};
use super::{console, sessions};
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::refused::{Finding, Kind, Refused};
use crate::kernel::time::Moment;
use crate::reference;
use crate::store::Conn;
use crate::text::Lang;
use crate::web::extract::Filters;
use crate::web::pages::cookies::Cookie;
use crate::web::pages::form::Form;
use crate::web::pages::{Attempt, Page, own_path};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Aim {
    to: Option<String>,
}

fn sign_in_page<'a>(to: &'a str, email: Option<&'a str>) -> SignInPage<'a> {
    SignInPage {
        action: "/sign-in",
        to: Some(to),
        kept: &[],
        is_kept: false,
        kept_version: None,
        email_name: "email",
        password_name: "password",
        email,
    }
}

async fn show_sign_in(visit: Visit, aim: Filters<Aim>) -> Result<HttpResponse> {
    let to = own_path(aim.0.to.as_deref().unwrap_or("/"));
    let page = Page::new("people/sign-in.html", &sign_in_page(to, None));
    let frame = visit.stranger();
    visit.answer(StatusCode::OK, page, frame)
}

async fn sign_in(visit: Visit, form: Form) -> Result<HttpResponse> {
    visit.refuse_foreign()?;
    let to = own_path(form.get("to").unwrap_or("/"));
    match visit.sign_in(&form, "email", "password").await {
        Ok(begun) => {
            let mut response = see_other(to);
            visit.keep(&mut response, &begun)?;
            Ok(response)
        }
        Err(error @ Error::Refused(_)) => {
            let page = Page::new("people/sign-in.html", &sign_in_page(to, form.get("email")));
            let mut frame = visit.stranger();
            let attempt = Attempt::refused("", &Form::default(), &error, visit.lang);
            frame.attempt = Some(attempt);
            visit.answer(StatusCode::UNAUTHORIZED, page, frame)
        }
        Err(error) => Err(error),
    }
}

async fn sign_out(visit: Visit, form: Form) -> Result<HttpResponse> {
    let secure = visit.site.secure;
    let deed = |conn: &mut Conn, by: &Caller, now: Moment, _: &Form| {
        if let Some(session) = by.session {
            sessions::end(conn, session, "signed_out", now)?;
        }
        Ok(Done::to("/sign-in", "page.session.signed_out"))
    };
    let (secret, view) = (visit.secret.clone(), account_view(&visit));
    let mut response = visit.submit(form, deed, view).await?;
    if response.status() == StatusCode::UNAUTHORIZED {
        // Whoever is not signed in has nothing to sign in for.
        response = see_other("/sign-in");
    }
    if response.status() == StatusCode::SEE_OTHER && secret.is_some() {
        let cleared = Cookie::Session.clear(secure)?;
        response.headers_mut().append(header::SET_COOKIE, cleared);
    }
    Ok(response)
}

#[derive(Serialize)]
struct AccountPage {
    name: String,
    email: String,
    role: &'static str,
    region: Option<String>,
    department: Option<String>,
    unit: Option<String>,
    post: Option<String>,
    phone: Option<String>,
    version: i64,
    sessions: Vec<SessionRow>,
}

#[derive(Serialize)]
struct SessionRow {
    id: Id,
    is_console: bool,
    is_current: bool,
    began_at: Moment,
    seen_at: Option<Moment>,
    agent: Option<String>,
}

/// The page of the own account.
fn account_view(visit: &Visit) -> impl View + use<> {
    let settings = visit.settings();
    move |conn: &mut Conn, by: &Caller, now: Moment| {
        let account = actions::own(conn, by)?;
        let sessions = console::list(conn, &settings.console, account.id, now)?;
        let sessions = sessions.into_iter().map(|session| SessionRow {
            is_console: session.seen_at.is_some(),
            is_current: by.session == Some(session.id),
            id: session.id,
            began_at: session.created_at,
            seen_at: session.seen_at,
            agent: session.agent.as_deref().map(console::short_agent),
        });
        let region = account.region.and_then(reference::region);
        let department = account.department.as_deref();
        let said = |zh: &str, en: &str| {
            let name = if by.lang == Lang::Zh { zh } else { en };
            name.to_owned()
        };
        let content = AccountPage {
            sessions: sessions.collect(),
            region: region.map(|region| said(&region.zh, &region.en)),
            department: department
                .and_then(reference::department)
                .map(|department| said(&department.zh, &department.en)),
            role: account.role.as_str(),
            name: account.name,
            email: account.email,
            unit: account.unit,
            post: account.post,
            phone: account.phone,
            version: account.version,
        };
        Ok(Page::new("people/account.html", &content))
    }
}

async fn show_account(visit: Visit) -> Result<HttpResponse> {
    let view = account_view(&visit);
    visit.show(view).await
}

async fn change_phone(visit: Visit, form: Form) -> Result<HttpResponse> {
    let deed = |conn: &mut Conn, by: &Caller, now: Moment, form: &Form| {
        let change = OwnChange {
            phone: form.body::<MyChange>()?.phone,
            ..OwnChange::default()
        };
        let account = actions::change_own(conn, by, form.version(), &change, now)?;
        Ok(Done::to("/account", "page.account.phone_changed").with("phone", account.phone))
    };
    let view = account_view(&visit);
    visit.submit(form, deed, view).await
}

/// Changes the password. Every other session ends, and this one goes on under a new secret.
async fn change_password(visit: Visit, form: Form) -> Result<HttpResponse> {
    let hash = match hash_asked(&visit, &form).await {
        Ok(hash) => Ok(hash),
        Err(Error::Refused(refused)) => Err(*refused),
        Err(other) => return Err(other),
    };
    let (settings, agent) = (visit.settings(), visit.agent.clone());
    let deed = move |conn: &mut Conn, by: &Caller, now: Moment, form: &Form| {
        let change = OwnChange {
            password_hash: Some(hash.clone()?),
            ..OwnChange::default()
        };
        let account = actions::change_own(conn, by, form.version(), &change, now)?;
        let agent = agent.as_deref();
        let begun = console::begin(conn, &settings.console, &account, agent, None, now)?;
        Ok(Done::to("/account", "page.account.password_changed").beginning(begun))
    };
    let view = account_view(&visit);
    visit.submit(form, deed, view).await
}

async fn hash_asked(visit: &Visit, form: &Form) -> Result<String> {
    let account = visit.own_account(form).await?;
    let Some(asked) = form.body::<MyChange>()?.password else {
        let empty = ["/password/current", "/password/new"];
        let findings = empty.map(|at| Finding::new(at, "body.missing_field"));
        return Err(Refused::invalid(findings.into()).into());
    };
    hash_of(&visit.hashing, &account, asked).await
}

async fn end_session(visit: Visit, path: web::Path<Id>, form: Form) -> Result<HttpResponse> {
    let session = path.into_inner();
    let deed = move |conn: &mut Conn, by: &Caller, now: Moment, _: &Form| {
        let account = actions::own(conn, by)?;
        console::end_own(conn, account.id, session, now)?;
        Ok(Done::to("/account", "page.account.session_ended"))
    };
    let view = account_view(&visit);
    visit.submit(form, deed, view).await
}

async fn end_other_sessions(visit: Visit, form: Form) -> Result<HttpResponse> {
    let deed = |conn: &mut Conn, by: &Caller, now: Moment, _: &Form| {
        let account = actions::own(conn, by)?;
        let kept = by.session.unwrap_or(account.id);
        let ended = console::end_others(conn, account.id, kept, now)?;
        Ok(Done::to("/account", "page.account.sessions_ended").with("count", ended))
    };
    let view = account_view(&visit);
    visit.submit(form, deed, view).await
}

/// Chooses the language of the pages; of who is known, the account's.
async fn choose_language(visit: Visit, form: Form) -> Result<HttpResponse> {
    visit.refuse_foreign()?;
    let wrong = || Error::from(Refused::new(Kind::Malformed, "form.malformed"));
    let lang: Lang = form
        .get("lang")
        .and_then(|lang| lang.parse().ok())
        .ok_or_else(wrong)?;
    let to = own_path(form.get("to").unwrap_or("/")).to_owned();
    visit.speak(&form, lang).await?;
    let mut response = see_other(&to);
    let kept = Cookie::Language.set(lang.as_str(), visit.site.secure)?;
    response.headers_mut().append(header::SET_COOKIE, kept);
    Ok(response)
}

/// The pages of people.
pub(crate) fn pages(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/sign-in").get(show_sign_in).post(sign_in))
        .service(web::resource("/sign-out").post(sign_out))
        .service(web::resource("/language").post(choose_language))
        .service(web::resource("/account").get(show_account))
        .service(web::resource("/account/phone").post(change_phone))
        .service(web::resource("/account/password").post(change_password))
        .service(web::resource("/account/sessions/closure").post(end_other_sessions))
        .service(web::resource("/account/sessions/{id}/closure").post(end_session));
}
