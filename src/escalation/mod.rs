//! Tells ever higher people what is overdue.
//!
//! Everything here is pure: the policy, what it asks of one deadline on one day, who that is, and
//! how it is gathered into letters. Reading deadlines and posting letters come on top.
#![cfg_attr(
    not(test),
    expect(
        dead_code,
        reason = "the sweep that reads deadlines and posts letters is the user"
    )
)]

mod audience;
mod digest;
mod ladder;
mod plan;
mod posting;
#[cfg(test)]
mod samples;
