//! What may happen to an approval: its states, the deeds on it, and the one table that says which
//! deed is possible in which state, where it leads and who may do it. Pure; knows no database.

use crate::kernel::error::Result;
use crate::kernel::time::Day;
use crate::people::role::Act;
use crate::reference::{ApprovalItem, ApprovalKind};

crate::words! {
    /// Where an approval stands.
    pub(crate) enum State as "ApprovalState" {
        /// The owner has handed in nothing, or has to again.
        NotSubmitted = "not_submitted",
        /// The papers lie with the authority, which has not said yet whether they are complete.
        Submitted = "submitted",
        /// Taken on: the clock runs.
        Accepted = "accepted",
        /// Papers are missing: the clock stands still.
        Supplement = "supplement",
        /// Permitted, registered, reviewed: done.
        Granted = "granted",
        /// Turned down; it may be submitted again.
        Refused = "refused",
        /// The project does not need it.
        NotApplicable = "not_applicable",
        /// 容缺承诺: treated as granted; missing papers follow by a day.
        Committed = "committed",
    }
}

impl State {
    /// Tells whether whoever waits for the item need wait no longer.
    pub(crate) fn is_met(self) -> bool {
        matches!(self, Self::Granted | Self::NotApplicable | Self::Committed)
    }
}

crate::words! {
    /// What is done to an approval; each leaves one event of the same word in its history.
    pub(crate) enum Deed as "ApprovalDeed" {
        /// Joined the network, or joined again.
        Included = "included",
        /// Papers handed in.
        Submitted = "submitted",
        /// Taken on.
        Accepted = "accepted",
        /// Missing papers named.
        SupplementAsked = "supplement_asked",
        /// Missing papers handed in.
        Supplemented = "supplemented",
        /// Granted.
        Granted = "granted",
        /// Turned down.
        Refused = "refused",
        /// Committed to: papers follow.
        Committed = "committed",
        /// Declared not needed.
        Excluded = "excluded",
        /// Made to wait for other items by the project.
        Bound = "bound",
    }
}

impl Deed {
    /// Tells whether the day of the deed is that of something that happened outside, so that the clock
    /// goes by it and no later deed precedes it; what is done to the network happens only here.
    pub(crate) fn is_dated(self) -> bool {
        !matches!(self, Self::Included | Self::Bound)
    }
}

crate::refusals! {
    /// Why a deed on an approval is refused.
    pub(crate) enum Refusal {
        /// There is none, or none in scope.
        Missing = Missing "approval.missing",
        /// No clock has begun: it was not accepted, or the law sets no limit.
        NoClock = Missing "approval.no_clock",
        /// The state does not allow the deed; the facts name what it does allow.
        NotPossible = Conflict "approval.not_possible",
        /// Items it waits for by law are not granted, not applicable or committed.
        PrerequisitesOpen = Conflict "approval.prerequisites_open",
        /// One of those items.
        PrerequisiteOpen = Conflict "approval.prerequisite_open",
        /// Somebody was faster.
        ChangedMeanwhile = Conflict "approval.changed_meanwhile",
        /// The project is closed or withdrawn.
        ProjectEnded = Conflict "approval.project_ended",
        /// No item of the catalogue.
        ItemUnknown = Invalid "approval.item_unknown",
        /// No item of the project's network.
        ItemNotInNetwork = Invalid "approval.item_not_in_network",
        /// Neither items nor a profile, or both.
        ItemsOrProfile = Invalid "approval.items_or_profile",
        /// An answer to something that is no question.
        NoQuestion = Invalid "approval.no_question",
        /// Items that would wait for each other.
        Cycle = Invalid "approval.cycle",
        /// Nothing but blanks.
        Blank = Invalid "approval.blank",
        /// A day that has not come.
        InFuture = Invalid "approval.in_future",
        /// A day before what happened before it.
        BeforeLast = Invalid "approval.before_last",
        /// A day long before the project.
        BeforeProject = Invalid "approval.before_project",
        /// Missing papers promised for a day gone by.
        DueInPast = Invalid "approval.due_in_past",
    }
}

/// One row of the table: a deed, the states it is possible in, where it leads, and who may do it.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) deed: Deed,
    pub(crate) from: &'static [State],
    pub(crate) to: State,
    pub(crate) act: Act,
    /// The kinds of item it is for.
    pub(crate) of: fn(ApprovalKind) -> bool,
}

/// The owner's own matters: no authority decides.
fn is_self_managed(kind: ApprovalKind) -> bool {
    kind == ApprovalKind::SelfManaged
}

/// Between authorities: the owner hands in nothing.
fn is_internal(kind: ApprovalKind) -> bool {
    kind == ApprovalKind::Internal
}

/// Something the owner hands in to an authority.
fn is_handed_in(kind: ApprovalKind) -> bool {
    !is_gate(kind) && !is_self_managed(kind) && !is_internal(kind)
}

fn is_decided(kind: ApprovalKind) -> bool {
    is_handed_in(kind) || is_internal(kind)
}

/// A gate opens by the project's stage; nobody does a deed on it.
pub(crate) fn is_gate(kind: ApprovalKind) -> bool {
    kind == ApprovalKind::Milestone
}

fn is_item(kind: ApprovalKind) -> bool {
    !is_gate(kind)
}

/// Every deed on an approval that is there (docs/RULES.md, section 5).
pub(crate) const TABLE: &[Rule] = &[
    Rule {
        deed: Deed::Submitted,
        from: &[State::NotSubmitted, State::Refused],
        to: State::Submitted,
        act: Act::SubmitApproval,
        of: is_handed_in,
    },
    Rule {
        deed: Deed::Accepted,
        from: &[State::Submitted],
        to: State::Accepted,
        act: Act::DecideApproval,
        of: is_handed_in,
    },
    Rule {
        deed: Deed::Accepted,
        from: &[State::NotSubmitted, State::Refused],
        to: State::Accepted,
        act: Act::DecideApproval,
        of: is_internal,
    },
    Rule {
        deed: Deed::SupplementAsked,
        from: &[State::Accepted],
        to: State::Supplement,
        act: Act::DecideApproval,
        of: is_decided,
    },
    Rule {
        deed: Deed::Supplemented,
        from: &[State::Supplement],
        to: State::Accepted,
        act: Act::HandInSupplement,
        of: is_decided,
    },
    Rule {
        deed: Deed::Granted,
        from: &[State::Accepted, State::Committed],
        to: State::Granted,
        act: Act::DecideApproval,
        of: is_decided,
    },
    Rule {
        deed: Deed::Granted,
        from: &[State::NotSubmitted, State::Committed],
        to: State::Granted,
        act: Act::SubmitApproval,
        of: is_self_managed,
    },
    Rule {
        deed: Deed::Refused,
        from: &[State::Submitted, State::Accepted, State::Supplement],
        to: State::Refused,
        act: Act::DecideApproval,
        of: is_decided,
    },
    Rule {
        deed: Deed::Committed,
        from: &[
            State::NotSubmitted,
            State::Submitted,
            State::Accepted,
            State::Supplement,
            State::Refused,
        ],
        to: State::Committed,
        act: Act::CommitApproval,
        of: is_item,
    },
    Rule {
        deed: Deed::Excluded,
        from: &[
            State::NotSubmitted,
            State::Submitted,
            State::Accepted,
            State::Supplement,
            State::Refused,
        ],
        to: State::NotApplicable,
        act: Act::CommitApproval,
        of: is_item,
    },
];

/// Returns the deeds possible in a state.
pub(crate) fn possible(item: &ApprovalItem, state: State) -> Vec<Deed> {
    let rules = TABLE
        .iter()
        .filter(|rule| rule.from.contains(&state) && (rule.of)(item.kind));
    rules.map(|rule| rule.deed).collect()
}

/// Returns the act by which a deed on an item is permitted; a deed that is for no item of its kind is
/// permitted as one of the kinds it is for, and refused by [`decide`].
pub(crate) fn act(item: &ApprovalItem, deed: Deed) -> Act {
    let rules = || TABLE.iter().filter(move |rule| rule.deed == deed);
    let fits = rules().find(|rule| (rule.of)(item.kind));
    fits.or_else(|| rules().next())
        .map_or(Act::ChangeNetwork, |rule| rule.act)
}

/// Returns the state a deed leads to.
///
/// # Errors
/// 409 `approval.not_possible` in this state or on this item, naming what is possible.
pub(crate) fn decide(item: &ApprovalItem, state: State, deed: Deed) -> Result<State> {
    let rule = TABLE
        .iter()
        .find(|rule| rule.deed == deed && rule.from.contains(&state) && (rule.of)(item.kind));
    match rule {
        Some(rule) => Ok(rule.to),
        None => Err(Refusal::NotPossible
            .with("approval_state", state)
            .with("approval_deed", deed)
            .with("approval_possible", possible(item, state))
            .into()),
    }
}

/// How far back a deed may be entered: permits that were there before the project came onto this
/// platform are entered with the day on them, but not from before anybody can have thought of it.
const YEARS_BEFORE: i64 = 5;

/// Refuses a day on which a deed cannot have happened: not after today, not before the last deed,
/// not more than five years before the project was entered.
///
/// # Errors
/// 422 `approval.in_future`, `approval.before_last`, `approval.before_project` at `/on`.
pub(crate) fn day(on: Day, last: Option<Day>, entered_on: Day, today: Day) -> Result<()> {
    let first = entered_on.plus_days(-365 * YEARS_BEFORE);
    if on > today {
        return Err(Refusal::InFuture.with("today", today).at("/on").into());
    }
    if let Some(last) = last.filter(|last| on < *last) {
        return Err(Refusal::BeforeLast.with("last_on", last).at("/on").into());
    }
    if on < first {
        return Err(Refusal::BeforeProject
            .with("first_on", first)
            .at("/on")
            .into());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
