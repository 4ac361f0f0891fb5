//! What a category decides about a blocker: how many days its holder has, and which body answers
//! for it. Reads the catalogue of categories; knows no blocker, no account and no calendar.

use super::rules::Severity;
use crate::kernel::identifiers::{Level, Region};
use crate::reference::{
    BlockerCategory, DEVELOPER, LOCAL_GOVERNMENT, blocker_categories, department,
};

/// Working days to accept a blocker, at every level (docs/RULES.md, section 4).
const ACCEPT_DAYS: i64 = 1;
/// Working days from acceptance to the first reply with a plan, at county and city level; the
/// province has [`PROVINCE_REPLY_DAYS`] (docs/RULES.md, section 4).
const REPLY_DAYS: i64 = 3;
/// The same at province level.
const PROVINCE_REPLY_DAYS: i64 = 5;

/// The working days a holder has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// From raising to acceptance.
    pub(crate) accept: i64,
    /// From acceptance to the first reply with a plan.
    pub(crate) reply: i64,
    /// From acceptance to the resolution.
    pub(crate) resolve: i64,
}

/// Returns the limits of a category at a level; a critical blocker has half the days to resolve,
/// rounded up.
pub(crate) fn limits(category: &BlockerCategory, level: Level, severity: Severity) -> Limits {
    let days = i64::from(category.days_at(level));
    Limits {
        accept: ACCEPT_DAYS,
        reply: match level {
            Level::County | Level::City => REPLY_DAYS,
            Level::Province => PROVINCE_REPLY_DAYS,
        },
        resolve: match severity {
            Severity::Normal => days,
            Severity::Critical => days.saturating_add(1).div_euclid(2),
        },
    }
}

/// The body that answers for a blocker while it has no handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Authority {
    /// The project's owner: the matter is the developer's own.
    Owner,
    /// The coordinators of this region: the matter is the local government's.
    Coordinators(Region),
    /// A department's accounts of this region.
    Department {
        /// Its slug.
        department: String,
        /// The region of the blocker's level.
        region: Region,
    },
}

/// Returns the body a department's slug stands for, at the level the blocker has reached.
pub(crate) fn authority(department: &str, region: Region, level: Level) -> Authority {
    let region = region.at_level(level);
    match department {
        DEVELOPER => Authority::Owner,
        LOCAL_GOVERNMENT => Authority::Coordinators(region),
        department => Authority::Department {
            department: department.to_owned(),
            region,
        },
    }
}

/// Tells whether a blocker can be addressed to this slug.
pub(crate) fn is_body(slug: &str) -> bool {
    [DEVELOPER, LOCAL_GOVERNMENT].contains(&slug) || department(slug).is_some()
}

/// Returns a category's slug and those of its subcategories, for filters; empty when the slug is
/// none of the catalogue.
pub(crate) fn with_subcategories(slug: &str) -> Vec<&'static str> {
    blocker_categories()
        .iter()
        .filter(|category| category.slug == slug || category.parent.as_deref() == Some(slug))
        .map(|category| category.slug.as_str())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::blocker_category;

    fn of(slug: &str, level: Level, severity: Severity) -> Limits {
        limits(blocker_category(slug).unwrap(), level, severity)
    }

    #[test]
    fn a_critical_blocker_has_half_the_days_to_resolve_rounded_up_and_all_to_answer() {
        // land-quota: 5, 10, 15 days.
        for (level, normal, critical, reply) in [
            (Level::County, 5, 3, 3),
            (Level::City, 10, 5, 3),
            (Level::Province, 15, 8, 5),
        ] {
            let limits = of("land-quota", level, Severity::Normal);
            assert_eq!(
                (limits.accept, limits.reply, limits.resolve),
                (1, reply, normal)
            );
            let limits = of("land-quota", level, Severity::Critical);
            assert_eq!(
                (limits.accept, limits.reply, limits.resolve),
                (1, reply, critical)
            );
        }
    }

    #[test]
    fn every_category_leads_to_a_body_and_leaves_at_least_a_day() {
        for category in blocker_categories() {
            assert!(is_body(&category.lead_department), "{}", category.slug);
            for level in [Level::County, Level::City, Level::Province] {
                let limits = limits(category, level, Severity::Critical);
                assert!(limits.resolve >= 1, "{}", category.slug);
            }
        }
    }

    #[test]
    fn the_developer_is_the_owner_and_the_local_government_the_coordinator_of_the_level() {
        let county: Region = "360111".parse().unwrap();
        let city: Region = "360100".parse().unwrap();
        assert_eq!(
            authority("developer", county, Level::County),
            Authority::Owner
        );
        assert_eq!(
            authority("local-government", county, Level::City),
            Authority::Coordinators(city)
        );
        assert_eq!(
            authority("forestry", county, Level::City),
            Authority::Department {
                department: "forestry".to_owned(),
                region: city
            }
        );
    }

    #[test]
    fn a_category_brings_its_subcategories_and_a_subcategory_only_itself() {
        assert!(with_subcategories("land").contains(&"land-quota"));
        assert_eq!(with_subcategories("land-quota"), ["land-quota"]);
        assert!(with_subcategories("weather").is_empty());
    }
}
