//! Quarterly reports (季报): one per project and quarter, drafted, checked, handed in, reviewed and,
//! after the lock, corrected. Versions never change.
//!
//! Knows nothing of who is told of a late report, nor how lamps come about.
#![allow(
    dead_code,
    unused_imports,
    reason = "the actions that use these decisions follow"
)]

mod checks;
mod content;
mod dues;
mod lists;
mod rules;
mod store;

pub(crate) use dues::{owe_at_launch, owe_due, owed_of};
