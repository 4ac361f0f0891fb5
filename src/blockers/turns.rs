//! Whose turn it is: what somebody may do on a blocker as it stands. Every deed asks here, and the
//! pages ask the same for the forms they show.

use super::deeds::Scene;
use super::holder::place;
use super::rules::{self, Deed, Past, Refusal, State};
use crate::kernel::error::Result;
use crate::kernel::identifiers::Level;
use crate::kernel::time::Day;
use crate::people::caller::Caller;
use crate::people::role::{Act, Role};
use crate::projects::{Project, State as ProjectState};
use crate::settings::Settings;

/// Most events of a history that move nothing on: 1,000, so that one read of it stays bounded.
const MOST_EVENTS: i64 = 1000;

/// Refuses deeds on blockers of projects that are not launched, or over.
pub(super) fn under_dispatch(project: &Project) -> Result<()> {
    match project.state {
        ProjectState::Active | ProjectState::Paused => Ok(()),
        ProjectState::Draft | ProjectState::Closed | ProjectState::Withdrawn => {
            Err(Refusal::ProjectNotUnderDispatch.into())
        }
    }
}

/// Permits a deed of the table.
///
/// # Errors
/// 403 `act.forbidden`; 409 `blocker.project_side_first` for a confirmation by a coordinator.
pub(super) fn permit(by: &Caller, scene: &Scene, deed: Deed, today: Day) -> Result<()> {
    match (deed, rules::act(deed)) {
        (Deed::Confirmed, _) => permit_confirmation(by, scene, today),
        (_, Some(act)) => by.may(act, &place(&scene.blocker, &scene.project)),
        (_, None) => Ok(()),
    }
}

/// Permits the project side; when it has let its days pass, a coordinator of the city or above.
fn permit_confirmation(by: &Caller, scene: &Scene, today: Day) -> Result<()> {
    let blocker = &scene.blocker;
    let place = place(blocker, &scene.project);
    let Err(refused) = by.may(Act::ConfirmResolution, &place) else {
        return Ok(());
    };
    let coordinates = matches!(by.role, Role::Admin | Role::Coordinator);
    let reach = by.scope.reach.filter(|reach| reach.contains(place.region));
    if !coordinates || reach.is_none_or(|reach| reach.level() < Level::City) {
        return Err(refused);
    }
    match blocker.confirm_due_on {
        Some(due) if blocker.state == State::Resolved && today <= due => {
            Err(Refusal::ProjectSideFirst.with("due_on", due).into())
        }
        _ => Ok(()),
    }
}

/// Returns the state a deed leads to as the blocker stands.
///
/// # Errors
/// - 409 `blocker.project_not_under_dispatch` unless the project is active or paused; a comment is
///   possible still
/// - 409 `blocker.history_full`; those of [`rules::decide`]
pub(super) fn decide(settings: &Settings, scene: &Scene, deed: Deed, today: Day) -> Result<State> {
    let Scene { blocker, project } = scene;
    if deed != Deed::Commented {
        under_dispatch(project)?;
    }
    let past = Past {
        returned: blocker.was_returned,
        closed_on: blocker.closed_on,
    };
    let reopen_days = settings.blockers.reopen_days;
    let state = rules::decide(blocker.state, deed, past, today, reopen_days)?;
    if state == blocker.state && blocker.version >= MOST_EVENTS {
        return Err(Refusal::HistoryFull.with("most", MOST_EVENTS).into());
    }
    Ok(state)
}

/// Returns the deeds somebody may do now, in the order of the table.
pub(super) fn open_to(by: &Caller, settings: &Settings, scene: &Scene, today: Day) -> Vec<Deed> {
    let possible = rules::possible(scene.blocker.state).into_iter();
    let open = possible.filter(|deed| {
        permit(by, scene, *deed, today).is_ok() && decide(settings, scene, *deed, today).is_ok()
    });
    open.collect()
}
