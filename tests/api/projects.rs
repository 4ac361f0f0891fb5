//! The charter: drafts, the four pillars kept here, hand-overs, the list.

use serde_json::{Value, json};

use crate::story::{Cast, email, plan, team};
use crate::world::{Client, PASSWORD, World, each};

/// Creates accounts without signing them in; a password only where one is asked for.
async fn people(admin: &Client, people: &[(&str, &str, &str)]) {
    for (name, role, region) in people {
        let body = json!({
            "name": name, "email": email(name), "role": role, "region": region, "post": "主任",
            "password": PASSWORD,
        });
        let made = admin.post("/people", body).await;
        assert_eq!(made.status, 201, "{name}: {:?}", made.body);
    }
}

async fn leads(admin: &Client) {
    let cast = [
        ("leader", "lead", "360111"),
        ("owner", "lead", "360111"),
        ("lead", "lead", "360111"),
        ("second", "lead", "360111"),
    ];
    people(admin, &cast).await;
}

async fn draft(client: &Client, body: Value) -> String {
    let made = client.post("/projects", body).await;
    assert_eq!(made.status, 201, "{:?}", made.body);
    made.text("/id")
}

fn names(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["name"].as_str().unwrap())
        .collect()
}

#[test]
fn a_draft_needs_no_more_than_a_name_and_a_region() {
    each(async |world: World| {
        let admin = world.admin().await;
        let made = admin
            .post("/projects", json!({ "name": " 甲 ", "region": "360111" }))
            .await;
        assert_eq!(made.status, 201, "{:?}", made.body);
        assert_eq!(made.body["name"], "甲");
        assert_eq!(made.body["state"], "draft");
        assert_eq!(made.body["stage"], "idea");
        assert_eq!(made.body["pillars"]["plan"], false);
        assert_eq!(made.header("etag"), "\"1\"");
        let place = made.header("location").strip_prefix("/api/v1").unwrap();
        let read = admin.get(place).await;
        assert_eq!(read.body, made.body);
        let journal = admin.get(&format!("{place}/journal")).await;
        assert_eq!(journal.body["items"][0]["deed"], "project.created");
    });
}

#[test]
fn the_history_says_what_was_done_and_why_in_the_readers_language() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let id = cast.draft("新材料").await;
        let path = format!("/projects/{id}");
        let moved = json!({ "to": "reserve" });
        cast.county.post(&format!("{path}/stage"), moved).await;
        let reason = json!({ "reason": "企业另有安排" });
        cast.county
            .post(&format!("{path}/withdrawal"), reason)
            .await;
        let journal = format!("{path}/journal");
        let zh = cast.viewer.get(&journal).await;
        assert_eq!(zh.text("/items/0/words"), "撤回项目。理由：企业另有安排");
        assert_eq!(zh.text("/items/1/words"), "阶段由“谋划”变更为“储备”");
        let request = cast.viewer.request("GET", &journal);
        let en = request.header("Accept-Language", "en");
        let en = cast.viewer.send(en).await;
        assert_eq!(
            en.text("/items/1/words"),
            "Moved the stage from idea to reserve"
        );
        assert_eq!(zh.body["items"][1]["facts"], en.body["items"][1]["facts"]);
    });
}

#[test]
fn everything_wrong_with_a_draft_is_told_at_once() {
    each(async |world: World| {
        let admin = world.admin().await;
        let answer = admin
            .post(
                "/projects",
                json!({
                    "name": " ", "region": "360122", "code": "2017-360111", "industry": "alchemy",
                    "enterprise": { "name": "", "credit_code": "91360000625912173A" },
                    "total_investment_yuan": -1,
                    "planned_start_on": "2026-02-02", "planned_finish_on": "2026-02-01",
                }),
            )
            .await;
        assert_eq!((answer.status, answer.code()), (422, "body.invalid"));
        let expected = [
            ("/code", "project.code_wrong"),
            ("/enterprise/credit_code", "project.credit_code_wrong"),
            ("/enterprise/name", "project.enterprise_name_required"),
            ("/industry", "project.industry_unknown"),
            ("/name", "project.name_required"),
            ("/planned_finish_on", "project.finish_before_start"),
            ("/region", "project.region_abolished"),
            ("/total_investment_yuan", "project.negative_amount"),
        ];
        let expected = expected.map(|(at, code)| (at.to_owned(), code.to_owned()));
        assert_eq!(answer.findings(), expected);
        let detail = answer.body["errors"].to_string();
        assert!(
            detail.contains("360112"),
            "the successor is named: {detail}"
        );
        let unknown = admin
            .post("/projects", json!({ "name": "甲", "region": "999999" }))
            .await;
        assert_eq!(unknown.findings()[0].1, "project.region_unknown");
    });
}

#[test]
fn a_doubtful_code_is_a_warning_and_a_used_one_is_refused_without_naming_its_project() {
    each(async |world: World| {
        let admin = world.admin().await;
        people(&admin, &[("county", "coordinator", "360111")]).await;
        let county = world.signed_in(&email("county")).await;
        let code = "2017-360111-00-03-000123";
        let body = json!({ "name": "隐秘工程", "region": "360700", "code": code });
        let made = admin.post("/projects", body).await;
        assert_eq!(made.status, 201, "{:?}", made.body);
        assert_eq!(
            made.body["warnings"][0]["code"],
            "project.warning.unknown_sector"
        );
        let taken = county
            .post(
                "/projects",
                json!({ "name": "乙", "region": "360111", "code": code }),
            )
            .await;
        assert_eq!((taken.status, taken.code()), (409, "project.code_taken"));
        assert!(!taken.body.to_string().contains("隐秘"));
    });
}

#[test]
fn a_change_needs_the_version_seen_and_clears_only_what_is_null() {
    each(async |world: World| {
        let admin = world.admin().await;
        let body = json!({
            "name": "甲", "region": "360111", "content": "厂房",
            "enterprise": { "name": "乙公司", "credit_code": "91360000625912173B" },
        });
        let path = format!("/projects/{}", draft(&admin, body).await);
        let change = json!({ "content": null, "total_investment_yuan": 5 });
        let blind = admin.patch(&path, None, change.clone()).await;
        assert_eq!((blind.status, blind.code()), (428, "version.required"));
        let done = admin.patch(&path, Some("\"1\""), change.clone()).await;
        assert_eq!(done.status, 200, "{:?}", done.body);
        assert_eq!(done.header("etag"), "\"2\"");
        assert_eq!(done.body["content"], Value::Null);
        assert_eq!(done.body["enterprise"]["name"], "乙公司");
        let stale = admin.patch(&path, Some("\"1\""), change).await;
        assert_eq!((stale.status, stale.code()), (412, "version.stale"));
        let nameless = admin
            .patch(
                &path,
                Some("\"2\""),
                json!({ "name": null, "region": null, "state": "active" }),
            )
            .await;
        assert_eq!(
            nameless.findings(),
            [("/state".into(), "body.unknown_field".into())]
        );
        let nameless = admin
            .patch(
                &path,
                Some("\"2\""),
                json!({ "name": null, "region": null }),
            )
            .await;
        assert_eq!(
            nameless.findings(),
            [
                ("/name".into(), "project.name_required".into()),
                ("/region".into(), "project.region_required".into()),
            ]
        );
    });
}

#[test]
fn a_pillar_is_empty_then_filled_then_replaced_by_the_version_seen() {
    each(async |world: World| {
        let admin = world.admin().await;
        leads(&admin).await;
        let body =
            json!({ "name": "甲", "region": "360111", "total_investment_yuan": 120_000_000 });
        let id = draft(&admin, body).await;
        for (pillar, body) in [
            ("plan", plan()),
            ("leader", json!({ "email": email("leader") })),
            ("owner", json!({ "email": email("owner") })),
            ("team", team()),
        ] {
            let path = format!("/projects/{id}/{pillar}");
            let empty = admin.get(&path).await;
            assert_eq!(
                (empty.status, empty.code()),
                (404, "pillar.empty"),
                "{pillar}"
            );
            let early = admin.put(&path, Some("\"1\""), body.clone()).await;
            assert_eq!(early.status, 412, "{pillar}");
            let put = admin.put(&path, None, body.clone()).await;
            assert_eq!(put.status, 201, "{pillar}: {:?}", put.body);
            assert_eq!(put.header("etag"), "\"1\"");
            let read = admin.get(&path).await;
            assert_eq!(read.body, put.body);
            assert_eq!(read.header("etag"), "\"1\"");
            let blind = admin.put(&path, None, body.clone()).await;
            assert_eq!((blind.status, blind.code()), (428, "version.required"));
            let stale = admin.put(&path, Some("\"7\""), body).await;
            assert_eq!((stale.status, stale.code()), (412, "version.stale"));
        }
        let project = admin.get(&format!("/projects/{id}")).await;
        assert_eq!(
            project.body["pillars"],
            json!({ "plan": true, "leader": true, "team": true, "schedule": false, "owner": true })
        );
        assert_eq!(
            project.header("etag"),
            "\"1\"",
            "each pillar has its own version"
        );

        let missing = admin.get("/projects?missing=schedule").await;
        assert_eq!(names(&missing.body), ["甲"]);
        assert_eq!(
            admin.get("/projects?missing=team").await.body["items"],
            json!([])
        );
    });
}

#[test]
fn a_new_total_comes_with_its_plan_and_a_reason_and_older_plans_are_kept() {
    each(async |world: World| {
        let admin = world.admin().await;
        let body =
            json!({ "name": "甲", "region": "360111", "total_investment_yuan": 120_000_000 });
        let id = draft(&admin, body).await;
        let path = format!("/projects/{id}/plan");
        assert_eq!(admin.put(&path, None, plan()).await.status, 201);
        let mut larger = plan();
        larger["investment"][2]["amount_yuan"] = json!(40_000_000);
        larger["total_investment_yuan"] = json!(130_000_000);
        larger["investment"].as_array_mut().unwrap().extend([
            json!({ "year": 2026, "amount_yuan": -1 }),
            json!({ "year": 1999, "amount_yuan": 0 }),
        ]);
        let wrong = admin.put(&path, Some("\"1\""), larger.clone()).await;
        assert_eq!(
            wrong.findings(),
            [
                (
                    "/investment/3/amount_yuan".into(),
                    "project.negative_amount".into()
                ),
                ("/investment/3/year".into(), "plan.year_twice".into()),
                ("/investment/4/year".into(), "plan.year_out_of_range".into()),
                ("/reason".into(), "plan.reason_required".into()),
            ]
        );
        larger["investment"].as_array_mut().unwrap().truncate(3);
        larger["reason"] = json!("增加一条生产线");
        let put = admin.put(&path, Some("\"1\""), larger).await;
        assert_eq!(put.status, 200, "{:?}", put.body);
        assert_eq!(put.header("etag"), "\"2\"");
        let project = admin.get(&format!("/projects/{id}")).await;
        assert_eq!(project.body["total_investment_yuan"], 130_000_000);
        assert_eq!(project.body["pillars"]["plan"], true);
        assert_eq!(project.header("etag"), "\"2\"");
        let versions = admin.get(&format!("{path}/versions")).await;
        let totals: Vec<_> = versions.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|v| v["total_investment_yuan"].clone())
            .collect();
        assert_eq!(totals, [json!(120_000_000), json!(130_000_000)]);
        assert_eq!(
            versions.body["items"][0]["investment"][2]["amount_yuan"],
            30_000_000
        );
    });
}

#[test]
fn two_hand_overs_in_one_day_are_both_kept_and_scope_follows_the_appointment() {
    each(async |world: World| {
        let admin = world.admin().await;
        leads(&admin).await;
        let id = draft(&admin, json!({ "name": "甲", "region": "360111" })).await;
        let path = format!("/projects/{id}/leader");
        let leader = world.signed_in(&email("leader")).await;
        let own = format!("/projects/{id}");
        assert_eq!(leader.get(&own).await.status, 404);
        let first = admin
            .put(&path, None, json!({ "email": email("leader") }))
            .await;
        assert_eq!(first.status, 201, "{:?}", first.body);
        assert_eq!(leader.get(&own).await.status, 200);
        assert_eq!(leader.get("/me").await.body["projects"], json!([id]));

        let silent = admin
            .put(&path, Some("\"1\""), json!({ "email": email("second") }))
            .await;
        assert_eq!(
            silent.findings(),
            [("/reason".into(), "appointment.reason_required".into())]
        );
        for (etag, name) in [("\"1\"", "second"), ("\"2\"", "lead")] {
            let put = admin
                .put(
                    &path,
                    Some(etag),
                    json!({ "email": email(name), "reason": "工作调整" }),
                )
                .await;
            assert_eq!(put.status, 200, "{:?}", put.body);
        }
        assert_eq!(
            leader.get(&own).await.status,
            404,
            "the scope went with the post"
        );
        let history = admin.get(&format!("{path}/history")).await;
        let terms: Vec<_> = history.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|term| {
                (
                    term["person"]["name"].as_str().unwrap(),
                    &term["from"],
                    &term["to"],
                )
            })
            .collect();
        let day = json!("2026-09-28");
        assert_eq!(
            terms,
            [
                ("leader", &day, &day),
                ("second", &day, &day),
                ("lead", &day, &Value::Null)
            ]
        );
        let again = admin
            .put(&path, Some("\"3\""), json!({ "email": email("lead") }))
            .await;
        assert_eq!(
            (again.status, again.header("etag")),
            (200, "\"3\""),
            "nothing to hand over"
        );
    });
}

#[test]
fn only_a_lead_who_is_not_the_other_one_can_be_appointed() {
    each(async |world: World| {
        let admin = world.admin().await;
        leads(&admin).await;
        people(&admin, &[("viewer", "viewer", "360111")]).await;
        let id = draft(&admin, json!({ "name": "甲", "region": "360111" })).await;
        let (leader, owner) = (
            format!("/projects/{id}/leader"),
            format!("/projects/{id}/owner"),
        );
        for (body, at, code) in [
            (json!({}), "/person_id", "person.required"),
            (
                json!({ "email": "nobody@fiveone.example" }),
                "/email",
                "person.unknown",
            ),
            (json!({ "person_id": id }), "/person_id", "person.unknown"),
            (
                json!({ "person_id": id, "email": email("owner") }),
                "/person_id",
                "person.required",
            ),
            (
                json!({ "email": email("viewer") }),
                "/email",
                "owner.not_a_lead",
            ),
        ] {
            let refused = admin.put(&owner, None, body).await;
            assert_eq!(refused.status, 422);
            assert_eq!(refused.findings(), [(at.to_owned(), code.to_owned())]);
        }
        assert_eq!(
            admin
                .put(&owner, None, json!({ "email": email("owner") }))
                .await
                .status,
            201
        );
        let both = admin
            .put(&leader, None, json!({ "email": email("owner") }))
            .await;
        assert_eq!(
            both.findings(),
            [("/email".into(), "owner.is_leader".into())]
        );
        assert_eq!(admin.get(&leader).await.code(), "pillar.empty");
    });
}

#[test]
fn a_team_is_checked_member_by_member() {
    each(async |world: World| {
        let admin = world.admin().await;
        leads(&admin).await;
        let id = draft(&admin, json!({ "name": "甲", "region": "360111" })).await;
        let path = format!("/projects/{id}/team");
        let body = json!({
            "name": "", "convenor_email": email("second"),
            "members": [
                { "email": email("lead"), "duties": ["land", " "] },
                { "email": email("lead"), "duties": [] },
                { "duties": [] },
            ],
        });
        let wrong = admin.put(&path, None, body).await;
        assert_eq!(
            wrong.findings(),
            [
                (
                    "/convenor_email".into(),
                    "team.convenor_not_a_member".into()
                ),
                ("/members/0/duties/1".into(), "team.duty_blank".into()),
                ("/members/1/email".into(), "team.member_twice".into()),
                ("/members/2/person_id".into(), "person.required".into()),
                ("/name".into(), "team.name_required".into()),
            ]
        );
        let small =
            json!({ "name": "专班", "members": [{ "email": email("lead"), "duties": ["land"] }] });
        let put = admin.put(&path, None, small).await;
        assert_eq!(
            put.status, 201,
            "a draft's team may still be too small: {:?}",
            put.body
        );
        let read = admin.get(&format!("/projects/{id}")).await;
        assert_eq!(read.body["pillars"]["team"], false);
    });
}

#[test]
fn what_lies_out_of_scope_is_not_there_and_what_lies_beyond_a_role_is_forbidden() {
    each(async |world: World| {
        let admin = world.admin().await;
        people(
            &admin,
            &[
                ("county", "coordinator", "360111"),
                ("viewer", "viewer", "360111"),
            ],
        )
        .await;
        let elsewhere = draft(&admin, json!({ "name": "他县", "region": "360112" })).await;
        let here = draft(&admin, json!({ "name": "本县", "region": "360111" })).await;
        let county = world.signed_in(&email("county")).await;
        for path in [
            "",
            "/plan",
            "/plan/versions",
            "/leader",
            "/leader/history",
            "/owner",
            "/owner/history",
            "/team",
            "/journal",
        ] {
            let hidden = county.get(&format!("/projects/{elsewhere}{path}")).await;
            assert_eq!(
                (hidden.status, hidden.code()),
                (404, "project.missing"),
                "{path}"
            );
        }
        let hidden = county
            .put(&format!("/projects/{elsewhere}/plan"), None, plan())
            .await;
        assert_eq!(hidden.code(), "project.missing");
        let list = county.get("/projects?with_total=true").await;
        assert_eq!(names(&list.body), ["本县"]);
        assert_eq!(list.body["total"], 1);
        let abroad = county
            .post("/projects", json!({ "name": "甲", "region": "360112" }))
            .await;
        assert_eq!((abroad.status, abroad.code()), (403, "act.forbidden"));
        let moved = county
            .patch(
                &format!("/projects/{here}"),
                Some("\"1\""),
                json!({ "region": "360112" }),
            )
            .await;
        assert_eq!(moved.status, 403);

        let viewer = world.signed_in(&email("viewer")).await;
        let path = format!("/projects/{here}");
        assert_eq!(viewer.get(&path).await.status, 200);
        assert_eq!(
            viewer.patch(&path, Some("\"1\""), json!({})).await.status,
            403
        );
        for (pillar, body) in [
            ("plan", plan()),
            ("team", team()),
            ("leader", json!({ "email": email("viewer") })),
        ] {
            let answer = viewer.put(&format!("{path}/{pillar}"), None, body).await;
            assert_eq!((answer.status, answer.code()), (403, "act.forbidden"));
        }
    });
}

#[test]
fn the_list_is_filtered_searched_sorted_and_paged() {
    each(async |world: World| {
        let admin = world.admin().await;
        for (name, region, stage) in [
            ("丙 Battery", "360111", "construction"),
            ("甲 100%_铜箔", "360112", "idea"),
            ("乙 ＢＡＴＴＥＲＹ", "360111", "idea"),
        ] {
            draft(
                &admin,
                json!({ "name": name, "region": region, "stage": stage }),
            )
            .await;
        }
        for (query, expected) in [
            (
                "region=360100",
                vec!["丙 Battery", "甲 100%_铜箔", "乙 ＢＡＴＴＥＲＹ"],
            ),
            ("region=360112", vec!["甲 100%_铜箔"]),
            ("stage=construction", vec!["丙 Battery"]),
            ("state=active", vec![]),
            ("q=battery", vec!["丙 Battery", "乙 ＢＡＴＴＥＲＹ"]),
            ("q=100%25_", vec!["甲 100%_铜箔"]),
            ("q=%25", vec!["甲 100%_铜箔"]),
            (
                "q=%20",
                vec!["丙 Battery", "甲 100%_铜箔", "乙 ＢＡＴＴＥＲＹ"],
            ),
        ] {
            let list = admin.get(&format!("/projects?{query}")).await;
            assert_eq!(list.status, 200, "{query}: {:?}", list.body);
            assert_eq!(names(&list.body), expected, "{query}");
        }
        for sort in ["created", "name"] {
            let whole = admin.get(&format!("/projects?sort={sort}")).await;
            let mut path = format!("/projects?sort={sort}&limit=1&with_total=true");
            let mut seen = Vec::new();
            loop {
                let page = admin.get(&path).await;
                assert_eq!(page.body["total"], 3);
                seen.extend(page.body["items"].as_array().unwrap().clone());
                if page.body["next_cursor"].is_null() {
                    assert_eq!(page.header("link"), "");
                    break;
                }
                let link = page.header("link");
                let next = link.strip_prefix("</api/v1").unwrap();
                path = next.strip_suffix(">; rel=\"next\"").unwrap().to_owned();
            }
            assert_eq!(Value::Array(seen), whole.body["items"], "{sort}");
        }
        let other = admin.get("/projects?limit=1").await.text("/next_cursor");
        let crossed = admin
            .get(&format!("/projects?sort=name&cursor={other}"))
            .await;
        assert_eq!((crossed.status, crossed.code()), (400, "query.cursor"));
        assert_eq!(
            admin.get("/projects?sort=colour").await.code(),
            "query.invalid"
        );
        assert_eq!(
            admin.get("/projects?lamp=red").await.code(),
            "query.invalid"
        );
    });
}
