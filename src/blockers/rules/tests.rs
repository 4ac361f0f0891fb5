use proptest::prelude::*;

use super::*;

const REOPEN_DAYS: i64 = 30;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn decided(state: State, deed: Deed) -> Result<State> {
    decide(state, deed, Past::default(), day("2026-10-10"), REOPEN_DAYS)
}

fn code(result: Result<State>) -> &'static str {
    result.unwrap_err().code().unwrap()
}

#[test]
fn a_blocker_goes_from_raised_to_closed() {
    let way = [
        (Deed::Accepted, State::Accepted),
        (Deed::Replied, State::InProgress),
        (Deed::Resolved, State::Resolved),
        (Deed::Confirmed, State::Closed),
    ];
    let mut state = State::Raised;
    for (deed, expected) in way {
        state = decided(state, deed).unwrap();
        assert_eq!(state, expected);
    }
}

#[test]
fn every_state_and_deed_not_of_the_way_is_refused_and_what_is_possible_is_named() {
    use Deed::{
        Accepted, Amended, Commented, Confirmed, Objected, Raised, Reopened, Replied, Resolved,
        Returned, Submitted, Withdrawn,
    };
    let possible: [(State, &[Deed]); 8] = [
        (
            State::Raised,
            &[Amended, Accepted, Returned, Withdrawn, Commented],
        ),
        (State::Accepted, &[Replied, Withdrawn, Commented]),
        (
            State::InProgress,
            &[Replied, Resolved, Withdrawn, Commented],
        ),
        (State::Paused, &[Withdrawn, Commented]),
        (State::Resolved, &[Confirmed, Objected, Commented]),
        (State::Closed, &[Reopened, Commented]),
        (State::Returned, &[Amended, Submitted, Withdrawn, Commented]),
        (State::Withdrawn, &[Commented]),
    ];
    for (state, deeds) in possible {
        for deed in Deed::ALL {
            let result = decided(state, *deed);
            if deeds.contains(deed) {
                assert!(result.is_ok(), "{state} {deed}");
                continue;
            }
            let Err(Error::Refused(refused)) = result else {
                panic!("{state} {deed}")
            };
            assert_eq!(refused.code, "blocker.not_possible");
            let named = refused.facts.get("possible").unwrap().as_array().unwrap();
            assert_eq!(named.len(), deeds.len(), "{state}");
        }
        assert!(decided(state, Raised).is_err());
    }
}

#[test]
fn a_blocker_is_returned_once() {
    let past = Past {
        returned: true,
        closed_on: None,
    };
    let today = day("2026-10-10");
    let second = decide(State::Raised, Deed::Returned, past, today, REOPEN_DAYS);
    assert_eq!(code(second), "blocker.returned_already");
    let accepted = decide(State::Raised, Deed::Accepted, past, today, REOPEN_DAYS);
    assert_eq!(accepted.unwrap(), State::Accepted);
}

#[test]
fn a_closed_blocker_is_reopened_on_the_thirtieth_day_and_not_on_the_next() {
    let past = Past {
        returned: false,
        closed_on: Some(day("2026-10-10")),
    };
    let on = |today| decide(State::Closed, Deed::Reopened, past, day(today), REOPEN_DAYS);
    assert_eq!(on("2026-10-10").unwrap(), State::InProgress);
    assert_eq!(on("2026-11-09").unwrap(), State::InProgress);
    assert_eq!(code(on("2026-11-10")), "blocker.closed_too_long");
}

#[test]
fn the_holder_works_and_the_project_side_raises_and_confirms() {
    for rule in TABLE {
        let expected = match rule.deed {
            Deed::Accepted | Deed::Returned | Deed::Replied | Deed::Resolved => Act::WorkBlocker,
            Deed::Confirmed | Deed::Objected => Act::ConfirmResolution,
            Deed::Reopened => Act::ReopenBlocker,
            Deed::Commented => Act::Comment,
            _ => Act::AmendBlocker,
        };
        assert_eq!(rule.act, expected, "{}", rule.deed);
    }
}

fn any_deed() -> impl Strategy<Value = Deed> {
    prop::sample::select(Deed::ALL)
}

proptest! {
    #[test]
    fn no_walk_closes_a_blocker_without_outcome_and_confirmation(
        deeds in prop::collection::vec(any_deed(), 0..60)
    ) {
        let (mut state, mut done) = (State::Raised, Vec::new());
        for deed in deeds {
            if let Ok(next) = decided(state, deed) {
                state = next;
                if deed != Deed::Commented {
                    done.push(deed);
                }
            }
            if state == State::Closed {
                prop_assert!(done.ends_with(&[Deed::Resolved, Deed::Confirmed]));
            }
        }
    }

    #[test]
    fn nothing_but_a_comment_happens_after_a_withdrawal(deed in any_deed()) {
        prop_assert_eq!(decided(State::Withdrawn, deed).is_ok(), deed == Deed::Commented);
    }
}
