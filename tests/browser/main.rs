//! The console as people see it: pages of a running server in headless Chromium, steered through its
//! own driver.
//!
//! Where there is no Chromium, one line says so; `DEMAND_BROWSER=1` makes that a failure.

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
#[allow(
    dead_code,
    reason = "shared with the tests of the API, which use all of it"
)]
#[path = "../support/story.rs"]
mod story;
#[allow(
    dead_code,
    reason = "shared with the tests of the API, which use all of it"
)]
#[path = "../support/world.rs"]
mod world;

mod chromium;
mod crawl;
mod elsewhere;
mod everywhere;
mod foreign;
mod hostile;
mod inspection;
mod journeys;
mod stage;
mod visitor;
