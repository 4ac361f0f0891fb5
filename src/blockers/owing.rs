//! What is owed on a blocker: its terms become deadlines and, as copies for lists, days on its row.

use super::category::{Limits, limits};
use super::clock::{Happened, Term, Terms, never, next_due, terms};
use super::holder::answerable;
use super::rules::{Deed, Severity, State};
use super::store::{self, Blocker};
use crate::calendars;
use crate::deadlines::{self, Answerable, DeadlineKind, Owed, Unit};
use crate::kernel::calendar::WorkCalendar;
use crate::kernel::error::{Error, Result};
use crate::kernel::refused::Facts;
use crate::kernel::time::{Day, Moment};
use crate::reference::blocker_category;
use crate::settings::Settings;
use crate::store::Conn;

impl Blocker {
    /// Returns the day by which the next deed is owed, if any is.
    pub(super) fn next_due(&self) -> Option<Day> {
        (self.next_due_on < never()).then_some(self.next_due_on)
    }

    /// Tells whether the next deed is late.
    pub(super) fn is_overdue(&self, today: Day) -> bool {
        self.next_due_on < today
    }

    fn limits(&self) -> Result<Limits> {
        let category = blocker_category(&self.category).ok_or_else(|| {
            Error::broken(format!(
                "blocker {} has no category of the catalogue",
                self.id
            ))
        })?;
        Ok(limits(category, self.level, self.severity))
    }
}

/// Computes the terms of a history and copies their days to the row.
///
/// # Errors
/// A category that is no longer in the catalogue.
pub(super) fn count(
    blocker: &mut Blocker,
    history: &[Happened],
    settings: &Settings,
    calendar: &WorkCalendar,
) -> Result<Terms> {
    let confirm_days = settings.blockers.confirm_working_days;
    let terms = terms(history, blocker.limits()?, confirm_days, calendar);
    let due = |term: Option<Term>| term.map(|term| term.due(calendar));
    blocker.accept_due_on = due(terms.accept);
    blocker.reply_due_on = due(terms.reply);
    blocker.resolve_due_on = due(terms.resolve);
    blocker.confirm_due_on = due(terms.confirm);
    blocker.next_due_on = next_due(blocker.state, &terms, calendar);
    Ok(terms)
}

/// Owes and settles what a deed begins and ends.
///
/// # Errors
/// Only faults of the store.
pub(super) fn keep(
    conn: &mut Conn,
    calendar: &WorkCalendar,
    blocker: &Blocker,
    deed: Deed,
    terms: &Terms,
    now: Moment,
    today: Day,
) -> Result<()> {
    let (ended, begun): (&[DeadlineKind], Vec<(DeadlineKind, Option<Term>)>) = match deed {
        Deed::Raised | Deed::Submitted => (&[], vec![(DeadlineKind::BlockerAccept, terms.accept)]),
        // Amended before it is taken on: another holder may have to.
        Deed::Amended if blocker.state == State::Raised => {
            (&[], vec![(DeadlineKind::BlockerAccept, terms.accept)])
        }
        Deed::Accepted => (
            &[DeadlineKind::BlockerAccept],
            vec![
                (DeadlineKind::BlockerReply, terms.reply),
                (DeadlineKind::BlockerResolve, terms.resolve),
            ],
        ),
        Deed::Replied => (&[DeadlineKind::BlockerReply], Vec::new()),
        Deed::Resolved => (
            &[DeadlineKind::BlockerResolve],
            vec![(DeadlineKind::BlockerConfirm, terms.confirm)],
        ),
        Deed::Objected | Deed::Reopened => (
            &[DeadlineKind::BlockerConfirm],
            vec![(DeadlineKind::BlockerResolve, terms.resolve)],
        ),
        Deed::Confirmed | Deed::Returned | Deed::Withdrawn => (
            &[
                DeadlineKind::BlockerAccept,
                DeadlineKind::BlockerReply,
                DeadlineKind::BlockerResolve,
                DeadlineKind::BlockerConfirm,
            ],
            Vec::new(),
        ),
        Deed::Amended | Deed::Commented => (&[], Vec::new()),
    };
    for kind in ended {
        deadlines::settle(conn, &key(*kind, blocker), now)?;
    }
    for (kind, term) in begun {
        if let Some(term) = term {
            deadlines::owe(conn, calendar, &owed(blocker, kind, term), now, today)?;
        }
    }
    Ok(())
}

fn key(kind: DeadlineKind, blocker: &Blocker) -> String {
    format!("{kind}-{}", blocker.id)
}

fn owed(blocker: &Blocker, kind: DeadlineKind, term: Term) -> Owed {
    Owed {
        key: key(kind, blocker),
        kind,
        subject: blocker.id.to_string(),
        project: blocker.project_id,
        facts: Facts::none()
            .with("blocker", &blocker.title)
            .with("category", &blocker.category),
        anchor: term.anchor,
        offset: term.offset,
        unit: Unit::Working,
        answerable: if kind == DeadlineKind::BlockerConfirm {
            Answerable::Owner
        } else {
            answerable(blocker)
        },
        place: blocker.region,
        level: blocker.level,
        critical: blocker.severity == Severity::Critical,
    }
}

/// Counts the days on the rows anew, after the calendar changed; returns how many blockers have
/// other days now. Their deadlines are counted anew with all others.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn recount(conn: &mut Conn, settings: &Settings) -> Result<usize> {
    let calendar = calendars::load(conn)?;
    let mut moved = 0_usize;
    for (before, history) in store::running(conn)? {
        let mut after = before.clone();
        count(&mut after, &history, settings, &calendar)?;
        if after != before {
            store::save_due_days(conn, &after)?;
            moved = moved.saturating_add(1);
        }
    }
    Ok(moved)
}
