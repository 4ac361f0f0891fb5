//! What the groups of a national project code may name: the sector of the older shape, the guiding
//! department of the newer one.

use std::sync::LazyLock;

use super::{regions, rows};
use crate::kernel::identifiers::{KnownCodes, Region};

/// A two-digit division of the classification of economic activities, GB/T 4754-2017.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub(crate) struct Sector {
    /// Two digits.
    pub(crate) code: String,
    /// The letter of its section.
    pub(crate) section: String,
    /// The name people read, Chinese.
    pub(crate) zh: String,
    /// The name people read, English.
    pub(crate) en: String,
    /// Its code in the edition of 2011, which project codes given before October 2017 use.
    pub(crate) code_2011: Option<String>,
}

/// A central department that guides a field of investment.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub(crate) struct ProjectCodeDepartment {
    /// Two digits.
    pub(crate) code: String,
    /// Its name; 89 occurs in real codes and has none.
    pub(crate) zh: Option<String>,
}

static SECTORS: LazyLock<Vec<Sector>> = LazyLock::new(|| {
    rows::read(
        "industry-sectors.csv",
        include_str!("../../seeds/reference/industry-sectors.csv"),
    )
});
static PROJECT_CODE_DEPARTMENTS: LazyLock<Vec<ProjectCodeDepartment>> = LazyLock::new(|| {
    rows::read(
        "project-code-departments.csv",
        include_str!("../../seeds/reference/project-code-departments.csv"),
    )
});

/// Returns all sectors, by code.
pub(crate) fn sectors() -> &'static [Sector] {
    &SECTORS
}

/// Returns all guiding departments, by code.
pub(crate) fn project_code_departments() -> &'static [ProjectCodeDepartment] {
    &PROJECT_CODE_DEPARTMENTS
}

/// Returns what the groups of a project code may name, for a site in `province`: current and
/// abolished regions, the sectors of both editions, the guiding departments.
pub(crate) fn known_codes(province: Region) -> KnownCodes {
    let current = regions::regions().iter().map(|entry| entry.code);
    let abolished = regions::changes().iter().filter_map(|change| change.old);
    let of_2011 = sectors()
        .iter()
        .filter_map(|sector| sector.code_2011.clone());
    KnownCodes {
        province,
        regions: current.chain(abolished).collect(),
        sectors: sectors()
            .iter()
            .map(|sector| sector.code.clone())
            .chain(of_2011)
            .collect(),
        departments: project_code_departments()
            .iter()
            .map(|known| known.code.clone())
            .collect(),
    }
}
