//! What the tests of this folder share: the calendar and the policy as they ship, and short ways to
//! write days and moments.

use std::sync::LazyLock;

use super::ladder::{DEFAULT_POLICY, Ladder, Policy, StepName};
use crate::deadlines::DeadlineKind;
use crate::kernel::calendar::WorkCalendar;
use crate::kernel::time::{Day, Moment};
use crate::reference::{ReferenceYear, calendar_years};

pub(super) fn calendar() -> WorkCalendar {
    WorkCalendar::new(calendar_years().iter().map(ReferenceYear::to_calendar))
}

pub(super) fn policy() -> Policy {
    static READ: LazyLock<Policy> = LazyLock::new(|| Policy::read(DEFAULT_POLICY).unwrap());
    READ.clone()
}

/// The ladder a late report climbs.
pub(super) fn project_ladder() -> Ladder {
    policy().ladder(DeadlineKind::Report).unwrap().clone()
}

/// The ladder a blocker climbs.
pub(super) fn authority_ladder() -> Ladder {
    policy()
        .ladder(DeadlineKind::BlockerResolve)
        .unwrap()
        .clone()
}

pub(super) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// A moment of the wall clock in Shanghai, `2026-10-10 09:00`.
pub(super) fn moment(text: &str) -> Moment {
    let (on, at) = text.split_once(' ').unwrap();
    format!("{on}T{at}:00+08:00").parse().unwrap()
}

pub(super) fn step(name: &str) -> StepName {
    StepName::kept(name)
}
