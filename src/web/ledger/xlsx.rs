//! A ledger as a workbook: frozen header with filters, widths, number formats, totals, a print area,
//! and a second sheet that says where it came from. Texts are only ever written as texts.

use std::io::Write;

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
    XlsxError,
};

use super::{Export, Kind, Line};
use crate::kernel::error::{Error, Result};
use crate::kernel::money::Yuan;
use crate::kernel::refused::Facts;
use crate::kernel::time::{Day, Moment};
use crate::text::say;

/// How the cells of each kind look.
pub(crate) struct Looks {
    pub(crate) header: Format,
    text: Format,
    count: Format,
    wan: Format,
    percent: Format,
    day: Format,
}

impl Looks {
    /// Returns the looks of cells that share `base`.
    pub(crate) fn on(base: &Format) -> Self {
        let with = |number: &str| base.clone().set_num_format(number);
        Self {
            header: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter)
                .set_border(FormatBorder::Thin)
                .set_background_color(Color::RGB(0x00D9_E2F3)),
            text: base.clone(),
            count: with("#,##0"),
            // Whole yuan are four decimals of 万元; none is hidden.
            wan: with("#,##0.00##"),
            percent: with("0.00"),
            day: with("yyyy-mm-dd"),
        }
    }

    /// Returns the look of a kind.
    pub(crate) fn of(&self, kind: Kind) -> &Format {
        match kind {
            Kind::Text => &self.text,
            Kind::Count => &self.count,
            Kind::Wan => &self.wan,
            Kind::Percent => &self.percent,
            Kind::Day => &self.day,
        }
    }
}

/// Writes a cell by its kind. What is no number or day where one is expected is written as the text it
/// is; a blank cell gets its look all the same.
pub(crate) fn typed(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
    (kind, look): (Kind, &Format),
) -> Result<()> {
    let written = if text.is_empty() {
        sheet.write_blank(row, column, look)
    } else {
        match kind {
            Kind::Text => sheet.write_string_with_format(row, column, text, look),
            Kind::Count | Kind::Wan | Kind::Percent => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => {
                    sheet.write_number_with_format(row, column, number, look)
                }
                _ => sheet.write_string_with_format(row, column, text, look),
            },
            Kind::Day => match text.parse::<Day>().ok().and_then(day_of) {
                Some(day) => sheet.write_datetime_with_format(row, column, &day, look),
                None => sheet.write_string_with_format(row, column, text, look),
            },
        }
    };
    written.map_err(Error::broken)?;
    Ok(())
}

/// Returns a day as a sheet keeps it; before 1900 it cannot.
pub(super) fn day_of(day: Day) -> Option<ExcelDateTime> {
    let (year, month) = (day.year().try_into().ok()?, day.month().try_into().ok()?);
    let first = Day::new(day.year(), day.month(), 1)?;
    let of_month = u8::try_from(first.days_until(day)).ok()?.checked_add(1)?;
    ExcelDateTime::from_ymd(year, month, of_month).ok()
}

/// Returns the properties of a workbook made at a moment: the writer would ask the clock itself.
pub(crate) fn properties(title: &str, at: Moment) -> DocProperties {
    let properties = DocProperties::new().set_title(title);
    match ExcelDateTime::from_timestamp(at.millis() / 1000) {
        Ok(at) => properties.set_creation_datetime(&at),
        Err(_) => properties,
    }
}

impl Export {
    /// Writes the workbook in batches and returns how many rows it has.
    pub(super) fn write_xlsx(&self, to: &mut (impl Write + Send)) -> Result<usize> {
        let title = self.said(self.ledger.title);
        let mut book = Workbook::new();
        book.set_properties(&properties(&title, self.at));
        let sheet = book
            .add_worksheet_with_constant_memory()
            .map_err(Error::broken)?;
        let rows = self.fill(sheet, &title)?;
        let about = book
            .add_worksheet_with_constant_memory()
            .map_err(Error::broken)?;
        self.tell(about, &title, rows).map_err(Error::broken)?;
        book.save_to_writer(to).map_err(Error::broken)?;
        Ok(rows)
    }

    fn fill(&self, sheet: &mut Worksheet, title: &str) -> Result<usize> {
        let columns = self.ledger.columns;
        let looks = Looks::on(&Format::new().set_border(FormatBorder::Hair));
        let last = index(columns.len().saturating_sub(1))?;
        lay_out(sheet, title, last).map_err(Error::broken)?;
        for (at, column) in columns.iter().enumerate() {
            let at = index(at)?;
            let set = sheet.set_column_width(at, f64::from(column.width));
            set.map_err(Error::broken)?;
            let said = self.said(column.name);
            let put = sheet.write_string_with_format(0, at, said, &looks.header);
            put.map_err(Error::broken)?;
        }
        let mut totals = vec![0_i64; columns.len()];
        let mut row = 0_u32;
        let rows = self.each(|line| {
            row = row.saturating_add(1);
            self.add(&mut totals, line);
            for (at, (column, text)) in columns.iter().zip(line).enumerate() {
                let look = (column.kind, looks.of(column.kind));
                typed(sheet, (row, index(at)?), text, look)?;
            }
            Ok(())
        })?;
        let filtered = sheet.autofilter(0, 0, row.max(1), last);
        filtered.map_err(Error::broken)?;
        let sum = row.saturating_add(1);
        let bold = Looks::on(
            &Format::new()
                .set_bold()
                .set_border_top(FormatBorder::Double),
        );
        for (at, (column, total)) in columns.iter().zip(totals).enumerate() {
            let text = match column.kind {
                Kind::Wan => Yuan(total).wan(),
                Kind::Count => total.to_string(),
                _ if at == 0 => self.said("ledger.total"),
                _ => String::new(),
            };
            let kind = if at == 0 { Kind::Text } else { column.kind };
            typed(sheet, (sum, index(at)?), &text, (kind, bold.of(kind)))?;
        }
        let area = sheet.set_print_area(0, 0, sum, last);
        area.map_err(Error::broken)?;
        Ok(rows)
    }

    fn add(&self, totals: &mut [i64], line: &Line) {
        let columns = self.ledger.columns.iter().zip(line);
        for (total, (column, text)) in totals.iter_mut().zip(columns) {
            let amount = match column.kind {
                Kind::Wan => Yuan::from_wan(text).map_or(0, |amount| amount.0),
                Kind::Count => text.parse().unwrap_or(0),
                _ => 0,
            };
            *total = total.saturating_add(amount);
        }
    }

    /// Writes the sheet that says what this is an extract of.
    fn tell(
        &self,
        sheet: &mut Worksheet,
        title: &str,
        rows: usize,
    ) -> std::result::Result<(), XlsxError> {
        sheet.set_name(self.said("ledger.about"))?;
        sheet.set_column_width(0, 16)?;
        sheet.set_column_width(1, 60)?;
        let facts = [
            ("ledger.about_list", title.to_owned()),
            ("ledger.about_at", self.at_text.clone()),
            ("ledger.about_by", self.by.clone()),
            ("ledger.about_filters", self.filters.clone()),
            ("ledger.about_rows", rows.to_string()),
        ];
        for (row, (key, text)) in (0_u32..).zip(facts) {
            sheet.write_string(row, 0, say(self.lang, key, &Facts::none()))?;
            sheet.write_string(row, 1, text)?;
        }
        Ok(())
    }
}

fn lay_out(sheet: &mut Worksheet, title: &str, last: u16) -> std::result::Result<(), XlsxError> {
    sheet.set_name(title)?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    sheet.set_landscape();
    // A4, as wide as the page and as long as it takes.
    sheet.set_paper_size(9);
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_header(format!("&C&\"Bold\"{}", title.replace('&', "&&")));
    sheet.set_footer("&C&P / &N");
    sheet.set_row_height(0, 32)?;
    sheet.set_print_area(0, 0, 0, last)?;
    Ok(())
}

/// Returns the number of a column.
fn index(at: usize) -> Result<u16> {
    u16::try_from(at).map_err(Error::broken)
}
