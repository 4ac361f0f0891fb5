//! The plan for one deadline on one day: which step of its ladder is told now, which are passed
//! over for good, and when to look again.
//!
//! Pure, and the same whenever it is asked again: the ledger and the day decide, never "since the
//! last run". Knows neither people nor letters, and nothing of slots: it is asked on working days.

#[cfg(test)]
mod tests;

use super::ladder::{Ladder, Step, StepName};
use crate::kernel::calendar::WorkCalendar;
use crate::kernel::time::Day;

/// How many calendar days after its own day a step may still be told: catch-up rule of
/// docs/RULES.md, section 6.
const CATCH_UP_DAYS: i64 = 7;

/// What the plan needs to know of one deadline, for its present due day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case<'c> {
    /// The day it is due. The ledger is kept by due day, so a moved one begins the ladder anew.
    pub(crate) due_on: Day,
    /// The day it came into being: steps of that day and before are never told.
    pub(crate) born_on: Day,
    /// The last day somebody who was told promised it for.
    pub(crate) acknowledged_until: Option<Day>,
    /// The last day it is silenced for.
    pub(crate) silenced_until: Option<Day>,
    /// Whether its project is paused.
    pub(crate) is_paused: bool,
    /// The steps the ledger has for this due day, told or skipped, in any order. A step some of
    /// whose recipients have still to be told does not belong here: it is then decided again, and
    /// the ledger's key by recipient keeps anybody from hearing it twice.
    pub(crate) recorded: &'c [StepName],
}

/// A step of a ladder on the day it comes for one deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Occurrence<'l> {
    /// The step.
    pub(crate) step: &'l Step,
    /// Which time it comes, from 0; always 0 unless the step repeats.
    pub(crate) round: i64,
    /// Its own day.
    pub(crate) on: Day,
}

impl Occurrence<'_> {
    /// Returns the name for the ledger, `E3` or `R2`.
    pub(crate) fn name(&self) -> StepName {
        self.step.name(self.round)
    }

    /// Returns the working days from the due day, by which steps of all ladders compare: the later
    /// the more severe.
    pub(crate) fn offset_wd(&self) -> i64 {
        self.step.offset_wd(self.round)
    }
}

/// Why nothing is told of a deadline although a step may have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quiet {
    /// Its project is paused.
    Paused,
    /// It is silenced.
    Silenced,
    /// Somebody who was told promised it for a day not over yet.
    Acknowledged,
}

/// What to do about one deadline today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decision<'l> {
    /// The one step to tell.
    pub(crate) tell: Option<Occurrence<'l>>,
    /// The steps to record as skipped, lowest first: passed over, never told later.
    pub(crate) skip: Vec<Occurrence<'l>>,
    /// The first day there may be something to do again; nothing when the ladder has ended. Holds
    /// while the case stays as it is: a due day moved, a promise made and a calendar published ask
    /// for a look at once. The end of a pause or silence needs none, they are looked at daily.
    pub(crate) next_step_on: Option<Day>,
    /// Why nothing is told, where something keeps it quiet.
    pub(crate) quiet: Option<Quiet>,
}

/// Decides what is told of one deadline today.
///
/// Only the highest step that has come is told, and only when its own day lies at most 7 days back;
/// it and all lower ones are else recorded as skipped, so that what is told only ever rises. While
/// something keeps the deadline quiet nothing is told or recorded. A step that came while a promise
/// ran counts as coming on the first working day after the promise lapsed.
///
/// Asked too early, twice, or after the clock went back, it tells nothing and says when to look
/// again: a row whose day to look is unknown may always be handed in.
pub(crate) fn decide<'l>(
    case: &Case<'_>,
    ladder: &'l Ladder,
    calendar: &WorkCalendar,
    today: Day,
) -> Decision<'l> {
    let recorded: Vec<i64> = case
        .recorded
        .iter()
        .filter_map(|name| ladder.offset_of(name))
        .collect();
    let highest_recorded = recorded.iter().max().copied();
    let is_higher = |step: &Occurrence<'_>| Some(step.offset_wd()) > highest_recorded;

    if let Some((quiet, look_on)) = quiet(case, calendar, today) {
        let waiting = steps_of(case, ladder, calendar).find(is_higher);
        return Decision {
            tell: None,
            skip: Vec::new(),
            next_step_on: waiting.map(|step| step.on.max(look_on)),
            quiet: Some(quiet),
        };
    }

    let mut skip: Vec<_> = steps_of(case, ladder, calendar)
        .take_while(|step| step.on <= today)
        .filter(|step| !recorded.contains(&step.offset_wd()))
        .collect();
    let tell =
        skip.pop_if(|highest| is_higher(highest) && is_fresh(highest, case, calendar, today));
    Decision {
        tell,
        skip,
        next_step_on: next_step_after(ladder, case.due_on, case.born_on, today, calendar),
        quiet: None,
    }
}

/// Returns the day of the first step strictly after a day; nothing when the ladder has ended.
pub(crate) fn next_step_after(
    ladder: &Ladder,
    due_on: Day,
    born_on: Day,
    after: Day,
    calendar: &WorkCalendar,
) -> Option<Day> {
    occurrences(ladder, due_on, calendar)
        .map(|step| step.on)
        .find(|on| *on > after && *on > born_on)
}

/// Returns the step told next as things stand, and the day it is told when `from` is the first day
/// letters go out again; nothing for what is quiet without an end one can count on, and when the
/// ladder has ended.
pub(crate) fn next<'l>(
    case: &Case<'_>,
    ladder: &'l Ladder,
    calendar: &WorkCalendar,
    from: Day,
) -> Option<(Occurrence<'l>, Day)> {
    let first = decide(case, ladder, calendar, from);
    if let Some(step) = first.tell {
        return Some((step, from));
    }
    if matches!(first.quiet, Some(Quiet::Paused | Quiet::Silenced)) {
        return None;
    }
    let on = first.next_step_on?;
    let skipped = first.skip.iter().map(Occurrence::name);
    let recorded: Vec<StepName> = case.recorded.iter().cloned().chain(skipped).collect();
    let then = Case {
        recorded: &recorded,
        ..*case
    };
    let step = decide(&then, ladder, calendar, on).tell?;
    Some((step, on))
}

/// Returns the working days a deadline is overdue, negative when days are left: the count a step
/// has in the ladder when it is told on its own day.
pub(crate) fn days_overdue(due_on: Day, today: Day, calendar: &WorkCalendar) -> i64 {
    calendar.working_days_between(due_on, today)
}

/// Says what keeps a deadline quiet today, and the earliest day that may be over.
fn quiet(case: &Case<'_>, calendar: &WorkCalendar, today: Day) -> Option<(Quiet, Day)> {
    let first_after = |day| calendar.plus_working_days(day, 1).on;
    // A pause has no end one can rely on and a silence may be lifted before its own: look daily.
    if case.is_paused {
        return Some((Quiet::Paused, first_after(today)));
    }
    if case.silenced_until >= Some(today) {
        return Some((Quiet::Silenced, first_after(today)));
    }
    let promised_on = case.acknowledged_until.filter(|until| *until >= today)?;
    Some((Quiet::Acknowledged, first_after(promised_on)))
}

fn is_fresh(step: &Occurrence<'_>, case: &Case<'_>, calendar: &WorkCalendar, today: Day) -> bool {
    let came_on = match case.acknowledged_until {
        Some(until) if step.on <= until => calendar.plus_working_days(until, 1).on,
        _ => step.on,
    };
    came_on.days_until(today) <= CATCH_UP_DAYS
}

/// The steps this deadline has at all, in order of their days.
fn steps_of<'l>(
    case: &Case<'_>,
    ladder: &'l Ladder,
    calendar: &WorkCalendar,
) -> impl Iterator<Item = Occurrence<'l>> {
    let born_on = case.born_on;
    occurrences(ladder, case.due_on, calendar).filter(move |step| step.on > born_on)
}

/// Every step of a ladder for a due day, in order of their days; without end where the last one
/// repeats, but for the end of all days.
fn occurrences<'l>(
    ladder: &'l Ladder,
    due_on: Day,
    calendar: &WorkCalendar,
) -> impl Iterator<Item = Occurrence<'l>> {
    ladder
        .steps()
        .iter()
        .flat_map(|step| {
            let last_round = if step.repeats() { i64::MAX } else { 0 };
            (0..=last_round).map(move |round| (step, round))
        })
        .scan(None, move |before, (step, round)| {
            let on = calendar.plus_working_days(due_on, step.offset_wd(round)).on;
            // Arithmetic stops at the last day there is, and so must we.
            let has_moved = before.replace(on) < Some(on);
            has_moved.then_some(Occurrence { step, round, on })
        })
}
