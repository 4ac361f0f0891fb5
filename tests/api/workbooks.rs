//! Workbooks: what is read of them, and what is not let in.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::hostile;
use crate::imports::upload;
use crate::world::{World, each};

/// The most a hostile workbook may keep anybody waiting (RELIABILITY 44).
const LONGEST: Duration = Duration::from_secs(5);

/// KiB this process holds in memory.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kib = line.unwrap().split_whitespace().nth(1).unwrap();
    kib.parse().unwrap()
}

#[test]
fn a_hostile_workbook_is_refused_soon_and_harms_nobody() {
    let hostile = hostile::all();
    each(async |world: World| {
        let admin = world.admin().await;
        for file in &hostile {
            let before = resident();
            // Whatever it is uploaded as; a workbook without rows is no workbook of reports either.
            let path = [
                "/imports/reports?mode=dry_run",
                "/imports/projects?mode=apply",
            ];
            let as_reports = upload(&admin, path[0], "file", file.name, &file.bytes).await;
            assert_eq!(
                as_reports.status, 422,
                "{}: {:?}",
                file.what, as_reports.body
            );
            let began = Instant::now();
            let path = path[1];
            let refused = upload(&admin, path, "file", file.name, &file.bytes).await;
            let told = (refused.status, refused.code());
            assert_eq!(told, (422, file.code), "{}: {:?}", file.what, refused.body);
            assert!(began.elapsed() < LONGEST, "{}", file.what);
            // The file itself on both ends, and no more: it is inflated elsewhere.
            let grown = resident().saturating_sub(before);
            assert!(grown < 100 * 1024, "{}: {grown} KiB", file.what);
            assert_eq!(admin.get("/healthz").await.status, 200);
        }
        assert_eq!(admin.get("/projects").await.body["items"], json!([]));
    });
}

#[test]
fn a_list_may_come_as_a_workbook() {
    each(async |world: World| {
        let admin = world.admin().await;
        let book = hostile::honest(|sheet| {
            let rows = [
                ["项目名称", "地区代码", "总投资(万元)", "开工日期"],
                ["甲", "360111", "12000.5", "2026-10-10"],
                ["乙", "360111", "", ""],
            ];
            for (row, cells) in (0_u32..).zip(rows) {
                for (column, cell) in (0_u16..).zip(cells) {
                    match cell.parse::<f64>() {
                        Ok(number) if row > 0 && column == 2 => {
                            sheet.write_number(row, column, number).unwrap();
                        }
                        _ => {
                            sheet.write_string(row, column, cell).unwrap();
                        }
                    }
                }
            }
        });
        let path = "/imports/projects?mode=apply";
        let made = upload(&admin, path, "file", "名单.xlsx", &book).await;
        assert_eq!(made.status, 200, "{:?}", made.body);
        assert_eq!(made.body["created"], 2, "{:?}", made.body);
        let list = admin.get("/projects?sort=name").await;
        let first = &list.body["items"][1];
        assert_eq!(first["name"], "甲");
        assert_eq!(first["total_investment_yuan"], 120_005_000);

        let people = hostile::honest(|sheet| {
            let rows = [
                ["姓名", "邮箱", "角色", "地区代码"],
                ["丙", "c@fiveone.example", "调度员", "360111"],
            ];
            for (row, cells) in (0_u32..).zip(rows) {
                sheet.write_row(row, 0, cells).unwrap();
            }
        });
        let path = "/imports/people?mode=apply";
        let made = upload(&admin, path, "file", "人员.xlsx", &people).await;
        assert_eq!(made.body["created"], 1, "{:?}", made.body);
    });
}

#[test]
fn a_list_may_come_in_gbk() {
    each(async |world: World| {
        let admin = world.admin().await;
        let (gbk, _, _) = encoding_rs::GBK.encode("项目名称,地区代码\n甲,360111\n");
        let path = "/imports/projects?mode=apply";
        let made = upload(&admin, path, "file", "名单.csv", &gbk).await;
        assert_eq!(made.body["created"], 1, "{:?}", made.body);
        let list = admin.get("/projects").await;
        assert_eq!(list.body["items"][0]["name"], "甲");
    });
}
