//! The national code of an investment project (投资项目统一代码) in both shapes it was issued in.
//!
//! A code keeps its shape for life: the old one (until 2020, some into 2021) names year, region,
//! sector and kind of decision; the new one (发改投资〔2020〕1439号, GB/T 40058-2021) names year and
//! month, region, central department and kind of project, and ends with a check digit.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Region;
use crate::kernel::text::written_as_text;

/// Digits of each group, the last one being that of a sub-project, which few codes have.
const GROUPS: [usize; 6] = [4, 6, 2, 2, 6, 3];
/// Characters of a code without a sub-project.
const MAIN: usize = 24;

/// Which of the two shapes a code has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CodeFormat {
    /// `2017-360111-39-03-000123`.
    Old,
    /// `2611-360111-04-01-123451`.
    New,
}

/// Why a text is no project code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongProjectCode {
    /// Not five groups, or six with a sub-project, joined by hyphens.
    #[error("a project code has five groups joined by hyphens, as 2611-360111-04-01-123451")]
    Groups,
    /// A group that has not its number of digits.
    #[error("group {group} of a project code has {digits} digits")]
    Group {
        /// Which group, from 1.
        group: usize,
        /// How many digits it should have.
        digits: usize,
    },
    /// The first group is neither a year of the old shape nor year and month of the new one.
    #[error("a project code starts with a year from 2015 to 2021, or with year and month, as 2611")]
    Time,
    /// The fourth group of an old code is not 01, 02 or 03.
    #[error("the fourth group of a project code of a year before 2022 is 01, 02 or 03")]
    Kind,
}

/// What makes a code of right shape doubtful; recorded with the project, never a refusal.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CodeWarning {
    /// The last digit of a new code is not the one its rule gives. The rule is inferred from real
    /// codes, not read in the standard.
    CheckDigit,
    /// The sector of an old code is no division of GB/T 4754.
    UnknownSector,
    /// The central department of a new code is not on the list.
    UnknownDepartment,
    /// The region group does not belong to the province of the site.
    RegionOutsideProvince,
    /// The region group is of the province, but no region that is or was; platforms have own codes
    /// for development zones.
    UnknownRegion,
}

impl CodeWarning {
    /// Returns the stored and exchanged name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CheckDigit => "check_digit",
            Self::UnknownSector => "unknown_sector",
            Self::UnknownDepartment => "unknown_department",
            Self::RegionOutsideProvince => "region_outside_province",
            Self::UnknownRegion => "unknown_region",
        }
    }
}

/// What the groups of a code may name: reference data, handed in.
#[derive(Debug, Clone)]
pub struct KnownCodes {
    /// The province of the site.
    pub province: Region,
    /// Every region that is, or once was, a region.
    pub regions: BTreeSet<Region>,
    /// Divisions of GB/T 4754 of both editions old codes were given under, two digits each.
    pub sectors: BTreeSet<String>,
    /// Central departments, two digits each.
    pub departments: BTreeSet<String>,
}

/// A national project code of right shape, with the sub-project some provinces append.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProjectCode(String);

impl ProjectCode {
    /// Returns the whole text, sub-project included.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the 24 characters of the code itself.
    pub fn main(&self) -> &str {
        self.0.get(..MAIN).unwrap_or_default()
    }

    /// Returns the three digits of the sub-project, where one was appended.
    pub fn subproject(&self) -> Option<&str> {
        self.0.get(MAIN + 1..)
    }

    /// Returns which shape the code has.
    pub fn format(&self) -> CodeFormat {
        // No year from 2015 to 2021 ends in a month, so the two do not overlap.
        let month = self.group(1).get(2..).unwrap_or_default();
        if ("01"..="12").contains(&month) {
            CodeFormat::New
        } else {
            CodeFormat::Old
        }
    }

    /// Returns the six digits of the region group, which need not be a region.
    pub fn region_group(&self) -> &str {
        self.group(2)
    }

    /// Returns the sector, of an old code.
    pub fn sector(&self) -> Option<&str> {
        (self.format() == CodeFormat::Old).then(|| self.group(3))
    }

    /// Returns the central department, of a new code.
    pub fn department(&self) -> Option<&str> {
        (self.format() == CodeFormat::New).then(|| self.group(3))
    }

    /// Returns what is doubtful about the code, in the order of [`CodeWarning`].
    pub fn warnings(&self, known: &KnownCodes) -> Vec<CodeWarning> {
        let mut found = Vec::new();
        if self.format() == CodeFormat::New && !self.check_digit_holds() {
            found.push(CodeWarning::CheckDigit);
        }
        if self
            .sector()
            .is_some_and(|sector| !known.sectors.contains(sector))
        {
            found.push(CodeWarning::UnknownSector);
        }
        if self
            .department()
            .is_some_and(|code| !known.departments.contains(code))
        {
            found.push(CodeWarning::UnknownDepartment);
        }
        if self.region_group().get(..2) != known.province.as_str().get(..2) {
            found.push(CodeWarning::RegionOutsideProvince);
        } else if !self
            .region_group()
            .parse()
            .is_ok_and(|code| known.regions.contains(&code))
        {
            found.push(CodeWarning::UnknownRegion);
        }
        found
    }

    /// ISO 7064 MOD 11,10 (GB/T 17710) over the digits before the last: inferred from real codes,
    /// of which all five at hand hold.
    fn check_digit_holds(&self) -> bool {
        let mut digits = self.main().chars().filter_map(|sign| sign.to_digit(10));
        let product = digits.by_ref().take(19).fold(10, |product, digit| {
            let sum = (product + digit) % 10;
            (if sum == 0 { 10 } else { sum }) * 2 % 11
        });
        digits.next() == Some((11 - product) % 10)
    }

    /// The group of a number, from 1.
    fn group(&self, number: usize) -> &str {
        self.0
            .split('-')
            .nth(number.saturating_sub(1))
            .unwrap_or_default()
    }
}

impl fmt::Display for ProjectCode {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

impl FromStr for ProjectCode {
    type Err = WrongProjectCode;

    /// Reads a code with its hyphens; white space around it is dropped.
    fn from_str(text: &str) -> Result<Self, WrongProjectCode> {
        let text = text.trim();
        let groups: Vec<&str> = text.split('-').collect();
        if !(5..=6).contains(&groups.len()) {
            return Err(WrongProjectCode::Groups);
        }
        for ((number, group), digits) in (1..).zip(&groups).zip(GROUPS) {
            if group.len() != digits || !group.bytes().all(|sign| sign.is_ascii_digit()) {
                return Err(WrongProjectCode::Group {
                    group: number,
                    digits,
                });
            }
        }
        let code = Self(text.to_owned());
        if code.format() == CodeFormat::Old {
            if !("2015"..="2021").contains(&code.group(1)) {
                return Err(WrongProjectCode::Time);
            }
            if !matches!(code.group(4), "01" | "02" | "03") {
                return Err(WrongProjectCode::Kind);
            }
        }
        Ok(code)
    }
}

written_as_text!(
    ProjectCode,
    pattern = Some("^[0-9]{4}-[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{6}(-[0-9]{3})?$"),
    description = Some("The national code of an investment project, in either of its two shapes."),
    examples = ["2611-360111-04-01-123451"],
);
