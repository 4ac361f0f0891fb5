//! Whether what is said in words and marks holds: problems, rating, recovery, the narrative.

use super::distance::within;
use super::{Case, Place, at, found_if};
use crate::kernel::refused::Facts;
use crate::reports::content::{Rating, filled};

/// Characters a narrative has at least.
const SHORT: usize = 30;
/// A narrative differs from the one before in more than one of so many characters.
const REPEATED: usize = 10;

pub(super) fn problems_denied(case: &Case<'_>) -> Vec<Place> {
    let fails = case.content.problems.none && !case.open_blockers.is_empty();
    found_if(fails, "/problems/none", || {
        Facts::none()
            .with("open", case.open_blockers.len())
            .with("blocker_ids", case.open_blockers)
    })
}

pub(super) fn problems_contradict(case: &Case<'_>) -> Vec<Place> {
    let problems = &case.content.problems;
    let fails = problems.none && !problems.blocker_ids.is_empty();
    found_if(fails, "/problems/blocker_ids", || {
        Facts::none().with("listed", problems.blocker_ids.len())
    })
}

/// A link that leads to no blocker of this project.
pub(super) fn blocker_unknown(case: &Case<'_>) -> Vec<Place> {
    let links = case.content.problems.blocker_ids.iter().enumerate();
    links
        .filter(|(_, id)| !case.linked_blockers.contains(id))
        .map(|(n, id)| {
            (
                format!("/problems/blocker_ids/{n}"),
                Facts::none().with("blocker_id", id),
            )
        })
        .collect()
}

pub(super) fn recovery_missing(case: &Case<'_>) -> Vec<Place> {
    let worst = case
        .lamp
        .map_or(case.content.rating, |lamp| lamp.max(case.content.rating));
    let recovery = case.content.recovery.as_ref();
    let whole = recovery.is_some_and(|recovery| {
        filled(&recovery.cause)
            .and(filled(&recovery.action))
            .and(filled(&recovery.person))
            .is_some()
    });
    found_if(worst != Rating::Green && !whole, "/recovery", || {
        Facts::none()
            .with("rating", case.content.rating)
            .with("lamp", case.lamp)
    })
}

pub(super) fn rating_better_than_lamp(case: &Case<'_>) -> Vec<Place> {
    let reasoned = case
        .content
        .rating_reason
        .as_deref()
        .and_then(filled)
        .is_some();
    let better = case.lamp.is_some_and(|lamp| case.content.rating < lamp);
    found_if(better && !reasoned, "/rating_reason", || {
        Facts::none()
            .with("rating", case.content.rating)
            .with("lamp", case.lamp)
    })
}

/// At most every tenth character of the longer text was changed, added or taken away.
pub(super) fn narrative_repeated(case: &Case<'_>) -> Vec<Place> {
    let Some(last) = case.filed.first() else {
        return Vec::new();
    };
    let now: Vec<char> = case.content.progress.trim().chars().collect();
    let before: Vec<char> = last.content.progress.trim().chars().collect();
    let longer = now.len().max(before.len());
    let apart = within(&now, &before, longer / REPEATED);
    apart
        .filter(|_| longer > 0)
        .map_or_else(Vec::new, |changed| {
            let facts = Facts::none()
                .with("quarter", last.quarter)
                .with("changed", changed)
                .with("characters", longer);
            at("/progress", facts)
        })
}

pub(super) fn narrative_short(case: &Case<'_>) -> Vec<Place> {
    let characters = case.content.progress.trim().chars().count();
    found_if(characters < SHORT, "/progress", || {
        Facts::none()
            .with("characters", characters)
            .with("least", SHORT)
    })
}
