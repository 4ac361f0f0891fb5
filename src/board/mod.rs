//! What a person sees of everything at once: the day before them, and a project whole.
//!
//! Reads what other rooms keep, through their doors; decides and writes nothing.

mod day;
pub(crate) mod pages;
mod project;
