//! What the reading process prints and the server reads: one JSON value a line, sheets and rows as
//! they come, and an end that says whether all was well. Without an end, the process died.

use std::io::Write;

use serde::{Deserialize, Serialize};

use super::super::{Row, Unreadable};
use super::guard::MOST_INFLATED;
use super::{Book, Sheet};

/// One line.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Sheet { name: String, is_hidden: bool },
    Row(u32, Vec<String>),
    Refused(Unreadable),
    End,
}

/// Prints lines; what it may print is bounded, since a workbook may show one text in every cell.
pub(super) struct Printer<W: Write> {
    to: std::io::BufWriter<W>,
    left: u64,
    failed: Option<std::io::Error>,
}

impl<W: Write> Printer<W> {
    pub(super) fn new(to: W) -> Self {
        Self {
            to: std::io::BufWriter::new(to),
            left: MOST_INFLATED,
            failed: None,
        }
    }

    pub(super) fn sheet(&mut self, name: &str, is_hidden: bool) -> Result<(), Unreadable> {
        let name = name.to_owned();
        self.print(&Line::Sheet { name, is_hidden })
    }

    pub(super) fn row(&mut self, number: u32, cells: Vec<String>) -> Result<(), Unreadable> {
        self.print(&Line::Row(number, cells))
    }

    /// Prints the end: all was well, or why not.
    pub(super) fn end(mut self, refused: Option<Unreadable>) -> std::io::Result<()> {
        if let Some(fault) = self.failed.take() {
            return Err(fault);
        }
        self.left = self.left.saturating_add(4096);
        let end = refused.map_or(Line::End, Line::Refused);
        if self.print(&end).is_err() {
            return Err(std::io::ErrorKind::Other.into());
        }
        self.to.flush()
    }

    fn print(&mut self, line: &Line) -> Result<(), Unreadable> {
        let mut bytes = serde_json::to_vec(line).map_err(|_| Unreadable::Broken)?;
        bytes.push(b'\n');
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(length).ok_or(Unreadable::Inflates {
            limit: MOST_INFLATED / (1024 * 1024),
        })?;
        if let Err(fault) = self.to.write_all(&bytes) {
            self.failed = Some(fault);
            return Err(Unreadable::Broken);
        }
        Ok(())
    }
}

/// Reads the lines of a whole book.
pub(super) fn read(bytes: &[u8]) -> Result<Book, Unreadable> {
    let mut book = Book::default();
    for line in bytes.split(|byte| *byte == b'\n') {
        match serde_json::from_slice(line).map_err(|_| Unreadable::Broken)? {
            Line::Sheet { name, is_hidden } => book.sheets.push(Sheet {
                name,
                is_hidden,
                rows: Vec::new(),
            }),
            Line::Row(number, cells) => {
                let sheet = book.sheets.last_mut().ok_or(Unreadable::Broken)?;
                sheet.rows.push(Row { number, cells });
            }
            Line::Refused(unreadable) => return Err(unreadable),
            Line::End => return Ok(book),
        }
    }
    Err(Unreadable::Broken)
}
