use super::*;

fn code(result: Result<()>) -> Option<&'static str> {
    match result {
        Ok(()) => None,
        Err(crate::kernel::error::Error::Refused(refused)) => Some(
            refused
                .findings
                .first()
                .map_or(refused.code, |found| found.code),
        ),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_stage_moves_one_step_forward_and_back_only_with_a_reason() {
    let table = [
        (Stage::Idea, Stage::Reserve, None, None),
        (Stage::Completed, Stage::Production, None, None),
        (
            Stage::Idea,
            Stage::Idea,
            Some("x"),
            Some("project.stage_same"),
        ),
        (
            Stage::Idea,
            Stage::Preliminary,
            Some("x"),
            Some("project.stage_skipped"),
        ),
        (
            Stage::Idea,
            Stage::Production,
            None,
            Some("project.stage_skipped"),
        ),
        (
            Stage::Reserve,
            Stage::Idea,
            None,
            Some("project.reason_required"),
        ),
        (
            Stage::Reserve,
            Stage::Idea,
            Some(" "),
            Some("project.reason_required"),
        ),
        (
            Stage::Reserve,
            Stage::Idea,
            Some("recorded too early"),
            None,
        ),
    ];
    for (from, to, reason, expected) in table {
        assert_eq!(code(stage(from, to, reason)), expected, "{from} to {to}");
    }
}

#[test]
fn a_pause_ends_after_today_and_has_a_reason() {
    let day = |text: &str| text.parse::<Day>().unwrap();
    let today = day("2026-09-28");
    assert_eq!(code(pause("money", day("2026-09-29"), today)), None);
    for until in ["2026-09-28", "2026-09-27"] {
        assert_eq!(
            code(pause("money", day(until), today)),
            Some("project.until_in_past")
        );
    }
    assert_eq!(
        code(pause(" ", day("2026-09-29"), today)),
        Some("project.reason_required")
    );
}

#[test]
fn an_opening_balance_is_not_negative_and_its_year_is_part_of_the_whole() {
    let of = |total, year| {
        Some(Opening {
            total: Yuan(total),
            year: Yuan(year),
        })
    };
    assert_eq!(code(opening(None)), None);
    assert_eq!(code(opening(of(0, 0))), None);
    assert_eq!(code(opening(of(5, 5))), None);
    assert_eq!(code(opening(of(4, 5))), Some("project.year_exceeds_total"));
    assert_eq!(code(opening(of(-1, 0))), Some("project.negative_amount"));
    assert_eq!(code(opening(of(0, -1))), Some("project.negative_amount"));
}

#[test]
fn every_turn_has_the_states_it_begins_from() {
    let table = [
        (
            State::Draft,
            None,
            Some("project.not_active"),
            Some("project.not_paused"),
            None,
        ),
        (
            State::Active,
            Some("project.not_a_draft"),
            None,
            Some("project.not_paused"),
            None,
        ),
        (
            State::Paused,
            Some("project.not_a_draft"),
            Some("project.not_active"),
            None,
            None,
        ),
        (
            State::Closed,
            Some("project.not_a_draft"),
            Some("project.not_active"),
            Some("project.not_paused"),
            Some("project.ended"),
        ),
        (
            State::Withdrawn,
            Some("project.not_a_draft"),
            Some("project.not_active"),
            Some("project.not_paused"),
            Some("project.ended"),
        ),
    ];
    for (state, draft, active, paused, ended) in table {
        assert_eq!(code(is_draft(state)), draft, "{state}");
        assert_eq!(code(is_active(state)), active, "{state}");
        assert_eq!(code(is_paused(state)), paused, "{state}");
        assert_eq!(code(is_not_ended(state)), ended, "{state}");
    }
}
