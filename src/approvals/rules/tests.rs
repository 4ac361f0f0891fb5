use super::*;
use crate::reference::approval_items;

fn item(slug: &str) -> &'static ApprovalItem {
    approval_items()
        .iter()
        .find(|item| item.slug == slug)
        .unwrap()
}

fn day_of(text: &str) -> Day {
    text.parse().unwrap()
}

fn code(refused: Result<()>) -> &'static str {
    match refused.unwrap_err() {
        crate::kernel::error::Error::Refused(refused) => refused.findings[0].code,
        fault => panic!("{fault:?}"),
    }
}

#[test]
fn a_permit_goes_from_papers_over_acceptance_to_the_grant() {
    let eia = item("eia-report");
    let mut state = State::NotSubmitted;
    for (deed, next) in [
        (Deed::Submitted, State::Submitted),
        (Deed::Accepted, State::Accepted),
        (Deed::SupplementAsked, State::Supplement),
        (Deed::Supplemented, State::Accepted),
        (Deed::Granted, State::Granted),
    ] {
        state = decide(eia, state, deed).unwrap();
        assert_eq!(state, next);
    }
    assert!(possible(eia, state).is_empty());
}

#[test]
fn a_refused_permit_may_be_submitted_again() {
    let eia = item("eia-report");
    assert_eq!(
        decide(eia, State::Refused, Deed::Submitted).unwrap(),
        State::Submitted
    );
}

#[test]
fn a_deed_that_is_not_possible_names_those_that_are() {
    let fault = decide(item("eia-report"), State::Submitted, Deed::Granted).unwrap_err();
    let crate::kernel::error::Error::Refused(refused) = fault else {
        panic!("{fault:?}")
    };
    assert_eq!(refused.code, "approval.not_possible");
    let possible = refused.facts.get("approval_possible").unwrap().to_string();
    assert_eq!(possible, r#"["accepted","refused","committed","excluded"]"#);
}

#[test]
fn the_owner_marks_its_own_matters_and_the_department_what_lies_between_authorities() {
    let own = item("eia-acceptance");
    assert_eq!(act(own, Deed::Granted), Act::SubmitApproval);
    assert_eq!(
        decide(own, State::NotSubmitted, Deed::Granted).unwrap(),
        State::Granted
    );
    let internal = item("planning-conditions");
    assert_eq!(
        decide(internal, State::NotSubmitted, Deed::Accepted).unwrap(),
        State::Accepted
    );
    assert!(decide(internal, State::NotSubmitted, Deed::Submitted).is_err());
}

#[test]
fn nobody_does_a_deed_on_a_gate() {
    let gate = item("construction-start");
    for deed in Deed::ALL {
        for state in State::ALL {
            assert!(decide(gate, *state, *deed).is_err(), "{deed} {state}");
        }
    }
}

#[test]
fn only_what_is_granted_not_needed_or_committed_lets_others_pass() {
    let met: Vec<_> = State::ALL.iter().filter(|state| state.is_met()).collect();
    assert_eq!(
        met,
        [&State::Granted, &State::NotApplicable, &State::Committed]
    );
}

#[test]
fn a_day_lies_between_the_last_deed_and_today() {
    let (entered, today) = (day_of("2026-10-01"), day_of("2026-11-20"));
    let last = Some(day_of("2026-11-10"));
    for on in ["2026-11-10", "2026-11-20"] {
        day(day_of(on), last, entered, today).unwrap();
    }
    assert_eq!(
        code(day(day_of("2026-11-21"), last, entered, today)),
        "approval.in_future"
    );
    assert_eq!(
        code(day(day_of("2026-11-09"), last, entered, today)),
        "approval.before_last"
    );
}

#[test]
fn a_permit_older_than_the_project_here_is_entered_with_its_day_but_not_any_day() {
    let (entered, today) = (day_of("2026-10-01"), day_of("2026-11-20"));
    day(day_of("2023-05-04"), None, entered, today).unwrap();
    assert_eq!(
        code(day(day_of("2000-01-01"), None, entered, today)),
        "approval.before_project"
    );
}
