//! HTTP of workbooks: the one that is filled in, its import, and the way back with remarks.

use std::fs::File;
use std::io::{Seek as _, SeekFrom};
use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpResponse, get, post, web};
use serde::Deserialize;
use utoipa_actix_web::service_config::ServiceConfig;

use super::columns::{MAIN, REMARKS, named};
use super::importing::{How, take};
use super::reading;
use super::remarks::write_list;
use super::rows;
use super::template::{self, Mark};
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::refused::{Kind, Refused};
use crate::kernel::time::{Moment, Quarter};
use crate::people::call::{self, Call};
use crate::people::role::Role;
use crate::reports::{self, Wanted};
use crate::store::Conn;
use crate::text::Lang;
use crate::web::extract::Query;
use crate::web::ledger::{XLSX, chunks, disposition};
use crate::web::upload::{
    self, Came, ImportRefusal, Mode, Reading, RemarkView, ReportView, Upload, UploadForm,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkbookQuery {
    quarter: Option<Quarter>,
    region: Option<Region>,
}

/// A workbook with one row for every project in scope that owes the report of a quarter, last figures
/// filled in; the latest quarter whose window has opened unless one is named.
#[utoipa::path(
    tag = "workbooks",
    params(("quarter" = Option<Quarter>, Query), ("region" = Option<Region>, Query, description = "A region, meaning its reach")),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>), (status = 409), (status = 422))
)]
#[get("/reports/workbook")]
async fn workbook(call: Call, query: Query<WorkbookQuery>) -> Result<HttpResponse> {
    let (asked, settings, now) = (query.0, call.settings(), call.app.now());
    let (caller, most) = (call.clone(), settings.imports.rows);
    let unit = move |conn: &mut Conn| {
        let by = caller.caller(conn, now)?;
        let quarter = reports::quarter_to_file(conn, &settings, asked.quarter, now)?;
        let wanted = (quarter, Wanted::Owing(asked.region));
        let desks = reports::desks(conn, &by.scope, &settings, wanted, now)?;
        if desks.len() > most {
            let refused = Refused::new(Kind::Invalid, "export.too_long").with("most", most);
            return Err(refused.into());
        }
        let mark = Mark {
            quarter,
            region: asked.region,
            lang: by.lang,
            at: now,
        };
        Ok((mark, rows::fresh(&desks, quarter, by.lang)))
    };
    let (mark, rows) = call.app.store.read(unit).await?;
    let name = format!("{}-{}", named(MAIN, mark.lang), mark.quarter);
    let plain = format!("reports-{}", mark.quarter);
    answer(&plain, &name, move |file| {
        template::write(&mark, &rows, file)
    })
    .await
}

/// Answers with a workbook that is written to a file without a name first.
async fn answer(
    plain: &str,
    said: &str,
    write: impl FnOnce(&mut File) -> Result<()> + Send + 'static,
) -> Result<HttpResponse> {
    let put_together = move || {
        let mut file = tempfile::tempfile().map_err(Error::broken)?;
        write(&mut file)?;
        let length = file.stream_position().map_err(Error::broken)?;
        file.seek(SeekFrom::Start(0)).map_err(Error::broken)?;
        Ok::<_, Error>((file, length))
    };
    let made = tokio::task::spawn_blocking(put_together).await;
    let (file, length) = made.map_err(Error::broken)??;
    Ok(HttpResponse::Ok()
        .content_type(XLSX)
        .insert_header((
            header::CONTENT_DISPOSITION,
            disposition(plain, said, "xlsx"),
        ))
        .no_chunking(length)
        .streaming(chunks(file)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportsQuery {
    mode: Option<Mode>,
    partial: Option<bool>,
    submit: Option<bool>,
    quarter: Option<Quarter>,
}

/// Takes a workbook of reports that was filled in.
#[utoipa::path(
    tag = "imports",
    params(
        ("mode" = Option<Mode>, Query, description = "`apply` unless said otherwise"),
        ("partial" = Option<bool>, Query, description = "Take the good rows of a list with wrong ones"),
        ("submit" = Option<bool>, Query, description = "Hand the reports in, beyond drafting them: for leads"),
        ("quarter" = Option<Quarter>, Query, description = "The quarter it has to be for: the latest whose window has opened unless said otherwise"),
    ),
    request_body(content = inline(UploadForm), content_type = "multipart/form-data"),
    responses((status = 200, body = ReportView<'static>), (status = 403), (status = 409), (status = 413), (status = 422, body = ImportRefusal, content_type = "application/problem+json"))
)]
#[post("/imports/reports")]
async fn import_reports(
    call: Call,
    query: Query<ReportsQuery>,
    upload: Upload,
) -> Result<HttpResponse> {
    let (asked, settings) = (query.0, call.settings());
    let submit = asked.submit.unwrap_or_default();
    let file = Arc::new(upload.file("reports", if submit { " submit" } else { "" }));
    let how = How {
        mode: asked.mode.unwrap_or(Mode::Apply),
        partial: asked.partial.unwrap_or_default(),
        submit,
        quarter: asked.quarter,
    };
    let digest = format!("{} {how:?}", file.digest);
    let came = Reading::of(&settings)?
        .read(file.name.as_deref(), &file.bytes)
        .await?;
    // A dry run reads as long as it takes, and keeps nobody from writing meanwhile.
    let dry = if how.mode == Mode::DryRun {
        let (caller, settings, now) = (call.clone(), Arc::clone(&settings), call.app.now());
        let (came, file) = (came.clone(), Arc::clone(&file));
        let unit = move |conn: &mut Conn| {
            let by = caller.caller(conn, now)?;
            take(
                conn,
                &by,
                &settings,
                (&came, &file.digest, how),
                &|_| {},
                now,
            )
        };
        Some(call.app.store.read(unit).await?)
    } else {
        None
    };
    let write = call.write(digest, move |conn, by, now| {
        let report = match &dry {
            Some(report) => report.clone(),
            None => take(
                conn,
                by,
                &settings,
                (&came, &file.digest, how),
                &|_| {},
                now,
            )?,
        };
        call::keep_upload(conn, by, &settings, &file, &report, now)?;
        report.answer(by.lang, by.request_id.as_deref())
    });
    write.await
}

/// An uploaded list with what was told of it: a last column, and comments on the cells. Its uploader
/// and administrators may have it, as long as it is kept.
#[utoipa::path(
    tag = "imports",
    params(("id" = Id, Path)),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>), (status = 404))
)]
#[get("/imports/{id}/workbook")]
async fn with_remarks(call: Call, id: web::Path<Id>) -> Result<HttpResponse> {
    let (id, settings, now) = (id.into_inner(), call.settings(), call.app.now());
    let caller = call.clone();
    let unit = move |conn: &mut Conn| {
        let by = caller.caller(conn, now)?;
        let whose = by.id.filter(|_| by.role != Role::Admin);
        Ok((upload::find(conn, whose, id)?, by.lang))
    };
    let (kept, lang) = call.app.store.read(unit).await?;
    let came = Reading::of(&settings)?
        .read(kept.name.as_deref(), &kept.bytes)
        .await?;
    let stem = kept.name.as_deref().and_then(|name| name.rsplit_once('.'));
    let stem = stem.map_or(named(REMARKS, lang), |(stem, _)| stem);
    let said = format!("{stem}-{}", named(REMARKS, lang));
    let is_reports = kept.list == "reports";
    answer("import", &said, move |file| {
        if is_reports {
            back(&came, kept.remarks, (lang, now), file)
        } else {
            plain(&came, &kept.remarks, (lang, now), file)
        }
    })
    .await
}

fn back(
    came: &Came,
    remarks: Vec<RemarkView>,
    (lang, at): (Lang, Moment),
    file: &mut File,
) -> Result<()> {
    let read = reading::read(came, lang)?;
    let region = match came {
        Came::Book(book) => reading::mark(book).and_then(|(_, region)| region?.parse().ok()),
        Came::Table(_) => None,
    };
    let quarter = read
        .quarter
        .ok_or_else(|| Error::broken("a list without a quarter"))?;
    let mark = Mark {
        quarter,
        region,
        lang,
        at,
    };
    template::write(&mark, &rows::returned(came, remarks)?, file)
}

fn plain(came: &Came, remarks: &[RemarkView], how: (Lang, Moment), file: &mut File) -> Result<()> {
    let table = match came {
        Came::Table(table) => table.clone(),
        Came::Book(book) => {
            let table = book.first().and_then(crate::table::Sheet::table);
            table.map_err(|unreadable| upload::refused(&unreadable))?
        }
    };
    let rows = table.rows.into_iter().map(|row| (row.number, row.cells));
    let rows: Vec<template::Numbered> = rows.collect();
    write_list(&table.header, &rows, remarks, how, file)
}

/// The routes of workbooks.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(workbook)
        .service(import_reports)
        .service(with_remarks);
}
