//! Blockers: one difficulty with land, environment, approvals or anything else is one ticket with a
//! cause, a holder, a place and a clock, from raising to a confirmed outcome.
//!
//! Knows nothing of escalation: what is owed stands in the deadlines.

mod actions;
pub(crate) mod api;
mod category;
mod clock;
mod deeds;
mod fields;
mod holder;
mod owing;
mod rules;
mod store;

pub(crate) use owing::recount;
pub(crate) use store::open_of;
pub(crate) use store::{Unstaffed, departments_without_accounts};

#[cfg(test)]
mod tests;
