//! Tells ever higher people what is overdue.
//!
//! The pure part is the policy, what it asks of one deadline on one day, who that is, and how it is
//! gathered into letters. On top of it the sweep reads the deadlines that have come and posts.

mod actions;
pub(crate) mod api;
mod around;
mod audience;
mod digest;
mod faults;
mod ladder;
mod letters;
pub(crate) mod outlook;
mod owed;
pub(crate) mod pages;
mod plan;
mod policy;
mod posting;
mod rungs;
#[cfg(test)]
mod samples;
mod store;
pub(crate) mod told;
mod verdict;
mod wanted;

pub(crate) use actions::sweep;
pub(crate) use owed::owed_by;
pub(crate) use policy::policy;
pub(crate) use wanted::{hours, still_wanted};
