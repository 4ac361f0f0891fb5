//! What is asked of whoever owns the subject of a file, before anything is done with it.

use crate::attachments::{self, Attachment, Refusal, Standing, Subject};
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::refused::Kind;
use crate::kernel::time::Moment;
use crate::people::caller::Caller;
use crate::settings::Settings;
use crate::store::Conn;
use crate::{approvals, blockers, projects, reports};

/// Returns how a subject stands.
///
/// # Errors
/// 404 by the subject's own code when there is none, or none in scope.
pub(super) fn standing(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    (subject, id): (Subject, Id),
    now: Moment,
) -> Result<Standing> {
    match subject {
        Subject::Report => reports::standing(conn, by, settings, id, now),
        Subject::Blocker => blockers::standing(conn, by, id),
        Subject::Approval => approvals::standing(conn, by, id),
        Subject::Plan => {
            let plan = projects::plan_standing(conn, by, id)?;
            Ok(Standing {
                subject,
                id: plan.id,
                project: plan.project.id,
                place: plan.project.place(),
                version: plan.number,
                is_open: plan.is_open,
            })
        }
    }
}

/// Returns a file in scope, and how its subject stands.
///
/// # Errors
/// 404 `attachment.missing` when there is none, or none in scope.
pub(super) fn find(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    id: Id,
    now: Moment,
) -> Result<(Attachment, Standing)> {
    let row = attachments::find(conn, id)?;
    let standing = standing(conn, by, settings, (row.subject, row.subject_id), now);
    match standing {
        Ok(standing) => Ok((row, standing)),
        Err(Error::Refused(refused)) if refused.kind == Kind::Missing => {
            Err(Refusal::Missing.into())
        }
        Err(fault) => Err(fault),
    }
}
