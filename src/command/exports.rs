//! `export projects`, `reports`, `blockers` and `milestones`: the ledgers as over HTTP, over the whole
//! site.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Subcommand;

use super::say;
use crate::app::App;
use crate::journal::{self, Deed};
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::people::caller::Caller;
use crate::store::Conn;
use crate::web::ledger::{Batch, Export, Form, Ledger};
use crate::{blockers, projects, reports, schedules};

#[derive(Subcommand)]
pub(super) enum ExportCommand {
    /// The ledger of projects
    Projects {
        /// Ends with .xlsx or .csv
        file: PathBuf,
    },
    /// The ledger of quarterly reports
    Reports {
        /// Ends with .xlsx or .csv
        file: PathBuf,
    },
    /// The ledger of blockers
    Blockers {
        /// Ends with .xlsx or .csv
        file: PathBuf,
    },
    /// The ledger of milestones
    Milestones {
        /// Ends with .xlsx or .csv
        file: PathBuf,
    },
}

/// Writes a ledger and tells how long it is.
pub(super) async fn run(app: &App, command: ExportCommand, json: bool) -> Result<()> {
    let by = Caller::system(app.settings.site.region, "command");
    let (now, zone) = (app.now(), app.zone());
    let (of, settings) = (by.clone(), Arc::clone(&app.settings));
    let (file, ledger, cursor, batch): (_, &'static Ledger, _, Arc<Batch>) = match command {
        ExportCommand::Projects { file } => {
            let filter = projects::Filter::default();
            let cursor = filter.sort.cursor();
            let batch = move |conn: &mut Conn, paging: &_| {
                projects::ledger::ledger_page(conn, &of, &filter, paging)
            };
            (file, &projects::ledger::LEDGER, cursor, Arc::new(batch))
        }
        ExportCommand::Reports { file } => {
            let filter = reports::Filter::default();
            let batch = move |conn: &mut Conn, paging: &_| {
                reports::ledger::ledger_page(conn, &of, &settings, &filter, paging, now)
            };
            let cursor = reports::ledger::CURSOR;
            (file, &reports::ledger::LEDGER, cursor, Arc::new(batch))
        }
        ExportCommand::Blockers { file } => {
            let filter = blockers::Filter::default();
            let batch = move |conn: &mut Conn, paging: &_| {
                blockers::ledger::ledger_page(conn, &of, &filter, zone, paging, now)
            };
            let cursor = blockers::ledger::CURSOR;
            (file, &blockers::ledger::LEDGER, cursor, Arc::new(batch))
        }
        ExportCommand::Milestones { file } => {
            let filter = schedules::ledger::Filter::default();
            let batch = move |conn: &mut Conn, paging: &_| {
                schedules::ledger::ledger_page(conn, &of, &filter, zone.day_of(now), paging)
            };
            let cursor = schedules::ledger::CURSOR;
            (file, &schedules::ledger::LEDGER, cursor, Arc::new(batch))
        }
    };
    let named = file.to_string_lossy().into_owned();
    let form = Form::named(&named)
        .ok_or_else(|| Error::broken(format!("{named}: the name has to end with .xlsx or .csv")))?;
    let export = Export {
        ledger,
        store: app.store.clone(),
        cursor,
        batch,
        lang: by.lang,
        by: by.name.clone(),
        filters: String::new(),
        at: now,
        at_text: format!("{} {}", zone.day_of(now), zone.time_of(now)),
    };
    let write = move || {
        let made = File::create(&file);
        let mut made = made
            .map_err(|fault| Error::broken(format!("cannot write {}: {fault}", file.display())))?;
        export.write(form, &mut made)
    };
    let rows = tokio::task::spawn_blocking(write)
        .await
        .map_err(Error::broken)??;
    let deed = Deed::on_site("export.made", Id::new())
        .with("list", ledger.name)
        .with("filters", "")
        .with("rows", rows);
    let note = move |conn: &mut Conn| journal::record(conn, &by.actor(), &deed, now);
    app.store.write(note).await?;
    say(json, &serde_json::json!({ "rows": rows }), || {
        format!("{rows} rows in {named}")
    })
}
