//! Whether the amounts are likely: held against the total investment, the plan, and the quarters
//! before.

use super::{Case, Place, SEEN_BEFORE, UNIT_SCALE, found_if};
use crate::kernel::money::Yuan;
use crate::kernel::refused::Facts;

/// A money field this many times larger or smaller than last quarter's was typed in another unit:
/// 万元 is 10,000 yuan, and no project changes that fast.
const UNIT_SLIP: i128 = 1000;
/// Percent of the total investment beyond which a sum since start is wrong.
const FAR: i128 = 150;
/// Percent of the year's plan beyond which more was invested than planned.
const PLAN: i128 = 110;
/// Percent of the total investment by which the expected total may be off.
const DRIFT: i128 = 5;
/// A quarter more than this many times the mean of those before stands out.
const SPIKE: i128 = 3;
/// Fewer quarters have no mean to speak of.
const SPIKE_LEAST: i128 = 2;

pub(super) fn negative_amount(case: &Case<'_>) -> Vec<Place> {
    if case.content.is_correction == Some(true) {
        return Vec::new();
    }
    let negative = case
        .content
        .amounts()
        .filter(|(_, amount)| *amount < Yuan::ZERO);
    negative
        .map(|(field, amount)| {
            (
                format!("/{field}"),
                Facts::none().with("stated_yuan", amount),
            )
        })
        .collect()
}

pub(super) fn far_exceeds_total(case: &Case<'_>) -> Vec<Place> {
    let stated = case.content.invested_total_yuan;
    let Some(total) = case.total_investment else {
        return Vec::new();
    };
    let fails = exceeds(stated, FAR, total);
    found_if(fails, "/invested_total_yuan", || {
        Facts::none()
            .with("stated_yuan", stated)
            .with("total_investment_yuan", total)
    })
}

/// Nothing invested is no slip of a unit.
pub(super) fn unit_scale(case: &Case<'_>) -> Vec<Place> {
    let Some(previous) = case
        .previous()
        .filter(|_| !case.content.confirms(UNIT_SCALE))
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (field, amount) in case.content.amounts() {
        let last = previous
            .amounts()
            .find(|(name, _)| *name == field)
            .map(|(_, last)| last);
        let Some(last) = last.filter(|last| *last != Yuan::ZERO && amount != Yuan::ZERO) else {
            continue;
        };
        let (now, then) = (i128::from(amount.0).abs(), i128::from(last.0).abs());
        if now >= then * UNIT_SLIP || then >= now * UNIT_SLIP {
            let facts = Facts::none()
                .with("stated_yuan", amount)
                .with("previous_yuan", last);
            found.push((format!("/{field}"), facts));
        }
    }
    found
}

pub(super) fn exceeds_total(case: &Case<'_>) -> Vec<Place> {
    let stated = case.content.invested_total_yuan;
    let Some(total) = case.total_investment else {
        return Vec::new();
    };
    found_if(stated > total, "/invested_total_yuan", || {
        Facts::none()
            .with("stated_yuan", stated)
            .with("total_investment_yuan", total)
    })
}

/// A year the plan does not name has nothing planned.
pub(super) fn over_plan(case: &Case<'_>) -> Vec<Place> {
    let stated = case.content.invested_year_yuan;
    let Some(planned) = case.planned else {
        return Vec::new();
    };
    let fails = exceeds(stated, PLAN, planned);
    found_if(fails, "/invested_year_yuan", || {
        Facts::none()
            .with("stated_yuan", stated)
            .with("planned_yuan", planned)
            .with("year", case.quarter.year())
    })
}

pub(super) fn total_drifts(case: &Case<'_>) -> Vec<Place> {
    let (stated, total) = (case.content.expected_total_yuan, case.total_investment);
    let Some((stated, total)) = stated.zip(total) else {
        return Vec::new();
    };
    let off = i128::from(stated.0) - i128::from(total.0);
    let fails = off.abs() * 100 > i128::from(total.0) * DRIFT;
    found_if(fails, "/expected_total_yuan", || {
        Facts::none()
            .with("stated_yuan", stated)
            .with("total_investment_yuan", total)
            .with("off_yuan", stated.saturating_sub(total))
    })
}

/// Held against the last four quarters that were filed, as far as there are so many.
pub(super) fn spike(case: &Case<'_>) -> Vec<Place> {
    let stated = case.content.invested_quarter_yuan;
    let last = case
        .filed
        .iter()
        .take(usize::try_from(SEEN_BEFORE).unwrap_or_default());
    let (mut sum, mut count) = (0_i128, 0_i128);
    for filed in last {
        sum += i128::from(filed.content.invested_quarter_yuan.0);
        count += 1;
    }
    let fails = count >= SPIKE_LEAST && i128::from(stated.0) * count > SPIKE * sum;
    found_if(fails, "/invested_quarter_yuan", || {
        let mean = i64::try_from(sum.checked_div(count).unwrap_or_default());
        Facts::none()
            .with("stated_yuan", stated)
            .with("mean_yuan", Yuan(mean.unwrap_or(i64::MAX)))
            .with("quarters", i64::try_from(count).unwrap_or_default())
    })
}

/// Tells whether an amount is more than so many percent of another.
fn exceeds(amount: Yuan, percent: i128, of: Yuan) -> bool {
    i128::from(amount.0) * 100 > i128::from(of.0) * percent
}
