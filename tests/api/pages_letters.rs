//! The pages of letters, and where the links of letters lead.

use fiveone::jobs;

use crate::story::{Cast, email};
use crate::visitor::Console;
use crate::world::{World, each};

pub(crate) async fn tick(world: &World, at: &str) {
    for done in jobs::tick(&world.app, at.parse().unwrap()).await {
        assert_eq!(done.fault, None, "{}", done.job);
    }
}

/// The ids of the letters to somebody, newest first.
pub(crate) async fn letters_to(world: &World, name: &str) -> Vec<String> {
    let client = world.signed_in(&email(name)).await;
    let all = client.get("/letters?limit=200").await;
    let items = all.body["items"].as_array().unwrap().iter();
    let own = items.filter(|one| one["recipient"]["email"] == email(name).as_str());
    own.map(|one| one["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_letter_says_what_was_sent_why_and_how_it_left() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("<b>新材料</b>").await;
        tick(&world, "2026-09-30T09:05:00+08:00").await;
        let owner = Console::of(&world, &email("owner")).await;
        let list = owner.open("/letters").await;
        assert!(list.has("提醒") && list.has("已发出"), "{}", list.html);
        assert!(!list.has("of=reach"), "an owner reads no letters to others");
        let id = letters_to(&world, "owner").await[0].clone();
        assert!(list.has(&format!("href=\"/letters/{id}\"")));
        let letter = owner.open(&format!("/letters/{id}")).await;
        for words in [
            "owner@fiveone.example",
            "您是该事项的责任人",
            "步骤 E0-3",
            "时限 2026-10-10，发函时还剩 3 个工作日",
            "owner，您好",
            "函件原文",
            "投递记录",
            &format!("href=\"/projects/{project}/reports/2026Q3\""),
            "&lt;b&gt;新材料",
        ] {
            assert!(letter.has(words), "{words} in {}", letter.html);
        }
        assert!(!letter.has("<b>新材料"));
        // Others do not read it, except coordinators in whose reach it lies.
        for (name, status) in [
            ("lead", 404),
            ("viewer", 404),
            ("county", 200),
            ("city", 200),
        ] {
            let other = Console::of(&world, &email(name)).await;
            let shown = other.open(&format!("/letters/{id}")).await;
            assert_eq!(shown.status, status, "{name}");
        }
        let county = Console::of(&world, &email("county")).await;
        assert!(county.open("/letters").await.has("没有符合条件的函件"));
        let reach = county.open("/letters?of=reach&state=sent").await;
        assert!(reach.has(&id) && reach.has("owner"), "{}", reach.html);
        assert!(!county.open("/letters?of=reach&state=dead").await.has(&id));
        let viewer = Console::of(&world, &email("viewer")).await;
        assert!(!viewer.open("/letters?of=reach").await.has(&id));
    });
}

#[test]
fn after_sign_in_one_lands_where_the_link_pointed() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        cast.launched("新材料").await;
        tick(&world, "2026-09-30T09:05:00+08:00").await;
        let id = letters_to(&world, "owner").await[0].clone();
        let path = format!("/letters/{id}");
        let stranger = Console::stranger(&world);
        let asked = stranger.open(&path).await;
        assert_eq!(asked.status, 303);
        assert_eq!(asked.to, format!("/sign-in?to=%2Fletters%2F{id}"));
        let page = stranger.open(&asked.to).await;
        let typed = [
            ("email", "owner@fiveone.example"),
            ("password", crate::world::PASSWORD),
        ];
        let landed = stranger.submit(&page, "/sign-in", &typed).await;
        assert_eq!((landed.status, landed.to.as_str()), (303, path.as_str()));
        assert_eq!(stranger.open(&path).await.status, 200);
    });
}
