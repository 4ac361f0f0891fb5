//! When letters may go out: the slots of a working day and the hours around them.
//!
//! Pure arithmetic over a moment handed in; knows no letter and no deadline.

#[cfg(test)]
mod tests;

use std::ops::Range;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::calendar::WorkCalendar;
use crate::kernel::time::{Day, Moment, TimeOfDay, Zone};

/// The hours of a working day in which letters go out, and the slots in which digests do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Posting {
    opens: TimeOfDay,
    closes: TimeOfDay,
    slots: Vec<TimeOfDay>,
}

/// Posting hours as they are written, not checked yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PostingForm {
    /// The first minute letters go out.
    pub(crate) opens: TimeOfDay,
    /// The first minute they no longer do.
    pub(crate) closes: TimeOfDay,
    /// The times digests are posted at, in order.
    pub(crate) slots: Vec<TimeOfDay>,
}

/// Hours in which nothing could be posted as told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WrongPosting {
    /// The hours close when they open, or before.
    #[error("there are no working hours: they must close after they open")]
    NoHours,
    /// No slot at all.
    #[error("there is no slot; name at least one")]
    NoSlot,
    /// A slot that is not after the one before it.
    #[error("slots must rise: this one is not after the one before it")]
    Unordered {
        /// Which of the slots, from 0.
        index: usize,
    },
    /// A slot in which nobody would be at work.
    #[error("the slot lies outside the working hours")]
    Outside {
        /// Which of the slots, from 0.
        index: usize,
    },
}

impl WrongPosting {
    /// Returns the JSON pointer to the place in the form.
    pub(crate) fn pointer(self) -> String {
        match self {
            Self::NoHours => "/closes".to_owned(),
            Self::NoSlot => "/slots".to_owned(),
            Self::Unordered { index } | Self::Outside { index } => format!("/slots/{index}"),
        }
    }
}

impl TryFrom<&PostingForm> for Posting {
    type Error = WrongPosting;

    fn try_from(form: &PostingForm) -> Result<Self, WrongPosting> {
        if form.closes <= form.opens {
            return Err(WrongPosting::NoHours);
        }
        if form.slots.is_empty() {
            return Err(WrongPosting::NoSlot);
        }
        let mut before = None;
        for (index, slot) in form.slots.iter().enumerate() {
            if before >= Some(slot) {
                return Err(WrongPosting::Unordered { index });
            }
            if !(form.opens..form.closes).contains(slot) {
                return Err(WrongPosting::Outside { index });
            }
            before = Some(slot);
        }
        Ok(Self {
            opens: form.opens,
            closes: form.closes,
            slots: form.slots.clone(),
        })
    }
}

/// One slot of one day; their order is that of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Slot {
    /// The day, a worked one.
    pub(crate) on: Day,
    /// The time of that day.
    pub(crate) at: TimeOfDay,
}

impl Slot {
    /// Returns the moment of the slot.
    pub(crate) fn moment(self, zone: Zone) -> Moment {
        zone.at(self.on, self.at)
    }
}

impl Posting {
    /// Returns the hours of a day, closing moment excluded; nothing on a day off.
    pub(crate) fn hours_on(
        &self,
        day: Day,
        zone: Zone,
        calendar: &WorkCalendar,
    ) -> Option<Range<Moment>> {
        calendar
            .is_working(day)
            .then(|| zone.at(day, self.opens)..zone.at(day, self.closes))
    }

    /// Returns the day on which letters go out next: today while a slot of today is still to be
    /// posted, else the next working day.
    pub(crate) fn next_on(
        &self,
        now: Moment,
        zone: Zone,
        calendar: &WorkCalendar,
        last_posted: Option<Slot>,
    ) -> Day {
        let on = zone.day_of(now);
        let is_coming = |at: &TimeOfDay| Slot { on, at: *at }.moment(zone) > now;
        let is_today = calendar.is_working(on) && self.slots.iter().any(is_coming);
        if is_today
            || self
                .slot_to_post(now, zone, calendar, last_posted)
                .is_some()
        {
            return on;
        }
        calendar.plus_working_days(on, 1).on
    }

    /// Tells whether letters that wait for no slot may go out now.
    pub(crate) fn is_open(&self, now: Moment, zone: Zone, calendar: &WorkCalendar) -> bool {
        self.hours_on(zone.day_of(now), zone, calendar)
            .is_some_and(|hours| hours.contains(&now))
    }

    /// Returns the slot a sweep posts now: the latest that has passed today, when it lies after the
    /// last one posted; nothing on days off and outside the hours.
    ///
    /// A slot that was missed is not made up for: what it would have told is told in the next.
    pub(crate) fn slot_to_post(
        &self,
        now: Moment,
        zone: Zone,
        calendar: &WorkCalendar,
        last_posted: Option<Slot>,
    ) -> Option<Slot> {
        if !self.is_open(now, zone, calendar) {
            return None;
        }
        let on = zone.day_of(now);
        let mut today = self.slots.iter().map(|at| Slot { on, at: *at });
        today
            .rfind(|slot| slot.moment(zone) <= now)
            .filter(|slot| Some(*slot) > last_posted)
    }
}
