//! Which turns the life of a project may take.
//!
//! Pure. The rules are those of docs/RULES.md, section 2.

use crate::approvals;
use crate::kernel::error::Result;
use crate::kernel::money::Yuan;
use crate::kernel::refused::{Finding, none_of};
use crate::kernel::time::Day;
use crate::projects::stage::Stage;
use crate::projects::{Pillar, State};

crate::refusals! {
    /// Why a project does not take a turn.
    pub(crate) enum Refusal {
        NotADraft = Conflict "project.not_a_draft",
        FiveOneIncomplete = Conflict "project.five_one_incomplete",
        NotActive = Conflict "project.not_active",
        NotPaused = Conflict "project.not_paused",
        Ended = Conflict "project.ended",
        NotClosable = Conflict "project.not_closable",
        ReportsOwed = Conflict "project.reports_owed",
        BlockersOpen = Conflict "project.blockers_open",
        ReasonRequired = Invalid "project.reason_required",
        UntilInPast = Invalid "project.until_in_past",
        StageSame = Conflict "project.stage_same",
        StageSkipped = Conflict "project.stage_skipped",
        GateClosed = Conflict "project.gate_closed",
        NegativeAmount = Invalid "project.negative_amount",
        YearExceedsTotal = Invalid "project.year_exceeds_total",
    }
}

/// The gates of an approval network, by the stage whose entry opens them (docs/RULES.md, section 5).
pub(crate) const GATES: [(Stage, &str); 2] = [
    (Stage::Construction, approvals::CONSTRUCTION_START),
    (Stage::Production, approvals::PRODUCTION_START),
];

/// What had been invested before a project came under dispatch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Opening {
    /// Since start.
    pub(crate) total: Yuan,
    /// In the year of the launch.
    pub(crate) year: Yuan,
}

/// Refuses an opening balance that cannot be.
///
/// # Errors
/// 422 with all of `project.negative_amount`, `project.year_exceeds_total`.
pub(crate) fn opening(opening: Option<Opening>) -> Result<()> {
    let Some(Opening { total, year }) = opening else {
        return Ok(());
    };
    let mut findings = Vec::new();
    let (total_at, year_at) = (
        "/opening/invested_total_yuan",
        "/opening/invested_year_yuan",
    );
    for (at, amount) in [(total_at, total), (year_at, year)] {
        if amount < Yuan::ZERO {
            findings.push(Refusal::NegativeAmount.finding(at));
        }
    }
    if findings.is_empty() && year > total {
        findings.push(Refusal::YearExceedsTotal.finding(year_at));
    }
    none_of(findings)
}

/// Returns the gaps of one pillar as told for the whole project: the pillar stands first.
pub(crate) fn of_project(pillar: Pillar, gaps: &[Finding]) -> Vec<Finding> {
    let told = gaps.iter().cloned().map(|gap| Finding {
        pointer: format!("/{pillar}{}", gap.pointer),
        ..gap
    });
    told.collect()
}

/// Refuses anything but a draft.
///
/// # Errors
/// 409 `project.not_a_draft`.
pub(crate) fn is_draft(state: State) -> Result<()> {
    if state == State::Draft {
        Ok(())
    } else {
        Err(Refusal::NotADraft.with("state", state).into())
    }
}

/// Refuses anything but an active project.
///
/// # Errors
/// 409 `project.not_active`.
pub(crate) fn is_active(state: State) -> Result<()> {
    if state == State::Active {
        Ok(())
    } else {
        Err(Refusal::NotActive.with("state", state).into())
    }
}

/// Refuses anything but a paused project.
///
/// # Errors
/// 409 `project.not_paused`.
pub(crate) fn is_paused(state: State) -> Result<()> {
    if state == State::Paused {
        Ok(())
    } else {
        Err(Refusal::NotPaused.with("state", state).into())
    }
}

/// Refuses a project that is closed or withdrawn.
///
/// # Errors
/// 409 `project.ended`.
pub(crate) fn is_not_ended(state: State) -> Result<()> {
    if matches!(state, State::Closed | State::Withdrawn) {
        Err(Refusal::Ended.into())
    } else {
        Ok(())
    }
}

/// Refuses a pause without a reason or with an end that is not ahead.
///
/// # Errors
/// 422 with all of `project.reason_required`, `project.until_in_past`.
pub(crate) fn pause(reason: &str, until: Day, today: Day) -> Result<()> {
    let mut findings = Vec::new();
    if reason.trim().is_empty() {
        findings.push(Refusal::ReasonRequired.finding("/reason"));
    }
    if until <= today {
        let finding = Refusal::UntilInPast.finding("/until");
        findings.push(finding.with("until", until).with("today", today));
    }
    none_of(findings)
}

/// Refuses a deed that needs a reason and has none.
///
/// # Errors
/// 422 `project.reason_required`.
pub(crate) fn reason(reason: Option<&str>) -> Result<()> {
    if reason.is_none_or(|reason| reason.trim().is_empty()) {
        return Err(Refusal::ReasonRequired.at("/reason").into());
    }
    Ok(())
}

/// Decides a move from one stage to another: one step forward, or back with a reason.
///
/// # Errors
/// 409 `project.stage_same`, `project.stage_skipped`; 422 `project.reason_required`.
pub(crate) fn stage(from: Stage, to: Stage, said: Option<&str>) -> Result<()> {
    if to == from {
        return Err(Refusal::StageSame.with("stage", to).into());
    }
    if to < from {
        return reason(said);
    }
    let next = Stage::ALL.into_iter().find(|stage| *stage > from);
    if next == Some(to) {
        Ok(())
    } else {
        Err(Refusal::StageSkipped.with("next", next).into())
    }
}

#[cfg(test)]
mod tests;
