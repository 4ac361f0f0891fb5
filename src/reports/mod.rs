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
mod letters;
mod lists;
mod matrix;
mod rates;
mod rules;
mod scene;
mod standing;
mod store;
mod views;

pub(crate) use actions::{accept, give_back};
pub(crate) use browse::of_project;
pub(crate) use dues::{owe_at_launch, owe_due, owed_of};
pub(crate) use filing::{draft, submit};
pub(crate) use rules::window;
pub(crate) use standing::standing;
pub(crate) use store::Reason;
pub(crate) use views::LineView;

#[cfg(test)]
mod tests;
