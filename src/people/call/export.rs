//! A list that is asked for as a file. Every batch reads the caller anew, so that who signs out or
//! loses their region gets no further row; who took what is in the journal before the first byte.

use std::sync::Arc;

use actix_web::HttpResponse;

use super::Call;
use crate::journal::{self, Deed};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::page::{Page, Paging};
use crate::kernel::time::Moment;
use crate::people::caller::Caller;
use crate::store::Conn;
use crate::web::ledger::{Export, Form, Ledger, Line};

impl Call {
    /// Answers with a whole list as a file, whatever page was asked for. `cursor` is the name and
    /// number of keys of the list's cursors.
    ///
    /// # Errors
    /// 401 `session.required`; 422 `export.too_long`; what `batch` returns.
    pub(crate) async fn export(
        &self,
        form: Form,
        ledger: &'static Ledger,
        cursor: (&'static str, usize),
        batch: impl Fn(&mut Conn, &Caller, Moment, &Paging) -> Result<Page<Line>>
        + Send
        + Sync
        + 'static,
    ) -> Result<HttpResponse> {
        let (call, now) = (self.clone(), self.app.now());
        let batch = Arc::new(batch);
        let counted = Arc::clone(&batch);
        let count = move |conn: &mut Conn| {
            let by = call.caller(conn, now)?;
            let first = Paging {
                limit: 1,
                after: None,
                with_total: true,
            };
            let total = counted(conn, &by, now, &first)?.total.unwrap_or_default();
            Ok((by, total))
        };
        let (by, total) = self.app.store.read(count).await?;
        let (lang, name) = (by.lang, by.name.clone());
        let filters = self.filters();
        let deed = Deed::on_site("export.made", Id::new())
            .with("list", ledger.name)
            .with("filters", &filters)
            .with("rows", total);
        let note = move |conn: &mut Conn| journal::record(conn, &by.actor(), &deed, now);
        self.app.store.write(note).await?;
        let (call, zone) = (self.clone(), self.app.zone());
        let export = Export {
            ledger,
            store: self.app.store.clone(),
            cursor,
            batch: Arc::new(move |conn, paging| {
                let by = call.caller(conn, now)?;
                batch(conn, &by, now, paging)
            }),
            lang,
            by: name,
            filters,
            at: now,
            at_text: format!("{} {}", zone.day_of(now), zone.time_of(now)),
        };
        export.respond(form, total).await
    }

    /// Returns what of the list is asked for: its query without that of a page.
    fn filters(&self) -> String {
        let is_filter = |part: &&str| {
            let name = part.split('=').next().unwrap_or_default();
            !part.is_empty() && !matches!(name, "limit" | "cursor" | "with_total")
        };
        let kept: Vec<&str> = self.query.split('&').filter(is_filter).collect();
        kept.join("&")
    }
}
