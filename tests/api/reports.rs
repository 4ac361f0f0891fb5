//! Quarterly reports, from the first draft to the correction.

use serde_json::{Value, json};

use crate::story::Cast;
use crate::world::{Answer, Client, each};

/// A sound report of one quarter's sum.
fn report(quarter: i64, year: i64, total: i64) -> Value {
    json!({
        "invested_quarter_yuan": quarter, "invested_year_yuan": year, "invested_total_yuan": total,
        "physical_percent": 12.5, "progress": "场地平整完成，桩基施工过半，厂房基础开挖按计划推进，现场质量安全受控。",
        "problems": { "none": true },
        "next_steps": [{ "action": "完成桩基", "person": "张工", "by": "2026-12-31" }],
        "rating": "green",
    })
}

/// Reads the report and puts a draft of the version read.
async fn put(client: &Client, path: &str, body: Value) -> Answer {
    let etag = client.get(path).await.header("etag").to_owned();
    client.put(path, Some(&etag), body).await
}

#[test]
#[expect(clippy::too_many_lines, reason = "a story is told whole")]
fn a_report_is_drafted_checked_filed_returned_filed_again_and_accepted() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("新材料项目").await;
        let path = format!("/projects/{id}/reports/2026Q3");
        let missing = cast.lead.get(&path).await;
        assert_eq!(
            (missing.status, missing.text("/state").as_str()),
            (200, "missing")
        );
        assert_eq!(missing.text("/opens_on"), "2026-09-23");
        assert_eq!(missing.text("/due_on"), "2026-10-10");
        assert_eq!(missing.text("/locks_on"), "2026-10-16");
        assert_eq!(missing.body["provisional"], false);
        assert_eq!(missing.body["late"], false);
        assert_eq!(missing.body["versions"], json!([]));
        let submission = format!("{path}/submission");
        let early = cast.lead.post(&submission, json!({})).await;
        assert_eq!((early.status, early.code()), (409, "report.not_begun"));
        let closed = cast
            .lead
            .put(
                &format!("/projects/{id}/reports/2026Q4"),
                None,
                report(1, 1, 1),
            )
            .await;
        assert_eq!(
            (closed.status, closed.code()),
            (409, "report.window_not_open")
        );

        // 2,000,000 declared in 万元 where yuan are asked, and problems denied and listed at once.
        let mut wrong = report(2_000_000, 2_000_000, 200);
        wrong["rating"] = json!("yellow");
        let drafted = cast.lead.put(&path, None, wrong.clone()).await;
        assert_eq!(
            (drafted.status, drafted.text("/state").as_str()),
            (200, "draft")
        );
        let found: Vec<_> = drafted.body["checks"].as_array().unwrap().iter().collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0]["code"], "report.total_does_not_add_up");
        assert_eq!(found[0]["severity"], "hard");
        assert_eq!(found[0]["facts"]["expected_yuan"], 2_000_000);
        assert_ne!(found[0]["detail"], found[0]["code"]);
        let blind = cast.lead.put(&path, None, wrong.clone()).await;
        assert_eq!((blind.status, blind.code()), (428, "version.required"));
        let stale = cast.lead.put(&path, Some("\"7\""), wrong).await;
        assert_eq!((stale.status, stale.code()), (412, "version.stale"));
        let refused = cast.lead.post(&submission, json!({})).await;
        assert_eq!(
            (refused.status, refused.code()),
            (422, "report.checks_failed")
        );
        assert_eq!(
            refused.findings(),
            [
                (
                    "/invested_total_yuan".to_owned(),
                    "report.total_does_not_add_up".to_owned()
                ),
                ("/recovery".to_owned(), "report.recovery_missing".to_owned()),
            ]
        );

        let schedule = cast.lead.get(&format!("/projects/{id}/schedule")).await;
        let milestone = schedule.text("/milestones/0/id");
        let mut sound = report(2_000_000, 2_000_000, 2_000_000);
        sound["milestones"] = json!([{ "id": milestone, "forecast_on": "2026-11-09" }]);
        assert_eq!(
            put(&cast.lead, &path, sound.clone()).await.body["checks"],
            json!([])
        );
        let key = |key: &str| {
            let request = cast.lead.request("POST", &submission).json(&json!({}));
            request.header("Idempotency-Key", key)
        };
        let filed = cast.lead.send(key("once")).await;
        assert_eq!(
            (filed.status, filed.text("/state").as_str()),
            (200, "submitted")
        );
        assert_eq!(cast.lead.send(key("once")).await.body, filed.body);
        let again = cast.lead.send(key("twice")).await;
        assert_eq!(
            (again.status, again.code()),
            (409, "report.already_submitted")
        );
        let schedule = cast.lead.get(&format!("/projects/{id}/schedule")).await;
        assert_eq!(schedule.text("/milestones/0/forecast_on"), "2026-11-09");

        let give_back = format!("{path}/return");
        let silent = cast.county.post(&give_back, json!({ "reasons": [] })).await;
        assert_eq!((silent.status, silent.findings().len()), (422, 1));
        let reasons = json!({ "reasons": [{ "pointer": "/progress", "note": "写明桩基根数" }] });
        let returned = cast.county.post(&give_back, reasons).await;
        assert_eq!(
            (returned.status, returned.text("/state").as_str()),
            (200, "returned")
        );
        let seen = cast.lead.get(&path).await;
        assert_eq!(seen.text("/versions/0/outcome"), "returned");
        assert_eq!(seen.text("/versions/0/reasons/0/note"), "写明桩基根数");
        assert_eq!(put(&cast.lead, &path, sound).await.status, 200);
        assert_eq!(cast.lead.post(&submission, json!({})).await.status, 200);
        let accepted = cast
            .county
            .post(&format!("{path}/acceptance"), json!({}))
            .await;
        assert_eq!(
            (accepted.status, accepted.text("/state").as_str()),
            (200, "accepted")
        );
        assert_eq!(accepted.body["number"], 2);
        assert_eq!(accepted.body["late"], false);
        let journal = cast.county.get(&format!("/projects/{id}/journal")).await;
        let deeds: Vec<_> = journal.body["items"].as_array().unwrap().iter().collect();
        assert_eq!(deeds[0]["deed"], "report.accepted");
    });
}

#[test]
#[expect(clippy::too_many_lines, reason = "a story is told whole")]
fn who_may_do_what_with_a_report_and_who_does_not_even_see_it() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("新材料项目").await;
        let path = format!("/projects/{id}/reports/2026Q3");
        let elsewhere = world
            .person("elsewhere@fiveone.example", "coordinator", "360102")
            .await;
        for client in [
            &cast.county,
            &cast.city,
            &cast.admin,
            &cast.land,
            &cast.viewer,
        ] {
            assert_eq!(client.get(&path).await.status, 200);
            let forbidden = client.put(&path, None, report(1, 1, 1)).await;
            assert_eq!((forbidden.status, forbidden.code()), (403, "act.forbidden"));
        }
        assert_eq!(
            cast.owner.put(&path, None, report(1, 1, 1)).await.status,
            200
        );
        let submission = format!("{path}/submission");
        assert_eq!(cast.county.post(&submission, json!({})).await.status, 403);
        assert_eq!(cast.owner.post(&submission, json!({})).await.status, 200);
        for client in [&cast.owner, &cast.lead, &cast.land, &cast.viewer] {
            for (deed, body) in [
                ("acceptance", json!({})),
                (
                    "return",
                    json!({ "reasons": [{ "pointer": "", "note": "x" }] }),
                ),
                ("correction", json!({ "reason": "x" })),
            ] {
                let forbidden = client.post(&format!("{path}/{deed}"), body).await;
                assert_eq!(
                    (forbidden.status, forbidden.code()),
                    (403, "act.forbidden"),
                    "{deed}"
                );
            }
        }
        assert_eq!(elsewhere.get(&path).await.code(), "project.missing");
        assert_eq!(
            elsewhere.put(&path, None, report(1, 1, 1)).await.status,
            404
        );
        assert_eq!(
            elsewhere
                .post(&format!("{path}/acceptance"), json!({}))
                .await
                .status,
            404
        );
        assert_eq!(
            elsewhere
                .get(&format!("/projects/{id}/reports"))
                .await
                .status,
            404
        );
        assert_eq!(elsewhere.get("/reports").await.body["items"], json!([]));
        let rates = elsewhere
            .get("/reports/rates?quarter=2026Q3&region=360000")
            .await;
        assert_eq!(rates.body["items"], json!([]));

        let rates = cast
            .city
            .get("/reports/rates?quarter=2026Q3&by=region")
            .await;
        assert_eq!(
            rates.body["items"],
            json!([{ "key": "360111", "expected": 1, "filed": 1, "on_time": 1, "returned": 0, "accepted": 0, "missing": 0 }])
        );
        let listed = cast
            .lead
            .get("/reports?state=submitted&late=false&with_total=true")
            .await;
        assert_eq!(listed.body["total"], 1);
        assert_eq!(listed.text("/items/0/project/id"), id);
        assert_eq!(listed.text("/items/0/filed_by/name"), "owner");
        let missing = cast
            .county
            .get("/reports?state=missing&quarter=2026Q3")
            .await;
        assert_eq!(missing.body["items"], json!([]));
        let mine = cast.owner.get(&format!("/projects/{id}/reports")).await;
        assert_eq!(mine.text("/items/0/state"), "submitted");
        for query in ["?colour=red", "?quarter=2026", "?state=lost", "?cursor=x"] {
            assert_eq!(
                cast.county.get(&format!("/reports{query}")).await.status,
                400,
                "{query}"
            );
        }
        assert_eq!(
            cast.county
                .get(&format!("/projects/{id}/reports/2026"))
                .await
                .status,
            404
        );
    });
}

#[test]
fn after_the_lock_only_a_granted_correction_changes_a_report() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("新材料项目").await;
        let late = cast.launched("迟报项目").await;
        let path = format!("/projects/{id}/reports/2026Q3");
        cast.lead.put(&path, None, report(100, 100, 100)).await;
        let submission = format!("{path}/submission");
        assert_eq!(cast.lead.post(&submission, json!({})).await.status, 200);

        let world = world.at("2026-10-17T00:00:00+08:00").await;
        let lead = world.signed_in("lead@fiveone.example").await;
        let county = world.signed_in("county@fiveone.example").await;
        let locked = put(&lead, &path, report(90, 90, 90)).await;
        assert_eq!((locked.status, locked.code()), (409, "report.locked"));
        let correction = format!("{path}/correction");
        let blank = county.post(&correction, json!({ "reason": " " })).await;
        assert_eq!(
            blank.findings(),
            [("/reason".to_owned(), "report.reason_missing".to_owned())]
        );
        let granted = county
            .post(&correction, json!({ "reason": "审计核减" }))
            .await;
        assert_eq!(granted.status, 200);
        assert_eq!(granted.text("/correction/reason"), "审计核减");
        assert_eq!(put(&lead, &path, report(90, 90, 90)).await.status, 200);
        let beside = lead.get(&path).await;
        assert_eq!(beside.body["content"]["invested_total_yuan"], 100);
        assert_eq!(beside.body["draft"]["invested_total_yuan"], 90);
        let corrected = lead.post(&submission, json!({})).await;
        assert_eq!(
            (corrected.status, &corrected.body["number"]),
            (200, &json!(2))
        );
        assert_eq!(corrected.text("/versions/1/version_reason"), "审计核减");
        assert_eq!(corrected.body["late"], false);

        let path = format!("/projects/{late}/reports/2026Q3");
        assert_eq!(lead.get(&path).await.body["late"], true);
        let missing = county.get("/reports?state=missing&late=true").await;
        assert_eq!(missing.text("/items/0/project/id"), late);
        assert_eq!(lead.put(&path, None, report(1, 1, 1)).await.status, 200);
        let filed = lead.post(&format!("{path}/submission"), json!({})).await;
        assert_eq!((filed.status, &filed.body["late"]), (200, &json!(true)));
    });
}
