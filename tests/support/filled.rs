//! A workbook of reports as a person fills it in with some spreadsheet program: read whole, changed
//! cell by cell, written anew.

use std::io::Cursor;

use calamine::{Data, Reader as _, SheetVisible, Xlsx};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

/// One sheet.
#[derive(Clone)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) is_hidden: bool,
    pub(crate) rows: Vec<Vec<String>>,
}

/// The whole workbook.
#[derive(Clone)]
pub(crate) struct Filled {
    pub(crate) sheets: Vec<Sheet>,
}

impl Filled {
    pub(crate) fn open(bytes: &[u8]) -> Self {
        let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
        let sheets = book.sheets_metadata().to_vec();
        let sheets = sheets.into_iter().map(|sheet| {
            let range = book.worksheet_range(&sheet.name).unwrap();
            Sheet {
                rows: range
                    .rows()
                    .map(|row| row.iter().map(text).collect())
                    .collect(),
                is_hidden: sheet.visible != SheetVisible::Visible,
                name: sheet.name,
            }
        });
        Self {
            sheets: sheets.collect(),
        }
    }

    pub(crate) fn main(&self) -> &Sheet {
        &self.sheets[0]
    }

    fn place(&self, sheet: usize, project: &str, column: &str) -> (usize, usize) {
        let rows = &self.sheets[sheet].rows;
        let at = rows[0].iter().position(|name| name == column);
        let at = at.unwrap_or_else(|| panic!("no column {column}: {:?}", rows[0]));
        let row = rows
            .iter()
            .position(|row| row.iter().any(|cell| cell == project));
        (row.unwrap_or_else(|| panic!("no row of {project}")), at)
    }

    /// The text of a cell of the first sheet.
    pub(crate) fn get(&self, project: &str, column: &str) -> &str {
        let (row, at) = self.place(0, project, column);
        &self.sheets[0].rows[row][at]
    }

    /// Types into a cell of the first sheet.
    pub(crate) fn set(&mut self, project: &str, column: &str, text: &str) -> &mut Self {
        self.set_in(0, project, column, text)
    }

    /// Types into a cell of any sheet; the row is that of the first cell with that text.
    pub(crate) fn set_in(
        &mut self,
        sheet: usize,
        row: &str,
        column: &str,
        text: &str,
    ) -> &mut Self {
        let (row, at) = self.place(sheet, row, column);
        text.clone_into(&mut self.sheets[sheet].rows[row][at]);
        self
    }

    /// Fills in everything a report needs, invested amounts in 万元.
    pub(crate) fn report(&mut self, project: &str, invested: &str) -> &mut Self {
        self.set(project, "本季完成投资（万元）", invested)
            .set(project, "形象进度（%）", "8.5")
            .set(project, "形象进度说明", PROGRESS)
            .set(project, "下一步措施", "设备基础施工")
            .set(project, "措施责任人", "邹进度")
            .set(project, "措施完成日期", "2026-12-31")
    }

    pub(crate) fn save(&self) -> Vec<u8> {
        let mut book = Workbook::new();
        let day = Format::new().set_num_format("yyyy-mm-dd");
        for of in &self.sheets {
            let sheet = book.add_worksheet();
            sheet.set_name(&of.name).unwrap();
            sheet.set_hidden(of.is_hidden);
            for (row, cells) in (0_u32..).zip(&of.rows) {
                for (column, cell) in (0_u16..).zip(cells) {
                    let header = of.rows[0].get(usize::from(column)).unwrap();
                    let is_figure = row > 0 && (header.contains("万元）") || header.contains("%"));
                    let is_day = row > 0 && header.contains("日期");
                    if cell.is_empty() {
                        continue;
                    }
                    match (cell.parse::<f64>(), ExcelDateTime::parse_from_str(cell)) {
                        (Ok(number), _) if is_figure => {
                            sheet.write_number(row, column, number).unwrap();
                        }
                        (_, Ok(at)) if is_day => {
                            sheet
                                .write_datetime_with_format(row, column, &at, &day)
                                .unwrap();
                        }
                        _ => {
                            sheet.write_string(row, column, cell).unwrap();
                        }
                    }
                }
            }
        }
        book.save_to_buffer().unwrap()
    }

    /// The first sheet as CSV.
    pub(crate) fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in &self.main().rows {
            writer.write_record(row).unwrap();
        }
        String::from_utf8(writer.into_inner().unwrap()).unwrap()
    }
}

pub(crate) const PROGRESS: &str =
    "主体厂房基础开挖完成，桩基施工过半，设备采购合同已签订三份，资金按计划到位，未发生安全事故。";

fn text(cell: &Data) -> String {
    match cell {
        Data::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        other => other.to_string(),
    }
}
