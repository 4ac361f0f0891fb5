//! What is said of milestones: done, or when they will be.

use super::actions::{self, Held};
use super::milestone::Milestone;
use super::owing;
use super::rules::{self, Refusal, Said};
use super::store;
use crate::calendars;
use crate::journal::{self, Deed};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::refused::none_of;
use crate::kernel::time::{Day, Moment};
use crate::people::call;
use crate::people::caller::Caller;
use crate::people::role::Act;
use crate::projects::{self, Project};
use crate::settings::Settings;
use crate::store::Conn;

/// What a report says of one milestone; a day that is not named stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) id: Id,
    pub(crate) forecast_on: Option<Day>,
    pub(crate) done_on: Option<Day>,
}

/// Changes forecast and done of one milestone; returns it with the schedule's new version.
///
/// # Errors
/// - 404 `project.missing`, `milestone.missing`; 403 `act.forbidden`; 409 `project.ended`
/// - 428 and 412 by the schedule's version
/// - 422 `milestone.done_in_future`, `milestone.forecast_in_past`
pub(crate) fn change(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    (project, milestone): (Id, Id),
    seen: Option<i64>,
    said: Said,
    now: Moment,
) -> Result<(Milestone, i64)> {
    let project = projects::get(conn, &by.scope, project)?;
    let held = actions::held(conn, project.id)?.ok_or(Refusal::MilestoneMissing)?;
    let found = held.milestones.iter().find(|m| m.id == milestone);
    let before = found.ok_or(Refusal::MilestoneMissing)?;
    by.may(Act::EditSchedule, &project.place())?;
    actions::refuse_ended(&project)?;
    call::expect(seen, held.schedule.version)?;
    let today = settings.site.zone.day_of(now);
    let after = match rules::progressed(before, said, "", today) {
        Ok(after) => after,
        Err(findings) => return none_of(findings).map(|()| (before.clone(), 0)),
    };
    let version = store::touch(conn, &held.schedule)?;
    keep(conn, by, settings, &project, &[(before, &after)], now)?;
    Ok((after, version))
}

/// Writes what a submitted report says of the milestones of its project.
///
/// # Errors
/// 403 `act.forbidden`; 422 with all of `milestone.unknown`, `milestone.done_in_future`,
/// `milestone.forecast_in_past`, each at its place in the report's list.
pub(crate) fn record_progress(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    project: &Project,
    claims: &[Progress],
    now: Moment,
) -> Result<()> {
    by.may(Act::EditSchedule, &project.place())?;
    if claims.is_empty() {
        return Ok(());
    }
    let held = actions::held(conn, project.id)?;
    let present = held.as_ref().map_or(&[][..], |held| &held.milestones);
    let today = settings.site.zone.day_of(now);
    let mut findings = Vec::new();
    let mut changed: Vec<(&Milestone, Milestone)> = Vec::new();
    for (at, claim) in claims.iter().enumerate() {
        let at = format!("/milestones/{at}");
        let Some(before) = present.iter().find(|milestone| milestone.id == claim.id) else {
            let finding = Refusal::MilestoneUnknown.finding(format!("{at}/id"));
            findings.push(finding.with("milestone", claim.id));
            continue;
        };
        let said = Said {
            forecast_on: claim.forecast_on.map(Some),
            done_on: claim.done_on.map(Some),
        };
        match rules::progressed(before, said, &at, today) {
            Ok(after) if after != *before => changed.push((before, after)),
            Ok(_) => {}
            Err(wrong) => findings.extend(wrong),
        }
    }
    none_of(findings)?;
    let (Some(Held { schedule, .. }), false) = (&held, changed.is_empty()) else {
        return Ok(());
    };
    store::touch(conn, schedule)?;
    let pairs: Vec<_> = changed.iter().map(|(b, after)| (*b, after)).collect();
    keep(conn, by, settings, project, &pairs, now)
}

/// Writes milestones as they stand now, with their deadlines and the journal.
fn keep(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    project: &Project,
    changed: &[(&Milestone, &Milestone)],
    now: Moment,
) -> Result<()> {
    let calendar = calendars::load(conn)?;
    let today = settings.site.zone.day_of(now);
    for (before, after) in changed {
        store::save_milestone(conn, after)?;
        let pair = (Some(*before), *after);
        owing::follow(conn, &calendar, project, pair, now, today)?;
        let deed = Deed::on_project("milestone.progressed", project.id, after.id)
            .with("milestone", &after.name)
            .with("forecast_on", after.forecast_on)
            .with("done_on", after.done_on);
        journal::record(conn, &by.actor(), &deed, now)?;
    }
    Ok(())
}
