//! fiveone drives a province's major industrial projects by the five-one rule.

mod escalation;
pub mod kernel;
mod mail;
mod people;
mod projects;
mod reference;
mod table;
