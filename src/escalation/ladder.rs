//! The ladder as policy: which steps tell whom by which letter, as data an administrator may change.
//!
//! Says what the policy is and nothing of any one deadline: when a step comes is the plan's, who
//! stands behind a word of the audience is the audience's.

pub(crate) mod form;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::posting::Posting;
use crate::deadlines::DeadlineKind;

/// The policy a new site starts with.
pub(crate) const DEFAULT_POLICY: &str = include_str!("../../config/ladder.toml");

/// One version of the whole policy: the ladders, which kind climbs which, and the posting hours.
///
/// Made by [`Policy::read`] or [`form::PolicyForm::check`] alone, so it can be relied upon: every kind has
/// a ladder, every ladder a step, every step somebody to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Policy {
    kinds: BTreeMap<DeadlineKind, Ladder>,
    posting: Posting,
}

impl Policy {
    /// Returns the ladder a kind of deadline climbs; nothing only for a policy that was not checked.
    pub(crate) fn ladder(&self, kind: DeadlineKind) -> Option<&Ladder> {
        self.kinds.get(&kind)
    }

    /// Returns the hours and slots in which letters go out.
    pub(crate) fn posting(&self) -> &Posting {
        &self.posting
    }
}

/// 督办阶梯: the ordered steps by which an unmet deadline is told to ever higher people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ladder {
    name: String,
    version: u32,
    steps: Vec<Step>,
}

impl Ladder {
    /// Returns the name the policy gives it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the version of the policy it is of.
    pub(crate) fn version(&self) -> u32 {
        self.version
    }

    /// Returns the steps, lowest first, a repeating one last.
    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Returns how many working days after the due day the step of a name comes; nothing when this
    /// ladder has none such.
    pub(crate) fn offset_of(&self, name: &StepName) -> Option<i64> {
        self.steps.iter().find_map(|step| step.offset_of(name))
    }
}

/// One step: when, to whom, by which letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    name: StepName,
    offset_wd: i64,
    every_wd: Option<i64>,
    to: Vec<Audience>,
    copies: Vec<Audience>,
    letter: LetterKind,
    own_letter: bool,
}

impl Step {
    /// Returns the name of one round of the step: its own, or with the number of the round behind
    /// it where the step repeats; the first round is 0.
    pub(crate) fn name(&self, round: i64) -> StepName {
        match self.every_wd {
            None => self.name.clone(),
            Some(_) => StepName(format!("{}{}", self.name, round.saturating_add(1))),
        }
    }

    /// Returns the working days from the due day to one round of the step, negative before it.
    pub(crate) fn offset_wd(&self, round: i64) -> i64 {
        let later = self.every_wd.unwrap_or(0).saturating_mul(round);
        self.offset_wd.saturating_add(later)
    }

    /// Tells whether the step comes again and again.
    pub(crate) fn repeats(&self) -> bool {
        self.every_wd.is_some()
    }

    /// Returns who is told, never empty.
    pub(crate) fn to(&self) -> &[Audience] {
        &self.to
    }

    /// Returns who gets a copy.
    pub(crate) fn copies(&self) -> &[Audience] {
        &self.copies
    }

    /// Returns the kind of letter it is told by.
    pub(crate) fn letter(&self) -> LetterKind {
        self.letter
    }

    /// Tells whether it is a letter of its own, one per matter, rather than a line of a digest.
    pub(crate) fn is_own_letter(&self) -> bool {
        self.own_letter
    }

    fn offset_of(&self, name: &StepName) -> Option<i64> {
        if !self.repeats() {
            return (self.name == *name).then_some(self.offset_wd);
        }
        let number: i64 = name.0.strip_prefix(&self.name.0)?.parse().ok()?;
        let round = number.checked_sub(1).filter(|round| *round >= 0)?;
        (self.name(round) == *name).then(|| self.offset_wd(round))
    }
}

/// The name of a step as the ledger keeps it: `E0-5`, `E3`, or `R2` for the second round of `R`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub(crate) struct StepName(String);

impl StepName {
    /// Takes a name out of the ledger as it was written there.
    pub(crate) fn kept(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// Returns the name.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StepName {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

crate::words! {
    /// In which part somebody is told: the words of the policy, lowest first.
    pub(crate) enum Audience {
        /// Whoever owes what is due.
        Answerable = "answerable",
        /// 一抓到底责任人 of the project.
        Owner = "owner",
        /// 召集人: the convenor of the project's team.
        Convenor = "convenor",
        /// 领导 of the project.
        Leader = "leader",
        /// The coordinators of the county.
        CountyCoordinator = "county_coordinator",
        /// The coordinators of the city.
        CityCoordinator = "city_coordinator",
        /// The coordinators of the province.
        ProvinceCoordinator = "province_coordinator",
        /// The coordinators of the level the matter lies at.
        OwnLevelCoordinator = "own_level_coordinator",
        /// The coordinators one level above that.
        NextLevelCoordinator = "next_level_coordinator",
    }
}

crate::words! {
    /// 函件: the kind of letter a step is told by, mildest first.
    pub(crate) enum LetterKind {
        /// 提醒.
        Reminder = "reminder",
        /// 提醒函.
        Notice = "notice",
        /// 交办函.
        Assignment = "assignment",
        /// 督办函.
        Supervision = "supervision",
        /// 提级通报.
        Elevation = "elevation",
        /// 通报.
        Circular = "circular",
    }
}
