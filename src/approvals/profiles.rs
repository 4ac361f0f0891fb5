//! Which items of the catalogue a project's network begins with: a profile for the usual kinds of
//! project, and answers to the questions on which the other items hang. Pure.

use std::collections::BTreeMap;

use super::rules::Refusal;
use crate::kernel::error::Result;
use crate::kernel::refused::none_of;
use crate::reference::{Applies, ApprovalItem, approval_items};

crate::words! {
    /// A usual kind of project (docs/RULES.md, section 5).
    pub(crate) enum Profile as "ApprovalProfile" {
        /// 企业投资备案类，新增用地: filed, on land that has still to be converted and supplied.
        EnterpriseNewLand = "enterprise-new-land",
        /// 企业投资备案类，已供地: filed, on land that is supplied already.
        EnterpriseSuppliedLand = "enterprise-supplied-land",
        /// 技术改造: filed, on the enterprise's own site.
        TechnicalRenovation = "technical-renovation",
        /// 核准类，新增用地: verified, on land that has still to be converted and supplied.
        VerifiedNewLand = "verified-new-land",
    }
}

/// One of the two by which a project is let in: it is filed or verified.
const FILING: &str = "project-filing";
const VERIFICATION: &str = "project-verification";

/// What brings land to a project; a supplied plot has it behind it.
const LAND: [&str; 3] = ["farmland-conversion", "planning-conditions", "land-supply"];
/// What a site in use has behind it besides.
const SITE: [&str; 2] = ["land-use-planning-permit", "real-estate-registration-land"];

impl Profile {
    /// Tells whether a project of this kind begins with an item: what always or commonly applies, the
    /// filing or verification that fits, and no step towards land it has already.
    fn picks(self, item: &ApprovalItem) -> bool {
        let slug = item.slug.as_str();
        let is_verified = self == Self::VerifiedNewLand;
        match slug {
            FILING => return !is_verified,
            VERIFICATION => return is_verified,
            _ => {}
        }
        let has_behind_it = match self {
            Self::EnterpriseNewLand | Self::VerifiedNewLand => false,
            Self::EnterpriseSuppliedLand => LAND.contains(&slug),
            Self::TechnicalRenovation => LAND.contains(&slug) || SITE.contains(&slug),
        };
        matches!(item.applies, Applies::Always | Applies::Common) && !has_behind_it
    }
}

/// Tells whether an item hangs on an answer.
pub(crate) fn is_question(item: &ApprovalItem) -> bool {
    item.applies != Applies::Always
}

/// Returns the items of a profile, with those added that are answered yes and those left out that are
/// answered no, in the order of the procedure.
///
/// # Errors
/// 422 with all of `approval.item_unknown`, `approval.no_question`.
pub(crate) fn items(
    profile: Profile,
    answers: &BTreeMap<String, bool>,
) -> Result<Vec<&'static ApprovalItem>> {
    let mut findings = Vec::new();
    for slug in answers.keys() {
        let pointer = format!("/answers/{slug}");
        match approval_items().iter().find(|item| &item.slug == slug) {
            None => findings.push(Refusal::ItemUnknown.finding(pointer).with("item", slug)),
            Some(item) if !is_question(item) => {
                findings.push(Refusal::NoQuestion.finding(pointer).with("item", slug));
            }
            Some(_) => {}
        }
    }
    none_of(findings)?;
    let wanted = approval_items().iter().filter(|item| {
        let answer = answers.get(&item.slug).copied();
        answer.unwrap_or_else(|| profile.picks(item))
    });
    Ok(wanted.collect())
}

#[cfg(test)]
mod tests;
