//! Pages of blockers: the list, the form to raise one, and one blocker with the deeds its reader may
//! do on it.

mod deeds;
mod fields;
mod history;
mod list;
mod one;

use std::collections::HashMap;

use actix_web::web;

use super::category::{Authority, authority};
use super::store::Blocker;
use crate::kernel::id::Id;
use crate::kernel::refused::Facts;
use crate::reference;
use crate::text::{Lang, say};
use crate::web::pages::places::{Choice, department_name, region_name};

/// Names of accounts, by id.
type Names = HashMap<Id, String>;

/// Returns the name of a category, a subcategory's after its category's; the slug of an unknown one.
fn category_name(slug: &str, lang: Lang) -> String {
    let name = |category: &reference::BlockerCategory| match lang {
        Lang::Zh => category.zh.clone(),
        Lang::En => category.en.clone(),
    };
    let Some(category) = reference::blocker_category(slug) else {
        return slug.to_owned();
    };
    let parent = category.parent.as_deref();
    match parent.and_then(reference::blocker_category) {
        Some(parent) => format!("{} › {}", name(parent), name(category)),
        None => name(category),
    }
}

/// Returns every body a blocker can be addressed to.
fn departments(lang: Lang) -> Vec<Choice> {
    let all = reference::departments().iter();
    all.map(|department| Choice::new(&department.slug, department_name(lang, &department.slug)))
        .collect()
}

/// Says who holds a blocker: its handler, and the body the matter belongs to.
fn held_by(blocker: &Blocker, names: &Names, lang: Lang) -> String {
    let body = match authority(&blocker.department, blocker.region, blocker.level) {
        Authority::Owner => say(lang, "page.blockers.held_by_owner", &Facts::none()),
        Authority::Coordinators(region) => {
            let facts = Facts::none().with("region", region_name(lang, region.as_str()));
            say(lang, "page.blockers.held_by_coordinators", &facts)
        }
        Authority::Department { department, region } => {
            let facts = Facts::none()
                .with("region", region_name(lang, region.as_str()))
                .with("department", department_name(lang, &department));
            say(lang, "page.blockers.held_by_department", &facts)
        }
    };
    match blocker.handler_id.and_then(|id| names.get(&id)) {
        Some(name) => {
            let facts = Facts::none().with("name", name).with("body", body);
            say(lang, "page.blockers.held_by_handler", &facts)
        }
        None => body,
    }
}

/// The pages of blockers.
pub(crate) fn pages(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/projects/{id}/blockers").post(fields::raise))
        .service(web::resource("/projects/{id}/blockers/new").get(fields::show_new))
        .service(web::resource("/blockers").get(list::show))
        .service(
            web::resource("/blockers/{id}")
                .get(one::show)
                .post(fields::amend),
        );
    deeds::pages(config);
}
