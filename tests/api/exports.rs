//! Lists as files: CSV and xlsx by `Accept`, whole, in scope, journalled.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use serde_json::json;

use crate::story::Cast;
use crate::world::{Client, each};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

struct File {
    status: u16,
    kind: String,
    disposition: String,
    bytes: Vec<u8>,
}

async fn file(client: &Client, path: &str, accept: &str) -> File {
    let request = client.request("GET", path).header("accept", accept);
    let response = request.send().await.unwrap();
    let header = |name: &str| {
        let value = response.headers().get(name);
        value.map_or("", |value| value.to_str().unwrap()).to_owned()
    };
    File {
        status: response.status().as_u16(),
        kind: header("content-type"),
        disposition: header("content-disposition"),
        bytes: response.bytes().await.unwrap().to_vec(),
    }
}

async fn csv(client: &Client, path: &str) -> Vec<Vec<String>> {
    let file = file(client, path, "text/csv").await;
    assert_eq!(
        (file.status, file.kind.as_str()),
        (200, "text/csv; charset=utf-8")
    );
    let text = String::from_utf8(file.bytes).unwrap();
    let text = text.strip_prefix('\u{feff}').unwrap();
    assert!(
        text.lines()
            .all(|line| line.is_empty() || line.starts_with('"'))
    );
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| row.iter().map(str::to_owned).collect())
        .collect()
}

#[test]
fn the_ledger_of_projects_is_the_whole_list_in_scope_with_its_filters() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        for n in 0..3 {
            cast.draft(&format!("=项目{n}")).await;
        }
        let launched = cast.launched("新材料项目").await;
        let rows = csv(&cast.county, "/projects?limit=1").await;
        assert_eq!(rows.len(), 5, "{rows:?}");
        assert_eq!(rows[0][1], "项目名称");
        let of = |name: &str| rows.iter().find(|row| row[1].ends_with(name)).unwrap();
        assert_eq!(of("项目0")[1], "'=项目0");
        assert_eq!(of("新材料项目")[9], "12000");
        assert_eq!(of("新材料项目")[10], "leader");
        let active = csv(&cast.county, "/projects?state=active").await;
        assert_eq!(active.len(), 2);
        assert_eq!(active[1][17], launched);
        let seen = csv(&cast.lead, "/projects").await;
        assert_eq!(seen.len(), 2, "a lead sees what they have a part in");

        let refused = file(&world.stranger(), "/projects", "text/csv").await;
        assert_eq!(refused.status, 401);
        let json = cast.county.get("/projects").await;
        assert_eq!(json.header("content-type"), "application/json");
    });
}

#[test]
fn a_workbook_has_types_totals_filters_and_says_where_it_comes_from() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        cast.draft("=1+1").await;
        cast.launched("新材料项目").await;
        let made = file(&cast.county, "/projects?region=360111", XLSX).await;
        assert_eq!((made.status, made.kind.as_str()), (200, XLSX));
        assert!(made.disposition.contains("filename=\"projects.xlsx\""));
        let mut book = Xlsx::new(Cursor::new(made.bytes)).unwrap();
        let sheet = book.worksheet_range("项目台账").unwrap();
        assert_eq!(sheet.height(), 4, "header, two projects, totals");
        assert_eq!(sheet[(0, 9)], Data::String("总投资（万元）".to_owned()));
        let names: Vec<String> = (1..3).map(|row| sheet[(row, 1)].to_string()).collect();
        assert!(
            names.contains(&"=1+1".to_owned()),
            "a text, never a formula: {names:?}"
        );
        assert_eq!(sheet[(1, 9)], Data::Float(12000.0));
        assert_eq!(sheet[(3, 0)], Data::String("合计".to_owned()));
        assert_eq!(sheet[(3, 9)], Data::Float(24000.0));
        let about = book.worksheet_range("说明").unwrap();
        let said: Vec<String> = about.rows().map(|row| row[1].to_string()).collect();
        assert_eq!(
            said,
            [
                "项目台账",
                "2026-09-28 10:00",
                "county",
                "region=360111",
                "2"
            ]
        );
    });
}

#[test]
fn every_ledger_is_there_in_both_forms_and_both_languages() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("新材料项目").await;
        let body = json!({
            "category": "land", "title": "用地指标未落实", "cause": "指标不足", "severity": "normal",
        });
        let raised = cast
            .lead
            .post(&format!("/projects/{id}/blockers"), body)
            .await;
        assert_eq!(raised.status, 201, "{:?}", raised.body);
        for (path, title, rows) in [
            ("/projects", "项目台账", 1),
            ("/reports", "季报台账", 1),
            ("/blockers", "问题台账", 1),
            ("/milestones", "节点台账", 4),
        ] {
            let lines = csv(&cast.county, path).await;
            assert_eq!(lines.len() - 1, rows, "{path} {lines:?}");
            let made = file(&cast.county, path, XLSX).await;
            let mut book = Xlsx::new(Cursor::new(made.bytes)).unwrap();
            let sheet = book.worksheet_range(title).unwrap();
            assert_eq!(sheet.height(), rows + 2, "{path}");
        }
        let blockers = csv(&cast.county, "/blockers").await;
        assert_eq!(blockers[1][0], "新材料项目");
        assert_eq!(blockers[1][6], "已提出");
        let request = cast.county.request("GET", "/reports");
        let request = request
            .header("accept", "text/csv")
            .header("accept-language", "en");
        let text = request.send().await.unwrap().text().await.unwrap();
        assert!(
            text.contains("\"Invested this quarter (10,000 yuan)\""),
            "{text}"
        );
        assert!(text.contains("\"not begun\""));
    });
}

#[test]
fn who_took_what_is_in_the_journal() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        cast.draft("甲").await;
        csv(&cast.county, "/projects?region=360111&limit=1").await;
        let entries = world.app.store.read(|conn| {
            use diesel::prelude::*;
            use fiveone::store::schema::journal_entries as entries;
            Ok(entries::table
                .filter(entries::deed.eq("export.made"))
                .select((entries::actor_name, entries::facts))
                .load::<(String, String)>(conn)?)
        });
        let entries = entries.await.unwrap();
        assert_eq!(entries.len(), 1);
        let facts: serde_json::Value = serde_json::from_str(&entries[0].1).unwrap();
        assert_eq!(
            facts,
            json!({ "list": "projects", "filters": "region=360111", "rows": 1 })
        );
        assert_eq!(entries[0].0, "county");
    });
}

#[test]
fn the_list_of_milestones_goes_by_due_days() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("新材料项目").await;
        let first = cast.county.get("/milestones?limit=2&with_total=true").await;
        assert_eq!(first.body["total"], 4, "{:?}", first.body);
        let next = first.text("/next_cursor");
        let rest = cast
            .county
            .get(&format!("/milestones?limit=10&cursor={next}"))
            .await;
        assert_eq!(rest.body["items"].as_array().unwrap().len(), 2);
        let due: Vec<String> = [&first, &rest]
            .iter()
            .flat_map(|page| page.body["items"].as_array().unwrap().clone())
            .map(|item| item["due_on"].as_str().unwrap().to_owned())
            .collect();
        assert!(due.is_sorted(), "{due:?}");
        for (query, count) in [
            ("done=true", 0),
            ("overdue=true", 0),
            ("overdue=false", 4),
            ("region=360100", 4),
            ("region=360700", 0),
            ("kind=completion", 1),
        ] {
            let found = cast.county.get(&format!("/milestones?{query}")).await;
            assert_eq!(
                found.body["items"].as_array().unwrap().len(),
                count,
                "{query}"
            );
        }
        let path = format!("/milestones?project={id}");
        assert_eq!(
            cast.lead.get(&path).await.body["items"]
                .as_array()
                .unwrap()
                .len(),
            4
        );
        let other = world
            .person("far@fiveone.example", "coordinator", "360700")
            .await;
        assert_eq!(other.get(&path).await.body["items"], json!([]));
    });
}
