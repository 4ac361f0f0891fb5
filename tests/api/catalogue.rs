//! The calendar, the reference lists and the targets.

use serde_json::{Value, json};

use crate::world::each;

#[test]
fn a_year_is_read_by_everyone_and_changed_by_the_administrator_who_saw_it() {
    each(async |world| {
        let admin = world.admin().await;
        let viewer = world
            .person("viewer@fiveone.example", "viewer", "360111")
            .await;
        assert_eq!(world.stranger().get("/calendars/2026").await.status, 401);
        let seen = viewer.get("/calendars/2026").await;
        assert_eq!(
            (seen.status, seen.text("/status")),
            (200, "published".into())
        );
        let october: Vec<&Value> = seen.body["days"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|day| day["on"] == "2026-10-10")
            .collect();
        assert_eq!(october[0]["kind"], "workday");

        let body = json!({ "status": "published", "days": [
            { "on": "2027-02-05", "kind": "holiday", "name": "春节" },
            { "on": "2027-01-01", "kind": "holiday", "name": "元旦" },
        ] });
        let path = "/calendars/2027";
        let etag = viewer.get(path).await.header("etag").to_owned();
        let forbidden = viewer.put(path, Some(&etag), body.clone()).await;
        assert_eq!((forbidden.status, forbidden.code()), (403, "act.forbidden"));
        assert_eq!(admin.put(path, None, body.clone()).await.status, 428);
        assert_eq!(
            admin.put(path, Some("\"99\""), body.clone()).await.status,
            412
        );
        let put = admin.put(path, Some(&etag), body).await;
        assert_eq!(put.status, 200, "{:?}", put.body);
        assert_ne!(put.header("etag"), etag);
        assert_eq!(put.body["days"][0]["on"], "2027-01-01");
        assert_eq!(put.body["moved_deadlines"], 0);
        let read = viewer.get(path).await;
        assert_eq!(read.header("etag"), put.header("etag"));
        assert_eq!(read.body["days"], put.body["days"]);
    });
}

#[test]
fn a_new_year_needs_no_version_and_every_fault_of_it_is_told() {
    each(async |world| {
        let admin = world.admin().await;
        let missing = admin.get("/calendars/2028").await;
        assert_eq!((missing.status, missing.code()), (404, "calendar.missing"));
        let wrong = json!({ "status": "provisional", "days": [
            { "on": "2029-01-01", "kind": "holiday" },
            { "on": "2028-01-03", "kind": "workday" },
            { "on": "2028-01-03", "kind": "holiday" },
        ] });
        let refused = admin.put("/calendars/2028", None, wrong).await;
        assert_eq!(refused.status, 422);
        assert_eq!(
            refused.findings(),
            [
                ("/days/0/on".into(), "calendar.day_outside_year".into()),
                (
                    "/days/1/kind".into(),
                    "calendar.workday_not_on_weekend".into()
                ),
                ("/days/2/on".into(), "calendar.day_twice".into()),
            ]
        );
        let old = json!({ "status": "provisional", "days": [] });
        let refused = admin.put("/calendars/1999", None, old.clone()).await;
        assert_eq!(refused.findings()[0].1, "calendar.year_out_of_range");
        let created = admin.put("/calendars/2028", None, old).await;
        assert_eq!(created.status, 201, "{:?}", created.body);
        assert_eq!(created.header("location"), "/api/v1/calendars/2028");
        assert_eq!(admin.get("/calendars/soon").await.status, 404);
    });
}

#[test]
fn the_command_keeps_the_years_of_a_list_and_can_only_tell() {
    each(async |world| {
        let admin = world.admin().await;
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(
            file.path(),
            "date,kind,name_zh,name_en,weekday\n2027-01-01,holiday,元旦,New Year's Day,Fri\n",
        )
        .unwrap();
        let path = file.path().display().to_string();
        let import = |more: &[&str]| -> Value {
            let words = [&["--json", "calendar", "import", &path], more].concat();
            serde_json::from_str(&world.command(&words, "")).unwrap()
        };
        assert_eq!(import(&["--dry-run"])["updated"], json!([2027]));
        assert_eq!(
            admin.get("/calendars/2027").await.text("/status"),
            "provisional"
        );
        assert_eq!(import(&[])["updated"], json!([2027]));
        assert_eq!(
            admin.get("/calendars/2027").await.text("/status"),
            "published"
        );
        assert_eq!(import(&[])["unchanged"], json!([2027]));
    });
}

#[test]
fn the_lists_are_whole_and_named_in_both_languages() {
    each(async |world| {
        let viewer = world
            .person("viewer@fiveone.example", "viewer", "360111")
            .await;
        for (path, least, slug) in [
            ("/reference/regions", 400, "/code"),
            ("/reference/departments", 30, "/slug"),
            ("/reference/industries", 10, "/slug"),
            ("/reference/blocker-categories", 70, "/slug"),
            ("/reference/approval-items", 50, "/slug"),
            ("/targets", 20, "/slug"),
        ] {
            assert_eq!(world.stranger().get(path).await.status, 401, "{path}");
            let list = viewer.get(path).await;
            assert_eq!(list.status, 200, "{path}: {:?}", list.body);
            let items = list.body["items"].as_array().unwrap();
            assert!(items.len() >= least, "{path}: {}", items.len());
            for item in items {
                for field in [slug, "/zh", "/en"] {
                    let text = item.pointer(field).and_then(Value::as_str);
                    assert!(text.is_some_and(|text| !text.is_empty()), "{path} {item}");
                }
            }
            let unknown = viewer.get(&format!("{path}?colour=red")).await;
            assert_eq!(unknown.code(), "query.invalid", "{path}");
        }
        let years = viewer.get("/reference/working-days").await;
        let items = years.body["items"].as_array().unwrap();
        assert_eq!(items.len(), 24);
        let first = &items[0]["days"][0];
        assert_eq!(
            (&first["on"], &first["zh"], &first["en"]),
            (
                &json!("2004-01-01"),
                &json!("元旦"),
                &json!("New Year's Day")
            )
        );
    });
}
