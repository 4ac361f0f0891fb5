//! What makes filing easy and wrong figures hard: what a report starts from, what it has to explain,
//! and who has filed what.

use serde_json::{Value, json};

use crate::story::{Cast, email};
use crate::world::{Answer, Client, each};

/// A sound report of one quarter's sum, in words of its own.
fn report(quarter: i64, year: i64, total: i64, progress: &str) -> Value {
    json!({
        "invested_quarter_yuan": quarter, "invested_year_yuan": year, "invested_total_yuan": total,
        "physical_percent": 12.5, "progress": progress, "problems": { "none": true },
        "next_steps": [{ "action": "完成桩基", "person": "张工", "by": "2027-03-31" }],
        "rating": "green",
    })
}

const AUTUMN: &str = "场地平整完成，桩基施工过半，厂房基础开挖按计划推进，现场质量安全受控。";

async fn put(client: &Client, path: &str, body: &Value) -> Answer {
    let etag = client.get(path).await.header("etag").to_owned();
    client.put(path, Some(&etag), body.clone()).await
}

/// Code and severity of what the checks find.
fn checks(answer: &Answer) -> Vec<(String, String)> {
    let checks = answer.body["checks"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    checks
        .map(|check| (text(&check["code"]), text(&check["severity"])))
        .collect()
}

#[test]
fn the_next_report_starts_from_the_last_one_and_shows_the_difference() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("新材料项目").await;
        let autumn = format!("/projects/{id}/reports/2026Q3");
        let first = cast.lead.get(&autumn).await;
        assert_eq!(first.body["carried"]["invested_total_yuan"], 0);
        assert_eq!(first.body["carried"]["problems"]["none"], true);
        assert_eq!(
            first.body["carried"]["milestones"]
                .as_array()
                .unwrap()
                .len(),
            4
        );
        assert_eq!(first.body["previous"], Value::Null);
        let mut said = report(2_000_000, 2_000_000, 2_000_000, AUTUMN);
        said["funds_paid_yuan"] = json!(1_500_000);
        assert_eq!(put(&cast.lead, &autumn, &said).await.status, 200);
        let submitted = cast
            .lead
            .post(&format!("{autumn}/submission"), json!({}))
            .await;
        assert_eq!(submitted.status, 200, "{}", submitted.body);
        assert_eq!(submitted.body["carried"], Value::Null);

        let world = world.at("2026-12-28T10:00:00+08:00").await;
        let lead = world.signed_in(&email("lead")).await;
        let winter = format!("/projects/{id}/reports/2026Q4");
        let blocker = json!({
            "category": "land", "title": "二期用地未批", "cause": "指标不足", "severity": "normal",
        });
        let raised = lead
            .post(&format!("/projects/{id}/blockers"), blocker)
            .await;
        assert_eq!(raised.status, 201, "{}", raised.body);
        let blocker = raised.text("/id");
        let missing = lead.get(&winter).await;
        let carried = &missing.body["carried"];
        assert_eq!(carried["invested_quarter_yuan"], 0);
        assert_eq!(carried["invested_year_yuan"], 2_000_000);
        assert_eq!(carried["invested_total_yuan"], 2_000_000);
        assert_eq!(carried["funds_paid_yuan"], 1_500_000);
        assert_eq!(carried["physical_percent"], 12.5);
        assert_eq!(
            carried["problems"],
            json!({ "none": false, "blocker_ids": [blocker] })
        );
        assert_eq!(missing.text("/previous/quarter"), "2026Q3");
        assert_eq!(missing.body["difference"], Value::Null);

        // What is carried is a draft as it stands; its checks say what is still to be done.
        let mut draft = carried.clone();
        let drafted = put(&lead, &winter, &draft).await;
        assert_eq!(drafted.status, 200, "{}", drafted.body);
        assert_eq!(
            checks(&drafted),
            [("report.narrative_short".to_owned(), "soft".to_owned())]
        );
        assert_eq!(drafted.body["carried"], Value::Null);
        for (field, amount) in [
            ("quarter", 500_000),
            ("year", 2_500_000),
            ("total", 2_500_000),
        ] {
            draft[format!("invested_{field}_yuan")] = json!(amount);
        }
        draft["physical_percent"] = json!(15);
        draft["progress"] =
            json!("冬季施工方案通过论证，厂房基础全部完成，首节钢柱吊装就位，累计吊装三十余吨。");
        draft["milestones"][0]["forecast_on"] = json!("2027-01-15");
        let drafted = put(&lead, &winter, &draft).await;
        assert_eq!(checks(&drafted), []);
        let difference = &drafted.body["difference"];
        assert_eq!(difference["since"], "2026Q3");
        assert_eq!(
            difference["amounts"][2],
            json!({ "field": "invested_total_yuan", "before_yuan": 2_000_000, "now_yuan": 2_500_000, "change_yuan": 500_000 })
        );
        assert_eq!(
            difference["physical_percent"],
            json!({ "before": 12.5, "now": 15, "change": 2.5 })
        );
        assert_eq!(difference["milestones"][0]["name"], "开工");
        assert_eq!(difference["milestones"][0]["forecast_on"], "2027-01-15");
        assert_eq!(difference["blockers_added"], json!([blocker]));
    });
}

#[test]
fn a_soft_check_passes_with_an_explanation_under_its_code_and_a_hard_one_does_not() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("新材料项目").await;
        let path = format!("/projects/{id}/reports/2026Q3");
        let submission = format!("{path}/submission");
        let mut said = report(2_000_000, 2_000_000, 2_000_000, "停工");
        said["physical_percent"] = json!(50);
        said["expected_total_yuan"] = json!(130_000_000);
        let drafted = put(&cast.lead, &path, &said).await;
        let soft = ["progress_gap", "total_drifts", "narrative_short"];
        let soft = soft.map(|code| (format!("report.{code}"), "soft".to_owned()));
        assert_eq!(checks(&drafted), soft);
        let gap = &drafted.body["checks"][0];
        assert_eq!(gap["pointer"], "/physical_percent");
        assert_eq!(gap["facts"], json!({ "stated": 50, "financial": 1.66 }));
        assert_ne!(gap["detail"], gap["code"]);
        let refused = cast.lead.post(&submission, json!({})).await;
        assert_eq!((refused.status, refused.findings().len()), (422, 3));

        said["explanations"] = json!({ "report.progress_gap": "设备款未付", "colour": "x" });
        let unknown = put(&cast.lead, &path, &said).await;
        assert_eq!(
            (unknown.status, unknown.findings()),
            (
                422,
                vec![(
                    "/explanations/colour".to_owned(),
                    "report.unknown_code".to_owned()
                )]
            )
        );
        said["explanations"] = json!({
            "report.progress_gap": "设备款未付", "total_drifts": "钢材涨价",
            "narrative_short": "春节停工", "report.total_does_not_add_up": "说明也没有用",
        });
        said["invested_total_yuan"] = json!(2_000_001);
        let drafted = put(&cast.lead, &path, &said).await;
        assert_eq!(drafted.status, 200, "{}", drafted.body);
        assert_eq!(drafted.text("/checks/1/explanation"), "设备款未付");
        let refused = cast.lead.post(&submission, json!({})).await;
        assert_eq!(
            refused.findings(),
            [(
                "/invested_total_yuan".to_owned(),
                "report.total_does_not_add_up".to_owned()
            )]
        );
        said["invested_total_yuan"] = json!(2_000_000);
        assert_eq!(put(&cast.lead, &path, &said).await.status, 200);
        assert_eq!(cast.lead.post(&submission, json!({})).await.status, 200);
    });
}

#[test]
fn the_matrix_shows_who_has_filed_for_which_quarter_within_the_own_scope() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let filed = cast.launched("甲项目").await;
        let missing = cast.launched("乙项目").await;
        let path = format!("/projects/{filed}/reports/2026Q3");
        put(&cast.lead, &path, &report(100, 100, 100, AUTUMN)).await;
        let submission = format!("{path}/submission");
        assert_eq!(cast.lead.post(&submission, json!({})).await.status, 200);
        let asked = "/reports/matrix?from=2026Q2&to=2026Q4&region=360100&limit=1&with_total=true";
        let page = cast.city.get(asked).await;
        assert_eq!((page.status, &page.body["total"]), (200, &json!(2)));
        assert_eq!(page.text("/quarters/1/due_on"), "2026-10-10");
        assert_eq!(page.body["quarters"][2]["provisional"], true);
        let next = page.text("/next_cursor");
        assert!(page.header("link").contains(&next));
        let rest = cast.city.get(&format!("{asked}&cursor={next}")).await;
        assert_eq!(rest.body["next_cursor"], Value::Null);
        let lines = [&page.body["items"][0], &rest.body["items"][0]];
        let of = |id: &str| {
            lines
                .iter()
                .find(|line| line["project"]["id"] == id)
                .unwrap()
        };
        assert_eq!(
            of(&filed)["cells"][1],
            json!({ "quarter": "2026Q3", "state": "submitted", "expected": true, "filed": true,
                    "on_time": true, "returned": false, "accepted": false, "missing": false })
        );
        let owed = &of(&missing)["cells"];
        assert_eq!(
            (&owed[1]["missing"], &owed[1]["state"]),
            (&json!(true), &json!("missing"))
        );
        assert_eq!(owed[0]["expected"], false, "not under dispatch yet");
        assert_eq!(owed[2]["expected"], false, "the window has not opened");

        let elsewhere = world
            .person("elsewhere@fiveone.example", "coordinator", "360102")
            .await;
        for (client, count) in [(&elsewhere, 0), (&cast.owner, 2), (&cast.viewer, 2)] {
            let seen = client.get("/reports/matrix?region=360000").await;
            assert_eq!(seen.body["items"].as_array().unwrap().len(), count);
        }
        for (query, code) in [
            ("from=2021Q1&to=2026Q4", "report.matrix_too_wide"),
            ("from=2026Q4&to=2026Q3", "report.matrix_reversed"),
        ] {
            let refused = cast.city.get(&format!("/reports/matrix?{query}")).await;
            assert_eq!((refused.status, refused.code()), (400, code));
        }
        let rates = cast
            .city
            .get("/reports/rates?quarter=2026Q3&by=coordinator")
            .await;
        assert_eq!(rates.text("/items/0/name"), "county");
        assert_eq!(
            (
                &rates.body["items"][0]["expected"],
                &rates.body["items"][0]["filed"]
            ),
            (&json!(2), &json!(1))
        );
    });
}

#[test]
fn a_published_year_moves_provisional_due_days_and_one_letter_lists_them() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("新材料项目").await;
        let world = world.at("2026-12-28T10:00:00+08:00").await;
        let owing = fiveone::jobs::tick(&world.app, world.app.now()).await;
        assert!(owing.iter().all(|done| done.fault.is_none()), "{owing:?}");
        let admin = world.admin().await;
        let county = world.signed_in(&email("county")).await;
        let path = format!("/projects/{id}/reports/2026Q4");
        let before = county.get(&path).await;
        assert_eq!(before.text("/due_on"), "2027-01-06");
        assert_eq!(before.body["provisional"], true);
        let etag = admin.get("/calendars/2027").await.header("etag").to_owned();
        let days = ["2027-01-01", "2027-01-04"].map(|on| json!({ "on": on, "kind": "holiday" }));
        let year = json!({ "status": "published", "days": days });
        let published = admin.put("/calendars/2027", Some(&etag), year).await;
        assert_eq!(published.status, 200, "{}", published.body);
        let after = county.get(&path).await;
        assert_eq!(after.text("/due_on"), "2027-01-07");
        assert_eq!(after.body["provisional"], false);

        let owner = world.signed_in(&email("owner")).await;
        for (client, recipient) in [(&owner, "owner"), (&county, "county")] {
            let letters = client.get("/letters").await;
            let letters = letters.body["items"].as_array().unwrap().clone();
            let own: Vec<&Value> = letters
                .iter()
                .filter(|letter| letter["letter"] == "moved_days")
                .filter(|letter| letter["recipient"]["name"] == recipient)
                .collect();
            assert_eq!(own.len(), 1, "{recipient}: {letters:#?}");
            let item = &own[0]["items"][0];
            assert_eq!(item["due_on"], "2027-01-07");
            assert!(item["reason"].as_str().unwrap().contains("2027-01-06"));
        }
    });
}
