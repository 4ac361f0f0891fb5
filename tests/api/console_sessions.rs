//! Sessions of the console: how they begin, how they end, and what is told around them.

use serde_json::json;

use crate::console::{Browser, Page};
use crate::world::{PASSWORD, World, each, each_with};

const ADMIN: &str = "admin@fiveone.example";

async fn signed_in(world: &World, email: &str) -> Browser {
    let mut browser = Browser::new(world);
    let page = browser.sign_in(email).await;
    assert_eq!(page.leads(), (303, "/"), "{}", page.html);
    browser
}

/// Whether the browser is let in.
async fn is_in(browser: &mut Browser) -> bool {
    match browser.get("/account").await.leads() {
        (200, "") => true,
        (303, "/sign-in?to=%2Faccount") => false,
        other => panic!("{other:?}"),
    }
}

fn flag(key: &str, value: &str) -> (String, String) {
    (key.to_owned(), value.to_owned())
}

#[test]
fn a_session_lives_in_a_cookie_that_only_this_host_gets() {
    each(async |world| {
        let mut browser = Browser::new(&world);
        let page = browser.sign_in(ADMIN).await;
        let cookies = page.cookies();
        let session = cookies
            .iter()
            .find(|set| set.starts_with("fiveone="))
            .unwrap();
        assert!(
            session.ends_with("; Path=/; HttpOnly; SameSite=Lax"),
            "{session}"
        );
        // 256 random bits behind the prefix.
        assert_eq!(browser.cookies["fiveone"].len(), 3 + 43);
    });
    each_with(
        async || {
            let flags = [
                flag("site.base_url", "https://fiveone.example"),
                flag("console.hsts_seconds", "31536000"),
            ];
            (flags.to_vec(), ())
        },
        async |world, ()| {
            let mut browser = Browser::new(&world);
            let page = browser.sign_in(ADMIN).await;
            let cookies = page.cookies();
            let mut session = cookies
                .iter()
                .filter(|set| set.starts_with("__Host-fiveone="));
            let session = session.next().unwrap();
            assert!(
                session.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"),
                "{session}"
            );
            assert!(!session.contains("Domain"), "{session}");
            let page = browser.get("/account").await;
            assert_eq!(page.status, 200);
            assert_eq!(
                page.header("strict-transport-security"),
                "max-age=31536000; includeSubDomains"
            );
            assert_eq!(page.header("referrer-policy"), "no-referrer");
            // A cookie without the prefix could come from a neighbour of this host.
            let secret = browser.cookies.remove("__Host-fiveone").unwrap();
            browser.cookies.insert("fiveone".to_owned(), secret);
            assert!(!is_in(&mut browser).await);
        },
    );
}

#[test]
fn signing_in_makes_a_new_secret_and_ends_the_old_one() {
    each(async |world| {
        let mut browser = Browser::new(&world);
        browser
            .cookies
            .insert("fiveone".to_owned(), "fs_planted".to_owned());
        assert!(!is_in(&mut browser).await);
        browser.sign_in(ADMIN).await;
        let first = browser.cookies["fiveone"].clone();
        assert_ne!(first, "fs_planted");
        browser.sign_in(ADMIN).await;
        assert_ne!(browser.cookies["fiveone"], first);
        assert!(is_in(&mut browser).await);
        browser.cookies.insert("fiveone".to_owned(), first);
        assert!(!is_in(&mut browser).await);
    });
}

#[test]
fn nobody_is_signed_in_without_the_password_and_nobody_learns_why() {
    each(async |world| {
        let mut pages = Vec::new();
        for (email, password) in [
            (ADMIN, "wrong wrong wrong"),
            ("nobody@fiveone.example", PASSWORD),
        ] {
            let mut browser = Browser::new(&world);
            let inputs = [("email", email), ("password", password), ("to", "/account")];
            let page = browser.post("/sign-in", &inputs).await;
            assert_eq!(page.status, 401);
            assert!(browser.cookies.is_empty());
            assert!(page.html.contains("邮箱或密码不正确"), "{}", page.html);
            assert!(!page.html.contains(password), "{}", page.html);
            assert!(
                page.html.contains("name=\"to\" value=\"/account\""),
                "{}",
                page.html
            );
            pages.push(page.html.replace(email, ""));
        }
        assert_eq!(pages[0], pages[1]);
    });
}

#[test]
fn a_session_ends_half_an_hour_after_its_last_use() {
    each(async |world| {
        let mut browser = signed_in(&world, ADMIN).await;
        let mut world = world;
        for (moment, is_in_then) in [
            ("2026-09-28T10:29:00+08:00", true),
            ("2026-09-28T10:58:59+08:00", true),
            ("2026-09-28T11:28:59+08:00", false),
        ] {
            world = world.at(moment).await;
            browser.follow(&world);
            assert_eq!(is_in(&mut browser).await, is_in_then, "{moment}");
        }
        // It stays ended for a form too.
        let page = browser
            .post("/account/phone", &[("phone", "13800138000")])
            .await;
        assert_eq!(page.status, 401);
    });
}

#[test]
fn a_session_ends_after_twelve_hours_however_it_is_used() {
    each_with(
        async || (vec![flag("console.idle_minutes", "1440")], ()),
        async |world, ()| {
            let mut browser = signed_in(&world, ADMIN).await;
            let mut world = world;
            for (moment, is_in_then) in [
                ("2026-09-28T21:59:59+08:00", true),
                ("2026-09-28T22:00:00+08:00", false),
            ] {
                world = world.at(moment).await;
                browser.follow(&world);
                assert_eq!(is_in(&mut browser).await, is_in_then, "{moment}");
            }
        },
    );
}

#[test]
fn signing_out_ends_the_session_at_once() {
    each(async |world| {
        let mut browser = signed_in(&world, ADMIN).await;
        let secret = browser.cookies["fiveone"].clone();
        let token = browser.get("/account").await.input("_token");
        let page = browser.post("/sign-out", &[("_token", &token)]).await;
        assert_eq!(page.leads(), (303, "/sign-in"));
        assert!(!browser.cookies.contains_key("fiveone"));
        assert!(browser.get("/sign-in").await.html.contains("您已退出登录"));
        browser.cookies.insert("fiveone".to_owned(), secret);
        assert!(!is_in(&mut browser).await);
        // Again, with nothing left to end.
        let page = browser.post("/sign-out", &[("_token", &token)]).await;
        assert_eq!(page.leads(), (303, "/sign-in"));
    });
}

#[test]
fn whatever_changes_who_somebody_is_ends_their_sessions_at_once() {
    each(async |world| {
        let person = world
            .person("one@fiveone.example", "viewer", "360111")
            .await;
        let id = person.get("/me").await.text("/id");
        let admin = world.admin().await;
        for change in [
            json!({ "role": "lead" }),
            json!({ "region": "360100" }),
            json!({ "password": "another four boats on the Gan" }),
            json!({ "password": PASSWORD }),
            json!({ "disabled": true }),
        ] {
            let path = format!("/people/{id}");
            let etag = admin.get(&path).await.header("etag").to_owned();
            let mut browser = Browser::new(&world);
            let can = change["password"] != PASSWORD;
            if can {
                assert_eq!(browser.sign_in("one@fiveone.example").await.status, 303);
                assert!(is_in(&mut browser).await);
            }
            let changed = admin.patch(&path, Some(&etag), change.clone()).await;
            assert_eq!(changed.status, 200, "{change}: {:?}", changed.body);
            assert!(!is_in(&mut browser).await, "{change}");
        }
        let mut browser = Browser::new(&world);
        assert_eq!(browser.sign_in("one@fiveone.example").await.status, 401);
    });
}

/// The ids of the sessions that can be ended.
fn endable(page: &Page) -> Vec<String> {
    let parts = page.html.split("action=\"/account/sessions/").skip(1);
    let ids = parts.filter_map(|part| part.split("/closure").next());
    ids.filter(|id| id.len() == 36).map(str::to_owned).collect()
}

#[test]
fn the_own_sessions_are_listed_and_ended() {
    each(async |world| {
        let api = world
            .person("one@fiveone.example", "viewer", "360111")
            .await;
        let other = world
            .person("two@fiveone.example", "viewer", "360111")
            .await;
        let mut office = signed_in(&world, "one@fiveone.example").await;
        let mut phone = signed_in(&world, "one@fiveone.example").await;
        let mut stranger = signed_in(&world, "two@fiveone.example").await;
        let page = office.get("/account").await;
        let token = page.input("_token");
        let ids = endable(&page);
        assert_eq!(ids.len(), 2, "{}", page.html);
        assert_eq!(page.html.matches("本次登录").count(), 1);
        // Those of others are none of one's own.
        let foreign = endable(&stranger.get("/account").await);
        let path = format!("/account/sessions/{}/closure", foreign[0]);
        let page = office.post(&path, &[("_token", &token)]).await;
        assert_eq!(page.status, 404);
        assert_eq!(other.get("/me").await.status, 200);
        // One of them is the phone's, the other the API's.
        let path = format!("/account/sessions/{}/closure", ids[0]);
        let page = office.post(&path, &[("_token", &token)]).await;
        assert_eq!(page.leads(), (303, "/account"));
        let still =
            usize::from(is_in(&mut phone).await) + usize::from(api.get("/me").await.status == 200);
        assert_eq!(still, 1);
        let page = office
            .post("/account/sessions/closure", &[("_token", &token)])
            .await;
        assert_eq!(page.leads(), (303, "/account"));
        assert!(!is_in(&mut phone).await);
        assert_eq!(api.get("/me").await.status, 401);
        assert!(is_in(&mut office).await && is_in(&mut stranger).await);
        assert!(endable(&office.get("/account").await).is_empty());
    });
}

#[test]
fn a_new_password_ends_the_other_sessions_and_this_one_goes_on_under_a_new_secret() {
    each(async |world| {
        let api = world
            .person("one@fiveone.example", "viewer", "360111")
            .await;
        let mut browser = signed_in(&world, "one@fiveone.example").await;
        let mut other = signed_in(&world, "one@fiveone.example").await;
        let page = browser.get("/account").await;
        let (token, version) = (page.input("_token"), page.input("_version"));
        let fresh = "nine cranes over Poyang lake";
        for (current, new, words) in [
            ("wrong wrong wrong", fresh, "当前密码不正确"),
            (PASSWORD, "short", "密码须为"),
            ("", "", "缺少必填字段"),
        ] {
            let inputs = [
                ("_token", token.as_str()),
                ("_version", &version),
                ("password.current", current),
                ("password.new", new),
            ];
            let page = browser.post("/account/password", &inputs).await;
            assert_eq!(page.status, 422, "{words}");
            assert!(page.html.contains(words), "{words}: {}", page.html);
            for secret in [current, new].iter().filter(|secret| !secret.is_empty()) {
                assert!(!page.html.contains(*secret), "{}", page.html);
            }
            assert!(is_in(&mut other).await);
        }
        let secret = browser.cookies["fiveone"].clone();
        let inputs = [
            ("_token", token.as_str()),
            ("_version", &version),
            ("password.current", PASSWORD),
            ("password.new", fresh),
        ];
        let page = browser.post("/account/password", &inputs).await;
        assert_eq!(page.leads(), (303, "/account"), "{}", page.html);
        assert_ne!(browser.cookies["fiveone"], secret);
        assert!(is_in(&mut browser).await);
        assert!(!is_in(&mut other).await);
        assert_eq!(api.get("/me").await.status, 401);
        browser.cookies.insert("fiveone".to_owned(), secret);
        assert!(!is_in(&mut browser).await);
    });
}

#[test]
fn the_api_does_not_hear_cookies_and_pages_do_not_hear_tokens() {
    each(async |world| {
        let browser = signed_in(&world, ADMIN).await;
        let cookie = format!("fiveone={}", browser.cookies["fiveone"]);
        let stranger = world.stranger();
        let request = stranger.request("GET", "/me").header("cookie", cookie);
        assert_eq!(stranger.send(request).await.status, 401);
        let admin = world.admin().await;
        let url = format!("http://{}/account", world.address());
        let none = reqwest::redirect::Policy::none();
        let http = reqwest::Client::builder().redirect(none).build().unwrap();
        let request = http.get(url).bearer_auth(admin.token.unwrap());
        assert_eq!(request.send().await.unwrap().status(), 303);
    });
}

#[test]
fn after_signing_in_one_stands_where_the_link_pointed_and_never_elsewhere() {
    each(async |world| {
        let mut browser = Browser::new(&world);
        let page = browser.get("/account?tab=a&x=%2F").await;
        assert_eq!(
            page.leads(),
            (303, "/sign-in?to=%2Faccount%3Ftab%3Da%26x%3D%252F")
        );
        for (to, there) in [
            ("/letters/1?x=%2F&y=1", "/letters/1?x=%2F&y=1"),
            ("//evil.example", "/"),
            ("https://evil.example", "/"),
            ("/\\evil.example", "/"),
            ("/a\r\nset-cookie: a=b", "/"),
            ("/\tevil", "/"),
            ("javascript:alert(1)", "/"),
            ("", "/"),
        ] {
            let inputs = [("email", ADMIN), ("password", PASSWORD), ("to", to)];
            let page = browser.post("/sign-in", &inputs).await;
            assert_eq!(page.leads(), (303, there), "{to:?}");
        }
        let page = browser.get("/sign-in?to=%2F%2Fevil.example").await;
        assert!(
            page.html.contains("name=\"to\" value=\"/\""),
            "{}",
            page.html
        );
        assert!(!page.html.contains("//evil"), "{}", page.html);
    });
}

#[test]
fn the_language_is_the_accounts_and_before_that_the_readers() {
    each(async |world| {
        let mut browser = Browser::new(&world);
        assert!(
            browser
                .get("/sign-in")
                .await
                .html
                .contains("<html lang=\"zh-CN\">")
        );
        let page = browser
            .post("/language", &[("lang", "en"), ("to", "/sign-in")])
            .await;
        assert_eq!(page.leads(), (303, "/sign-in"));
        let page = browser.get("/sign-in").await;
        assert!(page.html.contains("<html lang=\"en\">") && page.html.contains("Sign in"));
        assert!(
            browser
                .get("/nowhere")
                .await
                .html
                .contains("<html lang=\"en\">")
        );
        // The account says zh-CN.
        browser.sign_in(ADMIN).await;
        let page = browser.get("/account").await;
        assert!(page.html.contains("<html lang=\"zh-CN\">"), "{}", page.html);
        let token = page.input("_token");
        let inputs = [
            ("_token", token.as_str()),
            ("lang", "en"),
            ("to", "/account"),
        ];
        let page = browser.post("/language", &inputs).await;
        assert_eq!(page.leads(), (303, "/account"));
        assert!(
            browser
                .get("/account")
                .await
                .html
                .contains("<html lang=\"en\">")
        );
        let admin = world.admin().await;
        assert_eq!(admin.get("/me").await.text("/language"), "en");
        let page = browser
            .post("/language", &[("_token", &token), ("lang", "xx")])
            .await;
        assert_eq!(page.status, 400);
    });
}

#[test]
fn pages_may_load_and_do_nothing_but_what_is_ours_and_are_not_kept() {
    each(async |world| {
        let mut browser = signed_in(&world, ADMIN).await;
        for path in ["/account", "/sign-in", "/nowhere"] {
            let page = browser.get(path).await;
            assert_eq!(
                page.header("content-security-policy"),
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                 font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
                 object-src 'none'; frame-ancestors 'none'",
                "{path}"
            );
            for (name, value) in [
                ("content-type", "text/html; charset=utf-8"),
                ("cache-control", "no-store"),
                ("x-content-type-options", "nosniff"),
                ("x-frame-options", "DENY"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
                // Browsers without TLS tell no Sec-Fetch-Site, and need this to tell the origin.
                ("referrer-policy", "same-origin"),
                ("strict-transport-security", ""),
            ] {
                assert_eq!(page.header(name), value, "{path} {name}");
            }
            for inline in [" style=", "<style", "<script>", " onclick=", "javascript:"] {
                assert!(!page.html.contains(inline), "{path} {inline}");
            }
        }
        // The page of the API's document brings its own styles.
        let docs = browser.get("/docs/").await;
        assert_eq!(docs.status, 200);
        assert!(
            docs.header("content-security-policy")
                .contains("style-src 'self' 'unsafe-inline'")
        );
    });
}

#[test]
fn assets_are_kept_under_the_digest_of_their_content() {
    each(async |world| {
        let mut browser = Browser::new(&world);
        let page = browser.get("/sign-in").await.html;
        let at = page.find("/assets/console.css?v=").unwrap();
        let address = page[at..].split('"').next().unwrap().to_owned();
        let asset = browser.get(&address).await;
        assert_eq!(asset.header("content-type"), "text/css; charset=utf-8");
        assert_eq!(
            asset.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        let etag = asset.header("etag").to_owned();
        let plain = browser.get("/assets/console.css").await;
        assert_eq!(plain.header("cache-control"), "no-cache");
        let url = format!("http://{}/assets/console.css", world.address());
        let request = reqwest::Client::new()
            .get(url)
            .header("if-none-match", etag);
        let again = browser.send(request).await;
        assert_eq!((again.status, again.html.as_str()), (304, ""));
        for missing in ["/assets/nothing.css", "/assets/..%2fmod.rs", "/assets/"] {
            assert_eq!(browser.get(missing).await.status, 404, "{missing}");
        }
    });
}

/// A page without the id of its request.
fn nameless(page: &Page) -> String {
    let id = page.header("x-request-id");
    assert!(!id.is_empty() && page.html.contains(id), "{}", page.html);
    page.html.replace(id, "")
}

#[test]
fn what_is_not_there_and_what_may_not_be_seen_is_one_page() {
    each(async |world| {
        let mut browser = signed_in(&world, ADMIN).await;
        let unknown = browser.get("/nowhere").await;
        assert_eq!(unknown.status, 404);
        for path in [
            "/projects/01a2b3c4-0000-7000-8000-000000000000",
            "/account/",
            "/account/sessions/x",
            "/letters/%00",
        ] {
            let page = browser.get(path).await;
            assert_eq!(page.status, 404, "{path}");
            assert_eq!(nameless(&page), nameless(&unknown), "{path}");
        }
        let mut stranger = Browser::new(&world);
        assert_eq!(
            nameless(&stranger.get("/nowhere").await),
            nameless(&unknown)
        );
    });
}

#[test]
fn failures_are_pages_for_people_and_problems_for_programs() {
    each(async |world| {
        let mut browser = signed_in(&world, ADMIN).await;
        let page = browser.post("/account", &[]).await;
        assert_eq!(
            (page.status, page.header("content-type")),
            (405, "text/html; charset=utf-8")
        );
        assert_eq!(page.header("allow"), "GET");
        let page = browser.get("/sign-in?colour=red").await;
        assert_eq!(page.status, 400);
        assert!(page.html.contains("<html lang=\"zh-CN\">"), "{}", page.html);
        let large = "x".repeat(70_000);
        let page = browser.post("/account/phone", &[("phone", &large)]).await;
        assert_eq!(page.status, 413);
        assert!(page.html.contains("内容超过大小上限"), "{}", page.html);
        let api = browser.get("/api/v1/nowhere").await;
        assert_eq!(api.header("content-type"), "application/problem+json");
    });
}
