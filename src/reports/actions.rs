//! What is done to reports: drafted, handed in, taken or given back, corrected.

use super::checks::{self, Found};
use super::content::{Content, filled};
use super::evidence::Evidence;
use super::rules::{self, Chance, Refusal, State};
use super::scene::Scene;
use super::store::{self, Outcome, Reason, Report, Version};
use super::{dues, letters};
use crate::journal::{self, Deed};
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
pub(super) type Which = (Id, Quarter);

/// Keeps a draft: the first, a next one after a return, one that will replace what is in, or a
/// correction.
///
/// # Errors
/// - 404 `project.missing`; 403 `act.forbidden`
/// - 428 and 412 by version, where the report was begun
/// - 409 `report.window_not_open`, `report.not_expected`, `report.locked`,
///   `report.already_accepted`, `project.ended`
/// - 422 `report.unknown_code` for an explanation or a confirmation of no check
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
    rules::chance(scene.standing(), &scene.window, scene.expected, scene.today)?;
    rules::is_not_over(scene.project.state)?;
    none_of(checks::unknown_codes(content))?;
    let begun = || Report::begun(scene.project.id, scene.quarter(), now);
    let report = Report {
        draft: Some(store::written(content)?),
        ..scene.report.clone().unwrap_or_else(begun)
    };
    scene.report = Some(store::save(conn, &report, now)?);
    Ok(scene)
}

/// Hands the draft in as the next version; it is in force from now on and never changes.
///
/// # Errors
/// - 404 `project.missing`; 403 `act.forbidden`
/// - 409 those of a draft, `report.not_begun`, `report.already_submitted`
/// - 422 `report.checks_failed` with every check that fails and every one unexplained
pub(crate) fn submit(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    which: Which,
    now: Moment,
) -> Result<Scene> {
    let mut scene = Scene::read(conn, &by.scope, settings, which, now)?;
    by.may(Act::SubmitReport, &scene.project.place())?;
    let chance = rules::may_submit(scene.standing(), &scene.window, scene.expected, scene.today)?;
    rules::is_not_over(scene.project.state)?;
    let report = scene.report.clone().ok_or(Refusal::NotBegun)?;
    let content = report.draft()?.ok_or(Refusal::NotBegun)?;
    let version_reason = version_reason(chance, &report, &content);
    let found = Evidence::read(conn, &scene)?.check(conn, &scene, &content)?;
    let mut findings: Vec<Finding> = found
        .iter()
        .filter(|found| found.hinders())
        .map(Found::finding)
        .collect();
    if chance == Chance::Replacement && version_reason.is_none() {
        findings.push(Refusal::VersionReasonMissing.finding("/version_reason"));
    }
    if !findings.is_empty() {
        return Err(Refusal::ChecksFailed.refused().listing(findings).into());
    }
    let zone = settings.site.zone;
    let first = report.first_submitted_at.unwrap_or(now);
    let late = rules::is_late(scene.window.due_on.on, zone, Some(first), now);
    let next = Report {
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
    let next = store::save(conn, &next, now)?;
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
    let deed = deed("report.submitted", &scene, &next)
        .with("late", next.late)
        .with("reason", &version.version_reason);
    journal::record(conn, &by.actor(), &deed, now)?;
    scene.report = Some(next);
    Ok(scene)
}

/// Takes what was handed in.
///
/// # Errors
/// - 404 `project.missing`; 403 `act.forbidden`, `report.own_report`
/// - 409 `report.not_submitted`, `report.already_accepted`
pub(crate) fn accept(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    which: Which,
    now: Moment,
) -> Result<Scene> {
    review(conn, by, settings, which, None, now)
}

/// Gives what was handed in back, saying why; it is owed again.
///
/// # Errors
/// - those of [`accept`], 409 `project.ended`
/// - 422 `report.note_missing` without a reason, or with an empty one
pub(crate) fn give_back(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    which: Which,
    reasons: &[Reason],
    now: Moment,
) -> Result<Scene> {
    review(conn, by, settings, which, Some(reasons), now)
}

fn review(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    which: Which,
    reasons: Option<&[Reason]>,
    now: Moment,
) -> Result<Scene> {
    let mut scene = Scene::read(conn, &by.scope, settings, which, now)?;
    by.may(Act::ReviewReport, &scene.project.place())?;
    let filer = scene.report.as_ref().and_then(|report| report.filed_by);
    rules::may_review(scene.state(), filer.is_some_and(|filer| by.is(filer)))?;
    let report = scene.report.clone().ok_or(Refusal::NotSubmitted)?;
    none_of(faults(reasons))?;
    let (state, outcome) = if reasons.is_some() {
        // It would be owed again, and nobody is there to owe it.
        rules::is_not_over(scene.project.state)?;
        (State::Returned, Outcome::Returned)
    } else {
        (State::Accepted, Outcome::Accepted)
    };
    let next = Report {
        state,
        reviewed_by: by.id,
        reviewed_at: Some(now),
        ..report
    };
    let next = store::save(conn, &next, now)?;
    store::review(conn, &next, outcome, reasons, (by.id, now))?;
    let (project, quarter) = (&scene.project, scene.quarter());
    dues::settle_review(conn, project.id, quarter, now)?;
    let code = match reasons {
        None => "report.accepted",
        Some(_) => "report.returned",
    };
    let mut deed = deed(code, &scene, &next);
    if let Some(reasons) = reasons {
        let due = (scene.today, settings.reports.return_working_days);
        let when = (now, scene.today);
        dues::owe_report(conn, &scene.calendar, (project, quarter), due, when)?;
        letters::tell_returned(conn, settings, &scene, &next, reasons, now)?;
        deed = deed.with("reasons", reasons);
    }
    journal::record(conn, &by.actor(), &deed, now)?;
    scene.report = Some(next);
    Ok(scene)
}

fn faults(reasons: Option<&[Reason]>) -> Vec<Finding> {
    match reasons {
        None => Vec::new(),
        Some([]) => vec![Refusal::NoteMissing.finding("/reasons")],
        Some(reasons) => reasons
            .iter()
            .enumerate()
            .filter(|(_, reason)| filled(&reason.note).is_none())
            .map(|(n, _)| Refusal::NoteMissing.finding(format!("/reasons/{n}/note")))
            .collect(),
    }
}

/// Lets what was handed in be changed after the lock.
///
/// # Errors
/// - 404 `project.missing`; 403 `act.forbidden`
/// - 409 `report.not_submitted`, `report.already_open`, `report.not_locked`, `project.ended`
/// - 422 `report.reason_missing`
pub(super) fn grant_correction(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    which: Which,
    reason: &str,
    now: Moment,
) -> Result<Scene> {
    let mut scene = Scene::read(conn, &by.scope, settings, which, now)?;
    by.may(Act::GrantCorrection, &scene.project.place())?;
    rules::may_correct(scene.standing(), &scene.window, scene.today)?;
    rules::is_not_over(scene.project.state)?;
    let report = scene.report.clone().ok_or(Refusal::NotSubmitted)?;
    let Some(reason) = filled(reason) else {
        return Err(Refused::invalid(vec![Refusal::ReasonMissing.finding("/reason")]).into());
    };
    let next = Report {
        correction_reason: Some(reason.to_owned()),
        correction_by: by.id,
        correction_at: Some(now),
        ..report
    };
    let next = store::save(conn, &next, now)?;
    let deed = deed("report.correction_granted", &scene, &next).with("reason", reason);
    journal::record(conn, &by.actor(), &deed, now)?;
    scene.report = Some(next);
    Ok(scene)
}

fn deed(code: &'static str, scene: &Scene, report: &Report) -> Deed {
    Deed::on_project(code, scene.project.id, report.id)
        .with("quarter", scene.quarter())
        .with("number", report.number)
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
