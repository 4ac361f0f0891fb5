//! Who stands behind the words of a step: its recipients, each with the reason, and the faults met
//! on the way.
//!
//! Pure, over the people around one deadline at the moment of posting; decides no step and writes
//! no letter.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ladder::{Audience, Ladder, StepName};
use super::plan::Occurrence;
use crate::kernel::identifiers::{Level, Region};

/// Which side owes what is due; it decides who stands in for a missing answerable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The project: report, milestone, confirmation, commitment, papers.
    Project,
    /// An authority: review, blocker, approval, missing pillar.
    Authority,
}

/// The people around one deadline, only those who can be told: enabled, with an address.
#[derive(Debug, Clone)]
pub(crate) struct People<'p, P> {
    /// Who owes it.
    pub(crate) side: Side,
    /// Where the matter lies: the project's region, or the blocker's inside it.
    pub(crate) place: Region,
    /// The level it lies at now; never below that of the place.
    pub(crate) level: Level,
    /// The persons answerable.
    pub(crate) answerable: &'p [P],
    /// The project's owner.
    pub(crate) owner: Option<P>,
    /// The convenor of the project's team.
    pub(crate) convenor: Option<P>,
    /// The project's leader.
    pub(crate) leader: Option<P>,
    /// All coordinators by their region, at least those of the place and above it.
    pub(crate) coordinators: &'p BTreeMap<Region, Vec<P>>,
}

/// Why somebody is told: which rule, which step of it, in which part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Reason {
    /// The ladder.
    pub(crate) ladder: String,
    /// The version of the policy.
    pub(crate) policy_version: u32,
    /// The step.
    pub(crate) step: StepName,
    /// The part in which they are told.
    pub(crate) audience: Audience,
    /// The part the policy names, where they are told in its place.
    pub(crate) in_place_of: Option<Audience>,
}

/// Somebody to be told of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recipient<P> {
    /// Who.
    pub(crate) person: P,
    /// Whether it is a copy.
    pub(crate) is_copy: bool,
    /// Why.
    pub(crate) reason: Reason,
}

/// Somebody the ladder needs who is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Fault {
    /// A part nobody fills; the next one up was told instead.
    Missing {
        /// The part.
        audience: Audience,
        /// The region it would be of, for coordinators.
        region: Option<Region>,
    },
    /// A part nobody fills, nor any above it: for this part of the step no one was told.
    Nobody {
        /// The part the policy names.
        audience: Audience,
        /// The region where the way up ended.
        region: Region,
    },
}

/// Who is told of a step, and what was missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told<P> {
    /// The recipients, each once, those addressed before those copied, in the policy's order.
    pub(crate) recipients: Vec<Recipient<P>>,
    /// What was missing, each once.
    pub(crate) faults: Vec<Fault>,
}

/// Resolves the audience of a step.
///
/// Whoever is addressed and copied is addressed. A level below that of the place does not exist:
/// its word is left out, or, when it is the only addressee, goes to the lowest level there is, and
/// neither is a fault. A part that exists but is filled by nobody goes to the next one up, and is a
/// fault. Without recipients there is always a fault.
pub(crate) fn resolve<P: Clone + PartialEq>(
    step: &Occurrence<'_>,
    ladder: &Ladder,
    people: &People<'_, P>,
) -> Told<P> {
    let mut told = Gathered {
        step: step.name(),
        ladder,
        people,
        told: Told {
            recipients: Vec::new(),
            faults: Vec::new(),
        },
    };
    let to = step.step.to();
    for word in to {
        told.add(*word, false);
    }
    if !to.iter().any(|word| people.rung(*word).is_some())
        && let Some(word) = to.first()
    {
        told.climb(*word, Rung::At(people.place.level()), false);
    }
    for word in step.step.copies() {
        told.add(*word, true);
    }
    told.told
}

/// A place in the order of people: who is looked for, and who is next when nobody is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rung {
    Answerable,
    Owner,
    Convenor,
    Leader,
    At(Level),
}

impl Rung {
    fn audience(self) -> Audience {
        match self {
            Self::Answerable => Audience::Answerable,
            Self::Owner => Audience::Owner,
            Self::Convenor => Audience::Convenor,
            Self::Leader => Audience::Leader,
            Self::At(Level::County) => Audience::CountyCoordinator,
            Self::At(Level::City) => Audience::CityCoordinator,
            Self::At(Level::Province) => Audience::ProvinceCoordinator,
        }
    }
}

impl<P> People<'_, P> {
    /// Returns the rung a word means here, nothing for a level below the place.
    fn rung(&self, word: Audience) -> Option<Rung> {
        let level = match word {
            Audience::Answerable => return Some(Rung::Answerable),
            Audience::Owner => return Some(Rung::Owner),
            Audience::Convenor => return Some(Rung::Convenor),
            Audience::Leader => return Some(Rung::Leader),
            Audience::CountyCoordinator => Level::County,
            Audience::CityCoordinator => Level::City,
            Audience::ProvinceCoordinator => Level::Province,
            Audience::OwnLevelCoordinator => self.own_level(),
            // Above the province there is nobody: the province it stays.
            Audience::NextLevelCoordinator => self.own_level().up().unwrap_or(Level::Province),
        };
        (level >= self.place.level()).then_some(Rung::At(level))
    }

    fn own_level(&self) -> Level {
        self.level.max(self.place.level())
    }

    fn at(&self, rung: Rung) -> &[P] {
        match rung {
            Rung::Answerable => self.answerable,
            Rung::Owner => self.owner.as_slice(),
            Rung::Convenor => self.convenor.as_slice(),
            Rung::Leader => self.leader.as_slice(),
            Rung::At(level) => {
                let region = self.place.at_level(level);
                self.coordinators.get(&region).map_or(&[], Vec::as_slice)
            }
        }
    }

    fn above(&self, rung: Rung) -> Option<Rung> {
        match (rung, self.side) {
            (Rung::Answerable, Side::Authority) => Some(Rung::At(self.own_level())),
            (Rung::Answerable, Side::Project) | (Rung::Owner | Rung::Convenor, _) => {
                Some(Rung::Leader)
            }
            (Rung::Leader, _) => Some(Rung::At(self.place.level())),
            (Rung::At(level), _) => level.up().map(Rung::At),
        }
    }

    fn region(&self, rung: Rung) -> Option<Region> {
        match rung {
            Rung::At(level) => Some(self.place.at_level(level)),
            _ => None,
        }
    }
}

struct Gathered<'g, P> {
    step: StepName,
    ladder: &'g Ladder,
    people: &'g People<'g, P>,
    told: Told<P>,
}

impl<P: Clone + PartialEq> Gathered<'_, P> {
    fn add(&mut self, word: Audience, is_copy: bool) {
        if let Some(rung) = self.people.rung(word) {
            self.climb(word, rung, is_copy);
        }
    }

    /// Tells the people of a rung, or of the first one above it that has any.
    fn climb(&mut self, word: Audience, from: Rung, is_copy: bool) {
        let mut rung = from;
        while self.people.at(rung).is_empty() {
            self.report(Fault::Missing {
                audience: rung.audience(),
                region: self.people.region(rung),
            });
            let Some(above) = self.people.above(rung) else {
                return self.report(Fault::Nobody {
                    audience: word,
                    region: self.people.place.at_level(Level::Province),
                });
            };
            rung = above;
        }
        // A word may name its rung in its own way ("the level it lies at") without falling to it.
        let is_meant = self.people.rung(word) == Some(rung);
        let (audience, in_place_of) = if is_meant {
            (word, None)
        } else {
            (rung.audience(), Some(word))
        };
        for person in self.people.at(rung) {
            if self
                .told
                .recipients
                .iter()
                .all(|known| known.person != *person)
            {
                self.told.recipients.push(Recipient {
                    person: person.clone(),
                    is_copy,
                    reason: Reason {
                        ladder: self.ladder.name().to_owned(),
                        policy_version: self.ladder.version(),
                        step: self.step.clone(),
                        audience,
                        in_place_of,
                    },
                });
            }
        }
    }

    fn report(&mut self, fault: Fault) {
        if !self.told.faults.contains(&fault) {
            self.told.faults.push(fault);
        }
    }
}
