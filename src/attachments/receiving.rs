//! A file on its way in: a form read field by field, the file written down piece by piece as it
//! comes, never held whole.

use std::fs::File;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest as _, HttpRequest};
use futures_util::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;
use utoipa::ToSchema;

use super::kinds::{self, Kind};
use super::rules::{self, Refusal, Subject};
use super::vault::{Spool, Vault};
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::refused::{self, Finding, Refused, none_of};
use crate::settings::KeptIn;

/// Longest text of a field beside the file, in bytes.
const LONGEST_TEXT: usize = 100;

/// The form of an attachment, for the contract.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct AttachmentForm {
    /// The file; its ending says what it is: pdf, ofd, docx, xlsx, png, jpg, txt or csv.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    subject: Subject,
    /// Id of the report, blocker, approval or plan; the project's stands for its plan in force.
    subject_id: Id,
}

/// A file that came whole and is what its name says. It is gone again unless it is kept.
#[derive(Debug)]
pub(crate) struct Received {
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) media_type: String,
    pub(super) bytes: i64,
    pub(super) sha256: String,
    vault: Vault,
    spool: Spool,
}

/// What came with a form.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) subject: Subject,
    pub(crate) subject_id: Id,
    pub(crate) file: Received,
}

impl Received {
    pub(super) fn kept_in(&self) -> KeptIn {
        self.vault.kept_in()
    }

    /// Returns the content, for the row that is about to be written.
    pub(super) fn content(&self) -> &File {
        self.spool.doubt();
        &self.spool.file
    }

    /// Ends the doubt about the file once its row was written or not. A request sent twice has
    /// written another's row; whether a store that broke has written this one only the sweep will
    /// know.
    pub(crate) fn end(&self, written: std::result::Result<bool, &Error>) {
        match written {
            Ok(true) => self.vault.keep(self.id),
            Ok(false) | Err(Error::Refused(_)) => self.spool.remove(),
            Err(Error::Busy | Error::Broken(_)) => {}
        }
    }

    /// Returns the id under which the file is attached.
    pub(crate) fn id(&self) -> Id {
        self.id
    }
}

impl Sent {
    /// Returns what makes two requests the same.
    pub(crate) fn digest(&self) -> String {
        format!(
            "{} {} {} {}",
            self.file.sha256, self.subject, self.subject_id, self.file.name
        )
    }
}

/// Receives a form.
///
/// # Errors
/// - 415 `attachment.media_type`, 400 `request.malformed`, 413 `body.too_large`
/// - 422 `body.invalid` for fields that are missing, unknown or wrong
/// - 422 those of a file's name and content
pub(crate) async fn receive(
    req: &HttpRequest,
    payload: &mut Payload,
    vault: Vault,
    most: u64,
) -> Result<Sent> {
    let kind = req.headers().get(header::CONTENT_TYPE);
    let is_form = kind
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| {
            let kind = kind.trim_start().to_ascii_lowercase();
            kind.starts_with("multipart/form-data")
        });
    if !is_form {
        return Err(Refusal::MediaType.into());
    }
    let form = Multipart::from_request(req, payload).await;
    let mut form = form.map_err(|_| malformed())?;
    let (mut file, mut subject, mut subject_id) = (None, None, None);
    let mut findings = Vec::new();
    while let Some(mut field) = form.try_next().await.map_err(unread)? {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "file" if file.is_none() => file = Some(take(&mut field, &vault, most).await?),
            "subject" if subject.is_none() => subject = Some(text(&mut field).await?),
            "subject_id" if subject_id.is_none() => subject_id = Some(text(&mut field).await?),
            _ => {
                let finding = Finding::new(format!("/{name}"), "body.unknown_field");
                return Err(Refused::invalid(vec![finding]).into());
            }
        }
    }
    let words: Vec<&str> = Subject::ALL.iter().map(|one| one.as_str()).collect();
    let subject: Option<Subject> = read("/subject", subject, &words, &mut findings);
    let subject_id: Option<Id> = read("/subject_id", subject_id, &["uuid"], &mut findings);
    if file.is_none() {
        findings.push(Finding::new("/file", "body.missing_field"));
    }
    none_of(findings)?;
    match (file, subject, subject_id) {
        (Some(file), Some(subject), Some(subject_id)) => Ok(Sent {
            subject,
            subject_id,
            file,
        }),
        _ => Err(malformed()),
    }
}

/// Reads the text of a field; what is wrong with it goes to the findings.
fn read<T: std::str::FromStr>(
    at: &str,
    text: Option<String>,
    allowed: &[&str],
    findings: &mut Vec<Finding>,
) -> Option<T> {
    let Some(text) = text else {
        findings.push(Finding::new(at, "body.missing_field"));
        return None;
    };
    let read = text.trim().parse().ok();
    if read.is_none() {
        findings.push(Finding::new(at, "body.wrong_value").with("allowed", allowed));
    }
    read
}

async fn text(field: &mut Field) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.try_next().await.map_err(unread)? {
        if bytes.len().saturating_add(chunk.len()) > LONGEST_TEXT {
            return Err(malformed());
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| malformed())
}

/// Writes the file of a form down and holds it against its name.
async fn take(field: &mut Field, vault: &Vault, most: u64) -> Result<Received> {
    let sent = field
        .content_disposition()
        .and_then(|disposition| disposition.get_filename());
    let (name, kind) = rules::named(sent).map_err(wrong)?;
    let id = Id::new();
    let opened = vault.clone();
    let spool = blocking(move || opened.receive(id)).await?;
    let copy = spool.file.try_clone().map_err(Error::broken)?;
    let mut file = tokio::fs::File::from_std(copy);
    let (mut bytes, mut digest) = (0_u64, Sha256::new());
    while let Some(chunk) = field.try_next().await.map_err(unread)? {
        bytes = bytes.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        if bytes > most {
            return Err(Refused::new(refused::Kind::TooLarge, "body.too_large").into());
        }
        digest.update(&chunk);
        file.write_all(&chunk).await.map_err(Error::broken)?;
    }
    file.flush().await.map_err(Error::broken)?;
    drop(file);
    let (spool, judged) = blocking(move || {
        let judged = judge(&spool.file, bytes, kind)?;
        if judged.is_ok() {
            Vault::sync(&spool)?;
        }
        Ok((spool, judged))
    })
    .await?;
    Ok(Received {
        id,
        name,
        media_type: judged.map_err(wrong)?,
        bytes: i64::try_from(bytes).map_err(Error::broken)?,
        sha256: hex::encode(digest.finalize()),
        vault: vault.clone(),
        spool,
    })
}

fn judge(mut file: &File, bytes: u64, kind: Kind) -> Result<std::result::Result<String, Refusal>> {
    kinds::judge(&mut file, bytes, kind).map_err(Error::broken)
}

/// Says at which field a file is wrong, and what would be right.
fn wrong(refusal: Refusal) -> Error {
    let refused = refusal.with("endings", Kind::ENDINGS);
    refused.at("/file").into()
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Error::broken)?
}

fn malformed() -> Error {
    Refused::new(refused::Kind::Malformed, "request.malformed").into()
}

fn unread(fault: MultipartError) -> Error {
    tracing::debug!(fault = %fault, "a form cannot be read");
    malformed()
}
