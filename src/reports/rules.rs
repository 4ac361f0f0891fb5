//! Decisions about a quarter's report: when its window opens, when it is due and locked, whether a
//! project owes it, what may be done with it next, and from where its sums start.
//!
//! Pure: knows no table and no clock.

use crate::kernel::calendar::{Counted, WorkCalendar};
use crate::kernel::error::{Error, Result};
use crate::kernel::money::Yuan;
use crate::kernel::time::{Day, Moment, Quarter, Zone};
use crate::projects::State as ProjectState;
use crate::settings::ReportSettings;

use super::content::Content;

crate::words! {
    /// The state of a report.
    pub(crate) enum State as "ReportState" {
        /// Not begun; there is no row.
        Missing = "missing",
        /// Begun, never handed in.
        Draft = "draft",
        /// Handed in, waiting for its review.
        Submitted = "submitted",
        /// Reviewed and taken.
        Accepted = "accepted",
        /// Reviewed and given back.
        Returned = "returned",
    }
}

crate::refusals! {
    /// Why nothing can be done with a report.
    pub(crate) enum Refusal {
        WindowNotOpen = Conflict "report.window_not_open",
        NotExpected = Conflict "report.not_expected",
        NotBegun = Conflict "report.not_begun",
        NotSubmitted = Conflict "report.not_submitted",
        AlreadySubmitted = Conflict "report.already_submitted",
        AlreadyAccepted = Conflict "report.already_accepted",
        AlreadyOpen = Conflict "report.already_open",
        Locked = Conflict "report.locked",
        NotLocked = Conflict "report.not_locked",
        ProjectEnded = Conflict "project.ended",
        OwnReport = Forbidden "report.own_report",
        ChecksFailed = Invalid "report.checks_failed",
        VersionReasonMissing = Invalid "report.version_reason_missing",
        ReasonMissing = Invalid "report.reason_missing",
        NoteMissing = Invalid "report.note_missing",
    }
}

/// The days that matter for one quarter's report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) quarter: Quarter,
    /// First day on which it may be begun.
    pub(crate) opens_on: Counted,
    /// Last day on which handing in is on time.
    pub(crate) due_on: Counted,
    /// Last day on which what was handed in may be replaced.
    pub(crate) locks_on: Counted,
}

impl Window {
    /// Tells whether the window has opened by that day; it never closes for what is missing.
    pub(crate) fn has_opened(&self, today: Day) -> bool {
        self.opens_on.on <= today
    }

    /// Refuses what comes before the window opens.
    ///
    /// # Errors
    /// 409 `report.window_not_open`.
    pub(crate) fn refuse_early(&self, today: Day) -> Result<()> {
        if self.has_opened(today) {
            return Ok(());
        }
        Err(Refusal::WindowNotOpen
            .with("quarter", self.quarter)
            .with("opens_on", self.opens_on.on)
            .into())
    }

    /// Tells whether what was handed in no longer changes without a correction.
    pub(crate) fn is_locked(&self, today: Day) -> bool {
        self.locks_on.on < today
    }

    /// Tells whether one of the days may still move.
    pub(crate) fn is_provisional(&self) -> bool {
        self.opens_on.provisional || self.due_on.provisional || self.locks_on.provisional
    }
}

/// Returns the days of a quarter.
pub(crate) fn window(quarter: Quarter, calendar: &WorkCalendar, policy: &ReportSettings) -> Window {
    let last = quarter.last_day();
    Window {
        quarter,
        opens_on: calendar.nth_last_working_day(last, policy.opens_last_working_day),
        due_on: calendar.plus_working_days(last, policy.due_working_days),
        locks_on: calendar.plus_working_days(last, policy.lock_working_days),
    }
}

/// Returns the latest quarter whose window has opened.
pub(crate) fn latest_opened(
    today: Day,
    calendar: &WorkCalendar,
    policy: &ReportSettings,
) -> Quarter {
    let current = Quarter::of(today);
    if window(current, calendar, policy).has_opened(today) {
        current
    } else {
        current.previous()
    }
}

/// Tells whether a report is late: first handed in, or still missing, after the last millisecond of
/// its due day. What was late stays late.
pub(crate) fn is_late(
    due_on: Day,
    zone: Zone,
    first_submitted_at: Option<Moment>,
    now: Moment,
) -> bool {
    first_submitted_at.unwrap_or(now) > zone.end_of(due_on)
}

/// From which day a review is counted: anchor and working days after it.
///
/// The 5th working day after the quarter's end or 2 after the latest submission, whichever is later.
pub(crate) fn review_due(
    quarter: Quarter,
    submitted_on: Day,
    calendar: &WorkCalendar,
    policy: &ReportSettings,
) -> (Day, i64) {
    let by_quarter = (quarter.last_day(), policy.review_working_days);
    let by_submission = (submitted_on, policy.review_after_submission_days);
    let on = |(anchor, offset)| calendar.plus_working_days(anchor, offset).on;
    if on(by_submission) > on(by_quarter) {
        by_submission
    } else {
        by_quarter
    }
}

/// What of a project's life decides whether it owes a report.
#[derive(Debug, Clone)]
pub(crate) struct Life {
    pub(crate) state: ProjectState,
    pub(crate) launched_on: Option<Day>,
    pub(crate) closed_on: Option<Day>,
    /// Pauses, each from its first day to the day it ended.
    pub(crate) pauses: Vec<(Day, Option<Day>)>,
}

/// Tells whether a project owes the report of a quarter: launched on or before its last day, and
/// active at the end of its due day; until then, active now.
pub(crate) fn is_expected(life: &Life, window: &Window, today: Day) -> bool {
    let launched = life
        .launched_on
        .is_some_and(|day| day <= window.quarter.last_day());
    launched && was_active(life, window.due_on.on, today)
}

fn was_active(life: &Life, due_on: Day, today: Day) -> bool {
    match life.state {
        ProjectState::Draft | ProjectState::Withdrawn => false,
        state if today <= due_on => state == ProjectState::Active,
        ProjectState::Active | ProjectState::Paused | ProjectState::Closed => {
            let closed = life.closed_on.is_some_and(|day| day <= due_on);
            let paused = life
                .pauses
                .iter()
                .any(|(from, ended)| *from <= due_on && ended.is_none_or(|day| day > due_on));
            !closed && !paused
        }
    }
}

/// How a report stands before a deed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    pub(crate) state: State,
    /// Whether a draft lies beside, or before, what was handed in.
    pub(crate) has_draft: bool,
    /// Whether a coordinator has granted a correction that is not handed in yet.
    pub(crate) correction_granted: bool,
}

/// Why a next version may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chance {
    /// Nothing was handed in yet.
    First,
    /// It was given back.
    AfterReturn,
    /// The one handed in is not accepted and not locked.
    Replacement,
    /// A coordinator granted a correction.
    Correction,
}

/// Says why a next version may be written.
///
/// # Errors
/// - 409 `report.window_not_open` before the window
/// - 409 `report.not_expected` when the project does not owe the quarter's report
/// - 409 `report.locked` when it is in and the lock has passed
/// - 409 `report.already_accepted` when it is accepted, before the lock
pub(crate) fn chance(
    standing: Option<Standing>,
    window: &Window,
    expected: bool,
    today: Day,
) -> Result<Chance> {
    window.refuse_early(today)?;
    let state = standing.map_or(State::Missing, |standing| standing.state);
    match state {
        State::Missing | State::Draft if !expected => {
            Err(Refusal::NotExpected.with("quarter", window.quarter).into())
        }
        State::Missing | State::Draft => Ok(Chance::First),
        State::Returned => Ok(Chance::AfterReturn),
        _ if standing.is_some_and(|standing| standing.correction_granted) => Ok(Chance::Correction),
        _ if window.is_locked(today) => {
            Err(Refusal::Locked.with("locks_on", window.locks_on.on).into())
        }
        State::Accepted => Err(Refusal::AlreadyAccepted.into()),
        State::Submitted => Ok(Chance::Replacement),
    }
}

/// Says why the draft may be handed in.
///
/// # Errors
/// Those of [`chance`], and
/// - 409 `report.not_begun` without a draft
/// - 409 `report.already_submitted` when it is in and nothing was changed since
pub(crate) fn may_submit(
    standing: Option<Standing>,
    window: &Window,
    expected: bool,
    today: Day,
) -> Result<Chance> {
    match standing {
        Some(standing) if standing.has_draft => {}
        Some(Standing {
            state: State::Submitted,
            ..
        }) => {
            return Err(Refusal::AlreadySubmitted.into());
        }
        _ => {
            chance(standing, window, expected, today)?;
            return Err(Refusal::NotBegun.into());
        }
    }
    chance(standing, window, expected, today)
}

/// Refuses what would set a report going again on a project that is closed or withdrawn.
///
/// # Errors
/// 409 `project.ended`.
pub(crate) fn is_not_over(project: ProjectState) -> Result<()> {
    match project {
        ProjectState::Closed | ProjectState::Withdrawn => Err(Refusal::ProjectEnded.into()),
        ProjectState::Draft | ProjectState::Active | ProjectState::Paused => Ok(()),
    }
}

/// Permits the review of what was handed in.
///
/// # Errors
/// - 409 `report.not_submitted` unless it waits for its review
/// - 403 `report.own_report` to the person who filed it
pub(crate) fn may_review(state: State, is_filer: bool) -> Result<()> {
    match state {
        State::Submitted if is_filer => Err(Refusal::OwnReport.into()),
        State::Submitted => Ok(()),
        State::Accepted => Err(Refusal::AlreadyAccepted.into()),
        State::Missing | State::Draft | State::Returned => Err(Refusal::NotSubmitted.into()),
    }
}

/// Permits a correction.
///
/// # Errors
/// - 409 `report.not_submitted` when nothing is in
/// - 409 `report.already_open` when it may be written anyway: returned, or a correction is granted
/// - 409 `report.not_locked` before the lock has passed
pub(crate) fn may_correct(standing: Option<Standing>, window: &Window, today: Day) -> Result<()> {
    let refuse = |refusal: Refusal| Err(Error::from(refusal));
    match standing {
        None
        | Some(Standing {
            state: State::Missing | State::Draft,
            ..
        }) => refuse(Refusal::NotSubmitted),
        Some(
            Standing {
                state: State::Returned,
                ..
            }
            | Standing {
                correction_granted: true,
                ..
            },
        ) => refuse(Refusal::AlreadyOpen),
        Some(_) if !window.is_locked(today) => Err(Refusal::NotLocked
            .with("locks_on", window.locks_on.on)
            .into()),
        Some(_) => Ok(()),
    }
}

/// What was invested before the first report, as stated at launch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opening {
    pub(crate) total: Yuan,
    pub(crate) year: Yuan,
    /// The year in which `year` was invested.
    pub(crate) in_year: Option<i64>,
    /// The quarter of the launch, the first one owed.
    pub(crate) first: Quarter,
}

/// A report of an earlier quarter, submitted or accepted.
#[derive(Debug, Clone)]
pub(crate) struct Filed {
    pub(crate) quarter: Quarter,
    pub(crate) content: Content,
}

/// From where the sums of a report start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Base {
    /// Invested since start, before this quarter.
    pub(crate) total: Yuan,
    /// Invested this year, before this quarter.
    pub(crate) year: Yuan,
    /// The first of the quarters between that are not filed, if there are any: the sum since start
    /// may then be larger.
    pub(crate) missing_from: Option<Quarter>,
    /// Whether quarters of this year are among them: the year's sum may be larger too.
    pub(crate) year_has_gap: bool,
}

/// Returns from where the sums of a quarter start: the latest filed report of an earlier quarter,
/// else the opening balance.
pub(crate) fn base(quarter: Quarter, previous: Option<&Filed>, opening: &Opening) -> Base {
    let year = quarter.year();
    let (total, of_year, first_unfiled) = if let Some(filed) = previous {
        let same_year = filed.quarter.year() == year;
        let of_year = if same_year {
            filed.content.invested_year_yuan
        } else {
            Yuan::ZERO
        };
        (
            filed.content.invested_total_yuan,
            of_year,
            filed.quarter.next(),
        )
    } else {
        let in_year = opening.in_year == Some(i64::from(year));
        let of_year = if in_year { opening.year } else { Yuan::ZERO };
        (opening.total, of_year, opening.first)
    };
    // A quarter missing in an earlier year cannot have added to this year's sum.
    let gap_of_year = first_unfiled < quarter && quarter.previous().year() == year;
    Base {
        total,
        year: of_year,
        missing_from: Some(first_unfiled).filter(|first| *first < quarter),
        year_has_gap: gap_of_year,
    }
}

#[cfg(test)]
mod tests;
