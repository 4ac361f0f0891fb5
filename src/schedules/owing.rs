//! What a milestone owes: under dispatch each one that is not done is a deadline of the owner.

use super::milestone::Milestone;
use crate::deadlines::{self, Answerable, DeadlineKind, Owed, Unit};
use crate::kernel::calendar::WorkCalendar;
use crate::kernel::error::Result;
use crate::kernel::refused::Facts;
use crate::kernel::time::{Day, Moment};
use crate::projects::{Project, State};
use crate::store::Conn;

/// Tells whether what is due on a project is owed.
pub(super) fn is_under_dispatch(project: &Project) -> bool {
    matches!(project.state, State::Active | State::Paused)
}

/// Owes a milestone by its due day.
pub(super) fn owe(
    conn: &mut Conn,
    calendar: &WorkCalendar,
    project: &Project,
    milestone: &Milestone,
    now: Moment,
    today: Day,
) -> Result<()> {
    let owed = Owed {
        key: milestone.deadline_key(),
        kind: DeadlineKind::Milestone,
        subject: milestone.id.to_string(),
        project: project.id,
        facts: facts(milestone),
        anchor: milestone.due_on,
        offset: 0,
        unit: Unit::Calendar,
        answerable: Answerable::Owner,
        place: project.region,
        level: project.region.level(),
        critical: milestone.critical,
    };
    deadlines::owe(conn, calendar, &owed, now, today)?;
    Ok(())
}

/// Keeps the deadline of a milestone true to how it stands now.
pub(super) fn follow(
    conn: &mut Conn,
    calendar: &WorkCalendar,
    project: &Project,
    (before, after): (Option<&Milestone>, &Milestone),
    now: Moment,
    today: Day,
) -> Result<()> {
    if !is_under_dispatch(project) {
        return Ok(());
    }
    let was_owed = before.is_some_and(|before| !before.is_done());
    if after.is_done() {
        return deadlines::settle(conn, &after.deadline_key(), now);
    }
    if !was_owed {
        return owe(conn, calendar, project, after, now, today);
    }
    if before.is_some_and(|before| before.due_on != after.due_on) {
        deadlines::move_to(conn, calendar, &after.deadline_key(), after.due_on, 0)?;
    }
    let reworded =
        before.is_some_and(|before| before.name != after.name || before.critical != after.critical);
    if reworded {
        let key = after.deadline_key();
        deadlines::reword(conn, &key, &facts(after), after.critical)?;
    }
    Ok(())
}

fn facts(milestone: &Milestone) -> Facts {
    Facts::none().with("milestone", &milestone.name)
}
