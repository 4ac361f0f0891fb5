//! The second reading of the rule: naive on purpose, every working day counted one at a time.

use std::sync::LazyLock;

use super::{Entry, Story};
use crate::kernel::calendar::WorkCalendar;
use crate::kernel::time::Day;

/// Counts working days one at a time, from the due day to a day.
pub(super) fn count(due_on: Day, today: Day, calendar: &WorkCalendar) -> i64 {
    let (mut day, mut count) = (due_on, 0);
    while day < today {
        day = day.plus_days(1);
        count += i64::from(calendar.is_working(day));
    }
    while day > today {
        day = day.plus_days(-1);
        count -= i64::from(calendar.is_working(day));
    }
    count
}

/// The steps of both default ladders, out of the rule, for a case of at most a few months.
pub(super) fn rule() -> &'static [(String, i64)] {
    static RULE: LazyLock<Vec<(String, i64)>> = LazyLock::new(written_out);
    &RULE
}

fn written_out() -> Vec<(String, i64)> {
    let fixed = [
        ("E0-5", -5),
        ("E0-3", -3),
        ("E0-1", -1),
        ("E1", 1),
        ("E2", 3),
        ("E3", 5),
        ("E4", 10),
        ("E5", 15),
    ];
    let repeated = (1..=40).map(|round| (format!("R{round}"), 15 + 5 * round));
    let fixed = fixed.into_iter().map(|(name, at)| (name.to_owned(), at));
    fixed.chain(repeated).collect()
}

/// Reads the rule naively: every day is looked at, every step's day is found by counting.
pub(super) fn by_the_rule(story: &Story, calendar: &WorkCalendar) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut due_on = story.due_on;
    let mut promised_on: Option<Day> = None;
    let last_on = story
        .born_on
        .plus_days(i64::try_from(story.days.len()).unwrap());
    // Which steps come for a due day after the birthday, and on which day.
    let arrivals = |due_on: Day| {
        let mut arrivals = Vec::new();
        let mut day = due_on.plus_days(-60).max(story.born_on.plus_days(1));
        while day <= last_on {
            if calendar.is_working(day) {
                let counted = count(due_on, day, calendar);
                // The due day itself counts 0 and has no step.
                let found = rule().iter().find(|(_, at)| *at == counted);
                arrivals.extend(found.map(|(name, _)| (name.clone(), day)));
            }
            day = day.plus_days(1);
        }
        arrivals
    };
    let mut arrived = arrivals(due_on);
    for (at, happening) in (0_i64..).zip(&story.days) {
        let today = story.born_on.plus_days(at);
        if let Some(days) = happening.move_days {
            due_on = due_on.plus_days(days);
            promised_on = None;
            arrived = arrivals(due_on);
        }
        if let Some(promise_wd) = happening.promise_wd {
            let mut day = today;
            for _ in 0..promise_wd {
                day = day.plus_days(1);
                while !calendar.is_working(day) {
                    day = day.plus_days(1);
                }
            }
            promised_on = Some(day);
        }
        let is_quiet = happening.is_paused || happening.is_silenced || promised_on >= Some(today);
        if happening.is_down || is_quiet || !calendar.is_working(today) {
            continue;
        }
        let open: Vec<_> = arrived
            .iter()
            .filter(|(_, came_on)| *came_on <= today)
            .filter(|(name, _)| {
                let is_it = |entry: &Entry| entry.due_on == due_on && entry.step == *name;
                !entries.iter().any(is_it)
            })
            .collect();
        for (index, (name, came_on)) in open.iter().enumerate() {
            let mut counts_from = *came_on;
            if let Some(promised_on) = promised_on
                && *came_on <= promised_on
            {
                counts_from = promised_on.plus_days(1);
                while !calendar.is_working(counts_from) {
                    counts_from = counts_from.plus_days(1);
                }
            }
            let is_highest = index + 1 == open.len();
            entries.push(Entry {
                due_on,
                step: name.clone(),
                on: today,
                is_told: is_highest && counts_from.days_until(today) <= 7,
            });
        }
    }
    entries
}
