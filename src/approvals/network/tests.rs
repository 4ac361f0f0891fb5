use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn node(item: &str, duration: i64, prerequisites: &[&str]) -> Node {
    Node {
        item: item.to_owned(),
        duration,
        standing: Standing::Waiting,
        prerequisites: prerequisites.iter().map(|&item| item.to_owned()).collect(),
    }
}

fn times_of(plan: &Plan, nodes: &[Node], item: &str) -> Times {
    let at = nodes.iter().position(|node| node.item == item).unwrap();
    plan.times[at].unwrap()
}

#[test]
fn the_longest_chain_is_critical_and_the_others_have_slack() {
    let nodes = [
        node("filing", 1, &[]),
        node("land", 22, &["filing"]),
        node("eia", 7, &["filing"]),
        node("permit", 3, &["land"]),
        node("start", 0, &["permit", "eia"]),
    ];
    let plan = plan(&nodes, "start").unwrap();
    assert_eq!(plan.critical_path, ["filing", "land", "permit", "start"]);
    let start = times_of(&plan, &nodes, "start");
    assert_eq!((start.start, start.finish), (26, 26));
    let eia = times_of(&plan, &nodes, "eia");
    assert_eq!((eia.start, eia.finish, eia.latest_finish), (1, 8, Some(26)));
    assert_eq!(eia.slack(), Some(18));
}

#[test]
fn what_is_done_binds_nobody_and_what_runs_keeps_its_own_finish() {
    let mut nodes = [
        node("land", 22, &[]),
        node("eia", 20, &[]),
        node("start", 0, &["land", "eia"]),
    ];
    nodes[0].standing = Standing::Done;
    nodes[1].standing = Standing::Running { finish: 4 };
    let plan = plan(&nodes, "start").unwrap();
    assert_eq!(plan.times[0], None);
    assert_eq!(times_of(&plan, &nodes, "start").finish, 4);
    assert_eq!(plan.critical_path, ["eia", "start"]);
}

#[test]
fn an_item_under_way_is_granted_only_after_what_it_waits_for() {
    let mut nodes = [node("land", 10, &[]), node("permit", 3, &["land"])];
    nodes[1].standing = Standing::Running { finish: 1 };
    let plan = plan(&nodes, "permit").unwrap();
    let permit = times_of(&plan, &nodes, "permit");
    assert_eq!((permit.start, permit.finish), (0, 10));
    assert_eq!(plan.critical_path, ["land", "permit"]);
}

#[test]
fn items_off_the_ways_to_the_goal_have_no_slack_and_a_missing_prerequisite_counts_as_met() {
    let nodes = [
        node("water", 5, &["nowhere"]),
        node("start", 0, &[]),
        node("acceptance", 5, &["start"]),
    ];
    let plan = plan(&nodes, "start").unwrap();
    assert_eq!(times_of(&plan, &nodes, "water").slack(), None);
    assert_eq!(times_of(&plan, &nodes, "acceptance").slack(), None);
    assert_eq!(times_of(&plan, &nodes, "acceptance").start, 0);
}

#[test]
fn without_the_goal_there_is_no_critical_path() {
    let nodes = [node("water", 5, &[])];
    assert!(plan(&nodes, "start").unwrap().critical_path.is_empty());
}

#[test]
fn a_cycle_is_named() {
    let nodes = [
        node("a", 1, &[]),
        node("b", 1, &["a", "d"]),
        node("c", 1, &["b"]),
        node("d", 1, &["c"]),
        node("e", 1, &["d"]),
    ];
    let Cycle(mut items) = plan(&nodes, "e").unwrap_err();
    items.sort();
    assert_eq!(items, ["b", "c", "d"]);
    let own = [node("a", 1, &["a"])];
    assert_eq!(plan(&own, "a"), Err(Cycle(vec!["a".to_owned()])));
}

/// The length of every path to a node, one by one: no order, no memory of what was computed.
fn longest(nodes: &BTreeMap<&str, &Node>, item: &str) -> i64 {
    let node = nodes[item];
    let ready = node.prerequisites.iter();
    let ready = ready.filter(|item| nodes.contains_key(item.as_str()));
    let ready = ready.map(|item| longest(nodes, item)).max().unwrap_or(0);
    match node.standing {
        Standing::Done => 0,
        Standing::Waiting => ready + node.duration,
        Standing::Running { finish } => finish.max(ready),
    }
}

/// Random networks without cycles: a node waits only for nodes before it.
fn networks() -> impl Strategy<Value = Vec<Node>> {
    let standing = prop_oneof![
        6 => Just(Standing::Waiting),
        2 => (0_i64..30).prop_map(|finish| Standing::Running { finish }),
        1 => Just(Standing::Done),
    ];
    let one = (
        0_i64..40,
        standing,
        prop::collection::vec(any::<prop::sample::Index>(), 0..4),
    );
    prop::collection::vec(one, 1..14).prop_map(|made| {
        let name = |at: usize| format!("n{at}");
        let made = made.into_iter().enumerate();
        made.map(|(at, (duration, standing, before))| Node {
            item: name(at),
            duration,
            standing,
            prerequisites: before
                .iter()
                .filter(|_| at > 0)
                .map(|index| name(index.index(at.max(1))))
                .collect(),
        })
        .collect()
    })
}

proptest! {
    #[test]
    fn every_earliest_finish_is_the_longest_path_to_it(nodes in networks()) {
        let plan = plan(&nodes, "n0").unwrap();
        let by_item = nodes.iter().map(|node| (node.item.as_str(), node)).collect();
        for (node, times) in nodes.iter().zip(&plan.times) {
            let Some(times) = times else {
                prop_assert_eq!(node.standing, Standing::Done);
                continue;
            };
            prop_assert_eq!(times.finish, longest(&by_item, &node.item));
        }
    }

    #[test]
    fn slack_is_what_an_item_can_slip_without_moving_the_goal_and_one_day_more_moves_it(nodes in networks()) {
        let goal = nodes.last().unwrap().item.clone();
        let before = plan(&nodes, &goal).unwrap();
        let finish = |plan: &Plan| plan.times.last().copied().flatten().map(|times| times.finish);
        for at in 0..nodes.len() {
            let Some(slack) = before.times[at].and_then(Times::slack) else { continue };
            prop_assert!(slack >= 0);
            for (slip, moves) in [(slack, false), (slack + 1, true)] {
                let mut slipped = nodes.clone();
                let own = before.times[at].unwrap();
                slipped[at].standing = Standing::Running { finish: own.finish + slip };
                let after = plan(&slipped, &goal).unwrap();
                prop_assert_eq!(finish(&after) > finish(&before), moves, "{} by {}", at, slip);
            }
        }
    }

    #[test]
    fn the_critical_path_is_a_chain_without_slack_that_ends_in_the_goal(nodes in networks()) {
        let goal = nodes.last().unwrap().item.clone();
        let plan = plan(&nodes, &goal).unwrap();
        for pair in plan.critical_path.windows(2) {
            let after = nodes.iter().find(|node| node.item == pair[1]).unwrap();
            prop_assert!(after.prerequisites.contains(&pair[0]));
            prop_assert_eq!(times_of(&plan, &nodes, &pair[0]).slack(), Some(0));
        }
        if plan.times.last().unwrap().is_some() {
            prop_assert_eq!(plan.critical_path.last(), Some(&goal));
        }
    }
}
