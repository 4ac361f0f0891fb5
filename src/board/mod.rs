//! What a person sees first: the day before them.
//!
//! Reads what other rooms keep, through their doors; decides and writes nothing.

mod day;
pub(crate) mod pages;
