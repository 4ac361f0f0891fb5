//! The whole story: real projects are imported, completed, launched; a report is filed, returned,
//! filed again and accepted; blockers are settled; what is left overdue is told day by day to ever
//! higher people.

use std::collections::BTreeMap;

use fiveone::jobs;
use serde_json::{Value, json};

use crate::smtp::Relay;
use crate::story::{self, Cast, email};
use crate::world::{Client, PASSWORD, World, each_with};

/// 南昌电子信息(LED)产业创新示范园二期, in 360111.
const PARK: &str = "南昌电子信息(LED)产业创新示范园二期";
/// 南昌县文化中心, in 360121.
const CULTURE: &str = "南昌县文化中心";
/// A project that stays a draft.
const VR: &str = "南昌VR科创城项目一期";

#[test]
fn the_main_job_from_a_real_list_to_the_last_letter() {
    let relay = || Relay::plain();
    each_with(
        async || {
            let relay = relay().await;
            let flags = [
                ("mail.transport", "smtp".to_owned()),
                ("mail.smtp_host", relay.host()),
                ("mail.smtp_port", relay.port().to_string()),
                ("mail.smtp_tls", "none".to_owned()),
            ];
            (
                flags.map(|(key, value)| (key.to_owned(), value)).to_vec(),
                relay,
            )
        },
        play,
    );
}

async fn play(world: World, relay: Relay) {
    import(&world);
    let cast = Cast::of(&world).await;
    second_county(&cast.admin).await;
    let park = put_under_dispatch(&cast, &cast.county, PARK, "", 500_000_000).await;
    let culture = put_under_dispatch(&cast, &cast.city, CULTURE, "2", 956_000_000).await;
    refuse_with_every_gap(&cast).await;
    report(&cast, &park).await;
    settle_one_of_each(&cast, &park).await;
    raise(&cast, &park, "land-quota", "用地指标未落实").await;

    let mut told = Vec::new();
    let mut day = chrono::NaiveDate::from_ymd_opt(2026, 9, 28).unwrap();
    while day <= chrono::NaiveDate::from_ymd_opt(2026, 11, 12).unwrap() {
        for time in ["10:05", "10:05", "14:05", "20:00"] {
            let at = format!("{day}T{time}:00+08:00");
            for done in jobs::tick(&world.app, at.parse().unwrap()).await {
                assert_eq!(done.fault, None, "{at} {}", done.job);
            }
            for mail in relay.collect() {
                assert!(
                    time != "20:00",
                    "nothing leaves in the evening: {}",
                    mail.subject()
                );
                told.push((day.to_string(), mail));
            }
        }
        day = day.succ_opt().unwrap();
    }
    let mut letters = BTreeMap::new();
    for letter in all(&cast.admin, "/letters?limit=200").await {
        let id = letter["message_id"]
            .as_str()
            .unwrap()
            .trim_matches(['<', '>'])
            .to_owned();
        assert_eq!(letter["state"], "sent", "{letter}");
        letters.insert(id, letter);
    }
    assert_eq!(
        letters.len(),
        told.len(),
        "one mail for each letter, none twice"
    );
    let mut seen = Vec::new();
    for (on, mail) in &told {
        let letter = letters.remove(&mail.message_id()).unwrap();
        assert_eq!(mail.to, [letter["recipient"]["email"].as_str().unwrap()]);
        let (text, html) = (mail.text().unwrap(), mail.html().unwrap());
        let items = letter["items"].as_array().unwrap();
        let matter = if text.contains(PARK) { PARK } else { CULTURE };
        assert!(text.contains(matter) && html.contains("<html"), "{text}");
        assert!(text.contains("http://127.0.0.1"), "a direct link: {text}");
        assert_eq!(
            mail.header("Auto-Submitted").as_deref(),
            Some("auto-generated")
        );
        for item in items {
            let copy = item["copy"].as_bool().unwrap();
            assert_eq!(text.contains("抄送"), copy, "{text}");
            seen.push(line(
                on,
                &mail.to[0],
                letter["letter"].as_str().unwrap(),
                item["step"].as_str().unwrap(),
                copy,
            ));
        }
    }
    seen.sort();
    let mut expected = expected();
    expected.sort();
    assert_eq!(seen, expected);

    let verified = world.command(&["journal", "verify"], "");
    assert!(verified.contains("chains"), "{verified}");
    let owed = all(&cast.admin, "/deadlines?overdue=true").await;
    let keys: Vec<_> = owed
        .iter()
        .map(|row| row["key"].as_str().unwrap().to_owned())
        .collect();
    assert!(
        keys.iter()
            .all(|key| !key.contains("2026Q3") || key.contains(&culture)),
        "{keys:?}"
    );
}

fn line(on: &str, to: &str, letter: &str, step: &str, copy: bool) -> String {
    let who = to.split('@').next().unwrap();
    format!(
        "{on} {who} {letter} {step}{}",
        if copy { " copy" } else { "" }
    )
}

/// Who is told what on which day, counted by hand on the calendar of 2026: 1 to 7 October are
/// holidays, Saturday the 10th is worked.
fn expected() -> Vec<String> {
    let mut lines: Vec<String> = [
        // A returned report, and four blockers, each to whoever holds it: nobody has an account of
        // the approving department, so its coordinator stands in.
        "2026-09-28 owner report_returned returned",
        "2026-09-28 land blocker_assigned assigned",
        "2026-09-28 environment blocker_assigned assigned",
        "2026-09-28 county blocker_assigned assigned",
        "2026-09-28 land blocker_assigned assigned",
        // The blocker nobody accepts: due on 29 September, the day after it was raised.
        "2026-09-30 land notice E1",
        "2026-10-09 county assignment E2",
        "2026-10-09 land assignment E2 copy",
        "2026-10-12 city supervision E3",
        "2026-10-12 county supervision E3 copy",
        "2026-10-19 city supervision E4",
        "2026-10-19 province supervision E4 copy",
        "2026-10-26 province elevation E5",
        "2026-11-02 province circular R1",
        "2026-11-09 province circular R2",
        // The report nobody files: due on Saturday 10 October.
        "2026-09-30 owner2 reminder E0-3",
        "2026-10-09 owner2 reminder E0-1",
        "2026-10-12 owner2 notice E1",
        "2026-10-14 owner2 assignment E2",
        "2026-10-14 lead2 assignment E2",
        "2026-10-14 leader2 assignment E2 copy",
        "2026-10-16 leader2 supervision E3",
        "2026-10-16 county2 supervision E3",
        "2026-10-16 city supervision E3 copy",
        "2026-10-23 city supervision E4",
        "2026-10-23 province supervision E4 copy",
        "2026-10-30 province elevation E5",
        "2026-11-06 province circular R1",
    ]
    .map(str::to_owned)
    .to_vec();
    lines.sort();
    lines
}

fn import(world: &World) {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/sample-projects.csv"
    );
    let run = || -> Value {
        serde_json::from_str(&world.command(&["--json", "import", "projects", file], "")).unwrap()
    };
    let first = run();
    assert_eq!(
        (&first["rows"], &first["created"]),
        (&json!(162), &json!(162)),
        "{first}"
    );
    assert!(first["warnings"].as_array().unwrap().len() > 100);
    let second = run();
    assert_eq!(
        (&second["created"], &second["skipped"]),
        (&json!(0), &json!(162)),
        "{second}"
    );
}

async fn second_county(admin: &Client) {
    for (name, role, region) in [
        ("county2", "coordinator", "360121"),
        ("leader2", "lead", "360121"),
        ("owner2", "lead", "360121"),
        ("lead2", "lead", "360121"),
    ] {
        let body = json!({ "name": name, "email": email(name), "role": role, "region": region, "post": "主任", "password": PASSWORD });
        assert_eq!(admin.post("/people", body).await.status, 201);
    }
}

/// Reads a list page by page.
async fn all(client: &Client, path: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let page = match &cursor {
            None => path.to_owned(),
            Some(cursor) if path.contains('?') => format!("{path}&cursor={cursor}"),
            Some(cursor) => format!("{path}?cursor={cursor}"),
        };
        let page = client.get(&page).await;
        assert_eq!(page.status, 200, "{:?}", page.body);
        items.extend(page.body["items"].as_array().unwrap().iter().cloned());
        match page.body["next_cursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return items,
        }
    }
}

async fn find(by: &Client, name: &str) -> String {
    let drafts = all(by, "/projects?state=draft").await;
    let draft = drafts.iter().find(|draft| draft["name"] == name).unwrap();
    draft["id"].as_str().unwrap().to_owned()
}

async fn put_under_dispatch(cast: &Cast, by: &Client, name: &str, who: &str, total: i64) -> String {
    let id = find(by, name).await;
    let path = |pillar: &str| format!("/projects/{id}/{pillar}");
    let person = |name: &str| email(&format!("{name}{who}"));
    let mut plan = story::plan();
    plan["total_investment_yuan"] = json!(total);
    plan["reason"] = json!("可研批复");
    plan["investment"] = json!([{ "year": 2026, "amount_yuan": 100_000_000 }, { "year": 2027, "amount_yuan": total - 100_000_000 }]);
    let team = json!({ "name": "工作专班", "members": [
        { "email": person("lead"), "duties": ["land", "environment"] },
        { "email": person("owner"), "duties": ["approval"] },
        { "email": person("leader"), "duties": [] },
    ] });
    let schedule = json!({ "milestones": [
        { "name": "开工", "kind": "start", "due_on": "2027-03-01", "weight": 25 },
        { "name": "封顶", "kind": "structure", "due_on": "2027-10-29", "weight": 25 },
        { "name": "竣工", "kind": "completion", "due_on": "2028-06-30", "weight": 25 },
        { "name": "投产", "kind": "production", "due_on": "2028-09-29", "weight": 25 },
    ] });
    for (pillar, body) in [
        ("plan", plan),
        ("leader", json!({ "email": person("leader") })),
        ("owner", json!({ "email": person("owner") })),
        ("team", team),
        ("schedule", schedule),
    ] {
        let put = by.put(&path(pillar), None, body).await;
        assert!(put.status < 300, "{pillar}: {:?}", put.body);
    }
    let whole = by.get(&path("five-one")).await;
    assert_eq!(whole.body["complete"], true, "{:?}", whole.body);
    let launched = by.post(&path("launch"), json!({})).await;
    assert_eq!(
        (launched.status, &launched.body["state"]),
        (200, &json!("active")),
        "{:?}",
        launched.body
    );
    let again = by.post(&path("launch"), json!({})).await;
    assert_eq!(again.status, 409);
    assert_eq!(
        cast.viewer.post(&path("launch"), json!({})).await.status,
        if who.is_empty() { 403 } else { 404 }
    );
    id
}

async fn refuse_with_every_gap(cast: &Cast) {
    let id = find(&cast.city, VR).await;
    let refused = cast
        .city
        .post(&format!("/projects/{id}/launch"), json!({}))
        .await;
    assert_eq!(
        (refused.status, refused.code()),
        (409, "project.five_one_incomplete")
    );
    let codes: Vec<_> = refused
        .findings()
        .into_iter()
        .map(|(_, code)| code)
        .collect();
    for gap in [
        "plan.missing",
        "leader.missing",
        "team.missing",
        "schedule.missing",
        "owner.missing",
    ] {
        assert!(codes.iter().any(|code| code == gap), "{gap} in {codes:?}");
    }
}

async fn report(cast: &Cast, project: &str) {
    let path = format!("/projects/{project}/reports/2026Q3");
    let missing = cast.owner.get(&path).await;
    assert_eq!(
        (missing.status, &missing.body["state"]),
        (200, &json!("missing"))
    );
    assert_eq!(missing.body["due_on"], "2026-10-10");
    let mut body = json!({
        "invested_quarter_yuan": 8_000_000, "invested_year_yuan": 8_000_000, "invested_total_yuan": 7_000_000,
        "physical_percent": 5, "progress": "场地平整完成，桩基施工队伍进场，正在办理施工许可，临时用水用电已接通。",
        "problems": { "none": true, "blocker_ids": [] },
        "next_steps": [{ "action": "取得施工许可", "person": "张工", "by": "2026-11-30" }],
        "rating": "green",
    });
    let draft = cast.owner.put(&path, None, body.clone()).await;
    assert!(draft.status < 300, "{:?}", draft.body);
    assert_eq!(
        draft.body["checks"][0]["code"],
        "report.total_does_not_add_up"
    );
    let refused = cast
        .owner
        .post(&format!("{path}/submission"), json!({}))
        .await;
    assert_eq!(refused.status, 422, "{:?}", refused.body);
    body["invested_total_yuan"] = json!(8_000_000);
    let etag = draft.header("etag").to_owned();
    let draft = cast.owner.put(&path, Some(&etag), body.clone()).await;
    assert_eq!(draft.status, 200, "{:?}", draft.body);
    let submitted = cast
        .owner
        .post(&format!("{path}/submission"), json!({}))
        .await;
    assert_eq!(
        (submitted.status, &submitted.body["state"]),
        (200, &json!("submitted")),
        "{:?}",
        submitted.body
    );
    assert_eq!(submitted.body["late"], false);
    let reasons = json!({ "reasons": [{ "pointer": "/progress", "note": "请写明桩基完成比例" }] });
    let returned = cast.county.post(&format!("{path}/return"), reasons).await;
    assert_eq!(
        (returned.status, &returned.body["state"]),
        (200, &json!("returned")),
        "{:?}",
        returned.body
    );
    body["progress"] = json!("场地平整完成，桩基完成 20%，正在办理施工许可，临时用水用电已接通。");
    let etag = returned.header("etag").to_owned();
    let draft = cast.owner.put(&path, Some(&etag), body).await;
    assert_eq!(draft.status, 200, "{:?}", draft.body);
    let submitted = cast
        .owner
        .post(&format!("{path}/submission"), json!({}))
        .await;
    assert_eq!(submitted.status, 200, "{:?}", submitted.body);
    let accepted = cast
        .county
        .post(&format!("{path}/acceptance"), json!({}))
        .await;
    assert_eq!(
        (accepted.status, &accepted.body["state"]),
        (200, &json!("accepted")),
        "{:?}",
        accepted.body
    );
}

async fn raise(cast: &Cast, project: &str, category: &str, title: &str) -> String {
    let body = json!({ "category": category, "title": title, "cause": "部门意见不一致", "severity": "normal" });
    let raised = cast
        .owner
        .post(&format!("/projects/{project}/blockers"), body)
        .await;
    assert_eq!(
        (raised.status, &raised.body["state"]),
        (201, &json!("raised")),
        "{:?}",
        raised.body
    );
    assert_eq!(raised.body["due"]["accept_on"], "2026-09-29");
    raised.text("/id")
}

async fn settle_one_of_each(cast: &Cast, project: &str) {
    for (category, holder) in [
        ("land", &cast.land),
        ("environment", &cast.environment),
        ("approval", &cast.county),
    ] {
        let id = raise(cast, project, category, category).await;
        let deed = async |by: &Client, deed: &str, body: Value, state: &str| {
            let done = by.post(&format!("/blockers/{id}/{deed}"), body).await;
            assert_eq!(
                (done.status, &done.body["state"]),
                (200, &json!(state)),
                "{category} {deed}: {:?}",
                done.body
            );
        };
        deed(holder, "acceptance", json!({}), "accepted").await;
        deed(
            holder,
            "reply",
            json!({ "plan": "专题会商", "promised_on": "2026-09-30" }),
            "in_progress",
        )
        .await;
        deed(
            holder,
            "resolution",
            json!({ "outcome": "已办结" }),
            "resolved",
        )
        .await;
        deed(&cast.owner, "confirmation", json!({}), "closed").await;
    }
}
