//! A list as it arrives from outside, as CSV or as a workbook: one header row and rows of texts.
//!
//! Reads the form and nothing of the meaning: which columns there are and what their cells say is
//! for the feature that asked. Knows no file, no database and no feature.

mod columns;
mod csv;
mod date;
mod encoding;
mod unreadable;
mod workbook;

pub(crate) use columns::{Cells, Columns, Remark};
pub(crate) use csv::{read_csv, read_csv_of};
pub(crate) use date::{Date, date};
pub(crate) use unreadable::Unreadable;
pub(crate) use workbook::{Book, Sheet, answer_reading, is_compound, is_encrypted, is_zip};

/// The largest list taken, in bytes: 10 MiB, far above any real list of projects or people.
pub(crate) const MAX_BYTES: usize = 10 * 1024 * 1024;
/// The most rows taken beside the header where a site sets nothing else; blank ones do not count.
pub(crate) const MAX_ROWS: usize = 5_000;
/// The most columns taken.
pub(crate) const MAX_COLUMNS: usize = 100;
/// The longest cell taken, in code points.
pub(crate) const MAX_CELL: usize = 10_000;

/// Facts of an error or a remark: the name of each place in its words, and what stands there.
pub(crate) type Facts = Vec<(&'static str, String)>;

/// A list: its header and its rows, every row as wide as the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    /// The names of the columns, trimmed, none empty, none twice.
    pub(crate) header: Vec<String>,
    /// The rows that hold anything, in the order of the file.
    pub(crate) rows: Vec<Row>,
}

/// One row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// The number a spreadsheet shows beside it: the header is row 1, blank rows count.
    pub(crate) number: u32,
    /// Its cells, exactly as they came.
    pub(crate) cells: Vec<String>,
}

impl Row {
    /// Tells whether no cell holds anything but white space.
    fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

#[cfg(test)]
mod tests;
