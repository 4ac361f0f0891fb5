//! When what is due: a function of a blocker's history and the calendar. What a row stores of it
//! is a copy for the index.
//!
//! Days count from the day after the event. The clock stands still while a resolution waits for
//! the project side and while the blocker is closed: the day of the resolution still counts, the
//! day of the objection or reopening does not. Pauses and elevation will be further events here.

use super::category::Limits;
use super::rules::{Deed, State};
pub(crate) use crate::deadlines::never;
use crate::kernel::calendar::WorkCalendar;
use crate::kernel::time::Day;

/// One event of the history, so far as the clock cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Happened {
    pub(crate) deed: Deed,
    pub(crate) on: Day,
}

/// A span of working days: due on the `offset`th one after the anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) anchor: Day,
    pub(crate) offset: i64,
}

impl Term {
    /// Returns the day it ends on.
    pub(crate) fn due(self, calendar: &WorkCalendar) -> Day {
        calendar.plus_working_days(self.anchor, self.offset).on
    }
}

/// What runs or has run; none where it is not yet known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Terms {
    /// To take it on, from raising.
    pub(crate) accept: Option<Term>,
    /// To reply with a plan, from acceptance.
    pub(crate) reply: Option<Term>,
    /// To resolve, from acceptance, longer by the days the clock stood still.
    pub(crate) resolve: Option<Term>,
    /// To confirm, from the resolution.
    pub(crate) confirm: Option<Term>,
}

/// Computes the terms of a history in the order it happened. `confirm_days` are the working days
/// the project side has to confirm.
pub(crate) fn terms(
    history: &[Happened],
    limits: Limits,
    confirm_days: i64,
    calendar: &WorkCalendar,
) -> Terms {
    let mut terms = Terms::default();
    let mut still_since = None;
    for &Happened { deed, on } in history {
        let term = |offset| Some(Term { anchor: on, offset });
        match deed {
            Deed::Raised | Deed::Submitted => {
                terms = Terms {
                    accept: term(limits.accept),
                    ..Terms::default()
                };
            }
            // Nobody owes anything until it is submitted again.
            Deed::Returned => terms = Terms::default(),
            Deed::Accepted => {
                terms.reply = term(limits.reply);
                terms.resolve = term(limits.resolve);
            }
            Deed::Resolved => {
                still_since = Some(on);
                terms.confirm = term(confirm_days);
            }
            Deed::Objected | Deed::Reopened => {
                if let (Some(since), Some(resolve)) = (still_since.take(), &mut terms.resolve) {
                    let still = calendar.working_days_between(since, on).max(0);
                    resolve.offset = resolve.offset.saturating_add(still);
                }
                terms.confirm = None;
            }
            Deed::Amended | Deed::Replied | Deed::Confirmed | Deed::Withdrawn | Deed::Commented => {
            }
        }
    }
    terms
}

/// Returns the day by which the next deed is owed in a state, and [`never`] when none is.
pub(crate) fn next_due(state: State, terms: &Terms, calendar: &WorkCalendar) -> Day {
    let due = |term: Option<Term>| term.map(|term| term.due(calendar));
    let next = match state {
        State::Raised => due(terms.accept),
        // A critical blocker may have to be resolved before a first reply is due.
        State::Accepted => [due(terms.reply), due(terms.resolve)]
            .into_iter()
            .flatten()
            .min(),
        State::InProgress | State::Paused => due(terms.resolve),
        State::Resolved => due(terms.confirm),
        State::Closed | State::Returned | State::Withdrawn => None,
    };
    next.unwrap_or_else(never)
}

#[cfg(test)]
mod tests;
