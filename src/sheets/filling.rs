//! What a row of the workbook makes of a report: laid over what the report says already, or starts
//! from. Pure.

use super::columns::Field;
use super::reading::Entry;
use crate::kernel::id::Id;
use crate::kernel::money::Yuan;
use crate::reports::{Content, Desk, NextStep, Problems, Recovery, UNIT_SCALE};

/// Money this many times smaller than the project was typed in 亿元: one of them is 10,000 of the
/// 万元 asked for, and no quarter of a project is a five-thousandth of it.
const UNIT_SLIP: i128 = 5000;

/// Something a row lacks: the column, and the code.
pub(super) type Lack = (Field, &'static str);

/// Lays a row over what the report says already.
///
/// A cell left empty says nothing where the report needs a figure: sums are worked out, the rest
/// stays. Elsewhere it says that there is none.
///
/// # Errors
/// What the row lacks.
pub(super) fn fill(entry: &Entry, desk: &Desk) -> Result<Content, Vec<Lack>> {
    let (base, sums) = (desk.base(), desk.sums());
    let mut lacks = Vec::new();
    let amount = |field: Field| entry.amounts.get(&field).copied();
    let words = |field: Field| entry.text(field).map(str::to_owned);
    let invested = amount(Field::Invested);
    if invested.is_none() {
        lacks.push((Field::Invested, "import.value_missing"));
    }
    let progress = words(Field::Progress);
    if progress.is_none() {
        lacks.push((Field::Progress, "import.value_missing"));
    }
    let next_steps = next_steps(entry, &base, &mut lacks);
    let recovery = recovery(entry, &mut lacks);
    let confirmed = entry.answers.get(&Field::Confirmed) == Some(&true);
    if !confirmed && slipped(invested, desk) {
        lacks.push((Field::Invested, "import.unit_implausible"));
    }
    let (Some(invested), Some(progress), true) = (invested, progress, lacks.is_empty()) else {
        return Err(lacks);
    };
    let has_problems = entry.answers.get(&Field::HasProblems).copied();
    let problems = match has_problems {
        None => Problems {
            none: base.problems.none,
            blocker_ids: still_open(&base, desk),
        },
        Some(false) => Problems {
            none: true,
            blocker_ids: Vec::new(),
        },
        Some(true) => Problems {
            none: false,
            blocker_ids: desk.open_blockers().to_vec(),
        },
    };
    let mut milestones = base.milestones.clone();
    for claim in entry.milestones.iter().flatten() {
        match milestones.iter_mut().find(|other| other.id == claim.id) {
            Some(other) => other.clone_from(claim),
            None => milestones.push(claim.clone()),
        }
    }
    Ok(Content {
        invested_quarter_yuan: invested,
        invested_building_yuan: amount(Field::Building),
        invested_equipment_yuan: amount(Field::Equipment),
        invested_other_yuan: amount(Field::Other),
        invested_year_yuan: amount(Field::Year)
            .unwrap_or_else(|| sums.year.saturating_add(invested)),
        invested_total_yuan: amount(Field::Total)
            .unwrap_or_else(|| sums.total.saturating_add(invested)),
        expected_total_yuan: amount(Field::ExpectedTotal),
        funds_in_place_yuan: amount(Field::FundsInPlace),
        funds_paid_yuan: amount(Field::FundsPaid),
        physical_percent: entry.percent.unwrap_or(base.physical_percent),
        progress,
        milestones,
        problems,
        next_steps,
        rating: entry.rating.unwrap_or(base.rating),
        rating_reason: words(Field::RatingReason),
        recovery,
        is_correction: entry.answers.get(&Field::IsCorrection).copied(),
        confirmations: confirmed.then(|| vec![UNIT_SCALE.to_owned()]),
        explanations: base.explanations.clone(),
        version_reason: words(Field::VersionReason),
    })
}

fn still_open(base: &Content, desk: &Desk) -> Vec<Id> {
    let linked = base.problems.blocker_ids.iter();
    let open = linked.filter(|id| desk.open_blockers().contains(id));
    open.copied().collect()
}

/// The workbook has room for the first step; further ones stay as they were written elsewhere.
fn next_steps(entry: &Entry, base: &Content, lacks: &mut Vec<Lack>) -> Vec<NextStep> {
    let (action, person) = (entry.text(Field::StepAction), entry.text(Field::StepPerson));
    let by = entry.days.get(&Field::StepBy).copied();
    let further = base.next_steps.iter().skip(1).cloned();
    match (action, person, by) {
        (None, None, None) => further.collect(),
        (Some(action), Some(person), Some(by)) => {
            let first = NextStep {
                action: action.to_owned(),
                person: person.to_owned(),
                by,
            };
            std::iter::once(first).chain(further).collect()
        }
        (action, person, by) => {
            let given = [
                (Field::StepAction, action.is_some()),
                (Field::StepPerson, person.is_some()),
                (Field::StepBy, by.is_some()),
            ];
            lack(&given, lacks);
            Vec::new()
        }
    }
}

fn recovery(entry: &Entry, lacks: &mut Vec<Lack>) -> Option<Recovery> {
    let cause = entry.text(Field::RecoveryCause);
    let action = entry.text(Field::RecoveryAction);
    let person = entry.text(Field::RecoveryPerson);
    let by = entry.days.get(&Field::RecoveryBy).copied();
    if let (Some(cause), Some(action), Some(person), Some(by)) = (cause, action, person, by) {
        return Some(Recovery {
            cause: cause.to_owned(),
            action: action.to_owned(),
            person: person.to_owned(),
            by,
        });
    }
    let given = [
        (Field::RecoveryCause, cause.is_some()),
        (Field::RecoveryAction, action.is_some()),
        (Field::RecoveryPerson, person.is_some()),
        (Field::RecoveryBy, by.is_some()),
    ];
    if given.iter().any(|(_, given)| *given) {
        lack(&given, lacks);
    }
    None
}

/// Of several cells that go together, names those that are empty.
fn lack(given: &[(Field, bool)], lacks: &mut Vec<Lack>) {
    let empty = given.iter().filter(|(_, given)| !given);
    lacks.extend(empty.map(|(field, _)| (*field, "import.value_missing")));
}

/// Tells whether a first report's amount was typed in 亿元 under 万元. Later ones are held against the
/// report before by a check.
fn slipped(invested: Option<Yuan>, desk: &Desk) -> bool {
    let (Some(invested), Some(total)) = (invested, desk.project().total_investment_yuan) else {
        return false;
    };
    let (invested, total) = (i128::from(invested.0), i128::from(total.0));
    !desk.has_previous() && invested > 0 && invested.saturating_mul(UNIT_SLIP) < total
}
