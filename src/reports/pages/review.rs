//! The forms of the review of a report: taken, given back, and opened for a correction.

use actix_web::{HttpResponse, web};

use super::one::{self, Shown};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::time::{Moment, Quarter};
use crate::people::caller::Caller;
use crate::people::visit::{Done, Visit};
use crate::reports::actions;
use crate::reports::api::{Correction, Nothing, Return};
use crate::reports::filing::Which;
use crate::settings::Settings;
use crate::store::Conn;
use crate::web::pages::form::Form;

/// What a reason names when it is about the whole: an input that is empty says nothing.
const WHOLE: &str = "/";

/// Does a deed of the review, and leads back to the report, which says so.
async fn done(
    visit: Visit,
    which: Which,
    form: Form,
    said: &'static str,
    act: impl Fn(&mut Conn, &Caller, &Settings, &Form, Moment) -> Result<()> + Send + Sync + 'static,
) -> Result<HttpResponse> {
    let (settings, shown) = (visit.settings(), visit.settings());
    let deed = move |conn: &mut Conn, by: &Caller, now: Moment, form: &Form| {
        act(conn, by, &settings, form, now)?;
        Ok(Done::to(one::path(which), said).with("quarter", which.1))
    };
    let view = move |conn: &mut Conn, by: &Caller, now: Moment| {
        one::page(conn, by, &shown, Shown::of(which), now)
    };
    visit.submit(form, deed, view).await
}

pub(super) async fn accept(
    visit: Visit,
    which: web::Path<(Id, Quarter)>,
    form: Form,
) -> Result<HttpResponse> {
    let which = which.into_inner();
    done(
        visit,
        which,
        form,
        "page.reports.accepted",
        move |conn, by, settings, form, now| {
            let Nothing {} = form.body()?;
            actions::accept(conn, by, settings, which, now).map(|_| ())
        },
    )
    .await
}

pub(super) async fn give_back(
    visit: Visit,
    which: web::Path<(Id, Quarter)>,
    form: Form,
) -> Result<HttpResponse> {
    let which = which.into_inner();
    done(
        visit,
        which,
        form,
        "page.reports.returned",
        move |conn, by, settings, form, now| {
            let mut reasons = form.body::<Return>()?.reasons;
            for reason in &mut reasons {
                if reason.pointer == WHOLE {
                    reason.pointer.clear();
                }
            }
            actions::give_back(conn, by, settings, which, &reasons, now).map(|_| ())
        },
    )
    .await
}

pub(super) async fn correct(
    visit: Visit,
    which: web::Path<(Id, Quarter)>,
    form: Form,
) -> Result<HttpResponse> {
    let which = which.into_inner();
    done(
        visit,
        which,
        form,
        "page.reports.corrected",
        move |conn, by, settings, form, now| {
            let reason = form.body::<Correction>()?.reason;
            actions::grant_correction(conn, by, settings, which, &reason, now).map(|_| ())
        },
    )
    .await
}
