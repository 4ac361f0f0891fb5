//! A workbook or list of reports, row by row, to what could be read of it. Pure: which projects the
//! rows mean, and whether what they say holds, is not known here.

use std::collections::{BTreeMap, HashMap};

use super::columns::{Field, MAIN, MARK, REMARKS, SPECS, TEMPLATE, VERSION, named};
use super::steps::{MILESTONES, ReadClaim, claims};
use crate::kernel::id::Id;
use crate::kernel::money::{WrongMoney, Yuan};
use crate::kernel::refused::{Facts, Kind, Refused};
use crate::kernel::time::{Day, Quarter};
use crate::reports::{Claim, Percent, Rating};
use crate::table::{Book, Cells, Columns, Date, Table, Unreadable, date};
use crate::text::{Lang, say};
use crate::web::upload::{Came, RemarkView, refused};

/// What was read of a file.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// The quarter it is for; none where it does not say.
    pub(super) quarter: Option<Quarter>,
    /// Rows that say which project they mean, in the order of the file.
    pub(super) entries: Vec<Entry>,
    /// Columns left aside.
    pub(super) warnings: Vec<RemarkView>,
}

/// What one row says.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) row: u32,
    pub(super) id: Option<Id>,
    pub(super) code: Option<String>,
    pub(super) name: Option<String>,
    pub(super) region: Option<String>,
    pub(super) amounts: HashMap<Field, Yuan>,
    pub(super) percent: Option<Percent>,
    pub(super) texts: HashMap<Field, String>,
    pub(super) days: HashMap<Field, Day>,
    pub(super) answers: HashMap<Field, bool>,
    pub(super) rating: Option<Rating>,
    /// What the sheet of milestones says of the project; none where there is no such sheet.
    pub(super) milestones: Option<Vec<Claim>>,
    /// What could not be read.
    pub(super) errors: Vec<RemarkView>,
}

impl Entry {
    /// Returns a text that was written.
    pub(super) fn text(&self, field: Field) -> Option<&str> {
        self.texts.get(&field).map(String::as_str)
    }

    /// Tells whether anything was filled in that a fresh workbook leaves open.
    pub(super) fn is_filled(&self) -> bool {
        let figures = [
            Field::Invested,
            Field::Building,
            Field::Equipment,
            Field::Other,
        ];
        let words = [Field::Progress, Field::StepAction, Field::StepPerson];
        figures.iter().any(|field| self.amounts.contains_key(field))
            || words.iter().any(|field| self.texts.contains_key(field))
            || !self.errors.is_empty()
    }
}

/// Reads a file, in whatever form it came.
///
/// # Errors
/// - 422 `import.wrong_template` for a workbook that is none of ours, or of another version
/// - 422 `import.wrong_quarter` when rows are for several quarters
/// - those of a list that cannot be read
pub(super) fn read(came: &Came, lang: Lang) -> crate::kernel::error::Result<Read> {
    match came {
        Came::Table(table) => of_table(table, lang, None),
        Came::Book(book) => {
            let (quarter, _) = mark(book).ok_or_else(wrong_template)?;
            let table = main_table(book)?;
            let claims = claims(book);
            let mut read = of_table(&table, lang, Some(&claims))?;
            if read.quarter.is_some_and(|other| other != quarter) {
                return Err(several_quarters());
            }
            read.quarter = Some(quarter);
            Ok(read)
        }
    }
}

fn wrong_template() -> crate::kernel::error::Error {
    Refused::new(Kind::Invalid, "import.wrong_template")
        .at("/file")
        .into()
}

fn several_quarters() -> crate::kernel::error::Error {
    Refused::new(Kind::Invalid, "import.several_quarters")
        .at("/file")
        .into()
}

/// Returns the sheet that is filled in, as a list.
///
/// # Errors
/// 422 `import.wrong_template` without it.
pub(super) fn main_table(book: &Book) -> crate::kernel::error::Result<Table> {
    let sheet = MAIN.iter().find_map(|name| book.sheet(name));
    let sheet = sheet.ok_or_else(wrong_template)?;
    sheet.table().map_err(|unreadable| refused(&unreadable))
}

/// Returns the quarter and the region a workbook of ours is for.
pub(super) fn mark(book: &Book) -> Option<(Quarter, Option<String>)> {
    let sheet = book.sheet(MARK)?;
    let is = |row: u32, wanted: &str| sheet.cell(row, 1) == Some(wanted);
    if !is(1, TEMPLATE) || !is(2, VERSION) {
        return None;
    }
    let region = sheet.cell(4, 1).map(str::to_owned);
    Some((sheet.cell(3, 1)?.parse().ok()?, region))
}

/// Returns the ids of the projects a workbook of ours was made for.
pub(super) fn ids(book: &Book) -> Vec<String> {
    let rows = book.sheet(MARK).map_or(&[][..], |sheet| &sheet.rows);
    let of_rows = rows.iter().filter(|row| row.number > 4);
    of_rows
        .filter_map(|row| row.cells.get(1).cloned())
        .collect()
}

/// Finds our columns in a list.
///
/// # Errors
/// What makes the header unreadable.
pub(super) fn columns(table: &Table) -> Result<Columns<Field>, Unreadable> {
    let known: Vec<(Field, &[&str])> = SPECS.iter().map(|spec| (spec.field, spec.names)).collect();
    let columns = Columns::of(table, &known)?;
    let needed = [
        (Field::Quarter, "季度"),
        (Field::Name, "项目名称"),
        (Field::Invested, "本季完成投资（万元）"),
        (Field::Progress, "形象进度说明"),
    ];
    let missing = needed.iter().filter(|(field, _)| !columns.has(*field));
    let missing: Vec<&'static str> = missing.map(|(_, name)| *name).collect();
    if missing.is_empty() {
        Ok(columns)
    } else {
        Err(Unreadable::ColumnMissing { columns: missing })
    }
}

fn of_table(
    table: &Table,
    lang: Lang,
    claims: Option<&BTreeMap<String, Vec<ReadClaim>>>,
) -> crate::kernel::error::Result<Read> {
    let columns = columns(table).map_err(|unreadable| refused(&unreadable))?;
    let ignored = columns.unmapped().into_iter();
    let ignored = ignored.filter(|name| !REMARKS.contains(name));
    let mut read = Read {
        warnings: ignored
            .map(|name| {
                let facts = Facts::none().with("cell", name);
                remark(1, name, "import.column_ignored", &facts, lang)
            })
            .collect(),
        ..Read::default()
    };
    for row in &table.rows {
        let cells = columns.cells(row);
        let mut reading = Reading {
            cells: &cells,
            lang,
            entry: Entry {
                row: row.number,
                ..Entry::default()
            },
        };
        if let Some(text) = cells.text(Field::Quarter) {
            match text.parse() {
                Ok(quarter) if read.quarter.is_none_or(|other| other == quarter) => {
                    read.quarter = Some(quarter);
                }
                Ok(_) => return Err(several_quarters()),
                Err(_) => reading.refuse(Field::Quarter, "import.quarter_unreadable"),
            }
        }
        reading.read();
        let mut entry = reading.entry;
        if let Some(claims) = claims {
            let of_id = entry.id.and_then(|id| claims.get(id.as_str()));
            entry.milestones = Some(Vec::new());
            for claim in of_id.into_iter().flatten() {
                match claim {
                    Ok(claim) => entry.milestones.get_or_insert_default().push(claim.clone()),
                    Err((code, cell)) => {
                        let facts = Facts::none().with("cell", cell);
                        let column = named(MILESTONES, lang);
                        let told = remark(entry.row, column, code, &facts, lang);
                        entry.errors.push(told);
                    }
                }
            }
        }
        read.entries.push(entry);
    }
    Ok(read)
}

/// Makes a remark in the reader's language.
pub(super) fn remark(row: u32, column: &str, code: &str, facts: &Facts, lang: Lang) -> RemarkView {
    RemarkView {
        row,
        column: column.to_owned(),
        code: code.to_owned(),
        detail: say(lang, code, facts),
    }
}

/// One row while it is read.
struct Reading<'a> {
    cells: &'a Cells<'a, Field>,
    lang: Lang,
    entry: Entry,
}

impl Reading<'_> {
    fn refuse(&mut self, field: Field, code: &'static str) {
        let told = self.cells.remark(field, code, vec![]);
        let facts = told.facts.iter();
        let facts = facts.fold(Facts::none(), |facts, (name, value)| {
            facts.with(name, value)
        });
        let told = remark(told.row, &told.column, code, &facts, self.lang);
        self.entry.errors.push(told);
    }

    fn read(&mut self) {
        if let Some(text) = self.cells.text(Field::Id) {
            match text.parse() {
                Ok(id) => self.entry.id = Some(id),
                Err(_) => self.refuse(Field::Id, "import.id_unreadable"),
            }
        }
        let owned = |field: Field| self.cells.text(field).map(str::to_owned);
        self.entry.code = owned(Field::Code);
        self.entry.name = owned(Field::Name);
        self.entry.region = owned(Field::Region);
        for field in [
            Field::Invested,
            Field::Building,
            Field::Equipment,
            Field::Other,
            Field::Year,
            Field::Total,
            Field::ExpectedTotal,
            Field::FundsInPlace,
            Field::FundsPaid,
        ] {
            self.amount(field);
        }
        for field in [
            Field::Progress,
            Field::StepAction,
            Field::StepPerson,
            Field::RatingReason,
            Field::RecoveryCause,
            Field::RecoveryAction,
            Field::RecoveryPerson,
            Field::Explanation,
            Field::VersionReason,
        ] {
            if let Some(text) = self.cells.text(field) {
                self.entry.texts.insert(field, text.to_owned());
            }
        }
        for field in [Field::StepBy, Field::RecoveryBy] {
            match self.cells.text(field).map(date) {
                None => {}
                Some(Date::Day(day)) => {
                    self.entry.days.insert(field, day);
                }
                Some(Date::Imprecise) => self.refuse(field, "import.date_imprecise"),
                Some(Date::Unreadable) => self.refuse(field, "import.date_unreadable"),
            }
        }
        for field in [Field::HasProblems, Field::IsCorrection, Field::Confirmed] {
            match self.cells.text(field).map(yes) {
                None => {}
                Some(Some(answer)) => {
                    self.entry.answers.insert(field, answer);
                }
                Some(None) => self.refuse(field, "import.yes_or_no"),
            }
        }
        match self.cells.text(Field::Percent).map(percent) {
            None => {}
            Some(Some(percent)) => self.entry.percent = Some(percent),
            Some(None) => self.refuse(Field::Percent, "import.percent_unreadable"),
        }
        match self.cells.text(Field::Rating).map(rating) {
            None => {}
            Some(Some(rating)) => self.entry.rating = Some(rating),
            Some(None) => self.refuse(Field::Rating, "import.rating_unknown"),
        }
    }

    /// Reads an amount under a heading in 万元; what is written in another unit is not guessed at.
    fn amount(&mut self, field: Field) {
        let Some(text) = self.cells.text(field) else {
            return;
        };
        if text.contains('亿') {
            self.refuse(field, "import.amount_in_yi");
            return;
        }
        let number = text.trim_end_matches("万元").trim_end_matches('万');
        match Yuan::from_wan(number) {
            Ok(amount) => {
                self.entry.amounts.insert(field, amount);
            }
            Err(WrongMoney::FinerThanYuan) => self.refuse(field, "import.amount_finer_than_yuan"),
            Err(WrongMoney::TooLarge) => self.refuse(field, "import.amount_too_large"),
            Err(WrongMoney::Number) => self.refuse(field, "import.amount_unreadable"),
        }
    }
}

fn yes(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "是" | "有" | "yes" | "y" | "true" | "1" => Some(true),
        "否" | "无" | "no" | "n" | "false" | "0" => Some(false),
        _ => None,
    }
}

fn percent(text: &str) -> Option<Percent> {
    Percent::read(text.trim_end_matches(['%', '％']).trim())
}

fn rating(text: &str) -> Option<Rating> {
    match text.to_ascii_lowercase().trim_end_matches('灯') {
        "绿" | "green" => Some(Rating::Green),
        "黄" | "yellow" => Some(Rating::Yellow),
        "红" | "red" => Some(Rating::Red),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
