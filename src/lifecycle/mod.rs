//! The life of a project under the five-one rule: how its five pillars stand, launch, pause,
//! resumption, closure, withdrawal, and the stages it goes through.
//!
//! Writes the project through the door of projects, and asks schedules, blockers and reports what
//! it has to know; none of them knows it.

mod actions;
pub(crate) mod api;
pub(crate) mod pages;
mod pillars;
mod rules;
mod vacancies;

pub(crate) use actions::{close, launch, pause, withdraw};
pub(crate) use pillars::five_one_of;
pub(crate) use rules::Opening;
pub(crate) use vacancies::owe_vacancies;

#[cfg(test)]
mod tests;
