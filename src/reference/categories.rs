//! The categories of blockers, with the department that leads each and the days it has.

use std::sync::LazyLock;

use super::rows;
use crate::kernel::identifiers::Level;

/// A category or subcategory of blockers.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct BlockerCategory {
    /// The stable name in codes and addresses.
    pub(crate) slug: String,
    /// The slug of the category a subcategory belongs to.
    pub(crate) parent: Option<String>,
    /// The place in lists, from 1: a category stands before its subcategories.
    pub(crate) sort: u16,
    /// The name people read, Chinese.
    pub(crate) zh: String,
    /// The name people read, English.
    pub(crate) en: String,
    /// The slug of the department that leads it.
    #[serde(rename(deserialize = "lead_dept"))]
    pub(crate) lead_department: String,
    /// Working days from acceptance to resolution at county level: a proposal, no published figure.
    pub(crate) county_days: u16,
    /// The same at city level.
    pub(crate) city_days: u16,
    /// The same at province level.
    pub(crate) province_days: u16,
    /// The slugs of the approval items it often concerns.
    #[serde(deserialize_with = "rows::list")]
    pub(crate) related_approvals: Vec<String>,
}

impl BlockerCategory {
    /// Returns the working days from acceptance to resolution at a level.
    pub(crate) fn days_at(&self, level: Level) -> u16 {
        match level {
            Level::County => self.county_days,
            Level::City => self.city_days,
            Level::Province => self.province_days,
        }
    }
}

static CATEGORIES: LazyLock<Vec<BlockerCategory>> = LazyLock::new(|| {
    rows::read(
        "blocker-categories.csv",
        include_str!("../../seeds/reference/blocker-categories.csv"),
    )
});

/// Returns all categories and subcategories, in the order of lists.
pub(crate) fn blocker_categories() -> &'static [BlockerCategory] {
    &CATEGORIES
}

/// Returns the category or subcategory of a slug.
pub(crate) fn blocker_category(slug: &str) -> Option<&'static BlockerCategory> {
    blocker_categories()
        .iter()
        .find(|category| category.slug == slug)
}
