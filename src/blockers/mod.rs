//! Blockers: one difficulty with land, environment, approvals or anything else is one ticket with a
//! cause, a holder, a place and a clock, from raising to a confirmed outcome.
//!
//! Knows nothing of escalation: what is owed stands in the deadlines.

mod category;
mod clock;
mod rules;
