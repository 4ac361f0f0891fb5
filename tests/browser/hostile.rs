//! Markup and scripts in every text a person can write: shown as they were written, on every page
//! and in every letter, and never obeyed.

use std::collections::BTreeSet;

use fiveone::jobs;
use serde_json::{Value, json};

use crate::crawl::{Alike, crawl};
use crate::stage;
use crate::story::{self, Cast, email};
use crate::visitor::Visitor;
use crate::world::{Client, PASSWORD, World};

/// Each is written into every text once; each would do something in another place of a page: between
/// tags, inside quotes, in a title, a text area, a comment, a script, a style, an address, a template.
const PAYLOADS: [&str; 26] = [
    "<script>hit=1</script><SCRIPT SRC=//elsewhere.example/x.js></SCRIPT>",
    r#""><img src=x onerror=hit=1><img src="x" ONERROR="hit=1">"#,
    "'><svg onload=hit=1><svg/onload=hit=1>",
    r#"" autofocus onfocus=hit=1 onmouseover=hit=1 style=position:fixed x=""#,
    "' onclick='hit=1' onfocus='hit=1' autofocus x='",
    "</title></textarea></option></select><script>hit=1</script>",
    "</script><script>hit=1</script></style></noscript><b>",
    "--><!--><style>*{display:none}</style><!--",
    r#"javascript:hit=1 <a href="javascript:hit=1">a</a>"#,
    "data:text/html,<script>hit=1</script> <a href=data:text/html,x>",
    r#"<iframe srcdoc="<script>parent.hit=1</script>"></iframe>"#,
    "<iframe src=javascript:parent.hit=1></iframe><frameset>",
    "<base href=//elsewhere.example/><base target=_blank>",
    r#"<meta http-equiv=refresh content="0;url=//elsewhere.example/">"#,
    "{{ 7 * 7 }}{% for x in y %}{# gone #}${7*7}#{7*7}<%= 7*7 %>[[7*7]]",
    "<form action=//elsewhere.example/><input name=password><button>OK",
    "&lt;script&gt;hit=1&lt;/script&gt;&#60;b&#62;&amp;&nbsp;&quot;&#39;",
    r"\u003cscript\u003ehit=1\u003c/script\u003e\x3cb\x3e%3Cscript%3E",
    r#"<math><mtext><table><mglyph><style><!--</style><img title="--&gt;">"#,
    "<details open ontoggle=hit=1><summary>x</summary></details>",
    r#"';hit=1;//";hit=1;//`;hit=1;//${hit=1}"#,
    "<link rel=stylesheet href=//elsewhere.example/x.css>",
    "<object data=//elsewhere.example/><embed src=//elsewhere.example/>",
    "<video><source onerror=hit=1></video><body onload=hit=1><marquee>",
    "<a href=//elsewhere.example/ ping=//elsewhere.example/ target=_blank>",
    r#"]]><![CDATA[<x>]]><?xml version="1.0"?><!DOCTYPE x [<!ENTITY e "1">]>"#,
];

/// Set on every page before its own: notes what should never happen.
const WATCH: &str = "
    window.seen = [];
    for (const name of ['alert', 'confirm', 'prompt', 'print', 'open'])
        window[name] = () => { seen.push(name) };
    Object.defineProperty(window, 'hit', { set() { seen.push('script') } });
    addEventListener('securitypolicyviolation',
        event => seen.push(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));";

/// What was seen, and everything on the page that a text must never become.
const BECAME: &str = r"
    const not = 'iframe, frame, object, embed, base, style, math, video, audio, img, details[ontoggle], '
        + 'meta[http-equiv], marquee, [style], [srcdoc], [ping], [target]';
    const found = [...seen, ...[...document.querySelectorAll(not)].map(one => one.outerHTML)];
    for (const one of document.querySelectorAll('script, link, a, form'))
        for (const name of ['src', 'href', 'action'])
            if (one.hasAttribute(name) && new URL(one[name], location).origin !== location.origin)
                found.push(one.outerHTML);
    for (const one of document.querySelectorAll('*'))
        for (const { name } of one.attributes)
            if (name.startsWith('on')) found.push(one.outerHTML);
    return found";

/// Everything that is written on a page, inputs included.
const WRITTEN: &str = r"
    const inputs = [...document.querySelectorAll('input, textarea')].map(one => one.value);
    const options = [...document.querySelectorAll('option')].map(one => one.textContent);
    return [document.title, document.body.textContent, ...inputs, ...options].join('\n')";

/// Writes a payload again and again, each time between two numbers of its own.
struct Writer {
    payload: usize,
    next: usize,
}

impl Writer {
    fn text(&mut self) -> String {
        let number = self.payload * 1000 + self.next;
        self.next += 1;
        format!("《{number}》{}《/{number}》", PAYLOADS[self.payload])
    }
}

#[test]
fn what_people_write_is_shown_as_it_was_written_and_never_obeyed() {
    stage::on_sqlite(async |world| {
        let cast = Cast::of(&world).await;
        let mut written = BTreeSet::new();
        for payload in 0..PAYLOADS.len() {
            let mut writer = Writer { payload, next: 0 };
            write_everywhere(&world, &cast, &mut writer).await;
            written.extend((0..writer.next).map(|number| payload * 1000 + number));
        }
        for moment in ["2026-09-30T09:05:00+08:00", "2026-10-12T09:05:00+08:00"] {
            for done in jobs::tick(&world.app, moment.parse().unwrap()).await {
                assert_eq!(done.fault, None, "{}", done.job);
            }
        }
        let mut shown = BTreeSet::new();
        for person in ["admin", "county", "owner", "land"] {
            let visitor = Visitor::new(&world, "zh-CN").await;
            visitor.run_before_every_page(WATCH).await;
            visitor.open("/sign-in").await;
            visitor.sign_in(&email(person)).await;
            let found = crawl(&visitor, &Alike::Addresses, async |path| {
                look(&visitor, path, &mut shown).await;
            });
            assert_eq!(found.await.broken, [""; 0]);
            visitor.leave().await;
        }
        let unseen: Vec<_> = written.difference(&shown).collect();
        assert!(unseen.is_empty(), "written but never shown: {unseen:?}");
    });
}

/// Fails when a text did something or is shown otherwise than it was written.
async fn look(visitor: &Visitor, path: &str, shown: &mut BTreeSet<usize>) {
    let became = visitor.run(BECAME, json!([])).await;
    assert_eq!(became, json!([]), "{path}");
    let complaints = visitor.complaints().await;
    assert!(complaints.is_empty(), "{path}: {complaints:#?}");
    let page = visitor.run(WRITTEN, json!([])).await;
    for piece in page.as_str().unwrap().split('《').skip(1) {
        let Some((number, text)) = piece.split_once('》') else {
            continue;
        };
        let Ok(number) = number.parse::<usize>() else {
            continue;
        };
        // Subjects of letters are cut short, and say so.
        let is_cut = text
            .strip_suffix('…')
            .is_some_and(|cut| PAYLOADS[number / 1000].starts_with(cut));
        assert!(
            is_cut || text == PAYLOADS[number / 1000],
            "{number} on {path}: {text}"
        );
        shown.insert(number);
    }
}

/// Hands something in, which must be taken; returns the answer.
async fn send(by: &Client, method: &str, path: &str, body: Value) -> Value {
    let seen = if method == "POST" {
        String::new()
    } else {
        by.get(path).await.header("etag").to_owned()
    };
    let mut request = by.request(method, path).json(&body);
    if !seen.is_empty() {
        request = request.header("If-Match", seen);
    }
    let answer = by.send(request).await;
    assert!(answer.status < 300, "{method} {path}: {}", answer.body);
    answer.body
}

/// Writes into every text of one project's life, and of the people around it.
async fn write_everywhere(world: &World, cast: &Cast, writer: &mut Writer) {
    let owner = format!("owner-{}@fiveone.example", writer.payload);
    let body = json!({
        "name": writer.text(), "email": owner, "post": writer.text(), "unit": writer.text(),
        "role": "lead", "region": "360111", "password": PASSWORD,
    });
    send(&cast.admin, "POST", "/people", body).await;
    let owner = (world.signed_in(&owner).await, owner);
    let project = json!({
        "name": writer.text(), "region": "360111", "content": writer.text(),
        "enterprise": { "name": writer.text() }, "total_investment_yuan": 120_000_000,
    });
    let project = send(&cast.county, "POST", "/projects", project).await;
    let path = format!("/projects/{}", project["id"].as_str().unwrap());
    fill_the_pillars(cast, writer, &path, &owner.1).await;
    send(&cast.county, "POST", &format!("{path}/launch"), json!({})).await;
    plan_anew(cast, writer, &path).await;
    write_reports(cast, writer, &path, &owner.0).await;
    write_blockers(cast, writer, &path, &owner.0).await;
    let pause = json!({ "kind": "funding", "reason": writer.text(), "until": "2026-12-31" });
    send(&cast.county, "POST", &format!("{path}/pause"), pause).await;
    let resumption = json!({ "reason": writer.text() });
    send(
        &cast.county,
        "POST",
        &format!("{path}/resumption"),
        resumption,
    )
    .await;
}

async fn fill_the_pillars(cast: &Cast, writer: &mut Writer, path: &str, owner: &str) {
    let mut plan = story::plan();
    for field in ["title", "objectives", "scope", "safeguards"] {
        plan[field] = json!(writer.text());
    }
    let mut team = story::team();
    team["name"] = json!(writer.text());
    team["members"][1]["email"] = json!(owner);
    let mut schedule = story::schedule();
    for milestone in schedule["milestones"].as_array_mut().unwrap() {
        milestone["name"] = json!(writer.text());
    }
    let leader = json!({ "email": email("owner") });
    for (pillar, body) in [
        ("plan", plan),
        ("leader", leader),
        ("owner", json!({ "email": owner })),
        ("team", team),
        ("schedule", schedule),
    ] {
        send(&cast.county, "PUT", &format!("{path}/{pillar}"), body).await;
    }
    let leader = json!({ "email": email("leader"), "reason": writer.text() });
    send(&cast.county, "PUT", &format!("{path}/leader"), leader).await;
}

/// Changes what has been planned, with reasons, and asks for another day.
async fn plan_anew(cast: &Cast, writer: &mut Writer, path: &str) {
    let place = format!("{path}/plan");
    let mut plan = story::plan();
    plan["title"] = json!(writer.text());
    plan["reason"] = json!(writer.text());
    plan["total_investment_yuan"] = json!(121_000_000);
    plan["investment"][0]["amount_yuan"] = json!(41_000_000);
    send(&cast.county, "PUT", &place, plan).await;
    let schedule = cast.county.get(&format!("{path}/schedule")).await;
    for at in [1, 2] {
        let milestone = schedule.body["milestones"][at]["id"].as_str().unwrap();
        let asked = json!({ "due_on": "2028-09-01", "reason": writer.text() });
        let place = format!("{path}/milestones/{milestone}/date-changes");
        let asked = send(&cast.lead, "POST", &place, asked).await;
        if at == 1 {
            let place = format!("/date-changes/{}/decision", asked["id"].as_str().unwrap());
            let decision = json!({ "grant": false, "reason": writer.text() });
            send(&cast.county, "POST", &place, decision).await;
        }
    }
}

async fn write_reports(cast: &Cast, writer: &mut Writer, path: &str, owner: &Client) {
    let place = format!("{path}/reports/2026Q3");
    let report = json!({
        "invested_quarter_yuan": 8_000_000, "invested_year_yuan": 8_000_000,
        "invested_total_yuan": 8_000_000, "physical_percent": 5, "progress": writer.text(),
        "problems": { "none": true, "blocker_ids": [] },
        "next_steps": [{ "action": writer.text(), "person": writer.text(), "by": "2026-11-30" }],
        "rating": "yellow", "rating_reason": writer.text(),
        "recovery": {
            "cause": writer.text(), "action": writer.text(), "person": writer.text(), "by": "2026-11-30",
        },
    });
    send(owner, "PUT", &place, report.clone()).await;
    send(owner, "POST", &format!("{place}/submission"), json!({})).await;
    let returned = json!({ "reasons": [{ "pointer": "/progress", "note": writer.text() }] });
    send(&cast.county, "POST", &format!("{place}/return"), returned).await;
    send(owner, "PUT", &place, report).await;
}

async fn write_blockers(cast: &Cast, writer: &mut Writer, path: &str, owner: &Client) {
    let raised = json!({
        "category": "land-quota", "title": writer.text(), "cause": writer.text(),
        "severity": "normal", "wished_outcome": writer.text(),
    });
    let place = format!("{path}/blockers");
    let blocker = send(owner, "POST", &place, raised).await;
    let place = format!("/blockers/{}", blocker["id"].as_str().unwrap());
    let deed = async |by: &Client, noun: &str, body: Value| {
        send(by, "POST", &format!("{place}/{noun}"), body).await;
    };
    deed(&cast.land, "return", json!({ "reason": writer.text() })).await;
    deed(owner, "submission", json!({})).await;
    deed(&cast.land, "acceptance", json!({})).await;
    deed(
        &cast.environment,
        "comments",
        json!({ "text": writer.text() }),
    )
    .await;
    let reply = json!({ "plan": writer.text(), "promised_on": "2026-09-30" });
    deed(&cast.land, "reply", reply).await;
    let mut resolution = || json!({ "outcome": writer.text(), "document": writer.text() });
    let first = resolution();
    let second = resolution();
    deed(&cast.land, "resolution", first).await;
    deed(owner, "objection", json!({ "reason": writer.text() })).await;
    deed(&cast.land, "resolution", second).await;
    deed(owner, "confirmation", json!({})).await;
    deed(owner, "reopening", json!({ "reason": writer.text() })).await;
    let place = format!("{path}/blockers");
    let raised = json!({
        "category": "land-quota", "title": writer.text(), "cause": "x", "severity": "normal",
    });
    let second = send(owner, "POST", &place, raised).await;
    let place = format!("/blockers/{}/withdrawal", second["id"].as_str().unwrap());
    send(owner, "POST", &place, json!({ "reason": writer.text() })).await;
}
