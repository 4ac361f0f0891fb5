//! Approvals over HTTP: the network of a project, its items in parallel, and the gate before
//! construction. The world begins on Monday, 28 September 2026; 1 to 7 October is holiday.

use serde_json::{Value, json};

use crate::story::Cast;
use crate::world::{Answer, Client, World, each};

/// A small network: two ways to the start of construction that run side by side.
pub(crate) async fn network(by: &Client, project: &str) -> Answer {
    let items = json!({ "items": [
        "project-filing", "land-supply", "eia-report", "construction-permit", "construction-start",
    ] });
    let made = by
        .post(&format!("/projects/{project}/approvals"), items)
        .await;
    assert_eq!(made.status, 201, "{:?}", made.body);
    made
}

pub(crate) fn of<'a>(list: &'a Answer, under: &str, item: &str) -> &'a Value {
    let items = list.body[under].as_array().unwrap();
    items.iter().find(|one| one["item"] == item).unwrap()
}

pub(crate) fn place(list: &Answer, item: &str) -> String {
    let id = of(list, "items", item)["id"].as_str().unwrap();
    format!("/approvals/{id}")
}

pub(crate) async fn deed(by: &Client, place: &str, noun: &str, body: Value) -> Answer {
    by.post(&format!("{place}/{noun}"), body).await
}

/// Brings an item from nothing to the grant, on one day.
pub(crate) async fn grant(cast: &Cast, by: &Client, place: &str, on: &str) {
    for (by, noun, body) in [
        (&cast.lead, "submission", json!({ "on": on })),
        (by, "acceptance", json!({ "on": on })),
        (
            by,
            "grant",
            json!({ "document": "赣证〔2026〕1号", "on": on }),
        ),
    ] {
        let done = deed(by, place, noun, body).await;
        assert_eq!(done.status, 200, "{noun}: {:?}", done.body);
    }
}

#[test]
fn a_profile_makes_the_network_and_answers_choose_the_conditional_items() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.draft("新材料").await;
        let path = format!("/projects/{project}/approvals");
        let body = json!({ "profile": "enterprise-new-land", "answers": { "eia-report": true, "eia-form": false } });
        let refused = cast.land.post(&path, body.clone()).await;
        assert_eq!((refused.status, refused.code()), (403, "act.forbidden"));
        let made = cast.county.post(&path, body).await;
        assert_eq!(made.status, 201, "{:?}", made.body);
        let slugs: Vec<&str> = made.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["item"].as_str().unwrap())
            .collect();
        assert!(slugs.contains(&"eia-report") && !slugs.contains(&"eia-form"));
        assert!(slugs.contains(&"project-filing") && !slugs.contains(&"project-verification"));
        let permit = of(&made, "items", "construction-permit");
        assert_eq!(permit["state"], "not_submitted");
        assert_eq!(permit["limit"]["days"], 7);
        assert_eq!(permit["limit"]["day_type"], "calendar");
        assert!(
            permit["limit"]["legal_basis_zh"]
                .as_str()
                .unwrap()
                .contains("建筑法")
        );
        // What is not in the network counts as met and is not asked for.
        let before: Vec<&str> = permit["prerequisites"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["item"].as_str().unwrap())
            .collect();
        assert!(before.contains(&"land-supply") && !before.contains(&"fire-design-review"));

        // Again adds nothing; a named item joins.
        let again = cast
            .county
            .post(
                &path,
                json!({ "items": ["fire-design-review", "project-filing"] }),
            )
            .await;
        assert_eq!(
            again.body["items"].as_array().unwrap().len(),
            slugs.len() + 1
        );
        let twice = json!({ "items": ["flood-impact", "project-filing", "flood-impact"] });
        let twice = cast.county.post(&path, twice).await;
        assert_eq!(twice.status, 201, "{:?}", twice.body);
        let wrong = json!({ "items": ["project-filing", "moon-permit"] });
        assert_eq!(
            cast.county.post(&path, wrong).await.findings(),
            [("/items/1".to_owned(), "approval.item_unknown".to_owned())]
        );
        let both = json!({ "items": [], "profile": "technical-renovation" });
        assert_eq!(cast.county.post(&path, both).await.status, 422);
    });
}

#[test]
fn the_network_tells_what_can_start_and_which_chain_holds_up_construction() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.draft("新材料").await;
        network(&cast.county, &project).await;
        let path = format!("/projects/{project}/approvals/network");
        let plan = cast.viewer.get(&path).await;
        assert_eq!(plan.status, 200, "{:?}", plan.body);
        assert_eq!(
            plan.body["critical_path"],
            json!(["land-supply", "construction-permit", "construction-start"])
        );
        // 22 working days of land supply from 28 September, then 3 of the permit.
        assert_eq!(
            of(&plan, "nodes", "land-supply")["earliest_finish_on"],
            "2026-11-03"
        );
        assert_eq!(plan.body["construction_start_on"], "2026-11-06");
        let eia = of(&plan, "nodes", "eia-report");
        assert_eq!(
            (&eia["duration_days"], &eia["slack_days"], &eia["critical"]),
            (&json!(20), &json!(5), &json!(false))
        );
        assert_eq!(
            of(&plan, "nodes", "project-filing")["slack_days"],
            Value::Null
        );
        let can_start = |item| of(&plan, "nodes", item)["can_start"].as_bool().unwrap();
        assert!(can_start("eia-report") && !can_start("construction-permit"));
        assert_eq!(
            of(&plan, "nodes", "construction-permit")["waits_for"],
            json!(["land-supply"])
        );

        // What if the environment is ten days late: the other way becomes the critical one.
        let late = cast
            .viewer
            .get(&format!("{path}?delay=ecology-environment:10"))
            .await;
        assert_eq!(
            late.body["critical_path"],
            json!(["eia-report", "construction-start"])
        );
        assert_eq!(late.body["construction_start_on"], "2026-11-13");
        assert_eq!(of(&late, "nodes", "land-supply")["slack_days"], 5);
        for wrong in [
            "moon:3",
            "ecology-environment",
            "ecology-environment:-1",
            "ecology-environment:x",
        ] {
            assert_eq!(
                cast.viewer
                    .get(&format!("{path}?delay={wrong}"))
                    .await
                    .status,
                400,
                "{wrong}"
            );
        }

        // Actual days replace estimates: the land was granted earlier than planned.
        let list = cast
            .county
            .get(&format!("/projects/{project}/approvals"))
            .await;
        cast.county
            .put(
                &format!("/projects/{project}/owner"),
                None,
                json!({ "email": crate::story::email("lead") }),
            )
            .await;
        grant(
            &cast,
            &cast.land,
            &place(&list, "land-supply"),
            "2026-09-28",
        )
        .await;
        let plan = cast.viewer.get(&path).await;
        assert_eq!(
            plan.body["critical_path"],
            json!(["eia-report", "construction-start"])
        );
        assert_eq!(
            of(&plan, "nodes", "land-supply")["earliest_finish_on"],
            Value::Null
        );
    });
}

#[test]
fn an_edge_of_the_projects_own_binds_and_a_cycle_is_named() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.draft("新材料").await;
        let list = network(&cast.county, &project).await;
        let land = place(&list, "land-supply");
        let path = format!("{land}/prerequisites");
        let body = json!({ "items": ["project-filing"] });
        let bound = cast.county.put(&path, None, body.clone()).await;
        assert_eq!(bound.status, 200, "{:?}", bound.body);
        assert_eq!(bound.body["prerequisites"][0]["item"], "project-filing");
        assert_eq!(bound.body["prerequisites"][0]["own"], true);
        let without = cast.county.put(&path, None, body.clone()).await;
        assert_eq!(without.status, 428);
        let etag = bound.header("etag").to_owned();
        let cycle = json!({ "items": ["construction-permit"] });
        let refused = cast.county.put(&path, Some(&etag), cycle).await;
        assert_eq!(
            (refused.status, refused.findings()[0].1.as_str()),
            (422, "approval.cycle")
        );
        let said = refused.body.to_string();
        assert!(
            said.contains("建筑工程施工许可证") && said.contains("出让"),
            "{said}"
        );
        let foreign = json!({ "items": ["flood-impact"] });
        assert_eq!(
            cast.county
                .put(&path, Some(&etag), foreign)
                .await
                .findings(),
            [(
                "/items/0".to_owned(),
                "approval.item_not_in_network".to_owned()
            )]
        );
        let plan = cast
            .county
            .get(&format!("/projects/{project}/approvals/network"))
            .await;
        assert_eq!(plan.body["critical_path"][0], "project-filing");
    });
}

#[test]
fn construction_begins_only_when_what_the_law_puts_before_it_is_there() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.whole("新材料").await;
        let stage = format!("/projects/{project}/stage");
        for to in ["reserve", "preliminary"] {
            cast.county.post(&stage, json!({ "to": to })).await;
        }
        let list = network(&cast.lead, &project).await;
        let refused = cast
            .county
            .post(&stage, json!({ "to": "construction" }))
            .await;
        assert_eq!(
            (refused.status, refused.code()),
            (409, "project.gate_closed")
        );
        assert_eq!(
            refused.findings(),
            [
                (
                    "/approvals/construction-permit".to_owned(),
                    "approval.prerequisite_open".to_owned()
                ),
                (
                    "/approvals/eia-report".to_owned(),
                    "approval.prerequisite_open".to_owned()
                ),
            ]
        );
        let commitment = json!({ "due_on": "2026-12-01", "missing": "环评批复" });
        deed(
            &cast.county,
            &place(&list, "eia-report"),
            "commitment",
            commitment,
        )
        .await;
        deed(
            &cast.county,
            &place(&list, "land-supply"),
            "exclusion",
            json!({ "reason": "已供地" }),
        )
        .await;
        grant(
            &cast,
            &cast.county,
            &place(&list, "construction-permit"),
            "2026-09-28",
        )
        .await;
        let moved = cast
            .county
            .post(&stage, json!({ "to": "construction" }))
            .await;
        assert_eq!(
            (moved.status, &moved.body["stage"]),
            (200, &json!("construction"))
        );
        let gate = cast.county.get(&place(&list, "construction-start")).await;
        assert_eq!(
            (&gate.body["state"], &gate.body["finished_on"]),
            (&json!("granted"), &json!("2026-09-28"))
        );
        let plan = cast
            .county
            .get(&format!("/projects/{project}/approvals/network"))
            .await;
        assert_eq!(plan.body["construction_start_on"], "2026-09-28");
        // Back again closes the gate.
        cast.county
            .post(&stage, json!({ "to": "preliminary", "reason": "停工整改" }))
            .await;
        let gate = cast.county.get(&place(&list, "construction-start")).await;
        assert_eq!(gate.body["state"], "not_submitted");
    });
}

#[test]
fn a_project_without_a_network_passes_freely_and_out_of_scope_is_as_if_there_were_none() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.draft("新材料").await;
        let stage = format!("/projects/{project}/stage");
        for to in ["reserve", "preliminary", "construction"] {
            let moved = cast.county.post(&stage, json!({ "to": to })).await;
            assert_eq!(moved.status, 200, "{to}: {:?}", moved.body);
        }
        let list = network(&cast.county, &project).await;
        let stranger = world
            .person("fuzhou@fiveone.example", "coordinator", "361000")
            .await;
        for path in [
            format!("/projects/{project}/approvals"),
            format!("/projects/{project}/approvals/network"),
            place(&list, "eia-report"),
            format!("{}/clock", place(&list, "eia-report")),
        ] {
            assert_eq!(stranger.get(&path).await.status, 404, "{path}");
        }
        assert_eq!(stranger.get("/approvals").await.body["items"], json!([]));
        let of_department = cast
            .county
            .get("/approvals?department=ecology-environment&region=360100&with_total=true")
            .await;
        assert_eq!(of_department.body["total"], 1);
        assert_eq!(
            cast.county.get("/approvals?overdue=true").await.body["items"],
            json!([])
        );
        assert_eq!(
            cast.county.get("/approvals?department=moon").await.status,
            400
        );
    });
}
