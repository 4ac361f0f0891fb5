//! Where features meet: what one of them does has to be true for the others.

use serde_json::{Value, json};

use crate::story::{Cast, email};
use crate::world::{Answer, Client, each};

fn report() -> Value {
    json!({
        "invested_quarter_yuan": 100, "invested_year_yuan": 100, "invested_total_yuan": 100,
        "physical_percent": 1, "progress": "场地平整完成，桩基施工过半，厂房基础开挖按计划推进，现场质量安全受控。",
        "problems": { "none": true }, "next_steps": [], "rating": "green",
    })
}

/// Changes what stands at a path as it stands now.
async fn change(client: &Client, path: &str, body: Value) -> Answer {
    let etag = client.get(path).await.header("etag").to_owned();
    client.patch(path, Some(&etag), body).await
}

async fn id_of(cast: &Cast, name: &str) -> String {
    let people = cast.admin.get("/people?limit=200").await;
    let all = people.body["items"].as_array().unwrap();
    let found = all.iter().find(|one| one["email"] == email(name)).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

fn total(answer: &Answer) -> u64 {
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    answer.body["total"].as_u64().unwrap()
}

#[test]
fn what_is_owed_moves_with_its_project_and_its_blockers_stay() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("新材料").await;
        let path = format!("/projects/{id}/reports/2026Q3");
        cast.lead.put(&path, None, report()).await;
        let filed = cast
            .lead
            .post(&format!("{path}/submission"), json!({}))
            .await;
        assert_eq!(filed.status, 200, "{:?}", filed.body);
        let raised = json!({
            "category": "land", "title": "用地", "cause": "指标不足", "severity": "normal",
        });
        cast.lead
            .post(&format!("/projects/{id}/blockers"), raised)
            .await;
        let owed = async |region: &str| {
            let list = format!("/deadlines?project={id}&region={region}&with_total=true");
            total(&cast.city.get(&list).await)
        };
        // Four milestones, the review and the acceptance.
        assert_eq!(owed("360111").await, 6);
        let moved = change(
            &cast.city,
            &format!("/projects/{id}"),
            json!({ "region": "360100" }),
        )
        .await;
        assert_eq!(moved.status, 200, "{:?}", moved.body);
        assert_eq!(owed("360111").await, 1);
        assert_eq!(owed("360100").await, 6);
        let review = cast.city.get("/deadlines?kind=report_review").await;
        assert_eq!(review.body["items"][0]["answerable"][0]["name"], "city");
        // The county sees what lies there still, and nothing else.
        let left = cast.county.get("/deadlines?with_total=true").await;
        assert_eq!(total(&left), 1, "{:?}", left.body);
        assert_eq!(left.body["items"][0]["kind"], "blocker_accept");
    });
}

#[test]
fn nothing_is_due_on_the_blockers_of_a_project_given_up_nor_starts_its_report_again() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("新材料").await;
        let path = format!("/projects/{id}/reports/2026Q3");
        cast.lead.put(&path, None, report()).await;
        cast.lead
            .post(&format!("{path}/submission"), json!({}))
            .await;
        let raised = json!({
            "category": "land", "title": "用地", "cause": "指标不足", "severity": "normal",
        });
        cast.lead
            .post(&format!("/projects/{id}/blockers"), raised)
            .await;
        let given_up = cast
            .county
            .post(
                &format!("/projects/{id}/withdrawal"),
                json!({ "reason": "资金未落实" }),
            )
            .await;
        assert_eq!(given_up.status, 200, "{:?}", given_up.body);
        let listed = cast.county.get("/blockers").await;
        assert_eq!(listed.body["items"][0]["next_due_on"], Value::Null);
        let reasons = json!({ "reasons": [{ "pointer": "/progress", "note": "太短" }] });
        let returned = cast.county.post(&format!("{path}/return"), reasons).await;
        assert_eq!((returned.status, returned.code()), (409, "project.ended"));
        let changed = cast.lead.get(&path).await.header("etag").to_owned();
        let replaced = cast.lead.put(&path, Some(&changed), report()).await;
        assert_eq!((replaced.status, replaced.code()), (409, "project.ended"));
        let owed = cast.county.get("/deadlines?with_total=true").await;
        assert_eq!(total(&owed), 0);
        let accepted = cast
            .county
            .post(&format!("{path}/acceptance"), json!({}))
            .await;
        assert_eq!(accepted.status, 200, "{:?}", accepted.body);
    });
}

#[test]
fn a_report_links_to_blockers_of_its_own_project_alone() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let mut ids = Vec::new();
        for name in ["新材料", "新能源"] {
            let project = cast.launched(name).await;
            let raised = json!({
                "category": "land", "title": "用地", "cause": "指标不足", "severity": "normal",
            });
            let path = format!("/projects/{project}/blockers");
            let blocker = cast.lead.post(&path, raised).await.text("/id");
            ids.push((project, blocker));
        }
        let mut linked = report();
        linked["problems"] = json!({ "none": false, "blocker_ids": [ids[0].1, ids[1].1] });
        let path = format!("/projects/{}/reports/2026Q3", ids[0].0);
        let draft = cast.lead.put(&path, None, linked).await;
        assert_eq!(draft.status, 200, "{:?}", draft.body);
        let refused = cast
            .lead
            .post(&format!("{path}/submission"), json!({}))
            .await;
        assert_eq!(
            refused.findings(),
            [(
                "/problems/blocker_ids/1".to_owned(),
                "report.blocker_unknown".to_owned()
            )]
        );
    });
}

#[test]
fn who_leads_or_owns_a_project_under_dispatch_stays_fit_for_it_or_hands_over() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let draft = cast.whole("草稿").await;
        let owner = format!("/people/{}", id_of(&cast, "owner").await);
        let leader = format!("/people/{}", id_of(&cast, "leader").await);
        let launch = format!("/projects/{draft}/launch");
        let launched = cast.county.post(&launch, json!({})).await;
        assert_eq!(launched.status, 200, "{:?}", launched.body);
        for (path, body, at) in [
            (&owner, json!({ "role": "viewer" }), "/role"),
            (&leader, json!({ "role": "viewer" }), "/role"),
            (&leader, json!({ "post": null }), "/post"),
            (&leader, json!({ "post": "  " }), "/post"),
        ] {
            let refused = change(&cast.admin, path, body).await;
            assert_eq!(refused.status, 409, "{:?}", refused.body);
            assert_eq!(
                refused.findings(),
                [(at.to_owned(), "person.holds_pillar".to_owned())]
            );
        }
        let posts = change(&cast.admin, &owner, json!({ "post": null })).await;
        assert_eq!(posts.status, 200, "{:?}", posts.body);
        let five_one = cast
            .county
            .get(&format!("/projects/{draft}/five-one"))
            .await;
        assert_eq!(five_one.body["complete"], true);
        let lead = format!("/people/{}", id_of(&cast, "lead").await);
        let other = change(&cast.admin, &lead, json!({ "role": "viewer" })).await;
        assert_eq!(other.status, 200, "{:?}", other.body);
    });
}

#[test]
fn a_refusal_is_said_in_one_language_and_repeats_no_long_text() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("新材料").await;
        let zh = |answer: &Answer| {
            let errors = answer.body["errors"].as_array().cloned();
            let errors = errors.unwrap_or_default().into_iter();
            let said = errors.chain([answer.body.clone()]);
            for one in said {
                let detail = one["detail"].as_str().unwrap().to_owned();
                assert!(detail.chars().count() < 100, "{detail}");
                for code in [
                    "active", "launch", "reserve", "raised", "minimum", "is not", "expected",
                ] {
                    assert!(!detail.contains(code), "{detail}");
                }
            }
        };
        let long = "长".repeat(10_001);
        let blockers = format!("/projects/{id}/blockers");
        let wrong = json!({
            "category": "land", "title": long, "cause": "", "severity": "huge", "days_at_risk": -1,
        });
        let refused = cast.lead.post(&blockers, wrong).await;
        assert_eq!(refused.status, 422, "{:?}", refused.body);
        zh(&refused);
        let mut found = refused.findings();
        found.retain(|(at, _)| at == "/title");
        assert_eq!(
            found,
            [("/title".to_owned(), "body.text_too_long".to_owned())]
        );
        let project = format!("/projects/{id}");
        for (client, path, body) in [
            (&cast.county, "launch", json!({})),
            (&cast.lead, "launch", json!({})),
            (&cast.county, "stage", json!({ "to": "construction" })),
            (&cast.county, "resumption", json!({})),
        ] {
            let refused = client.post(&format!("{project}/{path}"), body).await;
            assert!((400..500).contains(&refused.status));
            zh(&refused);
        }
        for path in ["", "/five-one", "/leader/history"] {
            let refused = cast.county.get(&format!("{project}{path}?colour=1")).await;
            assert_eq!(
                (refused.status, refused.code()),
                (400, "query.invalid"),
                "{path}"
            );
        }
        for query in ["?colour=1", "?limit=x", "?limit=1&limit=2"] {
            let refused = cast.county.get(&format!("/projects{query}")).await;
            assert_eq!((refused.status, refused.code()), (400, "query.invalid"));
            zh(&refused);
        }
    });
}

#[test]
fn a_county_sees_what_it_owes_on_a_project_of_its_city_and_nothing_else_of_it() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.whole("环城路").await;
        let moved = change(
            &cast.city,
            &format!("/projects/{id}"),
            json!({ "region": "360100" }),
        )
        .await;
        assert_eq!(moved.status, 200, "{:?}", moved.body);
        let launch = format!("/projects/{id}/launch");
        let launched = cast.city.post(&launch, json!({})).await;
        assert_eq!(launched.status, 200, "{:?}", launched.body);
        let raised = json!({
            "category": "land-quota", "title": "用地", "cause": "指标不足", "severity": "normal",
            "region": "360111",
        });
        let blockers = format!("/projects/{id}/blockers");
        let raised = cast.lead.post(&blockers, raised).await;
        assert_eq!(raised.status, 201, "{:?}", raised.body);
        for (query, count) in [("mine=true&", 1), ("", 1), ("kind=report&", 0)] {
            let owed = cast
                .land
                .get(&format!("/deadlines?{query}with_total=true"))
                .await;
            assert_eq!(total(&owed), count, "{query}: {:?}", owed.body);
        }
    });
}

#[test]
fn every_list_counts_when_asked_and_leads_on() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("新材料").await;
        for path in ["/people", "/deadlines", &format!("/projects/{id}/journal")] {
            let page = cast
                .county
                .get(&format!("{path}?limit=1&with_total=true"))
                .await;
            assert!(total(&page) > 1, "{path}");
            assert!(page.header("link").contains("rel=\"next\""), "{path}");
        }
    });
}

#[test]
fn a_password_is_hashed_for_those_alone_who_may_set_it_and_told_with_all_else() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let nobody = world.stranger();
        let owner = format!("/people/{}", id_of(&cast, "owner").await);
        let weak = json!({
            "name": "甲", "email": "bad", "phone": "1", "role": "department", "region": "369999",
            "password": "123",
        });
        let refused = cast.admin.post("/people", weak.clone()).await;
        assert_eq!(refused.status, 422, "{:?}", refused.body);
        let mut found: Vec<String> = refused.findings().into_iter().map(|(at, _)| at).collect();
        found.sort();
        assert_eq!(
            found,
            ["/department", "/email", "/password", "/phone", "/region"]
        );
        for (client, status) in [(&nobody, 401), (&cast.viewer, 403)] {
            let made = client.post("/people", weak.clone()).await;
            assert_eq!(made.status, status, "{:?}", made.body);
            let set = client
                .patch(&owner, Some("\"1\""), json!({ "password": "123" }))
                .await;
            assert_eq!(set.status, status, "{:?}", set.body);
        }
    });
}
