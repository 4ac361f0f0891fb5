//! The plan played day by day as the sweep will play it, against a second reading of the rule that
//! shares no code with it: no ladder, no occurrence, only days counted one at a time.

mod rule;

use std::collections::BTreeSet;

use proptest::prelude::*;
use rule::{by_the_rule, count, rule};

use super::*;
use crate::escalation::ladder::Ladder;
use crate::escalation::samples::policy;
use crate::kernel::time::{TimeOfDay, Zone};

/// What happened to one step of one due day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    due_on: Day,
    step: String,
    on: Day,
    is_told: bool,
}

/// What may happen on one day, before the sweep of that day.
#[derive(Debug, Clone, Copy, Default)]
struct Happening {
    is_down: bool,
    is_paused: bool,
    is_silenced: bool,
    /// Somebody promises it for so many working days ahead.
    promise_wd: Option<i64>,
    /// The due day is moved by so many calendar days.
    move_days: Option<i64>,
}

/// A story of one deadline: what happens on each day from its birth on.
#[derive(Debug, Clone)]
struct Story {
    born_on: Day,
    due_on: Day,
    days: Vec<Happening>,
}

/// Plays a story as the sweep does: only rows whose day to look has come, only in slots.
fn played(story: &Story, ladder: &Ladder, calendar: &WorkCalendar) -> Vec<Entry> {
    let (posting, zone) = (policy().posting().clone(), Zone::default());
    let mut ledger: Vec<Entry> = Vec::new();
    let mut due_on = story.due_on;
    let mut acknowledged_until = None;
    let mut look_on = Some(story.born_on);
    let mut last_posted = None;
    for (at, happening) in (0_i64..).zip(&story.days) {
        let today = story.born_on.plus_days(at);
        if let Some(days) = happening.move_days {
            due_on = due_on.plus_days(days);
            acknowledged_until = None;
            look_on = Some(today);
        }
        if let Some(promise_wd) = happening.promise_wd {
            acknowledged_until = Some(calendar.plus_working_days(today, promise_wd).on);
            look_on = Some(today);
        }
        // Some moments of the day, as of a sweep that knows nothing of slots.
        for hour in [3, 9, 12, 14, 17, 20] {
            let minutes = TimeOfDay::new(hour, 0).unwrap();
            if happening.is_down {
                continue;
            }
            let now = zone.at(today, minutes);
            let Some(slot) = posting.slot_to_post(now, zone, calendar, last_posted) else {
                continue;
            };
            last_posted = Some(slot);
            assert!(calendar.is_working(slot.on) && slot.on == today);
            if look_on.is_none_or(|on| on > today) {
                continue;
            }
            let recorded: Vec<_> = ledger
                .iter()
                .filter(|entry| entry.due_on == due_on)
                .map(|entry| step(&entry.step))
                .collect();
            let case = Case {
                due_on,
                born_on: story.born_on,
                acknowledged_until,
                silenced_until: happening.is_silenced.then_some(today),
                is_paused: happening.is_paused,
                recorded: &recorded,
            };
            let decision = decide(&case, ladder, calendar, today);
            assert!(decision.next_step_on.is_none_or(|next| next > today));
            assert!(decision.quiet.is_none() || (decision.tell, decision.skip.len()) == (None, 0));
            look_on = decision.next_step_on;
            let skipped = decision.skip.iter().map(|step| (step, false));
            ledger.extend(
                skipped
                    .chain(decision.tell.iter().map(|step| (step, true)))
                    .map(|(step, is_told)| Entry {
                        due_on,
                        step: step.name().to_string(),
                        on: today,
                        is_told,
                    }),
            );
        }
    }
    ledger
}

/// What must hold of any ledger, whatever happened.
fn check(ledger: &[Entry], calendar: &WorkCalendar) {
    let keys: BTreeSet<_> = ledger
        .iter()
        .map(|entry| (entry.due_on, &entry.step))
        .collect();
    assert_eq!(
        keys.len(),
        ledger.len(),
        "a step is recorded once per due day"
    );
    let offset = |entry: &Entry| {
        let known = rule().iter().find(|(name, _)| *name == entry.step);
        known.unwrap().1
    };
    for one in ledger {
        assert!(calendar.is_working(one.on), "{one:?}");
        for other in ledger {
            if one.due_on == other.due_on && one.is_told && other.is_told && one.on < other.on {
                assert!(offset(one) < offset(other), "{one:?} {other:?}");
            }
            let is_same_sweep = one.due_on == other.due_on && one.on == other.on;
            if is_same_sweep && one.is_told && one != other {
                assert!(
                    !other.is_told && offset(other) < offset(one),
                    "{one:?} {other:?}"
                );
            }
        }
    }
}

fn any_happenings() -> impl Strategy<Value = Vec<Happening>> {
    let spell = (1_usize..25, 0_u8..7, 0_i64..=5, -20_i64..40);
    prop::collection::vec(spell, 1..12).prop_map(|spells| {
        let mut days = Vec::new();
        for (length, kind, promise_wd, move_days) in spells {
            let happening = Happening {
                is_down: kind == 1,
                is_paused: kind == 2,
                is_silenced: kind == 3,
                ..Happening::default()
            };
            let first = Happening {
                promise_wd: (kind == 4).then_some(promise_wd),
                move_days: (kind == 5).then_some(move_days),
                ..happening
            };
            days.push(first);
            days.extend(std::iter::repeat_n(happening, length));
        }
        days
    })
}

prop_compose! {
    /// A deadline of 2025 to 2027, born up to two months before its due day or a month after it.
    fn any_story()(
        due in 0_i64..900,
        lead in -30_i64..60,
        days in any_happenings(),
    ) -> Story {
        let due_on = day("2025-03-01").plus_days(due);
        Story { born_on: due_on.plus_days(-lead), due_on, days }
    }
}

fn undisturbed(days: usize) -> Vec<Happening> {
    vec![Happening::default(); days]
}

proptest! {
    #[test]
    fn day_by_day_the_plan_does_what_the_rule_says(story in any_story(), blocked in any::<bool>()) {
        let ladder = if blocked { authority_ladder() } else { project_ladder() };
        let calendar = calendar();
        let ledger = played(&story, &ladder, &calendar);
        check(&ledger, &calendar);
        prop_assert_eq!(ledger, by_the_rule(&story, &calendar));
    }

    #[test]
    fn undisturbed_each_step_is_told_once_on_its_own_day(
        due in 0_i64..900,
        lead in 1_i64..60,
    ) {
        let due_on = day("2025-03-01").plus_days(due);
        let born_on = due_on.plus_days(-lead);
        let story = Story { born_on, due_on, days: undisturbed(140) };
        let calendar = calendar();
        let ledger = played(&story, &project_ladder(), &calendar);
        check(&ledger, &calendar);
        for entry in &ledger {
            prop_assert!(entry.is_told, "{:?} was skipped", entry);
            let expected = rule().iter().find(|(name, _)| *name == entry.step).unwrap().1;
            prop_assert_eq!(count(due_on, entry.on, &calendar), expected);
            prop_assert!(entry.on > born_on);
        }
        // Nothing is missing: every step whose day lies in the story was told.
        let days = (1..140).map(|ahead| born_on.plus_days(ahead));
        let counts: BTreeSet<_> = days
            .filter(|day| calendar.is_working(*day))
            .map(|day| count(due_on, day, &calendar))
            .collect();
        let told = rule().iter().filter(|(_, at)| counts.contains(at));
        prop_assert_eq!(told.count(), ledger.len());
    }

    #[test]
    fn after_any_downtime_the_first_sweep_tells_the_highest_step_or_nothing(
        story in any_story(),
        downtime in 1_usize..90,
    ) {
        let mut days = vec![Happening { is_down: true, ..Happening::default() }; downtime];
        days.extend(undisturbed(20));
        let calendar = calendar();
        let ledger = played(&Story { days, ..story }, &project_ladder(), &calendar);
        let Some(first_on) = ledger.first().map(|entry| entry.on) else { return Ok(()) };
        let first: Vec<_> = ledger.iter().filter(|entry| entry.on == first_on).collect();
        let told: Vec<_> = first.iter().filter(|entry| entry.is_told).collect();
        prop_assert!(told.len() <= 1);
        if let Some(told) = told.first() {
            prop_assert_eq!(Some(*told), first.last());
        }
    }

    #[test]
    fn looking_too_often_changes_nothing(story in any_story()) {
        // Every working day instead of only when the day to look has come.
        let (ladder, calendar) = (project_ladder(), calendar());
        let mut recorded: Vec<StepName> = Vec::new();
        let mut told = Vec::new();
        for ahead in 0..120 {
            let today = story.born_on.plus_days(ahead);
            if !calendar.is_working(today) {
                continue;
            }
            for _ in 0..2 {
                let case = Case {
                    due_on: story.due_on,
                    born_on: story.born_on,
                    acknowledged_until: None,
                    silenced_until: None,
                    is_paused: false,
                    recorded: &recorded,
                };
                let decision = decide(&case, &ladder, &calendar, today);
                let new: Vec<_> = decision.skip.iter().chain(&decision.tell).map(Occurrence::name).collect();
                told.extend(decision.tell.map(|step| (step.name().to_string(), today)));
                recorded.extend(new);
            }
        }
        let fair = Story { days: undisturbed(120), ..story };
        let expected: Vec<_> = played(&fair, &ladder, &calendar)
            .into_iter()
            .filter(|entry| entry.is_told)
            .map(|entry| (entry.step, entry.on))
            .collect();
        prop_assert_eq!(told, expected);
    }
}

#[test]
fn thirty_working_days_around_a_quarter_end_read_as_the_calendar_on_the_wall() {
    let story = Story {
        born_on: day("2026-09-23"),
        due_on: day("2026-10-10"),
        days: undisturbed(52),
    };
    let calendar = calendar();
    let ledger = played(&story, &project_ladder(), &calendar);
    let shown: Vec<_> = (0..52)
        .map(|ahead| story.born_on.plus_days(ahead))
        .filter(|today| calendar.is_working(*today))
        .map(|today| {
            let told = ledger.iter().find(|entry| entry.on == today);
            let counted = days_overdue(story.due_on, today, &calendar);
            let told = told.map_or("", |entry| entry.step.as_str());
            format!("{today} {} {counted:+} {told}", today.weekday())
        })
        .map(|line| line.trim_end().to_owned())
        .collect();
    let expected = [
        "2026-09-23 Wed -7",
        "2026-09-24 Thu -6",
        // Mid-Autumn Festival on Friday the 25th.
        "2026-09-28 Mon -5 E0-5",
        "2026-09-29 Tue -4",
        "2026-09-30 Wed -3 E0-3",
        // National Day, 1 to 7 October.
        "2026-10-08 Thu -2",
        "2026-10-09 Fri -1 E0-1",
        // Due on a Saturday worked in exchange.
        "2026-10-10 Sat +0",
        "2026-10-12 Mon +1 E1",
        "2026-10-13 Tue +2",
        "2026-10-14 Wed +3 E2",
        "2026-10-15 Thu +4",
        "2026-10-16 Fri +5 E3",
        "2026-10-19 Mon +6",
        "2026-10-20 Tue +7",
        "2026-10-21 Wed +8",
        "2026-10-22 Thu +9",
        "2026-10-23 Fri +10 E4",
        "2026-10-26 Mon +11",
        "2026-10-27 Tue +12",
        "2026-10-28 Wed +13",
        "2026-10-29 Thu +14",
        "2026-10-30 Fri +15 E5",
        "2026-11-02 Mon +16",
        "2026-11-03 Tue +17",
        "2026-11-04 Wed +18",
        "2026-11-05 Thu +19",
        "2026-11-06 Fri +20 R1",
        "2026-11-09 Mon +21",
        "2026-11-10 Tue +22",
        "2026-11-11 Wed +23",
        "2026-11-12 Thu +24",
        "2026-11-13 Fri +25 R2",
    ];
    assert_eq!(shown, expected);
    assert!(ledger.iter().all(|entry| entry.is_told));
    assert_eq!(ledger.len(), 10);
}

#[test]
fn a_pause_over_several_steps_ends_with_one_letter() {
    let mut days = undisturbed(60);
    // Paused from the day after E1 until Tuesday 27 October.
    for happening in &mut days[20..34] {
        happening.is_paused = true;
    }
    let story = Story {
        born_on: day("2026-09-23"),
        due_on: day("2026-10-10"),
        days,
    };
    let ledger = played(&story, &project_ladder(), &calendar());
    let lines: Vec<_> = ledger
        .iter()
        .map(|entry| format!("{} {} {}", entry.on, entry.step, entry.is_told))
        .collect();
    assert_eq!(
        lines[3..8],
        [
            "2026-10-12 E1 true",
            "2026-10-27 E2 false",
            "2026-10-27 E3 false",
            "2026-10-27 E4 true",
            "2026-10-30 E5 true",
        ]
    );
}
