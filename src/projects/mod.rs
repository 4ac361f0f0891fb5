//! The charter of a project.

#[allow(
    dead_code,
    reason = "drafts are made of what is read here once projects have actions"
)]
mod import;
pub(crate) mod stage;
mod store;

pub(crate) use store::{Project, State, get, in_scope};
