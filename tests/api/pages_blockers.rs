//! Blockers as people without script see and work them.

use serde_json::json;

use crate::console::{Browser, Page};
use crate::story::{Cast, email};
use crate::world::{World, each};

/// What every page may weigh (issue 3).
const HEAVIEST: usize = 100_000;
const HOSTILE: &str = "<script>alert(1)</script>\"'>{{7*7}}";

async fn signed_in(world: &World, name: &str) -> Browser {
    let mut browser = Browser::new(world);
    let page = browser.sign_in(&email(name)).await;
    assert_eq!(page.status, 303, "{}", page.html);
    browser
}

async fn open(browser: &mut Browser, path: &str) -> Page {
    let page = browser.get(path).await;
    assert_eq!(page.status, 200, "{path}: {}", page.html);
    assert!(page.html.len() < HEAVIEST, "{path}: {}", page.html.len());
    page
}

/// Opens the page of a blocker and hands in the form of a deed, which is taken.
async fn does(browser: &mut Browser, at: &str, noun: &str, typed: &[(&str, &str)]) {
    let page = open(browser, at).await;
    let done = browser.submit(&page, &format!("{at}{noun}"), typed).await;
    assert_eq!(
        (done.status, done.header("location")),
        (303, at),
        "{noun}: {}",
        done.html
    );
}

/// The nouns whose forms a page has.
fn forms(page: &Page, at: &str) -> Vec<&'static str> {
    let nouns = [
        "",
        "/acceptance",
        "/reply",
        "/resolution",
        "/confirmation",
        "/objection",
        "/return",
        "/submission",
        "/reopening",
        "/withdrawal",
        "/comments",
    ];
    let has = |noun: &&str| page.has(&format!("<form method=\"post\" action=\"{at}{noun}\""));
    nouns.into_iter().filter(has).collect()
}

fn quota() -> Vec<(&'static str, &'static str)> {
    vec![
        ("title", "二期用地指标未落实"),
        ("category", "land-quota"),
        ("cause", "新增建设用地指标未落实"),
        ("severity", "normal"),
        ("side", "government"),
        ("milestone_id", ""),
        ("days_at_risk", "30"),
        ("wished_outcome", "十月底前落实"),
        ("department", ""),
    ]
}

async fn raised(browser: &mut Browser, project: &str) -> String {
    let page = open(browser, &format!("/projects/{project}/blockers/new")).await;
    assert!(page.has("5 个工作日"), "{}", page.html);
    let action = format!("/projects/{project}/blockers");
    let done = browser.submit(&page, &action, &quota()).await;
    assert_eq!(done.status, 303, "{}", done.html);
    done.header("location").to_owned()
}

#[test]
fn a_lead_raises_a_clerk_works_and_the_lead_confirms() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("新材料").await;
        let mut lead = signed_in(&world, "lead").await;
        let mut land = signed_in(&world, "land").await;
        let at = raised(&mut lead, &project).await;
        let page = open(&mut lead, &at).await;
        assert!(page.has("问题已提出") && page.has("青山湖区自然资源主管部门"));
        assert_eq!(forms(&page, &at), ["", "/withdrawal", "/comments"]);

        let page = open(&mut land, &at).await;
        assert_eq!(forms(&page, &at), ["/acceptance", "/return", "/comments"]);
        does(&mut land, &at, "/acceptance", &[]).await;
        let plan = [("plan", "分两步落实"), ("promised_on", "2026-10-20")];
        does(&mut land, &at, "/reply", &plan).await;
        let outcome = [
            ("outcome", "指标已下达"),
            ("document", "青自然资〔2026〕8号"),
        ];
        does(&mut land, &at, "/resolution", &outcome).await;
        let page = open(&mut land, &at).await;
        assert_eq!(forms(&page, &at), ["/comments"]);

        let page = open(&mut lead, &at).await;
        assert_eq!(
            forms(&page, &at),
            ["/confirmation", "/objection", "/comments"]
        );
        does(&mut lead, &at, "/confirmation", &[]).await;
        let page = open(&mut lead, &at).await;
        for said in ["已确认，问题办结", "分两步落实", "指标已下达", "办结答复"]
        {
            assert!(page.has(said), "{said}");
        }
        assert_eq!(forms(&page, &at), ["/reopening", "/comments"]);
    });
}

#[test]
fn who_may_not_do_a_deed_sees_no_form_and_is_refused() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("新材料").await;
        let mut lead = signed_in(&world, "lead").await;
        let at = raised(&mut lead, &project).await;
        let mut viewer = signed_in(&world, "viewer").await;
        let page = open(&mut viewer, &at).await;
        assert!(forms(&page, &at).is_empty(), "{}", page.html);
        let token = page.input("_token");
        let said: [(&str, &[(&str, &str)]); 2] =
            [("/acceptance", &[]), ("/comments", &[("text", "x")])];
        for (noun, typed) in said {
            let inputs = [&[("_token", token.as_str())], typed].concat();
            let refused = viewer.post(&format!("{at}{noun}"), &inputs).await;
            assert_eq!(refused.status, 403, "{noun}");
        }
        let new = format!("/projects/{project}/blockers/new");
        assert_eq!(viewer.get(&new).await.status, 403);
        // Whom the project does not concern finds neither page nor deed.
        let made = cast.admin.post("/people", json!({
            "name": "外县", "email": email("elsewhere"), "role": "coordinator", "region": "360121",
            "post": "主任", "password": crate::world::PASSWORD,
        }));
        assert_eq!(made.await.status, 201);
        let mut elsewhere = signed_in(&world, "elsewhere").await;
        assert_eq!(elsewhere.get(&at).await.status, 404);
        let token = elsewhere.get("/account").await.input("_token");
        let inputs = [("_token", token.as_str())];
        let refused = elsewhere.post(&format!("{at}/acceptance"), &inputs).await;
        assert_eq!(refused.status, 404);
        let list = open(&mut elsewhere, "/blockers").await;
        assert!(!list.has("二期用地指标"), "{}", list.html);
    });
}

#[test]
fn a_refused_deed_keeps_its_text_and_tells_what_happened_meanwhile() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("新材料").await;
        let mut lead = signed_in(&world, "lead").await;
        let mut land = signed_in(&world, "land").await;
        let at = raised(&mut lead, &project).await;
        does(&mut land, &at, "/acceptance", &[]).await;
        let page = open(&mut land, &at).await;
        let reply = format!("{at}/reply");
        let typed = [("plan", "昨天就办"), ("promised_on", "2026-01-01")];
        let refused = land.submit(&page, &reply, &typed).await;
        assert_eq!(refused.status, 422);
        assert!(refused.has("承诺日期不能早于今天") && refused.has("昨天就办"));

        // The lead withdraws it while the clerk types.
        does(&mut lead, &at, "/withdrawal", &[("reason", "已不需要")]).await;
        let typed = [("plan", "分两步落实"), ("promised_on", "2026-10-20")];
        let stale = land.submit(&page, &reply, &typed).await;
        assert_eq!(stale.status, 409, "{}", stale.html);
        for said in ["您填写期间", "已不需要", "分两步落实"] {
            assert!(stale.has(said), "{said}: {}", stale.html);
        }
    });
}

#[test]
fn a_double_submit_is_one_deed_and_hostile_texts_are_only_texts() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("新材料").await;
        let mut lead = signed_in(&world, "lead").await;
        let at = raised(&mut lead, &project).await;
        let page = open(&mut lead, &at).await;
        let comments = format!("{at}/comments");
        for _ in 0..2 {
            let done = lead.submit(&page, &comments, &[("text", HOSTILE)]).await;
            assert_eq!(done.status, 303, "{}", done.html);
        }
        let page = open(&mut lead, &at).await;
        assert_eq!(page.html.matches("alert(1)").count(), 1, "{}", page.html);
        assert!(!page.has("<script>alert"), "{}", page.html);
        let amended = [
            ("title", HOSTILE),
            ("cause", HOSTILE),
            ("wished_outcome", HOSTILE),
        ];
        let typed: Vec<_> = quota()
            .into_iter()
            .filter(|(name, _)| amended.iter().all(|(known, _)| known != name))
            .chain(amended)
            .collect();
        does(&mut lead, &at, "", &typed).await;
        for path in [at.as_str(), "/blockers"] {
            let page = open(&mut lead, path).await;
            assert!(page.has("alert(1)") && !page.has("<script>alert"), "{path}");
        }
    });
}

#[test]
fn the_list_is_filtered_and_says_days_in_words() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("新材料").await;
        let mut lead = signed_in(&world, "lead").await;
        raised(&mut lead, &project).await;
        let mut county = signed_in(&world, "county").await;
        let page = open(&mut county, "/blockers").await;
        assert!(page.has("二期用地指标未落实") && page.has("自然资源主管部门"));
        assert!(page.has("还剩") || page.has("今天到期"), "{}", page.html);
        for (query, found) in [
            ("category=land", true),
            ("category=environment&level=", false),
            ("overdue=true", false),
            ("state=raised&level=county&severity=normal", true),
        ] {
            let page = open(&mut county, &format!("/blockers?{query}")).await;
            assert_eq!(page.has("二期用地指标未落实"), found, "{query}");
        }
        assert_eq!(county.get("/blockers?state=lost").await.status, 400);
    });
}
