//! The network laid on the calendar: which day each item can start and finish, and when construction
//! can begin. The arithmetic is `network`'s, in working days after today; here are the days.

use std::collections::BTreeMap;

use super::network::{self, Cycle, Node, Plan, Standing, Times};
use super::owing::Count;
use super::rules::{Refusal, State, is_gate};
use super::store::{self, Approval, Event};
use super::waiting::Network;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::time::Day;
use crate::store::Conn;

/// The gate everything before it leads to.
pub(crate) const CONSTRUCTION_START: &str = "construction-start";
/// The gate before production.
pub(crate) const PRODUCTION_START: &str = "production-start";

/// Working days by which a department is assumed to be late with each of its items not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delay {
    pub(crate) department: String,
    pub(crate) days: i64,
}

/// When an item can start and must finish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dates {
    pub(crate) start_on: Day,
    pub(crate) finish_on: Day,
    pub(crate) latest_finish_on: Option<Day>,
    pub(crate) slack_days: Option<i64>,
}

/// A network with its days.
#[derive(Debug, Clone)]
pub(crate) struct Forecast {
    /// Durations with the assumed delay, by the network's order.
    pub(crate) durations: Vec<i64>,
    /// None for items that are done or not needed.
    pub(crate) dates: Vec<Option<Dates>>,
    pub(crate) critical_path: Vec<String>,
    /// The day construction can start, or did; none without that gate.
    pub(crate) construction_start_on: Option<Day>,
}

/// Lays a network on the calendar, from today.
///
/// # Errors
/// 422 `approval.cycle`; faults of the store.
pub(crate) fn forecast(
    conn: &mut Conn,
    network: &Network,
    delays: &[Delay],
    count: Count<'_>,
    today: Day,
) -> Result<Forecast> {
    let running = |approval: &&Approval| is_running(approval.state);
    let running = network.approvals.iter().filter(running);
    let running: Vec<Id> = running.map(|approval| approval.id).collect();
    let histories = store::histories(conn, &running)?;
    let nodes = nodes(network, delays, &histories, count, today);
    let plan = network::plan(&nodes, CONSTRUCTION_START).map_err(refused)?;
    let on = |index: i64| count.calendar.plus_working_days(today, index).on;
    let dates = |times: Option<Times>| {
        times.map(|times| Dates {
            start_on: on(times.start),
            finish_on: on(times.finish),
            latest_finish_on: times.latest_finish.map(on),
            slack_days: times.slack(),
        })
    };
    let Plan {
        times,
        critical_path,
    } = plan;
    let mut by_item: BTreeMap<&str, Option<Dates>> = BTreeMap::new();
    for (node, times) in nodes.iter().zip(times) {
        by_item.insert(&node.item, dates(times));
    }
    let of = |approval: &Approval| by_item.get(approval.item.as_str()).copied().flatten();
    let gate = network.find(CONSTRUCTION_START);
    Ok(Forecast {
        durations: network
            .approvals
            .iter()
            .map(|approval| duration(approval, delays))
            .collect(),
        dates: network.approvals.iter().map(of).collect(),
        critical_path,
        construction_start_on: gate.and_then(|gate| {
            let planned = of(gate).map(|dates| dates.finish_on);
            planned.or(gate.finished_on)
        }),
    })
}

/// Refuses a network in which items wait for each other.
///
/// # Errors
/// 422 `approval.cycle` at `/items`, naming them.
pub(crate) fn refuse_cycle(network: &Network) -> Result<()> {
    let bare = |approval: &Approval| Node {
        item: approval.item.clone(),
        duration: 0,
        standing: Standing::Waiting,
        prerequisites: network.prerequisites(approval),
    };
    let nodes: Vec<Node> = network.approvals.iter().map(bare).collect();
    network::plan(&nodes, CONSTRUCTION_START)
        .map(drop)
        .map_err(refused)
}

fn refused(Cycle(items): Cycle) -> crate::kernel::error::Error {
    Refusal::Cycle.with("approval", items).at("/items").into()
}

fn is_running(state: State) -> bool {
    matches!(state, State::Accepted | State::Supplement)
}

/// The items that apply, with what they wait for.
fn nodes(
    network: &Network,
    delays: &[Delay],
    histories: &BTreeMap<Id, Vec<Event>>,
    count: Count<'_>,
    today: Day,
) -> Vec<Node> {
    let applies = network
        .approvals
        .iter()
        .filter(|approval| approval.state != State::NotApplicable);
    let node = |approval: &Approval| Node {
        item: approval.item.clone(),
        duration: duration(approval, delays),
        standing: match approval.accepted_on.filter(|_| is_running(approval.state)) {
            _ if approval.state.is_met() => Standing::Done,
            Some(accepted_on) => {
                let history = histories.get(&approval.id).map_or(&[][..], Vec::as_slice);
                let days = duration(approval, delays).saturating_add(count.still_days(history));
                let finish_on = count.calendar.plus_working_days(accepted_on, days).on;
                let finish = count.calendar.working_days_between(today, finish_on);
                Standing::Running {
                    finish: finish.max(0),
                }
            }
            None => Standing::Waiting,
        },
        prerequisites: network.prerequisites(approval),
    };
    applies.map(node).collect()
}

/// Returns the working days an item takes: as the catalogue plans it, and the assumed delay while it is
/// not done. A gate takes no time, whoever is late.
fn duration(approval: &Approval, delays: &[Delay]) -> i64 {
    let Some(item) = approval.of_catalogue() else {
        return 0;
    };
    let planned = i64::from(item.default_limit_working_days.unwrap_or(0));
    if approval.state.is_met() || is_gate(item.kind) {
        return planned;
    }
    let late = delays
        .iter()
        .filter(|delay| delay.department == approval.department);
    late.fold(planned, |days, delay| days.saturating_add(delay.days))
}
