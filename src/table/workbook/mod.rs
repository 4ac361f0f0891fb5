//! A workbook (xlsx) as it arrives from outside. It is the most dangerous thing a stranger can send:
//! an archive of XML that inflates, refers and lies about its size. So it is read in a process of its
//! own ([`answer_reading`]), held against limits before and while it inflates ([`guard`]), cell by
//! cell ([`cells`]), and handed over as plain lines ([`wire`]); an abort there hurts nobody here.

mod cells;
mod guard;
mod wire;

use std::io::{Read, Write};

use super::csv::{letters, table};
use super::{Row, Table, Unreadable};

/// Tells whether bytes begin as an archive does; every xlsx file is one.
pub(crate) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Tells whether bytes begin as a compound file does: the older xls, or an encrypted workbook.
pub(crate) fn is_compound(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
}

/// Tells whether a compound file is a workbook under a password.
pub(crate) fn is_encrypted(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    is_compound(bytes) && bytes.windows(name.len()).any(|window| window == name)
}

/// A workbook that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Book {
    pub(crate) sheets: Vec<Sheet>,
}

/// One sheet: its rows that hold anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) is_hidden: bool,
    pub(crate) rows: Vec<Row>,
}

impl Book {
    /// Reads what the reading process printed.
    ///
    /// **Errors**: what that process found; [`Unreadable::Broken`] when it ended before its end.
    pub(crate) fn printed(lines: &[u8]) -> Result<Self, Unreadable> {
        wire::read(lines)
    }

    /// Returns the sheet of that name.
    pub(crate) fn sheet(&self, name: &str) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.name == name)
    }

    /// Returns the first sheet a person sees that holds anything.
    ///
    /// **Errors**: [`Unreadable::Empty`] when there is none.
    pub(crate) fn first(&self) -> Result<&Sheet, Unreadable> {
        let mut seen = self.sheets.iter().filter(|sheet| !sheet.is_hidden);
        seen.find(|sheet| !sheet.rows.is_empty())
            .ok_or(Unreadable::Empty)
    }
}

impl Sheet {
    /// Returns the sheet as a list: its first row is the header, and every row as wide as the widest.
    ///
    /// **Errors**: [`Unreadable::Empty`] without a header in row 1, [`Unreadable::ColumnTwice`].
    pub(crate) fn table(&self) -> Result<Table, Unreadable> {
        let widest = self.rows.iter().map(|row| row.cells.len()).max();
        let padded = |row: &Row| {
            let mut row = row.clone();
            row.cells.resize(widest.unwrap_or(0), String::new());
            row
        };
        let mut rows = self.rows.iter();
        let head = rows.next().filter(|row| row.number == 1);
        let head = head.ok_or(Unreadable::Empty)?;
        table(padded(head), rows.map(padded).collect())
    }

    /// Returns the text of a cell, `row` as a spreadsheet numbers it, `column` from 0.
    pub(crate) fn cell(&self, row: u32, column: usize) -> Option<&str> {
        let row = self.rows.iter().find(|one| one.number == row)?;
        row.cells.get(column).map(String::as_str)
    }
}

/// Reads a workbook from `input` and prints what it holds, or why it is refused, to `output`: the
/// whole work of the reading process. `most` rows of a sheet are taken.
///
/// # Errors
/// Only those of `input` and `output`.
pub(crate) fn answer_reading(
    mut input: impl Read,
    output: impl Write,
    most: usize,
) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let mut printer = wire::Printer::new(output);
    let read = guard::hold(&bytes).and_then(|()| cells::read(&bytes, most, &mut printer));
    printer.end(read.err())
}

/// The letters above a column and the number beside a row, as refusals name a cell.
fn place((row, column): (u32, u32)) -> (u32, String) {
    let column = usize::try_from(column).unwrap_or(usize::MAX);
    (row.saturating_add(1), letters(column))
}

#[cfg(test)]
mod tests;
