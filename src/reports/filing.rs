//! How a report is drafted and handed in, by whichever door it comes: the API, the console, a
//! workbook. Deciding and writing are apart, so that a dry run and a real one are decided alike:
//! [`drafted`], what the checks find, [`handed_in`]; the real one then writes.

use super::actions::deed;
use super::checks::{self, Found};
use super::content::{Content, filled};
use super::dues;
use super::evidence::Evidence;
use super::rules::{self, Chance, Refusal, State};
use super::scene::Scene;
use super::store::{self, Report, Version};
use crate::journal;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::refused::{Finding, Kind, Refused, none_of};
use crate::kernel::time::{Moment, Quarter};
use crate::people::call;
use crate::people::caller::Caller;
use crate::people::role::Act;
use crate::schedules::{self, Progress};
use crate::settings::Settings;
use crate::store::Conn;

/// Which report: that of a project for a quarter.
pub(crate) type Which = (Id, Quarter);

/// Decides on a draft, whoever may keep it: the report's chance, and that it names no check there is
/// not. Returns the row to write.
///
/// # Errors
/// - 409 `report.window_not_open`, `report.not_expected`, `report.locked`,
///   `report.already_accepted`, `project.ended`
/// - 422 `report.unknown_code`
pub(super) fn drafted(scene: &Scene, content: &Content) -> Result<Report> {
    rules::chance(scene.standing(), &scene.window, scene.expected, scene.today)?;
    rules::is_not_over(scene.project.state)?;
    none_of(checks::unknown_codes(content))?;
    let begun = || Report::begun(scene.project.id, scene.quarter(), scene.now);
    Ok(Report {
        draft: Some(store::written(content)?),
        ..scene.report.clone().unwrap_or_else(begun)
    })
}

/// A submission that is decided and not written yet.
pub(super) struct HandedIn {
    /// The row as it is to be.
    pub(super) report: Report,
    content: Content,
    version_reason: Option<String>,
}

/// Decides on the submission of a scene's draft, of which `found` is what the checks find. Returns
/// what to write.
///
/// # Errors
/// - 403 `act.forbidden`
/// - 409 those of a draft, `report.not_begun`, `report.already_submitted`
/// - 422 `report.checks_failed` with every check that fails and every one unexplained
pub(super) fn handed_in(
    by: &Caller,
    settings: &Settings,
    scene: &Scene,
    found: impl FnOnce(&Content) -> Result<Vec<Found>>,
) -> Result<HandedIn> {
    let place = scene.project.place();
    by.may(Act::SubmitReport, &place)?;
    // What it says of milestones is written through the schedule.
    by.may(Act::EditSchedule, &place)?;
    let standing = scene.standing();
    let chance = rules::may_submit(standing, &scene.window, scene.expected, scene.today)?;
    rules::is_not_over(scene.project.state)?;
    let report = scene.report.clone().ok_or(Refusal::NotBegun)?;
    let content = report.draft()?.ok_or(Refusal::NotBegun)?;
    let version_reason = version_reason(chance, &report, &content);
    let found = found(&content)?;
    let hindering = found.iter().filter(|found| found.hinders());
    let mut findings: Vec<Finding> = hindering.map(Found::finding).collect();
    if chance == Chance::Replacement && version_reason.is_none() {
        findings.push(Refusal::VersionReasonMissing.finding("/version_reason"));
    }
    if !findings.is_empty() {
        return Err(Refusal::ChecksFailed.refused().listing(findings).into());
    }
    let (zone, now) = (settings.site.zone, scene.now);
    let first = report.first_submitted_at.unwrap_or(now);
    let late = rules::is_late(scene.window.due_on.on, zone, Some(first), now);
    let report = Report {
        state: State::Submitted,
        number: report.number.saturating_add(1),
        draft: None,
        first_submitted_at: Some(first),
        submitted_at: Some(now),
        // Judged once: a calendar corrected later makes nobody late in hindsight, nor on time.
        late: Some(report.late.unwrap_or(late)),
        filed_by: by.id,
        reviewed_by: None,
        reviewed_at: None,
        correction_reason: None,
        correction_by: None,
        correction_at: None,
        ..report
    };
    Ok(HandedIn {
        report,
        content,
        version_reason,
    })
}

/// Writes a submission that was decided, and tells the schedule, the deadlines and the journal.
///
/// # Errors
/// 412 `version.stale` when somebody was faster.
pub(super) fn write(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    scene: &mut Scene,
    handed_in: HandedIn,
) -> Result<()> {
    let now = scene.now;
    let HandedIn {
        report,
        content,
        version_reason,
    } = handed_in;
    let next = store::save(conn, &report, now)?;
    let version = Version {
        id: Id::new(),
        report_id: next.id,
        number: next.number,
        content: store::written(&content)?,
        submitted_at: now,
        filed_by: by.id,
        version_reason,
        outcome: None,
        reasons: None,
        reviewed_by: None,
        reviewed_at: None,
    };
    store::add_version(conn, &version)?;
    let (project, quarter) = (&scene.project, scene.quarter());
    schedules::record_progress(conn, by, settings, project, &progress(&content), now)?;
    dues::settle_report(conn, project.id, quarter, now)?;
    let when = (now, scene.today);
    dues::owe_review(conn, &scene.calendar, settings, (project, quarter), when)?;
    let deed = deed("report.submitted", scene, &next)
        .with("late", next.late)
        .with("reason", &version.version_reason);
    journal::record(conn, &by.actor(), &deed, now)?;
    scene.report = Some(next);
    Ok(())
}

/// Keeps a draft: the first, a next one after a return, one that will replace what is in, or a
/// correction.
///
/// # Errors
/// - 404 `project.missing`; 403 `act.forbidden`
/// - 428 and 412 by version, where the report was begun
/// - those of [`drafted`]
pub(crate) fn draft(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    which: Which,
    (seen, content): (Option<i64>, &Content),
    now: Moment,
) -> Result<Scene> {
    let mut scene = Scene::read(conn, &by.scope, settings, which, now)?;
    by.may(Act::DraftReport, &scene.project.place())?;
    match &scene.report {
        Some(report) => call::expect(seen, report.version)?,
        // What is not begun has version 0, and needs none.
        None if seen.is_some_and(|seen| seen != 0) => {
            return Err(Refused::new(Kind::Stale, "version.stale").into());
        }
        None => {}
    }
    let report = drafted(&scene, content)?;
    scene.report = Some(store::save(conn, &report, now)?);
    Ok(scene)
}

/// Hands the draft in as the next version; it is in force from now on and never changes.
///
/// # Errors
/// 404 `project.missing`, and those of [`handed_in`].
pub(crate) fn submit(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    which: Which,
    now: Moment,
) -> Result<Scene> {
    let mut scene = Scene::read(conn, &by.scope, settings, which, now)?;
    let decided = handed_in(by, settings, &scene, |content| {
        Evidence::read(conn, &scene)?.check(conn, &scene, content)
    })?;
    write(conn, by, settings, &mut scene, decided)?;
    Ok(scene)
}

/// The reason of the next version: the filer's own; of a correction, else why it was granted.
fn version_reason(chance: Chance, report: &Report, content: &Content) -> Option<String> {
    let own = content.version_reason.as_deref().and_then(filled);
    let granted = report.correction_reason.as_deref();
    let granted = granted.filter(|_| chance == Chance::Correction);
    own.or(granted).map(str::to_owned)
}

fn progress(content: &Content) -> Vec<Progress> {
    let claims = content.milestones.iter();
    claims
        .map(|claim| Progress {
            id: claim.id,
            forecast_on: claim.forecast_on,
            done_on: claim.done_on,
        })
        .collect()
}
