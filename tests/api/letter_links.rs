//! Where the links of letters lead.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::pages_letters::{letters_to, tick};
use crate::story::{Cast, email};
use crate::visitor::Console;
use crate::world::{World, each};

/// Plays until letters of every kind have been written, and returns all people who may have got one.
async fn everything_told(world: &World) -> Vec<&'static str> {
    let cast = Cast::of(world).await;
    let id = cast.launched("新材料").await;
    let raised = json!({ "category": "land", "title": "用地指标", "cause": "未落实", "severity": "critical" });
    let raised = cast
        .lead
        .post(&format!("/projects/{id}/blockers"), raised)
        .await;
    assert_eq!(raised.status, 201, "{:?}", raised.body);
    let path = format!("/projects/{id}/reports/2026Q3");
    let report = json!({
        "invested_quarter_yuan": 2_000_000, "invested_year_yuan": 2_000_000, "invested_total_yuan": 2_000_000,
        "physical_percent": 2, "progress": "场地平整完成，桩基施工过半，厂房基础开挖按计划推进，设备订货合同已经签订。",
        "problems": { "none": false, "blocker_ids": [raised.text("/id")] },
        "next_steps": [{ "action": "完成桩基", "person": "张工", "by": "2026-12-31" }], "rating": "green",
    });
    let etag = cast.lead.get(&path).await.header("etag").to_owned();
    let drafted = cast.lead.put(&path, Some(&etag), report).await;
    assert_eq!(drafted.status, 200, "{:?}", drafted.body);
    let filed = cast
        .lead
        .post(&format!("{path}/submission"), json!({}))
        .await;
    assert_eq!(filed.status, 200, "{:?}", filed.body);
    let reasons = json!({ "reasons": [{ "pointer": "/progress", "note": "请写明设备安装进度" }] });
    let back = cast.county.post(&format!("{path}/return"), reasons).await;
    assert_eq!(back.status, 200, "{:?}", back.body);
    let owner = cast.county.get(&format!("/projects/{id}/owner")).await;
    let etag = owner.header("etag").to_owned();
    let next = json!({ "email": email("lead"), "reason": "工作调整" });
    let handed = cast
        .county
        .put(&format!("/projects/{id}/owner"), Some(&etag), next)
        .await;
    assert_eq!(handed.status, 200, "{:?}", handed.body);
    for day in [
        "09-29", "09-30", "10-08", "10-09", "10-12", "10-14", "10-16", "10-23", "10-30", "11-06",
        "11-13",
    ] {
        tick(world, &format!("2026-{day}T09:05:00+08:00")).await;
        tick(world, &format!("2026-{day}T14:05:00+08:00")).await;
    }
    vec![
        "owner", "lead", "leader", "county", "city", "province", "land",
    ]
}

#[test]
fn every_link_of_every_letter_is_a_page_its_recipient_can_open() {
    each(async |world| {
        let people = everything_told(&world).await;
        let world = world.at("2026-11-13T15:00:00+08:00").await;
        let (mut kinds, mut paths) = (BTreeSet::new(), BTreeSet::new());
        for name in people {
            let client = world.signed_in(&email(name)).await;
            let console = Console::of(&world, &email(name)).await;
            for id in letters_to(&world, name).await {
                let letter: Value = client.get(&format!("/letters/{id}")).await.body;
                kinds.insert(letter["letter"].as_str().unwrap().to_owned());
                let page = console.open(&format!("/letters/{id}")).await;
                assert_eq!(page.status, 200);
                let (_, text) = page.html.split_once("<pre class=\"as-sent\">").unwrap();
                let text = text.split_once("</pre>").unwrap().0;
                let links = text.split("http://127.0.0.1:8080").skip(1);
                let links = links.map(|rest| {
                    let end =
                        |sign: char| !(sign.is_ascii_alphanumeric() || "/-?=&_".contains(sign));
                    rest.split(end).next().unwrap().to_owned()
                });
                for path in links.filter(|path| !path.is_empty()) {
                    let shown = console.open(&path).await;
                    assert_eq!(shown.status, 200, "{name} {path}\n{text}");
                    paths.insert(shape(&path));
                }
            }
        }
        for kind in [
            "reminder",
            "notice",
            "assignment",
            "supervision",
            "elevation",
            "circular",
            "report_returned",
            "blocker_assigned",
            "hand_over",
        ] {
            assert!(kinds.contains(kind), "{kind} was never written: {kinds:?}");
        }
        for shape in [
            "/",
            "/projects/*",
            "/projects/*/reports/2026Q3",
            "/blockers/*",
        ] {
            assert!(paths.contains(shape), "no link to {shape}: {paths:?}");
        }
    });
}

/// A path without its ids.
fn shape(path: &str) -> String {
    let parts = path
        .split('/')
        .map(|part| if part.len() == 36 { "*" } else { part });
    parts.collect::<Vec<_>>().join("/")
}
