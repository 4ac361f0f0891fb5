//! The workbook of reports as a file: the sheet that is filled in, the milestones, how it is done, and
//! the hidden mark it is known by again. Made of rows of texts, so that a fresh workbook and one that
//! comes back with remarks are written by the same hand.

use std::io::Write;

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Format,
    FormatBorder, FormatPattern, ProtectionOptions, Workbook, Worksheet, XlsxError,
};

use super::columns::{HELP, Input, MAIN, MARK, REMARKS, SPECS, TEMPLATE, VERSION, named};
use super::remarks::{by_row, index, note, result, wrong};
use super::steps::{MILESTONES, STEPS};
use crate::kernel::error::{Error, Result};
use crate::kernel::identifiers::Region;
use crate::kernel::refused::Facts;
use crate::kernel::time::{Moment, Quarter};
use crate::text::{Lang, say};
use crate::web::ledger::{Kind, Line, Looks, properties, typed};
use crate::web::upload::RemarkView;

/// The lines of the sheet that says how.
const HELP_LINES: [&str; 9] = [
    "sheet.help_one_row",
    "sheet.help_unit",
    "sheet.help_sums",
    "sheet.help_colours",
    "sheet.help_problems",
    "sheet.help_rating",
    "sheet.help_explanation",
    "sheet.help_milestones",
    "sheet.help_upload",
];

/// What a workbook says of itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub(super) quarter: Quarter,
    pub(super) region: Option<Region>,
    pub(super) lang: Lang,
    pub(super) at: Moment,
}

/// A row with the number a spreadsheet shows beside it.
pub(super) type Numbered = (u32, Line);

/// What stands in a workbook.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// Headers of columns that are none of ours, to the right of them.
    pub(super) extra: Vec<String>,
    /// One row per project.
    pub(super) projects: Vec<Numbered>,
    pub(super) milestones: Vec<Numbered>,
    /// The ids of the projects it was made for.
    pub(super) ids: Vec<String>,
    /// What was told of its rows; none on a fresh one.
    pub(super) remarks: Option<Vec<RemarkView>>,
}

/// How the cells of one kind of input look.
struct Hands {
    locked: Looks,
    free: Looks,
}

impl Hands {
    fn new() -> Self {
        let base = Format::new().set_border(FormatBorder::Hair);
        let fill = |format: Format, colour: u32| {
            format
                .set_pattern(FormatPattern::Solid)
                .set_background_color(Color::RGB(colour))
        };
        Self {
            locked: Looks::on(&fill(base.clone(), 0x00ED_EDED)),
            free: Looks::on(&fill(base, 0x00FF_FBE6).set_unlocked()),
        }
    }

    fn of(&self, input: Input, kind: Kind) -> &Format {
        match input {
            Input::Locked => self.locked.of(kind),
            Input::Free | Input::YesNo | Input::Rating => self.free.of(kind),
        }
    }
}

/// Writes the workbook.
///
/// # Errors
/// Faults of the file.
pub(super) fn write(mark: &Mark, rows: &Rows, to: impl Write + Send) -> Result<()> {
    let hands = Hands::new();
    let mut book = Workbook::new();
    book.set_properties(&properties(named(MAIN, mark.lang), mark.at));
    let sheet = book
        .add_worksheet_with_constant_memory()
        .map_err(Error::broken)?;
    main(sheet, mark, rows, &hands)?;
    let sheet = book
        .add_worksheet_with_constant_memory()
        .map_err(Error::broken)?;
    milestones(sheet, mark, rows, &hands)?;
    let sheet = book.add_worksheet();
    help(sheet, mark).map_err(Error::broken)?;
    let sheet = book
        .add_worksheet_with_constant_memory()
        .map_err(Error::broken)?;
    hidden(sheet, mark, rows).map_err(Error::broken)?;
    book.save_to_writer(to).map_err(Error::broken)
}

/// What people may still do on a sheet whose cells are locked.
fn protection() -> ProtectionOptions {
    ProtectionOptions {
        format_columns: true,
        format_rows: true,
        use_autofilter: true,
        ..ProtectionOptions::default()
    }
}

fn main(sheet: &mut Worksheet, mark: &Mark, rows: &Rows, hands: &Hands) -> Result<()> {
    let lang = mark.lang;
    head(sheet, named(MAIN, lang), 4).map_err(Error::broken)?;
    for (at, spec) in SPECS.iter().enumerate() {
        let (at, look) = (index(at)?, &hands.locked.header);
        title(sheet, at, named(spec.names, lang), (spec.width, look)).map_err(Error::broken)?;
    }
    let mut next = SPECS.len();
    for name in &rows.extra {
        title(sheet, index(next)?, name, (20, &hands.locked.header)).map_err(Error::broken)?;
        next = next.saturating_add(1);
    }
    let told = rows.remarks.as_deref().map(by_row);
    let told_at = index(next)?;
    if told.is_some() {
        let name = named(REMARKS, lang);
        title(sheet, told_at, name, (60, &hands.locked.header)).map_err(Error::broken)?;
    }
    let wrong = wrong();
    for (number, line) in &rows.projects {
        let row = number.saturating_sub(1);
        for (at, text) in line.iter().enumerate() {
            let (kind, input) = SPECS
                .get(at)
                .map_or((Kind::Text, Input::Free), |spec| (spec.kind, spec.input));
            let look = (kind, hands.of(input, kind));
            typed(sheet, (row, index(at)?), text, look)?;
        }
        let Some(remarks) = told.as_ref().and_then(|told| told.get(number)) else {
            continue;
        };
        result(sheet, (row, told_at), remarks, &wrong)?;
        let of_name = |name: &str| {
            let ours = SPECS.iter().position(|spec| spec.names.contains(&name));
            let others = rows.extra.iter().position(|other| other == name);
            ours.or_else(|| Some(SPECS.len().saturating_add(others?)))
        };
        note(sheet, row, remarks, lang, of_name)?;
    }
    let last = rows.projects.last().map_or(1, |(number, _)| *number);
    let last = last.saturating_sub(1).max(1);
    let right = told_at.saturating_sub(u16::from(told.is_none()));
    let filtered = sheet.autofilter(0, 0, last, right);
    filtered.map_err(Error::broken)?;
    for (at, spec) in SPECS.iter().enumerate() {
        let at = index(at)?;
        if let Some(rule) = rule(spec.input, spec.kind, lang).map_err(Error::broken)? {
            let added = sheet.add_data_validation(1, at, last, at, &rule);
            added.map_err(Error::broken)?;
        }
    }
    sheet.protect_with_options(&protection());
    Ok(())
}

fn milestones(sheet: &mut Worksheet, mark: &Mark, rows: &Rows, hands: &Hands) -> Result<()> {
    let lang = mark.lang;
    head(sheet, named(MILESTONES, lang), 2).map_err(Error::broken)?;
    for (at, (_, names, _, _, width)) in STEPS.iter().enumerate() {
        let look = (*width, &hands.locked.header);
        title(sheet, index(at)?, named(names, lang), look).map_err(Error::broken)?;
    }
    let mut last = 1;
    for (number, line) in &rows.milestones {
        last = number.saturating_sub(1);
        for (at, ((_, _, kind, input, _), text)) in STEPS.iter().zip(line).enumerate() {
            let look = (*kind, hands.of(*input, *kind));
            typed(sheet, (last, index(at)?), text, look)?;
        }
    }
    for (at, (_, _, kind, input, _)) in STEPS.iter().enumerate() {
        let at = index(at)?;
        if let Some(rule) = rule(*input, *kind, lang).map_err(Error::broken)? {
            let added = sheet.add_data_validation(1, at, last.max(1), at, &rule);
            added.map_err(Error::broken)?;
        }
    }
    sheet.protect_with_options(&protection());
    Ok(())
}

fn help(sheet: &mut Worksheet, mark: &Mark) -> std::result::Result<(), XlsxError> {
    sheet.set_name(named(HELP, mark.lang))?;
    sheet.set_column_width(0, 110)?;
    let wrapped = Format::new().set_text_wrap();
    let facts = Facts::none().with("quarter", mark.quarter);
    for (row, key) in (0_u32..).zip(HELP_LINES) {
        let said = say(mark.lang, key, &facts);
        sheet.write_string_with_format(row, 0, said, &wrapped)?;
    }
    sheet.protect();
    Ok(())
}

fn hidden(sheet: &mut Worksheet, mark: &Mark, rows: &Rows) -> std::result::Result<(), XlsxError> {
    sheet.set_name(MARK)?;
    let region = mark.region.map(|region| region.to_string());
    let facts = [
        ("template", TEMPLATE.to_owned()),
        ("version", VERSION.to_owned()),
        ("quarter", mark.quarter.to_string()),
        ("region", region.unwrap_or_default()),
    ];
    for (row, (name, value)) in (0_u32..).zip(facts) {
        sheet.write_string(row, 0, name)?;
        sheet.write_string(row, 1, value)?;
    }
    for (row, id) in (4_u32..).zip(&rows.ids) {
        sheet.write_string(row, 0, "id")?;
        sheet.write_string(row, 1, id)?;
    }
    sheet.protect();
    sheet.set_hidden(true);
    Ok(())
}

pub(super) fn head(
    sheet: &mut Worksheet,
    name: &str,
    frozen: u16,
) -> std::result::Result<(), XlsxError> {
    sheet.set_name(name)?;
    sheet.set_freeze_panes(1, frozen)?;
    sheet.set_row_height(0, 48)?;
    sheet.set_landscape();
    sheet.set_repeat_rows(0, 0)?;
    Ok(())
}

pub(super) fn title(
    sheet: &mut Worksheet,
    at: u16,
    name: &str,
    (width, look): (u16, &Format),
) -> std::result::Result<(), XlsxError> {
    sheet.set_column_width(at, f64::from(width))?;
    sheet.write_string_with_format(0, at, name, look)?;
    Ok(())
}

/// What a spreadsheet program lets people type into a column.
fn rule(
    input: Input,
    kind: Kind,
    lang: Lang,
) -> std::result::Result<Option<DataValidation>, XlsxError> {
    let said = |key: &str| say(lang, key, &Facts::none());
    let from = |keys: &[&str]| {
        let chosen: Vec<String> = keys.iter().map(|key| said(key)).collect();
        DataValidation::new().allow_list_strings(&chosen)
    };
    let (rule, why) = match (input, kind) {
        (Input::Locked, _) | (Input::Free, Kind::Text | Kind::Count) => return Ok(None),
        (Input::YesNo, _) => (from(&["word.yes.yes", "word.yes.no"])?, "sheet.choose"),
        (Input::Rating, _) => (
            from(&["word.rating.green", "word.rating.yellow", "word.rating.red"])?,
            "sheet.choose",
        ),
        (Input::Free, Kind::Wan) => {
            let any = DataValidationRule::Between(-1e11, 1e11);
            (DataValidation::new().allow_decimal_number(any), "sheet.wan")
        }
        (Input::Free, Kind::Percent) => {
            let part = DataValidationRule::Between(0.0, 100.0);
            (
                DataValidation::new().allow_decimal_number(part),
                "sheet.percent",
            )
        }
        (Input::Free, Kind::Day) => {
            let first = ExcelDateTime::from_ymd(2000, 1, 1)?;
            let since = DataValidationRule::GreaterThanOrEqualTo(first);
            (DataValidation::new().allow_date(since), "sheet.day")
        }
    };
    let rule = rule
        .set_error_title(said("sheet.check"))?
        .set_error_message(said(why))?
        .set_error_style(DataValidationErrorStyle::Stop);
    Ok(Some(rule))
}
