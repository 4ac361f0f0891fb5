//! What may happen to a blocker: its states, the deeds on it, and the one table that says which
//! deed is possible in which state, where it leads and who may do it. Pure; knows no database and
//! no calendar (see `clock` for days).

use crate::kernel::error::{Error, Result};
use crate::kernel::time::Day;
use crate::people::role::Act;

crate::words! {
    /// Where a blocker stands.
    pub(crate) enum State as "BlockerState" {
        /// Waiting for its holder to take it on.
        Raised = "raised",
        /// Taken on; the first reply with a plan is owed.
        Accepted = "accepted",
        /// Being worked on, with a plan.
        InProgress = "in_progress",
        /// Standing still for a typed reason.
        Paused = "paused",
        /// The authority has given its outcome; the project side has to confirm or object.
        Resolved = "resolved",
        /// Outcome and confirmation are both there.
        Closed = "closed",
        /// Sent back once, to be amended and submitted again.
        Returned = "returned",
        /// Taken back by the project side.
        Withdrawn = "withdrawn",
    }
}

impl State {
    /// States in which something is still to be done by somebody.
    pub(crate) const OPEN: [Self; 6] = [
        Self::Raised,
        Self::Accepted,
        Self::InProgress,
        Self::Paused,
        Self::Resolved,
        Self::Returned,
    ];
}

crate::words! {
    /// How much hangs on a blocker.
    pub(crate) enum Severity as "BlockerSeverity" {
        /// Work goes on around it.
        Normal = "normal",
        /// Work stands still, or it lies on the critical path: half the days to resolve.
        Critical = "critical",
    }
}

crate::words! {
    /// On whose side the cause lies.
    pub(crate) enum Side {
        /// An authority's.
        Government = "government",
        /// The enterprise's own.
        Enterprise = "enterprise",
        /// Somebody else's.
        ThirdParty = "third_party",
        /// Nobody's.
        ForceMajeure = "force_majeure",
    }
}

crate::words! {
    /// What is done to a blocker; each leaves one event of the same word in its history.
    pub(crate) enum Deed {
        /// Raised by the project side or a coordinator.
        Raised = "raised",
        /// Its fields changed before anybody took it on.
        Amended = "amended",
        /// Submitted again after a return.
        Submitted = "submitted",
        /// Taken on by its holder.
        Accepted = "accepted",
        /// Answered with a plan and a promised day.
        Replied = "replied",
        /// Given its outcome.
        Resolved = "resolved",
        /// The outcome confirmed.
        Confirmed = "confirmed",
        /// The outcome objected to.
        Objected = "objected",
        /// Sent back.
        Returned = "returned",
        /// Taken up again after closing.
        Reopened = "reopened",
        /// Taken back.
        Withdrawn = "withdrawn",
        /// Commented on.
        Commented = "commented",
    }
}

crate::refusals! {
    /// Why a deed on a blocker is refused.
    pub(crate) enum Refusal {
        /// The state does not allow the deed; the facts name what it does allow.
        NotPossible = Conflict "blocker.not_possible",
        /// A blocker is returned once only.
        ReturnedAlready = Conflict "blocker.returned_already",
        /// The days for reopening are over.
        ClosedTooLong = Conflict "blocker.closed_too_long",
        /// The project side still has days to confirm.
        ProjectSideFirst = Conflict "blocker.project_side_first",
        /// The project is neither active nor paused.
        ProjectNotUnderDispatch = Conflict "blocker.project_not_under_dispatch",
        /// Somebody was faster.
        ChangedMeanwhile = Conflict "blocker.changed_meanwhile",
        /// The history is full.
        HistoryFull = Conflict "blocker.history_full",
        /// There is none, or none in scope.
        Missing = Missing "blocker.missing",
        /// Nothing but blanks.
        Blank = Invalid "blocker.blank",
        /// No category of the catalogue.
        CategoryUnknown = Invalid "blocker.category_unknown",
        /// No department of the catalogue.
        DepartmentUnknown = Invalid "blocker.department_unknown",
        /// No current region.
        RegionUnknown = Invalid "blocker.region_unknown",
        /// A region outside the project's.
        RegionOutside = Invalid "blocker.region_outside",
        /// No milestone of the project's schedule.
        MilestoneUnknown = Invalid "blocker.milestone_unknown",
        /// Nobody who can handle it: unknown, disabled, a viewer, or unable to see it.
        HandlerUnfit = Invalid "blocker.handler_unfit",
        /// A promise for a day gone by.
        PromisedInPast = Invalid "blocker.promised_in_past",
        /// A field that cannot be empty was cleared.
        CannotBeCleared = Invalid "blocker.cannot_be_cleared",
    }
}

/// One row of the table: a deed, the states it is possible in, where it leads, and who may do it.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) deed: Deed,
    pub(crate) from: &'static [State],
    /// The state after; none where it stays as it is.
    pub(crate) to: Option<State>,
    pub(crate) act: Act,
}

/// Every deed on a blocker that is there (docs/RULES.md, section 4). Raising makes one and has no
/// row. Pauses and elevation add rows here, and nothing else decides where a deed leads.
pub(crate) const TABLE: &[Rule] = &[
    Rule {
        deed: Deed::Amended,
        from: &[State::Raised, State::Returned],
        to: None,
        act: Act::AmendBlocker,
    },
    Rule {
        deed: Deed::Submitted,
        from: &[State::Returned],
        to: Some(State::Raised),
        act: Act::AmendBlocker,
    },
    Rule {
        deed: Deed::Accepted,
        from: &[State::Raised],
        to: Some(State::Accepted),
        act: Act::WorkBlocker,
    },
    Rule {
        deed: Deed::Returned,
        from: &[State::Raised],
        to: Some(State::Returned),
        act: Act::WorkBlocker,
    },
    Rule {
        deed: Deed::Replied,
        from: &[State::Accepted, State::InProgress],
        to: Some(State::InProgress),
        act: Act::WorkBlocker,
    },
    Rule {
        deed: Deed::Resolved,
        from: &[State::InProgress],
        to: Some(State::Resolved),
        act: Act::WorkBlocker,
    },
    Rule {
        deed: Deed::Confirmed,
        from: &[State::Resolved],
        to: Some(State::Closed),
        act: Act::ConfirmResolution,
    },
    Rule {
        deed: Deed::Objected,
        from: &[State::Resolved],
        to: Some(State::InProgress),
        act: Act::ConfirmResolution,
    },
    Rule {
        deed: Deed::Reopened,
        from: &[State::Closed],
        to: Some(State::InProgress),
        act: Act::ReopenBlocker,
    },
    Rule {
        deed: Deed::Withdrawn,
        from: &[
            State::Raised,
            State::Returned,
            State::Accepted,
            State::InProgress,
            State::Paused,
        ],
        to: Some(State::Withdrawn),
        act: Act::AmendBlocker,
    },
    Rule {
        deed: Deed::Commented,
        from: State::ALL,
        to: None,
        act: Act::Comment,
    },
];

/// What of a blocker's past a deed depends on.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Past {
    /// Whether it has been returned before.
    pub(crate) returned: bool,
    /// The day it was closed.
    pub(crate) closed_on: Option<Day>,
}

/// Returns the act by which a deed is permitted; none for raising, which is permitted on the
/// project.
pub(crate) fn act(deed: Deed) -> Option<Act> {
    let rule = TABLE.iter().find(|rule| rule.deed == deed)?;
    Some(rule.act)
}

/// Returns the deeds possible in a state.
pub(crate) fn possible(state: State) -> Vec<Deed> {
    let rules = TABLE.iter().filter(|rule| rule.from.contains(&state));
    rules.map(|rule| rule.deed).collect()
}

/// Returns the state a deed leads to.
///
/// # Errors
/// - 409 `blocker.not_possible` in this state, naming what is possible
/// - 409 `blocker.returned_already` for a second return
/// - 409 `blocker.closed_too_long` for reopening more than `reopen_days` days after closing
pub(crate) fn decide(
    state: State,
    deed: Deed,
    past: Past,
    today: Day,
    reopen_days: i64,
) -> Result<State> {
    let rule = TABLE
        .iter()
        .find(|rule| rule.deed == deed && rule.from.contains(&state));
    let Some(rule) = rule else {
        return Err(Refusal::NotPossible
            .with("state", state)
            .with("deed", deed)
            .with("possible", possible(state))
            .into());
    };
    if deed == Deed::Returned && past.returned {
        return Err(Refusal::ReturnedAlready.into());
    }
    if deed == Deed::Reopened {
        let open_until = past.closed_on.map(|closed| closed.plus_days(reopen_days));
        if open_until.is_some_and(|last| today > last) {
            return Err(Error::from(
                Refusal::ClosedTooLong
                    .with("last_on", open_until)
                    .with("days", reopen_days),
            ));
        }
    }
    Ok(rule.to.unwrap_or(state))
}

#[cfg(test)]
mod tests;
