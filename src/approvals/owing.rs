//! What is owed on an approval: its clock becomes a deadline and, as a copy for lists, a day on its
//! row.

use super::rules::{Deed, State};
use super::store::{self, Approval, Event};
use crate::calendars;
use crate::deadlines::clock::{Clock, Still};
use crate::deadlines::{self, Answerable, DeadlineKind, Owed, Unit, never};
use crate::kernel::calendar::WorkCalendar;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::refused::Facts;
use crate::kernel::time::{Day, Moment};
use crate::projects::Project;
use crate::reference::{ApprovalItem, DayType};
use crate::settings::Settings;
use crate::store::Conn;

/// What counting needs besides the approval.
#[derive(Clone, Copy)]
pub(super) struct Count<'a> {
    pub(super) calendar: &'a WorkCalendar,
    pub(super) supplement_days: i64,
}

impl<'a> Count<'a> {
    pub(super) fn of(settings: &Settings, calendar: &'a WorkCalendar) -> Self {
        Self {
            calendar,
            supplement_days: settings.approvals.supplement_working_days,
        }
    }

    /// Returns the last day the owner has for papers asked for on a day.
    fn papers_until(self, asked_on: Day) -> Day {
        let counted = self
            .calendar
            .plus_working_days(asked_on, self.supplement_days);
        counted.on
    }

    /// Returns the clock of an item from its history: from the latest acceptance, standing still while
    /// papers are missing; none before it is accepted, and for items without a limit by law.
    pub(super) fn clock(self, item: &ApprovalItem, history: &[Event]) -> Option<Clock> {
        let unit = match item.day_type {
            DayType::Working => Unit::Working,
            DayType::Calendar => Unit::Calendar,
            DayType::None => return None,
        };
        let limit = i64::from(item.statutory_days?);
        let from = history
            .iter()
            .rposition(|event| event.deed == Deed::Accepted)?;
        let since = history.get(from..).unwrap_or_default();
        let mut clock = Clock::start(since.first()?.on_day, limit, unit);
        for still in self.stills(since) {
            // The deeds are in order, each on or after the day of the one before.
            if clock.stand_still(still).is_err() {
                break;
            }
        }
        Some(clock)
    }

    /// Returns the working days the clock of an item under way has stood still for its papers.
    pub(super) fn still_days(self, history: &[Event]) -> i64 {
        let from = history
            .iter()
            .rposition(|event| event.deed == Deed::Accepted);
        let since = from
            .and_then(|from| history.get(from..))
            .unwrap_or_default();
        let days = self.stills(since).into_iter().map(|still| {
            self.calendar
                .working_days_between(still.after, still.through)
        });
        days.sum()
    }

    /// A supplement ends when the papers come, and by itself after the owner's days.
    fn stills(self, since: &[Event]) -> Vec<Still> {
        let mut stills = Vec::new();
        let dated = since.iter().filter(|event| event.deed.is_dated());
        let mut events = dated.peekable();
        while let Some(event) = events.next() {
            if event.deed != Deed::SupplementAsked {
                continue;
            }
            let until = self.papers_until(event.on_day);
            let through = events.peek().map_or(until, |next| next.on_day.min(until));
            stills.push(Still {
                after: event.on_day,
                through,
                why: "supplement".to_owned(),
                by: event.actor_name.clone(),
            });
        }
        stills
    }
}

/// Copies what is due to the row.
pub(super) fn mark(approval: &mut Approval, clock: Option<&Clock>, calendar: &WorkCalendar) {
    match approval.state {
        State::Accepted | State::Supplement => {
            approval.due_on = clock.map(|clock| clock.due(calendar));
            approval.next_due_on = approval.due_on.unwrap_or_else(never);
        }
        State::Committed => approval.next_due_on = approval.due_on.unwrap_or_else(never),
        State::NotSubmitted
        | State::Submitted
        | State::Granted
        | State::Refused
        | State::NotApplicable => approval.next_due_on = never(),
    }
}

/// Owes and settles what a deed begins and ends.
///
/// # Errors
/// Only faults of the store.
pub(super) fn keep(
    conn: &mut Conn,
    (approval, project): (&Approval, &Project),
    deed: Deed,
    (clock, count): (Option<&Clock>, Count<'_>),
    on: Day,
    (now, today): (Moment, Day),
) -> Result<()> {
    let calendar = count.calendar;
    let key = |what| key(what, approval.id);
    match deed {
        Deed::Accepted | Deed::Supplemented => {
            deadlines::settle(conn, &key(PAPERS), now)?;
            if let Some(clock) = clock {
                let span = (clock.started_on, clock.offset(calendar), clock.unit);
                let owed = owed(approval, project, DeadlineKind::Approval, span);
                owe_or_move(conn, calendar, deed, &owed, (now, today))?;
            }
        }
        Deed::SupplementAsked => {
            if let Some(clock) = clock {
                let offset = clock.offset(calendar);
                deadlines::move_to(conn, calendar, &key(DECISION), clock.started_on, offset)?;
            }
            let span = (on, count.supplement_days, Unit::Working);
            let mut papers = owed(approval, project, DeadlineKind::Commitment, span);
            papers.key = key(PAPERS);
            papers.facts = papers.facts.with("supplement", true);
            deadlines::owe(conn, calendar, &papers, now, today)?;
        }
        Deed::Granted | Deed::Refused | Deed::Excluded | Deed::Committed => {
            for what in [DECISION, PAPERS, COMMITMENT] {
                deadlines::settle(conn, &key(what), now)?;
            }
            if let (Deed::Committed, Some(due_on)) = (deed, approval.due_on) {
                let span = (due_on, 0, Unit::Calendar);
                let owed = owed(approval, project, DeadlineKind::Commitment, span);
                deadlines::owe(conn, calendar, &owed, now, today)?;
            }
        }
        Deed::Included | Deed::Submitted | Deed::Bound => {}
    }
    Ok(())
}

/// An acceptance begins what the authority owes; papers that came move it, and its ladder restarts.
fn owe_or_move(
    conn: &mut Conn,
    calendar: &WorkCalendar,
    deed: Deed,
    owed: &Owed,
    (now, today): (Moment, Day),
) -> Result<()> {
    if deed == Deed::Accepted {
        deadlines::owe(conn, calendar, owed, now, today)?;
    } else {
        deadlines::move_to(conn, calendar, &owed.key, owed.anchor, owed.offset)?;
    }
    Ok(())
}

const DECISION: &str = "approval";
const PAPERS: &str = "papers";
const COMMITMENT: &str = "commitment";

fn key(what: &str, approval: Id) -> String {
    format!("{what}-{approval}")
}

fn owed(
    approval: &Approval,
    project: &Project,
    kind: DeadlineKind,
    (anchor, offset, unit): (Day, i64, Unit),
) -> Owed {
    let is_decision = kind == DeadlineKind::Approval;
    Owed {
        key: key(if is_decision { DECISION } else { COMMITMENT }, approval.id),
        kind,
        subject: approval.id.to_string(),
        project: approval.project_id,
        facts: Facts::none().with("approval", &approval.item),
        anchor,
        offset,
        unit,
        answerable: if is_decision {
            Answerable::of_body(&approval.department, project.region)
        } else {
            Answerable::Owner
        },
        place: project.region,
        level: project.region.level(),
        critical: false,
    }
}

/// Counts the days on the rows anew, after the calendar changed; returns how many approvals have
/// another day now. Their deadlines are counted anew with all others.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn recount(conn: &mut Conn, settings: &Settings) -> Result<usize> {
    let calendar = calendars::load(conn)?;
    let count = Count::of(settings, &calendar);
    let running = store::running(conn)?;
    let ids: Vec<Id> = running.iter().map(|approval| approval.id).collect();
    let histories = store::histories(conn, &ids)?;
    let mut moved = 0_usize;
    for before in running {
        let Some(item) = before.of_catalogue() else {
            continue;
        };
        let history = histories.get(&before.id).map_or(&[][..], Vec::as_slice);
        let clock = count.clock(item, history);
        let mut after = before.clone();
        mark(&mut after, clock.as_ref(), &calendar);
        if after != before {
            store::save_due_day(conn, &after)?;
            if let Some(clock) = clock {
                // The days it stood still may be others now, and with them the offset.
                let (key, offset) = (key(DECISION, after.id), clock.offset(&calendar));
                deadlines::move_to(conn, &calendar, &key, clock.started_on, offset)?;
            }
            moved = moved.saturating_add(1);
        }
    }
    Ok(moved)
}
