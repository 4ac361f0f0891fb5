//! What is done with files: attached to a subject, looked up, taken away.

use super::receiving::Received;
use super::rules::{self, Refusal, Subject};
use super::store::{self, Attachment};
use crate::journal::{self, Deed};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::time::Moment;
use crate::people::caller::{Caller, Place};
use crate::people::role::Act;
use crate::settings::AttachmentSettings;
use crate::store::Conn;

/// How a subject stands, as whoever owns it says; the caller has seen it in scope.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub(crate) subject: Subject,
    pub(crate) id: Id,
    pub(crate) project: Id,
    /// Where it lies.
    pub(crate) place: Place,
    /// The version files attached now belong to; those of an earlier one stay for good.
    pub(crate) version: i64,
    /// Whether files may be attached and taken away.
    pub(crate) is_open: bool,
}

/// Attaches a file that was received.
///
/// # Errors
/// - 403 `act.forbidden`
/// - 409 `attachment.closed`, `attachment.already_there`, `attachment.too_many`,
///   `attachment.too_much`
pub(crate) fn add(
    conn: &mut Conn,
    by: &Caller,
    limits: &AttachmentSettings,
    standing: &Standing,
    file: &Received,
    now: Moment,
) -> Result<Attachment> {
    by.may(Act::Attach, &standing.place)?;
    if !standing.is_open {
        return Err(Refusal::Closed.into());
    }
    let held = store::held(conn, standing)?;
    if held.iter().any(|(sha256, _)| *sha256 == file.sha256) {
        return Err(Refusal::AlreadyThere.into());
    }
    let count = i64::try_from(held.len()).unwrap_or(i64::MAX);
    let bytes = held.iter().map(|(_, bytes)| bytes).sum();
    rules::fits((count, bytes), file.bytes, limits)?;
    let row = Attachment {
        id: file.id,
        subject: standing.subject,
        subject_id: standing.id,
        project_id: standing.project,
        version: standing.version,
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        bytes: file.bytes,
        sha256: file.sha256.clone(),
        kept_in: file.kept_in(),
        attached_by: by.id,
        attached_at: now,
    };
    store::insert(conn, &row, file.content())?;
    journal::record(conn, &by.actor(), &deed("attachment.added", &row), now)?;
    Ok(row)
}

/// Returns a file by its id. Whether the caller may see its subject is asked of whoever owns that.
///
/// # Errors
/// 404 `attachment.missing`.
pub(crate) fn find(conn: &mut Conn, id: Id) -> Result<Attachment> {
    store::get(conn, id)
}

/// Permits to take a file away: to whoever attached it, and to a coordinator in whose reach it lies.
///
/// # Errors
/// 403 `act.forbidden`; 409 `attachment.sealed`.
pub(crate) fn may_remove(by: &Caller, standing: &Standing, row: &Attachment) -> Result<()> {
    let act = if row.attached_by.is_some_and(|person| by.is(person)) {
        Act::Attach
    } else {
        Act::RemoveAttachment
    };
    by.may(act, &standing.place)?;
    if rules::is_sealed(row.version, (standing.version, standing.is_open)) {
        return Err(Refusal::Sealed.into());
    }
    Ok(())
}

/// Takes a file away.
///
/// # Errors
/// As [`may_remove`].
pub(crate) fn remove(
    conn: &mut Conn,
    by: &Caller,
    standing: &Standing,
    row: &Attachment,
    now: Moment,
) -> Result<()> {
    may_remove(by, standing, row)?;
    store::delete(conn, row.id)?;
    journal::record(conn, &by.actor(), &deed("attachment.removed", row), now)
}

fn deed(code: &'static str, row: &Attachment) -> Deed {
    Deed::on_project(code, row.project_id, row.subject_id)
        .with("attached_to", row.subject)
        .with("attachment", row.id)
        .with("name", &row.name)
        .with("bytes", row.bytes)
        .with("sha256", &row.sha256)
}
