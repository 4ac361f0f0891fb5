//! What a visit is answered with: pages in their frame, the way to the next page, and the page to sign
//! in.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Visit;
use crate::kernel::error::{Error, Result};
use crate::kernel::refused::Facts;
use crate::people::caller::{Caller, Place};
use crate::people::console::{self, Begun};
use crate::people::role::Act;
use crate::web::pages::cookies::Cookie;
use crate::web::pages::form::Form;
use crate::web::pages::{Attempt, Frame, Notice, Page, Reader};

/// Where a person stands after a deed, and what the page there says once.
#[derive(Debug)]
pub(crate) struct Done {
    pub(super) to: String,
    pub(super) notice: Notice,
    /// The session that takes the place of this one, when the deed ended it.
    pub(super) begun: Option<Begun>,
}

impl Done {
    /// Leads to a path, which then says the words of `key`.
    pub(crate) fn to(path: impl Into<String>, key: &str) -> Self {
        Self {
            to: path.into(),
            notice: Notice {
                key: key.to_owned(),
                facts: Facts::none(),
            },
            begun: None,
        }
    }

    /// Hands the browser the session that takes the place of the one the deed ended.
    pub(in crate::people) fn beginning(mut self, begun: Begun) -> Self {
        self.begun = Some(begun);
        self
    }

    /// Adds a fact to the words.
    pub(crate) fn with(mut self, name: &str, value: impl serde::Serialize) -> Self {
        self.notice.facts = self.notice.facts.with(name, value);
        self
    }
}

impl Visit {
    /// The frame of a page for somebody known.
    pub(super) fn frame(&self, by: &Caller) -> Frame {
        let mut frame = Frame::new(by.lang, &self.site, &self.path, &self.query);
        let home = by.scope.reach.or(by.region);
        frame.reader = Some(Reader {
            name: by.name.clone(),
            role: by.role.as_str(),
            manages_people: home
                .is_some_and(|home| by.may(Act::ManagePeople, &Place::region(home)).is_ok()),
        });
        let token = self.secret.as_deref().map(console::form_token);
        frame.token = token.unwrap_or_default();
        frame.notice.clone_from(&self.notice);
        frame
    }

    /// The frame of a page for nobody known.
    pub(in crate::people) fn stranger(&self) -> Frame {
        let mut frame = Frame::new(self.lang, &self.site, &self.path, &self.query);
        frame.notice.clone_from(&self.notice);
        frame
    }

    pub(in crate::people) fn answer(
        &self,
        status: StatusCode,
        page: Page,
        frame: Frame,
    ) -> Result<HttpResponse> {
        let html = page.render(frame)?;
        let mut response = HttpResponse::build(status)
            .content_type("text/html; charset=utf-8")
            .body(html);
        if self.notice.is_some() {
            let cleared = Cookie::Notice.clear(self.site.secure)?;
            response.headers_mut().append(header::SET_COOKIE, cleared);
        }
        Ok(response)
    }

    /// Leads to where a deed leads, which says once what was done.
    pub(in crate::people) fn lead_on(&self, done: Done) -> Result<HttpResponse> {
        let mut response = see_other(&done.to);
        let told = serde_json::to_vec(&done.notice).map_err(Error::broken)?;
        let told = Cookie::Notice.set(&URL_SAFE_NO_PAD.encode(told), self.site.secure)?;
        response.headers_mut().append(header::SET_COOKIE, told);
        if let Some(begun) = &done.begun {
            self.keep(&mut response, begun)?;
        }
        Ok(response)
    }

    /// Hands the browser the secret of a session, and the language its pages speak when nobody is
    /// known.
    pub(in crate::people) fn keep(&self, response: &mut HttpResponse, begun: &Begun) -> Result<()> {
        let secure = self.site.secure;
        let cookies = [
            Cookie::Session.set(&begun.secret, secure)?,
            Cookie::Language.set(begun.lang.as_str(), secure)?,
        ];
        for cookie in cookies {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        Ok(())
    }

    pub(super) fn lead_to_sign_in(&self) -> HttpResponse {
        let here = match (self.path.as_str(), self.query.as_str()) {
            ("/", "") => return see_other("/sign-in"),
            (path, "") => path.to_owned(),
            (path, query) => format!("{path}?{query}"),
        };
        let to: String = form_urlencoded::byte_serialize(here.as_bytes()).collect();
        see_other(&format!("/sign-in?to={to}"))
    }

    /// Asks who handed in a form to sign in again; what was typed stays in the page.
    pub(super) fn ask_to_sign_in(
        &self,
        form: &Form,
        error: Option<&Error>,
    ) -> Result<HttpResponse> {
        let kept = form.shown_again();
        let content = SignInPage {
            action: &self.path,
            to: None,
            kept: &kept,
            is_kept: true,
            kept_version: form.get("_version"),
            email_name: "_email",
            password_name: "_password",
            email: form.get("_email"),
        };
        let mut frame = self.stranger();
        frame.attempt = error.map(|error| Attempt::refused("", &Form::default(), error, self.lang));
        let page = Page::new("people/sign-in.html", &content);
        self.answer(StatusCode::UNAUTHORIZED, page, frame)
    }
}

/// What the page to sign in shows.
#[derive(serde::Serialize)]
pub(in crate::people) struct SignInPage<'a> {
    pub(in crate::people) action: &'a str,
    /// The own path to stand on afterwards.
    pub(in crate::people) to: Option<&'a str>,
    /// What was typed into a form whose session ran out.
    pub(in crate::people) kept: &'a [(String, String)],
    pub(in crate::people) is_kept: bool,
    pub(in crate::people) kept_version: Option<&'a str>,
    pub(in crate::people) email_name: &'a str,
    pub(in crate::people) password_name: &'a str,
    pub(in crate::people) email: Option<&'a str>,
}

/// Leads a browser on to another page.
pub(in crate::people) fn see_other(to: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, to))
        .finish()
}
