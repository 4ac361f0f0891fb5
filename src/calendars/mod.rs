//! The official calendar: days off and make-up days by year, published or provisional.
//!
//! Kept in tables, because years are published and corrected while the system runs; the catalogue
//! that ships with it only fills them at first.

mod store;

pub(crate) use store::{Year, load, put, year};
