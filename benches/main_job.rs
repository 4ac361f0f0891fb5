//! Figures of the main job on the demo world a hundred times over, on each database there is: by
//! `cargo bench`.
//!
//! Requests go over a real socket to a server in this process, signed in before. `/healthz` is
//! measured in the same run, so that every figure has something to be held against. Fewer copies of
//! the demo (`BENCH_COPIES=5 cargo bench`) are for trying the bench itself.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a bench prints, and ends where something is amiss"
)]

#[path = "../tests/support/postgres.rs"]
mod postgres;
#[allow(dead_code, reason = "shared with the other benches")]
#[path = "support/site.rs"]
mod site;

use std::time::{Duration, Instant};

use chrono::{Datelike as _, NaiveDate};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, SamplingMode};
use diesel::prelude::*;
use fiveone::jobs;
use fiveone::kernel::time::Moment;
use serde_json::{Value, json};

use crate::site::{Client, Figures, Site, resident_kib};

/// Open deadlines of the planner's round.
const DEADLINES: i64 = 100_000;
/// Of them, how many have something to tell in a round.
const MATTERING: i64 = 1_000;
const OPEN: &str = "deadlines WHERE settled_at IS NULL";
/// Requests under way at the same time where requests per second are counted.
const AT_ONCE: usize = 8;
/// The day of the first round: a Monday, after which no working day is a holiday for two months.
const FIRST_DAY: &str = "2026-10-12";

fn main() {
    // `cargo test --benches` calls it without: there is nothing to test here.
    if !std::env::args().any(|word| word == "--bench") {
        println!("main_job: measured by cargo bench only");
        return;
    }
    let copies = std::env::var("BENCH_COPIES").map_or(100, |copies| copies.parse().unwrap());
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(5))
        .configure_from_args();
    let databases = std::iter::once(None).chain(postgres::url().map(Some));
    for url in databases {
        let name = if url.is_none() {
            "sqlite"
        } else {
            "postgresql"
        };
        let begun = Instant::now();
        let site = Site::new(url, copies);
        println!(
            "{name}: demo world times {copies} made in {:.0} s; {} projects, {} blockers, {} deadlines",
            begun.elapsed().as_secs_f64(),
            site.count("projects"),
            site.count("blockers"),
            site.count(OPEN),
        );
        let mut group = criterion.benchmark_group(name);
        let mut rows = Vec::new();
        let idle = resident_kib();
        reads(&site, &mut group, &mut rows);
        submissions(&site, &mut group, &mut rows);
        rounds(&site, &mut group, &mut rows);
        group.finish();
        println!("{}", table(name, &rows, (idle, resident_kib())));
    }
    criterion.final_summary();
}

/// Lays the figures of one database out.
fn table(name: &str, rows: &[Figures], (before, after): (u64, u64)) -> String {
    let mut text = format!(
        "\n{name}: resident memory of this process, server and client, {} MiB before and {} MiB after\n\
         {:<34} {:>10} {:>10} {:>10} {:>12}\n",
        before / 1024,
        after / 1024,
        "",
        "p50 ms",
        "p99 ms",
        "per second",
        "to healthz"
    );
    let still = rows[0].p50;
    for row in rows {
        let per_second = row
            .per_second
            .map(|n| format!("{n:.0}"))
            .unwrap_or_default();
        let (p50, p99) = (row.p50.as_secs_f64(), row.p99.as_secs_f64());
        let line = format!(
            "{:<34} {:>10.2} {:>10.2} {per_second:>12} {:>12.1}\n",
            row.name,
            p50 * 1e3,
            p99 * 1e3,
            p50 / still.as_secs_f64(),
        );
        text.push_str(&line);
    }
    text
}

/// What only reads: `/healthz`, a project by id, a page of blockers.
fn reads(site: &Site, group: &mut BenchmarkGroup<'_, WallTime>, rows: &mut Vec<Figures>) {
    let reader = site.signed_in("province@demo.fiveone");
    let projects = reader.get("/api/v1/projects?state=active&limit=50").body;
    let project = projects["items"][0]["id"].as_str().unwrap();
    let project = format!("/api/v1/projects/{project}");
    let blockers = "/api/v1/blockers?region=360100&category=environment&limit=50";
    let full = reader.get(blockers).body["items"].as_array().unwrap().len();
    println!("the page of blockers has {full}");
    for (name, path) in [
        ("healthz", "/healthz"),
        ("project by id", project.as_str()),
        ("50 blockers by due day", blockers),
    ] {
        let mut times = Vec::new();
        group.bench_function(BenchmarkId::from_parameter(name), |bench| {
            bench.iter_custom(|times_asked| {
                let before = times.len();
                for _ in 0..times_asked {
                    let begun = Instant::now();
                    let answer = reader.get(path);
                    times.push(begun.elapsed());
                    assert_eq!(answer.status, 200);
                }
                times[before..].iter().sum()
            });
        });
        let mut figures = Figures::of(name, times);
        figures.per_second = Some(site.throughput(&reader, path, AT_ONCE));
        rows.push(figures);
    }
}

/// Reports that are in and may be replaced until the lock: each is drafted anew, which is not
/// measured, and handed in, which is.
fn submissions(site: &Site, group: &mut BenchmarkGroup<'_, WallTime>, rows: &mut Vec<Figures>) {
    let mut reports: Vec<(Client, String)> = Vec::new();
    for owner in ["owner", "owner2", "owner3"] {
        let filer = site.signed_in(&format!("{owner}@demo.fiveone"));
        let list = "/api/v1/reports?quarter=2026Q3&state=submitted&limit=200";
        let mut next = Some(list.to_owned());
        while let Some(path) = next {
            let page = filer.get(&path).body;
            let items = page["items"].as_array().unwrap();
            reports.extend(items.iter().map(|item| {
                let project = item["project"]["id"].as_str().unwrap();
                let path = format!("/api/v1/projects/{project}/reports/2026Q3");
                (filer.clone(), path)
            }));
            next = page["next_cursor"]
                .as_str()
                .map(|cursor| format!("{list}&cursor={cursor}"));
        }
    }
    // A blocker raised since would have to be named: such reports are left alone.
    reports.retain(|(filer, path)| draft(filer, path)["checks"] == json!([]));
    println!("{} reports can be replaced", reports.len());
    let mut turn = 0;
    let mut times = Vec::new();
    group.bench_function(
        BenchmarkId::from_parameter("submission of a report"),
        |bench| {
            bench.iter_custom(|times_asked| {
                let before = times.len();
                for _ in 0..times_asked {
                    let (filer, path) = &reports[turn % reports.len()];
                    if turn >= reports.len() {
                        draft(filer, path);
                    }
                    turn += 1;
                    let begun = Instant::now();
                    let answer = filer.post(&format!("{path}/submission"), &json!({}));
                    times.push(begun.elapsed());
                    assert_eq!(answer.status, 200, "{}", answer.body);
                }
                times[before..].iter().sum()
            });
        },
    );
    let mut figures = Figures::of("submission of a report", times);
    let some = &reports[..reports.len().min(400)];
    for (filer, path) in some {
        draft(filer, path);
    }
    let paths = some
        .iter()
        .map(|(filer, path)| (filer.clone(), format!("{path}/submission")));
    figures.per_second = Some(site.posted_at_once(paths.collect(), AT_ONCE));
    rows.push(figures);
}

/// Drafts a replacement of what is in.
fn draft(filer: &Client, path: &str) -> Value {
    let seen = filer.get(path);
    let mut content = match &seen.body["draft"] {
        Value::Null => seen.body["content"].clone(),
        draft => draft.clone(),
    };
    content["version_reason"] = json!("补充设备到货情况");
    let drafted = filer.put(path, &seen.etag, &content);
    assert_eq!(drafted.status, 200, "{}", drafted.body);
    drafted.body
}

/// One round of all periodic jobs over 100,000 open deadlines: in a slot, when 1,000 of them have
/// something to tell, and between the slots.
fn rounds(site: &Site, group: &mut BenchmarkGroup<'_, WallTime>, rows: &mut Vec<Figures>) {
    multiply_deadlines(site);
    println!("{} open deadlines", site.count(OPEN));
    group
        .sampling_mode(SamplingMode::Flat)
        .sample_size(10)
        .warm_up_time(Duration::from_millis(1))
        .measurement_time(Duration::from_secs(5));
    let mut slot = 0;
    let (mut times, mut letters) = (Vec::new(), 0);
    group.bench_function(
        BenchmarkId::from_parameter("round of jobs in a slot"),
        |bench| {
            bench.iter_custom(|times_asked| {
                let before = times.len();
                for _ in 0..times_asked {
                    let (time, written) = round(site, slot);
                    slot += 1;
                    letters += written;
                    times.push(time);
                }
                times[before..].iter().sum()
            });
        },
    );
    println!("{letters} letters in {} rounds", times.len());
    rows.push(Figures::of("round of jobs, 1,000 to tell", times));
    let now = moment(slot.saturating_sub(1));
    let mut times = Vec::new();
    group.bench_function(
        BenchmarkId::from_parameter("round of jobs between slots"),
        |bench| {
            bench.iter_custom(|times_asked| {
                let before = times.len();
                for _ in 0..times_asked {
                    let begun = Instant::now();
                    let done = site.wait(jobs::tick(&site.app, now));
                    times.push(begun.elapsed());
                    assert!(done.iter().all(|done| done.fault.is_none()), "{done:?}");
                }
                times[before..].iter().sum()
            });
        },
    );
    rows.push(Figures::of("round of jobs, nothing to tell", times));
}

/// Makes 1,000 deadlines a working day overdue, and every other one nothing to look at; then tells.
fn round(site: &Site, slot: usize) -> (Duration, usize) {
    let (before, today) = (working_day(slot / 2), working_day(slot / 2 + 1));
    let copy = i64::try_from(slot).unwrap() % site.copies_of_deadlines();
    site.sql(
        "UPDATE deadlines SET next_step_on = '2027-06-30'
         WHERE settled_at IS NULL AND next_step_on < '2027-06-30'",
    );
    site.sql(&format!(
        "UPDATE deadlines SET due_on = '{before}', next_step_on = '{today}'
         WHERE key IN (SELECT key FROM deadlines WHERE key LIKE 'copy-{copy}-%'
                       ORDER BY key LIMIT {MATTERING})"
    ));
    let now = moment(slot);
    let begun = Instant::now();
    let done = site.wait(jobs::tick(&site.app, now));
    let time = begun.elapsed();
    assert!(done.iter().all(|done| done.fault.is_none()), "{done:?}");
    let letters = done.iter().find(|done| done.job == "escalate").unwrap();
    assert!(
        letters.count > 0,
        "nobody was told in round {slot}: {done:?}"
    );
    (time, letters.count)
}

/// The moment of a round: five minutes into the slots of the days, one after another.
fn moment(slot: usize) -> Moment {
    let time = if slot.is_multiple_of(2) {
        "09:05"
    } else {
        "14:05"
    };
    let day = working_day(slot / 2 + 1);
    format!("{day}T{time}:00+08:00").parse().unwrap()
}

fn working_day(number: usize) -> NaiveDate {
    let first: NaiveDate = FIRST_DAY.parse().unwrap();
    let is_worked = |day: &NaiveDate| day.weekday().number_from_monday() < 6;
    first.iter_days().filter(is_worked).nth(number).unwrap()
}

/// Copies the open deadlines of the demo until there are 100,000, none of which matters yet.
fn multiply_deadlines(site: &Site) {
    let columns = "kind, subject_id, project_id, facts, anchor_on, offset_days, unit, due_on, \
        provisional, answerable, person_id, department, region, place, level, critical, born_at";
    let open = site.count(OPEN);
    for copy in 0..site.copies_of_deadlines() {
        let missing = DEADLINES.saturating_sub(open.saturating_mul(copy + 1));
        site.sql(&format!(
            "INSERT INTO deadlines (key, {columns}, born_on, next_step_on)
             SELECT 'copy-{copy}-' || key, {columns}, '2026-07-01', '2027-06-30' FROM deadlines
             WHERE settled_at IS NULL AND key NOT LIKE 'copy-%' ORDER BY key LIMIT {missing}"
        ));
    }
}

impl Site {
    /// How often the open deadlines of the demo have to be copied.
    fn copies_of_deadlines(&self) -> i64 {
        *self
            .copies_of_deadlines
            .get_or_init(|| DEADLINES / self.count(OPEN).max(1))
    }

    fn sql(&self, sql: &str) {
        let run = |conn: &mut fiveone::store::Conn| Ok(diesel::sql_query(sql).execute(conn)?);
        self.app.store.write_blocking(run).unwrap();
    }
}
