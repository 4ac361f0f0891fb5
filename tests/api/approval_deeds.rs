//! The deeds on one approval over HTTP: in parallel, with a clock that stands still for papers, refused
//! and submitted again.

use serde_json::{Value, json};

use crate::approvals::{deed, network, place};
use crate::story::Cast;
use crate::world::{World, each};

#[test]
fn papers_may_lie_with_the_authority_early_but_the_grant_waits_for_what_the_law_puts_before() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.whole("新材料").await;
        let list = network(&cast.lead, &project).await;
        let permit = place(&list, "construction-permit");
        let submitted = deed(&cast.lead, &permit, "submission", json!({})).await;
        assert_eq!(submitted.body["state"], "submitted");
        let accepted = deed(&cast.county, &permit, "acceptance", json!({})).await;
        assert_eq!(accepted.status, 200, "{:?}", accepted.body);
        // 7 calendar days by the building law, from the day after acceptance.
        assert_eq!(accepted.body["due_on"], "2026-10-05");
        let grant_body = json!({ "document": "施〔2026〕1号" });
        let early = deed(&cast.county, &permit, "grant", grant_body.clone()).await;
        assert_eq!(
            (early.status, early.code()),
            (409, "approval.prerequisites_open")
        );
        assert_eq!(
            early.findings(),
            [(
                "/approvals/land-supply".to_owned(),
                "approval.prerequisite_open".to_owned()
            )]
        );

        // Committed lets the permit pass, and the papers are owed.
        let land = place(&list, "land-supply");
        let commitment = json!({ "due_on": "2026-10-20", "missing": "成交确认书" });
        let forbidden = deed(&cast.lead, &land, "commitment", commitment.clone()).await;
        assert_eq!(forbidden.status, 403);
        let past = json!({ "due_on": "2026-09-27", "missing": " " });
        assert_eq!(
            deed(&cast.county, &land, "commitment", past)
                .await
                .findings(),
            [
                ("/due_on".to_owned(), "approval.due_in_past".to_owned()),
                ("/missing".to_owned(), "approval.blank".to_owned()),
            ]
        );
        let committed = deed(&cast.county, &land, "commitment", commitment).await;
        assert_eq!(
            (&committed.body["state"], &committed.body["due_on"]),
            (&json!("committed"), &json!("2026-10-20"))
        );
        let owed = cast
            .county
            .get(&format!("/deadlines?kind=commitment&project={project}"))
            .await;
        assert_eq!(owed.body["items"][0]["due_on"], "2026-10-20");
        assert_eq!(
            owed.body["items"][0]["title"],
            "容缺承诺材料：国有建设用地使用权出让（招标、拍卖、挂牌）"
        );
        let granted = deed(&cast.county, &permit, "grant", grant_body).await;
        assert_eq!(granted.body["state"], "granted");
        let owed = cast
            .county
            .get(&format!("/deadlines?kind=approval&project={project}"))
            .await;
        assert_eq!(owed.body["items"], json!([]));
        let history = granted.body["history"].as_array().unwrap();
        let told: Vec<&str> = history
            .iter()
            .map(|event| event["deed"].as_str().unwrap())
            .collect();
        assert_eq!(told, ["included", "submitted", "accepted", "granted"]);
    });
}

#[test]
fn a_supplement_stops_the_clock_for_the_days_it_takes_and_the_owner_owes_the_papers() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("新材料").await;
        let body = json!({ "items": ["project-filing", "energy-review", "construction-start"] });
        let list = cast
            .county
            .post(&format!("/projects/{project}/approvals"), body)
            .await;
        let review = place(&list, "energy-review");
        let none = cast.county.get(&format!("{review}/clock")).await;
        assert_eq!((none.status, none.code()), (404, "approval.no_clock"));
        deed(&cast.lead, &review, "submission", json!({})).await;
        let accepted = deed(&cast.county, &review, "acceptance", json!({})).await;
        // 20 working days from 28 September over the holiday and the make-up Saturday.
        assert_eq!(accepted.body["due_on"], "2026-10-30");
        let twice = deed(&cast.county, &review, "acceptance", json!({})).await;
        assert_eq!((twice.status, twice.code()), (409, "approval.not_possible"));
        assert!(
            twice.body["detail"].as_str().unwrap().contains("准予"),
            "{:?}",
            twice.body
        );

        let world = world.at("2026-10-12T10:00:00+08:00").await;
        let county = world.signed_in(&crate::story::email("county")).await;
        let lead = world.signed_in(&crate::story::email("lead")).await;
        let blank = deed(&county, &review, "supplement", json!({ "reason": " " })).await;
        assert_eq!(
            blank.findings(),
            [("/reason".to_owned(), "approval.blank".to_owned())]
        );
        let asked = deed(
            &county,
            &review,
            "supplement",
            json!({ "reason": "缺能耗计算书" }),
        )
        .await;
        assert_eq!(asked.body["state"], "supplement");
        // Another edge in between is nothing the clock goes by.
        let edges = json!({ "items": ["project-filing"] });
        let path = format!("{review}/prerequisites");
        let bound = county.put(&path, None, edges).await;
        assert_eq!(bound.status, 200, "{:?}", bound.body);
        // Ten working days for the papers; so long the clock stands still at most.
        assert_eq!(asked.body["due_on"], "2026-11-13");
        let owed = lead.get("/deadlines?kind=commitment").await;
        assert_eq!(owed.body["items"][0]["due_on"], "2026-10-26");
        assert_eq!(
            owed.body["items"][0]["title"],
            "补正材料：固定资产投资项目节能审查"
        );

        let world = world.at("2026-10-15T10:00:00+08:00").await;
        let lead = world.signed_in(&crate::story::email("lead")).await;
        let came = deed(&lead, &review, "supplemented", json!({})).await;
        assert_eq!(came.status, 200, "{:?}", came.body);
        // 13, 14 and 15 October did not count: three days, not ten.
        assert_eq!(
            (&came.body["state"], &came.body["due_on"]),
            (&json!("accepted"), &json!("2026-11-04"))
        );
        assert_eq!(
            lead.get("/deadlines?kind=commitment").await.body["items"],
            json!([])
        );

        let world = world.at("2026-10-16T10:00:00+08:00").await;
        let viewer = world.signed_in(&crate::story::email("viewer")).await;
        let clock = viewer.get(&format!("{review}/clock")).await;
        assert_eq!(clock.status, 200, "{:?}", clock.body);
        assert_eq!(clock.body["limit_days"], 20);
        // Counted: 29, 30 September, 8, 9, 10 (make-up), 12, 16 October.
        assert_eq!(
            (&clock.body["counted_days"], &clock.body["left_days"]),
            (&json!(7), &json!(13))
        );
        assert_eq!(clock.body["due_on"], "2026-11-04");
        let days = clock.body["days"].as_array().unwrap();
        assert_eq!(days.len(), 18);
        let on = |on: &str| days.iter().find(|day| day["on"] == on).unwrap();
        assert_eq!(on("2026-10-01")["why"], "holiday");
        assert_eq!(on("2026-10-10")["why"], "make_up");
        assert_eq!(on("2026-10-14")["why"], "paused");
        assert_eq!(on("2026-10-14")["reason"], "supplement");
        assert_eq!(on("2026-10-14")["by"], "county");
    });
}

#[test]
fn an_item_is_refused_submitted_again_and_excluded_with_a_reason() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("新材料").await;
        let list = network(&cast.lead, &project).await;
        let eia = place(&list, "eia-report");
        deed(&cast.lead, &eia, "submission", json!({})).await;
        let foreign = deed(&cast.land, &eia, "acceptance", json!({})).await;
        assert_eq!((foreign.status, foreign.code()), (403, "act.forbidden"));
        deed(&cast.environment, &eia, "acceptance", json!({})).await;
        let refused = deed(
            &cast.environment,
            &eia,
            "refusal",
            json!({ "reason": "选址不符" }),
        )
        .await;
        assert_eq!(
            (&refused.body["state"], &refused.body["due_on"]),
            (&json!("refused"), &Value::Null)
        );
        let again = deed(&cast.lead, &eia, "submission", json!({})).await;
        assert_eq!(again.body["state"], "submitted");
        let accepted = deed(&cast.environment, &eia, "acceptance", json!({})).await;
        assert_eq!(accepted.body["due_on"], "2026-11-27");
        let excluded = deed(
            &cast.county,
            &eia,
            "exclusion",
            json!({ "reason": "改为登记表" }),
        )
        .await;
        assert_eq!(excluded.body["state"], "not_applicable");
        let future = deed(
            &cast.lead,
            &place(&list, "project-filing"),
            "submission",
            json!({ "on": "2026-09-29" }),
        )
        .await;
        assert_eq!(
            future.findings(),
            [("/on".to_owned(), "approval.in_future".to_owned())]
        );
        let old = deed(
            &cast.lead,
            &place(&list, "project-filing"),
            "submission",
            json!({ "on": "2000-01-01" }),
        )
        .await;
        assert_eq!(
            old.findings(),
            [("/on".to_owned(), "approval.before_project".to_owned())]
        );
        let long = json!({ "document": "x".repeat(10_000) });
        let long = deed(&cast.county, &eia, "grant", long).await;
        assert_eq!(
            long.findings(),
            [("/document".to_owned(), "body.text_too_long".to_owned())]
        );
    });
}
