//! HTTP of the import of projects.

use actix_web::{HttpResponse, post};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::kernel::error::Result;
use crate::people::call::{self, Call};
use crate::projects::import::read_projects;
use crate::projects::importing::{self, Asked};
use crate::web::extract::Query;
use crate::web::upload::{
    ImportQuery, ImportRefusal, Mode, Reading, ReportView, Upload, UploadForm,
};

#[utoipa::path(
    tag = "imports",
    params(
        ("mode" = Option<Mode>, Query, description = "`apply` unless said otherwise"),
        ("partial" = Option<bool>, Query, description = "Take the good rows of a list with wrong ones"),
        ("source" = Option<String>, Query, description = "Name of the list; that of the file without its ending unless given"),
    ),
    request_body(content = inline(UploadForm), content_type = "multipart/form-data"),
    responses((status = 200, body = ReportView<'static>), (status = 403), (status = 413), (status = 422, body = ImportRefusal, content_type = "application/problem+json"))
)]
#[post("/imports/projects")]
async fn import_projects(
    call: Call,
    query: Query<ImportQuery>,
    upload: Upload,
) -> Result<HttpResponse> {
    let stem = upload.stem().unwrap_or("projects").to_owned();
    let (mode, partial) = query.0.how();
    let asked = Asked {
        source: query.0.source.unwrap_or(stem),
        mode,
        partial,
    };
    let digest = format!(
        "{} {} {} {}",
        upload.digest, asked.mode, asked.partial, asked.source
    );
    let settings = call.settings();
    let file = upload.file("projects", "");
    let list = Reading::of(&settings)?.list(&file, read_projects).await?;
    let write = call.write(digest, move |conn, by, now| {
        let report = importing::import(conn, by, &settings, &list, &asked, &|_| {}, now)?;
        let report = report.said(by.lang);
        call::keep_upload(conn, by, &settings, &file, &report, now)?;
        report.answer(by.lang, by.request_id.as_deref())
    });
    write.await
}

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(import_projects);
}
