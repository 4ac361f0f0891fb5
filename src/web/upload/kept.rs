//! Uploaded lists, kept for a while with what was told of them: so that the remarks can come back in
//! the person's own workbook, and the same file is not taken twice.

use std::time::Duration;

use diesel::prelude::*;

use super::RemarkView;
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::refused::{Kind, Refused};
use crate::kernel::time::Moment;
use crate::settings::ImportSettings;
use crate::store::Conn;
use crate::store::schema::uploads;

/// A file as it was uploaded.
#[derive(Debug, Clone)]
pub(crate) struct File {
    /// What it is a list of.
    pub(crate) list: &'static str,
    pub(crate) name: Option<String>,
    /// Of the bytes, and of what they were imported as.
    pub(crate) digest: String,
    pub(crate) bytes: Vec<u8>,
}

/// A row of the table.
#[derive(Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = uploads)]
struct Row {
    id: Id,
    account_id: Id,
    list: String,
    file_name: Option<String>,
    digest: String,
    applied: bool,
    /// JSON.
    remarks: String,
    content: Option<Vec<u8>>,
    created_at: Moment,
}

/// An upload that can still be had back.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) list: String,
    pub(crate) name: Option<String>,
    pub(crate) bytes: Vec<u8>,
    /// Errors, then warnings.
    pub(crate) remarks: Vec<RemarkView>,
}

/// Keeps a file under the id of its import; of the account's older ones only the latest stay whole.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn keep(
    conn: &mut Conn,
    settings: &ImportSettings,
    (id, account): (Id, Id),
    file: &File,
    (applied, remarks): (bool, &[RemarkView]),
    now: Moment,
) -> Result<()> {
    let row = Row {
        id,
        account_id: account,
        list: file.list.to_owned(),
        file_name: file.name.clone(),
        digest: file.digest.clone(),
        applied,
        remarks: serde_json::to_string(remarks).map_err(Error::broken)?,
        content: Some(file.bytes.clone()),
        created_at: now,
    };
    diesel::insert_into(uploads::table)
        .values(&row)
        .execute(conn)?;
    let older: Vec<Id> = uploads::table
        .filter(uploads::account_id.eq(account))
        .filter(uploads::content.is_not_null())
        .order((uploads::created_at.desc(), uploads::id.desc()))
        .offset(settings.kept_files)
        .limit(1000)
        .select(uploads::id)
        .load(conn)?;
    forget(conn, &older)
}

fn forget(conn: &mut Conn, ids: &[Id]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let older = uploads::table.filter(uploads::id.eq_any(ids.to_vec()));
    diesel::update(older)
        .set(uploads::content.eq(None::<Vec<u8>>))
        .execute(conn)?;
    Ok(())
}

/// Returns the import by which an account applied this very file before.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn applied_before(
    conn: &mut Conn,
    account: Id,
    digest: &str,
) -> Result<Option<(Id, Moment)>> {
    Ok(uploads::table
        .filter(uploads::account_id.eq(account))
        .filter(uploads::digest.eq(digest))
        .filter(uploads::applied.eq(true))
        .select((uploads::id, uploads::created_at))
        .first(conn)
        .optional()?)
}

/// Returns an upload of an account, or whosoever it is.
///
/// # Errors
/// 404 `import.missing` when there is none, none of theirs, or its file is no longer kept.
pub(crate) fn find(conn: &mut Conn, account: Option<Id>, id: Id) -> Result<Kept> {
    let row: Option<Row> = uploads::table
        .filter(uploads::id.eq(id))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    let row = row.filter(|row| account.is_none_or(|account| row.account_id == account));
    let missing = || Error::from(Refused::new(Kind::Missing, "import.missing"));
    let row = row.ok_or_else(missing)?;
    Ok(Kept {
        list: row.list,
        name: row.file_name,
        bytes: row.content.ok_or_else(missing)?,
        remarks: serde_json::from_str(&row.remarks).map_err(Error::broken)?,
    })
}

/// Forgets files whose time has passed, and uploads that came to nothing; returns how many.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn sweep(conn: &mut Conn, settings: &ImportSettings, now: Moment) -> Result<usize> {
    let day = Duration::from_secs(24 * 60 * 60);
    let before = now.minus(day.saturating_mul(settings.kept_days));
    let idle = uploads::table
        .filter(uploads::created_at.lt(before))
        .filter(uploads::applied.eq(false));
    let gone = diesel::delete(idle).execute(conn)?;
    let old = uploads::table
        .filter(uploads::created_at.lt(before))
        .filter(uploads::content.is_not_null());
    let emptied = diesel::update(old)
        .set(uploads::content.eq(None::<Vec<u8>>))
        .execute(conn)?;
    Ok(gone.saturating_add(emptied))
}
