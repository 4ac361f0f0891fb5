//! fiveone drives a province's major industrial projects by the five-one rule.
//!
//! Direction of use, held by `tests/architecture.rs` (what stands left may be used by what stands
//! right):
//!
//! ```text
//! kernel <- table, reference, settings, text <- store <- journal, mail <- web <- app, metrics <- people <- calendars
//!        <- deadlines <- projects <- attachments, schedules <- blockers, approvals <- reports <- lifecycle
//!        <- catalogue <- escalation <- board, targets <- sheets <- jobs <- seed <- server <- command <- main
//! ```

#[macro_use]
pub mod store;

pub mod app;
mod approvals;
mod blockers;
mod board;
mod calendars;
mod catalogue;
pub mod command;
mod deadlines;
mod escalation;
pub mod jobs;
pub mod journal;
pub mod kernel;
mod lifecycle;
mod mail;
mod metrics;
mod people;
mod projects;
mod reference;
mod reports;
mod schedules;
pub mod seed;
pub mod server;
pub mod settings;
mod sheets;
mod table;
pub mod text;
mod web;
