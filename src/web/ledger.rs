//! Lists as files (台账): CSV and xlsx, written in batches as they are read, so that a list of any
//! length takes the same memory. Knows no list; a feature says what its columns are and how a batch
//! is read.

mod csv;
pub(crate) mod said;
mod xlsx;

use std::fs::File;
use std::io::{Seek as _, SeekFrom};
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Bytes;
use futures_util::stream::try_unfold;
use tokio::io::AsyncReadExt as _;

use crate::kernel::error::{Error, Result};
use crate::kernel::page::{Page, Paging};
use crate::kernel::refused::{Facts, Kind as RefusedKind, Refused};
use crate::kernel::time::Moment;
use crate::store::{Conn, Store};
use crate::text::{Lang, say};

pub(crate) use xlsx::{Looks, properties, typed};

/// The type of a workbook.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const CSV: &str = "text/csv";
/// Rows read at a time.
const BATCH: i64 = 1000;
/// The most rows a sheet holds beside its header and its totals.
const MOST_ROWS: i64 = 1_048_574;
/// Bytes of a finished file sent at a time.
const CHUNK: usize = 64 * 1024;

/// In which form a file is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Csv,
    Xlsx,
}

impl Form {
    /// Returns the form an `Accept` header asks for; none when it asks for what is answered anyway.
    pub(crate) fn accepted(accept: &str) -> Option<Self> {
        let mut kinds = accept
            .split(',')
            .filter_map(|one| one.split(';').next())
            .map(|kind| kind.trim().to_ascii_lowercase());
        kinds.find_map(|kind| match kind.as_str() {
            CSV => Some(Self::Csv),
            XLSX => Some(Self::Xlsx),
            _ => None,
        })
    }

    /// Returns the form the ending of a file's name means.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    fn kind(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => XLSX,
        }
    }
}

/// What the cells of a column are. They come as text, exact; the kind says how a sheet shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Count,
    /// 万元, at most four decimals.
    Wan,
    /// Percent, at most two decimals.
    Percent,
    /// `2026-10-10`.
    Day,
}

/// A column of a ledger.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    /// Key of the words of its header.
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// Its width in signs of Latin script.
    pub(crate) width: u16,
}

/// Makes a column.
pub(crate) const fn column(name: &'static str, kind: Kind, width: u16) -> Column {
    Column { name, kind, width }
}

/// A list as a file.
#[derive(Debug)]
pub(crate) struct Ledger {
    /// Its name in file names and in the journal.
    pub(crate) name: &'static str,
    /// Key of the words of its title.
    pub(crate) title: &'static str,
    pub(crate) columns: &'static [Column],
}

/// One row: a text for every column.
pub(crate) type Line = Vec<String>;

/// Reads one batch.
pub(crate) type Batch = dyn Fn(&mut Conn, &Paging) -> Result<Page<Line>> + Send + Sync;

/// A ledger on its way out.
#[derive(Clone)]
pub(crate) struct Export {
    pub(crate) ledger: &'static Ledger,
    pub(crate) store: Store,
    /// Name and number of keys of the list's cursors.
    pub(crate) cursor: (&'static str, usize),
    pub(crate) batch: Arc<Batch>,
    pub(crate) lang: Lang,
    /// Who made it, and what of the list was asked for.
    pub(crate) by: String,
    pub(crate) filters: String,
    pub(crate) at: Moment,
    /// The same moment as people there say it.
    pub(crate) at_text: String,
}

impl Export {
    /// Returns the first page's place.
    pub(crate) fn start() -> Paging {
        Paging {
            limit: BATCH,
            ..Paging::default()
        }
    }

    fn after(&self, cursor: &str) -> Result<Paging> {
        let (list, keys) = self.cursor;
        Ok(Paging {
            limit: BATCH,
            ..Paging::read(list, keys, None, Some(cursor), None)?
        })
    }

    fn next(&self, page: &Page<Line>) -> Result<Option<Paging>> {
        let cursor = page.next_cursor.as_deref();
        cursor.map(|cursor| self.after(cursor)).transpose()
    }

    fn said(&self, key: &str) -> String {
        say(self.lang, key, &Facts::none())
    }

    fn header(&self) -> Line {
        let columns = self.ledger.columns.iter();
        columns.map(|column| self.said(column.name)).collect()
    }

    /// Answers with the file. CSV leaves batch by batch; a workbook is put together in a file that
    /// has no name, and leaves when it is whole.
    ///
    /// # Errors
    /// 422 `export.too_long` for a workbook of more rows than a sheet holds; faults of the store.
    pub(crate) async fn respond(self, form: Form, total: i64) -> Result<HttpResponse> {
        let mut response = HttpResponse::Ok();
        response.content_type(form.kind());
        let said = self.said(self.ledger.title);
        let disposition = disposition(self.ledger.name, &said, form.ending());
        response.insert_header((header::CONTENT_DISPOSITION, disposition));
        match form {
            Form::Csv => Ok(response.streaming(self.csv())),
            Form::Xlsx => {
                if total > MOST_ROWS {
                    let refused = Refused::new(RefusedKind::Invalid, "export.too_long");
                    return Err(refused.with("most", MOST_ROWS).into());
                }
                let put_together = move || {
                    let mut file = tempfile::tempfile().map_err(Error::broken)?;
                    self.write_xlsx(&mut file)?;
                    let length = file.stream_position().map_err(Error::broken)?;
                    file.seek(SeekFrom::Start(0)).map_err(Error::broken)?;
                    Ok::<_, Error>((file, length))
                };
                let (file, length) = tokio::task::spawn_blocking(put_together)
                    .await
                    .map_err(Error::broken)??;
                response.no_chunking(length);
                Ok(response.streaming(chunks(file)))
            }
        }
    }

    fn csv(self) -> impl futures_util::Stream<Item = Result<Bytes>> {
        let first = Some((None, Self::start()));
        try_unfold((self, first), |(export, state)| async move {
            let Some((head, paging)) = state else {
                return Ok::<_, Error>(None);
            };
            let batch = Arc::clone(&export.batch);
            let page = export.store.read(move |conn| batch(conn, &paging)).await?;
            let mut bytes = Vec::new();
            if head.is_none() {
                csv::begin(&mut bytes);
                csv::write(&mut bytes, &export.header(), &[]);
            }
            for line in &page.items {
                csv::write(&mut bytes, line, export.ledger.columns);
            }
            let next = export.next(&page)?.map(|paging| (Some(()), paging));
            Ok(Some((Bytes::from(bytes), (export, next))))
        })
    }

    /// Writes the file on a thread that may block and returns how many rows it has.
    ///
    /// # Errors
    /// Faults of the store and of the file.
    pub(crate) fn write(&self, form: Form, file: &mut File) -> Result<usize> {
        match form {
            Form::Csv => {
                let mut bytes = Vec::new();
                csv::begin(&mut bytes);
                csv::write(&mut bytes, &self.header(), &[]);
                let rows = self.each(|line| {
                    csv::write(&mut bytes, line, self.ledger.columns);
                    flush(file, &mut bytes, CHUNK)
                })?;
                flush(file, &mut bytes, 0)?;
                Ok(rows)
            }
            Form::Xlsx => self.write_xlsx(file),
        }
    }

    /// Reads the whole list in batches and hands over every row.
    fn each(&self, mut take: impl FnMut(&Line) -> Result<()>) -> Result<usize> {
        let (mut rows, mut paging) = (0_usize, Some(Self::start()));
        while let Some(asked) = paging {
            let page = self
                .store
                .read_blocking(|conn| (self.batch)(conn, &asked))?;
            for line in &page.items {
                take(line)?;
            }
            rows = rows.saturating_add(page.items.len());
            paging = self.next(&page)?;
        }
        Ok(rows)
    }
}

fn flush(file: &mut File, bytes: &mut Vec<u8>, from: usize) -> Result<()> {
    use std::io::Write as _;

    if bytes.len() > from {
        file.write_all(bytes).map_err(Error::broken)?;
        bytes.clear();
    }
    Ok(())
}

/// Sends a file in pieces.
pub(crate) fn chunks(file: File) -> impl futures_util::Stream<Item = Result<Bytes>> {
    let file = tokio::fs::File::from_std(file);
    try_unfold(file, |mut file| async move {
        let mut chunk = vec![0; CHUNK];
        let read = file.read(&mut chunk).await.map_err(Error::broken)?;
        chunk.truncate(read);
        Ok::<_, Error>((read > 0).then(|| (Bytes::from(chunk), file)))
    })
}

/// Returns a `Content-Disposition` (RFC 6266): a plain name for old clients, and what people call it.
pub(crate) fn disposition(plain: &str, said: &str, ending: &str) -> String {
    let mut encoded = String::new();
    for byte in said.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}.{ending}\"; filename*=UTF-8''{encoded}.{ending}")
}

#[cfg(test)]
mod tests;
