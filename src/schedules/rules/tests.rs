use super::*;
use crate::kernel::error::Error;
use crate::schedules::testing::{day, steps};

fn codes(gaps: &[Finding]) -> Vec<(String, &'static str)> {
    let told = gaps.iter().map(|gap| (gap.pointer.clone(), gap.code));
    told.collect()
}

fn gaps_after(change: impl Fn(&mut Vec<Step>)) -> Vec<(String, &'static str)> {
    let mut steps = steps();
    change(&mut steps);
    codes(&gaps(Some(&steps)))
}

/// The milestones of the steps, as a launched project has them.
fn milestones(done: &[usize]) -> Vec<Milestone> {
    let rows = steps().into_iter().enumerate().map(|(at, step)| Milestone {
        id: Id::new(),
        project_id: Id::default(),
        position: i64::try_from(at).unwrap(),
        name: step.name,
        kind: step.kind,
        weight: step.weight,
        critical: step.critical,
        baseline_on: Some(step.due_on),
        due_on: step.due_on,
        forecast_on: None,
        done_on: done.contains(&at).then(|| day("2026-09-20")),
        moves: 0,
        removed_at: None,
    });
    rows.collect()
}

fn told(result: Result<()>) -> Option<(&'static str, Vec<(String, &'static str)>)> {
    match result {
        Ok(()) => None,
        Err(Error::Refused(refused)) => Some((refused.code, codes(&refused.findings))),
        Err(other) => panic!("{other}"),
    }
}

/// Edits a schedule under dispatch.
fn edited(
    done: &[usize],
    reason: Option<&str>,
    change: impl Fn(&mut Vec<Step>),
) -> Option<&'static str> {
    let present = milestones(done);
    let mut steps: Vec<Step> = present.iter().map(Step::from).collect();
    change(&mut steps);
    let before = Before {
        milestones: &present,
        changing: &[present[3].id],
        under_dispatch: true,
    };
    let matched = matched(&present, &steps).unwrap();
    told(edit(&before, &steps, &matched, reason)).map(|(code, _)| match code {
        "body.invalid" => "schedule.reason_required",
        code => code,
    })
}

#[test]
fn a_whole_schedule_has_no_gap_and_none_at_all_is_one() {
    assert_eq!(gaps_after(|_| ()), []);
    assert_eq!(codes(&gaps(None)), [(String::new(), "schedule.missing")]);
}

#[test]
fn an_empty_list_lacks_everything_at_once() {
    let found = gaps_after(Vec::clear);
    let found: Vec<_> = found.iter().map(|(_, code)| *code).collect();
    assert_eq!(
        found,
        [
            "schedule.too_few",
            "schedule.kind_missing",
            "schedule.kind_missing",
            "schedule.kind_missing",
            "schedule.weights_do_not_sum",
        ]
    );
}

#[test]
fn each_gap_is_named_at_its_place() {
    let one = |pointer: &str, code| vec![(pointer.to_owned(), code)];
    assert_eq!(
        gaps_after(|steps| {
            steps.remove(1);
            steps[0].weight = 50;
        }),
        one("/milestones", "schedule.too_few")
    );
    assert_eq!(
        gaps_after(|steps| steps[0].kind = MilestoneKind::Other),
        one("/milestones", "schedule.kind_missing")
    );
    assert_eq!(
        gaps_after(|steps| steps[1].kind = MilestoneKind::Start),
        one("/milestones/1/kind", "schedule.kind_twice")
    );
    assert_eq!(
        gaps_after(|steps| steps[1].due_on = day("2026-11-01")),
        one("/milestones/1/due_on", "schedule.out_of_order")
    );
    for weight in [19, 21, 0, i64::MAX] {
        assert_eq!(
            gaps_after(|steps| steps[0].weight = weight),
            one("/milestones", "schedule.weights_do_not_sum")
        );
    }
}

#[test]
fn equal_days_are_fine_in_any_order_of_the_kinds() {
    let all = |steps: &mut Vec<Step>| {
        for step in steps {
            step.due_on = day("2027-01-01");
        }
    };
    assert_eq!(gaps_after(all), []);
    assert_eq!(
        gaps_after(|steps| {
            all(steps);
            steps.reverse();
        }),
        []
    );
}

#[test]
fn production_never_comes_before_completion() {
    let found = gaps_after(|steps| {
        steps[2].kind = MilestoneKind::Production;
        steps[3].kind = MilestoneKind::Completion;
    });
    assert_eq!(
        found,
        [(
            "/milestones/2/due_on".to_owned(),
            "schedule.kinds_out_of_order"
        )]
    );
}

#[test]
fn a_list_put_again_without_ids_goes_on_with_the_same_milestones() {
    let present = milestones(&[]);
    let matched = matched(&present, &steps()).unwrap();
    let ids: Vec<_> = matched.iter().map(|kept| kept.unwrap().id).collect();
    assert_eq!(ids, present.iter().map(|m| m.id).collect::<Vec<_>>());
}

#[test]
fn a_milestone_is_named_once_and_is_of_this_schedule() {
    let present = milestones(&[]);
    let mut steps = steps();
    steps[0].id = Some(present[0].id);
    steps[1].id = Some(present[0].id);
    steps[2].id = Some(Id::new());
    steps[3].name = " ".to_owned();
    let refused = matched(&present, &steps).map(|_| ());
    assert_eq!(
        told(refused).unwrap().1,
        [
            ("/milestones/1/id".to_owned(), "milestone.twice"),
            ("/milestones/2/id".to_owned(), "milestone.unknown"),
            ("/milestones/3/name".to_owned(), "milestone.name_blank"),
        ]
    );
}

#[test]
fn under_dispatch_a_due_day_moves_by_a_date_change_alone() {
    let moves = Some("schedule.needs_date_change");
    assert_eq!(
        edited(&[], Some("late"), |steps| steps[1].due_on =
            day("2027-07-01")),
        moves
    );
    assert_eq!(
        edited(&[], None, |steps| steps[1].due_on = day("2027-07-01")),
        moves
    );
    // Neither without its id, nor by way of another milestone of the same kind.
    assert_eq!(
        edited(&[], Some("late"), |steps| {
            steps[3].id = None;
            steps[3].name = "试生产".to_owned();
            steps[3].due_on = day("2029-09-30");
        }),
        moves
    );
    assert_eq!(
        edited(&[], Some("late"), |steps| {
            let mut anew = steps[3].clone();
            steps[3].kind = MilestoneKind::Other;
            steps[3].weight = 0;
            anew.id = None;
            anew.due_on = day("2029-09-30");
            steps.push(anew);
        }),
        moves
    );
}

#[test]
fn under_dispatch_any_other_edit_needs_a_reason_and_keeps_the_pillar_whole() {
    assert_eq!(edited(&[], None, |_| ()), None);
    let weights = |steps: &mut Vec<Step>| {
        steps[0].weight = 30;
        steps[1].weight = 20;
    };
    assert_eq!(edited(&[], Some("as built"), weights), None);
    for reason in [None, Some(" ")] {
        assert_eq!(
            edited(&[], reason, weights),
            Some("schedule.reason_required")
        );
    }
    assert_eq!(
        edited(&[], Some("as built"), |steps| steps[0].weight = 30),
        Some("project.would_break_pillar")
    );
    assert_eq!(
        edited(&[], Some("as built"), |steps| {
            steps.remove(1);
            steps[0].weight = 50;
        }),
        Some("project.would_break_pillar")
    );
}

#[test]
fn what_is_done_or_waits_for_a_decision_is_not_taken_out() {
    let without = |at: usize| {
        move |steps: &mut Vec<Step>| {
            steps.remove(at);
        }
    };
    assert_eq!(
        edited(&[1], Some("x"), without(1)),
        Some("schedule.done_stays")
    );
    assert_eq!(
        edited(&[], Some("x"), without(3)),
        Some("schedule.change_open")
    );
}

#[test]
fn on_a_draft_only_the_due_day_of_what_is_done_needs_a_reason() {
    let present = milestones(&[0]);
    let before = Before {
        milestones: &present,
        changing: &[],
        under_dispatch: false,
    };
    let mut steps: Vec<Step> = present.iter().map(Step::from).collect();
    steps[1].due_on = day("2027-07-01");
    steps.remove(3);
    let kept = matched(&present, &steps).unwrap();
    assert_eq!(told(edit(&before, &steps, &kept, None)), None);
    steps[0].due_on = day("2026-11-03");
    let refused = told(edit(&before, &steps, &kept, None)).unwrap();
    assert_eq!(
        refused.1,
        [("/reason".to_owned(), "schedule.reason_required")]
    );
    assert_eq!(told(edit(&before, &steps, &kept, Some("slip"))), None);
}

#[test]
fn a_milestone_is_done_by_today_and_forecast_from_today() {
    let milestone = &milestones(&[])[0];
    let today = day("2026-09-28");
    let said = |forecast: Option<&str>, done: Option<&str>| {
        let said = Said {
            forecast_on: forecast.map(|on| Some(day(on))),
            done_on: done.map(|on| Some(day(on))),
        };
        let wrong = progressed(milestone, said, "", today).err();
        wrong.map(|wrong| codes(&wrong))
    };
    let one = |at: &str, code| Some(vec![(at.to_owned(), code)]);
    assert_eq!(said(None, Some("2026-09-28")), None);
    assert_eq!(
        said(None, Some("2026-09-29")),
        one("/done_on", "milestone.done_in_future")
    );
    assert_eq!(said(Some("2026-09-28"), None), None);
    assert_eq!(
        said(Some("2026-09-27"), None),
        one("/forecast_on", "milestone.forecast_in_past")
    );
    // Once it is done, what was forecast no longer matters.
    assert_eq!(said(Some("2026-09-27"), Some("2026-09-27")), None);
}

#[test]
fn near_its_day_a_critical_milestone_is_decided_one_level_up() {
    // Without any year loaded: Monday to Friday.
    let calendar = WorkCalendar::new([]);
    let milestone = |critical| Milestone {
        critical,
        due_on: day("2026-11-02"),
        ..milestones(&[])[0].clone()
    };
    let level = |critical, project, today: &str| {
        deciding_level(&calendar, &milestone(critical), project, 20, day(today))
    };
    // 20 working days before Monday 2 November is Monday 5 October.
    assert_eq!(level(true, Level::County, "2026-10-02"), Level::County);
    assert_eq!(level(true, Level::County, "2026-10-05"), Level::City);
    assert_eq!(level(true, Level::County, "2026-11-03"), Level::City);
    assert_eq!(level(false, Level::County, "2026-11-03"), Level::County);
    assert_eq!(level(true, Level::City, "2026-10-05"), Level::Province);
    assert_eq!(level(true, Level::Province, "2026-10-05"), Level::Province);
}
