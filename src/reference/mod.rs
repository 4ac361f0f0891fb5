//! Facts about the world outside that ship with the product and that nobody edits: regions,
//! departments, industries and targets, sectors, approval items, blocker categories, and the days
//! the official calendar is first filled with.
//!
//! The files are compiled in and read once. Knows no database, no settings and no feature: what a
//! site sets otherwise is laid over these facts by the feature it concerns.

#![allow(
    dead_code,
    unused_imports,
    reason = "the features that use these facts come one by one"
)]

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
    Applies, ApprovalItem, ApprovalKind, ApprovalStage, Confidence, DayType, LimitSource,
    approval_item, approval_items, approval_stages,
};
pub(crate) use calendar::{ReferenceDay, ReferenceYear, calendar_year, calendar_years};
pub(crate) use categories::{BlockerCategory, blocker_categories, blocker_category};
pub(crate) use departments::{DEVELOPER, Department, LOCAL_GOVERNMENT, department, departments};
pub(crate) use industries::{
    Cadence, Comparator, Formation, Industry, Target, industries, industry, target, targets,
};
pub(crate) use places::{PlaceRead, UnknownPlace, read_place};
pub(crate) use regions::{RegionEntry, region, regions, successor};
pub(crate) use sectors::{
    ProjectCodeDepartment, Sector, known_codes, project_code_department, project_code_departments,
    sector, sectors,
};

#[cfg(test)]
mod tests;
