//! The schedule: its gaps, its milestones, and the date changes by which alone a due day moves.

use serde_json::{Value, json};

use crate::story::{Cast, schedule};
use crate::world::each;

/// The milestones of an answer, as a client would put them again.
fn again(answer: &Value) -> Value {
    let milestones = answer["milestones"].as_array().unwrap().iter();
    let fields = ["id", "name", "kind", "due_on", "weight", "critical"];
    let milestones = milestones.map(|milestone| {
        let kept = fields.map(|field| (field.to_owned(), milestone[field].clone()));
        Value::Object(kept.into_iter().collect())
    });
    json!({ "milestones": milestones.collect::<Vec<_>>() })
}

#[test]
fn a_draft_schedule_is_kept_with_its_gaps_until_it_is_whole() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.draft("草稿").await;
        let path = format!("/projects/{id}/schedule");
        let empty = cast.county.get(&path).await;
        assert_eq!((empty.status, empty.code()), (404, "pillar.empty"));

        let mut part = schedule();
        part["milestones"].as_array_mut().unwrap().truncate(2);
        let first = cast.county.put(&path, None, part.clone()).await;
        assert_eq!(first.status, 200, "{:?}", first.body);
        let gaps: Vec<_> = first.body["gaps"].as_array().unwrap().iter().collect();
        let codes: Vec<_> = gaps
            .iter()
            .map(|gap| gap["code"].as_str().unwrap())
            .collect();
        assert_eq!(
            codes,
            [
                "schedule.too_few",
                "schedule.kind_missing",
                "schedule.kind_missing",
                "schedule.weights_do_not_sum",
            ]
        );
        assert!(first.body["milestones"][0]["baseline_on"].is_null());

        let blind = cast.county.put(&path, None, schedule()).await;
        assert_eq!((blind.status, blind.code()), (428, "version.required"));
        let etag = first.header("etag").to_owned();
        let whole = cast.county.put(&path, Some(&etag), schedule()).await;
        assert_eq!(whole.status, 200, "{:?}", whole.body);
        assert_eq!(whole.body["gaps"], json!([]));
        let ids = |body: &Value| body["milestones"][0]["id"].clone();
        assert_eq!(ids(&whole.body), ids(&first.body));
        let stale = cast.county.put(&path, Some(&etag), schedule()).await;
        assert_eq!((stale.status, stale.code()), (412, "version.stale"));

        let mut wrong = again(&whole.body);
        wrong["milestones"][1]["id"] = wrong["milestones"][0]["id"].clone();
        wrong["milestones"][2]["id"] = json!("01900000-0000-7000-8000-000000000000");
        let etag = whole.header("etag").to_owned();
        let refused = cast.county.put(&path, Some(&etag), wrong).await;
        assert_eq!(refused.status, 422);
        let expected = [
            ("/milestones/1/id".to_owned(), "milestone.twice".to_owned()),
            (
                "/milestones/2/id".to_owned(),
                "milestone.unknown".to_owned(),
            ),
        ];
        assert_eq!(refused.findings(), expected);

        let viewer = cast.viewer.put(&path, Some(&etag), schedule()).await;
        assert_eq!((viewer.status, viewer.code()), (403, "act.forbidden"));
        let stranger = cast.owner.get(&path).await;
        assert_eq!((stranger.status, stranger.code()), (404, "project.missing"));
        assert_eq!(cast.viewer.get(&path).await.status, 200);
    });
}

#[test]
fn under_dispatch_a_day_moves_only_by_a_date_change_somebody_else_grants() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("项目").await;
        let path = format!("/projects/{id}/schedule");
        let seen = cast.owner.get(&path).await;
        assert_eq!(seen.body["milestones"][0]["baseline_on"], "2026-11-02");
        assert_eq!(
            seen.body["milestones"][0]["moved"],
            json!({ "times": 0, "days": 0 })
        );
        let etag = seen.header("etag").to_owned();

        let mut body = again(&seen.body);
        body["milestones"][3]["due_on"] = json!("2028-12-31");
        body["reason"] = json!("设备延期");
        let refused = cast.owner.put(&path, Some(&etag), body).await;
        assert_eq!(
            (refused.status, refused.code()),
            (409, "schedule.needs_date_change")
        );
        assert_eq!(refused.findings()[0].0, "/milestones/3/due_on");
        let mut body = again(&seen.body);
        body["milestones"][0]["weight"] = json!(10);
        body["milestones"][1]["weight"] = json!(40);
        let refused = cast.owner.put(&path, Some(&etag), body.clone()).await;
        assert_eq!(refused.findings()[0].1, "schedule.reason_required");
        body["reason"] = json!("权重调整");
        let put = cast.owner.put(&path, Some(&etag), body.clone()).await;
        assert_eq!(put.status, 200, "{:?}", put.body);
        body["milestones"][0]["weight"] = json!(11);
        let etag = put.header("etag").to_owned();
        let broken = cast.owner.put(&path, Some(&etag), body).await;
        assert_eq!(
            (broken.status, broken.code()),
            (422, "project.would_break_pillar")
        );

        let of = |at: usize| {
            let milestone = seen.text(&format!("/milestones/{at}/id"));
            format!("/projects/{id}/milestones/{milestone}")
        };
        // One that no longer fits the order is asked for, and cannot be granted.
        let ask = json!({ "due_on": "2028-12-31", "reason": "设备延期" });
        let asked = cast
            .county
            .post(&format!("{}/date-changes", of(2)), ask.clone())
            .await;
        assert_eq!(asked.status, 201, "{:?}", asked.body);
        let decide = format!("/date-changes/{}/decision", asked.text("/id"));
        let grant = json!({ "grant": true, "reason": "同意" });
        let own = cast.county.post(&decide, grant.clone()).await;
        assert_eq!((own.status, own.code()), (403, "date_change.own"));
        let lead = cast.owner.post(&decide, grant.clone()).await;
        assert_eq!((lead.status, lead.code()), (403, "act.forbidden"));
        let broken = cast.city.post(&decide, grant.clone()).await;
        assert_eq!(
            (broken.status, broken.code()),
            (409, "date_change.would_break_schedule")
        );
        let refusal = json!({ "grant": false, "reason": "先调投产" });
        let decided = cast.city.post(&decide, refusal).await;
        assert_eq!(decided.body["state"], "refused", "{:?}", decided.body);

        let asked = cast
            .owner
            .post(&format!("{}/date-changes", of(3)), ask)
            .await;
        assert_eq!(asked.body["level"], "county");
        let decide = format!("/date-changes/{}/decision", asked.text("/id"));
        let decided = cast.county.post(&decide, grant.clone()).await;
        assert_eq!(decided.body["state"], "granted", "{:?}", decided.body);
        let after = cast.owner.get(&path).await;
        let moved = &after.body["milestones"][3];
        assert_eq!(moved["due_on"], "2028-12-31");
        assert_eq!(moved["baseline_on"], "2028-09-30");
        assert_eq!(moved["moved"], json!({ "times": 1, "days": 92 }));
        let twice = cast.county.post(&decide, grant).await;
        assert_eq!((twice.status, twice.code()), (409, "date_change.decided"));

        let all = cast
            .county
            .get("/date-changes?with_total=true&limit=1")
            .await;
        assert_eq!(all.body["total"], 2);
        let cursor = all.text("/next_cursor");
        let next = cast
            .county
            .get(&format!("/date-changes?limit=1&cursor={cursor}"))
            .await;
        assert_eq!(next.body["items"][0]["state"], "granted");
        assert!(next.body["next_cursor"].is_null());
        let granted = cast
            .county
            .get("/date-changes?state=granted&region=360111")
            .await;
        assert_eq!(granted.body["items"].as_array().unwrap().len(), 1);
        let elsewhere = cast.county.get("/date-changes?region=360200").await;
        assert_eq!(elsewhere.body["items"], json!([]));
    });
}

#[test]
fn near_a_critical_day_the_next_level_decides() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("项目").await;
        let seen = cast.owner.get(&format!("/projects/{id}/schedule")).await;
        let start = seen.text("/milestones/0/id");
        let path = format!("/projects/{id}/milestones/{start}/date-changes");
        let ask = json!({ "due_on": "2026-11-30", "reason": "征地未完" });
        let asked = cast.owner.post(&path, ask.clone()).await;
        assert_eq!(asked.status, 201, "{:?}", asked.body);
        let decide = format!("/date-changes/{}/decision", asked.text("/id"));
        let grant = json!({ "grant": true, "reason": "同意" });
        let again = cast.owner.post(&path, ask).await;
        assert_eq!(
            (again.status, again.code()),
            (409, "date_change.open_already")
        );
        // On 28 September more than 20 working days are left; three weeks later they are not.
        assert_eq!(asked.body["level"], "county");
        let world = world.at("2026-10-19T10:00:00+08:00").await;
        let county = world.signed_in("county@fiveone.example").await;
        let city = world.signed_in("city@fiveone.example").await;
        let listed = county.get("/date-changes?state=open").await;
        assert_eq!(listed.body["items"][0]["level"], "city");
        let low = county.post(&decide, grant.clone()).await;
        assert_eq!((low.status, low.code()), (403, "date_change.needs_level"));
        let decided = city.post(&decide, grant).await;
        assert_eq!(decided.body["state"], "granted", "{:?}", decided.body);
    });
}

#[test]
fn a_milestone_is_done_or_forecast_by_the_etag_of_its_schedule() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("项目").await;
        let seen = cast.owner.get(&format!("/projects/{id}/schedule")).await;
        let path = format!(
            "/projects/{id}/milestones/{}",
            seen.text("/milestones/0/id")
        );
        let etag = seen.header("etag").to_owned();
        let blind = cast
            .owner
            .patch(&path, None, json!({ "done_on": "2026-09-28" }))
            .await;
        assert_eq!((blind.status, blind.code()), (428, "version.required"));
        for (body, pointer, code) in [
            (
                json!({ "done_on": "2026-09-29" }),
                "/done_on",
                "milestone.done_in_future",
            ),
            (
                json!({ "forecast_on": "2026-09-27" }),
                "/forecast_on",
                "milestone.forecast_in_past",
            ),
        ] {
            let refused = cast.owner.patch(&path, Some(&etag), body).await;
            assert_eq!(refused.status, 422);
            assert_eq!(refused.findings(), [(pointer.to_owned(), code.to_owned())]);
        }
        let done = cast
            .owner
            .patch(&path, Some(&etag), json!({ "done_on": "2026-09-28" }))
            .await;
        assert_eq!(done.status, 200, "{:?}", done.body);
        let ask = json!({ "due_on": "2026-11-30", "reason": "x" });
        let late = cast.owner.post(&format!("{path}/date-changes"), ask).await;
        assert_eq!((late.status, late.code()), (409, "milestone.is_done"));
        let stale = cast
            .owner
            .patch(&path, Some(&etag), json!({ "done_on": null }))
            .await;
        assert_eq!((stale.status, stale.code()), (412, "version.stale"));
        let etag = done.header("etag").to_owned();
        let undone = cast
            .owner
            .patch(&path, Some(&etag), json!({ "done_on": null }))
            .await;
        assert!(undone.body["done_on"].is_null(), "{:?}", undone.body);
        let other = cast.draft("别的项目").await;
        let milestone = seen.text("/milestones/0/id");
        let nested = cast
            .county
            .patch(
                &format!("/projects/{other}/milestones/{milestone}"),
                Some(&etag),
                json!({}),
            )
            .await;
        assert_eq!((nested.status, nested.code()), (404, "milestone.missing"));
    });
}
