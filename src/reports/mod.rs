//! Quarterly reports (季报): one per project and quarter, drafted, checked, handed in, reviewed and,
//! after the lock, corrected. Versions never change.
//!
//! Knows nothing of who is told of a late report, nor how lamps come about.

mod actions;
pub(crate) mod api;
mod browse;
mod carry;
mod checks;
mod content;
mod dues;
mod evidence;
mod filing;
pub(crate) mod ledger;
mod letters;
mod lists;
mod many;
mod matrix;
mod rates;
mod rules;
mod scene;
mod store;
mod views;

pub(crate) use actions::{accept, give_back};
pub(crate) use browse::of_project;
pub(crate) use checks::{Found, Severity, UNIT_SCALE};
pub(crate) use content::{Claim, Content, NextStep, Percent, Problems, Rating, Recovery};
pub(crate) use dues::{owe_at_launch, owe_due, owed_of};
pub(crate) use filing::{draft, submit};
pub(crate) use lists::Filter;
pub(crate) use many::{Desk, Wanted, desks, quarter_to_file};
pub(crate) use rules::{State as ReportState, window};
pub(crate) use store::Reason;
pub(crate) use views::LineView;

#[cfg(test)]
mod tests;
