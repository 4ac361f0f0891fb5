//! 计时: how the days of a limit are counted. Pure: a due day is a function of what happened and the
//! calendar, so it cannot drift.
//!
//! Days count from the day after the start, in working or in calendar days. While the clock stands
//! still nothing counts: the day of the pause counts, the day of the resumption does not
//! (docs/RULES.md, section 4). Knows no ticket and no permit.

use serde::Serialize;
use utoipa::ToSchema;

use super::Unit;
use crate::kernel::calendar::{DayNote, WorkCalendar};
use crate::kernel::time::Day;

/// A span in which the clock stands still: the days after `after` up to and with `through`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Still {
    /// The day it was stopped on, which still counts.
    pub(crate) after: Day,
    /// The last day that does not count; equal to `after` when nothing stood still.
    pub(crate) through: Day,
    /// The word for why.
    pub(crate) why: String,
    /// Who stopped it.
    pub(crate) by: String,
}

/// A limit that runs, or ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Clock {
    /// The day it was started on; the next one is the first that can count.
    pub(crate) started_on: Day,
    /// Days until it is due.
    pub(crate) limit: i64,
    /// Which days count.
    pub(crate) unit: Unit,
    stills: Vec<Still>,
}

/// Why a span cannot be put on a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WrongStill {
    /// It ends before it begins.
    #[error("the span ends before it begins")]
    Reversed,
    /// It begins before the clock was started, or before an earlier span has ended.
    #[error("the span begins before the one before it has ended")]
    OutOfOrder,
}

crate::words! {
    /// What a day of a statement is to the clock.
    pub(crate) enum Why as "ClockWhy" {
        /// Counted: a working day, or any day where calendar days count.
        Counted = "counted",
        /// Counted: a weekend day worked in exchange for a holiday.
        MakeUp = "make_up",
        /// Not counted: a Saturday or Sunday.
        Weekend = "weekend",
        /// Not counted: named a day off by the calendar.
        Holiday = "holiday",
        /// Not counted: the clock stood still.
        Paused = "paused",
    }
}

/// One day of a clock statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ClockDay {
    pub(crate) on: Day,
    pub(crate) counted: bool,
    pub(crate) why: Why,
    /// Why the clock stood still; null when it did not.
    pub(crate) reason: Option<String>,
    /// Who stopped it; null when nobody did.
    pub(crate) by: Option<String>,
}

/// A clock told day by day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ClockStatement {
    pub(crate) limit_days: i64,
    pub(crate) unit: Unit,
    /// Days counted so far.
    pub(crate) counted_days: i64,
    /// Days left; negative when the limit has passed.
    pub(crate) left_days: i64,
    pub(crate) started_on: Day,
    pub(crate) due_on: Day,
    /// From the day after the start to today, or to the day it ended.
    pub(crate) days: Vec<ClockDay>,
}

impl Clock {
    /// Starts a clock.
    pub(crate) fn start(started_on: Day, limit: i64, unit: Unit) -> Self {
        Self {
            started_on,
            limit,
            unit,
            stills: Vec::new(),
        }
    }

    /// Lets it stand still for a span; spans come in order and do not overlap.
    ///
    /// # Errors
    /// A span that is reversed or out of order.
    pub(crate) fn stand_still(&mut self, still: Still) -> Result<(), WrongStill> {
        if still.through < still.after {
            return Err(WrongStill::Reversed);
        }
        let free_from = self
            .stills
            .last()
            .map_or(self.started_on, |last| last.through);
        if still.after < free_from {
            return Err(WrongStill::OutOfOrder);
        }
        self.stills.push(still);
        Ok(())
    }

    /// Returns how many days after the start it is due: the limit, and the days it stood still before
    /// it was due. What stood still after the limit had passed changes nothing any more.
    pub(crate) fn offset(&self, calendar: &WorkCalendar) -> i64 {
        self.stills.iter().fold(self.limit, |offset, still| {
            let due = super::due(calendar, self.started_on, offset, self.unit).on;
            if still.after < due {
                offset.saturating_add(self.days_between(calendar, still.after, still.through))
            } else {
                offset
            }
        })
    }

    /// Returns the day it is due on.
    pub(crate) fn due(&self, calendar: &WorkCalendar) -> Day {
        super::due(calendar, self.started_on, self.offset(calendar), self.unit).on
    }

    /// Tells every day from the day after the start up to `last`.
    pub(crate) fn statement(&self, calendar: &WorkCalendar, last: Day) -> ClockStatement {
        let mut days = Vec::new();
        let mut stills = self.stills.iter().peekable();
        let mut on = self.started_on.plus_days(1);
        while on <= last {
            while stills.next_if(|still| still.through < on).is_some() {}
            let still = stills.peek().filter(|still| still.after < on);
            days.push(self.day(calendar, on, still.copied()));
            on = on.plus_days(1);
        }
        let counted = days.iter().filter(|day| day.counted).count();
        let counted_days = i64::try_from(counted).unwrap_or(i64::MAX);
        ClockStatement {
            limit_days: self.limit,
            unit: self.unit,
            counted_days,
            left_days: self.limit.saturating_sub(counted_days),
            started_on: self.started_on,
            due_on: self.due(calendar),
            days,
        }
    }

    fn day(&self, calendar: &WorkCalendar, on: Day, still: Option<&Still>) -> ClockDay {
        let note = calendar.day_note(on);
        let counts = self.unit == Unit::Calendar || calendar.is_working(on);
        let why = match (still, note) {
            (Some(_), _) if counts => Why::Paused,
            (_, DayNote::MakeUp) => Why::MakeUp,
            (_, DayNote::Weekend) if !counts => Why::Weekend,
            (_, DayNote::Holiday) if !counts => Why::Holiday,
            _ => Why::Counted,
        };
        let told = still.filter(|_| why == Why::Paused);
        ClockDay {
            on,
            counted: counts && still.is_none(),
            why,
            reason: told.map(|still| still.why.clone()),
            by: told.map(|still| still.by.clone()),
        }
    }

    fn days_between(&self, calendar: &WorkCalendar, after: Day, through: Day) -> i64 {
        match self.unit {
            Unit::Working => calendar.working_days_between(after, through).max(0),
            Unit::Calendar => after.days_until(through).max(0),
        }
    }
}

#[cfg(test)]
mod tests;
