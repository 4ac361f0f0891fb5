//! The cells of a workbook, one at a time in the order of the file. A whole sheet is never asked for:
//! its size is what a cell says of its own place, and one cell at XFD1048576 asks for 400 GB.

use std::io::{Cursor, Write};

use calamine::{DataRef, ExcelDateTime, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};

use super::super::{MAX_CELL, MAX_COLUMNS, Unreadable};
use super::place;
use super::wire::Printer;

/// The most sheets of a workbook (RELIABILITY 44).
const MOST_SHEETS: usize = 20;

/// Reads every sheet, at most `most` rows below its header, and prints it.
///
/// **Errors**: what makes the workbook unreadable, at the first cell that shows it.
pub(super) fn read(
    bytes: &[u8],
    most: usize,
    printer: &mut Printer<impl Write>,
) -> Result<(), Unreadable> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|fault| told(&fault))?;
    let sheets = book.sheets_metadata().to_vec();
    if sheets.len() > MOST_SHEETS {
        return Err(Unreadable::TooManySheets { limit: MOST_SHEETS });
    }
    for sheet in sheets {
        if sheet.typ != SheetType::WorkSheet {
            continue;
        }
        printer.sheet(&sheet.name, sheet.visible != SheetVisible::Visible)?;
        let mut reader = book
            .worksheet_cells_reader(&sheet.name)
            .map_err(|fault| told(&fault))?;
        let mut row = Gathered::new(most);
        while let Some(cell) = reader
            .next_cell_with_formula_metadata()
            .map_err(|fault| told(&fault))?
        {
            if cell.formula.is_some() {
                let (row, column) = place(cell.pos);
                return Err(Unreadable::Formula { row, column });
            }
            if let Some(text) = text(&cell.value) {
                row.put(cell.pos, text, printer)?;
            }
        }
        row.print(printer)?;
    }
    Ok(())
}

/// The row that is being read.
struct Gathered {
    most: usize,
    /// Its number from 0; rows come in order, or the file is no workbook of any program.
    at: Option<u32>,
    cells: Vec<String>,
    /// Rows printed so far.
    printed: usize,
}

impl Gathered {
    fn new(most: usize) -> Self {
        Self {
            most,
            at: None,
            cells: Vec::new(),
            printed: 0,
        }
    }

    fn put(
        &mut self,
        (row, column): (u32, u32),
        text: String,
        printer: &mut Printer<impl Write>,
    ) -> Result<(), Unreadable> {
        let named = place((row, column));
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= MAX_COLUMNS {
            let limit = MAX_COLUMNS;
            return Err(Unreadable::TooManyColumns {
                row: named.0,
                limit,
            });
        }
        // The header is beside the count. What stands further down is one row too many, however many
        // of those between are blank.
        if usize::try_from(row).unwrap_or(usize::MAX) > self.most {
            return Err(Unreadable::TooManyRows { limit: self.most });
        }
        check(&text, named)?;
        if self.at != Some(row) {
            if self.at.is_some_and(|at| at > row) {
                return Err(Unreadable::Broken);
            }
            self.print(printer)?;
            self.at = Some(row);
        }
        if self.cells.len() <= column {
            self.cells.resize(column.saturating_add(1), String::new());
        }
        if let Some(cell) = self.cells.get_mut(column) {
            *cell = text;
        }
        Ok(())
    }

    fn print(&mut self, printer: &mut Printer<impl Write>) -> Result<(), Unreadable> {
        let cells = std::mem::take(&mut self.cells);
        let Some(at) = self.at.filter(|_| !cells.is_empty()) else {
            return Ok(());
        };
        self.printed = self.printed.saturating_add(1);
        printer.row(at.saturating_add(1), cells)
    }
}

fn check(text: &str, (row, column): (u32, String)) -> Result<(), Unreadable> {
    if text.chars().nth(MAX_CELL).is_some() {
        let limit = MAX_CELL;
        return Err(Unreadable::CellTooLong { row, column, limit });
    }
    let is_strange = |sign: char| sign.is_control() && !matches!(sign, '\t' | '\r' | '\n');
    if text.chars().any(is_strange) {
        return Err(Unreadable::ControlCharacter { row, column });
    }
    Ok(())
}

/// Returns the text of a cell as a person reads it there; nothing for an empty one.
fn text(value: &DataRef<'_>) -> Option<String> {
    let text = match value {
        DataRef::Empty => return None,
        DataRef::String(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => decimal(*number),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTime(moment) if moment.is_datetime() => day(moment),
        DataRef::DateTime(span) => decimal(span.as_f64()),
        DataRef::DateTimeIso(text) => text.trim_end_matches("T00:00:00").to_owned(),
        DataRef::Error(fault) => fault.to_string(),
    };
    (!text.trim().is_empty()).then_some(text)
}

/// A number as a spreadsheet shows it: 15 digits, beyond which a double is noise.
fn decimal(number: f64) -> String {
    let rounded = format!("{number:.14e}").parse::<f64>();
    rounded.unwrap_or(number).to_string()
}

fn day(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second) {
        (0, 0, 0) => date,
        _ => format!("{date} {hour:02}:{minute:02}:{second:02}"),
    }
}

fn told(fault: &XlsxError) -> Unreadable {
    match fault {
        XlsxError::Password => Unreadable::Encrypted,
        _ => Unreadable::Broken,
    }
}
