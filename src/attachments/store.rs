//! The tables of attachments: the row of a file, and its pieces where the database keeps it.

use std::fs::File;
use std::os::unix::fs::FileExt as _;

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::actions::Standing;
use super::rules::{self, Refusal, Subject};
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::time::Moment;
use crate::people::caller::Caller;
use crate::settings::KeptIn;
use crate::store::Conn;
use crate::store::schema::{accounts, attachment_pieces, attachments};

/// Bytes of a piece: what one download holds in memory.
const PIECE: usize = 256 * 1024;

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = attachments)]
pub(crate) struct Attachment {
    pub(crate) id: Id,
    pub(crate) subject: Subject,
    pub(crate) subject_id: Id,
    pub(crate) project_id: Id,
    /// The version of the subject it belongs to.
    pub(crate) version: i64,
    pub(crate) name: String,
    pub(crate) media_type: String,
    pub(crate) bytes: i64,
    pub(crate) sha256: String,
    pub(crate) kept_in: KeptIn,
    pub(crate) attached_by: Option<Id>,
    pub(crate) attached_at: Moment,
}

/// Who attached a file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AttachedBy)]
struct Person {
    id: Id,
    name: String,
}

/// A file as clients see it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attachment)]
pub(crate) struct AttachmentView {
    id: Id,
    subject: Subject,
    subject_id: Id,
    /// The version of the subject it belongs to.
    version: i64,
    name: String,
    media_type: String,
    bytes: i64,
    /// Digest of the content, in hexadecimal.
    sha256: String,
    attached_by: Option<Person>,
    attached_at: Moment,
    /// Whether it has become part of what was handed in, and stays for good.
    sealed: bool,
}

/// Returns one file by its id. Nobody has looked yet whether the caller may see its subject.
pub(super) fn get(conn: &mut Conn, id: Id) -> Result<Attachment> {
    let row = attachments::table
        .find(id)
        .select(Attachment::as_select())
        .first(conn)
        .optional()?;
    row.ok_or_else(|| Refusal::Missing.into())
}

type Listed = (Attachment, Option<(Id, String)>);

impl AttachmentView {
    fn of((row, by): Listed, standing: &Standing) -> Self {
        Self {
            sealed: rules::is_sealed(row.version, (standing.version, standing.is_open)),
            id: row.id,
            subject: row.subject,
            subject_id: row.subject_id,
            version: row.version,
            name: row.name,
            media_type: row.media_type,
            bytes: row.bytes,
            sha256: row.sha256,
            attached_by: by.map(|(id, name)| Person { id, name }),
            attached_at: row.attached_at,
        }
    }
}

/// Returns the files of a subject the caller has seen in scope, in the order they came.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn of_subject(conn: &mut Conn, standing: &Standing) -> Result<Vec<AttachmentView>> {
    let by = accounts::id.nullable().eq(attachments::attached_by);
    let rows: Vec<Listed> = attachments::table
        .left_join(accounts::table.on(by))
        .filter(attachments::subject.eq(standing.subject))
        .filter(attachments::subject_id.eq(standing.id))
        .order(attachments::id)
        .select((
            Attachment::as_select(),
            (accounts::id, accounts::name).nullable(),
        ))
        .load(conn)?;
    let views = rows.into_iter();
    Ok(views.map(|row| AttachmentView::of(row, standing)).collect())
}

/// Shows a file to the one who attached it just now.
pub(crate) fn view(row: Attachment, by: &Caller, standing: &Standing) -> AttachmentView {
    let by = by.id.map(|id| (id, by.name.clone()));
    AttachmentView::of((row, by), standing)
}

/// Returns digest and size of every file of a subject.
pub(super) fn held(conn: &mut Conn, standing: &Standing) -> Result<Vec<(String, i64)>> {
    Ok(attachments::table
        .filter(attachments::subject.eq(standing.subject))
        .filter(attachments::subject_id.eq(standing.id))
        .select((attachments::sha256, attachments::bytes))
        .load(conn)?)
}

/// Writes a file's row, and its pieces where the database keeps it.
pub(super) fn insert(conn: &mut Conn, row: &Attachment, file: &File) -> Result<()> {
    diesel::insert_into(attachments::table)
        .values(row)
        .execute(conn)?;
    if row.kept_in == KeptIn::Folder {
        return Ok(());
    }
    let mut piece = vec![0; PIECE];
    let (mut number, mut from) = (0_i64, 0_u64);
    loop {
        let read = file.read_at(&mut piece, from).map_err(Error::broken)?;
        let Some(bytes) = piece.get(..read).filter(|bytes| !bytes.is_empty()) else {
            return Ok(());
        };
        diesel::insert_into(attachment_pieces::table)
            .values((
                attachment_pieces::attachment_id.eq(row.id),
                attachment_pieces::number.eq(number),
                attachment_pieces::bytes.eq(bytes),
            ))
            .execute(conn)?;
        number = number.saturating_add(1);
        from = from.saturating_add(u64::try_from(read).map_err(Error::broken)?);
    }
}

/// Returns one piece of a file the database keeps; none after the last.
pub(super) fn piece(conn: &mut Conn, id: Id, number: i64) -> Result<Option<Vec<u8>>> {
    Ok(attachment_pieces::table
        .find((id, number))
        .select(attachment_pieces::bytes)
        .first(conn)
        .optional()?)
}

/// Deletes a file's row and pieces.
pub(super) fn delete(conn: &mut Conn, id: Id) -> Result<()> {
    let pieces = attachment_pieces::table.filter(attachment_pieces::attachment_id.eq(id));
    diesel::delete(pieces).execute(conn)?;
    diesel::delete(attachments::table.find(id)).execute(conn)?;
    Ok(())
}

/// Tells whether a file has a row.
pub(super) fn is_there(conn: &mut Conn, id: Id) -> Result<bool> {
    let row = attachments::table.find(id).select(attachments::id);
    Ok(row.first::<Id>(conn).optional()?.is_some())
}
