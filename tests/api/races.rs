//! Many at once: of requests that exclude each other one wins, the others are told so in words, and
//! nothing is done by halves.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::story::{Cast, email, plan};
use crate::world::{Answer, Client, World, each};

/// How many try the same at once.
const CROWD: usize = 20;

/// Posts the same from a crowd at once.
async fn rush(by: &Client, path: &str, body: &Value) -> Vec<Answer> {
    join_all((0..CROWD).map(|_| by.post(path, body.clone()))).await
}

/// Puts the same over one version from a crowd at once.
async fn overwrite(by: &Client, path: &str, etag: Option<&str>, body: &Value) -> Vec<Answer> {
    join_all((0..CROWD).map(|_| by.put(path, etag, body.clone()))).await
}

/// One succeeded; all others were told `status`.
fn one_of(answers: &[Answer], status: u16) {
    let mut said: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    let won = said.iter().filter(|said| **said < 300).count();
    said.retain(|said| *said >= 300);
    assert_eq!(won, 1, "{said:?}");
    assert!(said.iter().all(|said| *said == status), "{said:?}");
}

/// How often the history of a thing tells a deed.
fn told(history: &Value, deed: &str) -> usize {
    let entries = history.as_array().unwrap();
    entries.iter().filter(|entry| entry["deed"] == deed).count()
}

fn journal_holds(world: &World) {
    let said = world.command(&["--json", "journal", "verify"], "");
    let said: Value = serde_json::from_str(&said).unwrap();
    assert!(said["broken_at"].is_null(), "{said}");
}

#[test]
fn of_many_launches_one_launches() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.whole("新材料").await;
        let path = format!("/projects/{id}");
        one_of(
            &rush(&cast.county, &format!("{path}/launch"), &json!({})).await,
            409,
        );
        assert_eq!(cast.county.get(&path).await.body["state"], "active");
        let journal = cast.county.get(&format!("{path}/journal?limit=200")).await;
        assert_eq!(told(&journal.body["items"], "project.launched"), 1);
        journal_holds(&world);
    });
}

#[test]
fn of_many_writers_with_one_etag_one_writes() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.draft("新材料").await;
        let path = format!("/projects/{id}/plan");
        one_of(&overwrite(&cast.county, &path, None, &plan()).await, 428);
        let etag = cast.county.get(&path).await.header("etag").to_owned();
        let mut other = plan();
        other["title"] = json!("另一方案");
        one_of(
            &overwrite(&cast.county, &path, Some(&etag), &other).await,
            412,
        );
        let versions = cast.county.get(&format!("{path}/versions")).await;
        assert_eq!(versions.body["items"].as_array().unwrap().len(), 2);

        // Two leaders at once: one is appointed, and one holds the post.
        let path = format!("/projects/{id}/leader");
        let appoint = |name: &str| {
            let body = json!({ "email": email(name) });
            async { cast.county.put(&path, None, body).await }
        };
        let both = [appoint("leader"), appoint("lead")];
        one_of(&join_all(both).await, 428);
        let terms = cast.county.get(&format!("{path}/history")).await;
        assert_eq!(terms.body["items"].as_array().unwrap().len(), 1);
        journal_holds(&world);
    });
}

#[test]
fn a_report_is_filed_once_and_accepted_or_returned() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("新材料").await;
        let path = format!("/projects/{id}/reports/2026Q3");
        let report = json!({
            "invested_quarter_yuan": 2_000_000, "invested_year_yuan": 2_000_000,
            "invested_total_yuan": 2_000_000, "physical_percent": 12.5,
            "progress": "场地平整完成，桩基施工过半，厂房基础开挖按计划推进，现场质量安全受控。",
            "problems": { "none": true },
            "next_steps": [{ "action": "完成桩基", "person": "张工", "by": "2026-12-31" }],
            "rating": "green",
        });
        let etag = cast.lead.get(&path).await.header("etag").to_owned();
        one_of(
            &overwrite(&cast.lead, &path, Some(&etag), &report).await,
            412,
        );
        one_of(
            &rush(&cast.lead, &format!("{path}/submission"), &json!({})).await,
            409,
        );
        let (acceptance, back) = (format!("{path}/acceptance"), format!("{path}/return"));
        let reasons = json!({ "reasons": [{ "pointer": "/progress", "note": "写明桩基根数" }] });
        let reviews = (0..CROWD).map(|n| {
            let (path, body) = if n % 2 == 0 {
                (&acceptance, json!({}))
            } else {
                (&back, reasons.clone())
            };
            cast.county.post(path, body)
        });
        one_of(&join_all(reviews).await, 409);
        let versions = cast.county.get(&path).await;
        assert_eq!(versions.body["versions"].as_array().unwrap().len(), 1);
        journal_holds(&world);
    });
}

#[test]
fn a_blocker_is_accepted_or_withdrawn() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("新材料").await;
        let path = format!("/projects/{id}/blockers");
        let body = json!({ "category": "land-quota", "title": "用地指标不足", "cause": "年度指标已用完", "severity": "normal" });
        let send = || {
            let request = cast.lead.request("POST", &path).json(&body);
            cast.lead.send(request.header("Idempotency-Key", "once"))
        };
        let raised = join_all((0..10).map(|_| send())).await;
        for answer in &raised {
            assert_eq!(
                (answer.status, &answer.body),
                (201, &raised[0].body),
                "one key, one blocker"
            );
            assert_eq!(answer.header("location"), raised[0].header("location"));
            assert_eq!(answer.header("etag"), raised[0].header("etag"));
        }
        let list = cast.county.get("/blockers").await;
        assert_eq!(list.body["items"].as_array().unwrap().len(), 1);

        let place = format!("/blockers/{}", raised[0].text("/id"));
        let (acceptance, empty) = (format!("{place}/acceptance"), json!({}));
        let accepted = rush(&cast.land, &acceptance, &empty);
        let away = format!("{place}/withdrawal");
        let away = cast.county.post(&away, json!({ "reason": "已自行解决" }));
        let (accepted, withdrawn) = futures_util::future::join(accepted, away).await;
        let won = accepted
            .iter()
            .filter(|answer| answer.status == 200)
            .count();
        assert!(won <= 1);
        assert!(accepted.iter().all(|a| a.status == 200 || a.status == 409));
        let now = cast.county.get(&place).await;
        let state = now.body["state"].as_str().unwrap();
        assert_eq!(told(&now.body["history"], "accepted"), won);
        if withdrawn.status == 200 {
            assert_eq!(state, "withdrawn");
            assert_eq!(now.body["next_due_on"], Value::Null);
        } else {
            assert_eq!((withdrawn.status, state, won), (409, "accepted", 1));
        }
        journal_holds(&world);
    });
}
