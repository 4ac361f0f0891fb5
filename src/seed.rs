//! Loads what a fresh database needs, through the features' own doors, safe to repeat.

mod demo;
mod story;

pub use demo::{Demo, demo};

use crate::app::App;
use crate::calendars::{self, Year};
use crate::kernel::error::Result;
use crate::reference;

/// Loads the calendar years that ship with the program and are not there yet; returns how many.
/// A year a site has changed or published itself is never touched.
///
/// # Errors
/// Only faults of the store.
pub fn reference(app: &App) -> Result<usize> {
    app.store.write_blocking(|conn| {
        let mut loaded = 0;
        for year in reference::calendar_years() {
            if calendars::year(conn, year.year)?.is_some() {
                continue;
            }
            let days = year
                .days
                .iter()
                .map(|day| (day.on, day.kind, Some(day.zh.clone())))
                .collect();
            let year = Year {
                year: year.year,
                status: year.status,
                days,
                version: 0,
            };
            calendars::put(conn, &year)?;
            loaded += 1;
        }
        Ok(loaded)
    })
}
