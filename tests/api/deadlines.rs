//! What is owed, the letters about it, and the faults, as everybody may see them.

use serde_json::Value;

use crate::story::{Cast, email};
use crate::world::{Answer, World, each};

fn keys(answer: &Answer) -> Vec<String> {
    let items = answer.body["items"].as_array().unwrap().iter();
    items
        .map(|item| item["key"].as_str().unwrap().to_owned())
        .collect()
}

/// Runs every job once at a moment; returns how much `job` did.
fn tick(world: &World, at: &str, job: &str) -> u64 {
    let said = world.command(&["tick", "--at", at, "--json"], "");
    let round: Value = serde_json::from_str(&said).unwrap();
    let done = round.as_array().unwrap().iter();
    let done = done.clone().find(|done| done["job"] == job).unwrap();
    assert_eq!(done["fault"], Value::Null, "{round}");
    done["count"].as_u64().unwrap()
}

#[test]
fn a_late_report_is_owed_told_and_seen_by_those_whom_it_concerns() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("新材料").await;
        let report = format!("report-{id}-2026Q3");

        // What is owed.
        let mine = cast.owner.get("/deadlines?mine=true").await;
        assert_eq!(mine.status, 200, "{:?}", mine.body);
        let first = &mine.body["items"][0];
        assert_eq!(first["key"], report.as_str());
        assert_eq!(first["due_on"], "2026-10-10");
        assert_eq!(first["days_left"], 5);
        assert_eq!(first["provisional"], false);
        assert_eq!(first["project"]["name"], "新材料");
        assert_eq!(first["answerable"][0]["name"], "owner");
        assert_eq!(first["acknowledged_until"], Value::Null);
        assert!(first["title"].as_str().unwrap().contains("季报"));
        assert!(keys(&cast.leader.get("/deadlines?mine=true").await).is_empty());
        for query in [
            "kind=report".to_owned(),
            "until=2026-10-10".to_owned(),
            format!("project={id}&overdue=false&kind=report&region=360000"),
        ] {
            let found = cast.county.get(&format!("/deadlines?{query}")).await;
            assert_eq!(keys(&found), [report.as_str()], "{query}");
        }
        for query in ["overdue=true", "region=360102", "kind=commitment"] {
            let found = cast.county.get(&format!("/deadlines?{query}")).await;
            assert!(keys(&found).is_empty(), "{query}");
        }
        let all = cast.viewer.get("/deadlines?with_total=true").await;
        let total = all.body["total"].as_u64().unwrap();
        let mut walked = Vec::new();
        let mut page = cast.viewer.get("/deadlines?limit=2").await;
        loop {
            walked.extend(keys(&page));
            let Some(cursor) = page.body["next_cursor"].as_str() else {
                break;
            };
            let next = format!("/deadlines?limit=2&cursor={cursor}");
            page = cast.viewer.get(&next).await;
        }
        assert_eq!(walked, keys(&all));
        assert_eq!(u64::try_from(walked.len()).unwrap(), total);
        let elsewhere = world
            .person("far@fiveone.example", "viewer", "360700")
            .await;
        assert!(keys(&elsewhere.get("/deadlines").await).is_empty());

        // Two days late at the first slot: the notice to the owner, and nothing twice.
        let at = "2026-10-12T09:00:00+08:00";
        assert_eq!(tick(&world, at, "escalate"), 1);
        assert_eq!(tick(&world, at, "escalate"), 0);
        let told = cast.owner.get("/letters").await;
        let letter = &told.body["items"][0];
        assert_eq!(letter["letter"], "notice");
        assert_eq!(letter["state"], "sent");
        assert_eq!(letter["slot_at"], "2026-10-12T01:00:00.000Z");
        assert_eq!(letter["attempts"][0]["outcome"], "sent");
        assert_eq!(letter["recipient"]["email"], email("owner").as_str());
        let item = &letter["items"][0];
        assert_eq!(item["deadline"], report.as_str());
        assert_eq!(
            (&item["step"], &item["copy"]),
            (&"E1".into(), &false.into())
        );
        assert_eq!(item["days_overdue"], 1);
        assert!(item["reason"].as_str().unwrap().contains("E1"), "{item}");
        let path = format!("/letters/{}", letter["id"].as_str().unwrap());
        for (reader, status) in [
            (&cast.owner, 200),
            (&cast.county, 200),
            (&cast.province, 200),
            (&cast.leader, 404),
            (&cast.viewer, 404),
            (&elsewhere, 404),
        ] {
            let seen = reader.get(&path).await;
            assert_eq!(seen.status, status, "{:?}", seen.body);
            let listed = reader.get("/letters").await.body["items"][0].is_object();
            assert_eq!(listed, status == 200);
        }

        // Faults are for coordinators.
        assert_eq!(cast.viewer.get("/faults").await.status, 403);
        let faults = cast.county.get("/faults").await;
        assert_eq!(faults.body["items"].as_array().unwrap().len(), 0);
        // The report of 2026Q4 is due in a year whose calendar is not published.
        tick(&world, "2026-12-28T09:00:00+08:00", "escalate");
        let faults = cast.county.get("/faults").await;
        let fault = &faults.body["items"][0];
        assert_eq!(fault["code"], "fault.unpublished_year", "{fault}");
        assert_eq!(fault["facts"]["year"], 2027);
    });
}

#[test]
fn queries_that_mean_nothing_are_refused() {
    each(async |world| {
        let admin = world.admin().await;
        for path in [
            "/deadlines?kind=nothing",
            "/deadlines?mine=perhaps",
            "/deadlines?until=tomorrow",
            "/deadlines?colour=red",
            "/deadlines?cursor=forged",
            "/letters?limit=0",
            "/letters?cursor=forged",
            "/faults?colour=red",
        ] {
            assert_eq!(admin.get(path).await.status, 400, "{path}");
        }
        let nobody = "/letters/01890000-0000-7000-8000-000000000000";
        let missing = admin.get(nobody).await;
        assert_eq!((missing.status, missing.code()), (404, "letter.missing"));
        assert!(keys(&admin.get("/deadlines").await).is_empty());
        assert_eq!(world.stranger().get("/faults").await.status, 401);
    });
}

#[test]
fn a_coordinator_owes_what_a_department_without_accounts_would() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("新材料").await;
        let raise = async |category: &str| {
            let body = serde_json::json!({
                "category": category, "title": category, "cause": "意见不一", "severity": "normal",
            });
            let raised = cast
                .owner
                .post(&format!("/projects/{id}/blockers"), body)
                .await;
            format!("blocker_accept-{}", raised.text("/id"))
        };
        // Nobody has an account of the department that leads approvals here; natural resources has.
        let (approval, land) = (raise("approval").await, raise("land").await);
        let mine = "/deadlines?mine=true&kind=blocker_accept";
        assert_eq!(keys(&cast.county.get(mine).await), [approval.as_str()]);
        assert_eq!(keys(&cast.land.get(mine).await), [land.as_str()]);
        assert!(keys(&cast.city.get(mine).await).is_empty());
    });
}
