//! The life of a project: five-one, launch, pause, resumption, closure, withdrawal, stages.

use serde_json::{Value, json};

use crate::story::{Cast, email};
use crate::world::each;

fn codes(gaps: &Value) -> Vec<String> {
    let gaps = gaps.as_array().unwrap().iter();
    gaps.map(|gap| gap["code"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_launch_is_refused_with_every_gap_of_every_pillar_in_one_answer() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.draft("草稿").await;
        let launch = format!("/projects/{id}/launch");
        let refused = cast.county.post(&launch, json!({})).await;
        assert_eq!(
            (refused.status, refused.code()),
            (409, "project.five_one_incomplete")
        );
        let expected = [
            ("/leader", "leader.missing"),
            ("/owner", "owner.missing"),
            ("/plan", "plan.missing"),
            ("/schedule", "schedule.missing"),
            ("/team", "team.missing"),
        ];
        let expected = expected.map(|(at, code)| (at.to_owned(), code.to_owned()));
        assert_eq!(refused.findings(), expected);
        let path = format!("/projects/{id}/five-one");
        let five_one = cast.viewer.get(&path).await;
        assert_eq!(five_one.body["complete"], false);
        let pillars = five_one.body["pillars"].as_array().unwrap();
        let names: Vec<_> = pillars
            .iter()
            .map(|p| p["pillar"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["plan", "leader", "team", "schedule", "owner"]);
        assert_eq!(codes(&pillars[3]["gaps"]), ["schedule.missing"]);
        assert!(pillars[3]["since"].is_null());
        let viewer = cast.viewer.post(&launch, json!({})).await;
        assert_eq!((viewer.status, viewer.code()), (403, "act.forbidden"));
        let stranger = cast.owner.post(&launch, json!({})).await;
        assert_eq!((stranger.status, stranger.code()), (404, "project.missing"));
    });
}

#[test]
fn a_project_is_launched_once_paused_resumed_and_not_closed_while_something_is_owed() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.whole("项目").await;
        let to = |deed: &str| format!("/projects/{id}/{deed}");
        let five_one = cast.owner.get(&to("five-one")).await;
        assert_eq!(five_one.body["complete"], true, "{:?}", five_one.body);
        let lead = cast.owner.post(&to("launch"), json!({})).await;
        assert_eq!((lead.status, lead.code()), (403, "act.forbidden"));
        let odd = json!({ "opening": { "invested_total_yuan": 1, "invested_year_yuan": 2 } });
        let odd = cast.county.post(&to("launch"), odd).await;
        assert_eq!(odd.findings()[0].1, "project.year_exceeds_total");
        let opening = json!({ "invested_total_yuan": 9_000_000, "invested_year_yuan": 4_000_000 });
        let launched = cast
            .county
            .post(&to("launch"), json!({ "opening": opening }))
            .await;
        assert_eq!(launched.status, 200, "{:?}", launched.body);
        assert_eq!(launched.body["state"], "active");
        let again = cast.county.post(&to("launch"), json!({})).await;
        assert_eq!((again.status, again.code()), (409, "project.not_a_draft"));

        let pause = |until: &str| json!({ "kind": "funding", "reason": "资金", "until": until });
        let past = cast.county.post(&to("pause"), pause("2026-09-28")).await;
        assert_eq!(past.findings()[0].1, "project.until_in_past");
        let paused = cast.county.post(&to("pause"), pause("2026-12-01")).await;
        assert_eq!(paused.body["state"], "paused", "{:?}", paused.body);
        let twice = cast.county.post(&to("pause"), pause("2026-12-01")).await;
        assert_eq!((twice.status, twice.code()), (409, "project.not_active"));
        let resumed = cast.county.post(&to("resumption"), json!({})).await;
        assert_eq!(resumed.body["state"], "active", "{:?}", resumed.body);

        let blocker = json!({
            "category": "land", "title": "征地未完", "cause": "补偿未谈妥", "severity": "normal",
        });
        let blocker = cast.owner.post(&to("blockers"), blocker).await;
        assert_eq!(blocker.status, 201, "{:?}", blocker.body);
        let refused = cast.county.post(&to("closure"), json!({})).await;
        assert_eq!(
            (refused.status, refused.code()),
            (409, "project.not_closable")
        );
        let expected = [
            (
                format!("/blockers/{}", blocker.text("/id")),
                "project.blockers_open".to_owned(),
            ),
            (
                "/reports/2026Q3".to_owned(),
                "project.reports_owed".to_owned(),
            ),
        ];
        assert_eq!(refused.findings(), expected);
        let gone = cast
            .county
            .post(&to("withdrawal"), json!({ "reason": "不再建设" }))
            .await;
        assert_eq!(gone.body["state"], "withdrawn", "{:?}", gone.body);
        let over = cast
            .county
            .post(&to("stage"), json!({ "to": "reserve" }))
            .await;
        assert_eq!((over.status, over.code()), (409, "project.ended"));
    });
}

#[test]
fn a_stage_goes_one_step_forward_and_back_with_a_reason() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.draft("草稿").await;
        let path = format!("/projects/{id}/stage");
        let skip = cast
            .county
            .post(&path, json!({ "to": "construction" }))
            .await;
        assert_eq!((skip.status, skip.code()), (409, "project.stage_skipped"));
        let next = cast.county.post(&path, json!({ "to": "reserve" })).await;
        assert_eq!(next.body["stage"], "reserve", "{:?}", next.body);
        let back = cast.county.post(&path, json!({ "to": "idea" })).await;
        assert_eq!(back.findings()[0].1, "project.reason_required");
        let reason = json!({ "to": "idea", "reason": "登记有误" });
        assert_eq!(cast.county.post(&path, reason).await.body["stage"], "idea");
    });
}

#[test]
fn a_leader_who_leaves_is_shown_as_missing_and_owed_while_the_project_stays_active() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("项目").await;
        let people = cast.admin.get("/people?role=lead").await;
        let people = people.body["items"].as_array().unwrap().clone();
        let leader = people
            .iter()
            .find(|person| person["email"] == email("leader"))
            .unwrap();
        let path = format!("/people/{}", leader["id"].as_str().unwrap());
        let seen = cast.admin.get(&path).await;
        let etag = seen.header("etag").to_owned();
        let gone = cast
            .admin
            .patch(&path, Some(&etag), json!({ "disabled": true }))
            .await;
        assert_eq!(gone.status, 200, "{:?}", gone.body);
        let five_one = cast.county.get(&format!("/projects/{id}/five-one")).await;
        assert_eq!(
            codes(&five_one.body["pillars"][1]["gaps"]),
            ["leader.absent"]
        );
        world.command(&["tick"], "");
        let owed = cast.county.get("/deadlines?kind=pillar").await;
        assert_eq!(owed.body["items"].as_array().unwrap().len(), 1);
        assert_eq!(owed.body["items"][0]["key"], format!("pillar-{id}-leader"));
        let project = cast.county.get(&format!("/projects/{id}")).await;
        assert_eq!(project.body["state"], "active");
    });
}
