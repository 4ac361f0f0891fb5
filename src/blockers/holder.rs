//! Who holds a blocker: its handler, else the body its department stands for at the level it has
//! reached; where that department has no account, the coordinators of that level.

use super::rules::Refusal;
use super::store::{Blocker, sees};
use crate::deadlines::Answerable;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::refused::Facts;
use crate::kernel::time::Moment;
use crate::mail::{self, Item, Letter, Urgency};
use crate::people::caller::{Caller, Holder, Place};
use crate::people::role::Role;
use crate::people::{Account, account};
use crate::projects::{Project, State as ProjectState};
use crate::settings::Settings;
use crate::store::Conn;

/// Returns where a deed on a blocker takes place: at the region of the level it has reached, with
/// whoever holds it.
pub(super) fn place(blocker: &Blocker, project: &Project) -> Place {
    let body = body(blocker);
    let owner = project.owner_id.filter(|_| body == Answerable::Owner);
    let department = match body {
        Answerable::Department { department, .. } => Some(department),
        Answerable::Owner | Answerable::Coordinators(_) | Answerable::Person(_) => None,
    };
    Place {
        region: blocker.holder_region,
        project: Some(project.id),
        holder: Some(Holder {
            handler: blocker.handler_id.or(owner),
            department,
            region: blocker.holder_region,
        }),
    }
}

/// Returns who answers for the holder's deadlines.
pub(super) fn answerable(blocker: &Blocker) -> Answerable {
    let handler = blocker.handler_id.map(Answerable::Person);
    handler.unwrap_or_else(|| body(blocker))
}

/// The body that holds it while it has no handler, at the level it has reached.
fn body(blocker: &Blocker) -> Answerable {
    Answerable::of_body(&blocker.department, blocker.holder_region)
}

/// Checks that a person can be made the handler.
///
/// # Errors
/// 422 `blocker.handler_unfit` for nobody, somebody disabled, a viewer, and whoever cannot see it:
/// one answer for all, so that it tells nothing of accounts out of scope.
pub(super) fn check_handler(
    conn: &mut Conn,
    site: Region,
    blocker: &Blocker,
    project: &Project,
    handler: Id,
) -> Result<()> {
    let fit = match account::find(conn, handler)? {
        Some(account) if account.is_enabled() && account.role != Role::Viewer => {
            sees(&account.caller(conn, site)?.scope, blocker, project)
        }
        _ => false,
    };
    if fit {
        Ok(())
    } else {
        Err(Refusal::HandlerUnfit.at("/handler_id").into())
    }
}

/// The enabled accounts of the holder, and the words for why each is told.
fn accounts(
    conn: &mut Conn,
    blocker: &Blocker,
    project: &Project,
) -> Result<(Vec<Account>, &'static str)> {
    let enabled = |account: Option<Account>| {
        let enabled = account.filter(Account::is_enabled);
        enabled.into_iter().collect::<Vec<_>>()
    };
    match answerable(blocker) {
        Answerable::Person(handler) => {
            let handler = account::find(conn, handler)?;
            Ok((enabled(handler), "blocker.told_handler"))
        }
        Answerable::Owner => {
            let owner = project.owner_id.map(|id| account::find(conn, id));
            Ok((enabled(owner.transpose()?.flatten()), "blocker.told_owner"))
        }
        Answerable::Coordinators(region) => Ok((
            account::coordinators_of(conn, region)?,
            "blocker.told_coordinator",
        )),
        Answerable::Department { department, region } => {
            let department = account::department_of(conn, &department, region)?;
            if department.is_empty() {
                let coordinators = account::coordinators_of(conn, region)?;
                return Ok((coordinators, "blocker.told_instead"));
            }
            Ok((department, "blocker.told_department"))
        }
    }
}

/// Tells the holder that a blocker is theirs now; whoever did the deed need not be told of it. A
/// paused project is silent.
///
/// # Errors
/// Only faults of the store and of the settings.
pub(super) fn tell(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    blocker: &Blocker,
    project: &Project,
    now: Moment,
) -> Result<()> {
    if project.state == ProjectState::Paused {
        return Ok(());
    }
    let (accounts, reason) = accounts(conn, blocker, project)?;
    let facts = Facts::none()
        .with("project", &project.name)
        .with("blocker", &blocker.title);
    for account in accounts.iter().filter(|account| !by.is(account.id)) {
        let link = format!("/blockers/{}", blocker.id);
        let letter = Letter {
            name: "blocker_assigned",
            dedup: format!(
                "blocker_assigned-{}-{}-{}",
                blocker.id, blocker.version, account.id
            ),
            urgency: Urgency::Hours,
            slot_at: None,
            region: Some(blocker.region),
            facts: Facts::none(),
            link: link.clone(),
            items: vec![Item {
                project: Some(project.id),
                deadline: None,
                step: "assigned".to_owned(),
                copy: false,
                due_on: blocker.next_due(),
                days_overdue: None,
                facts: facts.clone(),
                title_key: "blocker.told".to_owned(),
                reason_key: reason.to_owned(),
                link: Some(link),
            }],
            more: 0,
        };
        mail::post(conn, settings, &letter, &account.recipient(), now)?;
    }
    Ok(())
}
