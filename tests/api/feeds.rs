//! Calendar feeds, over a real socket.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::story::{Cast, email};
use crate::world::{Client, World, each};

/// Makes a feed; returns its id and its address on this server.
async fn made(client: &Client) -> (String, String) {
    let made = client.post("/feeds", json!({ "name": "手机" })).await;
    assert_eq!(made.status, 201, "{:?}", made.body);
    let url = made.text("/url");
    let (_, path) = url.split_once("/api/v1").unwrap();
    (made.text("/id"), path.to_owned())
}

/// What a calendar program reads, its folded lines put together.
async fn read(world: &World, path: &str) -> String {
    let answer = world.stranger().get(path).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    assert_eq!(
        answer.header("content-type"),
        "text/calendar; charset=utf-8"
    );
    answer.body.as_str().unwrap().replace("\r\n ", "")
}

#[test]
fn a_feed_shows_what_its_owner_owes_until_it_is_revoked() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("新材料").await;
        let (id, path) = made(&cast.owner).await;
        let text = read(&world, &path).await;
        let key = format!("report-{project}-2026Q3");
        for line in [
            format!("UID:{key}@fiveone"),
            format!("UID:{key}-todo@fiveone"),
            "DTSTART;VALUE=DATE:20261010".to_owned(),
            "DUE;VALUE=DATE:20261010".to_owned(),
            "SUMMARY:2026Q3 季报 · 新材料".to_owned(),
            format!("/projects/{project}/reports/2026Q3"),
        ] {
            assert!(text.contains(&line), "{line} in {text}");
        }
        let mine = cast.owner.get("/deadlines?mine=true").await;
        let count = mine.body["items"].as_array().unwrap().len();
        assert_eq!(text.matches("BEGIN:VEVENT").count(), count);
        assert_eq!(text.matches("BEGIN:VTODO").count(), count);

        let first = world.stranger().get(&path).await;
        let request = world.stranger().request("GET", &path);
        let again = request.header("if-none-match", first.header("etag"));
        assert_eq!(world.stranger().send(again).await.status, 304);
        // What is done is owed no more, and the calendar is another.
        let list = cast.owner.get("/feeds").await;
        assert_eq!(list.body["items"][0]["id"], id.as_str());
        assert_eq!(list.body["items"][0]["url"], Value::Null);

        let own = format!("/feeds/{id}");
        assert_eq!(cast.lead.delete(&own).await.code(), "feed.missing");
        assert_eq!(cast.owner.delete(&own).await.status, 204);
        let gone = world.stranger().get(&path).await;
        assert_eq!((gone.status, gone.code()), (404, "feed.missing"));
        assert_eq!(cast.owner.get("/feeds").await.body["items"], json!([]));
    });
}

#[test]
fn a_feed_speaks_its_owners_language_and_ends_with_their_account() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        cast.launched("新材料").await;
        let (_, path) = made(&cast.owner).await;
        let me = cast.owner.get("/me").await;
        let tag = me.header("etag").to_owned();
        let english = json!({ "language": "en" });
        let changed = cast.owner.patch("/me", Some(&tag), english).await;
        assert_eq!(changed.status, 200, "{:?}", changed.body);
        assert!(read(&world, &path).await.contains("due on 2026-10-10"));
        let person = format!("/people/{}", me.text("/id"));
        let tag = cast.admin.get(&person).await.header("etag").to_owned();
        let disabled = json!({ "disabled": true });
        let disabled = cast.admin.patch(&person, Some(&tag), disabled).await;
        assert_eq!(
            disabled.status,
            200,
            "{}: {:?}",
            email("owner"),
            disabled.body
        );
        assert_eq!(world.stranger().get(&path).await.status, 404);
    });
}

#[test]
fn nobody_has_more_than_ten_feeds() {
    each(async |world| {
        let admin = world.admin().await;
        for _ in 0..10 {
            let (_, path) = made(&admin).await;
            assert!(!read(&world, &path).await.contains("BEGIN:VEVENT"));
        }
        let more = admin.post("/feeds", json!({})).await;
        assert_eq!((more.status, more.code()), (409, "feed.too_many"));
        assert_eq!(world.stranger().get("/feeds/x.ics").await.status, 404);
    });
}

/// The keys of what a list shows, and those among them that somebody answers for.
async fn keys(client: &Client, path: &str, answering: Option<&Value>) -> BTreeSet<String> {
    let list = client.get(path).await;
    assert_eq!(list.body["next_cursor"], Value::Null);
    let items = list.body["items"].as_array().unwrap().iter();
    let wanted = items.filter(|item| {
        answering.is_none_or(|id| {
            let people = item["answerable"].as_array().unwrap();
            people.iter().any(|person| person["id"] == *id)
        })
    });
    wanted
        .map(|item| item["key"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn what_is_mine_is_what_names_me_as_answerable_whatever_my_role() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let first = cast.launched("新材料").await;
        cast.launched("新能源").await;
        let raised = format!("/projects/{first}/blockers");
        // The land department has an account here, those of money have none.
        for category in ["land-expropriation", "eia-approval", "bank-credit"] {
            let body = json!({
                "category": category, "title": category, "cause": "未明", "severity": "normal",
            });
            let answer = cast.owner.post(&raised, body).await;
            assert_eq!(answer.status, 201, "{:?}", answer.body);
        }
        let mut owed = 0;
        for client in [
            &cast.admin,
            &cast.province,
            &cast.city,
            &cast.county,
            &cast.land,
            &cast.environment,
            &cast.leader,
            &cast.owner,
            &cast.lead,
            &cast.viewer,
        ] {
            let me = client.get("/me").await.body["id"].clone();
            let named = keys(&cast.admin, "/deadlines?limit=200", Some(&me)).await;
            let mine = keys(client, "/deadlines?mine=true&limit=200", None).await;
            assert_eq!(mine, named, "{}", client.get("/me").await.body["name"]);
            owed += mine.len();
        }
        assert!(owed > 5, "{owed}");
    });
}
