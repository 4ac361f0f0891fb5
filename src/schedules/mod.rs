//! The fifth pillar: the one schedule of a project, its milestones, their frozen baseline, and the
//! date changes by which alone a due day moves under dispatch.
//!
//! Fills the schedule's column of the project through the door of projects, and owes each undone
//! milestone through that of deadlines. Knows nothing of reports, launches or closures.

mod actions;
pub(crate) mod api;
mod changes;
pub(crate) mod ledger;
mod milestone;
mod owing;
pub(crate) mod pages;
mod progress;
mod rules;
mod store;
mod waiting;

pub(crate) use actions::{Put, freeze_baseline, put, standing};
pub(crate) use milestone::{Milestone, MilestoneKind};
pub(crate) use progress::{Progress, record_progress};
pub(crate) use rules::Step;
pub(crate) use store::{milestones, milestones_of};
pub(crate) use waiting::{WaitingChange, waiting_for};

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
