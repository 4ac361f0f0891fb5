//! The pages of the people one manages.

use serde_json::json;

use crate::story::{Cast, email};
use crate::visitor::Console;
use crate::world::{PASSWORD, World, each};

const FIELDS: [(&str, &str); 10] = [
    ("name", "新部门"),
    ("email", "new@fiveone.example"),
    ("post", "科长"),
    ("unit", ""),
    ("phone", ""),
    ("role", "department"),
    ("region", "360111"),
    ("department", "natural-resources"),
    ("language", "zh-CN"),
    ("password", PASSWORD),
];

fn with<'a>(changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let value = |(name, value)| {
        let new = changed.iter().find(|(known, _)| *known == name);
        new.copied().unwrap_or((name, value))
    };
    FIELDS.into_iter().map(value).collect()
}

async fn visitor(world: &World, name: &str) -> Console {
    Console::of(world, &email(name)).await
}

#[test]
fn a_coordinator_makes_an_account_changes_it_and_disables_it() {
    each(async |world| {
        Cast::of(&world).await;
        let county = visitor(&world, "county").await;
        let page = county.open("/people/new").await;
        assert_eq!(page.status, 200);
        let made = county.submit(&page, "/people", &FIELDS).await;
        assert_eq!(made.status, 303, "{}", made.html);
        let page = county.open(&made.to).await;
        assert!(page.has("已建立“新部门”的账号"), "{}", page.html);
        assert!(page.has("自然资源"), "{}", page.html);
        Console::of(&world, "new@fiveone.example").await;

        let before = county.open(&made.to).await;
        let typed = with(&[("name", "改名"), ("post", ""), ("password", "")]);
        let changed = county.submit(&page, &made.to, &typed).await;
        assert_eq!(changed.status, 303, "{}", changed.html);
        let stale = county
            .submit(&before, &made.to, &with(&[("name", "再改")]))
            .await;
        assert_eq!(stale.status, 412);
        assert!(
            stale.has("value=\"再改\"") && stale.has("改名"),
            "{}",
            stale.html
        );

        let page = county.open(&made.to).await;
        let mut typed = with(&[("name", "改名"), ("password", "")]);
        typed.push(("disabled", "true"));
        let disabled = county.submit(&page, &made.to, &typed).await;
        assert_eq!(disabled.status, 303, "{}", disabled.html);
        let account = world.admin().await.get("/people?disabled=true").await;
        assert_eq!(account.body["items"][0]["name"], "改名");
        let refused = Console::stranger(&world);
        let refused = refused.sign_in("new@fiveone.example", "/").await;
        assert_eq!(refused.status, 401);
    });
}

#[test]
fn what_is_wrong_with_an_account_stands_at_its_fields_with_what_was_typed() {
    each(async |world| {
        Cast::of(&world).await;
        let county = visitor(&world, "county").await;
        let page = county.open("/people/new").await;
        let typed = with(&[
            ("name", "<b>名字</b>"),
            ("email", "none"),
            ("department", ""),
            ("phone", "12"),
            ("password", "short"),
        ]);
        let refused = county.submit(&page, "/people", &typed).await;
        assert_eq!(refused.status, 422);
        for words in [
            "不是有效的邮箱地址",
            "部门账号须指定部门",
            "不是有效的手机或座机号码",
            "密码须为 15 至 128 个字符",
            "value=\"&lt;b&gt;名字&lt;/b&gt;\"",
        ] {
            assert!(refused.has(words), "{words} in {}", refused.html);
        }
        assert!(!refused.has("short"), "a password is never shown");

        let taken = with(&[("email", "lead@fiveone.example")]);
        let taken = county.submit(&page, "/people", &taken).await;
        assert_eq!(taken.status, 409);
        assert!(taken.has("该邮箱已有账号"), "{}", taken.html);

        let above = with(&[("role", "coordinator"), ("department", "")]);
        let above = county.submit(&page, "/people", &above).await;
        assert_eq!(above.status, 403);
        assert!(above.has("您不能创建或更改该角色的账号"), "{}", above.html);
    });
}

#[test]
fn only_who_manages_people_sees_them_and_only_in_their_reach() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let elsewhere = json!({ "name": "外市", "email": "far@fiveone.example", "role": "lead", "region": "360202" });
        let elsewhere = cast.admin.post("/people", elsewhere).await.text("/id");
        for name in ["lead", "land", "viewer"] {
            let visitor = visitor(&world, name).await;
            for path in ["/people", "/people/new"] {
                assert_eq!(visitor.open(path).await.status, 403, "{name} {path}");
            }
            assert!(!visitor.open("/").await.has("href=\"/people\""));
        }
        let county = visitor(&world, "county").await;
        let all = county.open("/people").await;
        assert!(all.has("leader@fiveone.example") && !all.has("far@fiveone.example"));
        assert!(!all.has("city@fiveone.example"));
        assert_eq!(
            county.open(&format!("/people/{elsewhere}")).await.status,
            404
        );
        let some = county
            .open("/people?role=department&region=&disabled=&q=")
            .await;
        assert!(some.has("land@fiveone.example") && !some.has("leader@fiveone.example"));
        let found = county.open("/people?q=ENVIRON").await;
        assert!(found.has("environment@fiveone.example") && !found.has("land@fiveone.example"));
        assert!(county.open("/people?q=%25").await.has("没有符合条件的人员"));
        let page = county.open("/people/new").await;
        assert!(!page.has("value=\"admin\"") && !page.has("value=\"360202\""));

        let province = visitor(&world, "province").await;
        let of_city = cast
            .admin
            .get("/people?role=coordinator&region=360100")
            .await;
        let id = of_city.text("/items/0/id");
        let page = province.open(&format!("/people/{id}")).await;
        assert!(page.has("该账号须由系统管理员修改"), "{}", page.html);
    });
}

#[test]
fn people_are_turned_by_pages_in_their_order() {
    each(async |world| {
        let admin = world.admin().await;
        for number in 0..55 {
            let body = json!({
                "name": format!("人员 {number:03} <script>alert(1)</script>"), "email": format!("p{number:03}@fiveone.example"),
                "role": "lead", "region": "360111",
            });
            assert_eq!(admin.post("/people", body).await.status, 201);
        }
        let visitor = Console::of(&world, "admin@fiveone.example").await;
        let first = visitor.open("/people?role=lead").await;
        assert!(first.has("p000@") && first.has("p049@") && !first.has("p050@"));
        assert!(!first.has("<script>alert"));
        let (_, next) = first.html.split_once("rel=\"next\" href=\"").unwrap();
        let next = next.split_once('"').unwrap().0;
        let next = next.replace("&amp;", "&");
        let second = visitor.open(&next).await;
        assert!(second.has("p050@") && !second.has("p049@"), "{next}");
    });
}
