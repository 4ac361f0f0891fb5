//! Projects, their pillars and their life as a person without script sees and does them.

use serde_json::json;

use crate::console::{Browser, Page};
use crate::story::{Cast, email, plan, schedule};
use crate::world::{World, each};

/// Every page below a project.
const BELOW: [&str; 9] = [
    "",
    "/edit",
    "/plan",
    "/leader",
    "/owner",
    "/team",
    "/schedule",
    "/lifecycle",
    "/journal",
];

/// Opens the page of a form, fills it and hands it in; the form is on the page.
async fn fill(browser: &mut Browser, page: &str, action: &str, typed: &[(&str, &str)]) -> Page {
    let shown = browser.get(page).await;
    assert_eq!(shown.status, 200, "{page}: {}", shown.html);
    browser.submit(&shown, action, typed).await
}

/// Fills a form that is taken: the browser is led on.
async fn done(browser: &mut Browser, page: &str, action: &str, typed: &[(&str, &str)]) -> String {
    let shown = fill(browser, page, action, typed).await;
    assert_eq!(shown.status, 303, "{action}: {}", shown.html);
    shown.header("location").to_owned()
}

async fn signed_in(world: &World, name: &str) -> Browser {
    let mut browser = Browser::new(world);
    let page = browser.sign_in(&email(name)).await;
    assert_eq!(page.status, 303, "{}", page.html);
    browser
}

fn plan_typed() -> Vec<(&'static str, &'static str)> {
    vec![
        ("title", "实施方案"),
        ("effective_on", "2026-09-01"),
        ("objectives", "2028 年投产"),
        ("scope", "厂房与生产线"),
        ("safeguards", "专班推进"),
        ("total_investment_yuan", "12,000"),
        ("investment.0.year", "2026"),
        ("investment.0.amount_yuan", "4000"),
        ("investment.1.year", "２０２７"),
        ("investment.1.amount_yuan", "8000"),
        ("investment.2.year", ""),
        ("investment.2.amount_yuan", ""),
    ]
}

fn milestones_typed() -> Vec<(String, String)> {
    let listed = [
        ("开工", "start", "2026-11-02", "20"),
        ("主体封顶", "structure", "2027-06-30", "30"),
        ("竣工", "completion", "2028-06-30", "30"),
        ("投产", "production", "2028-09-30", "20"),
    ];
    let mut typed = Vec::new();
    for (at, (name, kind, due_on, weight)) in listed.into_iter().enumerate() {
        for (field, value) in [
            ("name", name),
            ("kind", kind),
            ("due_on", due_on),
            ("weight", weight),
        ] {
            typed.push((format!("milestones.{at}.{field}"), value.to_owned()));
        }
    }
    typed
}

fn borrowed(typed: &[(String, String)]) -> Vec<(&str, &str)> {
    let pairs = typed.iter();
    pairs
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

#[test]
fn a_coordinator_fills_the_five_pillars_by_forms_and_launches() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let mut county = signed_in(&world, "county").await;
        let new = [
            ("name", "新材料"),
            ("region", "360111"),
            ("stage", ""),
            ("enterprise.name", ""),
            ("enterprise.credit_code", ""),
            ("total_investment_yuan", "12000"),
        ];
        let place = done(&mut county, "/projects/new", "/projects", &new).await;
        let page = county.get(&place).await;
        assert!(page.has("草稿已建立") && page.has("没有方案。") && page.has("没有工作小组。"));
        assert!(!page.has("lifecycle#launch"), "{}", page.html);
        let of = |below: &str| format!("{place}{below}");

        let (plan, team) = (of("/plan"), of("/team"));
        done(&mut county, &plan, &plan, &plan_typed()).await;
        for (pillar, person) in [("/leader", "leader"), ("/owner", "owner")] {
            let typed = [
                ("person_id", ""),
                ("email", &*email(person)),
                ("reason", ""),
            ];
            done(&mut county, &of(pillar), &of(pillar), &typed).await;
        }
        let (lead, owner, leader) = (email("lead"), email("owner"), email("leader"));
        let members = [
            ("name", "工作专班"),
            ("convenor_id", ""),
            ("members.0.email", lead.as_str()),
            ("members.0.duties", "land"),
            ("members.0.duties", "安全"),
            ("members.0.duties", ""),
            ("members.1.email", owner.as_str()),
            ("members.1.duties", "environment"),
            ("members.3.email", leader.as_str()),
            ("members.3.duties", "approval"),
        ];
        done(&mut county, &team, &team, &members).await;
        let schedule = of("/schedule");
        let typed = milestones_typed();
        done(&mut county, &schedule, &schedule, &borrowed(&typed)).await;

        let page = county.get(&place).await;
        assert!(
            page.has("lifecycle#launch") && page.has("安全"),
            "{}",
            page.html
        );
        let opening = [
            ("opening.invested_total_yuan", "1500.5"),
            ("opening.invested_year_yuan", "300"),
        ];
        let (turns, launch) = (of("/lifecycle"), of("/launch"));
        assert_eq!(done(&mut county, &turns, &launch, &opening).await, place);
        let page = county.get(&place).await;
        assert!(
            page.has("项目已纳入调度。") && page.has("1,500.5"),
            "{}",
            page.html
        );
        let project = cast.county.get(&place).await;
        assert_eq!(project.body["state"], "active");
        assert_eq!(project.body["opening"]["invested_total_yuan"], 15_005_000);
    });
}

#[test]
fn a_lead_keeps_plan_and_schedule_and_asks_for_another_day() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("新材料").await;
        let mut lead = signed_in(&world, "lead").await;
        let mut county = signed_in(&world, "county").await;
        let at = |below: &str| format!("/projects/{id}{below}");

        let mut typed = plan_typed();
        typed[2] = ("objectives", "2028 年底投产");
        done(&mut lead, &at("/plan"), &at("/plan"), &typed).await;
        let page = lead.get(&at("/plan")).await;
        assert!(
            page.has("2028 年底投产") && page.has("第 2 版"),
            "{}",
            page.html
        );

        let held = cast.lead.get(&at("/schedule")).await;
        let first = held.text("/milestones/0/id");
        let mut typed = milestones_typed();
        typed[0].1 = "正式开工".into();
        let refused = fill(
            &mut lead,
            &at("/schedule"),
            &at("/schedule"),
            &borrowed(&typed),
        )
        .await;
        assert_eq!(refused.status, 422, "{}", refused.html);
        assert!(refused.has("变更目标进度须说明理由。") && refused.has("正式开工"));
        typed.push(("reason".into(), "按批复名称".into()));
        done(
            &mut lead,
            &at("/schedule"),
            &at("/schedule"),
            &borrowed(&typed),
        )
        .await;

        let milestone = at(&format!("/milestones/{first}"));
        let said = [("forecast_on", "2026-11-20"), ("done_on", "")];
        done(&mut lead, &milestone, &milestone, &said).await;
        let asked = [("due_on", "2026-11-20"), ("reason", "雨季")];
        let asking = format!("{milestone}/date-changes");
        done(&mut lead, &milestone, &asking, &asked).await;
        let page = lead.get(&at("")).await;
        assert!(page.has("申请调至 2026-11-20，待决定"), "{}", page.html);
        assert!(page.has("正式开工") && page.has("晚于到期日"));

        let list = county.get("/date-changes?state=open&region=").await;
        assert!(
            list.has("正式开工") && list.has("作出决定"),
            "{}",
            list.html
        );
        let change = cast.county.get("/date-changes?state=open").await;
        let change = format!("/date-changes/{}", change.text("/items/0/id"));
        let decision = format!("{change}/decision");
        assert!(!lead.get(&change).await.has(&decision));
        let said = [("reason", "同意"), ("grant", "true")];
        done(&mut county, &change, &decision, &said).await;
        let page = lead.get(&at("")).await;
        assert!(page.has("调期 1 次，+18 天"), "{}", page.html);
    });
}

#[test]
fn what_is_wrong_stands_at_its_field_and_what_was_typed_stays() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let id = cast.draft("新材料").await;
        let mut county = signed_in(&world, "county").await;
        let plan = format!("/projects/{id}/plan");
        let mut typed = plan_typed();
        typed[0] = ("title", "");
        typed[7] = ("investment.0.amount_yuan", "四千");
        typed[5] = ("total_investment_yuan", "13000");
        let page = fill(&mut county, &plan, &plan, &typed).await;
        assert_eq!(page.status, 422);
        assert!(
            page.has("请以万元填写金额") && page.has("value=\"四千\""),
            "{}",
            page.html
        );
        assert!(page.has("2028 年投产") && page.has("aria-invalid=\"true\""));
        assert_eq!(cast.county.get(&plan).await.status, 404, "nothing was kept");

        typed[0] = ("title", "实施方案");
        typed[7] = ("investment.0.amount_yuan", "4000");
        let page = fill(&mut county, &plan, &plan, &typed).await;
        assert_eq!(page.status, 422);
        assert!(page.has("修改总投资须说明理由。"), "{}", page.html);
        typed.push(("reason", "扩大规模"));
        done(&mut county, &plan, &plan, &typed).await;
        let page = county.get(&plan).await;
        assert!(page.has("不一致"), "the gap is told: {}", page.html);
    });
}

#[test]
fn a_stale_form_is_told_and_keeps_what_was_typed() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let id = cast.draft("新材料").await;
        let mut county = signed_in(&world, "county").await;
        let edit = format!("/projects/{id}/edit");
        let shown = county.get(&edit).await;
        let meanwhile = cast.county.get(&format!("/projects/{id}")).await;
        let change = json!({ "content": "别人写的内容" });
        let etag = meanwhile.header("etag").to_owned();
        cast.county
            .patch(&format!("/projects/{id}"), Some(&etag), change)
            .await;
        let typed = [
            ("name", "新材料二期"),
            ("region", "360111"),
            ("content", "我写的内容"),
        ];
        let page = county.submit(&shown, &edit, &typed).await;
        assert_eq!(page.status, 412);
        assert!(
            page.has("我写的内容") && page.has("别人写的内容"),
            "{}",
            page.html
        );
        let to = county.submit(&page, &edit, &typed).await;
        assert_eq!(to.status, 303, "{}", to.html);
    });
}

#[test]
fn out_of_scope_is_the_same_page_as_unknown() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let hidden = cast.province.post(
            "/projects",
            json!({ "name": "宜春项目", "region": "360902" }),
        );
        let hidden = hidden.await.text("/id");
        let unknown = "01890000-0000-7000-8000-000000000000";
        for person in ["county", "lead", "viewer"] {
            let mut console = signed_in(&world, person).await;
            for below in BELOW {
                let there = console.get(&format!("/projects/{hidden}{below}")).await;
                let nowhere = console.get(&format!("/projects/{unknown}{below}")).await;
                assert_eq!(
                    (there.status, nowhere.status),
                    (404, 404),
                    "{person} {below}"
                );
                let said = |page: &Page| {
                    let (_, main) = page.html.split_once("<main").unwrap();
                    main.split_once("求助").unwrap().0.to_owned()
                };
                assert_eq!(said(&there), said(&nowhere), "{person} {below}");
                assert!(!there.has("宜春"), "{}", there.html);
            }
        }
    });
}

#[test]
fn a_viewer_reads_everything_and_sees_no_form() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("新材料").await;
        let mut viewer = signed_in(&world, "viewer").await;
        for below in BELOW {
            let page = viewer.get(&format!("/projects/{id}{below}")).await;
            if below == "/edit" {
                assert_eq!(page.status, 403);
                continue;
            }
            assert_eq!(page.status, 200, "{below}");
            let forms = page.html.matches("<form method=\"post\"").count();
            let own = ["/language", "/sign-out"];
            let own = own
                .iter()
                .filter(|own| page.has(&format!("action=\"{own}\"")));
            assert_eq!(forms, own.count(), "{below}: {}", page.html);
        }
        let list = viewer.get("/projects").await;
        assert!(
            list.has("新材料") && !list.has("/projects/new"),
            "{}",
            list.html
        );
        assert_eq!(viewer.get("/projects/new").await.status, 403);
    });
}

#[test]
fn what_stands_against_a_turn_is_listed_on_its_page() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let id = cast.launched("新材料").await;
        let blocker = json!({
            "category": "land", "title": "征地未完成", "cause": "尚有两户未签约", "severity": "normal",
        });
        let raised = cast
            .lead
            .post(&format!("/projects/{id}/blockers"), blocker)
            .await;
        assert_eq!(raised.status, 201, "{:?}", raised.body);
        let mut county = signed_in(&world, "county").await;
        let at = |below: &str| format!("/projects/{id}{below}");
        let refused = fill(
            &mut county,
            &at("/lifecycle"),
            &at("/closure"),
            &[("reason", "完工")],
        )
        .await;
        assert_eq!(refused.status, 409);
        assert!(
            refused.has("征地未完成") && refused.has("完工"),
            "{}",
            refused.html
        );

        let paused = [
            ("kind", "funding"),
            ("until", "2026-09-01"),
            ("reason", "等资金"),
        ];
        let refused = fill(&mut county, &at("/lifecycle"), &at("/pause"), &paused).await;
        assert!(
            refused.status == 422 && refused.has("须晚于今天"),
            "{}",
            refused.html
        );
        let paused = [
            ("kind", "funding"),
            ("until", "2027-03-01"),
            ("reason", "等资金"),
        ];
        done(&mut county, &at("/lifecycle"), &at("/pause"), &paused).await;
        let page = county.get(&at("")).await;
        assert!(page.has("资金") && page.has("等资金") && page.has("征地未完成"));
        done(
            &mut county,
            &at("/lifecycle"),
            &at("/resumption"),
            &[("reason", "")],
        )
        .await;
        let moved = [("to", "reserve"), ("reason", "")];
        done(&mut county, &at("/lifecycle"), &at("/stage"), &moved).await;
        let withdrawn = [("reason", "企业退出")];
        done(
            &mut county,
            &at("/lifecycle"),
            &at("/withdrawal"),
            &withdrawn,
        )
        .await;
        let page = county.get(&at("")).await;
        assert!(page.has("撤回项目。理由：企业退出"), "{}", page.html);
        assert!(!page.has("/lifecycle\""), "no turn is left: {}", page.html);
    });
}

#[test]
fn a_hand_over_shows_who_had_the_post_and_a_milestone_leaves_a_drafts_schedule() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let id = cast.whole("新材料").await;
        let mut county = signed_in(&world, "county").await;
        let at = |below: &str| format!("/projects/{id}{below}");
        let typed = [
            ("person_id", ""),
            ("email", &*email("lead")),
            ("reason", ""),
        ];
        let refused = fill(&mut county, &at("/leader"), &at("/leader"), &typed).await;
        assert_eq!(refused.status, 422);
        assert!(refused.has("更换人员须说明理由。"), "{}", refused.html);
        let typed = [
            ("person_id", ""),
            ("email", &*email("lead")),
            ("reason", "工作调整"),
        ];
        done(&mut county, &at("/leader"), &at("/leader"), &typed).await;
        let page = county.get(&at("/leader")).await;
        assert!(
            page.has("工作调整") && page.has(">leader<"),
            "{}",
            page.html
        );

        let mut typed = milestones_typed();
        typed.push(("milestones.1._out".into(), "true".into()));
        done(
            &mut county,
            &at("/schedule"),
            &at("/schedule"),
            &borrowed(&typed),
        )
        .await;
        let page = county.get(&at("/schedule")).await;
        assert!(
            !page.has("主体封顶") && page.has("权重合计为 70"),
            "{}",
            page.html
        );
    });
}

#[test]
fn projects_are_found_by_the_forms_filters() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let whole = cast.whole("甲 新材料").await;
        let draft = cast.draft("乙 纺织").await;
        let mut county = signed_in(&world, "county").await;
        let mut list = async |query: &str| county.get(&format!("/projects?{query}")).await;
        let all = list("q=&region=&state=&stage=&industry=&missing=&sort=").await;
        assert!(all.has(&whole) && all.has(&draft) && all.has("共 2 个项目"));
        assert!(
            all.has("方案：缺项") && all.has("方案：已落实"),
            "{}",
            all.html
        );
        let one = list("q=新材料&state=draft").await;
        assert!(one.has(&whole) && !one.has(&draft), "{}", one.html);
        let one = list("missing=team").await;
        assert!(!one.has(&whole) && one.has(&draft), "{}", one.html);
        let none = list("q=飞机").await;
        assert!(none.status == 200 && none.has("没有符合条件的项目"));
        assert_eq!(list("state=nonsense").await.status, 400);
        let first = list("limit=1").await;
        let next = first.html.split("rel=\"next\" href=\"").nth(1).unwrap();
        let next = next.split('"').next().unwrap().replace("&amp;", "&");
        let query = next.split_once('?').unwrap().1;
        let second = list(query).await;
        assert!(first.has(&whole) && second.has(&draft) && !second.has("rel=\"next\""));
    });
}

#[test]
fn script_in_any_text_is_text() {
    const BAD: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>";
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = json!({
            "name": BAD, "region": "360111", "total_investment_yuan": 120_000_000, "content": BAD,
            "enterprise": { "name": BAD },
        });
        let id = cast.county.post("/projects", project).await.text("/id");
        let at = |below: &str| format!("/projects/{id}{below}");
        let mut told = plan();
        for field in ["title", "objectives", "scope", "safeguards", "reason"] {
            told[field] = json!(BAD);
        }
        let mut listed = schedule();
        listed["milestones"][1]["name"] = json!(BAD);
        let team = json!({
            "name": BAD,
            "members": [{ "email": email("lead"), "duties": ["land", "<b>x</b>"] }],
        });
        for (below, body) in [("/plan", told), ("/schedule", listed), ("/team", team)] {
            let put = cast.county.put(&at(below), None, body).await;
            assert!(put.status < 300, "{below}: {:?}", put.body);
        }
        let mut county = signed_in(&world, "county").await;
        for below in BELOW {
            let page = county.get(&at(below)).await;
            assert_eq!(page.status, 200, "{below}");
            let is_raw = page.has("<script>alert") || page.has("<img") || page.has("<b>x");
            assert!(!is_raw, "{below}: {}", page.html);
        }
        let withdrawn = [("reason", BAD)];
        done(
            &mut county,
            &at("/lifecycle"),
            &at("/withdrawal"),
            &withdrawn,
        )
        .await;
        for path in [at(""), at("/journal"), "/projects".to_owned()] {
            assert!(!county.get(&path).await.has("<script>alert"), "{path}");
        }
    });
}
