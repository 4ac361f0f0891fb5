//! Signing in at a browser, and again where a session ran out while a form was typed.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::{View, Visit};
use crate::kernel::error::{Error, Result};
use crate::kernel::time::Moment;
use crate::people::console::{self, Begun};
use crate::people::{Account, sessions};
use crate::store::Conn;
use crate::web::pages::Attempt;
use crate::web::pages::form::Form;

impl Visit {
    /// Signs somebody in whose session ran out while a form was typed, and shows the form again.
    pub(super) async fn sign_in_again(
        &self,
        form: &Form,
        view: Arc<impl View>,
    ) -> Result<HttpResponse> {
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
    pub(in crate::people) async fn sign_in(
        &self,
        form: &Form,
        email: &str,
        password: &str,
    ) -> Result<Begun> {
        let typed = |name: &str| form.get(name).unwrap_or_default().to_owned();
        let (email, password) = (typed(email).trim().to_owned(), typed(password));
        let (settings, agent, old) = (self.settings(), self.agent.clone(), self.secret.clone());
        let enter = move |conn: &mut Conn, account: &Account, now: Moment| {
            let (agent, old) = (agent.as_deref(), old.as_deref());
            console::begin(conn, &settings.console, account, agent, old, now)
        };
        sessions::admitted(&self.app, &self.hashing.0, email, password, enter).await
    }
}
