//! 审批事项: the permits of a project as one network of items that run in parallel. Each has a state, a
//! clock and what it waits for; together they say which permit holds up construction.
//!
//! Knows nothing of escalation: what is owed stands in the deadlines.

mod actions;
pub(crate) mod api;
mod deeds;
mod forecast;
mod network;
mod owing;
mod profiles;
mod rules;
mod store;
mod views;
mod waiting;

pub(crate) use actions::{gate, pass, standing};
pub(crate) use forecast::{CONSTRUCTION_START, PRODUCTION_START};
pub(crate) use owing::recount;
pub(crate) use store::put_to_rest;
