//! Facts about the world outside that ship with the product and that nobody edits: regions,
//! departments, industries and targets, sectors, approval items, blocker categories, and the days
//! the official calendar is first filled with.
//!
//! The files are compiled in and read once. Knows no database, no settings and no feature: what a
//! site sets otherwise is laid over these facts by the feature it concerns.

mod approvals;
mod calendar;
mod categories;
mod departments;
mod industries;
mod places;
mod regions;
mod rows;
mod sectors;

pub(crate) use approvals::{
    Applies, ApprovalItem, ApprovalKind, Confidence, DayType, approval_items,
};
#[cfg(test)]
pub(crate) use calendar::ReferenceYear;
pub(crate) use calendar::{ReferenceDay, calendar_year, calendar_years};
pub(crate) use categories::{BlockerCategory, blocker_categories, blocker_category};
pub(crate) use departments::{
    DEVELOPER, Department, LOCAL_GOVERNMENT, department, departments, is_body,
};
pub(crate) use industries::{Industry, Target, industries, industry, targets};
pub(crate) use places::read_place;
pub(crate) use regions::{RegionEntry, region, regions, successor};
pub(crate) use sectors::known_codes;

#[cfg(test)]
mod tests;
