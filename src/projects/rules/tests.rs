use super::*;
use crate::kernel::time::Moment;
use crate::text::{self, Lang};

fn codes(gaps: &[Finding]) -> Vec<&'static str> {
    gaps.iter().map(|gap| gap.code).collect()
}

fn person(role: Role) -> Account {
    Account {
        id: Id::new(),
        email: "a@b.cn".to_owned(),
        email_key: "a@b.cn".to_owned(),
        name: "甲".to_owned(),
        phone: None,
        post: Some("副市长".to_owned()),
        unit: None,
        role,
        region: None,
        department: None,
        language: Lang::Zh,
        password_hash: None,
        epoch: 1,
        disabled_at: None,
        created_at: Moment::from_millis(0),
        version: 1,
    }
}

const PLAN: PlanText<'static> = PlanText {
    title: "方案",
    objectives: "目标",
    scope: "范围",
    safeguards: "保障",
    investment: &[(2026, Yuan(60)), (2027, Yuan(40))],
};

#[test]
fn a_plan_whose_years_sum_to_the_total_has_no_gap() {
    assert_eq!(plan_gaps(Some(&PLAN), Some(Yuan(100))), []);
}

#[test]
fn a_plan_that_is_one_yuan_off_does_not_sum() {
    for total in [99, 101] {
        let gaps = plan_gaps(Some(&PLAN), Some(Yuan(total)));
        assert_eq!(codes(&gaps), ["plan.investment_does_not_sum"]);
        assert_eq!(gaps[0].pointer, "/investment");
        assert_eq!(gaps[0].facts.get("sum").unwrap(), 100);
    }
}

#[test]
fn a_sum_beyond_any_amount_is_a_gap_and_no_panic() {
    let years = [(2026, Yuan(i64::MAX)), (2027, Yuan(1))];
    let plan = PlanText {
        investment: &years,
        ..PLAN
    };
    let gaps = plan_gaps(Some(&plan), Some(Yuan(1)));
    assert_eq!(codes(&gaps), ["plan.investment_does_not_sum"]);
}

#[test]
fn everything_a_plan_lacks_is_told_at_once() {
    let plan = PlanText {
        objectives: " ",
        safeguards: "",
        investment: &[],
        ..PLAN
    };
    let gaps = plan_gaps(Some(&plan), None);
    assert_eq!(
        codes(&gaps),
        [
            "plan.incomplete",
            "plan.incomplete",
            "plan.total_missing",
            "plan.investment_missing"
        ]
    );
    assert_eq!(gaps[1].pointer, "/safeguards");
    assert_eq!(codes(&plan_gaps(None, None)), ["plan.missing"]);
}

#[test]
fn a_leader_is_a_lead_with_post_and_address() {
    assert_eq!(leader_gaps(Some(&person(Role::Lead))), []);
    let mut stranger = person(Role::Viewer);
    stranger.post = Some("  ".to_owned());
    stranger.email = String::new();
    assert_eq!(
        codes(&leader_gaps(Some(&stranger))),
        ["leader.not_a_lead", "leader.no_post", "leader.no_email"]
    );
    assert_eq!(codes(&leader_gaps(None)), ["leader.missing"]);
}

#[test]
fn a_disabled_person_is_an_absence_and_nothing_else() {
    let mut gone = person(Role::Lead);
    gone.disabled_at = Some(Moment::from_millis(1));
    for gaps in [leader_gaps(Some(&gone)), owner_gaps(Some(&gone), None)] {
        assert_eq!(gaps.len(), 1);
        assert!(is_absence(&gaps[0]), "{gaps:?}");
    }
    assert!(!is_absence(&Gap::LeaderNoPost.finding("")));
}

#[test]
fn an_owner_needs_no_post_but_is_not_the_leader() {
    let mut owner = person(Role::Lead);
    owner.post = None;
    assert_eq!(owner_gaps(Some(&owner), Some(Id::new())), []);
    assert_eq!(
        codes(&owner_gaps(Some(&owner), Some(owner.id))),
        ["owner.is_leader"]
    );
    assert_eq!(codes(&owner_gaps(None, None)), ["owner.missing"]);
}

#[test]
fn one_member_may_carry_all_duties_but_three_are_needed() {
    let duty = |words: &[&str]| {
        words
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    let three = [
        duty(&["land", "environment", "approval"]),
        duty(&[]),
        duty(&["funding"]),
    ];
    let team = TeamShape {
        has_convenor: true,
        duties: &three,
    };
    assert_eq!(team_gaps(Some(&team)), []);
    let two = TeamShape {
        has_convenor: true,
        duties: &three[..2],
    };
    assert_eq!(codes(&team_gaps(Some(&two))), ["team.too_few"]);
}

#[test]
fn each_uncovered_duty_is_named() {
    let duties = vec![vec!["land".to_owned()]; 3];
    let team = TeamShape {
        has_convenor: false,
        duties: &duties,
    };
    let gaps = team_gaps(Some(&team));
    assert_eq!(
        codes(&gaps),
        [
            "team.no_convenor",
            "team.duty_uncovered",
            "team.duty_uncovered"
        ]
    );
    assert_eq!(gaps[1].facts.get("duty").unwrap(), "environment");
    assert_eq!(codes(&team_gaps(None)), ["team.missing"]);
}

#[test]
fn every_gap_has_words() {
    let all = [
        Gap::PlanMissing,
        Gap::PlanIncomplete,
        Gap::PlanTotalMissing,
        Gap::PlanInvestmentMissing,
        Gap::PlanInvestmentDoesNotSum,
        Gap::LeaderMissing,
        Gap::LeaderAbsent,
        Gap::LeaderNotALead,
        Gap::LeaderNoPost,
        Gap::LeaderNoEmail,
        Gap::OwnerMissing,
        Gap::OwnerAbsent,
        Gap::OwnerNotALead,
        Gap::OwnerNoEmail,
        Gap::OwnerIsLeader,
        Gap::TeamMissing,
        Gap::TeamNoConvenor,
        Gap::TeamTooFew,
        Gap::TeamDutyUncovered,
    ];
    for gap in all {
        assert!(text::knows(gap.code()), "{}", gap.code());
    }
}
