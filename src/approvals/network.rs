//! The approval network of a project: when each item can start and finish, which chain decides when
//! construction can start, and how much room the others have. Pure: days are indices of working days
//! after today, which the caller turns into days of the calendar.
//!
//! Legal prerequisites bind; usual predecessors only advise and are not known here. An item not done
//! starts when its last prerequisite finishes, today at the earliest
//! (docs/RULES.md, section 5).

use std::collections::BTreeSet;

/// How far an item has come, so far as time goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Not begun: it takes its whole duration.
    Waiting,
    /// Under way: it finishes at this index by its own start, not before today.
    Running {
        /// 0 or later.
        finish: i64,
    },
    /// Granted or committed: nobody waits for it.
    Done,
}

/// An item of the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) item: String,
    /// Working days from its start to its finish.
    pub(crate) duration: i64,
    pub(crate) standing: Standing,
    /// The items it waits for. Those that are no nodes do not apply and count as met.
    pub(crate) prerequisites: BTreeSet<String>,
}

/// When an item that is not done can start and must finish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) start: i64,
    pub(crate) finish: i64,
    /// The latest finish that does not delay the goal; none off the ways to it.
    pub(crate) latest_finish: Option<i64>,
}

impl Times {
    /// Returns the working days it may slip without delaying the goal.
    pub(crate) fn slack(self) -> Option<i64> {
        self.latest_finish.map(|latest| latest - self.finish)
    }
}

/// The network computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    /// In the order of the nodes; none for items that are done.
    pub(crate) times: Vec<Option<Times>>,
    /// The chain that decides when the goal finishes, in the order of time; empty without a goal, or
    /// when it is done.
    pub(crate) critical_path: Vec<String>,
}

/// Items that wait for each other: each for the next, the last for the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cycle(pub(crate) Vec<String>);

/// Computes a network towards the goal.
///
/// # Errors
/// The items of a cycle.
pub(crate) fn plan(nodes: &[Node], goal: &str) -> Result<Plan, Cycle> {
    let edges = Edges::of(nodes);
    let order = edges.order(nodes)?;
    let mut times = earliest(nodes, &edges, &order);
    let goal = nodes.iter().position(|node| node.item == goal);
    let Some(goal) = goal.filter(|goal| times.get(*goal).copied().flatten().is_some()) else {
        return Ok(Plan {
            times,
            critical_path: Vec::new(),
        });
    };
    latest(nodes, &edges, &order, goal, &mut times);
    let critical_path = chain(nodes, &edges, goal, &times);
    Ok(Plan {
        times,
        critical_path,
    })
}

/// The nodes each node waits for, by position.
struct Edges(Vec<Vec<usize>>);

impl Edges {
    fn of(nodes: &[Node]) -> Self {
        let position = |item: &String| nodes.iter().position(|node| &node.item == item);
        let before = |node: &Node| node.prerequisites.iter().filter_map(position).collect();
        Self(nodes.iter().map(before).collect())
    }

    fn before(&self, node: usize) -> &[usize] {
        self.0.get(node).map_or(&[], Vec::as_slice)
    }

    /// Returns the positions so that each stands after what it waits for.
    fn order(&self, nodes: &[Node]) -> Result<Vec<usize>, Cycle> {
        let mut order: Vec<usize> = Vec::with_capacity(nodes.len());
        let mut placed = vec![false; nodes.len()];
        loop {
            let is_placed = |node: &usize| placed.get(*node).copied().unwrap_or(true);
            let free: Vec<usize> = (0..nodes.len())
                .filter(|node| !is_placed(node) && self.before(*node).iter().all(is_placed))
                .collect();
            if free.is_empty() {
                break;
            }
            for node in &free {
                if let Some(slot) = placed.get_mut(*node) {
                    *slot = true;
                }
            }
            order.extend(free);
        }
        if order.len() == nodes.len() {
            return Ok(order);
        }
        let left = (0..nodes.len()).filter(|node| !placed.get(*node).copied().unwrap_or(true));
        Err(Cycle(self.cycle(nodes, &left.collect())))
    }

    /// Walks from item to prerequisite among those that could not be placed until one comes again.
    fn cycle(&self, nodes: &[Node], left: &BTreeSet<usize>) -> Vec<String> {
        let mut walked: Vec<usize> = Vec::new();
        let mut at = left.first().copied();
        while let Some(node) = at {
            if let Some(from) = walked.iter().position(|seen| *seen == node) {
                walked.drain(..from);
                break;
            }
            walked.push(node);
            let mut waits = self.before(node).iter();
            at = waits.find(|before| left.contains(before)).copied();
        }
        let items = walked.iter().filter_map(|node| nodes.get(*node));
        items.map(|node| node.item.clone()).collect()
    }
}

fn earliest(nodes: &[Node], edges: &Edges, order: &[usize]) -> Vec<Option<Times>> {
    let mut times: Vec<Option<Times>> = vec![None; nodes.len()];
    for at in order {
        let (Some(node), before) = (nodes.get(*at), edges.before(*at)) else {
            continue;
        };
        let finishes = before
            .iter()
            .filter_map(|before| times.get(*before).copied().flatten());
        let ready = finishes.map(|before| before.finish).max().unwrap_or(0);
        let (start, finish) = match node.standing {
            Standing::Done => continue,
            Standing::Waiting => (ready, ready.saturating_add(node.duration)),
            // Its papers may lie with the authority already; granted it is only after what it waits for.
            Standing::Running { finish } => (0, finish.max(ready)),
        };
        if let Some(slot) = times.get_mut(*at) {
            *slot = Some(Times {
                start,
                finish,
                latest_finish: None,
            });
        }
    }
    times
}

/// Fills the latest finishes backwards from the goal.
fn latest(
    nodes: &[Node],
    edges: &Edges,
    order: &[usize],
    goal: usize,
    times: &mut [Option<Times>],
) {
    if let Some(Some(goal)) = times.get_mut(goal) {
        goal.latest_finish = Some(goal.finish);
    }
    for at in order.iter().rev() {
        let Some((node, Some(own))) = nodes.get(*at).zip(times.get(*at).copied()) else {
            continue;
        };
        let Some(latest_finish) = own.latest_finish else {
            continue;
        };
        let needed = match node.standing {
            Standing::Waiting => latest_finish.saturating_sub(node.duration),
            Standing::Running { .. } | Standing::Done => latest_finish,
        };
        for before in edges.before(*at) {
            if let Some(Some(before)) = times.get_mut(*before) {
                let known = before.latest_finish.unwrap_or(i64::MAX);
                before.latest_finish = Some(known.min(needed));
            }
        }
    }
}

/// Walks back from the goal over what decides its start.
fn chain(nodes: &[Node], edges: &Edges, goal: usize, times: &[Option<Times>]) -> Vec<String> {
    let of = |node: usize| times.get(node).copied().flatten();
    let mut chain = Vec::new();
    let mut at = Some(goal);
    while let Some((node, own)) = at.and_then(|at| Some((nodes.get(at)?, of(at)?))) {
        chain.push(node.item.clone());
        let bound = match node.standing {
            Standing::Running { .. } => own.finish,
            Standing::Waiting | Standing::Done => own.start,
        };
        let waits = at.map_or(&[][..], |at| edges.before(at));
        at = waits.iter().copied().find(|before| {
            of(*before).is_some_and(|before| before.finish == bound && before.slack() == Some(0))
        });
    }
    chain.reverse();
    chain
}

#[cfg(test)]
mod tests;
