//! Gathering what is told in one sweep into letters: a digest per recipient, and letters of their
//! own for what deserves them.
//!
//! Pure; decides neither who is told nor what, and writes no words.

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::audience::{Reason, Recipient};
use super::ladder::LetterKind;
use super::plan::Occurrence;

/// The most items a digest shows; the rest are counted: docs/RULES.md, section 6.
pub(crate) const MOST_ITEMS: usize = 50;

/// One matter to be told to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice<P, D> {
    /// To whom, whether as a copy, and why.
    pub(crate) recipient: Recipient<P>,
    /// Of which deadline.
    pub(crate) deadline: D,
    /// Working days from the due day to the step: how severe it is.
    pub(crate) offset_wd: i64,
    /// Working days overdue on the day of posting, negative when days are left.
    pub(crate) days_overdue: i64,
    /// The kind of letter.
    pub(crate) letter: LetterKind,
    /// Whether it goes as a letter of its own.
    pub(crate) is_own_letter: bool,
}

impl<P, D> Notice<P, D> {
    /// Makes the notice of a step to a recipient; what is critical waits for no slot and therefore
    /// goes as a letter of its own, whatever the step says.
    pub(crate) fn new(
        recipient: Recipient<P>,
        deadline: D,
        step: &Occurrence<'_>,
        days_overdue: i64,
        is_critical: bool,
    ) -> Self {
        Self {
            recipient,
            deadline,
            offset_wd: step.offset_wd(),
            days_overdue,
            letter: step.step.letter(),
            is_own_letter: is_critical || step.step.is_own_letter(),
        }
    }

    /// Returns why the recipient is told.
    pub(crate) fn reason(&self) -> &Reason {
        &self.recipient.reason
    }
}

/// One letter to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Envelope<P, D> {
    /// To whom.
    pub(crate) person: P,
    /// The kind of letter: that of its most severe item.
    pub(crate) letter: LetterKind,
    /// Whether it is a digest rather than a letter about one matter.
    pub(crate) is_digest: bool,
    /// What it shows, most severe first; never empty.
    pub(crate) items: Vec<Notice<P, D>>,
    /// What a full digest only counts; told all the same, as far as the ledger is concerned.
    pub(crate) rest: Vec<Notice<P, D>>,
}

/// Gathers notices into letters, ordered by person; of one person first the letters of their own,
/// then the digest, each with the most severe first: by step, then by days overdue.
///
/// The order of the notices handed in does not matter.
pub(crate) fn assemble<P: Clone + Ord, D: Ord>(
    notices: impl IntoIterator<Item = Notice<P, D>>,
) -> Vec<Envelope<P, D>> {
    let mut by_person: BTreeMap<P, Vec<Notice<P, D>>> = BTreeMap::new();
    for notice in notices {
        let person = notice.recipient.person.clone();
        by_person.entry(person).or_default().push(notice);
    }
    let mut envelopes = Vec::new();
    for (person, mut notices) in by_person {
        notices.sort_by(|one, other| severity(one).cmp(&severity(other)));
        let (own, mut items): (Vec<_>, Vec<_>) =
            notices.into_iter().partition(|notice| notice.is_own_letter);
        envelopes.extend(own.into_iter().map(|notice| Envelope {
            person: person.clone(),
            letter: notice.letter,
            is_digest: false,
            items: vec![notice],
            rest: Vec::new(),
        }));
        let rest = items.split_off(items.len().min(MOST_ITEMS));
        if let Some(first) = items.first() {
            envelopes.push(Envelope {
                person,
                letter: first.letter,
                is_digest: true,
                items,
                rest,
            });
        }
    }
    envelopes
}

fn severity<P, D: Ord>(notice: &Notice<P, D>) -> (Reverse<i64>, Reverse<i64>, &D) {
    let Notice {
        offset_wd,
        days_overdue,
        deadline,
        ..
    } = notice;
    (Reverse(*offset_wd), Reverse(*days_overdue), deadline)
}
