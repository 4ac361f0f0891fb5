//! Uploaded lists: the one file of a form, read whole under its limit, how it becomes a table
//! ([`Reading`]), and the report of what an import of it came to. Knows nothing of what the lists are
//! about.

mod kept;
mod reading;
mod report;

use std::future::Future;
use std::pin::Pin;

use actix_multipart::{Multipart, MultipartError};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::TryStreamExt as _;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::kernel::error::{Error, Result};
use crate::kernel::refused::{Finding, Kind, Refused};

pub(crate) use kept::{File, applied_before, find, keep, sweep};
pub(crate) use reading::{Came, Reading, refused};
pub(crate) use report::{ImportRefusal, Mode, RemarkView, Report, ReportView};

/// Bytes of the largest file; app data of the server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LargestUpload(pub(crate) usize);

/// The form of an upload, for the contract.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct UploadForm {
    /// The list, as xlsx or CSV (UTF-8 or GBK).
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// How a list of projects or people is to be imported, as the query says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportQuery {
    mode: Option<Mode>,
    partial: Option<bool>,
    pub(crate) source: Option<String>,
}

impl ImportQuery {
    /// Returns whether the list is applied, unless said otherwise it is, and whether its good rows
    /// are taken without the wrong ones.
    pub(crate) fn how(&self) -> (Mode, bool) {
        let mode = self.mode.unwrap_or(Mode::Apply);
        (mode, self.partial.unwrap_or_default())
    }
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
            .is_some_and(|kind| kind.trim_start().starts_with("multipart/form-data"));
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

    /// Returns the file as it is kept: `how` says what else decides what it is imported as.
    pub(crate) fn file(self, list: &'static str, how: &str) -> File {
        File {
            list,
            name: self.file_name,
            digest: format!("{}{how}", self.digest),
            bytes: self.bytes,
        }
    }

    /// Returns the name of the file without its ending.
    pub(crate) fn stem(&self) -> Option<&str> {
        let name = self.file_name.as_deref()?;
        let name = name.rsplit(['/', '\\']).next()?;
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).trim();
        (!stem.is_empty()).then_some(stem)
    }
}

fn malformed() -> Error {
    Refused::new(Kind::Malformed, "request.malformed").into()
}

fn unread(fault: MultipartError) -> Error {
    tracing::debug!(fault = %fault, "a form cannot be read");
    malformed()
}
