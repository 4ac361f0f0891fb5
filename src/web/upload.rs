//! Uploaded lists: the one file of a form, read whole under its limit, and the report of what an
//! import of it came to. Knows nothing of what the lists are about.

use std::future::Future;
use std::pin::Pin;

use actix_multipart::{Multipart, MultipartError};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::TryStreamExt as _;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::answer::Answer;
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::refused::{Facts, Finding, Kind, Refused};
use crate::table::{self, Remark, Table, Unreadable};
use crate::text::{Lang, say};

/// Bytes of the largest file; app data of the server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LargestUpload(pub(crate) usize);

/// The form of an upload, for the contract.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct UploadForm {
    /// The list, as CSV in UTF-8.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// The file of a form.
pub(crate) struct Upload {
    pub(crate) bytes: Vec<u8>,
    pub(crate) file_name: Option<String>,
    pub(crate) digest: String,
}

impl FromRequest for Upload {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = req.headers().get(header::CONTENT_TYPE);
        let is_form = kind
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| {
                let kind = kind.trim_start().to_ascii_lowercase();
                kind.starts_with("multipart/form-data")
            });
        let limit = req
            .app_data::<web::Data<LargestUpload>>()
            .map(|limit| limit.0);
        let form = Multipart::from_request(req, payload);
        Box::pin(async move {
            if !is_form {
                return Err(Refused::new(Kind::MediaType, "import.media_type").into());
            }
            let form = form.await.map_err(|_| malformed())?;
            let limit = limit.ok_or_else(|| Error::broken("no limit of uploads was set"))?;
            Self::read(form, limit).await
        })
    }
}

impl Upload {
    async fn read(mut form: Multipart, limit: usize) -> Result<Self> {
        let mut upload: Option<Self> = None;
        while let Some(mut field) = form.try_next().await.map_err(unread)? {
            let name = field.name().unwrap_or_default().to_owned();
            if name != "file" || upload.is_some() {
                let finding = Finding::new(format!("/{name}"), "body.unknown_field");
                return Err(Refused::invalid(vec![finding]).into());
            }
            let file_name = field
                .content_disposition()
                .and_then(|disposition| disposition.get_filename())
                .map(str::to_owned);
            let mut bytes = Vec::new();
            while let Some(chunk) = field.try_next().await.map_err(unread)? {
                if bytes.len().saturating_add(chunk.len()) > limit {
                    return Err(Refused::new(Kind::TooLarge, "body.too_large").into());
                }
                bytes.extend_from_slice(&chunk);
            }
            let digest = hex::encode(Sha256::digest(&bytes));
            upload = Some(Self {
                bytes,
                file_name,
                digest,
            });
        }
        upload.ok_or_else(|| {
            Refused::new(Kind::Invalid, "import.file_missing")
                .at("/file")
                .into()
        })
    }

    /// Returns the name of the file without its ending.
    pub(crate) fn stem(&self) -> Option<&str> {
        let name = self.file_name.as_deref()?;
        let name = name.rsplit(['/', '\\']).next()?;
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).trim();
        (!stem.is_empty()).then_some(stem)
    }
}

/// Reads a list and what is in it, on a thread that may block.
///
/// # Errors
/// As [`read_list`].
pub(crate) async fn listed<T: Send + 'static>(
    bytes: Vec<u8>,
    reader: fn(&Table) -> std::result::Result<T, Unreadable>,
) -> Result<T> {
    tokio::task::spawn_blocking(move || read_list(&bytes, reader))
        .await
        .map_err(Error::broken)?
}

/// Reads a list and what is in it.
///
/// # Errors
/// 422 `import.format` for a workbook, and the code of whatever makes the list unreadable.
pub(crate) fn read_list<T>(
    bytes: &[u8],
    reader: fn(&Table) -> std::result::Result<T, Unreadable>,
) -> Result<T> {
    // Every xlsx file is a zip archive; the older xls is a compound file.
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(Refused::new(Kind::Invalid, "import.format")
            .at("/file")
            .into());
    }
    let read = table::read_csv(bytes).and_then(|table| reader(&table));
    read.map_err(|unreadable| {
        let refused = Refused::new(Kind::Invalid, unreadable.code());
        let facts = unreadable.facts().into_iter();
        let refused = facts.fold(refused, |refused, (name, value)| refused.with(name, value));
        refused.at("/file").into()
    })
}

fn malformed() -> Error {
    Refused::new(Kind::Malformed, "request.malformed").into()
}

fn unread(fault: MultipartError) -> Error {
    tracing::debug!(fault = %fault, "a form cannot be read");
    malformed()
}

crate::words! {
    /// Whether an import does what it says.
    pub(crate) enum Mode {
        /// Only say what would be done.
        DryRun = "dry_run",
        /// Do it.
        Apply = "apply",
    }
}

/// What an import came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) id: Id,
    pub(crate) mode: Mode,
    /// Whether a list with errors has its other rows applied.
    pub(crate) partial: bool,
    /// Rows of the list, the wrong ones among them.
    pub(crate) rows: usize,
    pub(crate) created: usize,
    pub(crate) updated: usize,
    pub(crate) skipped: usize,
    pub(crate) errors: Vec<Remark>,
    pub(crate) warnings: Vec<Remark>,
}

/// One thing told about one cell.
#[derive(Serialize, ToSchema)]
pub(crate) struct RemarkView {
    pub(crate) row: u32,
    pub(crate) column: String,
    pub(crate) code: String,
    pub(crate) detail: String,
}

/// What an import came to, in words.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportReport)]
pub(crate) struct ReportView {
    id: Id,
    mode: Mode,
    rows: usize,
    created: usize,
    updated: usize,
    skipped: usize,
    pub(crate) errors: Vec<RemarkView>,
    pub(crate) warnings: Vec<RemarkView>,
}

/// The problem of a list with wrong rows: it carries the fields of the report.
struct RefusedImport;

impl utoipa::PartialSchema for RefusedImport {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{AllOf, ObjectBuilder, Type};
        use utoipa::openapi::{Ref, RefOr, schema::Schema};

        let mut head = ObjectBuilder::new();
        for name in ["type", "title", "detail", "instance", "code"] {
            let text = ObjectBuilder::new().schema_type(Type::String);
            head = head.property(name, text).required(name);
        }
        let mut rows = AllOf::new();
        rows.items = vec![
            Ref::from_schema_name("ImportReport").into(),
            RefOr::T(Schema::Object(head.build())),
        ];
        RefOr::T(Schema::AllOf(rows))
    }
}

impl ToSchema for RefusedImport {}

/// The 422 of an import, for the `OpenAPI` document: any problem, or that of a list with wrong rows.
pub(crate) struct ImportRefusal;

impl utoipa::PartialSchema for ImportRefusal {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::AnyOf;
        use utoipa::openapi::{Ref, RefOr, schema::Schema};

        let mut any = AnyOf::new();
        any.items = vec![
            Ref::from_schema_name(RefusedImport::name()).into(),
            Ref::from_schema_name("Problem").into(),
        ];
        RefOr::T(Schema::AnyOf(any))
    }
}

impl ToSchema for ImportRefusal {
    fn schemas(
        schemas: &mut Vec<(
            String,
            utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>,
        )>,
    ) {
        use utoipa::PartialSchema as _;

        schemas.push((RefusedImport::name().into_owned(), RefusedImport::schema()));
    }
}

impl Report {
    /// Returns the report of a list nothing is known of yet but its wrong rows.
    pub(crate) fn new(mode: Mode, partial: bool, good: usize, errors: Vec<Remark>) -> Self {
        let mut wrong: Vec<u32> = errors.iter().map(|error| error.row).collect();
        wrong.sort_unstable();
        wrong.dedup();
        Self {
            id: Id::new(),
            mode,
            partial,
            rows: good.saturating_add(wrong.len()),
            created: 0,
            updated: 0,
            skipped: 0,
            errors,
            warnings: Vec::new(),
        }
    }

    /// Tells whether the rows without an error are to be written.
    pub(crate) fn applies(&self) -> bool {
        self.mode == Mode::Apply && !self.is_refused()
    }

    /// Tells whether nothing was written because of rows that are wrong.
    pub(crate) fn is_refused(&self) -> bool {
        self.mode == Mode::Apply && !self.partial && !self.errors.is_empty()
    }

    /// Ends the report: of a refused list nothing was done.
    pub(crate) fn ended(mut self) -> Self {
        if self.is_refused() {
            (self.created, self.updated, self.skipped) = (0, 0, 0);
        }
        let order = |remark: &Remark| (remark.row, remark.column.clone());
        self.errors.sort_by_key(order);
        self.warnings.sort_by_key(order);
        self
    }

    /// Puts the report into words.
    pub(crate) fn view(&self, lang: Lang) -> ReportView {
        let told = |remarks: &[Remark]| remarks.iter().map(|one| view(one, lang)).collect();
        ReportView {
            id: self.id,
            mode: self.mode,
            rows: self.rows,
            created: self.created,
            updated: self.updated,
            skipped: self.skipped,
            errors: told(&self.errors),
            warnings: told(&self.warnings),
        }
    }

    /// Answers 200, or 422 `import.rows_refused` as a problem with the same fields.
    ///
    /// # Errors
    /// Only faults of the writing of JSON.
    pub(crate) fn answer(&self, lang: Lang, request_id: Option<&str>) -> Result<Answer> {
        let view = self.view(lang);
        if !self.is_refused() {
            return Answer::ok(&view);
        }
        let code = "import.rows_refused";
        let mut wrong: Vec<u32> = self.errors.iter().map(|error| error.row).collect();
        wrong.dedup();
        let mut body = serde_json::to_value(&view).map_err(Error::broken)?;
        let problem = json!({
            "type": format!("urn:fiveone:problem:{code}"),
            "title": say(lang, "problem.invalid", &Facts::none()),
            "status": 422,
            "detail": say(lang, code, &Facts::none().with("rows", wrong.len())),
            "instance": request_id,
            "code": code,
        });
        if let (Some(body), serde_json::Value::Object(problem)) = (body.as_object_mut(), problem) {
            body.extend(problem);
        }
        Ok(Answer {
            status: 422,
            ..Answer::ok(&body)?
        })
    }
}

fn view(remark: &Remark, lang: Lang) -> RemarkView {
    let facts = remark.facts.iter();
    let facts = facts.fold(Facts::none(), |facts, (name, value)| {
        facts.with(name, value)
    });
    RemarkView {
        row: remark.row,
        column: remark.column.clone(),
        code: remark.code.to_owned(),
        detail: say(lang, remark.code, &facts),
    }
}
