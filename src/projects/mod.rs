//! The charter of a project.

#[allow(
    dead_code,
    reason = "drafts are made of what is read here once projects have actions"
)]
mod import;
#[allow(dead_code, reason = "the project row comes with its actions")]
mod stage;
