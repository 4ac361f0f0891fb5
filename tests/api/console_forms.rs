//! Forms of the console: what foreign pages hand in has no effect, and what a person typed is never
//! lost.

use serde_json::json;

use crate::console::{Browser, Page};
use crate::world::{Client, PASSWORD, World, each};

const ONE: &str = "one@fiveone.example";

/// Somebody with a telephone, at the API and at a browser that shows the own account.
async fn one(world: &World) -> (Client, Browser, Page) {
    let api = world.person(ONE, "viewer", "360111").await;
    let etag = api.get("/me").await.header("etag").to_owned();
    let body = json!({ "phone": "13800138000" });
    assert_eq!(api.patch("/me", Some(&etag), body).await.status, 200);
    let mut browser = Browser::new(world);
    assert_eq!(browser.sign_in(ONE).await.status, 303);
    let page = browser.get("/account").await;
    (api, browser, page)
}

async fn phone(api: &Client) -> String {
    api.get("/me").await.text("/phone")
}

const FRESH: &str = "13900139000";

/// What is typed, and what is read of it.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a [(&'a str, &'a str)]);

#[test]
fn a_form_of_another_site_has_no_effect() {
    each(async |world| {
        let (api, mut browser, page) = one(&world).await;
        let (token, version) = (page.input("_token"), page.input("_version"));
        let mut other = Browser::new(&world);
        other.sign_in("admin@fiveone.example").await;
        let foreign = other.get("/account").await.input("_token");
        let whole = [
            ("_token", token.as_str()),
            ("_version", &version),
            ("phone", FRESH),
        ];
        let without = [("_version", version.as_str()), ("phone", FRESH)];
        let with_other = [
            ("_token", foreign.as_str()),
            ("_version", &version),
            ("phone", FRESH),
        ];
        let ours = format!("http://{}", world.address());
        let near = format!("{ours}.evil.example");
        let cases: [Case; 11] = [
            (&whole, &[("sec-fetch-site", "cross-site")]),
            (&whole, &[("sec-fetch-site", "same-site")]),
            (&whole, &[("sec-fetch-site", "none")]),
            (
                &whole,
                &[("sec-fetch-site", "cross-site"), ("origin", &ours)],
            ),
            (&whole, &[("origin", "https://evil.example")]),
            (&whole, &[("origin", "null")]),
            (&whole, &[("origin", &near)]),
            (&whole, &[]),
            (&without, &[("sec-fetch-site", "same-origin")]),
            (&with_other, &[("sec-fetch-site", "same-origin")]),
            (&without, &[("origin", &ours)]),
        ];
        for (inputs, headers) in cases {
            let mut request = browser.form("/account/phone", inputs);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let page = browser.send(request).await;
            assert_eq!(page.status, 403, "{inputs:?} {headers:?}");
            assert_eq!(phone(&api).await, "13800138000", "{inputs:?} {headers:?}");
        }
        // As text, as a link, and by other doors.
        let text = browser
            .form("/account/phone", &whole)
            .header("content-type", "text/plain")
            .header("sec-fetch-site", "cross-site");
        assert!([403, 415].contains(&browser.send(text).await.status));
        let link = format!("/account/phone?_token={token}&_version={version}&phone={FRESH}");
        assert_eq!(browser.get(&link).await.status, 405);
        for path in ["/sign-out", "/language", "/account/sessions/closure"] {
            let inputs = [("_token", token.as_str()), ("lang", "en")];
            let request = browser
                .form(path, &inputs)
                .header("sec-fetch-site", "cross-site");
            assert_eq!(browser.send(request).await.status, 403, "{path}");
        }
        assert_eq!(browser.get("/account").await.status, 200);
        assert_eq!(phone(&api).await, "13800138000");
        // Nobody is signed in by another site either.
        let mut victim = Browser::new(&world);
        let inputs = [("email", ONE), ("password", PASSWORD)];
        let request = victim
            .form("/sign-in", &inputs)
            .header("sec-fetch-site", "cross-site");
        assert_eq!(victim.send(request).await.status, 403);
        assert!(victim.cookies.is_empty());
        // A browser that says no more than its origin, and says ours, is heard.
        let request = browser
            .form("/account/phone", &whole)
            .header("origin", &ours);
        assert_eq!(browser.send(request).await.status, 303);
        assert_eq!(phone(&api).await, FRESH);
    });
}

#[test]
fn a_form_handed_in_twice_is_one_deed() {
    each(async |world| {
        let (api, mut browser, page) = one(&world).await;
        let (token, version, once) = (
            page.input("_token"),
            page.input("_version"),
            page.input("_once"),
        );
        let inputs = |phone| {
            [
                ("_token", token.clone()),
                ("_version", version.clone()),
                ("_once", once.clone()),
                ("phone", phone),
            ]
        };
        let send = |phone: &str| inputs(phone.to_owned()).map(|(name, value)| (name, value));
        for _ in 0..2 {
            let inputs = send(FRESH);
            let inputs: Vec<(&str, &str)> = inputs
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            let page = browser.post("/account/phone", &inputs).await;
            assert_eq!(page.leads(), (303, "/account"), "{}", page.html);
        }
        let me = api.get("/me").await;
        let next: i64 = version.parse::<i64>().unwrap() + 1;
        assert_eq!(me.header("etag"), format!("\"{next}\""));
        // The same form with other content is a slip, and what was typed stays.
        let inputs = send("13700137000");
        let inputs: Vec<(&str, &str)> = inputs
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let page = browser.post("/account/phone", &inputs).await;
        assert_eq!(page.status, 422);
        assert!(page.html.contains("此前已提交过一次"), "{}", page.html);
        assert_eq!(page.input("phone"), "13700137000");
        assert_ne!(page.input("_once"), once);
        assert_eq!(phone(&api).await, FRESH);
    });
}

#[test]
fn a_stale_form_shows_what_changed_and_keeps_what_was_typed() {
    each(async |world| {
        let (api, mut browser, page) = one(&world).await;
        let (token, version) = (page.input("_token"), page.input("_version"));
        let was = page.html.split("/phone").nth(1).unwrap();
        let was = was.split("name=\"_was\" value=\"").nth(1).unwrap();
        let was = was.split('"').next().unwrap().to_owned();
        let etag = api.get("/me").await.header("etag").to_owned();
        let body = json!({ "phone": "13600136000" });
        assert_eq!(api.patch("/me", Some(&etag), body).await.status, 200);
        let inputs = [
            ("_token", token.as_str()),
            ("_version", &version),
            ("_was", &was),
            ("phone", FRESH),
        ];
        let page = browser.post("/account/phone", &inputs).await;
        assert_eq!(page.status, 412);
        assert!(page.html.contains("他人已更改此内容"), "{}", page.html);
        assert!(page.html.contains("现值：13600136000"), "{}", page.html);
        assert_eq!(page.input("phone"), FRESH);
        assert_eq!(phone(&api).await, "13600136000");
        // Seen, and decided.
        let version = page.input("_version");
        let inputs = [
            ("_token", token.as_str()),
            ("_version", &version),
            ("phone", FRESH),
        ];
        assert_eq!(browser.post("/account/phone", &inputs).await.status, 303);
        assert_eq!(phone(&api).await, FRESH);
    });
}

#[test]
fn a_form_whose_session_ran_out_is_kept_over_signing_in() {
    each(async |world| {
        let (api, mut browser, page) = one(&world).await;
        let version = page.input("_version");
        let old = page.input("_token");
        browser.cookies.remove("fiveone");
        let inputs = [
            ("_token", old.as_str()),
            ("_version", &version),
            ("phone", FRESH),
        ];
        let page = browser.post("/account/phone", &inputs).await;
        assert_eq!(page.status, 401);
        assert!(page.html.contains("登录已过期"), "{}", page.html);
        assert_eq!(
            (page.input("phone"), page.input("_version")),
            (FRESH.to_owned(), version.clone())
        );
        let inputs = |password| {
            [
                ("_email", ONE),
                ("_password", password),
                ("_version", version.as_str()),
                ("phone", FRESH),
            ]
        };
        let page = browser
            .post("/account/phone", &inputs("wrong wrong wrong"))
            .await;
        assert_eq!(page.status, 401);
        assert_eq!(page.input("phone"), FRESH);
        let page = browser.post("/account/phone", &inputs(PASSWORD)).await;
        assert_eq!(page.status, 200, "{}", page.html);
        assert_eq!(page.input("phone"), FRESH);
        assert!(page.html.contains("请核对后提交"), "{}", page.html);
        assert_eq!(phone(&api).await, "13800138000");
        let token = page.input("_token");
        assert_ne!(token, old);
        let inputs = [
            ("_token", token.as_str()),
            ("_version", &version),
            ("phone", FRESH),
        ];
        assert_eq!(browser.post("/account/phone", &inputs).await.status, 303);
        assert_eq!(phone(&api).await, FRESH);
        // A password typed into such a form is not kept.
        browser.cookies.remove("fiveone");
        let inputs = [
            ("password.current", PASSWORD),
            ("password.new", "nine cranes over Poyang"),
        ];
        let page = browser.post("/account/password", &inputs).await;
        assert_eq!(page.status, 401);
        assert!(!page.html.contains("nine cranes") && !page.html.contains(PASSWORD));
    });
}

#[test]
fn what_is_wrong_stands_at_its_input_and_is_linked_from_the_top() {
    each(async |world| {
        let (_, mut browser, page) = one(&world).await;
        let (token, version) = (page.input("_token"), page.input("_version"));
        let inputs = [
            ("_token", token.as_str()),
            ("_version", &version),
            ("phone", "\"><script>alert(1)</script>"),
            ("colour", "red"),
        ];
        let page = browser.post("/account/phone", &inputs).await;
        assert_eq!(page.status, 422);
        assert!(!page.html.contains("<script>alert"), "{}", page.html);
        assert!(page.html.contains("role=\"alert\""), "{}", page.html);
        assert!(page.html.contains("没有这个字段"), "{}", page.html);
        let inputs = [
            ("_token", token.as_str()),
            ("_version", &version),
            ("phone", "x"),
        ];
        let page = browser.post("/account/phone", &inputs).await;
        assert!(page.html.contains(">联系电话：不是有效的"), "{}", page.html);
        let link = page.html.split("<a href=\"#f").nth(1).unwrap();
        let id = format!("f{}", link.split('"').next().unwrap());
        assert!(page.html.contains(&format!("id=\"{id}\"")), "{}", page.html);
        assert!(
            page.html
                .contains(&format!("aria-describedby=\"{id}-error\"")),
            "{}",
            page.html
        );
        assert!(page.html.contains("aria-invalid=\"true\""), "{}", page.html);
    });
}

#[test]
fn what_people_are_called_is_text_on_every_page() {
    each(async |world| {
        let admin = world.admin().await;
        let name = "<img src=x onerror=alert(1)>&amp;{{ 7 * 7 }}";
        let body = json!({
            "name": name, "email": ONE, "role": "viewer", "region": "360111", "post": name,
            "unit": name, "password": PASSWORD,
        });
        assert_eq!(admin.post("/people", body).await.status, 201);
        let mut browser = Browser::new(&world);
        browser.sign_in(ONE).await;
        let page = browser.get("/account").await;
        assert!(!page.html.contains("<img"), "{}", page.html);
        assert!(page.html.contains("&lt;img src=x"), "{}", page.html);
        assert!(page.html.contains("{{ 7 * 7 }}"), "{}", page.html);
    });
}

#[test]
fn a_rehearsal_is_written_on_every_page() {
    each(async |world| {
        let mut browser = Browser::new(&world);
        for path in ["/sign-in", "/nowhere"] {
            let page = browser.get(path).await;
            assert!(
                page.html.contains("演练：系统时间固定为 2026-09-28 10:00"),
                "{}",
                page.html
            );
        }
    });
}
