//! Idempotency keys: the 2xx answer of a deed is stored in the deed's own unit, so that a repeated
//! request has one effect and gets the same answer for 24 hours.

use std::time::Duration;

use diesel::prelude::*;

use super::answer::Answer;
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::refused::{Kind, Refused};
use crate::kernel::time::Moment;
use crate::store::Conn;
use crate::store::schema::idempotency_keys;

/// How long an answer is kept (API contract).
const KEPT: Duration = Duration::from_secs(24 * 3600);
/// Longest key, in characters (API contract).
const LONGEST: usize = 255;

/// A key as one caller sent it to one path with one body.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) path: String,
    pub(crate) key: String,
    pub(crate) request_hash: String,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = idempotency_keys)]
struct Row {
    account_id: Id,
    path: String,
    key: String,
    request_hash: String,
    status: i64,
    headers: String,
    body: String,
    created_at: Moment,
}

impl Key {
    /// Checks the header's text.
    ///
    /// # Errors
    /// 400 `idempotency.key` when it is empty, longer than 255 characters, or not printable ASCII.
    pub(crate) fn new(path: &str, key: &str, digest: &str) -> Result<Self> {
        let fits =
            (1..=LONGEST).contains(&key.len()) && key.bytes().all(|b| (0x20..0x7f).contains(&b));
        if !fits {
            return Err(Refused::new(Kind::Malformed, "idempotency.key").into());
        }
        Ok(Self {
            path: path.to_owned(),
            key: key.to_owned(),
            request_hash: digest.to_owned(),
        })
    }
}

/// Does the deed once: returns the stored answer when this caller already had one for this key.
///
/// Two requests with one key cannot both do the deed: the later of two units meets the row of the
/// earlier one, runs again and finds its answer.
///
/// # Errors
/// 422 `idempotency.other_request` when the key came with another body; what the deed returns.
pub(crate) fn once(
    conn: &mut Conn,
    account: Id,
    key: &Key,
    now: Moment,
    deed: impl FnOnce(&mut Conn) -> Result<Answer>,
) -> Result<Answer> {
    let stored: Option<Row> = idempotency_keys::table
        .find((account, &key.path, &key.key))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    if let Some(row) = stored {
        if row.created_at > now.minus(KEPT) {
            if row.request_hash != key.request_hash {
                return Err(Refused::new(Kind::Invalid, "idempotency.other_request").into());
            }
            return row.into_answer();
        }
        diesel::delete(idempotency_keys::table.find((account, &key.path, &key.key)))
            .execute(conn)?;
    }
    let answer = deed(conn)?;
    // Only what was done is kept: a refused list may be sent again under its key.
    if answer.status >= 300 {
        return Ok(answer);
    }
    let row = Row {
        account_id: account,
        path: key.path.clone(),
        key: key.key.clone(),
        request_hash: key.request_hash.clone(),
        status: i64::from(answer.status),
        headers: serde_json::to_string(&(&answer.etag, &answer.location)).map_err(Error::broken)?,
        body: answer.body.clone(),
        created_at: now,
    };
    diesel::insert_into(idempotency_keys::table)
        .values(&row)
        .execute(conn)?;
    Ok(answer)
}

/// Forgets keys whose time has passed; returns how many.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn sweep(conn: &mut Conn, now: Moment) -> Result<usize> {
    let old = idempotency_keys::table.filter(idempotency_keys::created_at.le(now.minus(KEPT)));
    Ok(diesel::delete(old).execute(conn)?)
}

impl Row {
    fn into_answer(self) -> Result<Answer> {
        let (etag, location) = serde_json::from_str(&self.headers).map_err(Error::broken)?;
        let status = u16::try_from(self.status).map_err(Error::broken)?;
        Ok(Answer {
            status,
            etag,
            location,
            next: None,
            link: None,
            body: self.body,
        })
    }
}
