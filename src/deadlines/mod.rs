//! What is owed by whom by when: one table that the features keep and everyone reads.
//!
//! A due day is always anchor + offset on the calendar, so publishing a calendar year is one pass
//! over the open provisional rows. Nothing here knows who is told of an unmet deadline.

pub(crate) mod clock;
mod kind;
mod recompute;
mod said;
mod store;

pub(crate) use kind::DeadlineKind;
pub(crate) use recompute::{Moved, recompute, would_move};
pub(crate) use said::{path, title_key};
pub(crate) use store::{
    Deadline, Seen, first_steps, move_to, open_of_kind, open_of_project, owe, relocate, reword,
    settle, settle_project, step_on,
};

use crate::kernel::calendar::{Counted, WorkCalendar};
use crate::kernel::id::Id;
use crate::kernel::identifiers::{Level, Region};
use crate::kernel::refused::Facts;
use crate::kernel::time::Day;
use crate::reference::{DEVELOPER, LOCAL_GOVERNMENT};

crate::words! {
    /// In which days an offset counts.
    pub(crate) enum Unit as "DayUnit" {
        /// Working days of the official calendar.
        Working = "working",
        /// Calendar days.
        Calendar = "calendar",
    }
}

/// Who answers for a deadline. People are looked up when a letter is posted, not before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answerable {
    /// The project's owner.
    Owner,
    /// The coordinators whose region is exactly this one.
    Coordinators(Region),
    /// The accounts of a department whose region is exactly this one.
    Department {
        /// Its slug.
        department: String,
        /// Its region.
        region: Region,
    },
    /// One person.
    Person(Id),
}

impl Answerable {
    /// Returns who answers for a body in a region, before anybody is named.
    pub(crate) fn of_body(slug: &str, region: Region) -> Self {
        match slug {
            DEVELOPER => Self::Owner,
            LOCAL_GOVERNMENT => Self::Coordinators(region),
            department => Self::Department {
                department: department.to_owned(),
                region,
            },
        }
    }
}

/// Something owed.
#[derive(Debug, Clone)]
pub(crate) struct Owed {
    /// URL-safe and unique for good: `report-{project}-{quarter}`.
    pub(crate) key: String,
    pub(crate) kind: DeadlineKind,
    /// The thing it is owed on.
    pub(crate) subject: String,
    pub(crate) project: Id,
    /// What fills the words: quarter, milestone name, title of a blocker.
    pub(crate) facts: Facts,
    /// The day from which the offset counts.
    pub(crate) anchor: Day,
    /// Days after the anchor, in `unit`.
    pub(crate) offset: i64,
    pub(crate) unit: Unit,
    pub(crate) answerable: Answerable,
    /// Where the matter lies: the project's region, or a blocker's inside it.
    pub(crate) place: Region,
    /// The level the matter lies at, never below that of the place; the ladder climbs from there.
    pub(crate) level: Level,
    /// Whether work stands still over it: told at once inside working hours.
    pub(crate) critical: bool,
}

/// Stands in a column of due days for "nothing is due", so that such rows come last: 9999-12-31.
pub(crate) fn never() -> Day {
    Day::from_date(chrono::NaiveDate::MAX)
}

/// Returns the due day of an anchor and an offset.
pub(crate) fn due(calendar: &WorkCalendar, anchor: Day, offset: i64, unit: Unit) -> Counted {
    match unit {
        Unit::Working => calendar.plus_working_days(anchor, offset),
        Unit::Calendar => calendar.plus_calendar_days(anchor, offset),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_developer_is_the_owner_and_the_local_government_the_coordinators_of_the_region() {
        let city: Region = "360100".parse().unwrap();
        assert_eq!(Answerable::of_body("developer", city), Answerable::Owner);
        assert_eq!(
            Answerable::of_body("local-government", city),
            Answerable::Coordinators(city)
        );
        assert_eq!(
            Answerable::of_body("forestry", city),
            Answerable::Department {
                department: "forestry".to_owned(),
                region: city
            }
        );
    }
}
