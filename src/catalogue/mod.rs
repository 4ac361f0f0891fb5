//! What everyone looks up and administrators keep for all: the reference lists, the targets, and
//! the years of the official calendar with what a changed year moves.
//!
//! Stands right of the features, since a changed year moves what they owe.

pub(crate) mod api;
mod calendar;
mod lists;
mod moved;

pub(crate) use calendar::{import, preview};
