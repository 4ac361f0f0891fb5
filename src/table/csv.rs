//! Comma-separated text to a table, strictly.
//!
//! Written out here because the lenient readers at hand take everything after a forgotten quotation
//! mark for one long cell, and skip blank lines without counting them, so that a remark about row 40
//! would point at row 39. Both are what happens to lists edited by hand.

use std::iter::Peekable;
use std::str::Chars;

use super::encoding::decode;
use super::{MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS, Row, Table, Unreadable};

/// Reads a list of at most [`MAX_ROWS`] rows; see [`read_csv_of`].
///
/// **Errors**: those of [`read_csv_of`].
pub(crate) fn read_csv(bytes: &[u8]) -> Result<Table, Unreadable> {
    read_csv_of(bytes, MAX_ROWS)
}

/// Reads a list of at most `most` rows from UTF-8 or GBK text, with or without byte order mark, lines
/// ended by LF, CRLF or CR.
///
/// Cells are parted by commas; where the header has none, by semicolons or tabs. Rows that hold
/// nothing are left out, but counted.
///
/// **Errors**: whatever [`Unreadable`] names of a text, except [`Unreadable::ColumnMissing`].
pub(crate) fn read_csv_of(bytes: &[u8], most: usize) -> Result<Table, Unreadable> {
    if bytes.len() > MAX_BYTES {
        return Err(Unreadable::TooLarge { limit: MAX_BYTES });
    }
    let text = decode(bytes)?;
    let mut source = Source::new(&text);
    let (_, head) = source.next_row()?.ok_or(Unreadable::Empty)?;
    if head.is_blank() {
        return Err(Unreadable::Empty);
    }
    let found = head.cells.len();
    let mut rows = Vec::new();
    while let Some((line, row)) = source.next_row()? {
        if row.is_blank() {
            continue;
        }
        if row.cells.len() != found {
            return Err(Unreadable::Ragged {
                row: row.number,
                line,
                expected: found,
                found: row.cells.len(),
            });
        }
        if rows.len() == most {
            return Err(Unreadable::TooManyRows { limit: most });
        }
        rows.push(row);
    }
    table(head, rows)
}

/// Makes a table of a header row and rows as wide as it.
pub(super) fn table(head: Row, mut rows: Vec<Row>) -> Result<Table, Unreadable> {
    Ok(Table {
        header: header(head, &mut rows)?,
        rows,
    })
}

/// Returns the letters a spreadsheet shows above a column, counted from 0; at most [`MAX_COLUMNS`].
pub(super) fn letters(column: usize) -> String {
    const ALPHABET: [char; 26] = [
        'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R',
        'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z',
    ];
    let first = column
        .checked_div(26)
        .and_then(|turns| turns.checked_sub(1));
    [first, column.checked_rem(26)]
        .into_iter()
        .flatten()
        .filter_map(|at| ALPHABET.get(at))
        .collect()
}

/// Makes the header: names trimmed, an unnamed column called by its letters, unnamed columns without
/// content at the right edge cut off, as spreadsheets like to add them.
fn header(head: Row, rows: &mut [Row]) -> Result<Vec<String>, Unreadable> {
    let mut names: Vec<String> = head
        .cells
        .iter()
        .map(|cell| cell.trim().to_owned())
        .collect();
    let is_empty = |at: usize, rows: &[Row]| {
        rows.iter()
            .all(|row| row.cells.get(at).is_none_or(|cell| cell.trim().is_empty()))
    };
    while names.last().is_some_and(String::is_empty) && is_empty(names.len() - 1, rows) {
        names.pop();
    }
    for row in rows {
        row.cells.truncate(names.len());
    }
    for (at, name) in names.iter_mut().enumerate() {
        if name.is_empty() {
            *name = letters(at);
        }
    }
    for (at, name) in names.iter().enumerate() {
        if let Some(first) = names.iter().take(at).find(|other| *other == name) {
            return Err(Unreadable::ColumnTwice {
                first: first.clone(),
                second: name.clone(),
            });
        }
    }
    Ok(names)
}

/// The text still to be read, and where it stands.
struct Source<'a> {
    rest: Peekable<Chars<'a>>,
    delimiter: char,
    line: usize,
    row: u32,
}

impl<'a> Source<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            rest: text.chars().peekable(),
            delimiter: delimiter(text),
            line: 1,
            row: 0,
        }
    }

    /// Returns the next row with the line it starts in, or nothing at the end of the text.
    fn next_row(&mut self) -> Result<Option<(usize, Row)>, Unreadable> {
        if self.rest.peek().is_none() {
            return Ok(None);
        }
        self.row += 1;
        let starts_in = self.line;
        let mut cells = Vec::new();
        loop {
            if cells.len() == MAX_COLUMNS {
                return Err(Unreadable::TooManyColumns {
                    row: self.row,
                    limit: MAX_COLUMNS,
                });
            }
            cells.push(self.cell(cells.len())?);
            match self.rest.next() {
                Some(mark) if mark == self.delimiter => {}
                Some('\r') => {
                    let _ = self.rest.next_if_eq(&'\n');
                    self.line += 1;
                    break;
                }
                Some('\n') => {
                    self.line += 1;
                    break;
                }
                _ => break,
            }
        }
        Ok(Some((
            starts_in,
            Row {
                number: self.row,
                cells,
            },
        )))
    }

    /// Reads one cell and leaves what ends it.
    fn cell(&mut self, at: usize) -> Result<String, Unreadable> {
        let quoted = self.rest.next_if_eq(&'"').is_some();
        let opened = self.line;
        let mut cell = String::new();
        let mut length = 0_usize;
        loop {
            let Some(next) = self.rest.peek().copied() else {
                return if quoted {
                    Err(Unreadable::QuoteUnclosed { line: opened })
                } else {
                    Ok(cell)
                };
            };
            if !quoted && (next == self.delimiter || next == '\r' || next == '\n') {
                return Ok(cell);
            }
            self.rest.next();
            if quoted && next == '"' && self.rest.next_if_eq(&'"').is_none() {
                return self.closed(cell);
            }
            if next.is_control() && !matches!(next, '\t' | '\r' | '\n') {
                return Err(Unreadable::ControlCharacter {
                    row: self.row,
                    column: letters(at),
                });
            }
            // A CRLF inside a cell is one line break: its LF counts.
            if next == '\n' || (next == '\r' && self.rest.peek() != Some(&'\n')) {
                self.line += 1;
            }
            if length == MAX_CELL {
                return Err(Unreadable::CellTooLong {
                    row: self.row,
                    column: letters(at),
                    limit: MAX_CELL,
                });
            }
            length += 1;
            cell.push(next);
        }
    }

    /// Ends a quoted cell, after which only a new cell, a new row or the end may come.
    fn closed(&mut self, cell: String) -> Result<String, Unreadable> {
        match self.rest.peek() {
            None | Some('\r' | '\n') => Ok(cell),
            Some(mark) if *mark == self.delimiter => Ok(cell),
            Some(_) => Err(Unreadable::QuoteStray { line: self.line }),
        }
    }
}

/// Finds the mark that parts cells: a comma if the header has one outside quotation marks, else a
/// semicolon, else a tab.
fn delimiter(text: &str) -> char {
    let mut quoted = false;
    let (mut semicolon, mut tab) = (false, false);
    for next in text.chars() {
        match next {
            '"' => quoted = !quoted,
            _ if quoted => {}
            ',' => return ',',
            ';' => semicolon = true,
            '\t' => tab = true,
            '\r' | '\n' => break,
            _ => {}
        }
    }
    match (semicolon, tab) {
        (true, _) => ';',
        (false, true) => '\t',
        _ => ',',
    }
}
