//! What was told of an upload, on its way back: in a last column, and in comments on the cells.

use std::collections::BTreeMap;
use std::io::Write;

use rust_xlsxwriter::{Color, Format, FormatBorder, Note, Workbook, Worksheet};

use super::columns::{REMARKS, named};
use super::template::{Numbered, head, title};
use crate::kernel::error::{Error, Result};
use crate::kernel::time::Moment;
use crate::text::Lang;
use crate::web::ledger::{Kind, Looks, properties, typed};
use crate::web::upload::RemarkView;

/// The longest note; a spreadsheet program shows no more of one at a glance.
const LONGEST_NOTE: usize = 1000;

/// Writes a list that is none of ours as a workbook: its columns, its rows as they came, what was told
/// of each row in a last column, and in comments on the cells.
///
/// # Errors
/// Faults of the file.
pub(super) fn write_list(
    header: &[String],
    rows: &[Numbered],
    remarks: &[RemarkView],
    (lang, at): (Lang, Moment),
    to: impl Write + Send,
) -> Result<()> {
    let looks = Looks::on(&Format::new());
    let mut book = Workbook::new();
    book.set_properties(&properties(named(REMARKS, lang), at));
    let sheet = book
        .add_worksheet_with_constant_memory()
        .map_err(Error::broken)?;
    head(sheet, named(REMARKS, lang), 0).map_err(Error::broken)?;
    for (at, name) in header.iter().enumerate() {
        title(sheet, index(at)?, name, (18, &looks.header)).map_err(Error::broken)?;
    }
    let told_at = index(header.len())?;
    title(sheet, told_at, named(REMARKS, lang), (60, &looks.header)).map_err(Error::broken)?;
    let (told, wrong) = (by_row(remarks), wrong());
    for (number, line) in rows {
        let row = number.saturating_sub(1);
        for (at, text) in line.iter().enumerate() {
            let look = (Kind::Text, looks.of(Kind::Text));
            typed(sheet, (row, index(at)?), text, look)?;
        }
        if let Some(remarks) = told.get(number) {
            result(sheet, (row, told_at), remarks, &wrong)?;
            let of_name = |name: &str| header.iter().position(|other| other == name);
            note(sheet, row, remarks, lang, of_name)?;
        }
    }
    book.save_to_writer(to).map_err(Error::broken)
}

/// Puts what was told of a row into comments on its cells; `place` finds the column of a name.
pub(super) fn note(
    sheet: &mut Worksheet,
    row: u32,
    remarks: &[&RemarkView],
    lang: Lang,
    place: impl Fn(&str) -> Option<usize>,
) -> Result<()> {
    let mut notes: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for remark in remarks {
        if let Some(at) = place(&remark.column) {
            let on = notes.entry(index(at)?).or_default();
            on.push(&remark.detail);
        }
    }
    for (column, said) in notes {
        let text: String = said.join("\n").chars().take(LONGEST_NOTE).collect();
        let note = Note::new(text)
            .set_author(named(REMARKS, lang))
            .add_author_prefix(false);
        let put = sheet.insert_note(row, column, &note);
        put.map_err(Error::broken)?;
    }
    Ok(())
}

/// Writes what was told of a row into the last column.
pub(super) fn result(
    sheet: &mut Worksheet,
    cell: (u32, u16),
    remarks: &[&RemarkView],
    look: &Format,
) -> Result<()> {
    let said: Vec<&str> = remarks.iter().map(|one| one.detail.as_str()).collect();
    let put = sheet.write_string_with_format(cell.0, cell.1, said.join("\n"), look);
    put.map_err(Error::broken)?;
    Ok(())
}

pub(super) fn wrong() -> Format {
    Format::new()
        .set_font_color(Color::Red)
        .set_border(FormatBorder::Hair)
        .set_text_wrap()
}

pub(super) fn by_row(remarks: &[RemarkView]) -> BTreeMap<u32, Vec<&RemarkView>> {
    let mut by_row: BTreeMap<u32, Vec<&RemarkView>> = BTreeMap::new();
    for remark in remarks {
        by_row.entry(remark.row).or_default().push(remark);
    }
    by_row
}

/// Returns the number of a column.
pub(super) fn index(at: usize) -> Result<u16> {
    u16::try_from(at).map_err(Error::broken)
}
