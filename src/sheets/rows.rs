//! The rows of a workbook of reports: of desks for a fresh one, of an upload for one that goes back.

use super::columns::{Field, REMARKS, SPECS};
use super::reading;
use super::steps::{self, STEPS, Step};
use super::template::Rows;
use crate::kernel::error::Result;
use crate::kernel::money::Yuan;
use crate::kernel::time::Quarter;
use crate::reports::{Content, Desk};
use crate::schedules::Milestone;
use crate::text::{Lang, say_word};
use crate::web::ledger::Line;
use crate::web::ledger::said::{some, yes};
use crate::web::upload::{Came, RemarkView, refused};

/// Returns the rows of a fresh workbook.
pub(super) fn fresh(desks: &[Desk], quarter: Quarter, lang: Lang) -> Rows {
    let mut rows = Rows::default();
    let mut at = 1_u32;
    for (number, desk) in (2_u32..).zip(desks) {
        rows.projects.push((number, line(desk, quarter, lang)));
        rows.ids.push(desk.project().id.to_string());
        let undone = desk.milestones().iter();
        for milestone in undone.filter(|milestone| !milestone.is_done()) {
            at = at.saturating_add(1);
            rows.milestones.push((at, step_line(desk, milestone)));
        }
    }
    rows
}

fn line(desk: &Desk, quarter: Quarter, lang: Lang) -> Line {
    let (base, begun) = (desk.base(), desk.said().is_some());
    let specs = SPECS.iter();
    specs
        .map(|spec| cell(spec.field, desk, (&base, begun), quarter, lang))
        .collect()
}

/// Returns the text of a cell. What belongs to the quarter alone is left open until the report is
/// begun: a nought would look like an answer.
fn cell(
    field: Field,
    desk: &Desk,
    (base, begun): (&Content, bool),
    quarter: Quarter,
    lang: Lang,
) -> String {
    let project = desk.project();
    let wan = |amount: Option<Yuan>| some(amount.map(Yuan::wan));
    let own = |amount: Yuan| wan(Some(amount).filter(|_| begun));
    let step = base.next_steps.first();
    let recovery = base.recovery.as_ref();
    match field {
        Field::Id => project.id.to_string(),
        Field::Quarter => quarter.to_string(),
        Field::Code => some(project.code.as_ref()),
        Field::Name => project.name.clone(),
        Field::Region => project.region.to_string(),
        Field::State => say_word(lang, "report_state", desk.state().as_str()),
        Field::TotalInvestment => wan(project.total_investment_yuan),
        Field::LastTotal => desk.sums().total.wan(),
        Field::LastYear => desk.sums().year.wan(),
        Field::LastPercent => some(desk.previous().map(|last| last.physical_percent)),
        Field::OpenBlockers => desk.open_blockers().len().to_string(),
        Field::Invested => own(base.invested_quarter_yuan),
        Field::Building => wan(base.invested_building_yuan),
        Field::Equipment => wan(base.invested_equipment_yuan),
        Field::Other => wan(base.invested_other_yuan),
        Field::Year => own(base.invested_year_yuan),
        Field::Total => own(base.invested_total_yuan),
        Field::ExpectedTotal => wan(base.expected_total_yuan),
        Field::FundsInPlace => wan(base.funds_in_place_yuan),
        Field::FundsPaid => wan(base.funds_paid_yuan),
        Field::Percent => base.physical_percent.to_string(),
        Field::Progress => base.progress.clone(),
        Field::HasProblems => yes(lang, !base.problems.none),
        Field::StepAction => some(step.map(|step| &step.action)),
        Field::StepPerson => some(step.map(|step| &step.person)),
        Field::StepBy => some(step.map(|step| step.by)),
        Field::Rating => say_word(lang, "rating", base.rating.as_str()),
        Field::RatingReason => some(base.rating_reason.as_ref()),
        Field::RecoveryCause => some(recovery.map(|recovery| &recovery.cause)),
        Field::RecoveryAction => some(recovery.map(|recovery| &recovery.action)),
        Field::RecoveryPerson => some(recovery.map(|recovery| &recovery.person)),
        Field::RecoveryBy => some(recovery.map(|recovery| recovery.by)),
        Field::IsCorrection => some(base.is_correction.map(|is| yes(lang, is))),
        Field::Confirmed => some(base.confirmations.as_ref().map(|_| yes(lang, true))),
        Field::Explanation => String::new(),
        Field::VersionReason => some(base.version_reason.as_ref()),
    }
}

fn step_line(desk: &Desk, milestone: &Milestone) -> Line {
    let project = desk.project();
    let said = desk.said().into_iter().flat_map(|said| &said.milestones);
    let claim = said.into_iter().find(|claim| claim.id == milestone.id);
    let forecast_on = claim.map_or(milestone.forecast_on, |claim| claim.forecast_on);
    let done_on = claim.and_then(|claim| claim.done_on);
    let columns = STEPS.iter();
    columns
        .map(|(step, ..)| match step {
            Step::Project => project.id.to_string(),
            Step::ProjectName => project.name.clone(),
            Step::Id => milestone.id.to_string(),
            Step::Name => milestone.name.clone(),
            Step::DueOn => milestone.due_on.to_string(),
            Step::ForecastOn => some(forecast_on),
            Step::DoneOn => some(done_on),
        })
        .collect()
}

/// Returns the rows of an upload with what was told of them.
///
/// # Errors
/// Those of a list that cannot be read.
pub(super) fn returned(came: &Came, remarks: Vec<RemarkView>) -> Result<Rows> {
    let (table, book) = match came {
        Came::Table(table) => (table.clone(), None),
        Came::Book(book) => (reading::main_table(book)?, Some(book)),
    };
    let columns = reading::columns(&table).map_err(|unreadable| refused(&unreadable))?;
    let extra = columns.unmapped().into_iter();
    let extra: Vec<String> = extra
        .filter(|name| !REMARKS.contains(name))
        .map(str::to_owned)
        .collect();
    let projects = table.rows.iter().map(|row| {
        let cells = columns.cells(row);
        let ours = SPECS.iter().map(|spec| some(cells.text(spec.field)));
        let raw = cells.raw();
        let others = extra.iter().map(|name| {
            let found = raw.iter().find(|(header, _)| header == name);
            some(found.map(|(_, text)| text))
        });
        (row.number, ours.chain(others).collect())
    });
    Ok(Rows {
        projects: projects.collect(),
        milestones: book.map(steps::lines).unwrap_or_default(),
        ids: book.map(reading::ids).unwrap_or_default(),
        remarks: Some(remarks),
        extra,
    })
}
