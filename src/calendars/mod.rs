//! The official calendar: days off and make-up days by year, published or provisional.
//!
//! Kept in tables, because years are published and corrected while the system runs; the catalogue
//! that ships with it only fills them at first. What a changed year moves is not known here.

mod list;
mod rules;
mod store;

pub(crate) use list::read_list;
pub(crate) use rules::{Refusal, faults};
pub(crate) use store::{Year, load, load_with, put, year, years};
