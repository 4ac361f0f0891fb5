//! How a report stands to the files attached to it: they belong to the version that is handed in next.

use super::rules;
use super::scene::Scene;
use super::store;
use crate::attachments::{Standing, Subject};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::time::Moment;
use crate::people::caller::Caller;
use crate::settings::Settings;
use crate::store::Conn;

/// Returns how a report in scope stands to its files.
///
/// # Errors
/// 404 `report.missing`.
pub(crate) fn standing(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    id: Id,
    now: Moment,
) -> Result<Standing> {
    let which = store::which(conn, &by.scope, id)?;
    let scene = Scene::read(conn, &by.scope, settings, which, now)?;
    let (place, project) = (scene.project.place(), scene.project.id);
    let number = scene.report.as_ref().map_or(0, |report| report.number);
    let may_change = rules::chance(scene.standing(), &scene.window, scene.expected, scene.today);
    Ok(Standing {
        subject: Subject::Report,
        id,
        project,
        place,
        version: number.saturating_add(1),
        is_open: may_change.is_ok() && rules::is_not_over(scene.project.state).is_ok(),
    })
}
