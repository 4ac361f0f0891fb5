//! The forms of the deeds on a blocker: each is handed in at the noun the API has for it.

use actix_web::{HttpResponse, web};

use super::one;
use crate::blockers::api::deeds::{
    AcceptanceBody, CommentBody, PlainDeedBody, ReasonBody, ReplyBody, ResolutionBody,
};
use crate::blockers::deeds::{self, Scene};
use crate::blockers::rules::Deed;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::time::Moment;
use crate::people::caller::Caller;
use crate::people::visit::{Done, Visit};
use crate::settings::Settings;
use crate::store::Conn;
use crate::web::pages::form::Form;

/// Who does a deed on which blocker, with which form, and when.
struct Asked<'a> {
    by: &'a Caller,
    settings: &'a Settings,
    id: Id,
    form: &'a Form,
    now: Moment,
}

/// Does a deed, and leads back to the blocker, which says so.
async fn done(
    visit: Visit,
    id: web::Path<Id>,
    form: Form,
    said: &'static str,
    act: impl Fn(&mut Conn, &Asked<'_>) -> Result<Scene> + Send + Sync + 'static,
) -> Result<HttpResponse> {
    let (id, settings, shown) = (id.into_inner(), visit.settings(), visit.settings());
    let seen = form.version();
    let deed = move |conn: &mut Conn, by: &Caller, now: Moment, form: &Form| {
        let settings = &*settings;
        let asked = Asked {
            by,
            settings,
            id,
            form,
            now,
        };
        act(conn, &asked)?;
        Ok(Done::to(format!("/blockers/{id}"), said))
    };
    let view = move |conn: &mut Conn, by: &Caller, now: Moment| {
        one::page(conn, by, &shown, (id, seen), now)
    };
    visit.submit(form, deed, view).await
}

async fn accept(visit: Visit, id: web::Path<Id>, form: Form) -> Result<HttpResponse> {
    done(visit, id, form, "page.blockers.accepted", |conn, asked| {
        let body: AcceptanceBody = asked.form.body()?;
        let (by, settings) = (asked.by, asked.settings);
        deeds::accept(conn, by, settings, asked.id, body.handler_id, asked.now)
    })
    .await
}

async fn reply(visit: Visit, id: web::Path<Id>, form: Form) -> Result<HttpResponse> {
    done(visit, id, form, "page.blockers.replied", |conn, asked| {
        let ReplyBody { plan, promised_on } = asked.form.body()?;
        let (by, settings) = (asked.by, asked.settings);
        deeds::reply(conn, by, settings, asked.id, &plan, promised_on, asked.now)
    })
    .await
}

async fn resolve(visit: Visit, id: web::Path<Id>, form: Form) -> Result<HttpResponse> {
    done(visit, id, form, "page.blockers.resolved", |conn, asked| {
        let ResolutionBody { outcome, document } = asked.form.body()?;
        let (by, settings, document) = (asked.by, asked.settings, document.as_deref());
        deeds::resolve(conn, by, settings, asked.id, &outcome, document, asked.now)
    })
    .await
}

async fn confirm(visit: Visit, id: web::Path<Id>, form: Form) -> Result<HttpResponse> {
    done(visit, id, form, "page.blockers.confirmed", |conn, asked| {
        let PlainDeedBody {} = asked.form.body()?;
        deeds::confirm(conn, asked.by, asked.settings, asked.id, asked.now)
    })
    .await
}

async fn submit(visit: Visit, id: web::Path<Id>, form: Form) -> Result<HttpResponse> {
    done(visit, id, form, "page.blockers.submitted", |conn, asked| {
        let PlainDeedBody {} = asked.form.body()?;
        deeds::submit(conn, asked.by, asked.settings, asked.id, asked.now)
    })
    .await
}

async fn comment(visit: Visit, id: web::Path<Id>, form: Form) -> Result<HttpResponse> {
    done(visit, id, form, "page.blockers.commented", |conn, asked| {
        let body: CommentBody = asked.form.body()?;
        let (by, settings) = (asked.by, asked.settings);
        deeds::comment(conn, by, settings, asked.id, &body.text, asked.now)
    })
    .await
}

/// A deed that needs a reason and nothing else.
async fn with_reason(
    visit: Visit,
    id: web::Path<Id>,
    form: Form,
    (deed, said): (Deed, &'static str),
) -> Result<HttpResponse> {
    done(visit, id, form, said, move |conn, asked| {
        let body: ReasonBody = asked.form.body()?;
        let (by, settings, of) = (asked.by, asked.settings, (asked.id, deed));
        deeds::with_reason(conn, by, settings, of, &body.reason, asked.now)
    })
    .await
}

/// The pages of the deeds.
pub(super) fn pages(config: &mut web::ServiceConfig) {
    let reasoned = |deed: Deed, said: &'static str| {
        move |visit: Visit, id: web::Path<Id>, form: Form| {
            with_reason(visit, id, form, (deed, said))
        }
    };
    let of = |noun: &str| web::resource(format!("/blockers/{{id}}/{noun}"));
    config
        .service(of("acceptance").post(accept))
        .service(of("reply").post(reply))
        .service(of("resolution").post(resolve))
        .service(of("confirmation").post(confirm))
        .service(of("objection").post(reasoned(Deed::Objected, "page.blockers.objected")))
        .service(of("return").post(reasoned(Deed::Returned, "page.blockers.returned")))
        .service(of("reopening").post(reasoned(Deed::Reopened, "page.blockers.reopened")))
        .service(of("withdrawal").post(reasoned(Deed::Withdrawn, "page.blockers.withdrawn")))
        .service(of("submission").post(submit))
        .service(of("comments").post(comment));
}
