//! The charter of a project.

mod import;
