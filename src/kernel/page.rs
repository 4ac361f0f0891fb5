//! Pages of a list by keyset: a cursor says after which row the next page begins.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::error::Result;
use crate::kernel::refused::{Kind, Refused};

/// Rows of a page when the caller names no number (API contract).
pub const DEFAULT_LIMIT: i64 = 50;
/// Most rows of one page (API contract).
pub const MAX_LIMIT: i64 = 200;

/// Which page of a list is wanted.
#[derive(Debug, Clone, Default)]
pub struct Paging {
    /// Rows, 1 to 200.
    pub limit: i64,
    /// Sort keys of the last row seen, the id last.
    pub after: Option<Vec<String>>,
    /// Whether the whole count is wanted.
    pub with_total: bool,
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// What to send as `cursor` for the next page; null on the last.
    pub next_cursor: Option<String>,
    /// How many rows there are in all; only when asked for with `with_total=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
}

impl Paging {
    /// Reads the query parameters of the list `list`, whose cursors have `keys` sort keys.
    ///
    /// # Errors
    /// - 400 `query.limit` outside 1 to 200
    /// - 400 `query.cursor` that this list did not hand out
    pub fn read(
        list: &str,
        keys: usize,
        limit: Option<i64>,
        cursor: Option<&str>,
        with_total: Option<bool>,
    ) -> Result<Self> {
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Refused::new(Kind::Malformed, "query.limit")
                .with("most", MAX_LIMIT)
                .into());
        }
        let after = cursor.map(|text| open(list, keys, text)).transpose()?;
        Ok(Self {
            limit,
            after,
            with_total: with_total.unwrap_or_default(),
        })
    }

    /// Returns the sort key at that place of the cursor.
    pub fn key(&self, at: usize) -> Option<&str> {
        self.after.as_ref()?.get(at).map(String::as_str)
    }

    /// Makes a page of rows that were loaded with a limit one larger than the page.
    pub fn page<T>(
        &self,
        list: &str,
        mut rows: Vec<T>,
        total: Option<i64>,
        keys: impl Fn(&T) -> Vec<String>,
    ) -> Page<T> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = if more {
            rows.last().map(|last| seal(list, &keys(last)))
        } else {
            None
        };
        Page {
            items: rows,
            next_cursor,
            total,
        }
    }
}

impl<T> Page<T> {
    /// Returns the page with each row turned into another.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(turn).collect(),
            next_cursor: self.next_cursor,
            total: self.total,
        }
    }

    /// Turns every item into another, unless one cannot be turned.
    ///
    /// # Errors
    /// That of the first item that cannot.
    pub fn try_map<U>(self, turn: impl FnMut(T) -> Result<U>) -> Result<Page<U>> {
        Ok(Page {
            items: self.items.into_iter().map(turn).collect::<Result<_>>()?,
            next_cursor: self.next_cursor,
            total: self.total,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct Sealed<'a>(std::borrow::Cow<'a, str>, Vec<String>);

fn seal(list: &str, keys: &[String]) -> String {
    let sealed = Sealed(list.into(), keys.to_vec());
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&sealed).unwrap_or_default())
}

fn open(list: &str, keys: usize, text: &str) -> Result<Vec<String>> {
    let read = || {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let Sealed(of, after) = serde_json::from_slice::<Sealed<'_>>(&bytes).ok()?;
        let nul = after.iter().any(|key| key.contains('\0'));
        (of == list && after.len() == keys && !nul).then_some(after)
    };
    read().ok_or_else(|| Refused::new(Kind::Malformed, "query.cursor").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_of_another_list_or_a_forged_one_is_refused() {
        let sealed = seal("blockers", &["2026-10-10".into(), "x".into()]);
        assert!(open("blockers", 2, &sealed).is_ok());
        for (list, keys, text) in [
            ("projects", 2, sealed.as_str()),
            ("blockers", 1, &sealed),
            ("blockers", 2, "zz!"),
            ("blockers", 2, ""),
        ] {
            assert!(open(list, keys, text).is_err(), "{list} {keys} {text}");
        }
    }

    #[test]
    fn the_last_page_has_no_cursor() {
        let paging = Paging {
            limit: 2,
            ..Paging::default()
        };
        let page = paging.page("x", vec![1, 2, 3], None, |n| vec![n.to_string()]);
        assert_eq!(page.items, [1, 2]);
        assert!(page.next_cursor.is_some());
        assert!(
            paging
                .page("x", vec![1, 2], None, |n| vec![n.to_string()])
                .next_cursor
                .is_none()
        );
    }
}
