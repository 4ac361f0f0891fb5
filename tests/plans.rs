//! No list and no periodic job reads a growing table from end to end: whatever SQL the service runs
//! for them is caught on its way and held against the database's own plan.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

#[path = "support/contract.rs"]
mod contract;
#[path = "support/postgres.rs"]
mod postgres;
#[allow(dead_code, reason = "shared with the tests of the API")]
#[path = "support/story.rs"]
mod story;
#[allow(dead_code, reason = "shared with the tests of the API")]
#[path = "support/world.rs"]
mod world;

use std::collections::BTreeSet;
use std::sync::Mutex;

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use diesel::prelude::*;
use diesel::sql_types::Text;
use fiveone::jobs;
use fiveone::store::{Conn, Kind, Store};
use serde_json::{Value, json};

use crate::world::{Client, World, each};

/// Tables that stay small, or are read whole by nobody but a command.
const SMALL: &[&str] = &["calendar_years", "calendar_days", "journal_heads"];

/// What fills the parameters of a list, by name; one of a list's own goes before.
const SAMPLES: &[(&str, &str)] = &[
    ("/reports?state", "missing"),
    ("/letters?state", "sent"),
    ("/rates?by", "coordinator"),
    ("/matrix?from", "2026Q3"),
    ("/matrix?to", "2026Q3"),
    ("/date-changes?state", "open"),
    ("/blockers?state", "raised"),
    ("/approvals?state", "accepted"),
    ("delay", "ecology-environment:3"),
    ("/projects?state", "active"),
    ("/milestones?kind", "start"),
    ("done", "false"),
    ("region", "360111"),
    ("industry", "aviation"),
    ("category", "land"),
    ("department", "natural-resources"),
    ("stage", "idea"),
    ("missing", "plan"),
    ("quarter", "2026Q3"),
    ("late", "true"),
    ("overdue", "true"),
    ("mine", "true"),
    ("level", "county"),
    ("severity", "normal"),
    ("kind", "report"),
    ("role", "lead"),
    ("disabled", "true"),
    ("until", "2026-12-31"),
    ("by", "region"),
    ("limit", "1"),
    ("with_total", "true"),
    ("q", "新材料"),
    ("sort", "name"),
    ("cursor", ""),
    ("lamp", ""),
    ("letter", ""),
    ("state", ""),
];
/// Identities that filter a list.
const IDS: &[&str] = &["leader", "owner", "project", "recipient"];

static CAUGHT: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

struct Catcher;

impl Instrumentation for Catcher {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let sql = text.split(" -- binds:").next().unwrap().trim().to_owned();
            if sql.starts_with("SELECT") {
                CAUGHT.lock().unwrap().insert(sql);
            }
        }
    }
}

fn caught() -> BTreeSet<String> {
    std::mem::take(&mut *CAUGHT.lock().unwrap())
}

#[derive(QueryableByName)]
struct SqliteStep {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct PostgresStep {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    plan: String,
}

/// The lines of the plan that read a table from end to end.
fn full_scans(store: &Store, sql: &str) -> Vec<String> {
    let explain = |conn: &mut Conn| match store.kind() {
        Kind::Sqlite => {
            let steps: Vec<SqliteStep> =
                diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(conn)?;
            Ok(steps.into_iter().map(|step| step.detail).collect())
        }
        Kind::Postgres => postgres_plan(conn, sql),
    };
    let plan: Vec<String> = store.read_blocking(explain).unwrap();
    let is_full = |line: &String| match store.kind() {
        Kind::Sqlite => {
            // Asking whether something exists goes through one row that is in no table.
            let is_table = line != "SCAN CONSTANT ROW" && !line.contains('(');
            line.starts_with("SCAN ") && !line.contains(" INDEX ") && is_table
        }
        Kind::Postgres => line.contains("Seq Scan on "),
    };
    let is_small = |line: &String| {
        let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        words.any(|word| SMALL.contains(&word))
    };
    plan.into_iter()
        .filter(|line| is_full(line) && !is_small(line))
        .collect()
}

/// The plan for whatever values: a scan from end to end only where nothing else is possible.
fn postgres_plan(conn: &mut Conn, sql: &str) -> fiveone::kernel::error::Result<Vec<String>> {
    for set in [
        "enable_seqscan = off",
        "plan_cache_mode = force_generic_plan",
    ] {
        diesel::sql_query(format!("SET LOCAL {set}")).execute(conn)?;
    }
    diesel::sql_query(format!("PREPARE caught AS {sql}")).execute(conn)?;
    let mut places = 0;
    while sql.contains(&format!("${}", places + 1)) {
        places += 1;
    }
    let nulls = vec!["NULL"; places].join(", ");
    let values = if places == 0 {
        String::new()
    } else {
        format!("({nulls})")
    };
    let explained = diesel::sql_query(format!("EXPLAIN EXECUTE caught{values}"));
    let steps: Vec<PostgresStep> = explained.load(conn)?;
    diesel::sql_query("DEALLOCATE caught").execute(conn)?;
    Ok(steps.into_iter().map(|step| step.plan).collect())
}

/// Reads every list of the published document without parameters, then with each of them.
async fn read_all(client: &Client, document: &Value, project: &str) {
    for (template, item) in document["paths"].as_object().unwrap() {
        let Some(get) = item.get("get") else { continue };
        let path = filled(template.strip_prefix("/api/v1").unwrap(), project);
        let name = path.split('/').next_back().unwrap();
        let parameters = get["parameters"].as_array().cloned().unwrap_or_default();
        let queries = parameters.iter().filter(|p| p["in"] == "query");
        let named: Vec<&str> = queries.map(|p| p["name"].as_str().unwrap()).collect();
        // What a list cannot do without goes with every reading.
        let needed: Vec<&str> = parameters
            .iter()
            .filter(|p| p["in"] == "query" && p["required"] == true)
            .map(|p| p["name"].as_str().unwrap())
            .collect();
        let always: Vec<String> = needed
            .iter()
            .map(|of| format!("{of}={}", sample(name, of, project)))
            .collect();
        for of in std::iter::once("").chain(named) {
            let value = sample(name, of, project);
            let mut pairs = always.clone();
            if !value.is_empty() && !needed.contains(&of) {
                pairs.push(format!("{of}={value}"));
            }
            let asked = format!("{path}?{}", pairs.join("&"));
            let answer = client.get(asked.trim_end_matches('?')).await;
            if let Some(cursor) = answer.body["next_cursor"].as_str() {
                let next = client.get(&format!("{asked}&cursor={cursor}")).await;
                assert_eq!(next.status, 200, "{asked}: {}", next.body);
            }
            let fine = [200, 403, 404].contains(&answer.status);
            assert!(
                fine,
                "{asked}: {} {}; is there a sample?",
                answer.status, answer.body
            );
        }
    }
}

fn filled(template: &str, project: &str) -> String {
    let mut path = template
        .replace("{quarter}", "2026Q3")
        .replace("{year}", "2026");
    if path.starts_with("/projects/{") {
        let end = path.find('}').unwrap();
        path.replace_range("/projects/".len()..=end, project);
    }
    while let Some((before, rest)) = path.clone().split_once('{') {
        let after = rest.split_once('}').unwrap().1;
        path = format!("{before}018f3c2a-7b1e-7c3d-9f0a-1b2c3d4e5f60{after}");
    }
    path
}

fn sample(list: &str, name: &str, project: &str) -> String {
    if name.is_empty() {
        return String::new();
    }
    if IDS.contains(&name) {
        return project.to_owned();
    }
    let own = format!("/{list}?{name}");
    let found = SAMPLES.iter().find(|(known, _)| *known == own);
    let found = found.or_else(|| SAMPLES.iter().find(|(known, _)| *known == name));
    found
        .unwrap_or_else(|| panic!("add a sample for {own} to SAMPLES in {}", file!()))
        .1
        .to_owned()
}

/// What may read a table from end to end: free text, looked for in a folded column no index serves;
/// a total, which is only counted when asked for and counts what it reads; and a condition that
/// nothing fulfils, for which the databases read nothing.
fn may_scan(sql: &str) -> bool {
    let is_total = sql.to_lowercase().starts_with("select count(");
    let condition = sql.split(" WHERE ").nth(1).unwrap_or_default();
    let is_empty = condition.trim_start_matches('(').starts_with("1=0)");
    sql.contains(" LIKE ") || is_total || is_empty
}

/// Pages that read lists of their own.
const PAGES: &[&str] = &[
    "/",
    "/deadlines",
    "/deadlines?mine=true&overdue=true&kind=report&region=360111",
    "/letters",
    "/letters?of=reach&state=sent",
    "/people?role=lead&region=360111&disabled=false",
];

/// Reads the pages of one person, signed in at a browser.
async fn read_pages(world: &World, email: &str) {
    let none = reqwest::redirect::Policy::none();
    let http = reqwest::Client::builder().redirect(none).build().unwrap();
    let base = format!("http://{}", world.address());
    let typed = form_urlencoded::Serializer::new(String::new())
        .append_pair("email", email)
        .append_pair("password", world::PASSWORD)
        .finish();
    let signed_in = http
        .post(format!("{base}/sign-in"))
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(typed);
    let signed_in = signed_in.send().await.unwrap();
    assert_eq!(signed_in.status(), 303);
    let cookies = signed_in.headers().get_all("set-cookie").iter();
    let cookies = cookies.map(|set| set.to_str().unwrap().split(';').next().unwrap());
    let cookies = cookies.collect::<Vec<_>>().join("; ");
    for path in PAGES {
        let page = http.get(format!("{base}{path}")).header("cookie", &cookies);
        let status = page.send().await.unwrap().status();
        assert!(status == 200 || status == 403, "{email} {path}: {status}");
    }
}

async fn a_project(world: &World) -> (Vec<Client>, String) {
    let cast = story::Cast::of(world).await;
    let project = cast.launched("年产十万吨新材料项目").await;
    (vec![cast.admin, cast.county, cast.lead, cast.land], project)
}

#[test]
fn no_list_and_no_job_reads_a_growing_table_from_end_to_end() {
    set_default_instrumentation(|| Some(Box::new(Catcher))).unwrap();
    each(async |world| {
        let (clients, project) = a_project(&world).await;
        let document = clients[0].get("/openapi.json").await.body;
        drop(caught());
        for client in &clients {
            read_all(client, &document, &project).await;
        }
        for name in ["admin", "county", "owner", "land", "viewer"] {
            read_pages(&world, &story::email(name)).await;
        }
        for moment in ["2026-09-28T14:05:00+08:00", "2026-10-15T09:05:00+08:00"] {
            let round = jobs::tick(&world.app, moment.parse().unwrap()).await;
            assert!(
                json!(round)
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|done| done["fault"].is_null())
            );
        }
        let caught = caught();
        assert!(caught.len() > 20, "{caught:#?}");
        let mut wrong = Vec::new();
        for sql in caught {
            let scans = full_scans(&world.app.store, &sql);
            if !may_scan(&sql) && !scans.is_empty() {
                wrong.push(format!("{}\n  {sql}", scans.join("; ")));
            }
        }
        let kind = world.app.store.kind();
        assert!(wrong.is_empty(), "{kind:?}\n{}", wrong.join("\n"));
    });
}

#[test]
fn a_scan_from_end_to_end_is_found() {
    each(async |world| {
        let store = &world.app.store;
        let scan = "SELECT id FROM accounts WHERE phone = 'x'";
        assert_eq!(full_scans(store, scan).len(), 1);
        let search = "SELECT id FROM accounts WHERE id = 'x'";
        assert_eq!(full_scans(store, search), Vec::<String>::new());
    });
}
