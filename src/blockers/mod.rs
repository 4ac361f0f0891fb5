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
pub(crate) mod ledger;
mod open;
mod owing;
mod rules;
mod store;
mod waiting;

pub(crate) use actions::raise;
pub(crate) use deeds::{accept, confirm, reply, resolve};
pub(crate) use fields::Fields;
pub(crate) use open::{OpenBlocker, of_project, open_of, open_of_many};
pub(crate) use owing::recount;
pub(crate) use rules::Severity;
pub(crate) use store::{Filter, Unstaffed, departments_without_accounts, put_to_rest};
pub(crate) use waiting::given_back;

#[cfg(test)]
mod tests;
