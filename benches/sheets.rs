//! Figures of workbooks, on each database there is: a workbook of 10,000 reports made, tried and
//! imported; a ledger of 100,000 projects as CSV and as xlsx. By `cargo bench --bench sheets`;
//! `BENCH_ROWS=500` is for trying the bench itself.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench prints, and ends where something is amiss"
)]

#[allow(dead_code, reason = "shared with the tests of the API")]
#[path = "../tests/support/filled.rs"]
mod filled;
#[path = "../tests/support/postgres.rs"]
mod postgres;
#[allow(dead_code, reason = "shared with the bench of the main job")]
#[path = "support/site.rs"]
mod site;

use std::time::{Duration, Instant};

use diesel::prelude::*;
use fiveone::store::Conn;

use crate::filled::{Filled, PROGRESS};
use crate::site::{Client, Site};

/// Rows of the workbook of reports.
const REPORTS: usize = 10_000;
/// Rows of the ledger, for each row of the workbook.
const TIMES: usize = 10;
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn main() {
    // `cargo test --benches` calls it without: there is nothing to test here.
    if !std::env::args().any(|word| word == "--bench") {
        println!("sheets: measured by cargo bench only");
        return;
    }
    let rows = std::env::var("BENCH_ROWS").map_or(REPORTS, |rows| rows.parse().unwrap());
    let databases = std::iter::once(None).chain(postgres::url().map(Some));
    for url in databases {
        let name = if url.is_none() {
            "sqlite"
        } else {
            "postgresql"
        };
        let site = Site::new(url, 1);
        copy_projects(&site, 0, rows);
        let province = site.signed_in("province@demo.fiveone");
        import(name, &site, &province, rows);
        copy_projects(&site, rows, rows * TIMES);
        for accept in ["text/csv", XLSX] {
            let path = "/api/v1/projects";
            let (size, spent) = measured(|| province.drained(path, accept));
            let what = format!("{} projects as {accept}", site.count("projects"));
            tell(name, &what, size, spent);
        }
    }
}

/// Makes copies of one project that is under dispatch; they have filed nothing.
fn copy_projects(site: &Site, from: usize, to: usize) {
    // A statement may take five seconds.
    for first in (from..to).step_by(10_000) {
        copy_some(site, first, to.min(first + 10_000));
    }
}

fn copy_some(site: &Site, from: usize, to: usize) {
    let copy = format!(
        "WITH RECURSIVE n (i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {} - 1), \
         one AS (SELECT * FROM projects WHERE state = 'active' ORDER BY launched_on, id LIMIT 1) \
         INSERT INTO projects (id, code, name, folded, region, industry, enterprise_name, credit_code, \
         total_investment_yuan, content, planned_start_on, planned_finish_on, state, stage, warnings, \
         plan_id, leader_id, team_id, schedule_id, owner_id, launched_on, opening_total_yuan, \
         opening_year_yuan, opening_year, closed_on, created_at, updated_at, version) \
         SELECT '01900000-0000-7000-8000-' || CAST(100000000000 + i AS TEXT), NULL, \
         '项目' || CAST(i AS TEXT), '项目' || CAST(i AS TEXT), region, industry, enterprise_name, \
         credit_code, total_investment_yuan, content, planned_start_on, planned_finish_on, state, \
         stage, warnings, plan_id, leader_id, team_id, schedule_id, owner_id, launched_on, 0, 0, \
         2026, NULL, created_at, updated_at, 1 FROM n, one",
        to
    );
    let unit = |conn: &mut Conn| {
        diesel::sql_query(&copy).execute(conn)?;
        diesel::sql_query("ANALYZE").execute(conn)?;
        Ok(())
    };
    site.app.store.write_blocking(unit).unwrap();
}

fn import(name: &str, site: &Site, province: &Client, rows: usize) {
    let path = "/api/v1/reports/workbook?quarter=2026Q3";
    let (made, spent) = measured(|| province.file(path, XLSX));
    tell(
        name,
        &format!("{rows} rows of a fresh workbook"),
        made.len(),
        spent,
    );
    let filled = {
        let mut book = Filled::open(&made);
        let header = book.sheets[0].rows[0].clone();
        let at = |name: &str| header.iter().position(|other| other == name).unwrap();
        let typed = [
            (at("本季完成投资（万元）"), "1000"),
            (at("形象进度（%）"), "1.5"),
            (at("形象进度说明"), PROGRESS),
            (at("下一步措施"), "设备基础施工"),
            (at("措施责任人"), "邹进度"),
            (at("措施完成日期"), "2026-12-31"),
        ];
        let projects = book.sheets[0].rows.iter_mut().skip(1);
        for row in projects.filter(|row| row[3].starts_with("项目")) {
            for (at, text) in typed {
                text.clone_into(&mut row[at]);
            }
        }
        book.save()
    };
    drop(made);
    for (what, query) in [
        ("tried", "mode=dry_run&partial=true"),
        ("imported", "mode=apply&partial=true"),
    ] {
        let path = format!("/api/v1/imports/reports?{query}&quarter=2026Q3");
        let (answer, spent) = measured(|| province.upload(&path, "reports.xlsx", &filled));
        assert_eq!(answer.status, 200, "{}", answer.body);
        let errors = answer.body["errors"].as_array().unwrap().len();
        let drafted = site.count("reports WHERE draft IS NOT NULL");
        let per_second = f64::from(u32::try_from(rows).unwrap()) / spent.time.as_secs_f64();
        let what = format!(
            "{} rows {what}, {} drafts, {errors} errors, {drafted} in all, {per_second:.0} rows/s",
            answer.body["rows"], answer.body["created"],
        );
        tell(name, &what, filled.len(), spent);
    }
}

struct Spent {
    time: Duration,
    /// Highest resident memory meanwhile, of this process: server and client.
    peak_mib: u64,
    before_mib: u64,
}

fn measured<T>(work: impl FnOnce() -> T) -> (T, Spent) {
    // Forgets the highest figure so far; where that is not allowed, it stays what it was.
    let forgotten = std::fs::write("/proc/self/clear_refs", "5");
    if forgotten.is_err() {
        println!("the peak is that of the whole run");
    }
    let before_mib = status_mib("VmRSS:");
    let begun = Instant::now();
    let made = work();
    let time = begun.elapsed();
    let spent = Spent {
        time,
        peak_mib: status_mib("VmHWM:"),
        before_mib,
    };
    (made, spent)
}

fn status_mib(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name));
    let kib = line.and_then(|line| line.split_whitespace().nth(1));
    kib.and_then(|kib| kib.parse::<u64>().ok())
        .unwrap_or_default()
        / 1024
}

fn tell(name: &str, what: &str, bytes: usize, spent: Spent) {
    println!(
        "{name}: {what}: {:.2} s, {} KiB, memory {} MiB before and {} MiB at most",
        spent.time.as_secs_f64(),
        bytes / 1024,
        spent.before_mib,
        spent.peak_mib,
    );
}
