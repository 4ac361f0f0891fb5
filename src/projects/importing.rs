//! Importing a list of projects: every row that can be becomes a draft, a row known already none.
//!
//! A dry run and a real one decide alike and part only where rows are written.

use std::collections::HashMap;

use super::actions::known_codes;
use super::charter::charter;
use super::fields::{self, Warning};
use super::import::{ReadList, ReadRow};
use super::sources::{self, Known};
use super::store::{self, Project, State};
use crate::journal::{self, Deed};
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::identifiers::{KnownCodes, ProjectCode, Region};
use crate::kernel::refused::{Facts, Kind, Refused};
use crate::kernel::time::Moment;
use crate::people::caller::{Caller, Place};
use crate::people::role::Act;
use crate::settings::Settings;
use crate::store::Conn;
use crate::table::Remark;
use crate::web::upload::{Mode, Report};

/// Longest name of a project, in characters (API contract).
const LONGEST_NAME: usize = 200;

/// How a list is to be imported.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// The name of the list, under which its numbers are known again.
    pub(crate) source: String,
    pub(crate) mode: Mode,
    /// Whether the good rows of a list with wrong ones are taken.
    pub(crate) partial: bool,
}

/// What becomes of one row.
enum Step {
    Create(Project),
    Update(Project, Vec<&'static str>),
    /// The project stays as it is.
    Skip(Id),
}

/// Imports a list; `told` hears how many rows were written so far.
///
/// # Errors
/// 403 `act.forbidden` to whom may create no project anywhere. Wrong rows are in the report.
pub(crate) fn import(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    list: &ReadList,
    asked: &Asked,
    told: &dyn Fn(usize),
    now: Moment,
) -> Result<Report> {
    let home = by.scope.reach.or(by.region);
    let home = home.ok_or_else(|| Refused::new(Kind::Forbidden, "act.forbidden"))?;
    by.may(Act::CreateProject, &Place::region(home))?;
    let mut report = Report::new(
        asked.mode,
        asked.partial,
        list.rows.len(),
        list.errors.clone(),
    );
    report.warnings.clone_from(&list.warnings);
    let source = sources::kept_as(home, &asked.source);
    let own = by.region.unwrap_or(home);
    let known = known(conn, by, &source, list, own)?;
    let mut deciding = Deciding {
        by,
        known: &known,
        codes: known_codes(settings),
        own,
        now,
        met: HashMap::new(),
    };

    let mut steps = Vec::with_capacity(list.rows.len());
    for row in &list.rows {
        report.warnings.extend(row.warnings.iter().cloned());
        match deciding.step(row, &mut report.warnings)? {
            Ok(step) => {
                match step {
                    Step::Create(_) => report.created = report.created.saturating_add(1),
                    Step::Update(..) => report.updated = report.updated.saturating_add(1),
                    Step::Skip(_) => report.skipped = report.skipped.saturating_add(1),
                }
                steps.push((row, step));
            }
            Err(error) => report.errors.push(error),
        }
    }
    if report.applies() {
        for (written, (row, step)) in steps.into_iter().enumerate() {
            write(conn, by, (&source, &known, own), row, step, now)?;
            told(written.saturating_add(1));
        }
        let deed = Deed::on_site("project.list_imported", report.id)
            .with("source", &asked.source)
            .with("rows", report.rows)
            .with("created", report.created)
            .with("updated", report.updated)
            .with("skipped", report.skipped)
            .with("errors", report.errors.len());
        journal::record(conn, &by.actor(), &deed, now)?;
    }
    Ok(report.ended())
}

fn known(
    conn: &mut Conn,
    by: &Caller,
    source: &str,
    list: &ReadList,
    own: Region,
) -> Result<Known> {
    let rows = list.rows.iter();
    let codes = rows.clone().filter_map(|row| row.code.as_ref());
    let codes = codes.map(ToString::to_string).collect();
    let numbers = rows.clone().map(|row| number(row, own)).collect();
    let names = rows.map(|row| row.name.clone()).collect();
    sources::known(conn, &by.scope, source, codes, numbers, names)
}

/// Returns by what the source knows a row: its own number, else its code, else name and region.
fn number(row: &ReadRow, own: Region) -> String {
    match (&row.number, &row.code) {
        (Some(number), _) => number.clone(),
        (None, Some(code)) => format!("code:{code}"),
        (None, None) => format!("name:{}:{}", row.region.unwrap_or(own), row.name),
    }
}

/// Returns a row as it is kept: every column with its cell.
fn raw(row: &ReadRow) -> Result<String> {
    serde_json::to_string(&row.raw).map_err(Error::broken)
}

struct Deciding<'a> {
    by: &'a Caller,
    known: &'a Known,
    codes: KnownCodes,
    /// The region that stands for one that cannot be read.
    own: Region,
    now: Moment,
    /// Numbers and projects met so far, each with the row it was met in.
    met: HashMap<String, u32>,
}

impl Deciding<'_> {
    /// Decides what becomes of a row, or why nothing can.
    fn step(
        &mut self,
        row: &ReadRow,
        warnings: &mut Vec<Remark>,
    ) -> Result<std::result::Result<Step, Remark>> {
        let region = row.region.unwrap_or(self.own);
        if row.name.chars().count() > LONGEST_NAME {
            let facts = vec![("most", LONGEST_NAME.to_string())];
            return Ok(Err(remark(row, &row.name, "import.name_too_long", facts)));
        }
        let matched = match self.matched(row, region) {
            Ok(matched) => matched.cloned(),
            Err(code) => return Ok(Err(remark(row, &row.name, code, vec![]))),
        };
        let key = match &matched {
            None => number(row, self.own),
            Some(known) => known.id.to_string(),
        };
        if let Some(first) = self.met.get(&key) {
            let facts = vec![("first", first.to_string())];
            return Ok(Err(remark(row, &row.name, "import.row_repeated", facts)));
        }
        self.met.insert(key, row.row);

        let mut doubts = Vec::new();
        let step = match matched {
            None => {
                let mut project = fields::blank(&row.name, region, self.now);
                self.lay(&mut project, row, &mut doubts);
                project.stage = row.stage;
                Step::Create(project)
            }
            Some(before) => {
                let kept = self.known.numbers.get(&number(row, self.own));
                if kept.is_some_and(|(_, kept)| raw(row).is_ok_and(|raw| *kept == raw)) {
                    return Ok(Ok(Step::Skip(before.id)));
                }
                let mut after = before.clone();
                row.name.clone_into(&mut after.name);
                after.region = row.region.unwrap_or(before.region);
                self.lay(&mut after, row, &mut doubts);
                let changed = fields::changed(&before, &after);
                if changed.is_empty() {
                    return Ok(Ok(Step::Skip(before.id)));
                }
                if before.state != State::Draft {
                    warnings.push(remark(row, "", "import.project_under_dispatch", vec![]));
                    return Ok(Ok(Step::Skip(before.id)));
                }
                Step::Update(after, changed)
            }
        };
        warnings.extend(doubts);
        let (act, there) = match &step {
            Step::Create(project) => (Act::CreateProject, project.region),
            Step::Update(project, _) => (Act::ChangeProject, project.region),
            Step::Skip(_) => return Ok(Ok(step)),
        };
        match self.by.may(act, &Place::region(there)) {
            Ok(()) => Ok(Ok(step)),
            Err(Error::Refused(_)) => {
                let facts = vec![("region", there.to_string())];
                Ok(Err(remark(row, "", "import.outside_reach", facts)))
            }
            Err(fault) => Err(fault),
        }
    }

    /// Finds the project a row means: by code, else by the list's own number, else by name and
    /// region. What lies out of scope is not told, only that it stands in the way.
    fn matched(
        &self,
        row: &ReadRow,
        region: Region,
    ) -> std::result::Result<Option<&Project>, &'static str> {
        let code = row.code.as_ref().map(ProjectCode::as_str);
        if let Some(id) = code.and_then(|code| self.known.codes.get(code)) {
            let seen = self.known.projects.get(id);
            return seen.map(Some).ok_or("project.code_taken");
        }
        if let Some((id, _)) = self.known.numbers.get(&number(row, self.own)) {
            let seen = self.known.projects.get(id);
            return seen.map(Some).ok_or("import.number_taken");
        }
        // Who has another number in this list, or another code, is another project.
        let named = self.known.names.get(&row.name).into_iter().flatten();
        let named = named.filter_map(|id| self.known.projects.get(id));
        let mut same = named.filter(|project| {
            project.region == region
                && (row.number.is_none() || !self.known.numbered.contains_key(&project.id))
                && (code.is_none() || project.code.is_none())
        });
        match (same.next(), same.next()) {
            (Some(_), Some(_)) => Err("import.name_ambiguous"),
            (only, _) => Ok(only),
        }
    }

    /// Lays what the row says over a project; what it does not say stays.
    fn lay(&self, project: &mut Project, row: &ReadRow, warnings: &mut Vec<Remark>) {
        if let Some(code) = &row.code {
            let before: Vec<String> = fields::warnings(project)
                .into_iter()
                .map(|warning| warning.code)
                .collect();
            fields::set_code(project, Some(code), || self.codes.clone());
            for doubt in code.warnings(&self.codes) {
                let doubt = fields::code_warning(doubt);
                if !before.iter().any(|known| known == doubt) {
                    warnings.push(remark(row, code.as_str(), doubt, vec![]));
                }
            }
        }
        if let Some(industry) = row.industry {
            project.industry = Some(industry.to_owned());
        }
        if row.enterprise.is_some() {
            project.enterprise_name.clone_from(&row.enterprise);
        }
        if let Some(code) = &row.credit_code {
            project.credit_code = Some(code.to_string());
        }
        project.total_investment_yuan = row.total_investment.or(project.total_investment_yuan);
        if row.content.is_some() {
            project.content.clone_from(&row.content);
        }
        let dates = (project.planned_start_on, project.planned_finish_on);
        project.planned_start_on = row.planned_start_on.or(dates.0);
        project.planned_finish_on = row.planned_finish_on.or(dates.1);
        let mut own = row.warnings.clone();
        if fields::finishes_before_start(project) {
            (project.planned_start_on, project.planned_finish_on) = dates;
            let crossed = remark(row, "", "import.finish_before_start", vec![]);
            warnings.push(crossed.clone());
            own.push(crossed);
        }
        let unread = ["import.stage_missing", "import.stage_unknown"];
        if !own.iter().any(|warning| unread.contains(&warning.code)) {
            project.stage = row.stage;
        }
        fields::refold(project);
        let mut kept = fields::warnings(project);
        kept.retain(|warning| !warning.code.starts_with("import."));
        kept.extend(own.iter().map(|remark| Warning {
            code: remark.code.to_owned(),
            facts: remark.facts.iter().fold(
                Facts::none().with("column", &remark.column),
                |facts, (name, value)| facts.with(name, value),
            ),
        }));
        fields::set_warnings(project, &kept);
    }
}

fn write(
    conn: &mut Conn,
    by: &Caller,
    (source, known, own): (&str, &Known, Region),
    row: &ReadRow,
    step: Step,
    now: Moment,
) -> Result<()> {
    let number = number(row, own);
    let project = match step {
        Step::Create(project) => {
            store::insert(conn, &project)?;
            let deed = Deed::on_project("project.imported", project.id, project.id)
                .with("name", &project.name)
                .with("source", source)
                .with("row", row.row);
            journal::record(conn, &by.actor(), &deed, now)?;
            project.id
        }
        Step::Update(mut project, changed) => {
            charter(conn, &project)?.fill(&mut project);
            store::save(conn, &project, now)?;
            let deed = Deed::on_project("project.changed", project.id, project.id)
                .with("fields", changed)
                .with("source", source)
                .with("row", row.row);
            journal::record(conn, &by.actor(), &deed, now)?;
            project.id
        }
        Step::Skip(id) => {
            // What was known by this number already is as it was; else it is known by it from now on.
            if known.numbers.contains_key(&number) || known.numbered.contains_key(&id) {
                return Ok(());
            }
            id
        }
    };
    let is_known = known.numbers.contains_key(&number);
    sources::keep(conn, source, &number, project, &raw(row)?, is_known)
}

/// Returns a remark on the cell of a row that holds a text, or on the row as a whole.
fn remark(
    row: &ReadRow,
    cell: &str,
    code: &'static str,
    more: Vec<(&'static str, String)>,
) -> Remark {
    let column = row
        .raw
        .iter()
        .find(|(_, text)| !cell.is_empty() && text.trim() == cell);
    let mut facts = vec![("cell", cell.to_owned())];
    facts.extend(more);
    Remark {
        row: row.row,
        column: column.map(|(name, _)| name.clone()).unwrap_or_default(),
        code,
        facts,
    }
}

#[cfg(test)]
mod tests;
