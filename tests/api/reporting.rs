//! The workbook of reports: made, filled in, taken back, and returned with remarks.

use serde_json::{Value, json};

use crate::filled::{Filled, PROGRESS};
use crate::imports::upload;
use crate::story::Cast;
use crate::world::{Answer, Client, World, each};

pub(crate) const INVESTED: &str = "本季完成投资（万元）";

pub(crate) async fn bytes(client: &Client, path: &str) -> Vec<u8> {
    let response = client.request("GET", path).send().await.unwrap();
    let status = response.status();
    let bytes = response.bytes().await.unwrap().to_vec();
    assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&bytes));
    bytes
}

pub(crate) async fn template(client: &Client) -> Filled {
    Filled::open(&bytes(client, "/reports/workbook?quarter=2026Q3").await)
}

pub(crate) async fn import(client: &Client, query: &str, bytes: &[u8]) -> Answer {
    let path = format!("/imports/reports?{query}");
    upload(client, &path, "file", "季报.xlsx", bytes).await
}

pub(crate) fn counts(answer: &Answer) -> [u64; 4] {
    let count = |field: &str| answer.body[field].as_u64();
    ["rows", "created", "updated", "skipped"]
        .map(|field| count(field).unwrap_or_else(|| panic!("{}", answer.body)))
}

/// Row, column and code of every error.
pub(crate) fn errors(answer: &Answer) -> Vec<(u64, String, String)> {
    told(&answer.body["errors"])
}

fn told(list: &Value) -> Vec<(u64, String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let all = list.as_array().unwrap().iter();
    all.map(|one| {
        let row = one["row"].as_u64().unwrap();
        (row, text(&one["column"]), text(&one["code"]))
    })
    .collect()
}

pub(crate) fn error(row: u64, column: &str, code: &str) -> (u64, String, String) {
    (row, column.to_owned(), code.to_owned())
}

pub(crate) async fn state(client: &Client, project: &str) -> Value {
    let report = client
        .get(&format!("/projects/{project}/reports/2026Q3"))
        .await;
    report.body["state"].clone()
}

/// The text of a part of a workbook.
pub(crate) fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut part = archive.by_name(name).unwrap();
    std::io::read_to_string(&mut part).unwrap()
}

#[test]
fn a_workbook_has_a_row_for_every_report_owed_and_what_a_spreadsheet_needs_to_help() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let first = cast.launched("甲项目").await;
        cast.launched("乙项目").await;
        cast.draft("丙项目").await;
        let made = bytes(
            &cast.county,
            "/reports/workbook?quarter=2026Q3&region=360111",
        )
        .await;
        let book = Filled::open(&made);
        let names: Vec<(&str, bool)> = book
            .sheets
            .iter()
            .map(|sheet| (sheet.name.as_str(), sheet.is_hidden))
            .collect();
        let expected = [
            ("季报填报", false),
            ("节点", false),
            ("填报说明", false),
            ("fiveone", true),
        ];
        assert_eq!(names, expected);
        assert_eq!(book.main().rows.len(), 3, "two projects owe a report");
        assert_eq!(book.get("甲项目", "系统编号"), first);
        assert_eq!(book.get("甲项目", "季度"), "2026Q3");
        assert_eq!(book.get("甲项目", "总投资（万元）"), "12000");
        assert_eq!(
            book.get("甲项目", INVESTED),
            "",
            "a nought would be an answer"
        );
        assert_eq!(book.get("甲项目", "自评（绿/黄/红）"), "绿灯");
        let sheet = part(&made, "xl/worksheets/sheet1.xml");
        for needed in [
            "<sheetProtection",
            "<dataValidation ",
            "&quot;",
            "绿灯,黄灯,红灯",
            "是,否",
            "state=\"frozen\"",
            "<autoFilter",
            "<cols>",
        ] {
            let found = sheet.contains(needed) || needed == "&quot;";
            assert!(found, "{needed} is missing");
        }
        let english = cast.county.request("GET", "/reports/workbook");
        let english = english
            .header("accept-language", "en")
            .send()
            .await
            .unwrap();
        let kind = english.headers()["content-disposition"]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(kind.contains("reports-2026Q3.xlsx"), "{kind}");
        let english = Filled::open(&english.bytes().await.unwrap());
        assert_eq!(english.main().name, "Reports");
        assert!(english.main().rows[0].contains(&"Invested this quarter (10,000 yuan)".to_owned()));

        let early = cast.county.get("/reports/workbook?quarter=2026Q4").await;
        assert_eq!(
            (early.status, early.code()),
            (409, "report.window_not_open")
        );
        let far = world
            .person("far@fiveone.example", "coordinator", "360700")
            .await;
        assert_eq!(template(&far).await.main().rows.len(), 1, "out of scope");
    });
}

#[test]
fn a_filled_workbook_is_tried_and_becomes_drafts_and_submissions() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let (first, second) = (cast.launched("甲项目").await, cast.launched("乙项目").await);
        let mut book = template(&cast.lead).await;
        book.report("甲项目", "1200.5");
        let filled = book.save();
        let dry = import(&cast.lead, "mode=dry_run", &filled).await;
        assert_eq!(dry.status, 200, "{}", dry.body);
        assert_eq!(counts(&dry), [2, 1, 0, 1]);
        assert_eq!(
            state(&cast.lead, &first).await,
            "missing",
            "nothing was written"
        );
        let real = import(&cast.lead, "mode=apply", &filled).await;
        assert_eq!(
            (real.status, counts(&real)),
            (200, [2, 1, 0, 1]),
            "{}",
            real.body
        );
        let report = cast
            .lead
            .get(&format!("/projects/{first}/reports/2026Q3"))
            .await;
        let draft = &report.body["draft"];
        assert_eq!(draft["invested_quarter_yuan"], 12_005_000);
        assert_eq!(draft["invested_year_yuan"], 12_005_000, "worked out");
        assert_eq!(draft["invested_total_yuan"], 12_005_000);
        assert_eq!(draft["physical_percent"], 8.5);
        assert_eq!(draft["progress"], PROGRESS);
        assert_eq!(draft["next_steps"][0]["by"], "2026-12-31");
        assert_eq!(
            draft["problems"],
            json!({ "none": true, "blocker_ids": [] })
        );
        assert_eq!(state(&cast.lead, &second).await, "missing");

        // The next workbook has what was drafted; handed in, it is a submission like any other.
        let mut book = template(&cast.lead).await;
        assert_eq!(book.get("甲项目", INVESTED), "1200.5");
        assert_eq!(book.get("甲项目", "填报状态"), "填报中");
        book.report("乙项目", "600");
        let filled = book.save();
        let handed = import(&cast.lead, "mode=apply&submit=true", &filled).await;
        assert_eq!(
            (handed.status, counts(&handed)),
            (200, [2, 1, 1, 0]),
            "{}",
            handed.body
        );
        for project in [&first, &second] {
            assert_eq!(state(&cast.lead, project).await, "submitted");
        }
        let accepted = cast.county.post(
            &format!("/projects/{first}/reports/2026Q3/acceptance"),
            json!({}),
        );
        assert_eq!(accepted.await.status, 200);
    });
}

#[test]
fn a_coordinator_drafts_and_only_a_lead_hands_in() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("甲项目").await;
        let mut book = template(&cast.county).await;
        book.report("甲项目", "1200");
        let filled = book.save();
        let submitted = import(&cast.county, "mode=apply&submit=true", &filled).await;
        assert_eq!((submitted.status, submitted.code()), (403, "act.forbidden"));
        for client in [&cast.viewer, &cast.land] {
            let refused = import(client, "mode=dry_run", &filled).await;
            assert_eq!((refused.status, refused.code()), (403, "act.forbidden"));
        }
        let far = world
            .person("far@fiveone.example", "coordinator", "360700")
            .await;
        let unseen = import(&far, "mode=apply", &filled).await;
        assert_eq!(errors(&unseen), [error(2, "系统编号", "project.missing")]);
        let drafted = import(&cast.county, "mode=apply", &filled).await;
        assert_eq!(counts(&drafted), [1, 1, 0, 0], "{}", drafted.body);
        assert_eq!(state(&cast.lead, &project).await, "draft");
        // The lead hands in the very file: for them it is new.
        let handed = import(&cast.lead, "mode=apply&submit=true", &filled).await;
        assert_eq!(counts(&handed), [1, 0, 1, 0], "{}", handed.body);
        assert_eq!(state(&cast.lead, &project).await, "submitted");
    });
}

#[test]
fn milestones_are_reported_on_a_sheet_of_their_own() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("甲项目").await;
        let mut book = template(&cast.lead).await;
        assert_eq!(book.sheets[1].rows.len(), 5, "four that are not done");
        book.report("甲项目", "1200");
        book.set_in(1, "开工", "实际完成日期", "2026-09-25").set_in(
            1,
            "竣工",
            "预计完成日期",
            "2028-07-31",
        );
        let handed = import(&cast.lead, "mode=apply&submit=true", &book.save()).await;
        assert_eq!(handed.status, 200, "{}", handed.body);
        let schedule = cast
            .lead
            .get(&format!("/projects/{project}/schedule"))
            .await;
        assert_eq!(schedule.body["milestones"][0]["done_on"], "2026-09-25");
        assert_eq!(schedule.body["milestones"][2]["forecast_on"], "2028-07-31");
    });
}

#[test]
fn the_command_drafts_what_the_api_does() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("甲项目").await;
        let mut book = template(&cast.county).await;
        book.report("甲项目", "1200");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("季报.xlsx");
        std::fs::write(&file, book.save()).unwrap();
        let file = file.to_str().unwrap();
        let said =
            |words: &[&str]| -> Value { serde_json::from_str(&world.command(words, "")).unwrap() };
        let dry = said(&["import", "reports", file, "--dry-run", "--json"]);
        assert_eq!(dry["created"], 1);
        assert_eq!(state(&cast.lead, &project).await, "missing");
        let real = said(&["import", "reports", file, "--json"]);
        assert_eq!(real["created"], 1);
        assert_eq!(state(&cast.lead, &project).await, "draft");
        for list in ["projects", "reports", "blockers", "milestones"] {
            for ending in ["csv", "xlsx"] {
                let file = folder.path().join(format!("{list}.{ending}"));
                let made = said(&["export", list, file.to_str().unwrap(), "--json"]);
                let rows = made["rows"].as_u64().unwrap();
                let expected = if list == "blockers" { 0 } else { 1 };
                assert!(rows >= expected, "{list}: {made}");
                assert!(std::fs::metadata(&file).unwrap().len() > 100);
            }
        }
    });
}

#[test]
fn what_was_uploaded_is_forgotten_after_a_while() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        cast.launched("甲项目").await;
        let mut book = template(&cast.lead).await;
        book.report("甲项目", "1200");
        let dry = import(&cast.lead, "mode=dry_run", &book.save()).await;
        let path = format!("/imports/{}/workbook", dry.text("/id"));
        bytes(&cast.lead, &path).await;
        let later = "2026-10-06T10:00:00+08:00".parse().unwrap();
        let round = fiveone::jobs::tick(&world.app, later).await;
        let forgot = round.iter().find(|done| done.job == "forget_uploads");
        assert_eq!(forgot.unwrap().count, 1);
        assert_eq!(cast.lead.get(&path).await.code(), "import.missing");
    });
}
