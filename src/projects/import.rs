//! A list of projects, row by row, to what could be read of it.
//!
//! Pure. Nothing is dropped silently and nothing invented: a cell that cannot be read leaves its
//! field empty and makes a warning, every cell is kept as it came, and a column no field was found
//! for is named once. What identifies a project (its name, its codes) must be right, else the row is
//! an error. Whether a project exists already, and who may create it where, is not known here.

mod cells;
mod columns;

use std::collections::HashMap;

use crate::kernel::identifiers::{CreditCode, ProjectCode, Region};
use crate::kernel::money::Yuan;
use crate::kernel::time::Day;
use crate::table::{Cells, Columns, Facts, Remark, Table, Unreadable};

use super::stage::Stage;
use cells::{Amount, Date, Unit};
use columns::{COLUMNS, Field, one_unit};

/// What could be read of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReadList {
    /// The rows without an error, in the order of the list.
    pub(crate) rows: Vec<ReadRow>,
    /// Why the other rows cannot become projects.
    pub(crate) errors: Vec<Remark>,
    /// What is to be told of the list as a whole: the columns kept without being read.
    pub(crate) warnings: Vec<Remark>,
}

/// What could be read of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReadRow {
    /// Its number in the list, as a spreadsheet shows it.
    pub(crate) row: u32,
    /// The number the list itself gives the project (编号), by which a second import knows it again.
    pub(crate) number: Option<String>,
    /// The national project code.
    pub(crate) code: Option<ProjectCode>,
    /// The name.
    pub(crate) name: String,
    /// The smallest region that contains every place named; none stands for the importer's own.
    pub(crate) region: Option<Region>,
    /// The slug of the industry.
    pub(crate) industry: Option<&'static str>,
    /// The name of the enterprise.
    pub(crate) enterprise: Option<String>,
    /// The enterprise's unified social credit code.
    pub(crate) credit_code: Option<CreditCode>,
    /// The total investment.
    pub(crate) total_investment: Option<Yuan>,
    /// What is built.
    pub(crate) content: Option<String>,
    /// The planned start, where the list names the day.
    pub(crate) planned_start_on: Option<Day>,
    /// The planned finish, where the list names the day.
    pub(crate) planned_finish_on: Option<Day>,
    /// The stage; an idea unless the list says otherwise.
    pub(crate) stage: Stage,
    /// What could not be read, cell by cell.
    pub(crate) warnings: Vec<Remark>,
    /// Every cell with the name of its column, as it came.
    pub(crate) raw: Vec<(String, String)>,
}

/// Reads a list of projects.
///
/// **Errors**: [`Unreadable::ColumnMissing`] without a column for the name,
/// [`Unreadable::ColumnTwice`] when two columns hold one field.
pub(crate) fn read_projects(table: &Table) -> Result<ReadList, Unreadable> {
    let columns = Columns::of(table, &COLUMNS)?;
    if !columns.has(Field::Name) {
        return Err(Unreadable::ColumnMissing {
            columns: vec!["项目名称", "name"],
        });
    }
    one_unit(&columns)?;
    let mut list = ReadList {
        rows: Vec::new(),
        errors: Vec::new(),
        warnings: Vec::new(),
    };
    list.warnings
        .extend(columns.unmapped().into_iter().map(|column| Remark {
            row: 1,
            column: column.to_owned(),
            code: "import.column_kept",
            facts: vec![("cell", column.to_owned())],
        }));
    let mut seen = Seen::default();
    for row in &table.rows {
        let cells = columns.cells(row);
        match read_row(&cells).and_then(|read| seen.once(&cells, read)) {
            Ok(read) => list.rows.push(read),
            Err(errors) => list.errors.extend(errors),
        }
    }
    Ok(list)
}

/// The numbers and codes met so far, each with the row it was met in.
#[derive(Default)]
struct Seen {
    numbers: HashMap<String, u32>,
    codes: HashMap<ProjectCode, u32>,
}

impl Seen {
    /// Refuses a row whose number or code an earlier row already has: a second import could not tell
    /// the two apart.
    fn once(&mut self, cells: &Cells<'_, Field>, read: ReadRow) -> Result<ReadRow, Vec<Remark>> {
        let number = read
            .number
            .as_ref()
            .and_then(|number| self.numbers.get(number));
        let code = read.code.as_ref().and_then(|code| self.codes.get(code));
        let repeated: Vec<Remark> = [(Field::Number, number), (Field::Code, code)]
            .into_iter()
            .filter_map(|(field, first)| {
                let facts = vec![("first", first?.to_string())];
                Some(cells.remark(field, "import.row_repeated", facts))
            })
            .collect();
        if !repeated.is_empty() {
            return Err(repeated);
        }
        self.numbers
            .extend(read.number.clone().map(|number| (number, read.row)));
        self.codes
            .extend(read.code.clone().map(|code| (code, read.row)));
        Ok(read)
    }
}

fn read_row(cells: &Cells<'_, Field>) -> Result<ReadRow, Vec<Remark>> {
    let mut errors = Vec::new();
    let name = cells.text(Field::Name);
    if name.is_none() {
        errors.push(cells.remark(Field::Name, "import.name_missing", vec![]));
    }
    let code = cells
        .text(Field::Code)
        .map(str::parse::<ProjectCode>)
        .transpose();
    if code.is_err() {
        errors.push(cells.remark(Field::Code, "import.code_wrong", vec![]));
    }
    let credit_code = cells
        .text(Field::CreditCode)
        .map(str::parse::<CreditCode>)
        .transpose();
    if credit_code.is_err() {
        errors.push(cells.remark(Field::CreditCode, "import.credit_code_wrong", vec![]));
    }
    let (Some(name), Ok(code), Ok(credit_code)) = (name, code, credit_code) else {
        return Err(errors);
    };
    let mut reading = Reading {
        cells,
        warnings: Vec::new(),
    };
    Ok(ReadRow {
        row: cells.row(),
        number: cells.text(Field::Number).map(str::to_owned),
        code,
        name: name.to_owned(),
        region: reading.region(),
        industry: reading.industry(),
        enterprise: cells.text(Field::Enterprise).map(str::to_owned),
        credit_code,
        total_investment: reading.total_investment(),
        content: cells.text(Field::Content).map(str::to_owned),
        planned_start_on: reading.day(Field::Start),
        planned_finish_on: reading.day(Field::Finish),
        stage: reading.stage(),
        warnings: reading.warnings,
        raw: cells.raw(),
    })
}

/// One row while it is read, and the warnings it made so far.
struct Reading<'a> {
    cells: &'a Cells<'a, Field>,
    warnings: Vec<Remark>,
}

impl Reading<'_> {
    fn warn(&mut self, field: Field, code: &'static str, facts: Facts) {
        self.warnings.push(self.cells.remark(field, code, facts));
    }

    /// Reads the region by its code where there is one, else by the place.
    fn region(&mut self) -> Option<Region> {
        let fields = [Field::RegionCode, Field::Place];
        let Some((field, cell)) = fields
            .into_iter()
            .find_map(|field| Some((field, self.cells.text(field)?)))
        else {
            self.warn(Field::Place, "import.region_missing", vec![]);
            return None;
        };
        let place = match cells::place(cell) {
            Ok(place) => place,
            Err(unknown) => {
                self.warn(
                    field,
                    "import.region_unknown",
                    vec![("place", unknown.place)],
                );
                return None;
            }
        };
        let region = place.region.code;
        for (old, new) in place.succeeded {
            let facts = vec![("old", old), ("region", new.code.to_string())];
            self.warn(field, "import.region_succeeded", facts);
        }
        if place.contradictory {
            let facts = vec![("region", region.to_string())];
            self.warn(field, "import.place_contradictory", facts);
        }
        if !place.unread.is_empty() {
            let facts = vec![
                ("unread", place.unread.join("、")),
                ("region", region.to_string()),
            ];
            self.warn(field, "import.place_partly_read", facts);
        }
        Some(region)
    }

    fn industry(&mut self) -> Option<&'static str> {
        let cell = self.cells.text(Field::Industry)?;
        let industry = cells::industry(cell);
        if industry.is_none() {
            self.warn(Field::Industry, "import.industry_unknown", vec![]);
        }
        industry
    }

    fn total_investment(&mut self) -> Option<Yuan> {
        let units = [
            (Field::TotalYuan, Unit::Yuan),
            (Field::TotalWan, Unit::Wan),
            (Field::TotalYi, Unit::Yi),
        ];
        let (field, cell, unit) = units
            .into_iter()
            .find_map(|(field, unit)| Some((field, self.cells.text(field)?, unit)))?;
        match cells::amount(cell, unit) {
            Amount::Yuan(amount) => return Some(amount),
            Amount::Negative => self.warn(field, "import.amount_negative", vec![]),
            Amount::FinerThanYuan => self.warn(field, "import.amount_finer_than_yuan", vec![]),
            Amount::TooLarge => self.warn(field, "import.amount_too_large", vec![]),
            Amount::Unreadable => self.warn(field, "import.amount_unreadable", vec![]),
        }
        None
    }

    fn day(&mut self, field: Field) -> Option<Day> {
        match cells::date(self.cells.text(field)?) {
            Date::Day(day) => return Some(day),
            Date::Imprecise => self.warn(field, "import.date_imprecise", vec![]),
            Date::Unreadable => self.warn(field, "import.date_unreadable", vec![]),
        }
        None
    }

    fn stage(&mut self) -> Stage {
        let Some(cell) = self.cells.text(Field::Stage) else {
            self.warn(Field::Stage, "import.stage_missing", vec![]);
            return Stage::Idea;
        };
        cells::stage(cell).unwrap_or_else(|| {
            self.warn(Field::Stage, "import.stage_unknown", vec![]);
            Stage::Idea
        })
    }
}

#[cfg(test)]
mod tests;
