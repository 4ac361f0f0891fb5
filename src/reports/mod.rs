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
mod letters;
mod lists;
mod rules;
mod scene;
mod store;
mod views;

pub(crate) use actions::{accept, draft, give_back, submit};
pub(crate) use browse::of_project;
pub(crate) use dues::{owe_at_launch, owe_due, owed_of};
pub(crate) use rules::window;
pub(crate) use store::Reason;
pub(crate) use views::LineView;

#[cfg(test)]
mod tests;
