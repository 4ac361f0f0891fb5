use proptest::prelude::*;

use super::*;
use crate::kernel::calendar::{CalendarYear, DayKind, YearStatus};

const LIMITS: Limits = Limits {
    accept: 1,
    reply: 3,
    resolve: 10,
};
const CONFIRM: i64 = 3;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Autumn 2026 as published: 25 to 27 September and 1 to 7 October off, 20 September and
/// 10 October worked.
fn autumn() -> WorkCalendar {
    let mut exceptions = vec![
        (day("2026-09-20"), DayKind::Workday),
        (day("2026-10-10"), DayKind::Workday),
    ];
    let off = (25..=27).map(|d| (9, d)).chain((1..=7).map(|d| (10, d)));
    exceptions.extend(off.map(|(m, d)| (Day::new(2026, m, d).unwrap(), DayKind::Holiday)));
    WorkCalendar::new([CalendarYear {
        year: 2026,
        status: YearStatus::Published,
        exceptions,
    }])
}

fn history(events: &[(Deed, &str)]) -> Vec<Happened> {
    events
        .iter()
        .map(|&(deed, on)| Happened { deed, on: day(on) })
        .collect()
}

fn of(events: &[(Deed, &str)]) -> Terms {
    terms(&history(events), LIMITS, CONFIRM, &autumn())
}

fn due(term: Option<Term>) -> String {
    term.map_or_else(|| "-".to_owned(), |term| term.due(&autumn()).to_string())
}

#[test]
fn acceptance_of_what_is_raised_before_a_holiday_is_due_on_the_first_working_day_after_it() {
    assert_eq!(
        due(of(&[(Deed::Raised, "2026-09-30")]).accept),
        "2026-10-08"
    );
    // Raised on a holiday: the count begins the day after, so the same day is due.
    assert_eq!(
        due(of(&[(Deed::Raised, "2026-10-03")]).accept),
        "2026-10-08"
    );
}

#[test]
fn a_make_up_saturday_is_a_day_to_accept_on() {
    assert_eq!(
        due(of(&[(Deed::Raised, "2026-10-09")]).accept),
        "2026-10-10"
    );
    assert_eq!(
        due(of(&[(Deed::Raised, "2026-09-18")]).accept),
        "2026-09-20"
    );
}

#[test]
fn reply_and_resolution_are_not_known_before_acceptance() {
    let raised = of(&[(Deed::Raised, "2026-09-30")]);
    assert_eq!(
        (raised.reply, raised.resolve, raised.confirm),
        (None, None, None)
    );
    let accepted = of(&[(Deed::Raised, "2026-09-28"), (Deed::Accepted, "2026-09-29")]);
    // 30 September, then 8, 9 and (make-up) 10 October.
    assert_eq!(due(accepted.reply), "2026-10-09");
    assert_eq!(due(accepted.resolve), "2026-10-19");
}

#[test]
fn while_returned_nothing_is_due_and_submitting_again_starts_anew() {
    let returned = [(Deed::Raised, "2026-09-28"), (Deed::Returned, "2026-09-29")];
    assert_eq!(of(&returned), Terms::default());
    let again = [returned[0], returned[1], (Deed::Submitted, "2026-10-12")];
    assert_eq!(due(of(&again).accept), "2026-10-13");
}

const WORKED: [(Deed, &str); 3] = [
    (Deed::Raised, "2026-10-11"),
    (Deed::Accepted, "2026-10-12"),
    (Deed::Replied, "2026-10-13"),
];

fn worked(more: &[(Deed, &str)]) -> Terms {
    of(&[&WORKED[..], more].concat())
}

#[test]
fn confirmation_is_due_on_the_third_working_day_after_the_resolution() {
    let resolved = worked(&[(Deed::Resolved, "2026-10-15")]);
    assert_eq!(due(resolved.confirm), "2026-10-20");
}

#[test]
fn an_objection_gives_back_the_days_that_were_left() {
    assert_eq!(due(worked(&[]).resolve), "2026-10-26");
    let resolved = (Deed::Resolved, "2026-10-15");
    // Used 13, 14, 15 October: seven are left from the day after the objection.
    let objected = worked(&[resolved, (Deed::Objected, "2026-10-20")]);
    assert_eq!(due(objected.resolve), "2026-10-29");
    assert_eq!(objected.confirm, None);
    // On the same day nothing stood still.
    let at_once = worked(&[resolved, (Deed::Objected, "2026-10-15")]);
    assert_eq!(due(at_once.resolve), "2026-10-26");
}

#[test]
fn a_reopening_does_not_count_the_days_resolved_and_closed() {
    let reopened = worked(&[
        (Deed::Resolved, "2026-10-15"),
        (Deed::Confirmed, "2026-10-16"),
        (Deed::Reopened, "2026-11-10"),
    ]);
    assert_eq!(due(reopened.resolve), "2026-11-19");
}

#[test]
fn what_was_late_when_resolved_is_as_late_after_an_objection() {
    // Due 26 October, resolved two working days later, objected to on a Saturday.
    let objected = worked(&[
        (Deed::Resolved, "2026-10-28"),
        (Deed::Objected, "2026-10-31"),
    ]);
    let due = objected.resolve.unwrap().due(&autumn());
    assert_eq!(autumn().working_days_between(due, day("2026-10-31")), 2);
}

#[test]
fn the_next_due_day_is_that_of_the_deed_owed_in_the_state() {
    let calendar = autumn();
    let terms = worked(&[(Deed::Resolved, "2026-10-15")]);
    for (state, expected) in [
        (State::Raised, "2026-10-12"),
        (State::Accepted, "2026-10-15"),
        (State::InProgress, "2026-10-26"),
        (State::Resolved, "2026-10-20"),
    ] {
        assert_eq!(next_due(state, &terms, &calendar), day(expected), "{state}");
    }
    for state in [State::Closed, State::Returned, State::Withdrawn] {
        assert_eq!(next_due(state, &terms, &calendar), never());
    }
    assert_eq!(never().to_string(), "9999-12-31");
}

#[test]
fn a_short_critical_limit_is_due_before_the_reply() {
    let limits = Limits {
        resolve: 2,
        ..LIMITS
    };
    let terms = terms(&history(&WORKED[..2]), limits, CONFIRM, &autumn());
    assert_eq!(
        next_due(State::Accepted, &terms, &autumn()),
        day("2026-10-14")
    );
}

/// Walks day by day: counts every working day after acceptance on which the clock did not stand
/// still, until the limit is used up.
fn walked(accepted: Day, stills: &[(Day, Day)], limit: i64, calendar: &WorkCalendar) -> Day {
    let (mut on, mut used) = (accepted, 0);
    while used < limit {
        on = on.plus_days(1);
        let still = stills.iter().any(|&(from, to)| from < on && on <= to);
        if calendar.is_working(on) && !still {
            used += 1;
        }
    }
    on
}

proptest! {
    #[test]
    fn the_due_day_is_that_of_a_day_by_day_count(
        start in 0_i64..60, limit in 2_i64..30,
        spans in prop::collection::vec((0_i64..4, 0_i64..20), 0..3),
    ) {
        let calendar = autumn();
        let accepted = day("2026-08-25").plus_days(start);
        let limits = Limits { resolve: limit, ..LIMITS };
        let mut events = vec![
            Happened { deed: Deed::Raised, on: accepted },
            Happened { deed: Deed::Accepted, on: accepted },
        ];
        let (mut on, mut stills) = (accepted, Vec::new());
        for (busy, still) in spans {
            let resolved = on.plus_days(busy);
            on = resolved.plus_days(still);
            events.push(Happened { deed: Deed::Resolved, on: resolved });
            events.push(Happened { deed: Deed::Objected, on });
            stills.push((resolved, on));
        }
        // Only while days are left does the walk say when they end.
        let used = walked(accepted, &stills, limit, &calendar);
        prop_assume!(used > on);
        let terms = terms(&events, limits, CONFIRM, &calendar);
        prop_assert_eq!(terms.resolve.unwrap().due(&calendar), used);
    }

    #[test]
    fn an_objection_moves_the_due_day_by_exactly_the_working_days_it_stood_still(
        busy in 0_i64..40, still in 0_i64..40,
    ) {
        let calendar = autumn();
        let accepted = day("2026-09-01");
        let resolved = accepted.plus_days(busy);
        let objected = resolved.plus_days(still);
        let mut events = vec![
            Happened { deed: Deed::Raised, on: accepted },
            Happened { deed: Deed::Accepted, on: accepted },
            Happened { deed: Deed::Resolved, on: resolved },
        ];
        let before = terms(&events, LIMITS, CONFIRM, &calendar).resolve.unwrap().due(&calendar);
        events.push(Happened { deed: Deed::Objected, on: objected });
        let after = terms(&events, LIMITS, CONFIRM, &calendar).resolve.unwrap().due(&calendar);
        prop_assert_eq!(
            calendar.working_days_between(before, after),
            calendar.working_days_between(resolved, objected)
        );
    }

    #[test]
    fn amendments_replies_and_comments_move_nothing(at in 1_usize..5) {
        let mut events = history(&[&WORKED[..], &[(Deed::Resolved, "2026-10-15")]].concat());
        let before = terms(&events, LIMITS, CONFIRM, &autumn());
        for deed in [Deed::Commented, Deed::Replied, Deed::Amended] {
            let on = events[at - 1].on;
            events.insert(at, Happened { deed, on });
        }
        prop_assert_eq!(terms(&events, LIMITS, CONFIRM, &autumn()), before);
    }
}
