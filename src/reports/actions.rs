//! What is done to a report that is in: taken, given back, opened for a correction.

use super::content::filled;
use super::filing::Which;
use super::rules::{self, Refusal, State};
use super::scene::Scene;
use super::store::{self, Outcome, Reason, Report};
use super::{dues, letters};
use crate::journal::{self, Deed};
use crate::kernel::error::Result;
use crate::kernel::refused::{Finding, Refused, none_of};
use crate::kernel::time::Moment;
use crate::people::caller::Caller;
use crate::people::role::Act;
use crate::settings::Settings;
use crate::store::Conn;

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

/// Returns the journal's entry of a deed on a report.
pub(super) fn deed(code: &'static str, scene: &Scene, report: &Report) -> Deed {
    Deed::on_project(code, scene.project.id, report.id)
        .with("quarter", scene.quarter())
        .with("number", report.number)
}
