//! Tells ever higher people what is overdue.

mod ladder;
mod plan;
