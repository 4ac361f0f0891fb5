//! My day, as each role sees it, and the list of what is owed behind it.

use fiveone::jobs;
use serde_json::{Value, json};

use crate::story::{Cast, email};
use crate::visitor::{Console, Shown};
use crate::world::{World, each};

async fn day_of(world: &World, name: &str) -> Shown {
    let shown = Console::of(world, &email(name)).await.open("/").await;
    assert_eq!(shown.status, 200, "{}", shown.html);
    shown
}

/// One section of a page, by the id of its heading.
fn section<'s>(shown: &'s Shown, id: &str) -> &'s str {
    let begin = format!("<section aria-labelledby=\"{id}\">");
    let found = shown.html.split_once(&begin);
    let (_, rest) = found.unwrap_or_else(|| panic!("no {id} in {}", shown.html));
    rest.split_once("</section>").unwrap().0
}

fn sees(shown: &Shown, id: &str, words: &[&str]) {
    let section = section(shown, id);
    for word in words {
        assert!(section.contains(word), "{word} in {section}");
    }
}

async fn blocker(cast: &Cast, project: &str, title: &str) -> String {
    let body = json!({ "category": "land", "title": title, "cause": "指标未落实", "severity": "critical" });
    let raised = cast
        .lead
        .post(&format!("/projects/{project}/blockers"), body)
        .await;
    assert_eq!(raised.status, 201, "{:?}", raised.body);
    raised.text("/id")
}

async fn ask_to_move(cast: &Cast, project: &str) {
    let schedule = cast
        .lead
        .get(&format!("/projects/{project}/schedule"))
        .await;
    let milestone = schedule.text("/milestones/1/id");
    let path = format!("/projects/{project}/milestones/{milestone}/date-changes");
    let asked = json!({ "due_on": "2027-08-31", "reason": "设备到货推迟" });
    assert_eq!(cast.lead.post(&path, asked).await.status, 201);
}

#[test]
fn an_owner_sees_what_they_owe_when_and_what_comes_next() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("新材料").await;
        let day = day_of(&world, "owner").await;
        let report = format!("href=\"/projects/{id}/reports/2026Q3\"");
        sees(
            &day,
            "own",
            &[
                &report,
                "2026Q3 季报",
                "2026-10-10",
                "还剩 5 个工作日",
                "节点：开工",
                "2026-09-30",
                "E0-3",
                "发至 owner",
                "新材料",
            ],
        );
        let first = section(&day, "own").find("季报").unwrap();
        assert!(first < section(&day, "own").find("节点：开工").unwrap());

        // Who is on the team does not answer for it, but may do it.
        let team = day_of(&world, "lead").await;
        sees(&team, "own", &["目前没有由您负责的未办事项"]);
        sees(
            &team,
            "waiting",
            &["我参与项目中由他人负责的事项", &report, "owner"],
        );

        // The next year is not published yet: its days may move.
        let world = world.at("2026-12-28T10:00:00+08:00").await;
        jobs::tick(&world.app, "2026-12-28T10:00:00+08:00".parse().unwrap()).await;
        sees(
            &day_of(&world, "owner").await,
            "own",
            &["2026Q4 季报", "2027-01-06", "（暂定）"],
        );
    });
}

#[test]
fn a_coordinator_sees_what_waits_for_their_decision_and_not_what_they_asked_themselves() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("新材料").await;
        ask_to_move(&cast, &id).await;
        let draft = cast.whole("已齐备的项目").await;
        cast.draft("未齐备的项目").await;
        let day = day_of(&world, "county").await;
        sees(
            &day,
            "waiting",
            &[
                "“主体封顶”拟由 2027-06-30 调整到 2027-08-31",
                "href=\"/date-changes?state=open\"",
                &format!("href=\"/projects/{draft}\""),
                "已齐备的项目",
            ],
        );
        assert!(!day.has("未齐备的项目"));
        sees(&day, "next", &["2026-09-30", "提醒", "owner"]);
        let lead = day_of(&world, "lead").await;
        assert!(!lead.has("拟由") && !lead.has("已齐备的项目"));

        // What one asked for oneself is for another to decide.
        let schedule = cast.county.get(&format!("/projects/{id}/schedule")).await;
        let milestone = schedule.text("/milestones/2/id");
        let path = format!("/projects/{id}/milestones/{milestone}/date-changes");
        let asked = json!({ "due_on": "2028-07-31", "reason": "验收推迟" });
        assert_eq!(cast.county.post(&path, asked).await.status, 201);
        assert!(!day_of(&world, "county").await.has("2028-07-31"));
        sees(&day_of(&world, "city").await, "waiting", &["2028-07-31"]);
    });
}

#[test]
fn a_department_sees_the_blockers_it_has_to_accept_and_the_project_side_those_given_back() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("新材料").await;
        let raised = blocker(&cast, &id, "用地指标").await;
        let link = format!("href=\"/blockers/{raised}\"");
        sees(
            &day_of(&world, "land").await,
            "own",
            &["受理问题：用地指标", &link, "severity-critical"],
        );
        assert!(!section(&day_of(&world, "environment").await, "own").contains("用地指标"));
        let back = cast
            .land
            .post(
                &format!("/blockers/{raised}/return"),
                json!({ "reason": "请补宗地图" }),
            )
            .await;
        assert_eq!(back.status, 200, "{:?}", back.body);
        sees(
            &day_of(&world, "lead").await,
            "waiting",
            &["被退回", &link, "用地指标"],
        );
    });
}

#[test]
fn who_only_reads_sees_what_is_late_and_nobody_sees_beyond_their_scope() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        cast.launched("新材料").await;
        let other = json!({ "name": "别县", "email": "other@fiveone.example", "role": "viewer", "region": "360102", "password": crate::world::PASSWORD });
        assert_eq!(cast.admin.post("/people", other).await.status, 201);
        let world = world.at("2026-10-20T10:00:00+08:00").await;
        let day = day_of(&world, "viewer").await;
        assert!(!day.has("aria-labelledby=\"own\""));
        sees(
            &day,
            "overdue",
            &["2026Q3 季报", "逾期 7 个工作日", "owner"],
        );
        sees(&day, "letters", &["还没有发给您的函件"]);
        // The highest step that is fresh is told next, to whom the ladder names.
        sees(
            &day,
            "next",
            &["督办函", "E3", "发至 leader、county，抄送 city"],
        );
        let far = day_of(&world, "other").await;
        assert!(!far.has("新材料"), "{}", far.html);
        sees(&far, "overdue", &["范围内没有其他逾期事项"]);
        sees(&far, "next", &["目前没有将要提醒或督办的事项"]);
    });
}

#[test]
fn a_day_with_much_in_it_stays_short_says_how_much_there_is_and_runs_no_script() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("<script>alert('新')</script>").await;
        let long = format!("<img src=x onerror=alert(1)>{}", "长".repeat(120));
        for number in 0..60 {
            blocker(&cast, &id, &format!("{long}{number}")).await;
        }
        let land = Console::of(&world, &email("land")).await;
        let day = land.open("/").await;
        sees(&day, "own", &["查看全部 60 项", "&lt;img src=x"]);
        for name in ["land", "county", "leader", "viewer", "province"] {
            let day = day_of(&world, name).await;
            assert!(!day.has("<img") && !day.has("<script>alert"), "{name}");
        }

        let first = land
            .open("/deadlines?mine=true&overdue=&kind=&region=")
            .await;
        assert_eq!(first.html.matches("受理问题").count(), 50);
        let (_, next) = first.html.split_once("rel=\"next\" href=\"").unwrap();
        let next = next.split_once('"').unwrap().0;
        let next = next.replace("&amp;", "&");
        let second = land.open(&next).await;
        assert_eq!(second.html.matches("受理问题").count(), 10, "{next}");
        let reports = land.open("/deadlines?kind=report").await;
        assert!(reports.has("2026Q3 季报") && !reports.has("受理问题"));
        assert_eq!(land.open("/deadlines?kind=unknown").await.status, 400);
    });
}

#[test]
fn my_day_speaks_the_language_of_its_reader() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        cast.launched("Materials").await;
        let me = cast.owner.get("/me").await;
        let etag = me.header("etag").to_owned();
        let spoken = cast
            .owner
            .patch("/me", Some(&etag), json!({ "language": "en" }))
            .await;
        assert_eq!(spoken.status, 200);
        let day = day_of(&world, "owner").await;
        assert!(day.has("<html lang=\"en\">"));
        sees(
            &day,
            "own",
            &["5 working days left", "to owner", "Reminder"],
        );
        let said = Value::from(day.html.clone()).to_string();
        assert!(!said.contains("page."), "a key without words in {said}");
    });
}
