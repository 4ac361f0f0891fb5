//! Blockers over HTTP: raising, working, confirming, the list.

use serde_json::{Value, json};

use crate::story::{Cast, email};
use crate::world::{Answer, Client, World, each};

fn quota(title: &str) -> Value {
    json!({ "category": "land-quota", "title": title, "cause": "年度指标已用完", "severity": "normal" })
}

async fn raise(by: &Client, project: &str, body: Value) -> Answer {
    let path = format!("/projects/{project}/blockers");
    let raised = by.post(&path, body).await;
    assert_eq!(raised.status, 201, "{:?}", raised.body);
    raised
}

fn titles(list: &Answer) -> Vec<&str> {
    let items = list.body["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["title"].as_str().unwrap())
        .collect()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a story is told whole")]
fn a_blocker_is_raised_worked_confirmed_and_reopened() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("新材料").await;
        let raised = raise(&cast.lead, &project, quota("用地指标不足")).await;
        assert_eq!(raised.body["state"], "raised");
        assert_eq!(raised.body["level"], "county");
        assert_eq!(raised.body["region"], "360111");
        assert_eq!(raised.body["department"], "natural-resources");
        assert_eq!(raised.body["project"]["id"], project.as_str());
        assert_eq!(raised.body["due"]["accept_on"], "2026-09-29");
        assert_eq!(raised.body["due"]["reply_on"], Value::Null);
        assert_eq!(raised.body["due"]["resolve_on"], Value::Null);
        let place = raised.header("location").strip_prefix("/api/v1").unwrap();
        assert_eq!(place, format!("/blockers/{}", raised.text("/id")));
        let read = cast.viewer.get(place).await;
        assert_eq!((read.status, &read.body), (200, &raised.body));
        assert_eq!(read.header("etag"), "\"1\"");

        let deed = async |by: &Client, noun: &str, body: Value| {
            by.post(&format!("{place}/{noun}"), body).await
        };
        // A foreign department sees it and may not; a viewer may nothing.
        for by in [&cast.environment, &cast.viewer, &cast.lead] {
            let refused = deed(by, "acceptance", json!({})).await;
            assert_eq!((refused.status, refused.code()), (403, "act.forbidden"));
        }
        let refused = deed(&cast.viewer, "comments", json!({ "text": "?" })).await;
        assert_eq!(refused.status, 403);
        let early = deed(
            &cast.land,
            "reply",
            json!({ "plan": "x", "promised_on": "2026-09-28" }),
        );
        let early = early.await;
        assert_eq!((early.status, early.code()), (409, "blocker.not_possible"));

        let accepted = deed(&cast.land, "acceptance", json!({})).await;
        assert_eq!(accepted.status, 200, "{:?}", accepted.body);
        assert_eq!(accepted.body["state"], "accepted");
        assert_eq!(accepted.body["due"]["reply_on"], "2026-10-08");
        assert_eq!(accepted.body["due"]["resolve_on"], "2026-10-10");
        let past = json!({ "plan": " ", "promised_on": "2026-09-27" });
        assert_eq!(
            deed(&cast.land, "reply", past).await.findings(),
            [
                ("/plan".to_owned(), "blocker.blank".to_owned()),
                (
                    "/promised_on".to_owned(),
                    "blocker.promised_in_past".to_owned()
                ),
            ]
        );
        let reply = json!({ "plan": "协调指标", "promised_on": "2026-09-30" });
        let replied = deed(&cast.land, "reply", reply).await;
        assert_eq!(replied.body["state"], "in_progress");
        let outcome = json!({ "outcome": "指标已下达", "document": "赣自然资〔2026〕12号" });
        let resolved = deed(&cast.land, "resolution", outcome.clone()).await;
        assert_eq!(resolved.body["state"], "resolved");
        assert_eq!(resolved.body["due"]["confirm_on"], "2026-10-08");
        let county = deed(&cast.county, "confirmation", json!({})).await;
        assert_eq!(county.status, 403);
        let city = deed(&cast.city, "confirmation", json!({})).await;
        assert_eq!(
            (city.status, city.code()),
            (409, "blocker.project_side_first")
        );

        let objected = deed(&cast.owner, "objection", json!({ "reason": "未到位" })).await;
        assert_eq!(objected.body["state"], "in_progress");
        assert_eq!(objected.body["due"]["resolve_on"], "2026-10-10");
        deed(&cast.land, "resolution", outcome).await;
        let closed = deed(&cast.owner, "confirmation", json!({})).await;
        assert_eq!(closed.body["state"], "closed");
        assert_eq!(closed.body["next_due_on"], Value::Null);
        let reopened = deed(&cast.lead, "reopening", json!({ "reason": "复发" })).await;
        assert_eq!(reopened.body["state"], "in_progress");

        let comment = cast
            .environment
            .request("POST", &format!("{place}/comments"));
        let comment = comment
            .header("Idempotency-Key", "one")
            .json(&json!({ "text": "已知" }));
        let first = cast.environment.send(comment.try_clone().unwrap()).await;
        assert_eq!(first.body, cast.environment.send(comment).await.body);
        let read = cast.viewer.get(place).await;
        let history = read.body["history"].as_array().unwrap();
        let told: Vec<_> = history
            .iter()
            .map(|e| e["deed"].as_str().unwrap())
            .collect();
        assert_eq!(
            told,
            [
                "raised",
                "accepted",
                "replied",
                "resolved",
                "objected",
                "resolved",
                "confirmed",
                "reopened",
                "commented",
            ]
        );
        assert_eq!(history[4]["actor"]["name"], "owner");
        assert_eq!(history[4]["facts"]["reason"], "未到位");
        assert_eq!(history[8]["facts"]["text"], "已知");
        assert!(history.iter().all(|event| event["at"].is_string()));
        let journal = cast
            .county
            .get(&format!("/projects/{project}/journal"))
            .await;
        let lines = journal.body["items"].as_array().unwrap();
        assert!(lines.iter().any(|line| line["deed"] == "blocker.reopened"));
    });
}

#[test]
#[expect(clippy::too_many_lines, reason = "a story is told whole")]
fn bad_input_is_told_at_once_and_nothing_out_of_scope_is_there() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("新材料").await;
        let path = format!("/projects/{project}/blockers");
        let wrong = json!({
            "region": "360102", "category": "weather", "title": " ", "cause": " ", "severity": "normal",
            "department": "navy", "milestone_id": project,
        });
        let codes = |answer: &Answer| {
            let found = answer.findings().into_iter();
            found
                .map(|(at, code)| format!("{at} {code}"))
                .collect::<Vec<_>>()
        };
        let refused = cast.lead.post(&path, wrong).await;
        assert_eq!(refused.status, 422);
        assert_eq!(
            codes(&refused),
            [
                "/category blocker.category_unknown",
                "/cause blocker.blank",
                "/department blocker.department_unknown",
                "/milestone_id blocker.milestone_unknown",
                "/region blocker.region_outside",
                "/title blocker.blank",
            ]
        );
        let shape =
            json!({ "title": "x", "severity": "high", "days_at_risk": -1, "colour": "red" });
        let refused = cast.lead.post(&path, shape).await;
        assert_eq!(
            codes(&refused),
            [
                "/category body.missing_field",
                "/cause body.missing_field",
                "/colour body.unknown_field",
                "/days_at_risk body.wrong_value",
                "/severity body.wrong_value",
            ]
        );
        let draft = cast.draft("草稿").await;
        let on_draft = cast
            .county
            .post(&format!("/projects/{draft}/blockers"), quota("x"))
            .await;
        assert_eq!(on_draft.code(), "blocker.project_not_under_dispatch");

        let schedule = cast
            .lead
            .get(&format!("/projects/{project}/schedule"))
            .await;
        let mut body = quota("用地");
        body["milestone_id"] = schedule.body["milestones"][0]["id"].clone();
        let raised = raise(&cast.lead, &project, body).await;
        let place = format!("/blockers/{}", raised.text("/id"));
        let change = json!({ "severity": "critical", "days_at_risk": 30, "milestone_id": null });
        assert_eq!(
            cast.lead.patch(&place, None, change.clone()).await.status,
            428
        );
        let stale = cast.lead.patch(&place, Some("\"7\""), change.clone()).await;
        assert_eq!(stale.status, 412);
        let changed = cast.lead.patch(&place, Some("\"1\""), change).await;
        assert_eq!(changed.status, 200, "{:?}", changed.body);
        assert_eq!(changed.header("etag"), "\"2\"");
        assert_eq!(changed.body["severity"], "critical");
        assert_eq!(changed.body["milestone_id"], Value::Null);
        let cleared = cast
            .lead
            .patch(&place, Some("\"2\""), json!({ "cause": null }))
            .await;
        assert_eq!(codes(&cleared), ["/cause blocker.cannot_be_cleared"]);
        let forbidden = cast
            .land
            .patch(&place, Some("\"2\""), json!({ "cause": "x" }))
            .await;
        assert_eq!(forbidden.status, 403);

        let people = cast.county.get("/people?role=viewer").await;
        let unfit = json!({ "handler_id": people.text("/items/0/id") });
        let unfit = cast.land.post(&format!("{place}/acceptance"), unfit).await;
        assert_eq!(codes(&unfit), ["/handler_id blocker.handler_unfit"]);
        let returned = json!({ "reason": "材料不全" });
        let returned = cast.land.post(&format!("{place}/return"), returned).await;
        assert_eq!(returned.body["state"], "returned");
        let again = cast
            .lead
            .post(&format!("{place}/submission"), json!({}))
            .await;
        assert_eq!(again.body["state"], "raised");
        let second = cast
            .land
            .post(&format!("{place}/return"), json!({ "reason": "x" }))
            .await;
        assert_eq!(second.code(), "blocker.returned_already");
        let withdrawn = json!({ "reason": "已解决" });
        let withdrawn = cast
            .lead
            .post(&format!("{place}/withdrawal"), withdrawn)
            .await;
        assert_eq!(withdrawn.body["state"], "withdrawn");

        let other = world.person(&email("other"), "department", "360102").await;
        let nowhere = "/blockers/018f0000-0000-7000-8000-000000000000";
        for (method, path) in [
            ("GET", place.clone()),
            ("POST", format!("{place}/acceptance")),
            ("POST", format!("{place}/comments")),
            ("GET", nowhere.to_owned()),
        ] {
            let request = other.request(method, &path);
            let request = if method == "POST" {
                request.json(&json!({ "text": "x" }))
            } else {
                request
            };
            let answer = other.send(request).await;
            assert!(
                answer.status == 404 || answer.status == 422,
                "{path}: {:?}",
                answer.body
            );
        }
        assert_eq!(
            other.get("/blockers?with_total=true").await.body["total"],
            0
        );
        assert_eq!(
            other
                .get(&format!("/blockers?project={project}"))
                .await
                .body["items"],
            json!([])
        );
    });
}

#[test]
fn the_list_comes_by_the_next_due_day_and_is_filtered_and_paged() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("新材料").await;
        for (title, category, severity) in [
            ("甲", "land-quota", "normal"),
            ("乙", "environment", "critical"),
            ("丙", "land", "normal"),
        ] {
            let mut body = quota(title);
            body["category"] = json!(category);
            body["severity"] = json!(severity);
            let raised = raise(&cast.lead, &project, body).await;
            if title == "甲" {
                let path = format!("/blockers/{}/acceptance", raised.text("/id"));
                assert_eq!(cast.land.post(&path, json!({})).await.status, 200);
            }
        }
        // Accepted, so due later than the two that are not.
        let all = cast.viewer.get("/blockers?with_total=true").await;
        assert_eq!(titles(&all), ["乙", "丙", "甲"]);
        assert_eq!(all.body["total"], 3);
        for (query, expected) in [
            ("category=land", &["丙", "甲"][..]),
            ("category=land-quota", &["甲"]),
            ("department=ecology-environment", &["乙"]),
            ("severity=critical", &["乙"]),
            ("state=accepted", &["甲"]),
            ("level=city", &[]),
            ("region=360100", &["乙", "丙", "甲"]),
            ("region=360102", &[]),
            ("overdue=true", &[]),
        ] {
            let list = cast.viewer.get(&format!("/blockers?{query}")).await;
            assert_eq!(titles(&list), expected, "{query}");
        }
        for query in [
            "category=weather",
            "department=navy",
            "state=open",
            "colour=red",
            "cursor=x",
        ] {
            let refused = cast.viewer.get(&format!("/blockers?{query}")).await;
            assert_eq!(refused.status, 400, "{query}");
        }
        let first = cast.viewer.get("/blockers?limit=2").await;
        assert_eq!(titles(&first), ["乙", "丙"]);
        assert!(
            first.header("link").contains("rel=\"next\""),
            "{:?}",
            first.headers
        );
        let cursor = first.text("/next_cursor");
        let second = cast
            .viewer
            .get(&format!("/blockers?limit=2&cursor={cursor}"))
            .await;
        assert_eq!(titles(&second), ["甲"]);
        assert_eq!(second.body["next_cursor"], Value::Null);

        let world = world.at("2026-09-30T09:00:00+08:00").await;
        let viewer = world.signed_in(&email("viewer")).await;
        let late = viewer.get("/blockers?overdue=true").await;
        assert_eq!(titles(&late), ["乙", "丙"]);
        assert_eq!(late.body["items"][0]["overdue"], true);
        let in_time = viewer.get("/blockers?overdue=false").await;
        assert_eq!(titles(&in_time), ["甲"]);
    });
}
