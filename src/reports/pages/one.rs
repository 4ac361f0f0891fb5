//! The page of one quarter's report: the form while it can be written, what was handed in, its
//! versions, and the forms of its review.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::changes::{self, Change, Names};
use super::sheet::{self, Check, MilestoneRow, Problem};
use crate::blockers;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::money::Yuan;
use crate::kernel::time::{Moment, Quarter};
use crate::people::caller::Caller;
use crate::people::role::Act;
use crate::people::visit::{Done, Visit};
use crate::reports::content::{Content, Rating};
use crate::reports::evidence::Evidence;
use crate::reports::filing::{self, Which};
use crate::reports::rules::{self, Chance, Window};
use crate::reports::scene::Scene;
use crate::reports::views::ReportView;
use crate::settings::Settings;
use crate::store::Conn;
use crate::web::pages::Page;
use crate::web::pages::form::Form;

/// What the reader may do with the report now.
#[derive(Serialize)]
struct Turns {
    write: bool,
    accept: bool,
    give_back: bool,
    correct: bool,
}

/// A version, and how it differs from the one before.
#[derive(Serialize)]
struct Differs {
    number: i64,
    changes: Vec<Change>,
}

/// The days of the quarter, each with whether it may still move.
#[derive(Serialize)]
struct Days {
    opens_provisional: bool,
    due_provisional: bool,
    locks_provisional: bool,
    has_opened: bool,
    is_locked: bool,
    /// Days until it is due; negative once it has passed.
    days_left: i64,
}

#[derive(Serialize)]
struct ReportPage {
    path: String,
    project_id: Id,
    project: String,
    quarter: Quarter,
    quarter_before: Quarter,
    quarter_after: Option<Quarter>,
    version: Option<i64>,
    days: Days,
    report: ReportView,
    turns: Turns,
    /// Why somebody who writes the project's reports cannot write this one now.
    closed: Option<String>,
    /// Whether handing it in has to say why.
    is_replacement: bool,
    is_correction: bool,
    /// What the form shows first.
    values: Content,
    milestones: Vec<MilestoneRow>,
    problems: Vec<Problem>,
    checks: Vec<Check>,
    hindering: usize,
    base_total_yuan: Yuan,
    base_year_yuan: Yuan,
    planned_yuan: Option<Yuan>,
    year: i32,
    ratings: &'static [Rating],
    differs: Vec<Differs>,
    /// Names of milestones and blockers.
    names: Names,
    /// What a return can point at.
    fields: &'static [&'static str],
}

/// The fields a return can point at.
const FIELDS: &[&str] = &[
    "invested_quarter_yuan",
    "invested_year_yuan",
    "invested_total_yuan",
    "expected_total_yuan",
    "funds_in_place_yuan",
    "funds_paid_yuan",
    "physical_percent",
    "progress",
    "milestones",
    "problems",
    "next_steps",
    "rating",
    "recovery",
];

/// Which report is shown, and what was typed into its form when that is shown again.
pub(super) struct Shown<'a> {
    which: Which,
    typed: Option<&'a Content>,
}

impl Shown<'_> {
    /// A report as it is stored.
    pub(super) fn of(which: Which) -> Self {
        Self { which, typed: None }
    }
}

/// Returns the path of a report's page.
pub(super) fn path((project, quarter): Which) -> String {
    format!("/projects/{project}/reports/{quarter}")
}

pub(super) async fn show(visit: Visit, which: web::Path<(Id, Quarter)>) -> Result<HttpResponse> {
    let (which, settings) = (which.into_inner(), visit.settings());
    visit
        .show(move |conn, by, now| page(conn, by, &settings, Shown::of(which), now))
        .await
}

/// Keeps what is typed, and shows what the checks find in it.
pub(super) async fn save(
    visit: Visit,
    which: web::Path<(Id, Quarter)>,
    form: Form,
) -> Result<HttpResponse> {
    written(visit, which.into_inner(), form, false).await
}

/// Keeps what is typed and hands it in, or does neither.
pub(super) async fn submit(
    visit: Visit,
    which: web::Path<(Id, Quarter)>,
    form: Form,
) -> Result<HttpResponse> {
    written(visit, which.into_inner(), form, true).await
}

async fn written(visit: Visit, which: Which, form: Form, hands_in: bool) -> Result<HttpResponse> {
    let (settings, shown) = (visit.settings(), visit.settings());
    // Checked on the page shown again too, so that it asks for explanations where they are missing.
    let typed: Option<Content> = form.body().ok();
    let deed = move |conn: &mut Conn, by: &Caller, now: Moment, form: &Form| {
        let content: Content = form.body()?;
        let seen = form.version();
        filing::draft(conn, by, &settings, which, (seen, &content), now)?;
        if hands_in {
            filing::submit(conn, by, &settings, which, now)?;
        }
        let said = if hands_in {
            "page.reports.submitted"
        } else {
            "page.reports.saved"
        };
        Ok(Done::to(path(which), said).with("quarter", which.1))
    };
    let view = move |conn: &mut Conn, by: &Caller, now: Moment| {
        let typed = typed.as_ref();
        page(conn, by, &shown, Shown { which, typed }, now)
    };
    visit.submit(form, deed, view).await
}

fn days(window: &Window, scene: &Scene) -> Days {
    Days {
        opens_provisional: window.opens_on.provisional,
        due_provisional: window.due_on.provisional,
        locks_provisional: window.locks_on.provisional,
        has_opened: window.has_opened(scene.today),
        is_locked: window.is_locked(scene.today),
        days_left: scene.today.days_until(window.due_on.on),
    }
}

/// Makes the page.
///
/// # Errors
/// 404 `project.missing`.
pub(super) fn page(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    shown: Shown<'_>,
    now: Moment,
) -> Result<Page> {
    let scene = Scene::read(conn, &by.scope, settings, shown.which, now)?;
    let evidence = Evidence::read(conn, &scene)?;
    let report = ReportView::of(conn, settings, &scene, by.lang)?;
    let values = report
        .written()
        .cloned()
        .unwrap_or_else(|| evidence.carried());
    let checked = shown.typed.or_else(|| report.draft());
    let found = match checked {
        Some(content) => evidence.check(conn, &scene, content)?,
        None => Vec::new(),
    };
    let checks = sheet::checks(&found, by.lang);
    let open = blockers::open_of(conn, scene.project.id)?;
    let mut names: Names = evidence
        .milestones
        .iter()
        .map(|milestone| (milestone.id, milestone.name.clone()))
        .collect();
    let listed: Vec<Id> = report.listed_blockers();
    names.extend(blockers::titles_of(conn, scene.project.id, &listed)?);
    let place = scene.project.place();
    let is_over = rules::is_not_over(scene.project.state).is_err();
    let chance = rules::chance(scene.standing(), &scene.window, scene.expected, scene.today);
    let chance = match chance {
        Ok(chance) => rules::is_not_over(scene.project.state).map(|()| chance),
        Err(error) => Err(error),
    };
    let writes = by.may(Act::DraftReport, &place).is_ok();
    let filer = scene.report.as_ref().and_then(|report| report.filed_by);
    let is_filer = filer.is_some_and(|filer| by.is(filer));
    let reviews = by.may(Act::ReviewReport, &place).is_ok()
        && rules::may_review(scene.state(), is_filer).is_ok();
    let corrects = by.may(Act::GrantCorrection, &place).is_ok()
        && rules::may_correct(scene.standing(), &scene.window, scene.today).is_ok();
    let quarter = scene.quarter();
    let content = ReportPage {
        path: path(shown.which),
        project_id: scene.project.id,
        project: scene.project.name.clone(),
        quarter,
        quarter_before: quarter.previous(),
        quarter_after: Some(quarter.next()).filter(|_| scene.today > quarter.last_day()),
        version: scene.report.as_ref().map(|report| report.version),
        days: days(&scene.window, &scene),
        turns: Turns {
            write: writes && chance.is_ok(),
            accept: reviews,
            give_back: reviews && !is_over,
            correct: corrects && !is_over,
        },
        closed: chance
            .as_ref()
            .err()
            .filter(|_| writes)
            .and_then(|error| sheet::reason(error, by.lang)),
        is_replacement: matches!(chance, Ok(Chance::Replacement)),
        is_correction: matches!(chance, Ok(Chance::Correction)),
        milestones: sheet::milestones(&values, &evidence.milestones, scene.today),
        problems: sheet::problems(&values, &open),
        hindering: checks.iter().filter(|check| check.hinders()).count(),
        checks,
        base_total_yuan: evidence.base.total,
        base_year_yuan: evidence.base.year,
        planned_yuan: evidence.planned(),
        year: quarter.year(),
        ratings: Rating::ALL,
        differs: differs(&report, &names, by),
        names,
        fields: FIELDS,
        values,
        report,
    };
    Ok(Page::new("reports/one.html", &content))
}

fn differs(report: &ReportView, names: &Names, by: &Caller) -> Vec<Differs> {
    let versions: Vec<(i64, &Content)> = report.filed().collect();
    let pairs = versions.windows(2).filter_map(|pair| match pair {
        [(_, before), (number, now)] => Some(Differs {
            number: *number,
            changes: changes::between(before, now, names, by.lang),
        }),
        _ => None,
    });
    pairs.collect()
}
