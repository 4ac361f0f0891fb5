//! Figures of quarterly reports on each database there is: the matrix of 3,000 projects and 16
//! quarters, and a submission that every check has to look at; by `cargo bench --bench reports`.
//!
//! Requests go over a real socket to a server in this process. `/healthz` is measured in the same
//! run, so that every figure has something to be held against. Fewer projects
//! (`BENCH_PROJECTS=200`) are for trying the bench itself.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a bench prints, and ends where something is amiss"
)]

#[path = "../tests/support/postgres.rs"]
mod postgres;
#[allow(dead_code, reason = "shared with the bench of the main job")]
#[path = "support/site.rs"]
mod site;

use std::time::{Duration, Instant};

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion};
use diesel::prelude::*;
use fiveone::store::Conn;
use serde_json::{Value, json};

use crate::site::{Client, Figures, Site};

/// Quarters of the matrix: four years, the last of them with its window open.
const FROM: i64 = 2023;
const TO: &str = "2026Q4";
/// Characters of a narrative: the longest a report may have.
const LONGEST: usize = 10_000;

fn main() {
    // `cargo test --benches` calls it without: there is nothing to test here.
    if !std::env::args().any(|word| word == "--bench") {
        println!("reports: measured by cargo bench only");
        return;
    }
    let projects = std::env::var("BENCH_PROJECTS").map_or(3_000, |count| count.parse().unwrap());
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(5))
        .configure_from_args();
    for url in std::iter::once(None).chain(postgres::url().map(Some)) {
        let name = if url.is_none() {
            "sqlite"
        } else {
            "postgresql"
        };
        let site = Site::new(url, 1);
        fill(&site, projects);
        let mut group = criterion.benchmark_group(format!("reports on {name}"));
        let mut rows = Vec::new();
        matrix(&site, &mut group, projects, &mut rows);
        submissions(&site, &mut group, &mut rows);
        group.finish();
        for row in &rows {
            let (p50, p99) = (row.p50.as_secs_f64(), row.p99.as_secs_f64());
            let against = p50 / rows[0].p50.as_secs_f64();
            println!(
                "{name}: {:<44} p50 {:>8.2} ms  p99 {:>8.2} ms  {against:>6.1} times healthz",
                row.name,
                p50 * 1e3,
                p99 * 1e3
            );
        }
    }
    criterion.final_summary();
}

/// Copies one project of the demo until there are so many more under dispatch, each with a report
/// for every quarter but the last.
fn fill(site: &Site, projects: u32) {
    let columns = "name, folded, region, industry, enterprise_name, credit_code, \
        total_investment_yuan, content, planned_start_on, planned_finish_on, state, stage, warnings, \
        plan_id, leader_id, team_id, schedule_id, owner_id, opening_total_yuan, opening_year_yuan, \
        opening_year, closed_on, created_at, updated_at, version";
    let quarters: Vec<String> = (FROM..=2026)
        .flat_map(|year| (1..=4).map(move |number| format!("{year}Q{number}")))
        .filter(|quarter| quarter != TO)
        .collect();
    let write = |conn: &mut Conn| {
        for number in 0..projects {
            diesel::sql_query(format!(
                "INSERT INTO projects (id, launched_on, {columns})
                 SELECT '00000000-0000-7000-8000-{number:012x}', '2023-01-02', {columns}
                 FROM projects WHERE state = 'active' AND id NOT LIKE '00000000-%'
                 ORDER BY id LIMIT 1"
            ))
            .execute(conn)?;
        }
        for (number, quarter) in quarters.iter().enumerate() {
            let late = if number % 4 == 0 { "1 = 1" } else { "1 = 0" };
            diesel::sql_query(format!(
                "INSERT INTO reports (id, project_id, quarter, state, number, first_submitted_at,
                     submitted_at, late, created_at, updated_at, version)
                 SELECT '{number:08x}' || substr(id, 9), id, '{quarter}', 'accepted', 1, 1, 1,
                     {late}, 1, 1, 1
                 FROM projects WHERE id LIKE '00000000-%'"
            ))
            .execute(conn)?;
        }
        Ok(diesel::sql_query("ANALYZE").execute(conn)?)
    };
    site.app.store.write_blocking(write).unwrap();
    println!(
        "{} projects, {} reports",
        site.count("projects"),
        site.count("reports")
    );
}

/// `/healthz`, a screen of 200 projects and 16 quarters, and the whole matrix page by page.
fn matrix(
    site: &Site,
    group: &mut BenchmarkGroup<'_, WallTime>,
    projects: u32,
    rows: &mut Vec<Figures>,
) {
    let reader = site.signed_in("province@demo.fiveone");
    let first = format!("/api/v1/reports/matrix?from={FROM}Q1&to={TO}&limit=200");
    let cursors = cursors(&reader, &first, projects);
    let whole = std::iter::once(first.clone()).chain(
        cursors
            .iter()
            .map(|cursor| format!("{first}&cursor={cursor}")),
    );
    let whole: Vec<String> = whole.collect();
    for (name, paths) in [
        ("healthz", vec!["/healthz".to_owned()]),
        ("matrix, 200 projects x 16 quarters", vec![first.clone()]),
        ("matrix, every project x 16 quarters", whole),
    ] {
        let mut times = Vec::new();
        group.bench_function(BenchmarkId::from_parameter(name), |bench| {
            bench.iter_custom(|times_asked| {
                let before = times.len();
                for _ in 0..times_asked {
                    let begun = Instant::now();
                    for path in &paths {
                        assert_eq!(reader.status(path), 200);
                    }
                    times.push(begun.elapsed());
                }
                times[before..].iter().sum()
            });
        });
        rows.push(Figures::of(name, times));
    }
}

/// The cursors of every page after the first.
fn cursors(reader: &Client, first: &str, projects: u32) -> Vec<String> {
    let (mut cursors, mut lines) = (Vec::new(), 0);
    let mut page = reader.get(first).body;
    loop {
        let items = page["items"].as_array().unwrap();
        lines += items.len();
        assert!(
            items
                .iter()
                .all(|line| line["cells"].as_array().unwrap().len() == 16)
        );
        let Some(cursor) = page["next_cursor"].as_str().map(str::to_owned) else {
            break;
        };
        page = reader.get(&format!("{first}&cursor={cursor}")).body;
        cursors.push(cursor);
    }
    assert!(lines >= usize::try_from(projects).unwrap(), "{lines} lines");
    println!(
        "the matrix has {lines} projects on {} pages",
        cursors.len() + 1
    );
    cursors
}

/// A report that is in is drafted anew, which is not measured, and handed in, which is; then with a
/// narrative of 10,000 characters that is just not the one before, the dearest to compare.
fn submissions(site: &Site, group: &mut BenchmarkGroup<'_, WallTime>, rows: &mut Vec<Figures>) {
    let filer = site.signed_in("owner@demo.fiveone");
    let list = "/api/v1/reports?quarter=2026Q3&state=submitted&limit=200";
    let list = filer.get(list).body;
    let mut projects = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["project"]["id"].as_str().unwrap().to_owned());
    let path_of = |project: &String| format!("/api/v1/projects/{project}/reports/2026Q3");
    // A blocker raised since would have to be named: such reports are left alone.
    let project = projects.find(|project| {
        let drafted = draft(&filer, &path_of(project), None);
        drafted["checks"] == json!([]) && drafted["previous"] != Value::Null
    });
    let project = project.unwrap();
    let path = path_of(&project);
    let before = "进展一二三四五六七八".repeat(LONGEST / 10);
    let changed = site.app.store.write_blocking(|conn| {
        let sql = format!(
            "UPDATE report_versions SET content = replace(content, '\"progress\":\"',
                 '\"progress\":\"{before}')
             WHERE report_id IN (SELECT id FROM reports
                 WHERE project_id = '{project}' AND quarter < '2026Q3')"
        );
        Ok(diesel::sql_query(sql).execute(conn)?)
    });
    assert!(changed.unwrap() > 0);
    // Two signs in eighteen change places: that is more than a tenth, and no sign is missing.
    let mut turned: Vec<char> = before.chars().collect();
    for pair in turned.chunks_mut(18) {
        pair.swap(0, 1);
    }
    let turned: String = turned.into_iter().collect();
    for (name, narrative) in [
        ("submission of a report", None),
        ("submission, 10,000 characters to compare", Some(turned)),
    ] {
        let mut times = Vec::new();
        group.bench_function(BenchmarkId::from_parameter(name), |bench| {
            bench.iter_custom(|times_asked| {
                let from = times.len();
                for _ in 0..times_asked {
                    let drafted = draft(&filer, &path, narrative.as_deref());
                    assert_eq!(drafted["checks"], json!([]));
                    let begun = Instant::now();
                    let answer = filer.post(&format!("{path}/submission"), &json!({}));
                    times.push(begun.elapsed());
                    assert_eq!(answer.status, 200, "{}", answer.body);
                }
                times[from..].iter().sum()
            });
        });
        rows.push(Figures::of(name, times));
    }
}

/// Drafts a replacement of what is in.
fn draft(filer: &Client, path: &str, narrative: Option<&str>) -> Value {
    let seen = filer.get(path);
    let mut content = match &seen.body["draft"] {
        Value::Null => seen.body["content"].clone(),
        draft => draft.clone(),
    };
    content["version_reason"] = json!("补充设备到货情况");
    if let Some(narrative) = narrative {
        content["progress"] = json!(narrative);
    }
    let drafted = filer.put(path, &seen.etag, &content);
    assert_eq!(drafted.status, 200, "{}", drafted.body);
    drafted.body
}
