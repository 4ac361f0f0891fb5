//! The API over a real socket, on each database there is.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

#[path = "../support/contract.rs"]
mod contract;
#[path = "../support/postgres.rs"]
mod postgres;
#[path = "../support/smtp.rs"]
mod smtp;
#[path = "../support/story.rs"]
mod story;
mod visitor;
#[path = "../support/world.rs"]
mod world;

mod approval_deeds;
mod approvals;
mod blockers;
mod catalogue;
mod console;
mod console_forms;
mod console_sessions;
mod conventions;
mod deadlines;
mod filing;
mod imports;
mod lifecycle;
mod main_job;
mod pages_day;
mod pages_letters;
mod pages_people;
mod pages_projects;
mod people;
mod projects;
mod races;
mod reports;
mod schedules;
mod seams;
