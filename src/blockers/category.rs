//! What a category decides about a blocker: how many days its holder has. Reads the catalogue of
//! categories; knows no blocker, no account and no calendar.

use super::rules::Severity;
use crate::kernel::identifiers::Level;
use crate::reference::{BlockerCategory, blocker_categories};

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
    use crate::reference::{blocker_category, is_body};

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
    fn a_category_brings_its_subcategories_and_a_subcategory_only_itself() {
        assert!(with_subcategories("land").contains(&"land-quota"));
        assert_eq!(with_subcategories("land-quota"), ["land-quota"]);
        assert!(with_subcategories("weather").is_empty());
    }
}
