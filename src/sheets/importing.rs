//! Importing a workbook of reports: every row that is filled in becomes a draft, or is handed in. A
//! dry run and a real one decide alike and part only where rows are written.

use std::collections::{BTreeMap, HashMap, HashSet};

use diesel::prelude::*;

use super::columns::{Field, SPECS, column_of, named};
use super::filling;
use super::reading::{self, Entry, Read, remark};
use crate::journal::{self, Deed};
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::refused::{Facts, Kind, Refused};
use crate::kernel::time::{Moment, Quarter};
use crate::people::caller::Caller;
use crate::people::role::Role;
use crate::projects;
use crate::reports::{self, Content, Desk, Found, ReportState, Severity, Wanted};
use crate::settings::Settings;
use crate::store::Conn;
use crate::store::schema::projects as project_rows;
use crate::text::Lang;
use crate::web::upload::{self, Came, Mode, RemarkView, Report};

/// Codes or names looked for at once.
const BATCH: usize = 500;

/// How an upload is to be imported.
#[derive(Debug, Clone, Copy)]
pub(crate) struct How {
    pub(crate) mode: Mode,
    /// Whether the good rows of a list with wrong ones are taken.
    pub(crate) partial: bool,
    /// Whether reports are handed in, beyond being drafted.
    pub(crate) submit: bool,
    /// The quarter it has to be for: the latest whose window has opened, unless one is named.
    pub(crate) quarter: Option<Quarter>,
}

/// Imports what came; `told` hears how many rows were written so far.
///
/// # Errors
/// - 403 `act.forbidden` to those who file no reports, or may not hand in
/// - 409 `import.already_applied` for a file, by its digest, that the caller imported before
/// - 409 `report.window_not_open` for a quarter that is named too early
/// - 422 `import.wrong_quarter` for a workbook of another quarter, and those of a list that cannot be
///   read; wrong rows are in the report
pub(crate) fn take(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    (came, digest, asked): (&Came, &str, How),
    told: &dyn Fn(usize),
    now: Moment,
) -> Result<Report<RemarkView>> {
    permit(by, asked.submit)?;
    if let Some(account) = by.id
        && let Some((id, at)) = upload::applied_before(conn, account, digest)?
    {
        let refused = Refused::new(Kind::Conflict, "import.already_applied");
        return Err(refused.with("import", id).with("at", at).into());
    }
    let quarter = reports::quarter_to_file(conn, settings, asked.quarter, now)?;
    let read = reading::read(came, by.lang)?;
    if let Some(found) = read.quarter.filter(|found| *found != quarter) {
        let refused = Refused::new(Kind::Invalid, "import.wrong_quarter")
            .with("found", found)
            .with("quarter", quarter);
        return Err(refused.at("/file").into());
    }
    let mut report = Report::new(asked.mode, asked.partial, 0, Vec::new());
    report.rows = read.entries.len();
    report.warnings.clone_from(&read.warnings);
    let asked = (asked, quarter);
    let steps = decide(conn, by, settings, (&read, asked), &mut report, now)?;
    let (asked, _) = asked;
    if report.applies() {
        for (written, step) in steps.into_iter().enumerate() {
            step.write(conn, by, settings)?;
            told(written.saturating_add(1));
        }
        let deed = Deed::on_site("report.list_imported", report.id)
            .with("quarter", quarter)
            .with("submit", asked.submit)
            .with("rows", report.rows)
            .with("created", report.created)
            .with("updated", report.updated)
            .with("skipped", report.skipped)
            .with("errors", report.errors.len());
        journal::record(conn, &by.actor(), &deed, now)?;
    }
    Ok(report.ended())
}

/// Who may import at all; where is decided row by row.
fn permit(by: &Caller, submit: bool) -> Result<()> {
    let may = match by.role {
        Role::Lead => true,
        Role::Admin | Role::Coordinator => !submit,
        Role::Department | Role::Viewer => false,
    };
    if may {
        return Ok(());
    }
    let act = if submit {
        "submit_report"
    } else {
        "import_report"
    };
    Err(Refused::new(Kind::Forbidden, "act.forbidden")
        .with("act", act)
        .into())
}

fn decide(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    (read, (asked, quarter)): (&Read, (How, Quarter)),
    report: &mut Report<RemarkView>,
    now: Moment,
) -> Result<Vec<Desk>> {
    let lang = by.lang;
    let mut meant: BTreeMap<Id, &Entry> = BTreeMap::new();
    let known = Known::read(conn, by, &read.entries)?;
    for entry in &read.entries {
        let refuse = |field: Field, code: &'static str, facts: &Facts| {
            remark(entry.row, header(field, lang), code, facts, lang)
        };
        match known.of(entry) {
            Err((field, code)) => report.errors.push(refuse(field, code, &Facts::none())),
            Ok(id) => {
                if let Some(first) = meant.get(&id) {
                    let facts = Facts::none().with("first", first.row);
                    let told = refuse(Field::Id, "import.row_repeated", &facts);
                    report.errors.push(told);
                } else {
                    meant.insert(id, entry);
                }
            }
        }
    }
    let ids: Vec<Id> = meant.keys().copied().collect();
    let wanted = (quarter, Wanted::Of(&ids));
    let desks = reports::desks(conn, &by.scope, settings, wanted, now)?;
    let mut steps = Vec::new();
    for mut desk in desks {
        let Some(entry) = meant.remove(&desk.project().id) else {
            continue;
        };
        match row(by, settings, asked, entry, &mut desk, report)? {
            Decided::Skip => report.skipped = report.skipped.saturating_add(1),
            Decided::Wrong => {}
            Decided::Write => {
                if desk.said().is_none() {
                    report.created = report.created.saturating_add(1);
                } else {
                    report.updated = report.updated.saturating_add(1);
                }
                steps.push(desk);
            }
        }
    }
    // What was deleted meanwhile, or left the scope.
    for entry in meant.values() {
        let column = header(Field::Id, lang);
        let told = remark(entry.row, column, "project.missing", &Facts::none(), lang);
        report.errors.push(told);
    }
    Ok(steps)
}

/// What becomes of a row.
enum Decided {
    Skip,
    Wrong,
    Write,
}

fn row(
    by: &Caller,
    settings: &Settings,
    asked: How,
    entry: &Entry,
    desk: &mut Desk,
    report: &mut Report<RemarkView>,
) -> Result<Decided> {
    let lang = by.lang;
    if desk.said().is_none() && !entry.is_filled() {
        return Ok(Decided::Skip);
    }
    if !entry.errors.is_empty() {
        report.errors.extend(entry.errors.iter().cloned());
        return Ok(Decided::Wrong);
    }
    let mut content = match filling::fill(entry, desk) {
        Ok(content) => content,
        Err(lacks) => {
            report.errors.extend(lacks.iter().map(|(field, code)| {
                remark(entry.row, header(*field, lang), code, &Facts::none(), lang)
            }));
            return Ok(Decided::Wrong);
        }
    };
    let is_same = desk.said() == Some(&content);
    let is_in = matches!(desk.state(), ReportState::Submitted | ReportState::Accepted);
    if is_same && (!asked.submit || is_in) {
        return Ok(Decided::Skip);
    }
    if let Err(fault) = desk.permit(by, &content) {
        report.errors.extend(refused(entry, fault, lang)?);
        return Ok(Decided::Wrong);
    }
    let mut found = desk.check(&content);
    if let Some(text) = entry.text(Field::Explanation) {
        explain(&mut content, &mut found, text);
    }
    let mut is_wrong = false;
    for found in found.iter().filter(|found| found.hinders()) {
        let column = column_of(&found.pointer, lang);
        let told = remark(entry.row, column, found.code, &found.facts, lang);
        if found.severity == Severity::Soft && !asked.submit {
            report.warnings.push(told);
        } else {
            report.errors.push(told);
            is_wrong = true;
        }
    }
    if is_wrong {
        return Ok(Decided::Wrong);
    }
    match desk.decide(by, settings, (&content, found), asked.submit) {
        Ok(()) => Ok(Decided::Write),
        Err(fault) => {
            report.errors.extend(refused(entry, fault, lang)?);
            Ok(Decided::Wrong)
        }
    }
}

/// Explains every soft finding that is not explained yet with the one text the row has for it.
fn explain(content: &mut Content, found: &mut [Found], text: &str) {
    let open = found
        .iter_mut()
        .filter(|found| found.severity == Severity::Soft);
    for found in open.filter(|found| found.explanation.is_none()) {
        let explanations = content.explanations.get_or_insert_default();
        explanations.insert(found.code.to_owned(), text.to_owned());
        found.explanation = Some(text.to_owned());
    }
}

/// Turns a refusal into remarks on the row.
///
/// # Errors
/// The fault, where it is none.
fn refused(entry: &Entry, fault: Error, lang: Lang) -> Result<Vec<RemarkView>> {
    let Error::Refused(refused) = fault else {
        return Err(fault);
    };
    if refused.findings.is_empty() {
        let told = remark(entry.row, "", refused.code, &refused.facts, lang);
        return Ok(vec![told]);
    }
    let findings = refused.findings.iter().map(|finding| {
        let column = column_of(&finding.pointer, lang);
        remark(entry.row, column, finding.code, &finding.facts, lang)
    });
    Ok(findings.collect())
}

fn header(field: Field, lang: Lang) -> &'static str {
    let spec = SPECS.iter().find(|spec| spec.field == field);
    spec.map_or("", |spec| named(spec.names, lang))
}

/// The projects in scope the rows may mean.
#[derive(Default)]
struct Known {
    ids: HashSet<Id>,
    codes: HashMap<String, Id>,
    /// By region and name; none where several share both.
    names: HashMap<(String, String), Option<Id>>,
}

impl Known {
    fn read(conn: &mut Conn, by: &Caller, entries: &[Entry]) -> Result<Self> {
        let mut known = Self::default();
        for batch in entries.chunks(BATCH) {
            let ids: Vec<Id> = batch.iter().filter_map(|entry| entry.id).collect();
            let named = batch.iter().filter(|entry| entry.id.is_none());
            let codes: Vec<Option<String>> = named
                .clone()
                .filter(|entry| entry.code.is_some())
                .map(|entry| entry.code.clone())
                .collect();
            let names: Vec<String> = named.filter_map(|entry| entry.name.clone()).collect();
            let rows: Vec<(Id, Option<String>, String, String)> = project_rows::table
                .filter(projects::in_scope(&by.scope))
                .filter(
                    project_rows::id
                        .eq_any(ids)
                        .or(project_rows::code.eq_any(codes))
                        .or(project_rows::name.eq_any(names)),
                )
                .select((
                    project_rows::id,
                    project_rows::code,
                    project_rows::region,
                    project_rows::name,
                ))
                .load(conn)?;
            for (id, code, region, name) in rows {
                if !known.ids.insert(id) {
                    continue;
                }
                known.codes.extend(code.map(|code| (code, id)));
                known
                    .names
                    .entry((region, name))
                    .and_modify(|same| *same = None)
                    .or_insert(Some(id));
            }
        }
        Ok(known)
    }

    /// Finds the project a row means: by the id the workbook gave it, else by its code, else by name
    /// and region. What lies out of scope does not exist.
    fn of(&self, entry: &Entry) -> std::result::Result<Id, (Field, &'static str)> {
        if let Some(id) = entry.id {
            let known = self.ids.contains(&id).then_some(id);
            return known.ok_or((Field::Id, "project.missing"));
        }
        if let Some(code) = &entry.code {
            let known = self.codes.get(code).copied();
            return known.ok_or((Field::Code, "project.missing"));
        }
        let (Some(name), Some(region)) = (&entry.name, &entry.region) else {
            return Err((Field::Name, "import.name_missing"));
        };
        match self.names.get(&(region.clone(), name.clone())) {
            None => Err((Field::Name, "project.missing")),
            Some(None) => Err((Field::Name, "import.name_ambiguous")),
            Some(Some(id)) => Ok(*id),
        }
    }
}
