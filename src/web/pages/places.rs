//! Regions, departments and industries by the names people read, and as choices of forms.

use serde::Serialize;

use crate::kernel::identifiers::{Level, Region};
use crate::reference;
use crate::text::Lang;

/// One choice of a form: what is sent, and what is read.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Choice {
    value: String,
    label: String,
}

impl Choice {
    /// Makes a choice of what is sent and what is read.
    pub(crate) fn new(value: &str, label: String) -> Self {
        Self {
            value: value.to_owned(),
            label,
        }
    }
}

fn in_language(lang: Lang, zh: &str, en: &str) -> String {
    match lang {
        Lang::Zh => zh.to_owned(),
        Lang::En => en.to_owned(),
    }
}

/// Returns the name of a region, a county's with its city's; its code where there is none such any
/// more.
pub(crate) fn region_name(lang: Lang, code: &str) -> String {
    let Some(region) = code.parse().ok().and_then(reference::region) else {
        return code.to_owned();
    };
    let city = region.parent.filter(|_| region.level == Level::County);
    let city = city.and_then(reference::region);
    let name = in_language(lang, &region.zh, &region.en);
    match city.filter(|parent| parent.level == Level::City) {
        None => name,
        Some(city) => in_language(
            lang,
            &format!("{}{name}", city.zh),
            &format!("{name}, {}", city.en),
        ),
    }
}

/// Returns the name of a department or other body; its slug where there is none such.
pub(crate) fn department_name(lang: Lang, slug: &str) -> String {
    reference::department(slug).map_or_else(
        || slug.to_owned(),
        |body| in_language(lang, &body.zh, &body.en),
    )
}

/// Returns the regions of a reach as choices, counties set in under their cities; none without a reach.
pub(crate) fn regions(reach: Option<Region>, lang: Lang) -> Vec<Choice> {
    let Some(reach) = reach else {
        return Vec::new();
    };
    let within = reference::regions()
        .iter()
        .filter(|entry| reach.contains(entry.code));
    let choice = |entry: &reference::RegionEntry| {
        let is_set_in = entry.level == Level::County && reach.level() != Level::County;
        let name = in_language(lang, &entry.zh, &entry.en);
        Choice {
            value: entry.code.to_string(),
            label: if is_set_in {
                format!("\u{3000}{name}")
            } else {
                name
            },
        }
    };
    within.map(choice).collect()
}

/// Returns the departments as choices.
pub(crate) fn departments(lang: Lang) -> Vec<Choice> {
    let offices = reference::departments().iter().filter(|body| {
        // These stand for the owner of a project and for whoever coordinates: nobody's account.
        ![reference::DEVELOPER, reference::LOCAL_GOVERNMENT].contains(&body.slug.as_str())
    });
    let choice = |body: &reference::Department| Choice {
        value: body.slug.clone(),
        label: in_language(lang, &body.zh, &body.en),
    };
    offices.map(choice).collect()
}

/// Returns the name of an industry; its slug where there is none such.
pub(crate) fn industry_name(lang: Lang, slug: &str) -> String {
    reference::industry(slug).map_or_else(
        || slug.to_owned(),
        |industry| in_language(lang, &industry.zh, &industry.en),
    )
}

/// Returns the industries as choices, in the order of the plan.
pub(crate) fn industries(lang: Lang) -> Vec<Choice> {
    let choice = |industry: &reference::Industry| Choice {
        value: industry.slug.clone(),
        label: in_language(lang, &industry.zh, &industry.en),
    };
    reference::industries().iter().map(choice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reach_offers_itself_and_what_lies_in_it() {
        let of = |code: &str| regions(Some(code.parse().unwrap()), Lang::Zh);
        let city = of("360100");
        assert_eq!(city[0].value, "360100");
        assert!(city.iter().all(|choice| choice.value.starts_with("3601")));
        assert!(city[1].label.starts_with('\u{3000}'));
        assert_eq!(of("360111").len(), 1);
        assert!(regions(None, Lang::Zh).is_empty());
    }

    #[test]
    fn a_county_is_named_with_its_city() {
        assert_eq!(region_name(Lang::Zh, "360000"), "江西省");
        assert_eq!(region_name(Lang::Zh, "360111"), "南昌市青山湖区");
        assert_eq!(
            region_name(Lang::En, "360111"),
            "Qingshanhu District, Nanchang City"
        );
    }

    #[test]
    fn what_is_not_known_is_said_by_its_code() {
        assert_eq!(region_name(Lang::En, "999999"), "999999");
        assert_eq!(department_name(Lang::En, "nobody"), "nobody");
        assert_ne!(
            department_name(Lang::Zh, "natural-resources"),
            "natural-resources"
        );
    }
}
