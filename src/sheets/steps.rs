//! The sheet of milestones in the workbook of reports: its columns, and what is read of it.

use std::collections::BTreeMap;

use super::columns::Input;
use super::template::Numbered;
use crate::reports::Claim;
use crate::table::{Book, Columns, Date, Table, date};
use crate::web::ledger::Kind;
use crate::web::ledger::said::some;

/// The names of the sheet.
pub(super) const MILESTONES: &[&str] = &["节点", "Milestones"];

/// What a column of the sheet of milestones holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Project,
    ProjectName,
    Id,
    Name,
    DueOn,
    ForecastOn,
    DoneOn,
}

/// The columns of the sheet of milestones.
pub(super) const STEPS: &[(Step, &[&str], Kind, Input, u16)] = &[
    (
        Step::Project,
        &["项目系统编号", "Project id"],
        Kind::Text,
        Input::Locked,
        12,
    ),
    (
        Step::ProjectName,
        &["项目名称", "Project"],
        Kind::Text,
        Input::Locked,
        36,
    ),
    (
        Step::Id,
        &["节点系统编号", "Milestone id"],
        Kind::Text,
        Input::Locked,
        12,
    ),
    (
        Step::Name,
        &["节点", "Milestone"],
        Kind::Text,
        Input::Locked,
        30,
    ),
    (
        Step::DueOn,
        &["计划完成日期", "Due on"],
        Kind::Day,
        Input::Locked,
        12,
    ),
    (
        Step::ForecastOn,
        &["预计完成日期", "Forecast"],
        Kind::Day,
        Input::Free,
        12,
    ),
    (
        Step::DoneOn,
        &["实际完成日期", "Done on"],
        Kind::Day,
        Input::Free,
        12,
    ),
];

/// What a row of the sheet of milestones says, or what of it cannot be read.
pub(super) type ReadClaim = Result<Claim, (&'static str, String)>;

/// Reads the sheet of milestones by project; what has neither day says nothing.
pub(super) fn claims(book: &Book) -> BTreeMap<String, Vec<ReadClaim>> {
    let mut claims: BTreeMap<String, Vec<ReadClaim>> = BTreeMap::new();
    let Some((table, columns)) = table(book) else {
        return claims;
    };
    for row in &table.rows {
        let cells = columns.cells(row);
        let Some(project) = cells.text(Step::Project) else {
            continue;
        };
        let of_project = claims.entry(project.to_owned()).or_default();
        let Some(id) = cells.text(Step::Id).and_then(|id| id.parse().ok()) else {
            continue;
        };
        let day = |step: Step| match cells.text(step).map(|text| (text, date(text))) {
            None => Ok(None),
            Some((_, Date::Day(day))) => Ok(Some(day)),
            Some((text, Date::Imprecise)) => Err(("import.date_imprecise", text.to_owned())),
            Some((text, Date::Unreadable)) => Err(("import.date_unreadable", text.to_owned())),
        };
        match (day(Step::ForecastOn), day(Step::DoneOn)) {
            (Ok(None), Ok(None)) => {}
            (Ok(forecast_on), Ok(done_on)) => of_project.push(Ok(Claim {
                id,
                forecast_on,
                done_on,
            })),
            (Err(wrong), _) | (_, Err(wrong)) => of_project.push(Err(wrong)),
        }
    }
    claims
}

/// Returns the rows of the sheet of milestones as they came.
pub(super) fn lines(book: &Book) -> Vec<Numbered> {
    let Some((table, columns)) = table(book) else {
        return Vec::new();
    };
    let lines = table.rows.iter().map(|row| {
        let cells = columns.cells(row);
        let line = STEPS.iter().map(|(step, ..)| some(cells.text(*step)));
        (row.number, line.collect())
    });
    lines.collect()
}

/// Finds the sheet and our columns in it. Without them it says nothing: milestones stay as they are.
fn table(book: &Book) -> Option<(Table, Columns<Step>)> {
    let sheet = MILESTONES.iter().find_map(|name| book.sheet(name))?;
    let table = sheet.table().ok()?;
    let known: Vec<(Step, &[&str])> = STEPS
        .iter()
        .map(|(step, names, ..)| (*step, *names))
        .collect();
    let columns = Columns::of(&table, &known).ok()?;
    Some((table, columns))
}
