//! Pages of people: signing in and out, the own account, the language.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::actions::{self, OwnChange};
use super::api::MyChange;
use super::caller::Caller;
use super::sessions;
use super::visit::{Done, SignInPage, Visit, see_other};
use crate::kernel::error::{Error, Result};
use crate::kernel::refused::{Kind, Refused};
use crate::kernel::time::Moment;
use crate::store::Conn;
use crate::text::Lang;
use crate::web::pages::cookies::Cookie;
use crate::web::pages::form::Form;
use crate::web::pages::{Attempt, Page, own_path};

#[derive(Deserialize)]
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

async fn show_sign_in(visit: Visit, aim: web::Query<Aim>) -> Result<HttpResponse> {
    let to = own_path(aim.to.as_deref().unwrap_or("/"));
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
    let mut response = visit.submit(form, deed, account_page).await?;
    if response.status() == StatusCode::SEE_OTHER {
        let cleared = Cookie::Session.clear(secure)?;
        response.headers_mut().append(header::SET_COOKIE, cleared);
    }
    Ok(response)
}

#[derive(Serialize)]
struct AccountPage {
    name: String,
    email: String,
    phone: Option<String>,
    version: i64,
}

fn account_page(conn: &mut Conn, by: &Caller, _: Moment) -> Result<Page> {
    let account = actions::own(conn, by)?;
    let content = AccountPage {
        name: account.name,
        email: account.email,
        phone: account.phone,
        version: account.version,
    };
    Ok(Page::new("people/account.html", &content))
}

async fn show_account(visit: Visit) -> Result<HttpResponse> {
    visit.show(account_page).await
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
    visit.submit(form, deed, account_page).await
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
        .service(web::resource("/account/phone").post(change_phone));
}
