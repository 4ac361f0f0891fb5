//! HTTP as every feature uses it: strict input, answers, problems, idempotency. Knows no feature
//! and no caller.

pub(crate) mod answer;
pub(crate) mod connection;
pub(crate) mod documented;
pub(crate) mod extract;
pub(crate) mod guard;
pub(crate) mod idempotency;
pub(crate) mod ledger;
pub(crate) mod pages;
pub(crate) mod problem;
pub(crate) mod strict;
pub(crate) mod upload;
