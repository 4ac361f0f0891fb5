//! Reports as people file them: one workbook for a quarter and a region, filled in with any
//! spreadsheet program, taken back by the same actions as a report over the API, and returned with
//! remarks in the person's own file.
//!
//! Knows nothing of how a file becomes a table, nor of what a report has to hold.

pub(crate) mod api;
mod columns;
mod filling;
mod importing;
mod reading;
mod remarks;
mod rows;
mod steps;
mod template;

pub(crate) use importing::{How, take};
