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
mod waiting;

pub(crate) use actions::{raise, standing};
pub(crate) use deeds::{accept, confirm, reply, resolve};
pub(crate) use fields::Fields;
pub(crate) use owing::recount;
pub(crate) use rules::Severity;
pub(crate) use store::{
    OpenBlocker, Unstaffed, departments_without_accounts, of_project, open_of, put_to_rest,
};
pub(crate) use waiting::given_back;

#[cfg(test)]
mod tests;
