//! Every page of the demo world, as each kind of person sees it: in both languages, on a screen and
//! on a phone. Leaves pictures to be looked at.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::json;

use crate::crawl::{Alike, crawl, kind};
use crate::inspection::inspect;
use crate::stage;
use crate::visitor::Visitor;
use crate::world::World;

const SCREEN: (u32, u32) = (1366, 768);
const PHONE: (u32, u32) = (390, 844);

/// Everything that is wrong, with the page it is wrong on.
type Faults = RefCell<BTreeSet<String>>;

#[test]
fn every_page_can_be_used_by_everyone_in_both_languages_on_a_screen_and_on_a_phone() {
    stage::on_demo(async |world| {
        let faults = Faults::default();
        for person in ["admin", "city", "county", "land", "owner", "viewer"] {
            look_around(&world, person, &faults).await;
        }
        look_from_outside(&world, &faults).await;
        let faults = faults.take();
        assert!(faults.is_empty(), "{faults:#?}");
    });
}

async fn look_around(world: &World, person: &str, faults: &Faults) {
    let visitor = Visitor::signed_in(world, &format!("{person}@demo.fiveone")).await;
    let look = async |language: &str, path: &str| {
        look(&visitor, language, person, &kind(path), faults).await;
    };
    let found = crawl(&visitor, &Alike::Kinds, async |path| {
        look("zh-CN", path).await;
    });
    let found = found.await;
    let line = |link| format!("{person} finds a link to {link}");
    faults.borrow_mut().extend(found.broken.iter().map(line));
    visitor.open("/account").await;
    visitor.press_last("button[name=lang][value=en]").await;
    for path in &found.pages {
        visitor.open(path).await;
        look("en", path).await;
    }
    visitor.leave().await;
}

/// What is seen without an account, and where there is nothing to see.
async fn look_from_outside(world: &World, faults: &Faults) {
    for language in ["zh-CN", "en"] {
        let visitor = Visitor::new(world, language).await;
        let look = async |page: &str, status: u16| {
            assert_eq!(visitor.status().await, status, "{page}");
            // The browser complains of every answer that is not 200.
            drop(visitor.complaints().await);
            look(&visitor, language, "stranger", page, faults).await;
        };
        visitor.open("/projects").await;
        look("sign-in", 200).await;
        let wrong = [
            ("email", "viewer@demo.fiveone"),
            ("password", "is not this"),
        ];
        visitor.submit("/sign-in", &wrong).await;
        look("sign-in-refused", 401).await;
        visitor.sign_in("viewer@demo.fiveone").await;
        visitor
            .press_last(&format!("button[name=lang][value={language}]"))
            .await;
        visitor
            .open("/projects/01980000-0000-7000-8000-000000000000")
            .await;
        look("nothing-there", 404).await;
        visitor.leave().await;
    }
}

/// The two pictures of the README, where `README_PICTURES` asks for them: the day of a coordinator, and
/// the project of it that is furthest behind.
#[test]
fn the_readme_shows_what_there_is() {
    if std::env::var("README_PICTURES").is_err() {
        return;
    }
    stage::on_demo(async |world| {
        let visitor = Visitor::signed_in(&world, "county@demo.fiveone").await;
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/images");
        std::fs::create_dir_all(&folder).unwrap();
        visitor.open("/").await;
        let day = visitor.picture(false).await;
        std::fs::write(folder.join("my-day.png"), day).unwrap();
        visitor
            .press_last("main a[href^='/projects/']:not([href*='/reports/'])")
            .await;
        let project = visitor.picture(false).await;
        std::fs::write(folder.join("project.png"), project).unwrap();
        visitor.leave().await;
    });
}

/// Inspects a page, and takes one picture of it on a screen and one on a phone, where nothing may be
/// so wide that one has to move it sideways.
async fn look(visitor: &Visitor, language: &str, person: &str, page: &str, faults: &Faults) {
    let mut found = inspect(visitor, language).await;
    let name = page.trim_matches('/').replace('/', "-");
    let name = if name.is_empty() { "my-day" } else { &name };
    for (width, height) in [PHONE, SCREEN] {
        visitor.resize(width, height).await;
        let wide = "const { scrollWidth, clientWidth } = document.documentElement;
            return scrollWidth - clientWidth";
        let wide = visitor.run(wide, json!([])).await;
        if wide != 0 {
            found.push(format!("{wide} too wide for {width}"));
        }
        let folder = pictures().join(format!("{language}-{width}"));
        std::fs::create_dir_all(&folder).unwrap();
        let picture = visitor.picture(true).await;
        std::fs::write(folder.join(format!("{person}-{name}.png")), picture).unwrap();
    }
    let line = |fault| format!("{page} ({language}): {fault}");
    faults.borrow_mut().extend(found.into_iter().map(line));
}

/// Where pictures go: `SCREENSHOTS`, or a folder that is not kept.
fn pictures() -> PathBuf {
    let named = std::env::var_os("SCREENSHOTS").map(PathBuf::from);
    named.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/screenshots"))
}
