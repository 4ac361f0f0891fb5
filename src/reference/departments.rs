//! The departments and other bodies that approvals and blockers are addressed to.

use std::sync::LazyLock;

use super::rows;

/// A kind of department, found at every level of government.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Department {
    /// The stable name in codes and addresses.
    pub(crate) slug: String,
    /// The name people read, Chinese.
    pub(crate) zh: String,
    /// The name people read, English.
    pub(crate) en: String,
    /// The body that is this department in the province, where there is one.
    #[serde(rename(deserialize = "jiangxi_body_zh"))]
    pub(crate) provincial_body_zh: Option<String>,
    /// What that body was called in 2017, where it was called otherwise.
    #[serde(rename(deserialize = "jiangxi_body_2017_zh"))]
    pub(crate) provincial_body_2017_zh: Option<String>,
}

/// The body that stands for the owner of a project rather than for an authority.
pub(crate) const DEVELOPER: &str = "developer";
/// The body that stands for whoever coordinates at the level of a matter.
pub(crate) const LOCAL_GOVERNMENT: &str = "local-government";

/// Tells whether a matter can be addressed to this slug: a department, or one of the two bodies that
/// stand for somebody else.
pub(crate) fn is_body(slug: &str) -> bool {
    [DEVELOPER, LOCAL_GOVERNMENT].contains(&slug) || department(slug).is_some()
}

static DEPARTMENTS: LazyLock<Vec<Department>> = LazyLock::new(|| {
    rows::read(
        "departments.csv",
        include_str!("../../seeds/reference/departments.csv"),
    )
});

/// Returns all departments, in the order of the file.
pub(crate) fn departments() -> &'static [Department] {
    &DEPARTMENTS
}

/// Returns the department of a slug.
pub(crate) fn department(slug: &str) -> Option<&'static Department> {
    departments()
        .iter()
        .find(|department| department.slug == slug)
}
